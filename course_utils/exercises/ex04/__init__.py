"""Exercises of notebook 04: adjoints and 4D-Var."""

from __future__ import annotations

import numpy as np

from course_utils.check import Exercise
from course_utils.exercises.ex04 import cases, wrong_networks, wrong_weather
from course_utils.nn import adjoint, autodiff, gradcheck

quadratic_adjoint = Exercise(
    solution=adjoint.quadratic_adjoint,
    cases=cases.quadratics,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "x₀ moves x₁, x₁ moves J. What are the two derivatives along that chain?",
        "∂J/∂x₁ = x₁ − y. From there multiply by ∂x₁/∂x₀ = 2 α x₀, or by ∂x₁/∂α = x₀².",
        "With x1_adj = alpha * x0**2 - y: x1_adj, 2 * alpha * x0 * x1_adj, x0**2 * x1_adj.",
    ),
    mistakes=wrong_networks.QUADRATIC_ADJOINT,
)

layer_tangent = Exercise(
    solution=adjoint.layer_tangent,
    cases=cases.layer_changes,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "First u = X W + b: it holds a product. What is the change of a product, when both "
        "factors change a little?",
        "δu = δX W + X δW + δb; what is of second order, δX δW, is dropped. Then δh = f'(u) δu.",
        "(1 - np.tanh(X @ W + b)**2) * (dX @ W + X @ dW + db).",
    ),
    mistakes=wrong_networks.LAYER_TANGENT,
)

layer_adjoint = Exercise(
    solution=adjoint.layer_adjoint,
    cases=cases.layer_adjoints,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "Walk the layer backwards: the unit comes first. What is ∂J/∂u, if A is ∂J/∂h?",
        "ũ = (1 − h²) A. Forwards, δu = δX W + X δW + δb: each of the three is a linear map, and "
        "each is transposed on the way back.",
        "X.T @ u_adj, u_adj.sum(axis=0), u_adj @ W.T.",
    ),
    mistakes=wrong_networks.LAYER_ADJOINT,
)

dot_product_test = Exercise(
    solution=gradcheck.dot_product_test,
    cases=cases.linear_maps,
    points=2,
    partial=False,
    minutes=8,
    difficulty=1,
    hints=(
        "Which two numbers must be equal, if the second map is the transpose of the first?",
        "⟨M δx, y⟩ and ⟨δx, Mᵀ y⟩. Divide their distance by the larger of their sizes, unless "
        "both are 0.",
        "a, b = np.vdot(tangent(dx), y), np.vdot(dx, adjoint(y)), then "
        "abs(a - b) / max(abs(a), abs(b)).",
    ),
    mistakes=wrong_networks.DOT_PRODUCT_TEST,
)


def on_tape(attempt, *case):
    """The value that comes of the case's arrays, and the gradient of its weighted sum."""
    *values, weights = case
    leaves = [autodiff.Node(value) for value in values]
    made = attempt(*leaves)
    if made is None:
        return None
    if not isinstance(made, autodiff.Node):
        raise TypeError(f"the result is of type {type(made).__name__}: return Node(value, parents)")
    if made.value.shape != np.shape(weights):
        return made.value, *values
    weighted = np.sum(weights * made.value)  # without `multiply`, which may be what is asked for
    J = autodiff.Node(weighted, ((made, lambda g: g * weights),))
    return made.value, *autodiff.gradient(J, leaves)


multiply = Exercise(
    solution=autodiff.multiply,
    cases=cases.pairs_on_tape,
    run=on_tape,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "If a changes by δa, by how much does a b change? So if J changes by g for each unit of "
        "a b, what does it change by for each unit of a?",
        "a's share is g times b's value, and the other way round. A pullback is a function of g: "
        "lambda g: …",
        "Node(a.value * b.value, ((a, lambda g: g * b.value), (b, lambda g: g * a.value))).",
    ),
    mistakes=wrong_networks.MULTIPLY,
)

tanh = Exercise(
    solution=autodiff.tanh,
    cases=cases.values_on_tape,
    run=on_tape,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "What is the slope of tanh, written with its own output?",
        "1 − h². There is one parent, so parents is a tuple of one pair: ((a, pullback),), with "
        "the comma.",
        "h = np.tanh(a.value); Node(h, ((a, lambda g: g * (1 - h**2)),)).",
    ),
    mistakes=wrong_networks.TANH,
)

lorenz_adjoint = Exercise(
    solution=adjoint.lorenz_adjoint,
    cases=cases.lorenz_states,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "In which of the three equations does x stand, and with which derivative? What does each "
        "of them send back to it?",
        "x stands in dx/dt with −σ, in dy/dt with ρ − z, in dz/dt with y; so ∂J/∂x = −σ a₁ + "
        "(ρ − z) a₂ + y a₃. The same for y and z; each parameter stands in one equation.",
        "∂J/∂y = σ a₁ − a₂ + x a₃, ∂J/∂z = −x a₂ − β a₃; ∂J/∂p = ((y − x) a₁, x a₂, −z a₃). "
        "Return two arrays of three.",
    ),
    mistakes=wrong_weather.LORENZ_ADJOINT,
)

background_gradient = Exercise(
    solution=adjoint.background_gradient,
    cases=cases.backgrounds,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "With one variable, J_b = (x − x_b)²/(2B). What is its derivative?",
        "(x − x_b)/B; in n dimensions the division is B⁻¹, from the left.",
        "np.linalg.solve(B, x - background).",
    ),
    mistakes=wrong_weather.BACKGROUND_GRADIENT,
)

observation_gradient = Exercise(
    solution=adjoint.observation_gradient,
    cases=cases.windows,
    points=4,
    minutes=20,
    difficulty=3,
    hints=(
        "Run forwards and keep every state. At the last observation, what is ∂J_o/∂x_k of its own "
        "term, and how does it get back to x_{k−1}?",
        "a starts at 0. For k from the last state to 0: a = M_kᵀ a brings it from x_{k+1} to x_k; "
        "then, if there is an observation, a = a − Hᵀ R⁻¹ (y_k − H(x_k)).",
        "a = model.adjoint(states[k], a); if k in observations: a = a - H.adjoint(states[k], "
        "np.linalg.solve(R, observations[k] - H.run(states[k]))). There are max(observations) "
        "steps.",
    ),
    mistakes=wrong_weather.OBSERVATION_GRADIENT,
)

gauss_newton_product = Exercise(
    solution=adjoint.gauss_newton_product,
    cases=cases.runs,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "If x₀ changes by v, by how much do x_k and H(x_k) change, to first order? And what does "
        "that change do to ∇J?",
        "Forwards: δx₀ = v, δx_{k+1} = M_k δx_k. Backwards as in the gradient, with +R⁻¹ H δx_k "
        "in the place of −d_k. At the end add what J_b contributes.",
        "Collect dx with model.tangent(x, dx[-1]) for x in states[:-1]; on the way back a = "
        "model.adjoint(states[k], a), and at the times a = a + H.adjoint(states[k], "
        "np.linalg.solve(R, H.tangent(states[k], dx[k]))); return np.linalg.solve(B, v) + a.",
    ),
    mistakes=wrong_weather.GAUSS_NEWTON_PRODUCT,
)

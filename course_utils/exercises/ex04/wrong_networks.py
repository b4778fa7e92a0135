"""Wrong answers to exercises of notebook 04 and what to say of them: networks and the tape.

Some are lines of the lecture as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.autodiff import Node

# ---------------------------------------------------------------- quadratic_adjoint


def quadratic_printed_sum(alpha, x0, y):
    """The lecture's "forward" line: ∂J/∂x₁ + J̃, with J̃ = 1."""
    x1_adj = alpha * x0**2 - y + 1
    return x1_adj, 2 * alpha * x0 * x1_adj, x0**2 * x1_adj


def quadratic_slopes(alpha, x0, y):
    """The slopes alone."""
    return alpha * x0**2 - y, 2 * alpha * x0, x0**2


def quadratic_no_power(alpha, x0, y):
    """The derivative of x₀² without its 2."""
    x1_adj = alpha * x0**2 - y
    return x1_adj, alpha * x0 * x1_adj, x0**2 * x1_adj


QUADRATIC_ADJOINT = {
    "x̃₁ is a product, (∂J/∂x₁) J̃ with J̃ = 1, so it is x₁ − y; the lecture's line has a sum.": (
        quadratic_printed_sum
    ),
    "Those are ∂x₁/∂x₀ and ∂x₁/∂α. J is moved through x₁: multiply both by x̃₁.": quadratic_slopes,
    "x₁ changes with x₀ by 2 α x₀: the 2 is missing in x̃₀.": quadratic_no_power,
}


# ---------------------------------------------------------------- layer_tangent


def _tangent(W, b, X, dW, db, dX, slope=lambda h: 1 - h**2, parts=(1, 1, 1)):
    h = np.tanh(X @ W + b)
    return slope(h) * (parts[0] * dX @ W + parts[1] * X @ dW + parts[2] * db)


def tangent_f_for_slope(W, b, X, dW, db, dX):
    """f(u) for f'(u)."""
    return _tangent(W, b, X, dW, db, dX, slope=lambda h: h)


def tangent_no_slope(W, b, X, dW, db, dX):
    """δu for δh."""
    return _tangent(W, b, X, dW, db, dX, slope=lambda h: 1)


def tangent_no_weights(W, b, X, dW, db, dX):
    """The weights' change left out."""
    return _tangent(W, b, X, dW, db, dX, parts=(1, 0, 1))


def tangent_no_bias(W, b, X, dW, db, dX):
    """The biases' change left out."""
    return _tangent(W, b, X, dW, db, dX, parts=(1, 1, 0))


def tangent_finite(W, b, X, dW, db, dX):
    """The whole change, not its linear part."""
    return np.tanh((X + dX) @ (W + dW) + b + db) - np.tanh(X @ W + b)


LAYER_TANGENT = {
    "The chain rule needs the slope f'(u) = 1 − h², not h.": tangent_f_for_slope,
    "That is the change of u. The unit is still to come: multiply by its slope.": tangent_no_slope,
    "X W changes because X does and because W does: X δW is missing.": tangent_no_weights,
    "The biases change too: δb is missing.": tangent_no_bias,
    "That is the whole change. The tangent-linear model keeps the part that is linear in the "
    "changes, with the slope at the unchanged u.": tangent_finite,
}


# ---------------------------------------------------------------- layer_adjoint


def _layer_back(W, b, X, A, slope=lambda h: 1 - h**2, bias=np.sum, scale=1.0):
    u_adj = slope(np.tanh(X @ W + b)) * A
    return X.T @ u_adj * scale, bias(u_adj, axis=0) * scale, u_adj @ W.T


def layer_back_no_slope(W, b, X, A):
    """Past the units as if they were linear."""
    return _layer_back(W, b, X, A, slope=lambda h: 1)


def layer_back_f_for_slope(W, b, X, A):
    """f(u) for f'(u)."""
    return _layer_back(W, b, X, A, slope=lambda h: h)


def layer_back_mean_bias(W, b, X, A):
    """The mean for the biases."""
    return _layer_back(W, b, X, A, bias=np.mean)


def layer_back_divided(W, b, X, A):
    """Divided by N."""
    return _layer_back(W, b, X, A, scale=1 / len(X))


def layer_back_input_past_the_units(W, b, X, A):
    """The slope for the weights, none for the inputs."""
    return *_layer_back(W, b, X, A)[:2], A @ W.T


LAYER_ADJOINT = {
    "A is ∂J/∂h. Go back through the unit first: multiply by the slope 1 − h².": (
        layer_back_no_slope
    ),
    "The chain rule needs the slope f'(u) = 1 − h², not h.": layer_back_f_for_slope,
    "b is used once for each example: its adjoint is the sum of their shares, not the mean.": (
        layer_back_mean_bias
    ),
    "An adjoint adds up what arrives. A mean's 1/N, if J has one, is in A already.": (
        layer_back_divided
    ),
    "W and b are right. On its way to X the error passes the units as well: take ũ, not A.": (
        layer_back_input_past_the_units
    ),
}


# ---------------------------------------------------------------- dot_product_test


def dot_absolute(tangent, adjoint, dx, y):
    """Not divided by anything."""
    return abs(np.vdot(tangent(dx), y) - np.vdot(dx, adjoint(y)))


def dot_signed(tangent, adjoint, dx, y):
    """With a sign."""
    forward, back = np.vdot(tangent(dx), y), np.vdot(dx, adjoint(y))
    scale = max(abs(forward), abs(back))
    return (forward - back) / scale if scale > 0 else 0.0


def dot_by_first(tangent, adjoint, dx, y):
    """Divided by the first."""
    forward, back = np.vdot(tangent(dx), y), np.vdot(dx, adjoint(y))
    return abs(forward - back) / abs(forward) if forward else 0.0


DOT_PRODUCT_TEST = {
    "A distance of 1e-10 is much for numbers of size 1e-9 and nothing for 1e9: divide by the "
    "larger of the two.": dot_absolute,
    "A distance has no sign, or a wrong adjoint could look like a very good one: take abs.": (
        dot_signed
    ),
    "Divide by the larger of the two sizes, so that it does not matter which came first.": (
        dot_by_first
    ),
}


# ---------------------------------------------------------------- multiply and tanh on the tape


def multiply_own(a, b):
    """Each factor gets its own value."""
    return Node(a.value * b.value, ((a, lambda g: g * a.value), (b, lambda g: g * b.value)))


def multiply_without_g(a, b):
    """The derivative of the product, not of J."""
    return Node(
        a.value * b.value,
        ((a, lambda g: b.value + np.zeros_like(g)), (b, lambda g: a.value + np.zeros_like(g))),
    )


def multiply_one_parent(a, b):
    """b forgotten."""
    return Node(a.value * b.value, ((a, lambda g: g * b.value),))


MULTIPLY = {
    "a b changes with a by b, and with b by a: each factor's share holds the other's value.": (
        multiply_own
    ),
    "The pullback multiplies: what arrives, g, times the derivative of the product.": (
        multiply_without_g
    ),
    "A product has two parents; yours names the first only, so nothing reaches b.": (
        multiply_one_parent
    ),
}


def tanh_slope_of_input(a):
    """1 - u² for 1 - h²."""
    return Node(np.tanh(a.value), ((a, lambda g: g * (1 - a.value**2)),))


def tanh_without_g(a):
    """The slope alone."""
    h = np.tanh(a.value)
    return Node(h, ((a, lambda g: 1 - h**2 + np.zeros_like(g)),))


def tanh_f_for_slope(a):
    """h for its slope."""
    h = np.tanh(a.value)
    return Node(h, ((a, lambda g: g * h),))


def tanh_leaf(a):
    """Cut from the tape."""
    return Node(np.tanh(a.value))


TANH = {
    "The slope of tanh is 1 − h² with h = tanh(a), not with a itself.": tanh_slope_of_input,
    "The pullback multiplies: what arrives, g, times the slope.": tanh_without_g,
    "The pullback needs the slope 1 − h², not h.": tanh_f_for_slope,
    "Your node has no parents, so the walk back ends there: name a, with its pullback.": tanh_leaf,
}

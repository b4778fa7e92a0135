"""Exercises of notebook 05: learning by perturbation."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex05 import cases, wrong_estimates, wrong_units
from course_utils.nn import perturb

try_one_weight = Exercise(
    solution=perturb.try_one_weight,
    cases=cases.tries,
    points=1,
    partial=False,
    minutes=6,
    difficulty=1,
    hints=(
        "How can you try a change without spoiling theta, should the change be no good?",
        "Work on theta.copy(), change its entry p there, and compare mean_loss(net, …, X, Y) of "
        "both. On a tie nothing has been won.",
        "trial = theta.copy(); trial[p] += change; return trial if mean_loss(net, trial, X, Y) < "
        "mean_loss(net, theta, X, Y) else theta.",
    ),
    mistakes=wrong_estimates.TRY_ONE_WEIGHT,
)

parallel_estimate = Exercise(
    solution=perturb.parallel_estimate,
    cases=cases.directions,
    points=3,
    minutes=15,
    difficulty=2,
    hints=(
        'If J rises by ΔJ when you go σv, what is its slope along v? And which vector says "this '
        'much, in this direction"?',
        "The slope along v is ΔJ/σ; the estimate is that number times v, averaged over the K "
        "directions. mean_loss(net, theta + sigma * V, X, Y) gives all K losses, (K,).",
        "change = mean_loss(net, theta + sigma * V, X, Y) - mean_loss(net, theta, X, Y), then "
        "change @ V / (sigma * len(V)).",
    ),
    mistakes=wrong_estimates.PARALLEL_ESTIMATE,
)

antithetic_estimate = Exercise(
    solution=perturb.antithetic_estimate,
    cases=cases.directions,
    points=2,
    minutes=8,
    difficulty=2,
    hints=(
        "How far apart are the two networks that you compare in a pair?",
        "The slope along v is (J(θ + σv) − J(θ − σv)) / (2σ). The rest is as in "
        "`parallel_estimate`.",
        "rise = mean_loss(net, theta + sigma * V, X, Y) - mean_loss(net, theta - sigma * V, X, Y), "
        "then rise @ V / (2 * sigma * len(V)).",
    ),
    mistakes=wrong_estimates.ANTITHETIC_ESTIMATE,
)

smallest_change = Exercise(
    solution=perturb.smallest_change,
    cases=cases.wishes,
    points=2,
    minutes=12,
    difficulty=3,
    hints=(
        "u_j moves by Σ_i x_i Δw_ij + Δb_j. For one unit j: which of all vectors whose product "
        "with (x, 1) is du_j is the shortest?",
        "The shortest has no part across (x, 1): it is a multiple of it, c (x, 1). What must c be, "
        "for the product with (x, 1) to be du_j?",
        "c = du_j / (x·x + 1). So ΔW = np.outer(x, du) / (x @ x + 1) and Δb = du / (x @ x + 1).",
    ),
    mistakes=wrong_units.SMALLEST_CHANGE,
)

node_delta = Exercise(
    solution=perturb.node_delta,
    cases=cases.noises,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "Whose loss does the noise of example d change? And how much of J is that example's loss?",
        "For each example the slope along its own noise is change[d] / sigma; times noise[d] it is "
        "an estimate for its row. J is the mean, so each row counts 1/N.",
        "change[:, None] * noise / (sigma * len(noise)).",
    ),
    mistakes=wrong_units.NODE_DELTA,
)

directional_derivative = Exercise(
    solution=perturb.directional_derivative,
    cases=cases.tangents,
    points=3,
    minutes=20,
    difficulty=3,
    hints=(
        "u = h W + b, and h, W and b all change at once. What is the rate of change of u, and "
        "which part of it is 0 in the first layer?",
        "du = dh W + h dW + db (the product rule), dh = f'(u) du for the next layer; at the end "
        "J rises by Σ ∂J/∂u du, over examples and outputs.",
        "Loop over k with (W, b) from net.layers(theta) and (dW, db) from net.layers(v): "
        "du = dh @ W + trace.h[k] @ dW + db; dh = net.hidden.slope(trace.u[k], trace.h[k + 1]) "
        "* du. After the loop: np.sum(delta * du).",
    ),
    mistakes=wrong_units.DIRECTIONAL_DERIVATIVE,
)

forward_passes = Exercise(
    solution=perturb.forward_passes,
    cases=cases.bills,
    points=2,
    partial=False,
    minutes=10,
    difficulty=2,
    hints=(
        "Which products with a matrix of the layer's size does backprop make in each layer, and "
        "which of them does a forward pass make, too?",
        "Backprop: h W, hᵀ δ, δ Wᵀ. The tangent-linear pass: h W once, then dh W and h dW for each "
        "direction. One-sided rules share J(θ); in pairs nobody needs it. Noise on the nodes needs "
        "hᵀ δ at the end, once.",
        "backprop 3, finite differences 2 P, one-sided K + 1, antithetic K, node K + 2, forward "
        "gradient 2 K + 1.",
    ),
    mistakes=wrong_units.FORWARD_PASSES,
)

"""Exercises of notebook 08: vanishing gradients."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex08 import cases, wrong_norms, wrong_signals, wrong_units
from course_utils.nn import batchnorm, depth, initialize

path_bound = Exercise(
    solution=depth.path_bound,
    cases=cases.paths,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "What is the derivative of h₂ = f(w₂ h₁ + b₂) by h₁, and how large can its slope be?",
        "One factor w_k f'(u_k) for each link; f' is at most `steepest`, and the sign does not "
        "count.",
        "return np.prod(np.abs(weights) * steepest).",
    ),
    mistakes=wrong_signals.PATH_BOUND,
)

delta_sizes = Exercise(
    solution=depth.delta_sizes,
    cases=cases.networks,
    points=3,
    minutes=15,
    difficulty=2,
    hints=(
        "It is the backward pass of backprop without the gradients. Where does δ begin?",
        "net.loss.delta(net.output, u of the last layer, the outputs, Y). One layer down: "
        "(δ Wᵀ) f'(u), with the slope at the u of the layer below.",
        "for k in range(len(layers) - 1, 0, -1): delta = (delta @ layers[k].W.T) * "
        "net.hidden.slope(trace.u[k - 1]), and append np.sqrt(np.mean(delta**2)). The list is "
        "asked for from the first layer on: turn it round.",
    ),
    mistakes=wrong_signals.DELTA_SIZES,
)

layer_stretch = Exercise(
    solution=depth.layer_stretch,
    cases=cases.jacobians,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Write u_next,j as a sum over i. What is its derivative by u_i?",
        "f'(u_i) w_ij: each row of W times the slope of the unit it comes from. "
        "np.linalg.svd(…, compute_uv=False) gives the singular values.",
        "return np.linalg.svd(slope[:, None] * W, compute_uv=False).",
    ),
    mistakes=wrong_signals.LAYER_STRETCH,
)

scale_for_relu = Exercise(
    solution=initialize.scale_for_relu,
    cases=cases.noises,
    points=1,
    partial=False,
    minutes=8,
    difficulty=2,
    hints=(
        "u adds up n_in independent terms h w, where w has mean 0. What is the mean of their "
        "squares?",
        "n_in · E w² · E h². Half of the v are cut to 0, so E h² is half of E v² = 1.",
        "return noise * np.sqrt(2 / len(noise)).",
    ),
    mistakes=wrong_units.SCALE_FOR_RELU,
)

dead_shares = Exercise(
    solution=depth.dead_shares,
    cases=cases.relu_networks,
    points=2,
    minutes=8,
    difficulty=1,
    hints=(
        "forward(net, theta, X).h holds inputs, hidden layers and outputs. Over which axis must a "
        "unit be 0 to be dead?",
        "(h == 0).all(axis=0) is True for each unit that answers no case; its mean is the share.",
        "return [np.mean((h == 0).all(axis=0)) for h in forward(net, theta, X).h[1:-1]].",
    ),
    mistakes=wrong_units.DEAD_SHARES,
)

batch_norm = Exercise(
    solution=batchnorm.batch_norm,
    cases=cases.activity,
    points=2,
    minutes=10,
    difficulty=1,
    hints=(
        "Whose mean is it: that of a case over its units, or that of a unit over the cases?",
        "A unit's, axis=0. sd = √(var + eps), x̂ = (u − mean) / sd, z = γ x̂ + β.",
        "centred = u - u.mean(axis=0); sd = np.sqrt((centred**2).mean(axis=0) + eps); x_hat = "
        "centred / sd; return gamma * x_hat + beta, x_hat, sd.",
    ),
    mistakes=wrong_norms.BATCH_NORM,
)

batch_norm_backward = Exercise(
    solution=batchnorm.batch_norm_backward,
    cases=cases.derivatives,
    points=4,
    minutes=25,
    difficulty=3,
    hints=(
        "∂J/∂gamma and ∂J/∂beta are sums over the cases. For ∂J/∂u: which x̂ change when a single "
        "u changes?",
        "All of its column: directly, through the mean and through sd. The three ways add up to "
        "γ / sd · (δ − the mean of δ − x̂ · the mean of δ x̂).",
        "d_gamma, d_beta = (delta * x_hat).sum(axis=0), delta.sum(axis=0); return gamma / sd * "
        "(delta - (d_beta + x_hat * d_gamma) / len(delta)), d_gamma, d_beta.",
    ),
    mistakes=wrong_norms.BATCH_NORM_BACKWARD,
)

fold = Exercise(
    solution=batchnorm.fold,
    cases=cases.folds,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "With constant mean and var the layer is h ↦ γ (h W − mean) / √(var + eps) + β. Is that "
        "linear in h?",
        "Yes: with scale = γ / √(var + eps) it is h (W · scale) + (β − mean · scale).",
        "scale = gamma / np.sqrt(var + eps); return W * scale, beta - mean * scale.",
    ),
    mistakes=wrong_norms.FOLD,
)

twin = Exercise(
    solution=depth.twin,
    cases=cases.tanh_layers,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "Which entries of W, b and U belong to one hidden unit? They move together.",
        "Column j of W, b[j] and row j of U. tanh(−u) = −tanh(u): a unit that says −h needs the "
        "opposite sign in front and behind.",
        "return W[:, order] * signs, b[order] * signs, U[order] * signs[:, None].",
    ),
    mistakes=wrong_units.TWIN,
)

"""Exercises of notebook 03: backpropagation in NumPy."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.exercises.ex03 import cases, wrong_matrices, wrong_networks, wrong_units
from course_utils.nn import delta_rules, gradcheck, mlp

connection = Exercise(
    solution=delta_rules.connection,
    cases=cases.connections,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "w changes z, z changes y, y changes E. What are the three derivatives along that chain?",
        "dE/dy = y − t, dy/dz = y (1 − y); and z = w x changes by x for each unit of w.",
        "With dE_dz = y * (1 - y) * (y - t): dE/dw = x * dE_dz, dE/dx = w * dE_dz.",
    ),
    mistakes=wrong_units.CONNECTION,
)

fork = Exercise(
    solution=delta_rules.fork,
    cases=cases.forks,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "By how many ways does a small change of x reach y, and what becomes of their effects?",
        "Each branch is a chain of its own: through w_k, the slope of unit k, v_k, and the slope "
        "of the output unit. E feels the sum of the branches.",
        "With dE_dh = v * y * (1 - y) * (y - t): np.sum(w * h * (1 - h) * dE_dh).",
    ),
    mistakes=wrong_units.FORK,
)

layer_back = Exercise(
    solution=delta_rules.layer_back,
    cases=cases.logistic_layers,
    points=3,
    minutes=12,
    difficulty=2,
    hints=(
        "What does dE/dz have to do with dE/dy in one unit, and which z does a given unit of the "
        "layer below, or a given weight, change?",
        "dE/dz_j = y_j (1 − y_j) dE/dy_j. The weight w_ij changes z_j alone, by y_i of the layer "
        "below; that unit changes every z_j, each by w_ij.",
        "dE_dz = y * (1 - y) * dE_dy; return np.outer(below, dE_dz) and W @ dE_dz.",
    ),
    mistakes=wrong_units.LAYER_BACK,
)

layer_gradients = Exercise(
    solution=delta_rules.layer_gradients,
    cases=cases.layers,
    points=2,
    minutes=8,
    difficulty=1,
    hints=(
        "How does u_dj change with w_ij, and how with b_j? For how many cases d does each of them "
        "count?",
        "∂J/∂w_ij = Σ_d h_di δ_dj, which is one product of matrices; a bias is a weight on an "
        "input that is always 1.",
        "h.T @ delta and delta.sum(axis=0).",
    ),
    mistakes=wrong_matrices.LAYER_GRADIENTS,
)

regression_step = Exercise(
    solution=delta_rules.regression_step,
    cases=cases.regressions,
    points=3,
    minutes=15,
    difficulty=3,
    hints=(
        "Which U stands in the chain from J back to the hidden units: the one that made ŷ, or the "
        "one you are about to make?",
        "First both errors: δ_out = (ŷ − y)/N, which has one column, and from it δ of the hidden "
        "layer, (N, n_hidden), through Uᵀ and the slope 1 − h². Then all four updates.",
        "delta = (delta_out @ U.T) * (1 - h**2) before U changes; gradients as in "
        "`layer_gradients`, each new parameter the old one minus lr times its gradient.",
    ),
    mistakes=wrong_matrices.REGRESSION_STEP,
)

output_delta = Exercise(
    solution=delta_rules.output_delta,
    cases=cases.outputs,
    points=3,
    minutes=12,
    difficulty=3,
    hints=(
        "Write ∂J/∂u as ∂J/∂p times ∂p/∂u on paper, for the sigmoid first. What cancels?",
        "Sigmoid: (p − y)/(p (1 − p)) · p (1 − p). Softmax: ∂p_k/∂u_j = p_k ([k = j] − p_j), and "
        "Σ_k y_k = 1. Identity: the slope is 1. Compare the three results.",
        "All three give (output(u) - Y) / len(Y).",
    ),
    mistakes=wrong_matrices.OUTPUT_DELTA,
)

safe_cross_entropy = Exercise(
    solution=delta_rules.safe_cross_entropy,
    cases=cases.logits,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "σ(50) is 1 to the last digit. What does log(1 − p) give then, and can you write "
        "log(1 − p) with u, without p?",
        "log p = u − log(1 + exp u) and log(1 − p) = −log(1 + exp u): put them into J and collect. "
        "np.logaddexp(a, b) is log(exp a + exp b), safe for every a and b.",
        "np.sum(np.logaddexp(0, u) - Y * u) / len(Y).",
    ),
    mistakes=wrong_matrices.SAFE_CROSS_ENTROPY,
)

backprop = Exercise(
    solution=mlp.backprop,
    cases=cases.networks,
    points=4,
    minutes=20,
    difficulty=3,
    hints=(
        "Start from the output: which δ do you know at once, and what do you need of a layer to "
        "find its gradients?",
        "Walk the layers backwards. In each: ∂J/∂W = hᵀ δ with the h that came in, ∂J/∂b = Σ δ; "
        "then, unless it is the first, δ of the layer below = (δ Wᵀ) f'(u).",
        "`grads = net.layers(gradient)` are views: write into grads[k].W and grads[k].b. "
        "Layer k has trace.h[k] coming in and made trace.u[k]; so the δ you send below it belongs "
        "to trace.u[k - 1]: (delta @ layers[k].W.T) * net.hidden.slope(trace.u[k - 1], "
        "trace.h[k]).",
    ),
    mistakes=wrong_networks.BACKPROP,
)


def with_step(attempt, net, theta, X, Y, eps):
    """Call with the case's own step, so that the formula shows; None leaves the default."""
    if eps is None:
        return attempt(net, theta, X, Y)
    return attempt(net, theta, X, Y, eps=eps)


finite_difference = Exercise(
    solution=gradcheck.finite_difference,
    cases=cases.small_networks,
    run=with_step,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "For one parameter p: which two values of mean_loss do you need, and how far apart are "
        "the two points?",
        "e = np.zeros_like(theta); e[p] = eps. The points are theta + e and theta - e, 2 eps "
        "apart. A loop over p fills the gradient.",
        "gradient[p] = (mean_loss(net, theta + e, X, Y) - mean_loss(net, theta - e, X, Y)) / "
        "(2 * eps).",
    ),
    mistakes=wrong_networks.FINITE_DIFFERENCE,
)

path_sum = Exercise(
    solution=delta_rules.path_sum,
    cases=cases.path_ends,
    points=2,
    minutes=15,
    difficulty=3,
    hints=(
        "What does one path contribute, and how many paths are there if every hidden layer can be "
        "crossed by any of its units?",
        "One path: the product, over its layers, of the weight it takes and the slope of the unit "
        "it reaches. `product(range(3), range(4))` runs through all ways to choose a unit in a "
        "layer of 3 and one in a layer of 4; for one layer of weights it gives one empty choice.",
        "for middle in product(*(range(W.shape[1]) for W in weights[:-1])): follow "
        "(i, *middle, j), multiply W[a, b] * slope[b] from unit to unit, and add up the paths.",
    ),
    mistakes=wrong_networks.PATH_SUM,
)

train_epoch = Exercise(
    solution=delta_rules.train_epoch,
    cases=cases.epochs,
    points=2,
    minutes=10,
    difficulty=2,
    hints=(
        "At which theta is the gradient of the second batch to be taken?",
        "order[start : start + batch_size] are the numbers of one batch's cases; let start run "
        "from 0 in steps of batch_size. A slice that ends too far simply ends.",
        "theta = theta - lr * backprop(net, theta, X[rows], Y[rows]) for each batch in turn.",
    ),
    mistakes=wrong_networks.TRAIN_EPOCH,
)

mse_rate = Exercise(
    solution=delta_rules.mse_rate,
    cases=cases.rates,
    points=1,
    partial=False,
    minutes=5,
    difficulty=1,
    hints=(
        "For the same P and Y, how many times J is MSELoss? And what must a rate do when the "
        "gradient is multiplied by that?",
        "MSELoss = 1/(N n_out) Σ (p − y)² = (2/n_out) J. The gradient has the same factor; the "
        "step is the rate times the gradient.",
        "lr * n_out / 2.",
    ),
    mistakes=wrong_matrices.MSE_RATE,
)

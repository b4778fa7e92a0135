"""Wrong answers to exercises of notebook 08 and what to say of them: signals, first weights, twins.

Some are the lectures' lines taken at their word. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.depth import twin
from course_utils.nn.mlp import forward

# ---------------------------------------------------------------- path_bound


def path_quarter(weights, steepest):
    """Lecture 3's best case for "sigmoid (or tanh)": a quarter for both."""
    return np.prod(np.abs(weights) * 0.25)


def path_slope_once(weights, steepest):
    """The slope counted once."""
    return np.prod(np.abs(weights)) * steepest


def path_slopes_only(weights, steepest):
    """Without the weights."""
    return steepest ** len(weights)


def path_signed(weights, steepest):
    """With its sign."""
    return np.prod(weights * steepest)


def path_sum(weights, steepest):
    """A sum."""
    return np.sum(np.abs(weights) * steepest)


PATH_BOUND = {
    "A quarter is the best case of the sigmoid alone. The slope of tanh reaches 1: take "
    "`steepest`, which lecture 3 leaves out when it says 'sigmoid (or tanh)'.": path_quarter,
    "Every link has a slope of its own; yours counts one for the whole path.": path_slope_once,
    "A link's factor is its weight times its slope; the weights are missing.": path_slopes_only,
    "A bound on the size has no sign: take the weights without theirs.": path_signed,
    "Along one path the factors are multiplied, not added.": path_sum,
}


# ---------------------------------------------------------------- delta_sizes


def _sizes(net, theta, X, Y, size, *, slope="slope", at=-1):
    """`delta_sizes` with one part replaced."""
    layers, trace = net.layers(theta), forward(net, theta, X)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    sizes = [size(delta)]
    for k in range(len(layers) - 1, 0, -1):
        f = net.hidden.slope if slope == "slope" else net.hidden
        delta = (delta @ layers[k].W.T) * (1.0 if slope == "none" else f(trace.u[k + at]))
        sizes.append(size(delta))
    return sizes[::-1]


def _rms(delta):
    return np.sqrt(np.mean(delta**2))


def delta_norms(net, theta, X, Y):
    """Norms instead of root mean squares."""
    return _sizes(net, theta, X, Y, lambda delta: np.sqrt(np.sum(delta**2)))


def delta_means(net, theta, X, Y):
    """Mean magnitudes."""
    return _sizes(net, theta, X, Y, lambda delta: np.mean(np.abs(delta)))


def delta_squares(net, theta, X, Y):
    """Without the root."""
    return _sizes(net, theta, X, Y, lambda delta: np.mean(delta**2))


def delta_backwards(net, theta, X, Y):
    """The last layer first."""
    return _sizes(net, theta, X, Y, _rms)[::-1]


def delta_value_for_slope(net, theta, X, Y):
    """F(u) for f'(u)."""
    return _sizes(net, theta, X, Y, _rms, slope="value")


def delta_no_slope(net, theta, X, Y):
    """Weights alone."""
    return _sizes(net, theta, X, Y, _rms, slope="none")


DELTA_SIZES = {
    "These are norms, roots of the sum: wide layers look strong. Take the root of the mean.": (
        delta_norms
    ),
    "These are mean magnitudes; the root mean square is asked for.": delta_means,
    "The root is missing.": delta_squares,
    "The list begins with the last layer; the first is asked for first.": delta_backwards,
    "You multiplied by f(u); the chain rule needs f'(u).": delta_value_for_slope,
    "The slope of the hidden units is missing: the weights alone do not make δ.": delta_no_slope,
}


# ---------------------------------------------------------------- layer_stretch


def stretch_weights(W, slope):
    """Of W alone."""
    return np.linalg.svd(W, compute_uv=False)


def stretch_squares(W, slope):
    """Squared singular values."""
    return np.linalg.svd(slope[:, None] * W, compute_uv=False) ** 2


def stretch_mean_slope(W, slope):
    """One mean slope for all."""
    return slope.mean() * np.linalg.svd(W, compute_uv=False)


def stretch_entries(W, slope):
    """Entries instead of singular values: lecture 3's product "in a node"."""
    entries = np.sort(np.abs(slope[:, None] * W).ravel())[::-1]
    return entries[: min(W.shape)]


LAYER_STRETCH = {
    "These are the singular values of W. The units in front of it multiply by their slope.": (
        stretch_weights
    ),
    "These are squares of the singular values, the eigenvalues of JJᵀ: take the root.": (
        stretch_squares
    ),
    "Each unit has its own slope; a mean of them gives other singular values.": stretch_mean_slope,
    "These are products of a weight and a slope, as for one node. With many units the singular "
    "values of the whole matrix decide.": stretch_entries,
}


# ---------------------------------------------------------------- scale_for_relu


def relu_fan_in(noise):
    """1/√n, for linear units."""
    return noise / np.sqrt(len(noise))


def relu_glorot(noise):
    """Glorot's variance."""
    return noise * np.sqrt(2 / sum(noise.shape))


def relu_outputs(noise):
    """By the number of outputs."""
    return noise * np.sqrt(2 / noise.shape[1])


def relu_variance(noise):
    """The variance as the factor."""
    return noise * 2 / len(noise)


def relu_twice(noise):
    """Twice the spread instead of twice the variance."""
    return noise * 2 / np.sqrt(len(noise))


SCALE_FOR_RELU = {
    "This keeps the variance of linear units. A ReLU lets half of the mean square through: each "
    "layer would halve it.": relu_fan_in,
    "This is Glorot's compromise between n_in and n_out; here only the way forward counts, and "
    "half of every input is silent.": relu_glorot,
    "u is a sum over the inputs: n_in counts, the rows of noise.": relu_outputs,
    "2/n is the variance; noise is multiplied by its root.": relu_variance,
    "The variance doubles, so the spread grows by √2, not by 2.": relu_twice,
}


# ---------------------------------------------------------------- dead_shares


def dead_zeros(net, theta, X):
    """The share of zeros."""
    return [np.mean(h == 0) for h in forward(net, theta, X).h[1:-1]]


def dead_any(net, theta, X):
    """0 for at least one case."""
    return [np.mean((h == 0).any(axis=0)) for h in forward(net, theta, X).h[1:-1]]


def dead_cases(net, theta, X):
    """Cases without an answer."""
    return [np.mean((h == 0).all(axis=1)) for h in forward(net, theta, X).h[1:-1]]


def dead_counts(net, theta, X):
    """How many."""
    return [np.sum((h == 0).all(axis=0)) for h in forward(net, theta, X).h[1:-1]]


def dead_outputs_too(net, theta, X):
    """With the outputs."""
    return [np.mean((h == 0).all(axis=0)) for h in forward(net, theta, X).h[1:]]


DEAD_SHARES = {
    "This is the share of zeros. A unit that is 0 for some cases is doing its work; dead is one "
    "that is 0 for all.": dead_zeros,
    "A unit is dead when it is 0 for every case, not for some.": dead_any,
    "These are cases to which no unit answers; asked are units that answer no case: axis=0.": (
        dead_cases
    ),
    "These are numbers of units; the share is asked for.": dead_counts,
    "The outputs are no hidden layer.": dead_outputs_too,
}


# ---------------------------------------------------------------- twin


def twin_first_layer(W, b, U, order, signs):
    """Only the weights in front of the units."""
    return W[:, order] * signs, b[order] * signs, U


def twin_forgets_bias(W, b, U, order, signs):
    """The bias stays."""
    new, _, behind = twin(W, b, U, order, signs)
    return new, b, behind


def twin_no_sign_behind(W, b, U, order, signs):
    """The sign is not turned back."""
    return W[:, order] * signs, b[order] * signs, U[order]


def twin_bias_sign(W, b, U, order, signs):
    """The bias keeps its sign."""
    return W[:, order] * signs, b[order], U[order] * signs[:, None]


def twin_backwards(W, b, U, order, signs):
    """Sends unit j to place order[j]."""
    return twin(W, b, U, np.argsort(order), signs)


TWIN = {
    "The weights behind the units must move with them: rows of U.": twin_first_layer,
    "The bias belongs to the unit and moves with it.": twin_forgets_bias,
    "A unit that says −h must have its weights behind it turned as well, or the answer changes.": (
        twin_no_sign_behind
    ),
    "The bias is a part of u: for −u it changes its sign, too.": twin_bias_sign,
    "You sent unit j to place order[j]; in place j shall stand the unit that had place order[j].": (
        twin_backwards
    ),
}

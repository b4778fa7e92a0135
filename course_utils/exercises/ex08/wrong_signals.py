"""Wrong answers to exercises of notebook 08 and what to say of them: signals.

Some are the lectures' lines taken at their word. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

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

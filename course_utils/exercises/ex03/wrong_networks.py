"""Wrong answers to exercises of notebook 03 and what to say of them: a whole network.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np

from course_utils.nn import delta_rules, mlp

# ---------------------------------------------------------------- backprop


def _backprop(net, theta, X, Y, first=None, slope=None, bias=np.sum):
    """`mlp.backprop` with one part replaced."""
    layers, trace = net.layers(theta), mlp.forward(net, theta, X)
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    P = trace.output
    delta = first(P, Y) if first else net.loss.delta(net.output, trace.u[-1], P, Y)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = trace.h[k].T @ delta
        grads[k].b[:] = bias(delta, axis=0)
        if k > 0:
            u = trace.u[k - 1]
            delta = (delta @ layers[k].W.T) * (slope(net, u) if slope else net.hidden.slope(u))
    return gradient


def backprop_sum(net, theta, X, Y):
    """The gradient of the sum over the examples."""
    return mlp.backprop(net, theta, X, Y) * len(X)


def backprop_f_for_slope(net, theta, X, Y):
    """f(u) for f'(u)."""
    return _backprop(net, theta, X, Y, slope=lambda net, u: net.hidden(u))


def backprop_flat(net, theta, X, Y):
    """Without the slope."""
    return _backprop(net, theta, X, Y, slope=lambda net, u: 1.0)


def backprop_p_minus_y(net, theta, X, Y):
    """p - y whatever the output and the loss."""
    return _backprop(net, theta, X, Y, first=lambda P, Y: (P - Y) / len(Y))


def backprop_mean_bias(net, theta, X, Y):
    """The mean for the biases."""
    return _backprop(net, theta, X, Y, bias=np.mean)


BACKPROP = {
    "This is the gradient of the sum over the examples; J is their mean. The 1/N comes in "
    "once, with the δ of the output.": backprop_sum,
    "The chain rule needs the slope f'(u), not f(u): use net.hidden.slope.": backprop_f_for_slope,
    "The slope of the hidden units is missing: δ of the layer below is (δ Wᵀ) times f'(u).": (
        backprop_flat
    ),
    "p − y belongs to the three pairs of output and loss. For any other the slope of the "
    "output stays: take net.loss.delta.": backprop_p_minus_y,
    "The weights are right. ∂J/∂b is the sum of δ over the examples; δ has its 1/N already.": (
        backprop_mean_bias
    ),
}


# ---------------------------------------------------------------- finite_difference


def _difference(net, theta, X, Y, eps, difference):
    return np.array([difference(e) / eps for e in eps * np.eye(theta.size)])


def difference_one_sided(net, theta, X, Y, *, eps=6e-6):
    """(J(θ + ε) - J(θ)) / ε."""
    J = lambda at: mlp.mean_loss(net, at, X, Y)  # noqa: E731
    return _difference(net, theta, X, Y, eps, lambda e: J(theta + e) - J(theta))


def difference_over_eps(net, theta, X, Y, *, eps=6e-6):
    """Divided by eps, not by 2 eps."""
    J = lambda at: mlp.mean_loss(net, at, X, Y)  # noqa: E731
    return _difference(net, theta, X, Y, eps, lambda e: J(theta + e) - J(theta - e))


def difference_all_at_once(net, theta, X, Y, *, eps=6e-6):
    """All parameters moved together."""
    J = lambda at: mlp.mean_loss(net, at, X, Y)  # noqa: E731
    return _difference(net, theta, X, Y, 2 * eps, lambda e: J(theta + eps) - J(theta - eps))


def difference_not_put_back(net, theta, X, Y, *, eps=6e-6):
    """Each parameter stays where the last one left it."""
    theta, gradient = theta.copy(), np.empty_like(theta)
    for p in range(theta.size):
        theta[p] += eps
        up = mlp.mean_loss(net, theta, X, Y)
        theta[p] -= 2 * eps
        gradient[p] = (up - mlp.mean_loss(net, theta, X, Y)) / (2 * eps)
    return gradient


FINITE_DIFFERENCE = {
    "This is the one-sided difference: its error shrinks like eps only. Take theta + e and "
    "theta - e.": difference_one_sided,
    "The two points are 2 eps apart: divide by 2 * eps.": difference_over_eps,
    "All parameters move at once. A partial derivative moves one and keeps the others: set "
    "one entry of e.": difference_all_at_once,
    "A parameter stays moved when the next has its turn. Put it back, or make a new e for "
    "each.": difference_not_put_back,
}


# ---------------------------------------------------------------- path_sum


def _path_sum(weights, slopes, i, j, through=lambda units: True, slope_of=lambda s: s):
    total = 0.0
    for middle in product(*(range(W.shape[1]) for W in weights[:-1])):
        units, effect = (i, *middle, j), 1.0
        for W, slope, (a, b) in zip(weights, slopes, pairwise(units), strict=True):
            effect = effect * W[a, b] * slope_of(slope)[b]
        total += effect if through(units) else 0.0
    return total


def path_one(weights, slopes, i, j):
    """Only through the first unit of each hidden layer."""
    return _path_sum(weights, slopes, i, j, through=lambda units: not any(units[1:-1]))


def path_flat(weights, slopes, i, j):
    """The product of the weights, without the slopes."""
    return _path_sum(weights, slopes, i, j, slope_of=np.ones_like)


def path_last_slope_missing(weights, slopes, i, j):
    """Without the slope of unit j itself."""
    return _path_sum(weights, [*slopes[:-1], np.ones_like(slopes[-1])], i, j)


PATH_SUM = {
    "This is one path only, through the first unit of each layer. Add up all of them.": path_one,
    "The slopes are missing: a path passes through a weight and then through a unit, so each "
    "step is W[a, b] times slope[b].": path_flat,
    "The last unit has a slope, too: the path ends at h_j, not at u_j.": path_last_slope_missing,
}


# ---------------------------------------------------------------- train_epoch


def epoch_from_the_start(net, theta, X, Y, lr, order, batch_size):
    """Every gradient taken at the theta of the beginning."""
    first = theta
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        theta = theta - lr * mlp.backprop(net, first, X[rows], Y[rows])
    return theta


def epoch_drops_last(net, theta, X, Y, lr, order, batch_size):
    """Without the smaller last batch."""
    whole = len(order) - len(order) % batch_size
    return delta_rules.train_epoch(net, theta, X, Y, lr, order[:whole], batch_size)


def epoch_unshuffled(net, theta, X, Y, lr, order, batch_size):
    """The rows as they come."""
    return delta_rules.train_epoch(net, theta, X, Y, lr, np.arange(len(order)), batch_size)


def epoch_divided_again(net, theta, X, Y, lr, order, batch_size):
    """Divided by the batch size although backprop gives a mean."""
    return delta_rules.train_epoch(net, theta, X, Y, lr / batch_size, order, batch_size)


TRAIN_EPOCH = {
    "All gradients are taken at the first theta. Each batch starts from where the one before "
    "has left theta.": epoch_from_the_start,
    "The last, smaller batch is left out: an epoch sees every case once.": epoch_drops_last,
    "You take the cases as they lie; take them in the shuffled order: X[rows] with rows cut "
    "from `order`.": epoch_unshuffled,
    "backprop gives the gradient of the batch's mean: do not divide by the batch size again.": (
        epoch_divided_again
    ),
}

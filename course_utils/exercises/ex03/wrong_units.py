"""Wrong answers to exercises of notebook 03 and what to say of them: one unit, one layer.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import delta_rules
from course_utils.nn.functions import sigmoid

# ---------------------------------------------------------------- connection


def connection_uphill(w, x, t):
    """t - y for y - t."""
    dE_dw, dE_dx = delta_rules.connection(w, x, t)
    return -dE_dw, -dE_dx


def connection_flat(w, x, t):
    """Without the slope of the unit."""
    y = sigmoid(w * x)
    return x * (y - t), w * (y - t)


def connection_slope_of_z(w, x, t):
    """z (1 - z) for y (1 - y)."""
    z = w * x
    dE_dz = z * (1 - z) * (sigmoid(z) - t)
    return x * dE_dz, w * dE_dz


def connection_swapped(w, x, t):
    """(dE/dx, dE/dw)."""
    return delta_rules.connection(w, x, t)[::-1]


CONNECTION = {
    "Both derivatives have the wrong sign: E falls as y moves towards t, so dE/dy is y − t "
    "(lecture 1 writes it −(t − y)).": connection_uphill,
    "The unit's slope is missing: between dE/dy and dE/dz stands dy/dz. Multiply by "
    "y (1 − y).": connection_flat,
    "The slope of a logistic unit is written with its output: y (1 − y), not z (1 − z). "
    "Use y there.": connection_slope_of_z,
    "The two are in each other's place: return dE/dw first, then dE/dx.": connection_swapped,
}


# ---------------------------------------------------------------- fork


def _fork(w, v, x, t, combine=np.sum, slope=True, through_v=True):
    h = sigmoid(w * x)
    y = sigmoid(h @ v)
    dE_dh = (v if through_v else 1.0) * y * (1 - y) * (y - t)
    return combine(w * (h * (1 - h) if slope else 1.0) * dE_dh)


def fork_one_branch(w, v, x, t):
    """The first branch alone."""
    return _fork(w, v, x, t, combine=lambda effects: effects[0])


def fork_mean(w, v, x, t):
    """The mean of the branches."""
    return _fork(w, v, x, t, combine=np.mean)


def fork_linear_branches(w, v, x, t):
    """Without the slopes of the branches' units."""
    return _fork(w, v, x, t, slope=False)


def fork_without_v(w, v, x, t):
    """Without the weights that lead out of the branches."""
    return _fork(w, v, x, t, through_v=False)


FORK = {
    "This is the effect of the first branch alone. x acts through every branch: add their "
    "effects.": fork_one_branch,
    "You took the mean of the branches. Their effects all happen at once: add them.": fork_mean,
    "The units on the branches have a slope, too: multiply each branch by h (1 − h).": (
        fork_linear_branches
    ),
    "The weights v are missing: a branch's h moves the output unit's z by v times as much. "
    "Multiply by v.": fork_without_v,
}


# ---------------------------------------------------------------- layer_back


def layer_back_flat(W, below, y, dE_dy):
    """Without the slope of the units."""
    return np.outer(below, dE_dy), W @ dE_dy


def layer_back_dE_dy_downwards(W, below, y, dE_dy):
    """dE/dz for the weights, dE/dy on the way down."""
    return np.outer(below, y * (1 - y) * dE_dy), W @ dE_dy


def layer_back_weightless(W, below, y, dE_dy):
    """Σ_j dE/dz_j, without w_ij."""
    dE_dz = y * (1 - y) * dE_dy
    return np.outer(below, dE_dz), np.full(len(below), dE_dz.sum())


LAYER_BACK = {
    "The slope of this layer's units is missing: begin with dE/dz = y (1 − y) dE/dy.": (
        layer_back_flat
    ),
    "dE/dW is right. What goes down to the layer below is dE/dz, too, not dE/dy: it must pass "
    "the units before it passes the weights.": layer_back_dE_dy_downwards,
    "dE/dW is right. On the way down every dE/dz_j passes through its weight: "
    "Σ_j w_ij dE/dz_j.": layer_back_weightless,
}

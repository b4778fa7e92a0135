"""Wrong answers to exercises of notebook 08 and what to say of them: units and weights.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.depth import twin
from course_utils.nn.mlp import forward

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

"""Penalties on the loss: J + (decay/2) Σ |w_i|^q, with J the mean over the examples.

q = 2 is L2 (ridge), q = 1 is L1 (lasso; its soft threshold is decay/2 then). Lecture 3 adds the
same penalty to a SUM over the examples, where it is N times weaker.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP
from course_utils.nn.regularize import checks

Array = np.ndarray
Rule = Callable[[MLP, Array, Array, Array], Array]


@cache
def weights_of(net: MLP, biases: bool = False) -> Array:
    """Which parameters are punished (P,), True or False: weights, and biases if they are in."""
    where = np.ones(net.size)
    for _, b in net.layers(where):
        b[:] = biases
    where = where > 0
    where.flags.writeable = False  # it is the same array at the next call
    return where


def _takes_strength(w, decay, q) -> None:
    checks.not_negative("decay", decay)
    checks.exponent(q)


@takes(_takes_strength)
def penalty_gradient(w: Array, decay: float, q: float) -> Array:
    """What the penalty adds to the gradient: the derivative of (decay/2) Σ |w_i|^q.

    w      any shape, the weights
    decay  the strength λ of the penalty
    q      the power, 1 or more; for q = 1 a weight of 0 gets 0
    Returns an array like w. (Lecture 3, "Regularización. Weight decay".)
    """
    return decay / 2 * q * np.sign(w) * np.abs(w) ** (q - 1)


def penalty(net: MLP, theta: Array, decay: float, *, q: float = 2.0, biases: bool = False) -> float:
    """(decay/2) Σ |w_i|^q over the weights, and over the biases if they are in."""
    _takes_strength(theta, decay, q)
    return float(decay / 2 * np.sum(np.abs(theta[weights_of(net, biases)]) ** q))


def penalized(rule: Rule, decay: float, *, q: float = 2.0, biases: bool = False) -> Rule:
    """The rule with the penalty's gradient added: an estimate of the gradient of J + penalty."""
    checks.rule(rule)
    _takes_strength(None, decay, q)

    def gradient(net: MLP, theta: Array, X: Array, Y: Array) -> Array:
        punished = np.where(weights_of(net, biases), theta, 0)
        # for q = 2 the same numbers, without signs and powers
        extra = decay * punished if q == 2 else penalty_gradient(punished, decay, q)
        return rule(net, theta, X, Y) + extra

    return gradient

"""Optimizers: how a gradient becomes a step.

State goes in and comes back, so one step can be printed, plotted and checked alone:

    state = optimizer.init(theta)
    step, state = optimizer.update(g, state, theta)
    theta = theta + step

g, step and theta have one shape and one dtype. lr is a number or a schedule t -> number; t starts
at 1 and counts steps, not epochs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes_numbers

Array = np.ndarray
Rate = float | Callable[[int], float]


class Optimizer(NamedTuple):
    """A rule: state = init(theta); step, state = update(g, state, theta, J=None).

    uses_loss says that update looks at J, the mini-batch's mean_loss, which `train` then works out.
    """

    init: Callable[[Array], Any]
    update: Callable[..., tuple[Array, Any]]
    uses_loss: bool = False


def rate(lr: Rate, t: int) -> float:
    """The learning rate of step t."""
    return float(lr(t)) if callable(lr) else lr


class Count(NamedTuple):
    """The state of a rule without memory: the number of steps taken."""

    t: int


class Velocity(NamedTuple):
    """The state of momentum."""

    t: int
    v: Array


class Moments(NamedTuple):
    """The state of Adam: running means of the gradient and of its square."""

    t: int
    m: Array
    v: Array


@takes_numbers(lr=guard.rate)
def gd(lr: Rate) -> Optimizer:
    """Gradient descent: Δθ = -lr g. Stochastic when g comes from a mini-batch."""

    def update(g, state, theta, J=None):
        t = state.t + 1
        return -rate(lr, t) * g, Count(t)

    return Optimizer(lambda theta: Count(0), update)


@takes_numbers(lr=guard.rate, alpha=guard.fraction)
def momentum(lr: Rate, alpha: float = 0.9) -> Optimizer:
    """Momentum: v <- alpha v - lr g; Δθ = v.

    The learning rate is inside the velocity (lecture 1, "Ecuaciones del método de momento"). torch
    keeps it outside, v <- alpha v + g, Δθ = -lr v: the same path while lr does not change.
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        v = alpha * state.v - rate(lr, t) * g
        return v, Velocity(t, v)

    return Optimizer(lambda theta: Velocity(0, np.zeros_like(theta)), update)


@takes_numbers(lr=guard.rate, beta1=guard.fraction, beta2=guard.fraction, eps=guard.positive)
def adam(lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma & Ba 2015, algorithm 1), eps outside the root.

    m <- beta1 m + (1 - beta1) g           m̂ = m / (1 - beta1^t)
    v <- beta2 v + (1 - beta2) g²          v̂ = v / (1 - beta2^t)
    Δθ = -lr m̂ / (√v̂ + eps)
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return -rate(lr, t) * m_hat / (np.sqrt(v_hat) + eps), Moments(t, m, v)

    return Optimizer(lambda theta: Moments(0, np.zeros_like(theta), np.zeros_like(theta)), update)

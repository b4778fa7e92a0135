"""Gradient descent and the rules that give it a memory: one learning rate for all weights."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.optim.rule import Optimizer, Rate, a_rule, rate
from course_utils.nn.optim.states import Count, Velocity


@a_rule(lr=guard.rate)
def gd(lr: Rate) -> Optimizer:
    """Gradient descent: against the gradient, lr times as far. Stochastic on mini-batches.

    lr is a number or a schedule t -> number. The state is Count(t), 0 at the start.
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        return -rate(lr, t) * g, Count(t)  # Δθ = -lr g

    return Optimizer(lambda theta: Count(0), update)


@a_rule(lr=guard.rate, alpha=guard.fraction)
def momentum(lr: Rate, alpha: float = 0.9) -> Optimizer:
    """Momentum (lecture 1, "Ecuaciones del método de momento"): the step is the velocity.

    The learning rate is inside the velocity; `momentum_outside` has it outside, as torch. The state
    is Velocity(t, v), zero at the start.
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        v = alpha * state.v - rate(lr, t) * g  # v <- alpha v - lr g
        return v, Velocity(t, v)  # Δθ = v

    return Optimizer(lambda theta: Velocity(0, np.zeros_like(theta)), update)


@a_rule(lr=guard.rate, alpha=guard.fraction)
def momentum_outside(lr: Rate, alpha: float = 0.9) -> Optimizer:
    """Momentum with the learning rate outside the velocity (torch.optim.SGD).

    The velocity gathers the gradients themselves, and lr comes in when the step is made. The state
    is Velocity(t, v), zero at the start. Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        v = alpha * state.v + g  # v <- alpha v + g
        return -rate(lr, t) * v, Velocity(t, v)  # Δθ = -lr v

    return Optimizer(lambda theta: Velocity(0, np.zeros_like(theta)), update)


@a_rule(lr=guard.rate, alpha=guard.fraction)
def nesterov(lr: Rate, alpha: float = 0.9) -> Optimizer:
    """Nesterov's momentum: the step looks ahead by the velocity that comes next.

    θ stands for the place where the gradient is taken (Sutskever et al. 2013; torch's
    nesterov=True), so g is the gradient at θ as for every rule. The velocity is that of `momentum`,
    with lr inside; the state is Velocity(t, v), zero at the start.
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        v = alpha * state.v - rate(lr, t) * g  # v <- alpha v - lr g
        return alpha * v - rate(lr, t) * g, Velocity(t, v)  # Δθ = alpha v - lr g, with the new v

    return Optimizer(lambda theta: Velocity(0, np.zeros_like(theta)), update)

"""Learning rates that change: schedules t -> rate, and two rules that look at the loss.

A schedule goes in wherever a rate does, momentum(cosine(0.1, 1000)). t counts steps from 1, and at
t = 1 every schedule gives lr.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes, takes_numbers
from course_utils.nn.optim.rule import Optimizer, a_rule, growth, guard_updates, not_negative
from course_utils.nn.optim.states import Driver, Plateau

Schedule = Callable[[int], float]


@takes_numbers(lr=guard.positive)
def fixed(lr: float) -> Schedule:
    """The same rate for ever."""
    return lambda t: lr


@takes_numbers(lr=guard.positive, half=guard.positive)
def inverse_time(lr: float, half: float) -> Schedule:
    """1/t: the rate is half of lr after `half` steps, a third after twice as many, and so on."""
    return lambda t: lr / (1 + (t - 1) / half)


@takes_numbers(lr=guard.positive, steps=guard.positive, least=not_negative)
def cosine(lr: float, steps: float, least: float = 0.0) -> Schedule:
    """Half a cosine: from lr at t = 1 down to `least` after `steps` more steps, and then stays.

    Slow at first, fastest in the middle, slow at the end (Loshchilov & Hutter 2017, without
    restarts). Returns a function t -> rate.
    """

    def schedule(t):
        share = min((t - 1) / steps, 1)  # of the way down: 0 at t = 1, 1 from t = steps + 1 on
        return least + (lr - least) * (1 + math.cos(math.pi * share)) / 2

    return schedule


@a_rule(lr=guard.positive, up=growth, down=guard.fraction)
def bold_driver(lr: float, up: float = 1.05, down: float = 0.5) -> Optimizer:
    """Gradient descent whose one rate follows the loss J (lecture 1, "La tasa de aprendizaje").

    J has not risen: the rate grows by the factor `up`, then a step against g. J has risen (or is
    no number): the rate shrinks by the factor `down`, the last step is taken back, and the step is
    tried again from there, with the gradient and loss of that place. The first step is taken at
    rate lr. For the full batch: the loss of mini-batches goes up and down by itself. The state
    is Driver(t, lr, J, g, step), at the start with lr / up for lr, J infinite, g and step zero.
    Returns Optimizer(init, update, uses_loss=True).
    """

    def update(g, state, theta, J=None):
        if state.J >= J:  # False for nan, which counts as a rise
            lr, back = state.lr * up, 0.0
        else:
            lr, J, g, back = state.lr * down, state.J, state.g, -state.step
        step = -lr * g
        return back + step, Driver(state.t + 1, lr, J, g, step)

    def init(theta):
        return Driver(0, lr / up, math.inf, np.zeros_like(theta), np.zeros_like(theta))

    return Optimizer(init, update, uses_loss=True)


def _takes_rule(rule, factor=0.1, patience=10, threshold=1e-4) -> None:
    guard.instance("rule", rule, Optimizer, "course_utils.nn.optim and call it")
    guard.fraction("factor", factor)
    guard.count("patience", patience, least=0)
    guard.fraction("threshold", threshold)


@takes(_takes_rule)
def on_plateau(
    rule: Optimizer, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4
) -> Optimizer:
    """`rule` with smaller steps when the loss stops falling (lecture 1, point 5).

    When J has not been below (1 - threshold) of its best for more than `patience` steps, all
    further steps are `factor` times as long (torch's ReduceLROnPlateau). Scaling steps is scaling
    the rate for every rule whose rate stands outside its state; `momentum_outside`, not `momentum`.
    """

    def update(g, state, theta, J=None):
        better = state.best * (1 - threshold) > J
        waited, scale = 0 if better else state.waited + 1, state.factor
        if waited > patience:
            waited, scale = 0, scale * factor
        step, inner = rule.update(g, state.rule, theta, J)
        best = J if better else state.best
        return scale * step, Plateau(state.t + 1, inner, scale, best, waited)

    def init(theta):
        return Plateau(0, rule.init(theta), 1.0, math.inf, 0)

    return guard_updates(Optimizer(init, update, uses_loss=True), "on_plateau")

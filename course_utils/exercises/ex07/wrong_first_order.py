"""Wrong answers to exercises of notebook 07 and what to say of them: one rate for all weights.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.nn import optim
from course_utils.nn.optim import Count, Driver, Optimizer, Velocity, rate

# ---------------------------------------------------------------- gd


def _gd(step):
    def update(g, state, theta, J=None):
        return step(g, state.t + 1, theta), Count(state.t + 1)

    return Optimizer(lambda theta: Count(0), update)


def gd_uphill(lr):
    """With the gradient."""
    return _gd(lambda g, t, theta: rate(lr, t) * g)


def gd_place(lr):
    """The new theta for the step."""
    return _gd(lambda g, t, theta: theta - rate(lr, t) * g)


def gd_late(lr):
    """The rate of t = 0 at the first step."""
    return _gd(lambda g, t, theta: -rate(lr, t - 1) * g)


GD = {
    "This climbs: the gradient points to where J grows. The step is −lr g.": gd_uphill,
    "This is the new θ. An update returns the step alone; `theta + step` is made outside.": (
        gd_place
    ),
    "t starts at 1: count first, then ask the schedule, rate(lr, t).": gd_late,
}


# ---------------------------------------------------------------- momentum


def _velocity(change):
    """A rule with a velocity: change(v, g, t) -> step, new v."""

    def update(g, state, theta, J=None):
        step, v = change(state.v, g, state.t + 1)
        return step, Velocity(state.t + 1, v)

    return Optimizer(lambda theta: Velocity(0, np.zeros_like(theta)), update)


def _moving(new):
    """A rule whose step is the velocity."""
    return _velocity(lambda v, g, t: (new(v, g, t),) * 2)


def momentum_loses(lr, alpha=0.9):
    """The velocity loses the share alpha instead of keeping it."""
    return _moving(lambda v, g, t: (1 - alpha) * v - rate(lr, t) * g)


def momentum_averages(lr, alpha=0.9):
    """A mean of gradients."""
    return _moving(lambda v, g, t: alpha * v - (1 - alpha) * rate(lr, t) * g)


def momentum_uphill(lr, alpha=0.9):
    """Plus lr g."""
    return _moving(lambda v, g, t: alpha * v + rate(lr, t) * g)


def momentum_forgets(lr, alpha=0.9):
    """No velocity is kept."""
    return _velocity(lambda v, g, t: (alpha * v - rate(lr, t) * g, v))


MOMENTUM = {
    "Lecture 1 says that the velocity 'decays in a proportion α'. It is multiplied by α: it keeps "
    "90 %, it does not lose 90 %.": momentum_loses,
    "The gradient comes in whole: there is no factor 1 − α in lecture 1's momentum.": (
        momentum_averages
    ),
    "The sign of the gradient is wrong: the velocity gains −lr g. (Lecture 3 writes v with a plus "
    "and then subtracts it.)": momentum_uphill,
    "The state that you return must hold the new velocity, or nothing is remembered.": (
        momentum_forgets
    ),
}


def outside_inside(lr, alpha=0.9):
    """Lecture 1's place of the rate."""
    return _velocity(lambda v, g, t: (-(alpha * v + rate(lr, t) * g), alpha * v + rate(lr, t) * g))


def outside_uphill(lr, alpha=0.9):
    """Plus lr v."""
    return _velocity(lambda v, g, t: (rate(lr, t) * (alpha * v + g), alpha * v + g))


def outside_old(lr, alpha=0.9):
    """The step with the velocity before."""
    return _velocity(lambda v, g, t: (-rate(lr, t) * v, alpha * v + g))


MOMENTUM_OUTSIDE = {
    "Here the velocity gathers g itself, and lr multiplies the velocity when the step is made.": (
        outside_inside
    ),
    "The velocity gathers gradients, so the step goes against it: −lr v.": outside_uphill,
    "The step is made with the new velocity, in which this gradient is already.": outside_old,
}


def nesterov_plain(lr, alpha=0.9):
    """Momentum."""
    return _moving(lambda v, g, t: alpha * v - rate(lr, t) * g)


def nesterov_old(lr, alpha=0.9):
    """Looks ahead by a velocity twice the new one's share."""
    return _velocity(
        lambda v, g, t: (
            alpha * v - rate(lr, t) * g + alpha * v,
            alpha * v - rate(lr, t) * g,
        )
    )


def nesterov_without_gradient(lr, alpha=0.9):
    """alpha v alone."""

    def change(v, g, t):
        v = alpha * v - rate(lr, t) * g
        return alpha * v, v

    return _velocity(change)


NESTEROV = {
    "This is plain momentum. Nesterov's step uses the velocity that has just been made: "
    "alpha times it, minus lr g.": nesterov_plain,
    "The look ahead is alpha times the new velocity, not the old one once more.": nesterov_old,
    "lr g is there twice: once in the new velocity, and once more in the step.": (
        nesterov_without_gradient
    ),
}


# ---------------------------------------------------------------- rates that change


def cosine_from_zero(lr, steps, least=0.0):
    """t as if it began at 0."""
    return lambda t: optim.cosine(lr, steps, least)(t + 1)


def cosine_comes_back(lr, steps, least=0.0):
    """Without an end."""
    return lambda t: least + (lr - least) * (1 + math.cos(math.pi * (t - 1) / steps)) / 2


def cosine_straight(lr, steps, least=0.0):
    """A straight line."""
    return lambda t: least + (lr - least) * (1 - min((t - 1) / steps, 1))


def cosine_above(lr, steps, least=0.0):
    """`least` added on top."""
    return lambda t: least + optim.cosine(lr, steps)(t)


COSINE = {
    "t starts at 1, and there the rate is still lr: the share of the way is (t − 1)/steps.": (
        cosine_from_zero
    ),
    "After `steps` more steps the rate stays at `least`; yours rises again. Keep the share at 1 "
    "or below.": cosine_comes_back,
    "This is a straight line: the share goes into a cosine, (1 + cos(π share))/2.": cosine_straight,
    "At t = 1 this is lr + least. Only lr − least is lowered.": cosine_above,
}


def _driver(lr, up, down, change):
    def update(g, state, theta, J=None):
        step, driver = change(g, state, J)
        return step, driver

    def init(theta):
        return Driver(0, lr / up, math.inf, np.zeros_like(theta), np.zeros_like(theta))

    return Optimizer(init, update, uses_loss=True)


def driver_goes_on(lr, up=1.05, down=0.5):
    """The bad step is not taken back."""

    def change(g, state, J):
        now = state.lr * (up if state.J >= J else down)
        return -now * g, Driver(state.t + 1, now, J, g, -now * g)

    return _driver(lr, up, down, change)


def driver_new_gradient(lr, up=1.05, down=0.5):
    """Goes back, but with the gradient and the loss of the bad place."""

    def change(g, state, J):
        good = state.J >= J
        now = state.lr * (up if good else down)
        back = 0.0 if good else -state.step
        return back - now * g, Driver(state.t + 1, now, J, g, -now * g)

    return _driver(lr, up, down, change)


def driver_backwards(lr, up=1.05, down=0.5):
    """Faster when it rises, slower when it falls."""

    def change(g, state, J):
        good = state.J >= J
        now = state.lr * (down if good else up)
        J, g, back = (J, g, 0.0) if good else (state.J, state.g, -state.step)
        return back - now * g, Driver(state.t + 1, now, J, g, -now * g)

    return _driver(lr, up, down, change)


BOLD_DRIVER = {
    "The step that made J rise must be taken back: −state.step, and then a shorter one.": (
        driver_goes_on
    ),
    "It goes back, but then steps with the gradient of the place it has left. Take state.g and "
    "state.J, which belong to the place it goes back to.": driver_new_gradient,
    "It is the other way round: J fell, the rate grows; J rose, it shrinks.": driver_backwards,
}

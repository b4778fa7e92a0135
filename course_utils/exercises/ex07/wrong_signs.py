"""Wrong answers to exercises of notebook 07 and what to say of them: rules that compare signs.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.optim import Gains, Optimizer, StepSizes, irprop_minus, rate, rprop

# ---------------------------------------------------------------- gains


def _gains(lr, grow, least, most):
    """Gains by grow(gain, agree, g)."""

    def update(g, state, theta, J=None):
        gain = np.clip(grow(state.gain, g * state.g, g), least, most)
        return -rate(lr, state.t + 1) * gain * g, Gains(state.t + 1, gain, g)

    return Optimizer(lambda theta: Gains(0, np.ones_like(theta), np.zeros_like(theta)), update)


def _by_sign(sign, more, less, same):
    return np.where(sign > 0, more, np.where(sign < 0, less, same))


def gains_else(lr, up=0.05, down=0.95, least=0.1, most=10.0):
    """Lecture 1's else: shrinks at a product of 0, and so at the first step."""

    def grow(gain, agree, g):
        return np.where(agree > 0, gain + up, gain * down)

    return _gains(lr, grow, least, most)


def gains_unlimited(lr, up=0.05, down=0.95, least=0.1, most=10.0):
    """Lecture 1 gives no limits."""

    def grow(gain, agree, g):
        return _by_sign(agree, gain + up, gain * down, gain)

    return _gains(lr, grow, 0, np.inf)


def gains_multiply(lr, up=0.05, down=0.95, least=0.1, most=10.0):
    """Grows by a factor, too."""

    def grow(gain, agree, g):
        return _by_sign(agree, gain * (1 + up), gain * down, gain)

    return _gains(lr, grow, least, most)


def gains_sign(lr, up=0.05, down=0.95, least=0.1, most=10.0):
    """The gradient's own sign decides."""

    def grow(gain, agree, g):
        return _by_sign(g, gain + up, gain * down, gain)

    return _gains(lr, grow, least, most)


GAINS = {
    "A product of 0 must leave the gain as it is. With lecture 1's `else` it shrinks there, and "
    "already at the first step, which has no gradient before it.": gains_else,
    "The limits are missing: under gradients that always agree the gain grows without end. Keep it "
    "in [least, most].": gains_unlimited,
    "Up is added, down is a factor: so a gain under random signs hovers about 1.": gains_multiply,
    "What counts is whether two gradients in a row agree, the sign of their product, not the sign "
    "of the gradient.": gains_sign,
}


# ---------------------------------------------------------------- rprop and iRprop-


def _rprop(lr, up, down, least, most, *, back, deciding=lambda g, before: g * before, keep=0.0):
    """RPROP with one part replaced; keep is the factor on the gradient that is kept at a turn."""

    def update(g, state, theta, J=None):
        agree = deciding(g, state.g)
        turned = agree < 0
        size = np.clip(_by_sign(agree, state.size * up, state.size * down, state.size), least, most)
        step = -np.sign(g) * size
        if back:
            step = np.where(turned, -state.step, step)
        g = np.where(turned, keep * g, g)
        return step, StepSizes(state.t + 1, size, g, step)

    def init(theta):
        return StepSizes(0, np.full_like(theta, lr), np.zeros_like(theta), np.zeros_like(theta))

    return Optimizer(init, update)


def rprop_printed(lr=0.1, up=1.2, down=0.5, least=1e-6, most=50.0):
    """Lecture 1: a positive gradient makes the rate larger."""
    return _rprop(lr, up, down, least, most, back=False, deciding=lambda g, before: g, keep=1.0)


def rprop_floor(lr=0.1, up=1.2, down=0.5, least=1e-3, most=50.0):
    """Lecture 1's limit 0.001 as the default."""
    return rprop(lr, up, down, least, most)


def rprop_stays(lr=0.1, up=1.2, down=0.5, least=1e-6, most=50.0):
    """iRprop-."""
    return irprop_minus(lr, up, down, least, most)


def rprop_no_way_back(lr=0.1, up=1.2, down=0.5, least=1e-6, most=50.0):
    """Steps on against the new sign, and keeps the gradient."""
    return _rprop(lr, up, down, least, most, back=False, keep=1.0)


def rprop_punished_twice(lr=0.1, up=1.2, down=0.5, least=1e-6, most=50.0):
    """Goes back, but keeps the gradient."""
    return _rprop(lr, up, down, least, most, back=True, keep=1.0)


RPROP = {
    "Lecture 1 prints 'if the gradient is positive, increase the rate'. What decides is whether "
    "the last two gradients agree: the sign of their product.": rprop_printed,
    "The limits are 50 and a millionth, 1e-6. Lecture 1's 0.001 stops the search too early.": (
        rprop_floor
    ),
    "This is iRprop-, which stays where it is when the gradient turns. The rule of 1993 takes "
    "the last step back: −state.step.": rprop_stays,
    "When the gradient turns, the weight has jumped over a minimum: take the last step back and "
    "keep 0 for the gradient.": rprop_no_way_back,
    "After the way back the gradient turns again, by itself. Keep 0 for it, so that the same turn "
    "does not shrink Δ twice.": rprop_punished_twice,
}


def irprop_back(lr=0.1, up=1.2, down=0.5, least=1e-6, most=50.0):
    """The rule of 1993."""
    return rprop(lr, up, down, least, most)


def irprop_turns(lr=0.1, up=1.2, down=0.5, least=1e-6, most=50.0):
    """Steps against the new sign, but keeps 0."""
    return _rprop(lr, up, down, least, most, back=False)


IRPROP_MINUS = {
    "This is the rule of 1993, with the way back. Here a weight whose gradient turns stays where "
    "it is.": irprop_back,
    "The weight must stay where its gradient turns: set g to 0 there before the step is made.": (
        irprop_turns
    ),
    "When the gradient turns, set it to 0: then the weight stays, and the next step changes no "
    "Δ.": rprop_no_way_back,
}

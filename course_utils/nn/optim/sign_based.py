"""Rules that compare the sign of a weight's gradient with the one before."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.optim.rule import Optimizer, Rate, a_rule, growth, rate
from course_utils.nn.optim.states import Gains, StepSizes


@a_rule(
    lr=guard.rate,
    up=guard.positive,
    down=guard.fraction,
    least=guard.positive,
    most=guard.positive,
)
def gains(
    lr: Rate, up: float = 0.05, down: float = 0.95, least: float = 0.1, most: float = 10.0
) -> Optimizer:
    """A gain for every weight (lecture 1, "Esquema general del método"): lr is multiplied by it.

    Two gradients in a row that agree in sign: the gain grows by `up`; that disagree: it is
    multiplied by `down`; product 0: it stays. Then it is kept within [least, most]. It starts at 1;
    start and limits are missing in the lecture. The state is Gains(t, gain, g), its g zero at the
    start. Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t, agree = state.t + 1, g * state.g
        kept = np.where(agree < 0, state.gain * down, state.gain)
        gain = np.clip(np.where(agree > 0, state.gain + up, kept), least, most)
        return -rate(lr, t) * gain * g, Gains(t, gain, g)  # Δθ = -lr gain g

    return Optimizer(lambda theta: Gains(0, np.ones_like(theta), np.zeros_like(theta)), update)


@a_rule(
    lr=guard.positive,
    up=growth,
    down=guard.fraction,
    least=guard.positive,
    most=guard.positive,
)
def rprop(
    lr: float = 0.1, up: float = 1.2, down: float = 0.5, least: float = 1e-6, most: float = 50.0
) -> Optimizer:
    """RPROP of 1993 (Riedmiller & Braun): each weight has a step size Δ; of g only the sign counts.

    The sign of two gradients in a row agrees: Δ times `up`, at most `most`, and a step of Δ against
    the sign. It turns: Δ times `down`, at least `least`; the weight takes its last step back, and
    the gradient that is kept is 0, so that the next step changes no Δ. Product 0: a step of Δ as it
    is. lr is no learning rate but the first Δ. The state is StepSizes(t, size, g, step) with g and
    step zero at the start. Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        agree = g * state.g
        kept = np.where(agree < 0, state.size * down, state.size)
        size = np.clip(np.where(agree > 0, state.size * up, kept), least, most)
        step = np.where(agree < 0, -state.step, -np.sign(g) * size)
        g = np.where(agree < 0, 0, g)
        return step, StepSizes(state.t + 1, size, g, step)

    def init(theta):
        return StepSizes(0, np.full_like(theta, lr), np.zeros_like(theta), np.zeros_like(theta))

    return Optimizer(init, update)


@a_rule(
    lr=guard.positive,
    up=growth,
    down=guard.fraction,
    least=guard.positive,
    most=guard.positive,
)
def irprop_minus(
    lr: float = 0.1, up: float = 1.2, down: float = 0.5, least: float = 1e-6, most: float = 50.0
) -> Optimizer:
    """iRprop- (Igel & Hüsken 2000), what torch.optim.Rprop does: RPROP without the way back.

    As `rprop`, but a weight whose gradient turns stays where it is for one step; the gradient that
    is kept is 0 there. State StepSizes(t, size, g, step). Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        agree = g * state.g
        kept = np.where(agree < 0, state.size * down, state.size)
        size = np.clip(np.where(agree > 0, state.size * up, kept), least, most)
        g = np.where(agree < 0, 0, g)
        step = -np.sign(g) * size
        return step, StepSizes(state.t + 1, size, g, step)

    def init(theta):
        return StepSizes(0, np.full_like(theta, lr), np.zeros_like(theta), np.zeros_like(theta))

    return Optimizer(init, update)

"""Wrong answers to exercises of notebook 07 and what to say of them: Adam and AdamW.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.ex07.wrong_adaptive import inside, outside
from course_utils.nn import optim
from course_utils.nn.optim import Moments, Optimizer, rate

# ---------------------------------------------------------------- adam


def _adam(lr, beta1, beta2, eps, direction):
    """Adam's means; direction(m, v, t) -> what lr multiplies."""

    def update(g, state, theta, J=None):
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        return -rate(lr, t) * direction(m, v, t, theta), Moments(t, m, v)

    return Optimizer(lambda theta: Moments(0, np.zeros_like(theta), np.zeros_like(theta)), update)


def adam_zero(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """t = 0 at the first step: 0/0."""

    def direction(m, v, t, theta):
        with np.errstate(all="ignore"):
            m_hat = m / np.float64(1 - beta1 ** (t - 1))
            return m_hat / outside(v / np.float64(1 - beta2 ** (t - 1)), eps)

    return _adam(lr, beta1, beta2, eps, direction)


def adam_uncorrected(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """No correction of the start."""
    return _adam(lr, beta1, beta2, eps, lambda m, v, t, theta: m / outside(v, eps))


def adam_inside(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Eps inside the root."""

    def direction(m, v, t, theta):
        return m / (1 - beta1**t) / inside(v / (1 - beta2**t), eps)

    return _adam(lr, beta1, beta2, eps, direction)


def adam_eps_hat(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """scikit-learn's form."""
    return optim.adam_reordered(lr, beta1, beta2, eps)


ADAM = {
    "t is 1 at the first step. With t = 0 the correction divides by 1 − β⁰ = 0, and the answer is "
    "nan (lecture 3 does not say where t begins).": adam_zero,
    "The correction of the start is missing: divide m by 1 − beta1^t and v by 1 − beta2^t.": (
        adam_uncorrected
    ),
    "eps belongs outside the root: √v̂ + eps.": adam_inside,
    "This is the reordered form with ε̂: eps is added to √v before the correction. Correct v "
    "first.": adam_eps_hat,
}


# ---------------------------------------------------------------- adamw


def _adamw(lr, beta1, beta2, eps, shrink):
    def direction(m, v, t, theta):
        adams = m / (1 - beta1**t) / outside(v / (1 - beta2**t), eps)
        return adams + shrink(theta, t)

    return _adam(lr, beta1, beta2, eps, direction)


def adamw_in_the_gradient(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    """torch's Adam with weight_decay: L2 in the gradient."""
    rule = optim.adam(lr, beta1, beta2, eps)

    def update(g, state, theta, J=None):
        return rule.update(g + decay * theta, state, theta)

    return Optimizer(rule.init, update)


def adamw_without_rate(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    """The share lost is decay, whatever the rate."""
    return _adamw(lr, beta1, beta2, eps, lambda theta, t: decay * theta / rate(lr, t))


def adamw_grows(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    """The weights grow."""
    return _adamw(lr, beta1, beta2, eps, lambda theta, t: -decay * theta)


ADAMW = {
    "This is L2 in the gradient (what torch's Adam does with weight_decay): the means see it, and "
    "large gradients shrink it. Add decay θ beside Adam's direction.": adamw_in_the_gradient,
    "The share that the weights lose is lr · decay, so that a schedule lowers it, too.": (
        adamw_without_rate
    ),
    "The weights grow: the step has −lr decay θ in it.": adamw_grows,
}

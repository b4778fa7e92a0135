"""Rules that divide by the size of past gradients, so that every weight has a rate of its own.

eps keeps a division by 0 away. It stands outside the root, √v + eps, but for Adadelta, where the
paper has it inside.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.optim.rule import Optimizer, Rate, a_rule, not_negative, rate
from course_utils.nn.optim.states import Deltas, MeanSquare, Moments, Squares


@a_rule(lr=guard.rate, eps=guard.positive)
def adagrad(lr: Rate = 0.01, eps: float = 1e-8) -> Optimizer:
    """Adagrad (Duchi, Hazan & Singer 2011): divide by the root of the sum of squared gradients.

    eps is outside the root (lecture 3 prints it inside). The state is Squares(t, G), zero at the
    start. Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        G = state.G + g**2  # G <- G + g²
        return -rate(lr, t) * g / (np.sqrt(G) + eps), Squares(t, G)  # Δθ = -lr g / (√G + eps)

    return Optimizer(lambda theta: Squares(0, np.zeros_like(theta)), update)


@a_rule(lr=guard.rate, rho=guard.fraction, eps=guard.positive)
def rmsprop(lr: Rate = 0.01, rho: float = 0.9, eps: float = 1e-8) -> Optimizer:
    """RMSprop (Tieleman & Hinton 2012): divide by the root of the mean of recent squares.

    The mean forgets: rho of the old, 1 - rho of the new (lecture 1: 0.9 and 0.1; torch: 0.99). eps
    is outside the root. The state is MeanSquare(t, v), zero at the start.
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        v = rho * state.v + (1 - rho) * g**2  # v <- rho v + (1 - rho) g²
        return -rate(lr, t) * g / (np.sqrt(v) + eps), MeanSquare(t, v)  # Δθ = -lr g / (√v + eps)

    return Optimizer(lambda theta: MeanSquare(0, np.zeros_like(theta)), update)


@a_rule(lr=guard.rate, rho=guard.fraction, eps=guard.positive)
def adadelta(lr: Rate = 1.0, rho: float = 0.9, eps: float = 1e-6) -> Optimizer:
    """Adadelta (Zeiler 2012): the ratio of two roots, of past squared steps and squared gradients.

    The paper has no lr (1 leaves it out; torch has it, outside both means). eps is inside both
    roots: the first step is made of it alone. The mean of squared steps is that of the steps
    before this one, and without lr in them. The state is Deltas(t, v, d), zero at the start.
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        v = rho * state.v + (1 - rho) * g**2  # v <- rho v + (1 - rho) g²
        step = -np.sqrt(state.d + eps) / np.sqrt(v + eps) * g  # RMS of steps / RMS of gradients
        d = rho * state.d + (1 - rho) * step**2  # d <- rho d + (1 - rho) step²
        return rate(lr, t) * step, Deltas(t, v, d)

    return Optimizer(lambda theta: Deltas(0, np.zeros_like(theta), np.zeros_like(theta)), update)


@a_rule(lr=guard.rate, beta1=guard.fraction, beta2=guard.fraction, eps=guard.positive)
def adam(lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma & Ba 2015, algorithm 1): running means of g and g², freed of their start at 0.

    t is 1 at the first step; eps is outside the root of the corrected mean. The state is
    Moments(t, m, v), zero at the start; what it keeps are the means before the correction.
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g  # m <- beta1 m + (1 - beta1) g
        v = beta2 * state.v + (1 - beta2) * g**2  # v <- beta2 v + (1 - beta2) g²
        v_hat = v / (1 - beta2**t)
        lr_m = rate(lr, t) / (1 - beta1**t)  # lr m̂ = lr_m m, a number less to work out per weight
        return -lr_m * m / (np.sqrt(v_hat) + eps), Moments(t, m, v)  # Δθ = -lr m̂ / (√v̂ + eps)

    return Optimizer(lambda theta: Moments(0, np.zeros_like(theta), np.zeros_like(theta)), update)


@a_rule(lr=guard.rate, beta1=guard.fraction, beta2=guard.fraction, eps=guard.positive)
def adam_reordered(
    lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """Adam in the order at the end of the paper's section 2: all corrections go to the rate.

    Δθ = -lr √(1 - beta2^t) / (1 - beta1^t) m / (√v + ε̂): scikit-learn's form. Here eps is ε̂, added
    to the root of the mean that is not corrected: `adam` with ε̂ / √(1 - beta2^t).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        lr_t = rate(lr, t) * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
        return -lr_t * m / (np.sqrt(v) + eps), Moments(t, m, v)

    return Optimizer(lambda theta: Moments(0, np.zeros_like(theta), np.zeros_like(theta)), update)


@a_rule(
    lr=guard.rate,
    beta1=guard.fraction,
    beta2=guard.fraction,
    eps=guard.positive,
    decay=not_negative,
)
def adamw(
    lr: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    decay: float = 0.01,
) -> Optimizer:
    """AdamW (Loshchilov & Hutter 2019): Adam's step, and apart from it every weight shrinks.

    The weights lose the share lr · decay in each step (torch's convention); decay enters neither g
    nor the means, which is what L2 in the gradient would do. State as Adam's, Moments(t, m, v).
    Returns Optimizer(init, update).
    """

    def update(g, state, theta, J=None):
        t = state.t + 1
        m = beta1 * state.m + (1 - beta1) * g
        v = beta2 * state.v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        direction = m_hat / (np.sqrt(v_hat) + eps) + decay * theta  # Δθ = -lr (Adam's + decay θ)
        return -rate(lr, t) * direction, Moments(t, m, v)

    return Optimizer(lambda theta: Moments(0, np.zeros_like(theta), np.zeros_like(theta)), update)

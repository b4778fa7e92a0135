"""Wrong answers to exercises of notebook 07 and what to say of them: a rate for every weight.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.optim import Deltas, MeanSquare, Optimizer, Squares, rate


def outside(v, eps):
    """√v + eps."""
    return np.sqrt(v) + eps


def inside(v, eps):
    """√(v + eps)."""
    return np.sqrt(v + eps)


def no_root(v, eps):
    """V + eps."""
    return v + eps


# ---------------------------------------------------------------- adagrad, rmsprop


def _scaled(lr, eps, State, gather, divisor=outside):
    """Divide by a root of what gather(old, g) collects."""

    def update(g, state, theta, J=None):
        new = gather(state[1], g)
        return -rate(lr, state.t + 1) * g / divisor(new, eps), State(state.t + 1, new)

    return Optimizer(lambda theta: State(0, np.zeros_like(theta)), update)


def _sum(G, g):
    return G + g**2


def adagrad_inside(lr=0.01, eps=1e-8):
    """Lecture 3: eps inside the root."""
    return _scaled(lr, eps, Squares, _sum, inside)


def adagrad_no_root(lr=0.01, eps=1e-8):
    """Divided by the sum itself."""
    return _scaled(lr, eps, Squares, _sum, no_root)


def adagrad_one_for_all(lr=0.01, eps=1e-8):
    """One sum for all weights."""
    return _scaled(lr, eps, Squares, lambda G, g: G + g @ g)


def adagrad_late(lr=0.01, eps=1e-8):
    """Divides by the sum before this gradient."""

    def update(g, state, theta, J=None):
        step = -rate(lr, state.t + 1) * g / outside(state.G, eps)
        return step, Squares(state.t + 1, _sum(state.G, g))

    return Optimizer(lambda theta: Squares(0, np.zeros_like(theta)), update)


ADAGRAD = {
    "eps belongs outside the root, √G + eps. Inside, as lecture 3 has it, 1e-8 acts like 1e-4.": (
        adagrad_inside
    ),
    "The root is missing: divide by √G + eps.": adagrad_no_root,
    "Each weight has its own sum: g**2, element by element, not g @ g.": adagrad_one_for_all,
    "This gradient belongs to the sum already: first G, then the step.": adagrad_late,
}


def _rmsprop(lr, rho, eps, gather=None, divisor=outside):
    gather = gather or (lambda v, g: rho * v + (1 - rho) * g**2)
    return _scaled(lr, eps, MeanSquare, gather, divisor)


def rmsprop_magnitudes(lr=0.01, rho=0.9, eps=1e-8):
    """Lecture 1's words: the mean of the magnitudes."""

    def gather(v, g):
        return rho * v + (1 - rho) * np.abs(g)

    return _rmsprop(lr, rho, eps, gather, no_root)


def rmsprop_inside(lr=0.01, rho=0.9, eps=1e-8):
    """Lecture 3's formula: eps inside the root."""
    return _rmsprop(lr, rho, eps, divisor=inside)


def rmsprop_adagrad(lr=0.01, rho=0.9, eps=1e-8):
    """Nothing is forgotten."""
    return _rmsprop(lr, rho, eps, lambda v, g: v + g**2)


def rmsprop_exchanged(lr=0.01, rho=0.9, eps=1e-8):
    """0.1 of the old, 0.9 of the new."""
    return _rmsprop(lr, rho, eps, lambda v, g: (1 - rho) * v + rho * g**2)


RMSPROP = {
    "Lecture 1 says 'the mean of the magnitudes'. Divide by the root of the mean square; it is "
    "larger unless all magnitudes are equal.": rmsprop_magnitudes,
    "eps belongs outside the root here. Lecture 3 has it inside in the formula and outside in the "
    "code; the course takes outside, as torch.": rmsprop_inside,
    "This sums like Adagrad. The mean forgets: rho of the old, 1 − rho of the new.": (
        rmsprop_adagrad
    ),
    "rho is what the old mean keeps, 0.9; the new square comes in with 1 − rho.": (
        rmsprop_exchanged
    ),
}


# ---------------------------------------------------------------- adadelta


def _adadelta(lr, rho, eps, *, root=inside, moved=lambda step, lr: step, current=False):
    def update(g, state, theta, J=None):
        t = state.t + 1
        v = rho * state.v + (1 - rho) * g**2
        step = -root(state.d, eps) / root(v, eps) * g
        d = rho * state.d + (1 - rho) * moved(step, rate(lr, t)) ** 2
        if current:
            step = -root(d, eps) / root(v, eps) * g
        return rate(lr, t) * step, Deltas(t, v, d)

    return Optimizer(lambda theta: Deltas(0, np.zeros_like(theta), np.zeros_like(theta)), update)


def adadelta_rmsprop(lr=1.0, rho=0.9, eps=1e-6):
    """Lecture 3 puts the two on one slide: RMSprop, with an empty second mean."""

    def update(g, state, theta, J=None):
        v = rho * state.v + (1 - rho) * g**2
        return -rate(lr, state.t + 1) * g / outside(v, eps), Deltas(state.t + 1, v, state.d)

    return Optimizer(lambda theta: Deltas(0, np.zeros_like(theta), np.zeros_like(theta)), update)


def adadelta_outside(lr=1.0, rho=0.9, eps=1e-6):
    """Eps outside both roots."""
    return _adadelta(lr, rho, eps, root=outside)


def adadelta_with_rate(lr=1.0, rho=0.9, eps=1e-6):
    """The rate in the mean of squared steps."""
    return _adadelta(lr, rho, eps, moved=lambda step, lr: lr * step)


def adadelta_current(lr=1.0, rho=0.9, eps=1e-6):
    """The mean of squared steps with this step in it."""
    return _adadelta(lr, rho, eps, current=True)


ADADELTA = {
    "This is RMSprop. Adadelta keeps a second mean, of its squared steps, whose root takes the "
    "place of the learning rate (lecture 3 runs the two together).": adadelta_rmsprop,
    "Here eps is inside both roots, √(d + eps) and √(v + eps): the first step is made of it.": (
        adadelta_outside
    ),
    "The mean of squared steps takes the step without lr; lr multiplies only what is returned.": (
        adadelta_with_rate
    ),
    "The mean of squared steps must be the one before this step, state.d.": adadelta_current,
}

"""What the attempts of notebook 07 are tried on: rng -> argument tuples, and how they meet a case.

An optimizer becomes data: its first state, then a step and a state for each of some gradients. The
gradients agree, turn, are 0 for a while, and differ in size from weight to weight; rates are
numbers and schedules; a case without options is there where a rule has defaults.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

Cases = Iterator[tuple]
Generator = np.random.Generator


# ---------------------------------------------------------------- how an attempt meets a case


def walk(attempt: Callable, theta, gradients, *options) -> list:
    """attempt(*options), its first state, and a step and a state for each gradient."""
    optimizer = attempt(*options)
    state = optimizer.init(theta)
    taken = [state]
    for g in gradients:
        step, state = optimizer.update(g, state, theta)
        theta = theta + step
        taken.append((step, state))
    return taken


def walk_with_losses(attempt: Callable, theta, gradients, losses, *options) -> list:
    """As `walk`, for a rule that looks at the loss J."""
    optimizer = attempt(*options)
    state = optimizer.init(theta)
    taken = [optimizer.uses_loss, state]
    for g, J in zip(gradients, losses, strict=True):
        step, state = optimizer.update(g, state, theta, J)
        theta = theta + step
        taken.append((step, state))
    return taken


def rates_at(attempt: Callable, times: list[int], *options) -> list:
    """The rates of a schedule at some t."""
    schedule = attempt(*options)
    return [schedule(t) for t in times]


# ---------------------------------------------------------------- schedules, functions


def falling(t: int) -> float:
    """A rate that halves with every step."""
    return 0.4 * 0.5**t


def square_minus_two(x: float) -> float:
    """x² - 2."""
    return x**2 - 2


def twice(x: float) -> float:
    """2 x, the slope of it."""
    return 2 * x


def signed_root(x: float) -> float:
    """±√|x|, on which Newton's method goes from x to -x and back for ever."""
    return math.copysign(math.sqrt(abs(x)), x)


def signed_root_slope(x: float) -> float:
    """1 / (2 √|x|)."""
    return 0.5 / math.sqrt(abs(x))


def itself(x: float) -> float:
    """X."""
    return x


def one(x: float) -> float:
    """The slope of x."""
    return 1.0


# ---------------------------------------------------------------- gradients


def _start(rng: Generator, P: int, steps: int = 6):
    """theta (P,) and gradients (steps, P) of very different sizes, some of them 0."""
    gradients = rng.normal(size=(steps, P)) * np.geomspace(0.05, 5, P)
    gradients[steps // 2, 0] = 0.0
    return rng.normal(size=P), gradients


def _cases(*options: tuple) -> Callable[[Generator], Cases]:
    """Cases with these options, on 2, 3, 4, … weights."""

    def cases(rng: Generator) -> Cases:
        for n, chosen in enumerate(options):
            yield *_start(rng, 2 + n), *chosen

    return cases


rates = _cases((0.3,), (falling,), (1.5,))
velocities = _cases((0.3,), (0.2, 0.6), (falling, 0.5), (1.5, 0.0))
sums = _cases((0.5, 0.3), (), (falling, 0.8))
means = _cases((0.5, 0.6, 0.3), (), (falling, 0.3, 0.8))
moments = _cases((0.5, 0.6, 0.3, 0.2), (), (falling, 0.3, 0.8, 0.5))
decays = _cases((0.5, 0.6, 0.3, 0.2, 0.4), (), (falling, 0.3, 0.8, 0.5, 0.7))


def _patterns(rng: Generator, steps: int) -> np.ndarray:
    """Gradients (steps, 4): always agreeing, always turning, random with zeros, once turning."""
    k = np.arange(steps)
    mixed = rng.normal(size=steps) * (rng.uniform(size=steps) > 0.2)
    once = np.where(k < steps // 2, -1.0, 1.0)
    return np.stack([np.ones(steps), (-1.0) ** k, mixed, once], axis=1) * rng.uniform(0.5, 2, 4)


def gains(rng: Generator) -> Cases:
    """(theta, gradients, lr, up, down, least, most)."""
    yield rng.normal(size=4), _patterns(rng, 5), 0.3, 0.2, 0.5, 0.01, 100.0
    yield rng.normal(size=4), _patterns(rng, 9), falling, 0.5, 0.6, 0.3, 2.2
    yield rng.normal(size=4), _patterns(rng, 190), 0.1


def signs(rng: Generator) -> Cases:
    """(theta, gradients, lr, up, down, least, most)."""
    yield rng.normal(size=4), _patterns(rng, 5), 0.3, 1.5, 0.4, 1e-9, 1e9
    yield rng.normal(size=4), _patterns(rng, 12), 0.7, 1.3, 0.6, 0.2, 1.4
    yield rng.normal(size=4), _patterns(rng, 44)


def drives(rng: Generator) -> Cases:
    """(theta, gradients, losses, lr, up, down): the loss falls, stays, rises, is no number."""
    losses = [9.0, 8.0, 8.0, 8.5, 7.0, 7.5, 7.25, np.nan, 6.0]
    for n, options in enumerate([(0.3, 1.3, 0.4), (0.5,)]):
        yield *_start(rng, 2 + n, len(losses)), losses, *options


def schedules(rng: Generator) -> Cases:
    """(times, lr, steps, least)."""
    yield [1, 2, 3, 5, 9], float(rng.uniform(0.1, 1)), 8
    yield [1, 4, 10, 11, 12, 25], float(rng.uniform(0.1, 1)), 10, 0.03


# ---------------------------------------------------------------- second order


def roots(rng: Generator) -> Cases:
    """(f, slope, x, tol, steps)."""
    yield square_minus_two, twice, float(rng.uniform(0.5, 3))
    yield square_minus_two, twice, float(rng.uniform(5, 9)), 0.5
    yield itself, one, 0.25, 0.25
    yield signed_root, signed_root_slope, float(rng.uniform(1, 2))
    yield signed_root, signed_root_slope, float(rng.uniform(1, 2)), 1e-3, 4


SCALE = np.array([30.0, 1.0, 8.0, 100.0])


def by_scale(r: np.ndarray) -> np.ndarray:
    """A preconditioner that knows how the unknowns are scaled."""
    return r / SCALE**2


def systems(rng: Generator) -> Cases:
    """(A, b, x, steps, tol, precondition)."""
    for n, steps, rest in ((1, 3, ()), (3, 2, ()), (4, 9, ()), (5, 30, (0.03,))):
        A, b = _system(rng, n)
        yield A, 40 * b, rng.normal(size=n), steps, *rest
    A, b = _system(rng, 4)
    A = np.diag(SCALE) @ A @ np.diag(SCALE)
    yield A, b, np.zeros(4), 3, 1e-3, by_scale
    yield A, b, np.zeros(4), 9, 0.3, tiny
    yield A, 0 * b, np.zeros(4), 5


def tiny(r: np.ndarray) -> np.ndarray:
    """A preconditioner that only scales."""
    return 1e-4 * r


def _system(rng: Generator, n: int):
    B = rng.normal(size=(n + 3, n))
    return B.T @ B / n + 0.3 * np.eye(n), rng.normal(size=n)


def pairs(rng: Generator) -> Cases:
    """(g, S, Y) with 0 to 4 pairs of positive curvature."""
    for count, P in ((0, 2), (1, 3), (3, 2), (2, 4), (4, 6)):
        A, g = _system(rng, P)
        S = [rng.normal(size=P) for _ in range(count)]
        yield g, S, [A @ s for s in S]

"""What the attempts of notebook 04 are tried on: rng -> argument tuples, small to large."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from course_utils.nn.adjoint import CLASSIC, Linear, Lorenz63

Cases = Iterator[tuple]
Generator = np.random.Generator


def quadratics(rng: Generator) -> Cases:
    """(alpha, x0, y), numbers."""
    for x0 in (2.0, -1.5, 0.5):
        alpha, y = rng.normal(size=2)
        yield float(alpha), x0, float(y)


def layer_changes(rng: Generator) -> Cases:
    """(W, b, X, dW, db, dX)."""
    for N, n_in, n_out in ((2, 3, 2), (1, 2, 4), (4, 3, 3)):
        values = [rng.normal(size=s) for s in ((n_in, n_out), n_out, (N, n_in))]
        yield *values, *(rng.normal(size=v.shape) for v in values)


def layer_adjoints(rng: Generator) -> Cases:
    """(W, b, X, A)."""
    for N, n_in, n_out in ((2, 3, 2), (3, 2, 4), (4, 3, 3)):
        yield tuple(rng.normal(size=s) for s in ((n_in, n_out), n_out, (N, n_in), (N, n_out)))


def linear_maps(rng: Generator) -> Cases:
    """(tangent, adjoint, dx, y): pairs that belong together, and pairs that do not."""
    for rows, columns in ((2, 3), (4, 2), (3, 3)):
        M, other = rng.normal(size=(2, rows, columns))
        dx, y = rng.normal(size=columns), rng.normal(size=rows)
        tangent = partial(np.dot, M)
        yield tangent, partial(np.dot, other.T), dx, y
        yield tangent, partial(np.dot, -0.5 * M.T), dx, y
        yield tangent, partial(np.dot, 3 * M.T), 2 * dx, y
    M, matrices = rng.normal(size=(3, 2)), rng.normal(size=(2, 4))
    yield partial(np.dot, M), partial(np.dot, 2 * M.T), matrices, rng.normal(size=(3, 4))
    yield partial(np.dot, 0 * M), partial(np.dot, 0 * M.T), np.ones(2), np.ones(3)


def pairs_on_tape(rng: Generator) -> Cases:
    """(a, b, weights): two values of one shape, and how J weighs their product."""
    for shape in ((), (3,), (2, 3), (3, 3)):
        yield tuple(np.asarray(rng.normal(size=shape)) for _ in range(3))


def values_on_tape(rng: Generator) -> Cases:
    """(a, weights)."""
    for shape in ((), (4,), (2, 3)):
        yield tuple(np.asarray(rng.normal(size=shape)) for _ in range(2))


def lorenz_states(rng: Generator) -> Cases:
    """(x, p, a), with the classic parameters and with others."""
    for scale, p in ((1, CLASSIC), (10, CLASSIC), (3, (2.0, 5.0, 1.5))):
        yield scale * rng.normal(size=3), p, rng.normal(size=3)


def backgrounds(rng: Generator) -> Cases:
    """(x, background, B)."""
    for n in (2, 3, 5):
        yield rng.normal(size=n), rng.normal(size=n), covariance(rng, n)


class Squares:
    """An instrument that is not linear: it reads the squares of the state."""

    def run(self, x):
        """x²."""
        return x**2

    def tangent(self, x, dx):
        """2 x δx."""
        return 2 * x * dx

    def adjoint(self, x, a):
        """The same: a diagonal is its own transpose."""
        return 2 * x * a


def windows(rng: Generator) -> Cases:
    """(model, H, R, x, observations): a linear model, then Lorenz-63."""
    for model, n, m, times in (
        (Linear(rng.normal(size=(2, 2))), 2, 1, (0, 2)),
        (Lorenz63(0.05), 3, 2, (3,)),
        (Lorenz63(0.05), 3, 3, (1, 2, 4)),
    ):
        H, x = Linear(rng.normal(size=(m, n))), 5 * rng.normal(size=n)
        H = Squares() if m == n else H
        yield model, H, covariance(rng, m), x, {k: 5 * rng.normal(size=m) for k in times}


def runs(rng: Generator) -> Cases:
    """(model, H, B, R, states, times, v)."""
    for model, H, R, x, observations in windows(rng):
        n, states = len(x), [x]
        for _ in range(max(observations)):
            states.append(model.run(states[-1]))
        yield model, H, covariance(rng, n), R, states, tuple(observations), rng.normal(size=n)


def covariance(rng: Generator, n: int) -> np.ndarray:
    """A covariance whose variables differ in size and hang together."""
    A = rng.normal(size=(n, n))
    return A @ A.T / n + np.diag(rng.uniform(0.5, 2.0, n))

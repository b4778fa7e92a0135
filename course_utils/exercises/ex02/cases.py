"""What the attempts of notebook 02 are tried on: rng -> argument tuples, small to large.

Shapes are not square, batches hold more than one example, and values reach to where a careless
formula overflows or divides zero by zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from course_utils.nn import functions as f

Cases = Iterator[tuple]
Generator = np.random.Generator
LARGE = np.array([[-800.0, -30.0, 0.0], [1e-3, 20.0, 800.0]])


def layers(rng: Generator) -> Cases:
    """(X, W, b)."""
    for N, n_in, n_out in ((1, 2, 3), (3, 2, 1), (5, 3, 2), (4, 4, 4)):
        yield rng.normal(size=(N, n_in)), *_layer(rng, n_in, n_out)


def towers(rng: Generator) -> Cases:
    """(layers,): one layer to four."""
    for sizes in ((2, 3), (3, 2, 4), (2, 4, 3, 1), (3, 3, 3), (4, 2, 3, 5, 2)):
        yield (_tower(rng, sizes),)


def values(rng: Generator) -> Cases:
    """(u,), moderate first, then large."""
    yield (rng.normal(size=(2, 3)),)
    yield (3 * rng.normal(size=5),)
    yield (LARGE,)


def leaks(rng: Generator) -> Cases:
    """(u, leak), the kink included."""
    for leak in (0.0, 0.01, 0.3):
        yield np.array([[-2.0, 0.0, 3.0]]), leak
        yield 2 * rng.normal(size=(4, 2)), leak


def scores(rng: Generator) -> Cases:
    """(u,), rows far apart and large ones among them."""
    yield (rng.normal(size=(2, 3)),)
    yield (3 * rng.normal(size=(4, 1 + int(rng.integers(2, 5)))),)
    yield (rng.normal(size=(3, 4)) + np.array([[0.0], [1000.0], [-1000.0]]),)


def degrees(rng: Generator) -> Cases:
    """(d, p)."""
    yield from ((1, 3), (2, 2), (3, 2), (2, 5), (6, 3), (4, 0), (10, 5))
    yield int(rng.integers(5, 10)), int(rng.integers(3, 6))


def shapes(rng: Generator) -> Cases:
    """(sizes,)."""
    for sizes in ((3, 2), (1, 2, 1), (1, 100, 1), (4, 3, 5, 2), (784, 500, 300, 10)):
        yield (sizes,)
    yield (tuple(map(int, rng.integers(2, 900, 4))),)


def numbers(rng: Generator) -> Cases:
    """(P, Y), outputs and targets that are numbers."""
    for shape in ((3, 1), (2, 4), (7, 3)):
        yield rng.normal(size=shape), rng.normal(size=shape)


def bits(rng: Generator) -> Cases:
    """(P, Y), yes or no: plain ones, exact zeros and ones, outputs that are no probabilities."""
    for shape in ((3, 1), (2, 4), (6, 3)):
        yield rng.uniform(0.05, 0.95, shape), _bits(rng, shape)
    yield np.array([[0.0, 1.0], [0.5, 0.25]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    yield np.array([[2.0], [0.5]]), np.array([[0.0], [1.0]])
    yield np.array([[-1.0], [0.5]]), np.array([[1.0], [1.0]])


def classes(rng: Generator) -> Cases:
    """(P, Y), one of n classes: plain ones, then with probabilities of exactly 0."""
    for N, n in ((3, 2), (2, 4), (6, 3)):
        yield f.softmax(rng.normal(size=(N, n))), _classes(rng, N, n)
    yield np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


def networks(rng: Generator) -> Cases:
    """(X, Y, layers, f, U, c, g, L): no hidden layer to three, the usual pairs of g and L."""
    for N, sizes, hidden, output, L in (
        (3, (2, 3), f.tanh, f.identity, squares),
        (2, (3, 4, 1), f.relu, f.sigmoid, surprise),
        (5, (2, 4, 3, 2), f.tanh, f.identity, squares),
        (4, (3, 2, 5, 3), f.sigmoid, f.softmax, surprise),
        (6, (2, 5, 4, 3, 4), f.swish, f.sigmoid, surprise),
    ):
        *inner, (U, c) = _tower(rng, sizes)
        Y = {
            f.identity: lambda N=N, n=sizes[-1]: rng.normal(size=(N, n)),
            f.sigmoid: lambda N=N, n=sizes[-1]: _bits(rng, (N, n)),
            f.softmax: lambda N=N, n=sizes[-1]: _classes(rng, N, n),
        }[output]()
        yield rng.normal(size=(N, sizes[0])), Y, inner, hidden, U, c, output, L


# Losses of the cases' own: those of the package are exercises of this notebook, and no case of one
# exercise hands out the answer to another.


def squares(y_hat: np.ndarray, Y: np.ndarray) -> float:
    """The mean over the examples of their squared differences."""
    return float(((y_hat - Y) ** 2).sum() / len(Y))


def surprise(y_hat: np.ndarray, Y: np.ndarray) -> float:
    """The mean over the examples of -ln of what they were given."""
    return float(-np.log((y_hat * Y + (1 - y_hat) * (1 - Y)).clip(1e-12)).sum() / len(Y))


def _layer(rng: Generator, n_in: int, n_out: int) -> tuple:
    return rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)


def _tower(rng: Generator, sizes: tuple[int, ...]) -> list[tuple]:
    return [_layer(rng, *pair) for pair in pairwise(sizes)]


def _bits(rng: Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.integers(0, 2, shape).astype(float)


def _classes(rng: Generator, N: int, n_out: int) -> np.ndarray:
    return np.eye(n_out)[rng.integers(0, n_out, N)]

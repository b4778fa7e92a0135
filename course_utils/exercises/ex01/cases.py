"""What the attempts of notebook 01 are tried on: rng -> argument tuples, small to large.

Whole numbers where a case has to lie exactly on the line; x₀ = 1 is the first column of every X.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from course_utils.nn.perceptron import two_layers, with_bias

Cases = Iterator[tuple]
Generator = np.random.Generator


def answered(rng: Generator) -> Cases:
    """(w, X), among them cases on the line."""
    yield np.array([-1.0, 1.0, 1.0]), with_bias(all_bits(2))
    yield rng.normal(size=3), with_bias(rng.normal(size=(5, 2)))
    yield rng.integers(-2, 3, 4).astype(float), with_bias(rng.integers(-2, 3, (30, 3)))
    yield np.zeros(3), with_bias(rng.normal(size=(4, 2)))


def single_cases(rng: Generator) -> Cases:
    """(w, x, y): right, wrong and on the line, with both labels."""
    for y in (1.0, -1.0):
        yield np.zeros(3), np.r_[1.0, rng.normal(size=2)], y
        yield np.array([1.0, -1.0, 2.0]), np.array([1.0, 3.0, 1.0]), y  # w·x = 0
        for u in (0.4, 3.0, -0.4, -3.0):
            x = np.r_[1.0, rng.normal(size=3)]
            w = rng.normal(size=4)
            yield w + (u - w @ x) / (x @ x) * x, x, y  # w·x = u


def learnable(rng: Generator) -> Cases:
    """(w, X, y, epochs): sets that are learned in time, some that are not, other starts than 0."""
    bits = with_bias(all_bits(2))
    yield np.zeros(3), bits, np.array([-1.0, -1.0, -1.0, 1.0]), 50
    yield np.zeros(3), bits, np.array([-1.0, 1.0, 1.0, -1.0]), 8  # 4 mistakes an epoch, for ever
    one_at_first = with_bias(np.array([[2.0, -2.0], [-2.0, 1.0], [-1.0, 0.0], [-2.0, 2.0]]))
    yield np.array([0.0, 2.0, 1.0]), one_at_first, np.array([1.0, -1.0, 1.0, 1.0]), 5
    for N, n, epochs in ((1, 1, 3), (8, 2, 100), (20, 3, 200), (15, 4, 2), (6, 2, 0)):
        X, y = separated(rng, N, n, gap=0.1)
        yield rng.normal(size=n + 1) if epochs == 2 else np.zeros(n + 1), X, y, epochs


def lines(rng: Generator) -> Cases:
    """(w, X, y) with w of any length and cases on both sides, some of them wrong."""
    for N, n, flip in ((1, 2, 0), (4, 1, 1), (9, 3, 2), (7, 2, 0)):
        X, w = with_bias(rng.normal(size=(N, n))), 3 * rng.normal(size=n + 1)
        y = np.where(X @ w > 0, 1.0, -1.0)
        y[:flip] *= -1
        yield w, X, y


def separating_lines(rng: Generator) -> Cases:
    """(w, X, y) with every case on its side."""
    for N, n in ((1, 2), (5, 1), (8, 3), (30, 2)):
        X, w = with_bias(2 * rng.normal(size=(N, n))), 3 * rng.normal(size=n + 1)
        yield w, X, np.where(X @ w > 0, 1.0, -1.0)


def fits(rng: Generator) -> Cases:
    """(w, X, y) for least squares, with more cases than weights and fewer."""
    for N, n in ((1, 2), (3, 4), (6, 2), (12, 3)):
        X = with_bias(rng.normal(size=(N, n)))
        yield rng.normal(size=n + 1), X, rng.choice([-1.0, 1.0], N)


def mixed(rng: Generator) -> Cases:
    """(w, X, y, epochs): classes that overlap, and a start that is already the best."""
    for N, n, epochs in ((5, 1, 3), (12, 2, 4), (25, 3, 3), (40, 2, 4), (33, 1, 3), (6, 2, 0)):
        y = rng.choice([-1.0, 1.0], N)
        X = with_bias(rng.normal(size=(N, n)) + 0.5 * y[:, None])
        yield np.zeros(n + 1), X, y, epochs
    w, X, y = np.array([0.0, 1.0, 0.0]), with_bias(rng.normal(size=(10, 2))), np.ones(10)
    y[X @ w <= 0] = -1.0
    yield w, X, y, 2
    y = np.r_[-y[:2], y[2:]]
    yield w, X, y, 2


def two_bits(rng: Generator) -> Cases:
    """(X,), the four cases of two bits."""
    yield (all_bits(2),)


def numbers_of_bits(rng: Generator) -> Cases:
    """(X, bits), all cases of so many bits."""
    for bits in (2, 1, 3, 5, 6):
        yield all_bits(bits), bits


def tables(rng: Generator) -> Cases:
    """(X, order): bits and other numbers, every order from 0 to all inputs."""
    for N, n, order in ((3, 2, 1), (4, 3, 2), (2, 4, 3), (5, 4, 4), (3, 3, 0), (1, 1, 1)):
        yield rng.normal(size=(N, n)), order
    yield all_bits(3), 2


def answers(attempt: Callable, X: np.ndarray, *args) -> np.ndarray | None:
    """What the net with the weights attempt(*args) answers to every row of X."""
    weights = attempt(*args)
    return None if weights is None else two_layers(X, *weights)


def all_bits(n: int) -> np.ndarray:
    """X (2**n, n), all vectors of n bits."""
    return np.array(list(product((0.0, 1.0), repeat=n)))


def separated(rng: Generator, N: int, n: int, gap: float) -> tuple[np.ndarray, np.ndarray]:
    """X (N, n + 1) and y (N,), with no case nearer than `gap` to a line drawn at random."""
    w = rng.normal(size=n + 1)
    X = with_bias(rng.normal(size=(20 * N, n)))
    X = X[np.abs(X @ w) > gap * np.linalg.norm(w)][:N]
    return X, np.where(X @ w > 0, 1.0, -1.0)

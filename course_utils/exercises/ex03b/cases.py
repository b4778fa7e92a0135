"""What the attempts of notebook 03b are tried on: rng -> argument tuples, small to large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product

import numpy as np

from course_utils.nn import functions as f
from course_utils.nn.mlp import MLP
from course_utils.nn.perceptron import two_layers

Cases = Iterator[tuple]
Generator = np.random.Generator


def column_layers(rng: Generator) -> Cases:
    """(W, A, dZ): more cases than units, fewer, and as many."""
    for n_in, n_out, m in ((2, 1, 3), (3, 2, 5), (4, 3, 2), (3, 3, 3)):
        yield (
            rng.normal(size=(n_out, n_in)),
            rng.normal(size=(n_in, m)),
            rng.normal(size=(n_out, m)),
        )


def column_nets(rng: Generator) -> Cases:
    """(layers,) of lecture 4, one layer to three."""
    for sizes in ((2, 3), (3, 2, 4), (2, 4, 3, 1), (3, 3, 3)):
        yield (
            [(rng.normal(size=(n_out, n_in)), rng.normal(size=(n_out, 1)))
             for n_in, n_out in pairwise(sizes)],
        )  # fmt: skip


def even_bits(rng: Generator) -> Cases:
    """(X, bits): every vector of 2, 4, 6 and 8 bits."""
    for bits in (2, 4, 6, 8):
        yield np.array(list(product((0.0, 1.0), repeat=bits))), bits


def answers(attempt: Callable, X: np.ndarray, *args) -> np.ndarray | None:
    """What the net with the weights attempt(*args) answers to every row of X."""
    weights = attempt(*args)
    return None if weights is None else two_layers(X, *weights)


def sweeps(rng: Generator) -> Cases:
    """(theta, v, dJ, N, eps, alpha, decay): one net, the first change, many nets at once."""
    for shape, N, eps, alpha, decay in (
        ((3,), 4, 0.5, 0.9, 0.0),
        ((5,), 64, 0.1, 0.5, 0.002),
        ((2, 4), 3, 0.7, 0.8, 0.1),
    ):
        theta, v, dJ = (rng.normal(size=shape) for _ in range(3))
        yield theta, v, dJ, N, eps, alpha, decay


def groups(rng: Generator) -> Cases:
    """(net, people, units): groups of different sizes, one hidden layer and two."""
    for sizes, people, units in (((3, 2, 2), 2, 1), ((5, 4, 3), 2, 3), ((6, 5, 3, 2), 4, 2)):
        yield MLP(sizes, f.sigmoid, f.sigmoid, f.squared_error), people, units
    a, b, c = map(int, rng.integers(4, 12, 3))
    net = MLP((a, b, c), f.sigmoid, f.sigmoid, f.squared_error)
    yield net, int(rng.integers(1, a)), int(rng.integers(1, b))


def nearly_right(rng: Generator) -> Cases:
    """(P, Y): outputs at the borders, then at random; one net, then several."""
    yield np.array([[0.2, 0.19, 0.81, 0.79]]), np.array([[0.0, 0.0, 1.0, 1.0]])
    yield np.array([[0.9, 0.1], [0.05, 0.95]]), np.array([[0.0, 1.0], [0.0, 1.0]])
    for shape in ((6, 3), (2, 4, 5)):
        yield rng.uniform(size=shape), rng.integers(0, 2, shape).astype(float)

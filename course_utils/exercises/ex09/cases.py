"""What the attempts of notebook 09 are tried on: rng -> argument tuples, small to large.

Shapes are not square, batches hold more than one case, and at least one case of each exercise tells
every neighbouring formula from the right one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.nn import functions as f
from course_utils.nn.mlp import MLP, init

Cases = Iterator[tuple]
Generator = np.random.Generator


def losses(rng: Generator) -> Cases:
    """(losses, patience): by hand, with ties, falling all the way, and at random."""
    yield [3.0, 2.0, 2.5, 1.0, 4.0, 5.0], 1
    yield [3.0, 2.0, 2.5, 1.0, 4.0, 5.0], 2
    yield [2.0, 1.0, 1.0, 1.0, 1.0, 0.5], 3
    yield [5.0, 4.0, 3.0], 2
    yield [1.0, 2.0, 3.0, 4.0, 0.5], 3
    yield [0.5], 1
    yield [3.0, 1.0, 2.0, 1.5], 5
    for patience in (1, 3, 10):
        yield np.round(rng.uniform(size=40) + np.linspace(1, 0, 40), 1).tolist(), patience


def designs(rng: Generator) -> Cases:
    """(X, decay)."""
    for (N, d), decay in (((4, 2), 0.5), ((5, 3), 0.1), ((30, 4), 1.0), ((3, 5), 0.2)):
        yield rng.normal(size=(N, d)) * np.geomspace(0.3, 3, d), decay


def regressions(rng: Generator) -> Cases:
    """(X, y, decay)."""
    for X, decay in designs(rng):
        yield X, rng.normal(size=len(X)), decay


def penalties(rng: Generator) -> Cases:
    """(w, decay, q)."""
    yield np.array([2.0, -3.0, 0.5]), 0.5, 2.0
    yield np.array([2.0, -3.0, 0.0]), 0.5, 1.0
    for shape, q in (((2, 3), 3.0), ((4,), 1.5), ((3, 2), 2.5)):
        yield rng.normal(size=shape) * 2, float(rng.uniform(0.2, 0.9)), q


def thresholds(rng: Generator) -> Cases:
    """(w, amount)."""
    yield np.array([1.0, -1.0, 0.3, -0.3, 0.0]), 0.5
    for shape in ((6,), (3, 4)):
        yield rng.normal(size=shape), 0.7


def decays(rng: Generator) -> Cases:
    """(w, step, lr, decay)."""
    yield np.array([2.0, -1.0]), np.array([0.5, 0.25]), 0.5, 0.5
    for shape, lr, decay in (((3, 2), 0.1, 0.7), ((5,), 2.0, 0.2)):
        yield rng.normal(size=shape), rng.normal(size=shape), lr, decay


def layers(rng: Generator) -> Cases:
    """(W, limit), some columns longer than the limit and some not."""
    yield np.array([[3.0, 0.3], [4.0, 0.4]]), 1.0
    for (n_in, n_out), limit in (((3, 5), 1.0), ((5, 2), 2.0), ((2, 4), 0.5)):
        yield rng.normal(size=(n_in, n_out)) * np.geomspace(0.1, 3, n_out), limit


def chances(rng: Generator) -> Cases:
    """(uniform, keep)."""
    yield np.array([[0.1, 0.6, 0.9], [0.7, 0.5, 0.4]]), 0.5
    for shape, keep in (((4, 3), 0.8), ((6, 5), 0.25), ((3, 2), 1.0)):
        yield rng.random(shape), keep


def masked_networks(rng: Generator) -> Cases:
    """(net, theta, X, Y, masks), with masks on the inputs too."""
    for N, net, keep in (
        (4, MLP((3, 4, 2), f.tanh, f.identity, f.squared_error), 0.5),
        (6, MLP((4, 5, 3), f.sigmoid, f.softmax, f.cross_entropy), 0.7),
        (5, MLP((3, 4, 3, 2), f.tanh, f.softmax, f.cross_entropy), 0.6),
        (4, MLP((2, 4, 3), f.swish, f.swish, f.squared_error), 0.5),
        (3, MLP((3, 2), output=f.sigmoid, loss=f.binary_cross_entropy), 0.5),
    ):
        theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
        masks = [(rng.random((N, n)) < keep) / keep for n in net.sizes[:-1]]
        masks[-1][0, 0] = 1 / keep  # one unit at least is there
        Y = np.eye(net.sizes[-1])[rng.integers(0, net.sizes[-1], N)]
        yield net, theta, rng.normal(size=(N, net.sizes[0])), Y, masks


def units(rng: Generator) -> Cases:
    """(X, w, keep) of one linear unit."""
    for (N, d), keep in (((2, 3), 0.5), ((5, 2), 0.8), ((7, 4), 0.3)):
        yield rng.normal(size=(N, d)) + 1, rng.normal(size=d), keep


def moves(rng: Generator) -> Cases:
    """(images, down, right)."""
    yield np.arange(1.0, 7.0).reshape(1, 2, 3), 1, 0
    yield np.arange(1.0, 7.0).reshape(1, 2, 3), 0, 1
    for down, right in ((-1, 2), (2, -1), (0, 0), (-2, -3)):
        yield rng.random((2, 4, 5)), down, right

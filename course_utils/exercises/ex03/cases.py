"""What the attempts of notebook 03 are tried on: rng -> argument tuples, small to large.

Shapes are not square, batches hold more than one case, and at least one case of each exercise tells
every neighbouring formula from the right one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from course_utils.nn import functions as f
from course_utils.nn.mlp import MLP, init

Cases = Iterator[tuple]
Generator = np.random.Generator


def connections(rng: Generator) -> Cases:
    """(w, x, t), numbers."""
    for t in (0.0, 1.0, 0.3, 0.8):
        w, x = rng.normal(size=2)
        yield float(w), float(x), t


def forks(rng: Generator) -> Cases:
    """(w, v, x, t) with 1 to 5 branches."""
    for n, t in ((1, 1.0), (2, 0.0), (3, 0.3), (5, 0.9)):
        yield rng.normal(size=n), rng.normal(size=n), float(rng.normal()), t


def logistic_layers(rng: Generator) -> Cases:
    """(W, below, y, dE_dy) with y = σ(below W)."""
    for n_in, n_out in ((1, 3), (2, 4), (3, 2), (4, 4), (5, 1)):
        W, below = rng.normal(size=(n_in, n_out)), rng.uniform(0.1, 0.9, n_in)
        yield W, below, f.sigmoid(below @ W), rng.normal(size=n_out)


def layers(rng: Generator) -> Cases:
    """(h, delta)."""
    for N, n_in, n_out in ((1, 2, 3), (3, 2, 1), (5, 3, 2), (4, 4, 4)):
        yield rng.normal(size=(N, n_in)), rng.normal(size=(N, n_out))


def regressions(rng: Generator) -> Cases:
    """(W, b, U, c, X, Y, lr) of lecture 2's network, one output."""
    for N, n_in, n_hidden, lr in ((2, 3, 2, 1.0), (5, 2, 4, 0.5), (7, 4, 3, 0.1)):
        parameters = [rng.normal(size=s) for s in ((n_in, n_hidden), n_hidden, (n_hidden, 1), 1)]
        yield *parameters, rng.normal(size=(N, n_in)), rng.normal(size=(N, 1)), lr


def outputs(rng: Generator) -> Cases:
    """(output, u, Y), moderate u first, then large ones."""
    yield f.identity, rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    yield f.sigmoid, rng.normal(size=(4, 1)), _bits(rng, 4, 1)
    yield f.softmax, rng.normal(size=(5, 3)), _classes(rng, 5, 3)
    yield f.sigmoid, np.array([[40.0, -3.0], [-40.0, 800.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    yield f.softmax, rng.normal(size=(2, 4)) * 300, _classes(rng, 2, 4)


def logits(rng: Generator) -> Cases:
    """(u, Y), moderate u first, then large ones."""
    yield rng.normal(size=(2, 1)), _bits(rng, 2, 1)
    yield rng.normal(size=(3, 2)), rng.uniform(size=(3, 2))
    yield 3 * rng.normal(size=(5, 4)), _bits(rng, 5, 4)
    yield np.array([[50.0, -50.0], [-800.0, 800.0]]), np.array([[0.0, 1.0], [0.0, 0.5]])


def networks(rng: Generator) -> Cases:
    """(net, theta, X, Y) of several depths and activations, outputs with their own loss or not."""
    for N, net in (
        (3, MLP((3, 2), output=f.identity, loss=f.squared_error)),
        (5, MLP((3, 4, 2), f.tanh, f.identity, f.squared_error)),
        (4, MLP((2, 3, 1), f.sigmoid, f.sigmoid, f.binary_cross_entropy)),
        (6, MLP((4, 5, 3), f.relu, f.softmax, f.cross_entropy)),
        (2, MLP((2, 4, 3, 2), f.swish, f.swish, f.squared_error)),
    ):
        yield net, *_network(rng, net, N)


def small_networks(rng: Generator) -> Cases:
    """(net, theta, X, Y, eps); eps None leaves the default."""
    for eps, N, net in (
        (1e-2, 2, MLP((2, 1), output=f.sigmoid, loss=f.binary_cross_entropy)),
        (None, 3, MLP((2, 2, 2), f.tanh, f.softmax, f.cross_entropy)),
        (0.1, 4, MLP((3, 2, 1), f.tanh, f.identity, f.squared_error)),
    ):
        yield net, *_network(rng, net, N), eps


def epochs(rng: Generator) -> Cases:
    """(net, theta, X, Y, lr, order, batch_size), with a smaller last batch and without."""
    net = MLP((2, 3, 2))
    for N, lr, batch_size in ((4, 1.0, 1), (5, 0.5, 2), (6, 0.1, 3), (7, 2.0, 7)):
        yield net, *_network(rng, net, N), lr, rng.permutation(N), batch_size


def path_ends(rng: Generator) -> Cases:
    """(weights, slopes, i, j), one layer to four."""
    for widths in ((2, 3), (3, 2, 4), (2, 4, 3, 2), (3, 2, 3, 2, 3)):
        weights = [rng.normal(size=pair) for pair in pairwise(widths)]
        slopes = [rng.uniform(0.2, 1.0, n) for n in widths[1:]]
        yield weights, slopes, int(rng.integers(widths[0])), int(rng.integers(widths[-1]))


def rates(rng: Generator) -> Cases:
    """(lr, n_out)."""
    for n_out in (1, 2, 3, 10):
        yield float(rng.uniform(0.05, 0.5)), n_out


def _network(rng: Generator, net: MLP, N: int) -> tuple:
    """(theta, X, Y) for N examples, all parameters different from 0."""
    theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
    X, n_out = rng.normal(size=(N, net.sizes[0])), net.sizes[-1]
    if net.loss is f.squared_error:
        return theta, X, rng.normal(size=(N, n_out))
    return theta, X, (_classes if net.output is f.softmax else _bits)(rng, N, n_out)


def _bits(rng: Generator, N: int, n_out: int) -> np.ndarray:
    return rng.integers(0, 2, (N, n_out)).astype(float)


def _classes(rng: Generator, N: int, n_out: int) -> np.ndarray:
    return np.eye(n_out)[rng.integers(0, n_out, N)]

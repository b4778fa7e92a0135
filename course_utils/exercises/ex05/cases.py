"""What the attempts of notebook 05 are tried on: rng -> argument tuples, small to large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.nn import functions as f
from course_utils.nn.mlp import MLP, init
from course_utils.nn.perturb.cost import RULES

Cases = Iterator[tuple]
Generator = np.random.Generator


def tries(rng: Generator) -> Cases:
    """(net, theta, X, Y, p, change): better, worse, and as good as before."""
    for net in (
        MLP((2, 1), output=f.identity, loss=f.squared_error),
        MLP((3, 4, 2), f.tanh, f.softmax, f.cross_entropy),
    ):
        theta, X, Y = _network(rng, net, 5)
        p = int(rng.integers(net.size))
        yield net, theta, X, Y, p, 0.01
        yield net, theta, X, Y, p, -0.01
    net = MLP((1, 2, 1), f.step, f.sigmoid, f.binary_cross_entropy)
    theta, X, Y = _network(rng, net, 3)
    theta[2] = 50.0  # a bias that keeps its unit on, whatever X: changing it changes nothing
    yield net, theta, X, Y, 2, 1.0


def directions(rng: Generator) -> Cases:
    """(net, theta, X, Y, V, sigma), sigma large enough to feel the curvature."""
    for N, K, sigma, net in (
        (3, 1, 0.1, MLP((2, 1), output=f.identity, loss=f.squared_error)),
        (4, 3, 0.5, MLP((2, 3, 1), f.tanh, f.sigmoid, f.binary_cross_entropy)),
        (5, 2, 0.3, MLP((3, 4, 2), f.tanh, f.softmax, f.cross_entropy)),
        (2, 6, 2.0, MLP((2, 3, 2, 2), f.swish, f.softmax, f.cross_entropy)),
    ):
        yield net, *_network(rng, net, N), rng.standard_normal((K, net.size)), sigma


def wishes(rng: Generator) -> Cases:
    """(x, du)."""
    for n_in, n_out in ((1, 2), (3, 2), (2, 4), (5, 1)):
        yield rng.normal(size=n_in), rng.normal(size=n_out)


def noises(rng: Generator) -> Cases:
    """(change, noise, sigma)."""
    for N, n, sigma in ((1, 2, 0.5), (3, 2, 0.1), (4, 1, 0.01), (2, 5, 2.0)):
        yield rng.normal(size=N), rng.standard_normal((N, n)), sigma


def tangents(rng: Generator) -> Cases:
    """(net, theta, X, Y, v); the last v is so long that no difference quotient is the slope."""
    for N, net, length in (
        (3, MLP((3, 2), output=f.identity, loss=f.squared_error), 1),
        (4, MLP((2, 3, 1), f.sigmoid, f.sigmoid, f.binary_cross_entropy), 1),
        (5, MLP((3, 4, 2), f.tanh, f.softmax, f.cross_entropy), 1),
        (2, MLP((2, 4, 3, 2), f.tanh, f.swish, f.squared_error), 1e5),
    ):
        yield net, *_network(rng, net, N), length * rng.standard_normal(net.size)


def bills(rng: Generator) -> Cases:
    """(rule, P, K)."""
    for rule in RULES:
        for P, K in ((9, 2), (int(rng.integers(20, 90)), 6), (int(rng.integers(900, 2000)), 50)):
            yield rule, P, K


def _network(rng: Generator, net: MLP, N: int) -> tuple:
    """(theta, X, Y) for N examples, all parameters different from 0."""
    theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
    X, n_out = rng.normal(size=(N, net.sizes[0])), net.sizes[-1]
    if net.loss is f.squared_error:
        return theta, X, rng.normal(size=(N, n_out))
    if net.loss is f.cross_entropy:
        return theta, X, np.eye(n_out)[rng.integers(0, n_out, N)]
    return theta, X, rng.integers(0, 2, (N, n_out)).astype(float)

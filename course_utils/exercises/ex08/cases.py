"""What the attempts of notebook 08 are tried on: rng -> argument tuples, small to large.

Shapes are not square, and γ, β, slopes and weights are far from 1 and 0.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.nn import functions as f
from course_utils.nn.batchnorm import batch_norm
from course_utils.nn.mlp import MLP, init

Cases = Iterator[tuple]
Generator = np.random.Generator

# ---------------------------------------------------------------- signals


def paths(rng: Generator) -> Cases:
    """(weights, steepest); an odd and an even number of negative weights."""
    yield np.array([2.0]), 0.25
    yield np.array([-3.0, 0.5]), 1.0
    yield np.array([-2.0, 4.0, -1.5]), 0.25
    yield rng.normal(0, 3, 6), float(rng.uniform(0.3, 0.9))


def networks(rng: Generator) -> Cases:
    """(net, theta, X, Y), one layer of weights to four."""
    for N, net in (
        (3, MLP((3, 2), output=f.identity, loss=f.squared_error)),
        (5, MLP((3, 4, 2), f.tanh, f.identity, f.squared_error)),
        (4, MLP((4, 5, 3, 3), f.relu)),
        (4, MLP((2, 4, 3, 2), f.tanh, f.swish, f.squared_error)),
        (6, MLP((2, 3, 5, 4, 1), f.sigmoid, f.sigmoid, f.binary_cross_entropy)),
    ):
        theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
        n_out = net.sizes[-1]
        classes = np.eye(max(n_out, 2))[rng.integers(0, max(n_out, 2), N), :n_out]
        yield net, theta, rng.normal(size=(N, net.sizes[0])), classes


def jacobians(rng: Generator) -> Cases:
    """(W, slope)."""
    for n_in, n_out in ((2, 1), (3, 3), (5, 3), (2, 4)):
        yield rng.normal(size=(n_in, n_out)), rng.uniform(0.1, 1.0, n_in)


def noises(rng: Generator) -> Cases:
    """(noise,)."""
    for shape in ((2, 3), (9, 2), (50, 4)):
        yield (rng.normal(size=shape),)


def relu_networks(rng: Generator) -> Cases:
    """(net, theta, X) with units that are dead, units that are 0 for some cases, and others."""
    for sizes, dead in (((2, 3, 1), (1,)), ((3, 4, 5, 2), (2, 0)), ((2, 6, 4, 3, 2), (3, 1, 2))):
        net = MLP(sizes, f.relu, f.relu, f.squared_error)
        theta = rng.normal(size=net.size)
        for k, (_, b) in enumerate(net.layers(theta)):
            b[:] = np.abs(b)  # alive for the case X = 0, whatever the weights below
            if k < len(dead):
                b[: dead[k]] = -1e3
        X = np.vstack([np.zeros(sizes[0]), rng.normal(size=(4, sizes[0]))])
        yield net, theta, X


def tanh_layers(rng: Generator) -> Cases:
    """(W, b, U, order, signs)."""
    yield *_tanh_layer(rng, 1, 2, 1), np.array([1, 0]), np.ones(2)
    yield *_tanh_layer(rng, 2, 3, 2), np.arange(3), np.array([1.0, -1.0, -1.0])
    yield *_tanh_layer(rng, 3, 4, 2), np.array([1, 2, 3, 0]), np.array([-1.0, 1.0, 1.0, -1.0])
    yield *_tanh_layer(rng, 2, 5, 3), rng.permutation(5), rng.choice([-1.0, 1.0], 5)


def _tanh_layer(rng: Generator, n_in: int, n: int, n_out: int) -> tuple:
    return rng.normal(size=(n_in, n)), rng.normal(size=n), rng.normal(size=(n, n_out))


# ---------------------------------------------------------------- batch normalization


def activity(rng: Generator) -> Cases:
    """(u, gamma, beta, eps); eps is not small, so that its place shows."""
    for (N, n), eps in (((2, 3), 0.1), ((5, 2), 0.5), ((8, 4), 1e-3)):
        u = rng.normal(size=(N, n)) * rng.uniform(0.3, 4, n) + rng.normal(0, 3, n)
        yield u, rng.uniform(0.4, 3, n), rng.normal(size=n), eps


def derivatives(rng: Generator) -> Cases:
    """(delta, x_hat, sd, gamma)."""
    for u, gamma, beta, eps in activity(rng):
        _, x_hat, sd = batch_norm(u, gamma, beta, eps)
        yield rng.normal(size=u.shape) + 0.5, x_hat, sd, gamma


def folds(rng: Generator) -> Cases:
    """(W, gamma, beta, mean, var, eps)."""
    for (n_in, n), eps in (((2, 3), 0.1), ((4, 2), 0.5), ((3, 5), 1e-3)):
        W, gamma, beta = rng.normal(size=(n_in, n)), rng.uniform(0.4, 3, n), rng.normal(size=n)
        yield W, gamma, beta, rng.normal(0, 2, n), rng.uniform(0.3, 4, n), eps

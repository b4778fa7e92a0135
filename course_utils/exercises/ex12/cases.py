"""What the attempts of notebook 12 are tried on: rng -> argument tuples, as arrays.

`probe.tensors` makes tensors of them, and arrays of what comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

Cases = Iterator[tuple]
Generator = np.random.Generator


def layer(rng: Generator, n_in: int, n_out: int) -> tuple[np.ndarray, np.ndarray]:
    """(W, b) far from 0, so that no term of a sum is small."""
    return rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)


def chain(rng: Generator, *sizes: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers of a net with these sizes."""
    return [layer(rng, n, m) for n, m in pairwise(sizes)]


# ---------------------------------------------------------------- one autoencoder


def noises(rng: Generator) -> Cases:
    """(x, noise, fraction); shares that are not whole numbers of inputs, too, and all or none."""
    for shape, fraction in (
        ((2, 4), 0.5),
        ((5, 3), 0.3),
        ((3, 10), 0.25),
        ((4, 7), 0.4),
        ((6, 5), 1.0),
        ((2, 6), 0.0),
    ):
        yield rng.uniform(0.1, 1, shape), rng.uniform(size=shape), fraction


def autoencoders(rng: Generator) -> Cases:
    """(x, seen, W, b, V, c): the last one's reconstructions are 0 and 1 to the last digit."""
    for N, n_in, n_code in ((2, 3, 2), (5, 4, 6), (7, 6, 3)):
        x = rng.uniform(size=(N, n_in))
        seen = x * (rng.uniform(size=x.shape) > 0.4)
        yield x, seen, *layer(rng, n_in, n_code), *layer(rng, n_code, n_in)
    x, (W, b), (V, c) = rng.uniform(size=(3, 4)), layer(rng, 4, 2), layer(rng, 2, 4)
    yield x, 0.5 * x, W, b, 1000 * V, c


# ---------------------------------------------------------------- stacks


def columns(H):
    """A stand-in for training: (W, b) that tell their inputs apart."""
    return H.T @ H[:, :2], H[:2, 0]


def correlations(H):
    """Another one."""
    return (H.T @ H)[:, 1:], H.sum(0)[1:]


def steps(rng: Generator) -> Cases:
    """(layers, X, learn): two, one, no and three layers below."""
    for sizes, learn in (
        ((4, 3, 5), columns),
        ((3, 4), columns),
        ((5,), correlations),
        ((3, 4, 2, 3), correlations),
    ):
        yield chain(rng, *sizes), rng.uniform(size=(6, sizes[0])), learn


def stacks(rng: Generator) -> Cases:
    """(autoencoders,), each (W, b, V, c)."""
    for sizes in ((4, 3), (5, 4, 2), (3, 6, 4, 2)):
        pairs = pairwise(sizes)
        yield ([(*layer(rng, n, m), *layer(rng, m, n)) for n, m in pairs],)


def chains(rng: Generator) -> Cases:
    """(layers,)."""
    for sizes in ((4, 3), (3, 5, 2), (6, 4, 5, 3), (3, 3, 3)):
        yield (chain(rng, *sizes),)


def gradients(rng: Generator) -> Cases:
    """(layers, gradients, k, lr) of the lecture's first, second and third step, and of a last."""
    for sizes, k in (
        ((4, 3, 2, 3, 4), 1),
        ((3, 2, 3), 0),
        ((5, 4, 3, 2, 3, 4, 5), 2),
        ((3, 4, 4, 3), 2),
    ):
        lr = float(rng.uniform(0.1, 0.9))
        yield chain(rng, *sizes), chain(rng, *sizes), k, lr

"""What the attempts of notebook 10 are tried on: rng -> argument tuples, small to large.

Shapes are not square, and at least one case of each exercise tells every neighbouring formula from
the right one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.nn import functions as f
from course_utils.nn.mlp import MLP, init

Cases = Iterator[tuple]
Generator = np.random.Generator


def uses(rng: Generator) -> Cases:
    """(g, uses): by hand, with weights that are not there, and a number used once."""
    yield np.array([1.0, 2.0, 4.0]), np.array([0, 1, 0])
    yield np.array([1.0, 2.0, 4.0, 8.0]), np.array([1, -1, 0, 1])
    for P, Q in ((12, 4), (30, 7)):
        numbers = np.concatenate([np.arange(Q), rng.integers(-1, Q, P - Q - 1), [-1]])
        yield rng.normal(size=P), rng.permutation(numbers)


PICTURES = (  # N, height, width, channels, k, m, maps
    (1, 3, 4, 1, 2, 2, 1),
    (2, 4, 6, 1, 2, 3, 2),
    (3, 5, 4, 2, 3, 2, 4),
    (2, 3, 5, 3, 3, 1, 2),
)


def kernels(rng: Generator) -> Cases:
    """(images, kernels); the first has whole numbers."""
    for N, height, width, channels, k, m, maps in PICTURES:
        images = np.round(3 * rng.random((N, height, width, channels)))
        yield images, np.round(2 * rng.normal(size=(k, m, channels, maps)), 1)


def deltas(rng: Generator) -> Cases:
    """(images, delta)."""
    for N, height, width, channels, k, m, maps in PICTURES:
        images = np.round(3 * rng.random((N, height, width, channels)))
        yield images, rng.normal(size=(N, height - k + 1, width - m + 1, maps))


def models(rng: Generator) -> Cases:
    """(P, Y): outputs of several models and targets."""
    yield np.array([[[1.0], [2.0]], [[3.0], [2.0]]]), np.array([[1.0], [0.0]])
    for S, N, n_out in ((2, 3, 2), (5, 4, 3), (3, 6, 1)):
        yield rng.normal(size=(S, N, n_out)), rng.normal(size=(N, n_out)) + 1


def samples(rng: Generator) -> Cases:
    """(P, counts): every example is left out by one model at least, and not by all."""
    yield np.array([[[1.0], [5.0]], [[3.0], [2.0]]]), np.array([[0.0, 2.0], [2.0, 0.0]])
    for S, N, n_out in ((3, 4, 2), (6, 5, 1), (5, 3, 4)):
        counts = rng.integers(0, 4, (S, N)).astype(float)
        counts[0], counts[1] = 0, 1 + np.arange(N)
        yield rng.normal(size=(S, N, n_out)) + 1, counts


def distributions(rng: Generator) -> Cases:
    """(P,): distributions that several models give; in the last a product is too small."""
    yield (np.array([[[0.5, 0.5]], [[0.9, 0.1]]]),)
    for S, N, K in ((3, 2, 4), (4, 5, 3), (900, 2, 3)):
        yield (rng.dirichlet(np.full(K, 0.9), (S, N)) * 0.97 + 0.03 / K,)


def masked(rng: Generator) -> Cases:
    """(net, theta, X, masks), a mask for every pass, layer and example."""
    for N, T, net in (
        (2, 3, MLP((2, 4, 1), f.tanh, f.identity, f.squared_error)),
        (4, 5, MLP((3, 5, 3))),
        (3, 6, MLP((4, 5, 4, 2), f.relu, f.identity, f.squared_error)),
    ):
        theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
        masks = [[(rng.random((N, n)) < 0.6) / 0.6 for n in net.sizes[:-1]] for _ in range(T)]
        yield net, theta, rng.normal(size=(N, net.sizes[0])), masks


def verdicts(rng: Generator) -> Cases:
    """(said, right, bins), or without bins: on borders, at 0 and 1, with parts that are empty."""
    yield np.array([0.9, 0.8, 0.9, 0.6]), np.array([True, True, False, True]), 2
    yield np.array([0.0, 0.25, 0.3, 0.5, 0.75, 1.0, 1.0]), np.arange(7) % 3 == 1, 4
    for N, bins in ((30, (5,)), (60, ())):
        said = rng.uniform(0.3, 1, N)
        yield said, rng.random(N) < said**2, *bins


def proposals(rng: Generator) -> Cases:
    """(theta, proposal, U, U_new, uniform): better, a little worse, much worse, far apart."""
    theta, proposal = np.array([[0.0], [1.0], [2.0]]), np.array([[5.0], [6.0], [7.0]])
    yield theta, proposal, np.array([2.0, 2.0, 2.0]), np.array([1.0, 2.5, 9.0]), np.full(3, 0.5)
    coins = np.array([0.3, 0.9, 0.5])  # exp(-0.5) = 0.61
    yield theta, proposal, np.full(3, 2.0), np.full(3, 2.5), coins
    yield theta, proposal, np.array([2e3, 1.0, 4.0]), np.array([1.0, 2e3, 4.3]), np.full(3, 0.8)
    for S, P in ((6, 2), (12, 3)):
        U = rng.normal(size=S)
        there = rng.normal(size=(S, P))
        yield rng.normal(size=(S, P)), there, U, U + rng.normal(size=S), rng.uniform(0.2, 0.9, S)


def bowl(theta: np.ndarray) -> np.ndarray:
    """The gradient of ½ Σ k θ_k²: a bowl that is steeper along later parameters."""
    return np.arange(1, theta.shape[-1] + 1) * theta


def egg_box(theta: np.ndarray) -> np.ndarray:
    """The gradient of ½ θ² + Σ cos 2θ."""
    return theta - 2 * np.sin(2 * theta)


def balls(rng: Generator) -> Cases:
    """(gradient, theta, v, eps, steps): one step, several, one ball and many."""
    yield bowl, np.array([1.0]), np.array([0.5]), 0.5, 1
    yield bowl, np.array([1.0, -1.0]), np.array([0.0, 2.0]), 0.5, 2
    for gradient, shape, eps, steps in ((egg_box, (3,), 0.3, 3), (bowl, (4, 2), 0.2, 5)):
        yield gradient, rng.normal(size=shape), rng.normal(size=shape), eps, steps


def draws(rng: Generator) -> Cases:
    """(draws,): one number and many; chains that agree, and chains that do not."""
    yield (np.array([[1.0, 2.0], [3.0, 4.0], [2.0, 6.0], [4.0, 4.0]]),)
    yield (rng.normal(size=(6, 3)) + np.array([0.0, 1.0, 3.0]),)
    yield (
        rng.normal(size=(5, 4, 2)) * rng.uniform(0.5, 2, (1, 4, 2)) + rng.normal(size=(1, 4, 2)),
    )

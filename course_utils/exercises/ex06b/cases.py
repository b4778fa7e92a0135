"""What the attempts of notebook 06b are tried on: rng -> argument tuples, and how they meet a case.

Principal components have no sign of their own, so those of an attempt are turned to one sign before
they are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from course_utils.nn.preprocess import Transform, pca, standardize, whiten

Cases = Iterator[tuple]
Generator = np.random.Generator


# ---------------------------------------------------------------- how an attempt meets a case


def signed(attempt: Callable, *args) -> tuple:
    """Mean and A of what attempt(*args) returns; the largest entry of each column is above 0."""
    mean, A = attempt(*args)
    A = np.asarray(A)
    largest = np.take_along_axis(A, np.abs(A).argmax(axis=0, keepdims=True), axis=0)
    return mean, A * np.where(largest < 0, -1.0, 1.0)


# ---------------------------------------------------------------- inputs


def inputs(rng: Generator, N: int, n: int) -> np.ndarray:
    """(N, n) correlated inputs, far from 0, of different sizes."""
    Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    Z = np.linalg.qr(rng.normal(size=(N, n)))[0]  # columns far from equal in spread:
    return (Z * np.geomspace(8, 1, n)) @ Q * np.geomspace(0.5, 2, n) + rng.uniform(2, 9, n)


def tables(rng: Generator) -> Cases:
    """(X,)."""
    for shape in ((4, 2), (9, 3), (20, 5)):
        yield (inputs(rng, *shape),)


def components(rng: Generator) -> Cases:
    """(X, k) and (X,), which keeps all."""
    yield inputs(rng, 9, 3), 2
    yield (inputs(rng, 8, 2),)
    yield inputs(rng, 12, 4), 1
    yield inputs(rng, 15, 5), 3


def layers(rng: Generator) -> Cases:
    """(W, b, change)."""
    for (n_in, n_out), make in (((2, 1), standardize), ((3, 4), pca), ((5, 2), whiten)):
        yield rng.normal(size=(n_in, n_out)), rng.normal(size=n_out), make(inputs(rng, 20, n_in))
    yield rng.normal(size=(3, 2)), rng.normal(size=2), Transform(np.arange(3.0), np.eye(3)[::-1])


def classes(rng: Generator) -> Cases:
    """(labels, order, per_class); the classes are of different sizes, their names not 0, 1, 2."""
    for counts, names, per_class in (
        ((2, 2), (0, 1), 1),
        ((5, 3), (1, 4), 2),
        ((4, 9, 6), (0, 1, 2), 3),
        ((7, 4, 5), (7, 3, 5), 4),
    ):
        labels = rng.permutation(np.repeat(names, counts))
        yield labels, rng.permutation(len(labels)), per_class


# ---------------------------------------------------------------- first weights


def noises(rng: Generator) -> Cases:
    """(noise,)."""
    for shape in ((2, 3), (9, 2), (50, 4)):
        yield (rng.normal(size=shape),)


def units(rng: Generator) -> Cases:
    """(W, b): equal weights with equal and with other biases, equal rows, all alike."""
    W, b = rng.normal(size=(3, 5)), np.zeros(5)
    yield W, b
    yield np.take(W, [0, 1, 0, 0], axis=1), np.zeros(4)
    yield np.take(W, [0, 1, 0, 1], axis=1), np.array([0.0, 0.0, 0.0, 0.1])
    yield np.ones((4, 3)), np.array([1.0, 2.0, 1.0])
    yield np.ones((2, 6)), np.zeros(6)
    yield np.repeat(rng.normal(size=(1, 4)), 3, axis=0), np.zeros(4)
    yield np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros(2)
    yield np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 3.0]]), np.zeros(3)

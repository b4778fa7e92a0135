"""What the attempts of notebook 06 are tried on: rng -> argument tuples, small to large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

Cases = Iterator[tuple]
Generator = np.random.Generator


# ---------------------------------------------------------------- gradients and rates


def cubic(t: np.ndarray) -> np.ndarray:
    """The gradient of Σ t_p⁴ / 4 + Π t_p, curved enough for a long step to be seen."""
    return t**3 + np.array([np.prod(np.delete(t, p)) for p in range(t.size)])


def swirl(t: np.ndarray) -> np.ndarray:
    """No gradient of anything: its derivative is not symmetric, which tells rows from columns."""
    return np.roll(t, 1) ** 3 + np.arange(1, t.size + 1) * t


def robbins_monro(t: int) -> float:
    """1/(10 + t/2)."""
    return 1 / (10 + t / 2)


def small(t: int) -> float:
    """The same rate for ever."""
    return 0.05


def falling(t: int) -> float:
    """Halves with every case."""
    return 0.4 * 0.5**t


# ---------------------------------------------------------------- cases


def gradients(rng: Generator) -> Cases:
    """(gradient, theta, eps), with an eps so long that one-sided differences show."""
    yield cubic, rng.normal(size=2), 0.1
    yield swirl, rng.normal(size=3), 0.3
    yield cubic, rng.normal(size=4), 0.5
    yield cubic, rng.normal(size=3)


def kinds(rng: Generator) -> Cases:
    """(H,) or (H, tol)."""
    for eigenvalues in (
        (1.0, 3.0), (-1.0, -3.0), (-1.0, 3.0), (0.0, 3.0), (0.0, -3.0),
        (2.0, 3.0, 0.5), (-2.0, -3.0, -0.5), (2.0, 0.0, -0.5), (0.0, 0.0, 2.0), (0.0, -1.0, -1.0),
        (1e-12, 1.0), (-1e-12, -1.0), (1e-12, -1e-12, 2.0), (1e-3, 1e3), (-5.0, 1e-12, 1e-12),
        (1e-7, 1e3), (-1e-7, -1e3),
    ):  # fmt: skip
        yield (_symmetric(rng, eigenvalues),)
    yield (np.zeros((2, 2)),)
    yield np.array([[1.15, 0.85], [0.85, 1.15]]), 0.2  # eigenvalues 0.3 and 2, no entry of 2
    yield _symmetric(rng, (0.05, 2.0)), 0.1
    yield _symmetric(rng, (-0.05, -2.0)), 0.1
    yield _symmetric(rng, (0.5, -0.05, 2.0)), 0.1


def bowls(rng: Generator) -> Cases:
    """(H,), positive definite."""
    for P in (2, 3, 5):
        yield (_symmetric(rng, rng.uniform(0.2, 9, P)),)


def starts(rng: Generator) -> Cases:
    """(A, b, x); lecture 3's picture is the first."""
    yield np.array([[3.0, 2.0], [2.0, 6.0]]), np.array([2.0, -8.0]), np.array([-2.0, -2.0])
    for n in (2, 3, 5):
        yield _symmetric(rng, rng.uniform(0.2, 9, n)), rng.normal(size=n), rng.normal(size=n)


def slopes(rng: Generator) -> Cases:
    """(H, g), a saddle among them."""
    for n in (2, 3, 5):
        yield _symmetric(rng, rng.uniform(0.2, 9, n)), rng.normal(size=n)
    yield _symmetric(rng, (-2.0, 3.0)), rng.normal(size=2)


def curvatures(rng: Generator) -> Cases:
    """(curvatures, shrink)."""
    for P, shrink in ((2, 0.5), (3, 0.0), (5, 0.9)):
        yield rng.uniform(0.1, 50, P), shrink


def streams(rng: Generator) -> Cases:
    """(X, y, w, rate)."""
    for (N, n), rate in (((2, 1), falling), ((5, 2), robbins_monro), ((9, 3), small)):
        yield rng.normal(size=(N, n)), rng.normal(size=N), rng.normal(size=n), rate


def _symmetric(rng: Generator, eigenvalues) -> np.ndarray:
    """A symmetric matrix with these eigenvalues, turned at random."""
    Q = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))[0]
    H = Q @ np.diag(np.array(eigenvalues)) @ Q.T
    return (H + H.T) / 2

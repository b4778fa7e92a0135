"""Generated sets in the plane: moons, circles and blobs, with as much noise as is asked for.

Without noise moons and circles are, point for point, those of scikit-learn's generators.
"""

from __future__ import annotations

import numpy as np

from course_utils.datasets import checks
from course_utils.datasets.table import Table, stratified

FEWEST_PER_CLASS = 4  # with fewer, 15 % of a class rounds to none
INNER_RADIUS = 0.5
N_BLOBS = 3
BLOB_RADIUS = 3.0  # centres this far from the origin leave neighbours 5.2 apart


def moons(*, rng: np.random.Generator, n: int = 500, noise: float = 0.1) -> Table:
    """The upper half of the circle around (0, 0) is class 0, the lower around (1, 0.5) class 1."""
    _check(rng, n, noise, n_classes=2)
    upper, lower = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    moon = np.column_stack([np.cos(upper), np.sin(upper)])
    hanging = np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)])
    return _finish([moon, hanging], noise, rng)


def circles(*, rng: np.random.Generator, n: int = 500, noise: float = 0.05) -> Table:
    """Points evenly on the circle of radius 1, class 0, and on that of radius 0.5, class 1."""
    _check(rng, n, noise, n_classes=2)
    return _finish([_circle(n // 2), INNER_RADIUS * _circle(n - n // 2)], noise, rng)


def blobs(*, rng: np.random.Generator, n: int = 500, noise: float = 1.0) -> Table:
    """Three round clouds of standard deviation `noise`, their centres on a circle of radius 3."""
    _check(rng, n, noise, n_classes=N_BLOBS)
    centres = BLOB_RADIUS * _circle(N_BLOBS)
    sizes = [len(part) for part in np.array_split(np.arange(n), N_BLOBS)]
    return _finish(np.split(np.repeat(centres, sizes, axis=0), np.cumsum(sizes[:-1])), noise, rng)


def _circle(n: int) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _finish(points: list[np.ndarray], noise: float, rng: np.random.Generator) -> Table:
    y = np.repeat(np.arange(len(points)), [len(of_class) for of_class in points])
    X = np.concatenate(points)
    X = X + rng.normal(0.0, noise, X.shape)
    parts = stratified(y, rng.permutation(len(y)))
    return Table(X, y, parts, tuple(str(label) for label in range(len(points))), "coordinates")


def _check(rng: np.random.Generator, n: int, noise: float, n_classes: int) -> None:
    checks.generator(rng)
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise TypeError(f"n={n!r} is not a whole number; give a number of examples such as n=500.")
    fewest = FEWEST_PER_CLASS * n_classes
    if n < fewest:
        raise ValueError(
            f"n={n} is too few for three parts with {n_classes} classes in each; "
            f"take n={fewest} or more."
        )
    checks.spread("noise", noise)

"""What a loader returns, and how a table of examples is divided into parts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PARTS = ("train", "valid", "test")
FRACTIONS = (0.70, 0.15, 0.15)


class Table(NamedTuple):
    """All examples of a set, and the row numbers of each part."""

    X: np.ndarray  # (N, n_in)
    y: np.ndarray  # (N,) labels from 0
    parts: tuple[np.ndarray, ...]  # three arrays of row numbers, in the order of PARTS
    classes: tuple[str, ...]
    units: str
    image_shape: tuple[int, int] | None = None
    scale: float | None = None  # what X is divided by, after it has the dtype asked for


def stratified(y: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, ...]:
    """Row numbers of each part: every class divided alike, its rows taken as they come in `order`.

    `order` is a permutation of the rows, and each part keeps to it, so classes come mixed. The
    sizes of validation and test are rounded class by class; training takes the rest.
    """
    part_of = np.empty(len(y), dtype=int)
    for label in np.unique(y):
        rows = order[y[order] == label]
        n_valid, n_test = (int(fraction * len(rows) + 0.5) for fraction in FRACTIONS[1:])
        n_train = len(rows) - n_valid - n_test
        part_of[rows] = np.repeat([0, 1, 2], [n_train, n_valid, n_test])
    return tuple(order[part_of[order] == part] for part in range(len(PARTS)))

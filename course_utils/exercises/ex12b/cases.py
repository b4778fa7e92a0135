"""What the attempts of notebook 12b are tried on: rng -> argument tuples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

Cases = Iterator[tuple]
Generator = np.random.Generator


def nets(rng: Generator) -> Cases:
    """(sizes, epochs)."""
    for sizes in ((4, 3, 2), (64, 32, 32, 10), (7, 5, 3, 2, 6)):
        yield sizes, int(rng.integers(3, 30))


def pairs(rng: Generator) -> Cases:
    """(without, with_it): runs of a seed are alike, as they are where the seed decides much."""
    for S in (2, 5, 8):
        common = rng.uniform(1, 9, S)
        yield common + rng.uniform(0, 1, S), 0.6 * common + rng.uniform(0, 1, S)


def weights(rng: Generator) -> Cases:
    """(W, draws); some places are drawn twice."""
    for shape in ((2, 3), (4, 2), (5, 5)):
        yield rng.normal(size=shape), rng.integers(0, np.prod(shape), shape)


def streams(rng: Generator) -> Cases:
    """(wrong, block): answers that get better; with a rest, without, and a block alone."""
    for T, block in ((6, 3), (11, 4), (60, 7), (5, 5)):
        yield (rng.uniform(size=T) > np.linspace(0, 0.8, T)).astype(float), block

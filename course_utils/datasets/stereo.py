"""Random-dot stereograms: two pictures of dots that differ by a shift, the disparity, alone.

Neither picture shows anything by itself (Julesz, *Foundations of Cyclopean Perception*, 1971). With
disparity d, right[i] = left[i + d]: what is nearer lies further to the left in the right eye, so d
grows towards the observer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.datasets.checks import count, generator


class Stereo(NamedTuple):
    """What the two eyes see, dots of -1 and +1, and how far it is shifted."""

    left: np.ndarray  # (N, dots) rows, or (height, width) a picture
    right: np.ndarray  # as left
    disparity: np.ndarray  # (N,), or (height, width): of the dot in the right picture


def dot_rows(*, rng: np.random.Generator, n: int = 1000, dots: int = 12, most: int = 2) -> Stereo:
    """n pairs of rows of dots, each pair with one disparity from -most to most.

    Dots that leave the row at one end come in new at the other.
    """
    _check(rng, n=n, dots=dots, most=most)
    disparity = rng.integers(-most, most + 1, n)
    strip = _dots(rng, (n, dots + 2 * most))
    at = most + np.arange(dots)
    right = np.take_along_axis(strip, at + disparity[:, None], axis=1)
    return Stereo(strip[:, at], right, disparity)


def stereogram(
    *, rng: np.random.Generator, height: int = 40, width: int = 64, disparity: int = 2
) -> Stereo:
    """A square that floats in front of the ground, or behind it where disparity is below 0.

    The square takes the middle half of the height, and as many columns; the ground has disparity 0.
    """
    side = height // 2
    _check(rng, height=height, width=width, most=abs(disparity))
    if width < side + 2 * abs(disparity) + 2:
        raise ValueError(
            f"width={width} has no room for a square of {side} and its shift; take "
            f"{side + 2 * abs(disparity) + 2} or more."
        )
    left, where = _dots(rng, (height, width)), np.zeros((height, width), dtype=int)
    right = left.copy()
    rows, first = slice(height // 4, height // 4 + side), (width - side) // 2
    columns = np.arange(first, first + side)  # the square in the right picture
    right[rows, columns] = left[rows, columns + disparity]
    where[rows, columns] = disparity
    freed = columns + disparity  # where the ground comes to light beside the square
    freed = freed[(freed < first) | (freed >= first + side)]
    right[rows, freed] = _dots(rng, (side, len(freed)))
    return Stereo(left, right, where)


def _dots(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.choice([-1.0, 1.0], shape)


def _check(rng, *, most: int, **sizes: int) -> None:
    generator(rng)
    count("most", most, least=0)
    for name, value in sizes.items():
        count(name, value)
    dots = min(value for name, value in sizes.items() if name != "n")
    if dots <= 2 * most:
        raise ValueError(f"A shift of {most} leaves too little of {dots} dots; take more dots.")

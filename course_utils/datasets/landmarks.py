"""Pictures with a landmark: two edges that meet at a corner, and where two annotators put it.

The corner is known exactly here, which it never is on an X-ray: so the annotators, their mean and a
detector can all be measured against the truth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.datasets.checks import count, generator, spread

MARGIN = 3.5  # pixels that the corner stays away from the border
EDGE = 0.8  # standard deviation of an edge's profile, in pixels
OPENING = (np.pi / 3, 3 * np.pi / 4)  # the angle between the edges
CONTRAST = (0.6, 1.0)  # the ink of an edge
SMALLEST = 10  # pixels of height and width


class Landmarks(NamedTuple):
    """N pictures; positions are (row, column) in pixels, counted from 0."""

    images: np.ndarray  # (N, size, size), paper about 0, edges up to about 1
    corners: np.ndarray  # (N, 2), the truth
    marks: np.ndarray  # (N, 2, 2): picture, annotator, (row, column)


def landmarks(
    *,
    rng: np.random.Generator,
    n: int = 500,
    size: int = 16,
    annotator: float = 1.0,
    noise: float = 0.1,
) -> Landmarks:
    """n pictures of size × size pixels with a corner somewhere, and two marks for each.

    The corner lies anywhere but near the border; the direction, the opening and the ink of its two
    edges vary. An annotator's mark is the corner plus normal noise of standard deviation
    `annotator` pixels in each coordinate, independent of the other's; the pixels have normal noise
    of standard deviation `noise`.
    """
    generator(rng)
    count("n", n)
    count("size", size, least=SMALLEST)
    spread("annotator", annotator)
    spread("noise", noise)
    corners = rng.uniform(MARGIN, size - 1 - MARGIN, (n, 2))
    middle, opening = rng.uniform(0, 2 * np.pi, n), rng.uniform(*OPENING, n)
    pixels = np.stack(np.mgrid[:size, :size], axis=-1)  # (size, size, 2)
    edges = [_ray(pixels, corners, middle + side * opening) for side in (-0.5, 0.5)]
    images = np.maximum(*edges) * rng.uniform(*CONTRAST, (n, 1, 1))
    images = images + rng.normal(0, noise, images.shape)
    marks = corners[:, None] + rng.normal(0, annotator, (n, 2, 2))
    return Landmarks(images, corners, marks)


def position_maps(positions: np.ndarray, size: int, width: float = 1.5) -> np.ndarray:
    """A map for each position (N, 2): 1 there, falling off as a normal density; (N, size, size).

    exp(-|pixel - position|² / (2 width²)), width in pixels. It is what a network learns to draw
    where the landmark is, the smaller the less sure.
    """
    count("size", size)
    if not width > 0:
        raise ValueError(f"width={width} is no width of a peak; take a number of pixels above 0.")
    squared = ((np.mgrid[:size, :size][None] - positions[:, :, None, None]) ** 2).sum(axis=1)
    return np.exp(-squared / (2 * width**2))


def _ray(pixels: np.ndarray, corners: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """The edge that leaves each corner at its angle, (N, size, size)."""
    direction = np.stack([np.sin(angle), np.cos(angle)], axis=-1)[:, None, None]
    away = pixels - corners[:, None, None]
    along = np.maximum((away * direction).sum(axis=-1, keepdims=True), 0)
    squared = ((away - along * direction) ** 2).sum(axis=-1)
    return np.exp(-squared / (2 * EDGE**2))

"""Augmentation: every batch sees its images a little shifted or turned.

Images are rows of X (N, height · width). What comes in from outside the picture is 0. Between
pixels values are interpolated linearly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.regularize import checks
from course_utils.nn.regularize.penalties import Rule

Array = np.ndarray
Transform = Callable[[Array], Array]


def _takes_shift(images, down, right) -> None:
    guard.array("images", images)
    if images.ndim != 3:
        raise ValueError(f"images have shape {images.shape}; give (N, height, width).")
    for name, pixels in (("down", down), ("right", right)):
        guard.count(name, abs(pixels), least=0)


@takes(_takes_shift)
def shifted(images: Array, down: int, right: int) -> Array:
    """Pictures (N, height, width) moved by whole pixels, `down` and to the `right`.

    What leaves the picture is lost, what comes in is 0. Negative numbers go up and to the left.
    Returns an array like images.
    """
    height, width = images.shape[1:]
    rows, columns = np.arange(height) - down, np.arange(width) - right  # where each comes from
    inside = np.outer((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
    return inside * images[:, rows % height][:, :, columns % width]


def resampled(X: Array, rows: Array, columns: Array, shape: tuple[int, int] = (8, 8)) -> Array:
    """Each picture where it is `rows` down and `columns` to the right, both (N, height, width)."""
    checks.images(X, shape)
    height, width = shape
    padded = np.zeros((len(X), height + 2, width + 2), X.dtype)
    padded[:, 1:-1, 1:-1] = X.reshape(-1, *shape)
    rows, columns = (
        np.minimum(np.maximum(at + 1, 0), n + 1)
        for at, n in zip((rows, columns), shape, strict=True)
    )
    i, j = (np.minimum(at.astype(int), n) for at, n in zip((rows, columns), shape, strict=True))
    a, b = (rows - i).astype(X.dtype), (columns - j).astype(X.dtype)
    first = np.arange(len(X))[:, None, None] * (height + 2) * (width + 2)
    at, below, padded = first + i * (width + 2) + j, width + 2, padded.ravel()
    upper = (1 - b) * padded.take(at) + b * padded.take(at + 1)
    lower = (1 - b) * padded.take(at + below) + b * padded.take(at + below + 1)
    return ((1 - a) * upper + a * lower).reshape(X.shape)


def rotated(X: Array, degrees: Array, shape: tuple[int, int] = (8, 8)) -> Array:
    """Each picture turned about its centre, counter-clockwise by its entry of degrees (N,)."""
    angle = np.deg2rad(np.asarray(degrees))[:, None, None]
    middle = (shape[0] - 1) / 2, (shape[1] - 1) / 2
    down, right = np.meshgrid(
        *(np.arange(n) - m for n, m in zip(shape, middle, strict=True)), indexing="ij"
    )
    rows = np.cos(angle) * down + np.sin(angle) * right + middle[0]
    columns = -np.sin(angle) * down + np.cos(angle) * right + middle[1]
    return resampled(X, rows, columns, shape)


def random_shifts(
    most: float, *, rng: np.random.Generator, shape: tuple[int, int] = (8, 8)
) -> Transform:
    """X -> X, each picture moved by up to `most` pixels in each direction, parts of pixels too."""
    checks.not_negative("most", most)
    guard.generator(rng)
    grid = np.meshgrid(*map(np.arange, shape), indexing="ij")

    def transform(X: Array) -> Array:
        by = rng.uniform(-most, most, (2, len(X), 1, 1))
        return resampled(X, grid[0] - by[0], grid[1] - by[1], shape)

    return transform


def random_rotations(
    most: float, *, rng: np.random.Generator, shape: tuple[int, int] = (8, 8)
) -> Transform:
    """X -> X, each picture turned by up to `most` degrees to either side."""
    checks.not_negative("most", most)
    guard.generator(rng)
    return lambda X: rotated(X, rng.uniform(-most, most, len(X)), shape)


def augmented(rule: Rule, transform: Transform) -> Rule:
    """The rule on transformed inputs, new at every call."""
    checks.rule(rule)
    return lambda net, theta, X, Y: rule(net, theta, transform(X), Y)

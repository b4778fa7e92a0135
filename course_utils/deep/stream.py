"""An endless stream of distorted images: no example ever comes twice.

Each picture of the stream is one of the set, turned, moved, zoomed and sheared by amounts of its
own: what Loosli, Canu & Bottou (2007) do to MNIST for InfiniteMNIST, without their elastic part.
Online learning on such a stream has no overfitting (Erhan et al. 2010, section 7).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.deep import checks


def distort(
    x: Tensor,
    generator: torch.Generator,
    *,
    shape: tuple[int, int],
    degrees: float = 15.0,
    pixels: float = 1.0,
    zoom: float = 0.1,
    shear: float = 0.1,
) -> Tensor:
    """x (N, height · width) with each picture distorted by amounts drawn for it alone.

    Uniform between minus and plus: `degrees` of rotation about the centre, `pixels` of shift down
    and to the right, `zoom` of the size, `shear` of a pixel's height per pixel of width. Between
    pixels values are interpolated linearly, and what comes in from outside is 0. The amounts are
    drawn where the generator lives. Raises ValueError for a shape that x's rows do not have.
    """
    checks.examples("x", x)
    checks.generator(generator)
    for name, value in (("degrees", degrees), ("pixels", pixels), ("zoom", zoom), ("shear", shear)):
        checks.number(name, value, 0)
    height, width = shape
    if height * width != x.shape[1]:
        raise ValueError(f"x has {x.shape[1]} pixels a row, which is not shape={tuple(shape)}.")
    drawn = torch.rand(5, len(x), generator=generator, device=generator.device) * 2 - 1
    turn, down, right, size, lean = drawn.to(x)
    angle, factor = torch.deg2rad(degrees * turn), 1 + zoom * size
    c, s = torch.cos(angle) / factor, torch.sin(angle) / factor
    # where a pixel comes from, in grid_sample's units: the picture goes from -1 to 1 each way
    aspect = width / height
    columns = torch.stack([c, (shear * lean * c - s) / aspect, 2 * pixels / width * right])
    rows = torch.stack([s * aspect, shear * lean * s + c, 2 * pixels / height * down])
    grid = functional.affine_grid(
        torch.stack([columns, rows]).permute(2, 0, 1), [len(x), 1, height, width], False
    )
    picture = x.reshape(-1, 1, height, width)
    return functional.grid_sample(picture, grid, align_corners=False).reshape(x.shape)


def distorted(
    X: Tensor,
    y: Tensor,
    *,
    batch_size: int,
    generator: torch.Generator,
    shape: tuple[int, int],
    batches: int | None = None,
    **amounts: float,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches (x, labels) of distorted pictures of X (N, height · width), drawn with replacement.

    `batches` says how many; None is no end. `amounts` are those of `distort`.
    """
    checks.count("batch_size", batch_size)
    if len(y) != len(X):
        raise ValueError(f"There are {len(y)} labels for {len(X)} pictures; give one for each.")
    made = 0
    while batches is None or made < batches:
        rows = torch.randint(len(X), (batch_size,), generator=generator, device=generator.device)
        rows = rows.to(X.device)
        yield distort(X[rows], generator, shape=shape, **amounts), y[rows]
        made += 1

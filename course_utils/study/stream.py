"""An endless stream of distorted digits, one for each seed.

Every image is a training image turned, sheared, stretched and shifted at random, so that none
comes twice; as InfiniteMNIST does (Loosli, Canu & Bottou 2007), by simpler distortions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from course_utils.deep.ensemble import generator
from course_utils.study.settings import Sets

PURPOSE = 3  # of a seed; 0 to 2 are starts, orders and noise
TURN, SHEAR, STRETCH, SHIFT = math.radians(15), 0.15, 0.15, 0.07  # largest; a shift of the width


def distort(images: Tensor, numbers: Tensor) -> Tensor:
    """Images (N, height, width) under affine maps; numbers (N, 6) lie in (-1, 1)."""
    turn, shear, wide, high, right, down = numbers.unbind(dim=1)
    cos, sin = torch.cos(TURN * turn), torch.sin(TURN * turn)
    wide, high, shear = 1 + STRETCH * wide, 1 + STRETCH * high, SHEAR * shear
    rows = [
        torch.stack([wide * cos, high * (shear * cos - sin), 2 * SHIFT * right], dim=1),
        torch.stack([wide * sin, high * (shear * sin + cos), 2 * SHIFT * down], dim=1),
    ]
    size = (len(images), 1, *images.shape[1:])
    grid = affine_grid(torch.stack(rows, dim=1), list(size), align_corners=False)
    return grid_sample(images[:, None], grid, align_corners=False)[:, 0]


def batches(
    sets: Sets, seeds: Sequence[int], part: tuple[int, int], updates: int, batch_size: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """`updates` batches (x (S, B, n), labels (S, B)); `part` says which piece of the stream."""
    gens = [generator(seed, PURPOSE, *part) for seed in seeds]
    device, N = sets.X.device, len(sets.X)
    for _ in range(updates):
        rows = torch.stack([torch.randint(N, (batch_size,), generator=g) for g in gens])
        numbers = torch.stack([torch.rand(batch_size, 6, generator=g) for g in gens]) * 2 - 1
        flat = rows.flatten().to(device)
        images = sets.X[flat].view(-1, *sets.shape)
        x = distort(images, numbers.flatten(0, 1).to(device))
        yield x.reshape(*rows.shape, -1), sets.y[flat].view(rows.shape)

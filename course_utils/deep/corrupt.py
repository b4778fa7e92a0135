"""Corruption of inputs, by which a network learns to restore them.

Vincent, Larochelle, Bengio & Manzagol, ICML 2008 and JMLR 11:3371 (2010). The noise is drawn where
the generator lives, so that a seed gives the same noise whatever the device of x.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from course_utils.deep import checks

Tensor = torch.Tensor


def mask(x: Tensor, fraction: float, generator: torch.Generator) -> Tensor:
    """x with each entry set to 0 with probability `fraction`: masking noise."""
    checks.number("fraction", fraction, 0, 1)
    return x * (_noise(torch.rand, x, generator) >= fraction)


def gaussian(x: Tensor, sigma: float, generator: torch.Generator) -> Tensor:
    """x + σ ε with ε standard normal; values may leave [0, 1]."""
    checks.number("sigma", sigma, 0)
    return x + sigma * _noise(torch.randn, x, generator)


def _noise(draw: Callable[..., Tensor], x: Tensor, generator: torch.Generator) -> Tensor:
    checks.generator(generator)
    if not x.is_floating_point():
        raise TypeError(f"x is of type {x.dtype}; corrupt a tensor of floats, x.float().")
    where = generator.device
    return draw(x.shape, generator=generator, dtype=x.dtype, device=where).to(x.device)

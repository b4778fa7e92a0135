"""Corruption of the inputs of a stack: a stream of noise for each network.

The noises of `deep.corrupt` (Vincent et al. 2010), drawn for many batches in one call: a call for
each batch and network would cost small networks more than the step itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

POOL = 2**16  # numbers drawn in one call for each network, or one batch's if that is more


@dataclass(frozen=True)
class Noise:
    """kind "masking": each input set to 0 with probability `level`; "gaussian": + level · ε."""

    kind: str = "masking"
    level: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in ("masking", "gaussian"):
            raise ValueError(f"noise={self.kind!r}; it is 'masking' or 'gaussian'.")
        if not (0 <= self.level < (1 if self.kind == "masking" else float("inf"))):
            raise ValueError(
                f"corruption={self.level!r} of {self.kind} noise; masking takes a share in [0, 1), "
                f"gaussian a standard deviation."
            )

    def of(self, generators: Sequence[torch.Generator]) -> Callable[[Tensor], Tensor]:
        """A function that corrupts x (S, B, n) or (B, n), with a generator for each network."""
        pool, at = None, 0

        def draw(shape: torch.Size, like: Tensor) -> Tensor:
            nonlocal pool, at
            need = shape[-2] * shape[-1]
            if pool is None or at + need > pool.shape[1]:
                size, make = max(need, POOL), torch.rand if self.kind == "masking" else torch.randn
                options = {"dtype": like.dtype, "device": like.device}
                pool = torch.stack([make(size, generator=g, **options) for g in generators])
                at = 0
            at += need
            return pool[:, at - need : at].view(len(generators), *shape[-2:])

        def corrupt(x: Tensor) -> Tensor:
            noise = draw(x.shape, x)
            return x * (noise >= self.level) if self.kind == "masking" else x + self.level * noise

        return corrupt

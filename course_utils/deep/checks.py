"""Refusals that the modules of this package share: a sentence with the value and the next act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from numbers import Integral, Real
from typing import Any

import torch


def generator(value: Any) -> None:
    """A torch.Generator, not a seed."""
    if not isinstance(value, torch.Generator):
        raise TypeError(
            f"generator={value!r} is not a torch.Generator; give torch.Generator().manual_seed(0)."
        )


def name(what: str, value: Any, known: Iterable[str]) -> None:
    """One of the names that there are."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{what}={value!r} is not one of {', '.join(map(repr, known))}.")


def count(what: str, value: Any, *, least: int = 1) -> None:
    """A whole number, `least` or more."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{what}={value!r} must be a whole number, {least} or more.")


def number(what: str, value: Any, least: float, most: float = float("inf")) -> None:
    """A finite number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{what}={value!r} is not a number; give one such as {what}=0.25.")
    if not (least <= value <= most and isfinite(value)):
        limit = f"from {least} to {most}" if isfinite(most) else f"from {least} on"
        raise ValueError(f"{what}={value} is out of range; take a finite number {limit}.")


def sizes(value: Sequence[int]) -> None:
    """Two or more widths, input first and code last."""
    whole = [isinstance(n, Integral) and not isinstance(n, bool) and n >= 1 for n in value]
    if len(whole) < 2 or not all(whole):
        raise ValueError(
            f"sizes={value!r} must be two or more whole numbers from 1, input first and code "
            f"last, such as (64, 32)."
        )


def examples(what: str, value: Any) -> None:
    """A floating-point tensor of rows, at least one of them, without NaN or infinity."""
    if not isinstance(value, torch.Tensor) or not value.is_floating_point():
        kind = getattr(value, "dtype", type(value).__name__)
        raise TypeError(
            f"{what} is of type {kind}, not a tensor of floats: torch.from_numpy(X).float() makes "
            f"one of an array."
        )
    if value.ndim != 2 or len(value) == 0:
        raise ValueError(f"{what} has shape {tuple(value.shape)}; it must be (N, n_in), N ≥ 1.")
    if not value.isfinite().all():
        bad = (~value.isfinite()).sum()
        raise ValueError(f"{what} has {bad} values that are NaN or infinite: find or drop them.")

"""Refusals that generated data sets share: a sentence with the value and the next act."""

from __future__ import annotations

import numpy as np


def generator(rng) -> None:
    """A random generator, not a seed."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng={rng!r} is not a random generator; give np.random.default_rng(seed).")


def count(name: str, value, *, least: int = 1) -> None:
    """A whole number, `least` or more."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name}={value!r} is not a whole number; give one such as {name}={least}.")
    if value < least:
        raise ValueError(f"{name}={value} is too small; take {name}={least} or more.")


def spread(name: str, value) -> None:
    """A standard deviation: a finite number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{name}={value!r} is not a number; give a standard deviation such as 0.1.")
    if not 0 <= value < np.inf:
        raise ValueError(f"{name}={value} is not a standard deviation; take a finite number ≥ 0.")

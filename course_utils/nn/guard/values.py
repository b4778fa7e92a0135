"""Guards for single values: numbers in a range, generators, sizes, objects of ours."""

from __future__ import annotations

import numbers

import numpy as np


def _real(value) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def positive(name: str, value, otherwise: str = "") -> None:
    """Refuse a number that is not finite and above 0."""
    if not _real(value) or not 0 < value < float("inf"):
        raise ValueError(f"{name} is {value!r}; it must be a finite number above 0{otherwise}.")


def rate(name: str, value) -> None:
    """Refuse what is neither a positive number nor a schedule t -> number."""
    if not callable(value):
        positive(name, value, otherwise=", or a schedule t -> number")


def fraction(name: str, value) -> None:
    """Refuse a number outside [0, 1)."""
    if not _real(value) or not 0 <= value < 1:
        raise ValueError(f"{name} is {value!r}; it must be at least 0 and below 1.")


def count(name: str, value, least: int = 1) -> None:
    """Refuse what is not a whole number of at least `least`."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(f"{name} is {value!r}; it must be a whole number of at least {least}.")


def generator(rng) -> None:
    """Refuse a seed where a generator is asked for: randomness is an argument."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {rng!r}; pass a generator, for example rng=np.random.default_rng(0)."
        )


def sizes(units) -> tuple[int, ...]:
    """The widths of all layers as a tuple of Python's own numbers; refuse what is none."""
    if not isinstance(units, tuple | list | np.ndarray) or len(units) < 2:
        raise ValueError(
            f"sizes={units!r} needs at least inputs and outputs: for example MLP((64, 32, 10))."
        )
    for n in units:
        count(f"a layer of sizes={units!r}", n)
    return tuple(int(n) for n in units)


def instance(name: str, value, kind: type, home: str) -> None:
    """Refuse a name, a bare function or a class where one of our objects is asked for."""
    if not isinstance(value, kind):
        raise TypeError(
            f"{name} is {value!r}, which is no {kind.__name__}: import one from {home}."
        )

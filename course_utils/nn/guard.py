"""Guards: bad input is refused with a sentence, outside the function that holds the mathematics.

    @takes(batch)
    def forward(net, theta, X): ...

A check has the parameters of the function it guards, looks at shapes and types only (under 2 µs
a call) and raises a ValueError or TypeError that carries the value and the next act. What costs a
pass over the data (NaN, labels out of range) is checked once, where data come in: `train`.
"""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable

import numpy as np


def takes(check: Callable[..., None]) -> Callable[[Callable], Callable]:
    """Run `check` on the arguments first; `inspect.unwrap` gives the bare function back."""

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def guarded(*args, **kwargs):
            check(*args, **kwargs)
            return function(*args, **kwargs)

        return guarded

    return decorate


def batch(net, theta, X, Y=None, **options) -> None:
    """Refuse examples that do not fit the network: X (N, n_in) and, if given, Y (N, n_out)."""
    matrix("X", X, net.sizes[0], "first layer", net)
    if Y is not None:
        matrix("Y", Y, net.sizes[-1], "output layer", net)
        if len(Y) != len(X):
            raise ValueError(
                f"X has {len(X)} examples but Y has {len(Y)}: they must be rows of the same cases."
            )


def matrix(name: str, A, columns: int, layer: str, net) -> None:
    """Refuse what is not a non-empty real matrix with as many columns as the layer has units."""
    if not isinstance(A, np.ndarray):
        raise TypeError(
            f"{name} is a {type(A).__name__}, not a NumPy array: write np.asarray({name}, float)."
        )
    if A.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} has dtype {A.dtype}, which is not a real number: write {name}.astype(float)."
        )
    if A.ndim != 2:
        raise ValueError(
            f"{name} has shape {A.shape}; examples are rows, so it needs two axes. "
            f"For one example write {name}[None, :]; for labels write one_hot(labels, n_classes)."
        )
    if len(A) == 0:
        raise ValueError(f"{name} has shape {A.shape}: there is no example in it.")
    if A.shape[1] != columns:
        raise ValueError(
            f"{name} has {A.shape[1]} columns but the network's {layer} has {columns} units "
            f"(sizes={net.sizes}). Change {name} or the sizes."
        )


def finite(name: str, A: np.ndarray) -> None:
    """Refuse NaN and infinity; a pass over the data, so once, where they come in."""
    if not np.isfinite(A).all():
        row = int(np.argwhere(~np.isfinite(A))[0][0])
        raise ValueError(
            f"{name} holds {A[row][~np.isfinite(A[row])].flat[0]} in row {row}: "
            f"remove or fill such rows before training."
        )


def targets(net, Y: np.ndarray) -> None:
    """Refuse targets that the loss does not understand: probabilities for the two entropies."""
    if net.loss.name == "squared error":
        return
    outside = (Y < 0) | (Y > 1)
    if outside.any():
        row, column = (int(i) for i in np.argwhere(outside)[0])
        raise ValueError(
            f"Y[{row}, {column}] is {Y[row, column]}, but {net.loss.name} needs targets between 0 "
            f"and 1. For class labels write one_hot(labels, n_classes={net.sizes[-1]})."
        )
    if net.loss.name == "cross-entropy" and net.output.name == "softmax":
        sums = Y.sum(axis=1)
        wrong = np.abs(sums - 1) > 1e-3
        if wrong.any():
            row = int(np.argmax(wrong))
            raise ValueError(
                f"Y[{row}] adds up to {sums[row]:g}, but softmax and cross-entropy need rows that "
                f"add up to 1. For several labels at once use sigmoid and binary_cross_entropy."
            )


def positive(name: str, value) -> None:
    """Refuse a number that is not finite and above 0."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 < value < float("inf"):
        raise ValueError(f"{name} is {value!r}; it must be a finite number above 0.")


def fraction(name: str, value) -> None:
    """Refuse a number outside [0, 1)."""
    if not isinstance(value, numbers.Real) or not 0 <= value < 1:
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

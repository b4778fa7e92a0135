"""What regularizers refuse, each with the value and the next act."""

from __future__ import annotations

import math
import numbers

import numpy as np

from course_utils.nn import guard


def _real(value) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def not_negative(name: str, value) -> None:
    """Refuse a strength below 0, which would reward what it is to punish."""
    if not _real(value) or not 0 <= value < math.inf:
        raise ValueError(
            f"{name} is {value!r}; it must be a finite number of at least 0: 0 switches it off."
        )


def keep_probability(value, name: str = "keep") -> None:
    """Refuse a probability of keeping outside (0, 1]."""
    if not _real(value) or not 0 < value <= 1:
        raise ValueError(
            f"{name} is {value!r}; it is the probability of keeping a unit, above 0 and at most 1: "
            f"take 1.0 to drop none."
        )


def keeps(net, keep) -> None:
    """Refuse a number of probabilities that is not one for the inputs and one a hidden layer."""
    if len(keep) != len(net.sizes) - 1:
        raise ValueError(
            f"keep={tuple(keep)!r} has {len(keep)} entries, but sizes={net.sizes} needs "
            f"{len(net.sizes) - 1}: one for the inputs and one for each hidden layer."
        )


def exponent(q) -> None:
    """Refuse a penalty |w|^q that is not convex."""
    if not _real(q) or not 1 <= q < math.inf:
        raise ValueError(f"q is {q!r}; take a number of at least 1: 1 is L1, 2 is L2.")


def masks(net, N: int, given) -> None:
    """Refuse masks that are not one (N, n) for the inputs and for each hidden layer."""
    wanted = [(N, n) for n in net.sizes[:-1]]
    shapes = [np.shape(mask) for mask in given]
    if shapes != wanted:
        raise ValueError(
            f"the arrays have shapes {shapes}, but inputs and hidden layers of {net.sizes} with "
            f"{N} examples need {wanted}: one row for each example."
        )


def images(X, shape) -> None:
    """Refuse rows that are no pictures of `shape`."""
    guard.array("X", X)
    if X.ndim != 2 or X.shape[1] != shape[0] * shape[1]:
        raise ValueError(
            f"X has shape {X.shape}, and pictures of {shape[0]}×{shape[1]} need "
            f"{shape[0] * shape[1]} columns: give the height and width as shape=(…, …)."
        )


def rule(gradient) -> None:
    """Refuse what cannot be called as a learning rule."""
    if not callable(gradient):
        raise TypeError(f"rule is {gradient!r}; give a learning rule, for example backprop.")


def examples(X, w) -> None:
    """Refuse inputs of one linear unit that do not fit its weights or targets."""
    guard.array("X", X)
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"X has shape {X.shape}; examples are rows: for one write X[None, :].")
    if w is not None and np.shape(w) != X.shape[1:]:
        raise ValueError(f"w has shape {np.shape(w)} but X has {X.shape[1]} columns.")


def uses(numbers, P: int) -> None:
    """Refuse what does not say for each of P weights which number it is a copy of."""
    if not isinstance(numbers, np.ndarray) or numbers.dtype.kind != "i" or numbers.shape != (P,):
        given = getattr(numbers, "shape", type(numbers).__name__)
        raise ValueError(
            f"uses is {given}, and {P} weights need {P} whole numbers: which shared number each is "
            f"a copy of, or -1 where there is no weight."
        )


def every_number(numbers) -> None:
    """Refuse numbers that leave one of 0 … Q - 1 out, or go below -1."""
    used = np.bincount(numbers + 1)[1:] if numbers.min() >= -1 else np.zeros(1)
    if len(used) == 0 or not used.all():
        raise ValueError(
            f"uses holds {np.unique(numbers)[:5]} …: it must hold every whole number from 0 to its "
            f"largest, and -1 for weights that are not there."
        )


def kernel_fits(size, shape) -> None:
    """Refuse a kernel that has no place in the picture."""
    if len(shape) != 2 or min(np.subtract(shape, size)) < 0:
        raise ValueError(
            f"the kernel is {size[0]}×{size[1]} but the pictures are "
            f"{'×'.join(map(str, shape))}: take one of at most that height and width."
        )


def stack_of_pictures(name: str, A, channels: str) -> None:
    """Refuse what is not (N, height, width, channels)."""
    guard.array(name, A)
    if A.ndim != 4:
        raise ValueError(
            f"{name} has shape {A.shape}; it must be (N, height, width, {channels}): for one "
            f"channel write {name}[..., None]."
        )

"""What differs between a learner's answer and the reference's, and why.

`difference(got, expected, examples)` is None where the two are equal to tolerance, else a sentence
that names the likeliest cause: type, shape, transposition, sign, factor, missing mean, NaN.
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

RTOL = 1e-6  # relative, per element
NOTHING = "Your function returned None: did you forget `return`?"
ATOL = 1e-9  # absolute, as a share of the largest expected value


def difference(
    got: Any, expected: Any, examples: frozenset[int] = frozenset(), rtol: float = RTOL
) -> str | None:
    """Why `got` is not `expected`, in a sentence; None when it is.

    `examples` holds the numbers of examples of the case: a factor equal to one is a missing mean.
    """
    if got is None and expected is not None:
        return NOTHING
    if isinstance(expected, str | bytes | bool | np.bool_ | type(None)):
        return _plain(got, expected)
    if isinstance(expected, dict):
        return _mapping(got, expected, examples, rtol)
    if isinstance(expected, list | tuple):
        return _sequence(got, expected, examples, rtol)
    if type(expected).__module__.partition(".")[0] == "torch":
        return _tensor(got, expected, examples, rtol)
    return _numeric(got, expected, examples, rtol)


def kind(value: Any) -> str:
    """A value's type in a learner's words, with its shape."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, numbers.Number | np.generic):
        return "a number"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _wrong_type(got: Any, expected: Any) -> str:
    return f"Your function returned {kind(got)}; {kind(expected)} is expected."


def _plain(got: Any, expected: Any) -> str | None:
    if isinstance(expected, bool | np.bool_):
        if not isinstance(got, bool | np.bool_):
            return _wrong_type(got, expected)
        return None if bool(got) == bool(expected) else f"It is {expected} here, not {got}."
    if type(got) is not type(expected):
        return _wrong_type(got, expected)
    return None if got == expected else "The values differ."


def _mapping(got: Any, expected: dict, examples, rtol) -> str | None:
    if not isinstance(got, dict):
        return _wrong_type(got, expected)
    if set(got) != set(expected):
        return f"The keys are {sorted(map(str, got))}; expected {sorted(map(str, expected))}."
    for key, want in expected.items():
        reason = difference(got[key], want, examples, rtol)
        if reason:
            return f"In [{key!r}]: {reason}"
    return None


def _sequence(got: Any, expected: Any, examples, rtol) -> str | None:
    if not isinstance(got, list | tuple):
        return _wrong_type(got, expected)
    if len(got) != len(expected):
        count = f"{len(got)} value{'s' * (len(got) != 1)}"
        return f"Your function returned {count}; {len(expected)} are expected."
    for n, (a, b) in enumerate(zip(got, expected, strict=True)):
        reason = difference(a, b, examples, rtol)
        if reason:
            fields = getattr(expected, "_fields", None)
            return f"In {fields[n] if fields else f'value {n + 1} of {len(expected)}'}: {reason}"
    return None


def _tensor(got: Any, expected: Any, examples, rtol) -> str | None:
    if type(got).__module__.partition(".")[0] != "torch":
        return f"Your function returned {kind(got)}; a torch tensor is expected."
    if not hasattr(expected, "detach") or not hasattr(got, "detach"):
        return None if got == expected else f"It is {got}; {expected} is expected."
    return _numeric(got.detach().cpu().numpy(), expected.detach().cpu().numpy(), examples, rtol)


def _numeric(got: Any, expected: Any, examples, rtol) -> str | None:
    want = np.asarray(expected)
    if not isinstance(got, np.ndarray | np.generic | numbers.Number) or isinstance(got, bool):
        return _wrong_type(got, expected)
    have = np.asarray(got)
    if have.dtype.kind not in "iufcb":
        return f"Your function returned values of type {have.dtype}; numbers are expected."
    if have.shape != want.shape:
        return _shapes(have, want)
    if have.dtype.kind == "c" and want.dtype.kind != "c":
        return "Your function returned complex numbers; real ones are expected."
    if have.dtype.kind == "b" and want.dtype.kind == "f":
        return "Your function returned True and False; numbers are expected."
    if want.size == 0 or close(have, want, rtol):
        return None
    with np.errstate(all="ignore"):
        return _reason(have, want, examples, rtol)


def close(have: np.ndarray, want: np.ndarray, rtol: float = RTOL) -> bool:
    """Equal to tolerance, element by element; NaN equals NaN."""
    return bool(_same(have, want, rtol).all())


def _same(have: np.ndarray, want: np.ndarray, rtol: float) -> np.ndarray:
    finite = np.abs(want[np.isfinite(want)])
    atol = ATOL * finite.max() if finite.size else 0.0
    return np.isclose(have, want, rtol=rtol, atol=atol, equal_nan=True)


def _shapes(have: np.ndarray, want: np.ndarray) -> str:
    hint = ""
    if want.ndim >= 2 and have.shape == want.T.shape:
        hint = " It looks transposed."
    elif have.size == want.size:
        hint = " The number of values is right: is it an axis of length 1, or a reshape?"
    elif have.shape == () and want.ndim:
        hint = " Did you sum over every axis?"
    return f"The shape is {have.shape}; {want.shape} is expected.{hint}"


def _reason(have: np.ndarray, want: np.ndarray, examples, rtol) -> str:
    lost = np.isfinite(want) & ~np.isfinite(have)
    if lost.any():
        return f"{int(lost.sum())} of {want.size} values are {have[lost].flat[0]}: not finite."
    if close(have, -want, rtol):
        return "Every value has the wrong sign."
    if want.ndim == 2 and want.shape[0] == want.shape[1] and close(have, want.T, rtol):
        return "It looks transposed."
    factor = _factor(have, want, rtol)
    if factor is not None:
        return _factor_reason(factor, examples)
    wrong = ~_same(have, want, rtol)
    if want.size == 1:
        return "The value differs."
    return f"{int(wrong.sum())} of {want.size} values differ."


def _factor(have: np.ndarray, want: np.ndarray, rtol: float) -> float | None:
    """c where have = c · want, with more than one value to tell it by, or a single number."""
    if not np.isfinite(have).all() or not np.isfinite(want).all():
        return None
    squared = float((want * want).sum())
    if squared == 0:
        return None
    c = float((have * want).sum()) / squared
    many = np.count_nonzero(want) > 1
    simple = np.isclose(c, np.round(c)) or np.isclose(1 / c, np.round(1 / c)) if c else False
    return c if c and (many or simple) and close(have, c * want, rtol) else None


def _factor_reason(c: float, examples: frozenset[int]) -> str:
    for n in sorted(examples - {1}):
        if np.isclose(c, n):
            return f"Every value is {n} times too large, the number of examples: missing mean?"
        if np.isclose(c, 1 / n):
            return f"Every value is {n} times too small: did you divide by the examples twice?"
    return f"Every value is {c:.4g} times what is expected: a constant factor."

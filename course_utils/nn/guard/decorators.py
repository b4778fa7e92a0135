"""Decorators that run a guard before the function they guard."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable


def takes(check: Callable[..., None]) -> Callable[[Callable], Callable]:
    """Run `check` on the arguments first; `inspect.unwrap` gives the bare function back."""

    def decorate(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def guarded(*args, **kwargs):
            try:
                check(*args, **kwargs)
            except TypeError:
                _call_fits(function.__name__, signature, args, kwargs)
                raise
            return function(*args, **kwargs)

        return guarded

    return decorate


def takes_numbers(**ranges: Callable[[str, object], None]) -> Callable[[Callable], Callable]:
    """Check each named number by its range, and hand it on as Python's own.

    np.float64(0.1) times a float32 array is float64; 0.1 times it stays float32.
    """

    def decorate(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def guarded(*args, **kwargs):
            given = _call_fits(function.__name__, signature, args, kwargs)
            for name, value in given.arguments.items():
                ranges[name](name, value)
                given.arguments[name] = value if callable(value) else float(value)
            return function(*given.args, **given.kwargs)

        return guarded

    return decorate


def _call_fits(name: str, signature: inspect.Signature, args, kwargs) -> inspect.BoundArguments:
    """The arguments by name; a missing or unknown one is reported in the function's own name."""
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{name}(): {error}; it takes {', '.join(signature.parameters)}.") from None

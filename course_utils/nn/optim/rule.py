"""What an optimizer is: a pair of functions, the states they pass on, and what every rule refuses.

    @a_rule(lr=guard.rate)
    def gd(lr): ...                     # returns Optimizer(init, update)

The decorator checks the numbers, the gradient's shape, and runs long vectors block by block; the
function below it holds the equation alone.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes_numbers

Array = np.ndarray
Rate = float | Callable[[int], float]
BLOCK = 32_768  # numbers: what a rule works on at a time stays in a core's cache


class Optimizer(NamedTuple):
    """A rule: state = init(theta); step, state = update(g, state, theta, J=None).

    uses_loss says that update looks at J, the mini-batch's mean_loss, which `train` then works out.
    """

    init: Callable[[Array], Any]
    update: Callable[..., tuple[Array, Any]]
    uses_loss: bool = False


def rate(lr: Rate, t: int) -> float:
    """The learning rate of step t; raises ValueError where a schedule gives no rate."""
    if not callable(lr):
        return lr
    now = float(lr(t))
    if not 0 <= now < math.inf:
        raise ValueError(f"the schedule gave the rate {now} at t={t}; it must be finite and ≥ 0.")
    return now


def not_negative(name: str, value) -> None:
    """Refuse a number that is not finite and at least 0."""
    if value != 0 or isinstance(value, bool):
        guard.positive(name, value, otherwise=", or 0")


def growth(name: str, value) -> None:
    """Refuse a factor that does not make larger."""
    guard.positive(name, value)
    if value < 1:
        raise ValueError(f"{name} is {value!r}; a factor that makes larger is at least 1.")


def a_rule(**ranges: Callable[[str, object], None]) -> Callable[[Callable], Callable]:
    """Guard the hyper-parameters of a rule by their ranges, and every update of what it makes."""

    def decorate(make: Callable[..., Optimizer]) -> Callable[..., Optimizer]:
        checked = takes_numbers(**ranges)(make)
        signature = inspect.signature(make)

        @functools.wraps(checked)
        def guarded(*args, **kwargs):
            if "most" in ranges:
                _limits(signature.bind_partial(*args, **kwargs))
            return guard_updates(checked(*args, **kwargs), make.__name__)

        return guarded

    return decorate


def _limits(given: inspect.BoundArguments) -> None:
    given.apply_defaults()
    least, most = given.arguments["least"], given.arguments["most"]
    if not least < most:
        raise ValueError(f"least is {least!r} and most {most!r}; least must be below most.")


def guard_updates(rule: Optimizer, name: str) -> Optimizer:
    """The same rule, refusing a gradient of another shape or with NaN, and a missing J."""
    blocked = in_blocks(rule.update)

    def update(g, state, theta, J=None):
        if np.shape(g) != np.shape(theta):
            raise ValueError(
                f"{name}: the gradient has shape {np.shape(g)} and theta {np.shape(theta)}; a "
                f"gradient has one entry for each parameter."
            )
        # one product tells, three times faster than isfinite, and vdot warns of nothing
        if not math.isfinite(np.vdot(g, g)):
            guard.finite("the gradient", g, act="lower the learning rate, or mend what made it")
        if rule.uses_loss and J is None:
            raise ValueError(f"{name} looks at the loss: call update(g, state, theta, J).")
        return blocked(g, state, theta, J)

    return rule._replace(update=update)


def in_blocks(update: Callable) -> Callable:
    """The same update, on BLOCK weights at a time: no rule looks from one weight at another.

    Twice as fast on half a million weights, since what is worked out on the way stays in the cache.
    """

    def blocked(g, state, theta, J=None):
        if np.ndim(g) != 1 or g.size <= 2 * BLOCK or not _remembers(state):
            return update(g, state, theta, J)
        step, whole = np.empty_like(theta), None
        for start in range(0, g.size, BLOCK):
            part = slice(start, start + BLOCK)
            before = type(state)(*(a[part] if isinstance(a, np.ndarray) else a for a in state))
            step[part], after = moved, _ = update(g[part], before, theta[part], J)
            whole = whole or [_room(a, moved, step) for a in after]
            for room, a in zip(whole, after, strict=True):
                if isinstance(a, np.ndarray) and a is not moved:
                    room[part] = a
        return step, type(state)(*whole)

    return blocked


def _remembers(state) -> bool:
    """Arrays to work through beside g, and no states within the state."""
    kinds = [type(field) for field in state]
    return np.ndarray in kinds and not any(issubclass(kind, tuple) for kind in kinds)


def _room(field, moved: Array, step: Array):
    """Where the blocks of a state's field are put together; the step itself where they are it."""
    if not isinstance(field, np.ndarray):
        return field
    return step if field is moved else np.empty(step.shape, field.dtype)

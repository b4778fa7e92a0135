"""A rule let loose on a function: the whole path, the losses, and why it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.optim.rule import Optimizer, not_negative

Array = np.ndarray
Fun = Callable[[Array], tuple[float, Array]]


class Descent(NamedTuple):
    """Where a rule went; the last point is the last whose loss was a finite number."""

    path: Array  # (n + 1, P), the start first
    J: Array  # (n + 1,), the loss at each point
    stopped: str  # why it ended

    @property
    def theta(self) -> Array:
        """The last point."""
        return self.path[-1]


def _takes_start(fun, theta, optimizer, steps, tol=0.0) -> None:
    guard.array("theta", theta)
    guard.finite("theta", theta, act="start from finite numbers")
    guard.instance("optimizer", optimizer, Optimizer, "course_utils.nn.optim and call it")
    guard.count("steps", steps)
    not_negative("tol", tol)


@takes(_takes_start)
def descend(fun: Fun, theta: Array, optimizer: Optimizer, steps: int, tol: float = 0.0) -> Descent:
    """`steps` steps of an optimizer on fun(θ) -> (J, g), from theta (P,).

    Ends before its time when J falls to tol or below, or when it is no longer a finite number,
    which `stopped` says. Raises ValueError for a gradient of another shape, or one that is not
    finite though J is.
    """
    state, path, losses = optimizer.init(theta), [theta], []
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps + 1):
            J, g = fun(path[-1])
            if not np.isfinite(J):
                path, last = path[: max(k, 1)], f"it diverged: J is {J} after {k} steps"
                return Descent(np.array(path), np.array(losses or [J]), f"{last}; lower the rate.")
            losses.append(float(J))
            if tol >= J and tol > 0:
                return Descent(np.array(path), np.array(losses), f"J is {J:.3g} after {k} steps")
            if k < steps:
                guard.finite("the gradient", g, act=f"fun gave it beside J = {J:.3g}; mend fun")
                step, state = optimizer.update(g, state, path[-1], J)
                path.append(path[-1] + step)
    return Descent(np.array(path), np.array(losses), f"all {steps} steps are taken")

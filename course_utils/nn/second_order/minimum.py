"""What a minimizer returns, and fun(θ) -> (J, g) with its evaluations counted and looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard

Array = np.ndarray
Fun = Callable[[Array], tuple[float, Array]]


class Minimum(NamedTuple):
    """Where a minimizer went, what it cost and why it ended."""

    path: Array  # (n + 1, P), the start first
    losses: Array  # (n + 1,), J at each point
    calls: Array  # (n + 1,), evaluations of fun made until then
    gradient: Array  # (P,), at the last point
    stopped: str  # why it ended

    @property
    def theta(self) -> Array:
        """The last point (P,)."""
        return self.path[-1]

    @property
    def J(self) -> float:
        """The loss at the last point."""
        return float(self.losses[-1])

    @property
    def steps(self) -> int:
        """Steps taken."""
        return len(self.path) - 1

    @property
    def evaluations(self) -> int:
        """Evaluations of fun, each of which gave J and the gradient."""
        return int(self.calls[-1])


class Counted:
    """fun, with its calls counted and its answers looked at."""

    def __init__(self, fun: Fun) -> None:
        self.fun = fun
        self.calls = 0

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """J and g at theta, looked at."""
        self.calls += 1
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            J, g = self.fun(theta)
        if np.shape(g) != theta.shape:
            raise ValueError(
                f"fun gave a gradient of shape {np.shape(g)} for theta of shape {theta.shape}; it "
                f"must return (J, g) with one entry of g for each of theta."
            )
        if np.isfinite(J):
            guard.finite("the gradient", g, act=f"fun gave it beside J = {J:.6g}; mend fun")
        return float(J), g


class Recorder:
    """Collects the points of a path and makes the Minimum of them."""

    def __init__(self, fun: Fun, theta: Array) -> None:
        guard.array("theta", theta)
        if theta.ndim != 1 or theta.dtype.kind != "f":
            raise ValueError(
                f"theta has shape {theta.shape} and dtype {theta.dtype}; it must be one vector "
                f"(P,) of floating-point numbers: np.array([1.0, 2.0])."
            )
        guard.finite("theta", theta, act="start from finite numbers")
        self.fun = Counted(fun)
        self.path, self.losses, self.calls = [], [], []

    def start(self, theta: Array) -> tuple[float, Array]:
        """J and g at the start, which must be finite."""
        J, g = self.fun(theta)
        if not np.isfinite(J):
            raise ValueError(f"J is {J} at the start; start where it is a finite number.")
        self.keep(theta, J)
        return J, g

    def keep(self, theta: Array, J: float) -> None:
        """One more point of the path."""
        self.path.append(theta)
        self.losses.append(J)
        self.calls.append(self.fun.calls)

    def end(self, g: Array, why: str) -> Minimum:
        """The minimization, ended."""
        self.calls[-1] = self.fun.calls
        path, losses, calls = map(np.array, (self.path, self.losses, self.calls))
        return Minimum(path, losses, calls, g, why)


def flat(g: Array, tol: float) -> bool:
    """Is the largest entry of the gradient at most tol? (SciPy's gtol, in the maximum norm.)"""
    return bool(np.abs(g).max() <= tol)


def below(g: Array, tol: float) -> str:
    """Why it ended, when the gradient is flat."""
    return f"the largest entry of the gradient is {np.abs(g).max():.2g}, within tol={tol:g}"

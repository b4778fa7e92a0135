"""Newton's method: roots in one dimension, stationary points in many (lecture 3)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.optim.rule import not_negative
from course_utils.nn.second_order.minimum import Array, Fun, Minimum, Recorder, below, flat

ROUGH = 1e-13  # an eigenvalue below this share of the largest is 0 to rounding
TIMES = 10.0  # the damping grows and shrinks by this factor


def _takes_root(f, slope, x, tol=1e-12, steps=50) -> None:
    for name, function in (("f", f), ("slope", slope)):
        if not callable(function):
            raise TypeError(f"{name} is {function!r}; give a function of x.")
    guard.finite("x", np.asarray(x, float), act="start from a finite number")
    guard.positive("tol", tol)
    guard.count("steps", steps)


@takes(_takes_root)
def newton_root(
    f: Callable[[float], float],
    slope: Callable[[float], float],
    x: float,
    tol: float = 1e-12,
    steps: int = 50,
) -> list[float]:
    """All the points of Newton's method on its way from x to a root of f (lecture 3).

    Each next point is where the tangent at the last one crosses zero; slope is f'. It ends when
    |f| is at most tol, or after `steps` steps. Returns the list of points, x first. A slope of 0
    raises ZeroDivisionError.
    """
    points = [x]
    while abs(f(points[-1])) > tol and len(points) <= steps:
        x = points[-1]
        points.append(x - f(x) / slope(x))  # x <- x - f(x) / f'(x)
    return points


def newton(
    fun: Fun,
    theta: Array,
    hessian: Callable[[Array], Array],
    *,
    damping: float = 0.0,
    steps: int = 100,
    tol: float = 1e-8,
) -> Minimum:
    """Newton's method: Δθ = -(H + λ I)⁻¹ g, to where the largest entry of g is at most tol.

    hessian(θ) gives H (P, P). damping 0 is the bare method, which goes to any stationary point, a
    saddle too. damping λ > 0 (Levenberg & Marquardt): λ is raised until H + λ I is positive
    definite and J falls, lowered after each step. Raises ValueError for a singular H.
    """
    not_negative("damping", damping)
    run, lam = Recorder(fun, theta), float(damping)
    J, g = run.start(theta)
    for _ in range(steps):
        if flat(g, tol):
            return run.end(g, below(g, tol))
        H = np.asarray(hessian(theta))
        try:
            theta, J, g, lam = _step(run, H, theta, J, g, lam)
        except FloatingPointError as reason:
            return run.end(g, str(reason))
        run.keep(theta, J)
    return run.end(g, f"all {steps} steps are taken")


def _step(run: Recorder, H: Array, theta: Array, J: float, g: Array, lam: float) -> tuple:
    """The next theta, J, g and damping."""
    eigenvalues, Q = np.linalg.eigh(_square(H, theta))
    if lam == 0:
        least = np.abs(eigenvalues).min()
        if least <= ROUGH * np.abs(eigenvalues).max():
            raise ValueError(
                f"the Hessian is singular at step {len(run.path)} (an eigenvalue of {least:.2g}): "
                f"no step is determined along it. Take damping=1e-3."
            )
        theta = theta - Q @ ((Q.T @ g) / eigenvalues)
        J, g = run.fun(theta)
        if not np.isfinite(J):
            raise FloatingPointError(f"it diverged: J is {J}; start nearer, or take damping=1.")
        return theta, J, g, 0.0
    while lam < 1e16 * max(1.0, np.abs(eigenvalues).max()):
        if eigenvalues.min() + lam > 0:
            new = theta - Q @ ((Q.T @ g) / (eigenvalues + lam))
            J_new, g_new = run.fun(new)
            if J_new < J:
                return new, J_new, g_new, max(lam / TIMES, 1e-15)
        lam *= TIMES
    raise FloatingPointError(f"no step lowers J = {J:.6g}, however short: rounding, or a wrong g")


def _square(H: Array, theta: Array) -> Array:
    if H.shape != (theta.size, theta.size):
        raise ValueError(
            f"hessian gave shape {H.shape} for theta of shape {theta.shape}; it must be "
            f"({theta.size}, {theta.size})."
        )
    guard.finite("the Hessian", H, act="mend hessian, or start elsewhere")
    return H

"""Conjugate gradients: for A x = b, where n steps are enough, and for any smooth function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.second_order.line_search import LineSearchFailed, strong_wolfe, stuck
from course_utils.nn.second_order.minimum import Array, Fun, Minimum, Recorder, below, flat

Preconditioner = Callable[[Array], Array]  # r -> M⁻¹ r, with M like the Hessian but easy to solve


def _takes_system(A, b, x, steps, tol=1e-10, precondition=None) -> None:
    for name, array in (("A", A), ("b", b), ("x", x)):
        guard.array(name, array)
        guard.finite(name, array, act="mend it")
    n = len(b) if b.ndim == 1 else 0
    if A.shape != (n, n) or x.shape != (n,):
        raise ValueError(
            f"A, b and x have shapes {A.shape}, {b.shape} and {x.shape}; they must be (n, n), (n,) "
            f"and (n,)."
        )
    if not np.allclose(A, A.T):
        raise ValueError("A is not symmetric: conjugate gradients need A = Aᵀ; solve AᵀA x = Aᵀb.")
    if np.linalg.eigvalsh(A)[0] <= 0:
        raise ValueError(
            f"A is not positive definite (smallest eigenvalue {np.linalg.eigvalsh(A)[0]:.3g}): the "
            f"quadratic has no one minimum; add a multiple of the identity."
        )
    guard.count("steps", steps)
    guard.positive("tol", tol)


@takes(_takes_system)
def linear_cg(
    A: Array,
    b: Array,
    x: Array,
    steps: int,
    tol: float = 1e-10,
    precondition: Preconditioner = lambda r: r,
) -> Array:
    """All the points of conjugate gradients on the way from x to the solution of A x = b.

    A (n, n) is symmetric and positive definite: x minimizes ½ xᵀA x - bᵀx, and r = b - A x is the
    direction of steepest descent. Each step goes to the minimum along its direction; the next
    direction is conjugate to it. precondition(r) is M⁻¹ r with M like A. It ends when |r| is at
    most tol times |b|, or after `steps` steps. Returns the points (taken + 1, n), x first.
    """
    points, r = [x], b - A @ x
    z = d = precondition(r)
    while np.linalg.norm(r) > tol * np.linalg.norm(b) and len(points) <= steps:
        a = (r @ z) / (d @ A @ d)  # the minimum along d
        points.append(points[-1] + a * d)
        r_new = r - a * (A @ d)
        z_new = precondition(r_new)
        d = z_new + (r_new @ z_new) / (r @ z) * d  # conjugate: d_new · A d = 0
        r, z = r_new, z_new
    return np.array(points)


def jacobi(A: Array) -> Preconditioner:
    """The simplest preconditioner: divide by the diagonal of A."""
    diagonal = np.diag(A).copy()
    if not (diagonal > 0).all():
        raise ValueError(
            f"the diagonal of A holds {diagonal.min():.3g}; all of it must be above 0."
        )
    return lambda r: r / diagonal


def conjugate_gradient(
    fun: Fun,
    theta: Array,
    *,
    precondition: Preconditioner = lambda g: g,
    steps: int = 1000,
    tol: float = 1e-5,
    restart: float = 0.2,
) -> Minimum:
    """Non-linear conjugate gradients after Polak & Ribière, to where no entry of g exceeds tol.

    d = -z + beta d with z = M⁻¹ g and beta = max(0, g·(z - z_old) / (g_old·z_old)). It starts again
    from -z when beta is 0, when d does not descend, or when two gradients in a row are far from
    orthogonal: |g·z_old| > restart g·z (Powell). Steps by strong_wolfe with c2 = 0.4.
    """
    run = Recorder(fun, theta)
    J, g = run.start(theta)
    z = precondition(g)
    d, first = -z, 1 / max(float(np.abs(z).sum()), 1e-300)
    for _ in range(steps):
        if flat(g, tol):
            return run.end(g, below(g, tol))
        try:
            found = strong_wolfe(run.fun, theta, d, J, g, first=first, c2=0.4)
        except LineSearchFailed as reason:
            if np.array_equal(d, -z):
                return stuck(run, J, g, reason)
            d, first = -z, 1 / max(float(np.abs(z).sum()), 1e-300)
            continue
        theta = theta + found.a * d
        z_new = precondition(found.g)
        beta = max(0.0, float(found.g @ (z_new - z)) / float(g @ z))
        if abs(found.g @ z) > restart * (found.g @ z_new):
            beta = 0.0
        slope = found.a * float(g @ d)
        d = -z_new + beta * d
        if not found.g @ d < 0:
            d = -z_new
        first = slope / float(found.g @ d) if found.g.any() else 1.0
        J, g, z = found.J, found.g, z_new
        run.keep(theta, J)
    return run.end(g, f"all {steps} steps are taken")

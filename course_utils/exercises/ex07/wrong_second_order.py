"""Wrong answers to exercises of notebook 07 and what to say of them: methods that use curvature.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import second_order

# ---------------------------------------------------------------- newton_root


def _root(f, x, tol, steps, move):
    points = [x]
    while abs(f(points[-1])) > tol and len(points) <= steps:
        points.append(move(points[-1]))
    return points


def root_away(f, slope, x, tol=1e-12, steps=50):
    """Plus f / f'."""
    return _root(f, x, tol, steps, lambda x: x + f(x) / slope(x))


def root_chord(f, slope, x, tol=1e-12, steps=50):
    """The slope of the start, for ever."""
    first = slope(x)
    return _root(f, x, tol, steps, lambda x: x - f(x) / first)


def root_upside_down(f, slope, x, tol=1e-12, steps=50):
    """f' / f."""
    return _root(f, x, tol, steps, lambda x: x - slope(x) / f(x))


def root_without_start(f, slope, x, tol=1e-12, steps=50):
    """The points after the first."""
    return second_order.newton_root(f, slope, x, tol, steps)[1:] or [x, x]


NEWTON_ROOT = {
    "The sign is wrong: the tangent crosses zero at x − f(x)/f'(x).": root_away,
    "The slope must be taken anew at each point.": root_chord,
    "The ratio is upside down: f(x) divided by f'(x).": root_upside_down,
    "The list begins with the start itself.": root_without_start,
}


# ---------------------------------------------------------------- linear_cg


def _same(r):
    return r


def _cg(A, b, x, steps, tol, precondition, beta, first=lambda A, b, x: b - A @ x):
    """linear_cg with its beta or its first residual replaced."""
    points, r = [x], first(A, b, x)
    z = d = precondition(r)
    while np.linalg.norm(r) > tol * np.linalg.norm(b) and len(points) <= steps:
        a = (r @ z) / (d @ A @ d)
        points.append(points[-1] + a * d)
        r_new = r - a * (A @ d)
        z_new = precondition(r_new)
        d = z_new + beta(r, z, r_new, z_new) * d
        r, z = r_new, z_new
    return np.array(points)


def cg_steepest(A, b, x, steps, tol=1e-10, precondition=_same):
    """Each direction is the residual."""
    return _cg(A, b, x, steps, tol, precondition, lambda r, z, r_new, z_new: 0.0)


def cg_upside_down(A, b, x, steps, tol=1e-10, precondition=_same):
    """beta upside down."""

    def beta(r, z, r_new, z_new):
        return (r @ z) / (r_new @ z_new)

    with np.errstate(all="ignore"):
        return _cg(A, b, x, steps, tol, precondition, beta)


def cg_unconditioned(A, b, x, steps, tol=1e-10, precondition=_same):
    """The preconditioner is not used."""
    return second_order.linear_cg(A, b, x, steps, tol)


def cg_norms(A, b, x, steps, tol=1e-10, precondition=_same):
    """Lengths for squared lengths in beta."""

    def beta(r, z, r_new, z_new):
        return np.sqrt((r_new @ z_new) / (r @ z))

    return _cg(A, b, x, steps, tol, precondition, beta)


LINEAR_CG = {
    "This is steepest descent, with the best step each time. The new direction also needs a share "
    "of the old one: beta d.": cg_steepest,
    "beta is upside down: the new r·z over the old one, mostly below 1.": cg_upside_down,
    "The preconditioner is not used: the directions are made of z = precondition(r).": (
        cg_unconditioned
    ),
    "beta is a ratio of squares, r·z: no root.": cg_norms,
}


# ---------------------------------------------------------------- two_loop


def _two_loop(g, S, Y, scaled=True, oldest_first=False, second=True):
    q, a = g, np.zeros(len(S))
    order = range(len(S)) if oldest_first else reversed(range(len(S)))
    for i in order:
        a[i] = (S[i] @ q) / (S[i] @ Y[i])
        q = q - a[i] * Y[i]
    r = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1]) * q if S and scaled else q
    for i in range(len(S)) if second else ():
        r = r + (a[i] - (Y[i] @ r) / (S[i] @ Y[i])) * S[i]
    return r


def two_loop_unscaled(g, S, Y):
    """γ = 1."""
    return _two_loop(g, S, Y, scaled=False)


def two_loop_oldest_first(g, S, Y):
    """Both loops from the oldest pair on."""
    return _two_loop(g, S, Y, oldest_first=True)


def two_loop_one(g, S, Y):
    """The first loop alone."""
    return _two_loop(g, S, Y, second=False)


def two_loop_direction(g, S, Y):
    """With the minus of the direction."""
    return -_two_loop(g, S, Y)


TWO_LOOP = {
    "γ is missing between the loops: multiply q by s·y / y·y of the newest pair.": (
        two_loop_unscaled
    ),
    "The first loop takes the newest pair first; only the second goes from the oldest on.": (
        two_loop_oldest_first
    ),
    "The second loop is missing: from the oldest pair on, add (a − y·r / s·y) s.": two_loop_one,
    "This is the direction. Return the product with g; the minus comes later.": (
        two_loop_direction
    ),
}

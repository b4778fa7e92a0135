"""Wrong answers to exercises of notebook 06 and what to say of them: Hessians and their kinds.

Some are lines of the lectures as they are printed or taken at their word. Each has the signature of
the right answer, and each table lists message -> wrong answer; the first that equals an attempt in
every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import curvature

# ---------------------------------------------------------------- finite_hessian


def _hessian(difference, gradient, theta, eps):
    columns = [difference(gradient, theta, eps * e, eps) for e in np.eye(theta.size)]
    return np.stack(columns, axis=1)


def hessian_forward(gradient, theta, eps=1e-5):
    """One-sided differences."""
    return _hessian(lambda g, t, e, h: (g(t + e) - g(t)) / h, gradient, theta, eps)


def hessian_twice(gradient, theta, eps=1e-5):
    """Divided by eps instead of 2 eps."""
    return 2 * curvature.finite_hessian(gradient, theta, eps)


def hessian_undivided(gradient, theta, eps=1e-5):
    """Not divided at all."""
    return 2 * eps * curvature.finite_hessian(gradient, theta, eps)


def hessian_rows(gradient, theta, eps=1e-5):
    """Differences in rows."""
    return curvature.finite_hessian(gradient, theta, eps).T


def hessian_diagonal(gradient, theta, eps=1e-5):
    """The curvature along each weight alone."""
    return np.diag(np.diag(curvature.finite_hessian(gradient, theta, eps)))


FINITE_HESSIAN = {
    "Forward differences: their error falls with eps, that of central ones with eps². Go a step to "
    "either side.": hessian_forward,
    "Twice too large: from theta − e to theta + e it is 2 eps.": hessian_twice,
    "How much the gradient changes is not how fast: divide by the distance, 2 eps.": (
        hessian_undivided
    ),
    "Column p belongs to theta[p]; yours are rows. For a true gradient the two are equal, but for "
    "the error of differences.": hessian_rows,
    "Only the diagonal: moving one weight changes the gradient of all the others, too.": (
        hessian_diagonal
    ),
}


# ---------------------------------------------------------------- kind


def kind_by_determinant(H, tol=1e-9):
    """The test for 2 × 2, with the sign of the determinant alone."""
    scale = np.abs(np.linalg.eigvalsh(H)).max() ** len(H)
    determinant = np.linalg.det(H)
    if abs(determinant) <= tol * scale:
        return "singular"
    return "positive definite" if determinant > 0 else "indefinite"


def kind_by_diagonal(H, tol=1e-9):
    """The signs of the diagonal."""
    diagonal = np.diag(H)
    if (diagonal > 0).all():
        return "positive definite"
    return "negative definite" if (diagonal < 0).all() else "indefinite"


def kind_semidefinite(H, tol=1e-9):
    """At least 0 counts as positive."""
    found = curvature.kind(H, tol)
    if found == "singular":
        return "positive definite" if np.trace(H) > 0 else "negative definite"
    return found


def kind_exact_zero(H, tol=1e-9):
    """Without a tolerance."""
    return curvature.kind(H, 0.0)


def kind_lecture(H, tol=1e-9):
    """Lecture 3's name for the third picture."""
    found = curvature.kind(H, tol)
    return "positive indefinite" if found == "singular" else found


KIND = {
    "A determinant above 0 says that the signs come in pairs: two negative eigenvalues have one, "
    "too. Look at the eigenvalues.": kind_by_determinant,
    "The diagonal is the curvature along the axes alone; between them it may bend the other way. "
    "Look at the eigenvalues.": kind_by_diagonal,
    "An eigenvalue of 0 is a flat direction: no minimum is singled out, so this is singular, not "
    "definite.": kind_semidefinite,
    "An eigenvalue of 1e-17 is rounding: one of at most tol times the largest magnitude counts as "
    "0.": kind_exact_zero,
    "Lecture 3's 'positive indefinite' is positive semidefinite; an indefinite matrix has a "
    "saddle. Answer 'singular' here.": kind_lecture,
}

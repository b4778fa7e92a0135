"""Curvature: the Hessian, the kinds of a quadratic, and how far a step may go (lectures 1, 3).

J ≈ J(w₀) + (w - w₀)ᵀ g + ½ (w - w₀)ᵀ H (w - w₀), with H_ij = ∂²J/∂w_i ∂w_j. (Lecture 3 prints H_ij
without the square.) Steps are what is added to w.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray
Fun = Callable[[Array], tuple[float, Array]]


def _takes_symmetric(H, tol=0.0) -> None:
    guard.array("H", H)
    guard.finite("H", H, act="mend what made it")
    if H.ndim != 2 or H.shape[0] != H.shape[1] or H.size == 0:
        raise ValueError(f"H has shape {H.shape}; a Hessian is (P, P).")
    if not np.allclose(H, H.T, rtol=1e-4, atol=1e-6 * np.abs(H).max()):
        raise ValueError("H is not symmetric, and second derivatives are: take (H + H.T) / 2.")


def _takes_bowl(H) -> None:
    _takes_symmetric(H)
    least = np.linalg.eigvalsh(H)[0]
    if least <= 0:
        raise ValueError(
            f"H has the eigenvalue {least:.3g}; it must be positive definite, for elsewhere no "
            f"rate leads to a minimum."
        )


def _takes_system(A, *vectors) -> None:
    _takes_symmetric(A)
    for v in vectors:
        if np.shape(v) != A.shape[:1]:
            raise ValueError(
                f"the matrix has shape {A.shape} and a vector beside it {np.shape(v)}; they must "
                f"be (n, n) and (n,)."
            )


def _takes_newton(H, g) -> None:
    _takes_system(H, g)
    if kind(H) == "singular":
        raise ValueError("H is singular: no step is determined along a flat direction.")


@takes(_takes_system)
def quadratic(A: Array, b: Array) -> Fun:
    """J(x) = ½ xᵀA x - bᵀx and its gradient A x - b, as fun(x) -> (J, g), for A = Aᵀ."""
    return lambda x: (float(x @ A @ x / 2 - b @ x), A @ x - b)


def _takes_gradient(gradient, theta, eps=1e-5) -> None:
    guard.array("theta", theta)
    guard.positive("eps", eps)
    guard.like_theta(gradient, gradient(theta), theta)


@takes(_takes_gradient)
def finite_hessian(gradient: Callable[[Array], Array], theta: Array, eps: float = 1e-5) -> Array:
    """The Hessian at theta (P,) by central differences of gradient(theta) -> (P,).

    Column p holds how fast the gradient changes with theta[p]. Returns (P, P).
    """
    H = np.zeros((theta.size, theta.size))
    for p in range(theta.size):
        e = np.zeros_like(theta)
        e[p] = eps
        H[:, p] = (gradient(theta + e) - gradient(theta - e)) / (2 * eps)
    return H


@takes(_takes_symmetric)
def kind(H: Array, tol: float = 1e-9) -> str:
    """What a symmetric H (P, P) is: one of lecture 3's four kinds.

    "positive definite", "negative definite", "indefinite" (it rises in some directions and falls in
    others) or "singular" (neither of these). An eigenvalue of at most tol times the largest
    magnitude among them counts as 0.
    """
    eigenvalues = np.linalg.eigvalsh(H)
    zero = tol * np.abs(eigenvalues).max()
    rises, falls = (eigenvalues > zero), (eigenvalues < -zero)
    if rises.all():
        return "positive definite"
    if falls.all():
        return "negative definite"
    return "indefinite" if rises.any() and falls.any() else "singular"


@takes(_takes_bowl)
def condition_number(H: Array) -> float:
    """κ = λ_max / λ_min of a positive definite H: (length / width)² of its ellipses."""
    eigenvalues = np.linalg.eigvalsh(H)
    return float(eigenvalues[-1] / eigenvalues[0])


@takes(_takes_bowl)
def largest_rate(H: Array) -> float:
    """The rate below which gradient descent on a quadratic with this Hessian converges.

    H (P, P) is symmetric and positive definite.
    """
    return float(2 / np.linalg.eigvalsh(H)[-1])  # |1 - lr λ| < 1 for every λ


@takes(_takes_bowl)
def best_rate(H: Array) -> float:
    """The one rate with which the slowest direction is as fast as it can be: 2/(λ_min + λ_max)."""
    eigenvalues = np.linalg.eigvalsh(H)
    return float(2 / (eigenvalues[0] + eigenvalues[-1]))


@takes(_takes_system)
def exact_step(A: Array, b: Array, x: Array) -> Array:
    """The lowest point of J = ½ xᵀA x - bᵀx on the line of steepest descent from x (n,).

    A (n, n) is symmetric and positive definite. Returns the new x (n,).
    """
    r = b - A @ x  # minus the gradient
    return x + (r @ r) / (r @ A @ r) * r


@takes(_takes_newton)
def newton_step(H: Array, g: Array) -> Array:
    """Newton's step (P,) from the Hessian H (P, P) and the gradient g (P,).

    It leads to where the gradient of the quadratic approximation is 0.
    """
    return -np.linalg.solve(H, g)  # 0 = g + H Δw


def _takes_curvatures(curvatures, shrink) -> None:
    guard.array("curvatures", curvatures)
    guard.fraction("shrink", shrink)
    if curvatures.size == 0 or not (curvatures > 0).all():
        raise ValueError(f"curvatures are {curvatures}; each must be above 0.")


@takes(_takes_curvatures)
def even_rates(curvatures: Array, shrink: float) -> Array:
    """A rate for each direction of J = ½ Σ λ_p w_p², so that one step takes each w_p to shrink w_p.

    curvatures (P,) are the λ, all above 0; shrink is at least 0 and below 1. Returns (P,).
    """
    return (1 - shrink) / curvatures  # w - lr λ w = shrink w


def _takes_stream(X, y, w, rate) -> None:
    for name, array in (("X", X), ("y", y), ("w", w)):
        guard.array(name, array)
    if X.ndim != 2 or y.shape != X.shape[:1] or w.shape != X.shape[1:]:
        raise ValueError(
            f"X, y and w have shapes {X.shape}, {y.shape} and {w.shape}; they must be (N, n), "
            f"(N,) and (n,)."
        )
    if not callable(rate):
        raise TypeError(f"rate is {rate!r}; give a schedule t -> number, such as fixed(0.1).")


@takes(_takes_stream)
def online_pass(X: Array, y: Array, w: Array, rate: Callable[[int], float]) -> Array:
    """Online learning of one linear unit, ŷ = x·w: one step a case, in the order of the rows.

    X (N, n), y (N,), w (n,). A case costs ½ (ŷ - y)²; the step of case t, t = 1, 2, …, has the rate
    rate(t). Returns every w on the way, (N + 1, n), the given one first.
    """
    path = [w]
    for t, (x, target) in enumerate(zip(X, y, strict=True), start=1):
        w = w - rate(t) * (x @ w - target) * x
        path.append(w)
    return np.array(path)

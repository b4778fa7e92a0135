"""Can a line do it? Asked of a linear program, not of a training run that failed.

Either some w has y w·x ≥ 1 in every case, or some weights a ≥ 0 with Σ a = 1 have Σ a y x = 0, and
never both (Gordan 1873). The first is a line; the second is the proof that there is none: if every
y w·x were above 0, so would be their mean with the weights a, which is 0.

X (N, n) with the bias's x₀ = 1 among its columns, y (N,) of −1 and +1, as in `perceptron`.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from course_utils.nn.guard import perceptron as check
from course_utils.nn.guard import takes

Array = np.ndarray


@takes(check.two_classes)
def separating(X: Array, y: Array) -> Array | None:
    """Some w (n,) with y w·x ≥ 1 in every case, or None where there is none."""
    return _feasible(X.shape[1], A_ub=-y[:, None] * X, b_ub=-np.ones(len(y)), bounds=(None, None))


@takes(check.two_classes)
def refutation(X: Array, y: Array) -> Array | None:
    """Weights a (N,) ≥ 0, Σ a = 1, with Σ a y x = 0: proof that no line exists; else None."""
    A = np.vstack([(y[:, None] * X).T, np.ones(len(y))])  # the last row is Σ a = 1
    return _feasible(len(y), A_eq=A, b_eq=np.eye(len(A))[-1])


def _feasible(n: int, **constraints) -> Array | None:
    """A point (n,) that fulfils the constraints of a linear program, None where there is none."""
    from scipy.optimize import linprog  # here, because it costs a quarter of a second

    found = linprog(np.zeros(n), **constraints)
    if found.status not in (0, 2):  # neither solved nor infeasible: no answer is no "no"
        raise RuntimeError(
            f"the linear program has no answer ({found.message}): scale the columns."
        )
    return found.x if found.status == 0 else None


@takes(check.two_classes)
def widest(X: Array, y: Array) -> Array:
    """The unit vector w (n,) with the widest margin of all.

    The shortest w with y w·x ≥ 1, by non-negative least squares (Lawson and Hanson 1974, chapter
    23). Raises ValueError where the classes cannot be separated.
    """
    from scipy.optimize import nnls

    Z = y[:, None] * X
    E = np.vstack([Z.T, np.ones(len(y))])
    target = np.eye(len(E))[-1]
    a, _ = nnls(E, target, maxiter=30 * len(y))
    w = (E @ a - target)[:-1]  # vanishes where no line exists
    if not (Z @ w).min() > 1e-12 * np.abs(Z).max():
        raise ValueError(
            "No line separates the two classes, so none has a margin: refutation(X, y) shows why."
        )
    return w / np.linalg.norm(w)


@takes(check.features)
def monomials(X: Array, order: int) -> Array:
    """All products of at most `order` different inputs, as the columns of a new table.

    X (N, n), a row for each case, without a bias. Columns: the product of no input, which is 1;
    each input; each product of two; … of `order`, always in the order of `combinations`.
    Returns an array (N, number of products). (Minsky and Papert 1969: masks.)
    """
    n = X.shape[1]
    chosen = [inputs for k in range(order + 1) for inputs in combinations(range(n), k)]
    return np.stack([X[:, list(inputs)].prod(axis=1) for inputs in chosen], axis=1)


def smallest_order(X: Array, y: Array) -> int | None:
    """The smallest order at which monomials of the bits X (N, n) separate the classes, else None.

    Minsky and Papert's order of a predicate: how many inputs at a time its features must see.
    """
    orders = range(X.shape[1] + 1)
    return next((k for k in orders if separating(monomials(X, k), y) is not None), None)

"""One linear unit without bias, J = 1/(2N) Σ (x·w - y)²: what regularizers do, worked out."""

from __future__ import annotations

import numpy as np

from course_utils.nn.guard import takes
from course_utils.nn.regularize import checks

Array = np.ndarray


def _takes_regression(X, y, decay) -> None:
    checks.examples(X, None)
    checks.not_negative("decay", decay)
    if np.shape(y) != X.shape[:1]:
        raise ValueError(
            f"y has shape {np.shape(y)}, but X has {len(X)} rows: one target for each."
        )


@takes(_takes_regression)
def ridge(X: Array, y: Array, decay: float) -> Array:
    """The weights (d,) at which J + (decay/2) Σ w_i² is smallest.

    X      (N, d), the inputs, one row for each case
    y      (N,), the targets; J = 1/(2N) Σ (x·w - y)², a mean over the cases
    decay  the strength λ
    """
    N, d = X.shape
    # the gradient is 0: (XᵀX/N + λ I) w = Xᵀy/N
    return np.linalg.solve(X.T @ X / N + decay * np.eye(d), X.T @ y / N)


def _takes_directions(X, decay) -> None:
    checks.examples(X, None)
    checks.not_negative("decay", decay)
    if decay == 0 and len(X) < X.shape[1]:
        raise ValueError(
            f"decay is 0 and {len(X)} rows cannot fix {X.shape[1]} weights: take a decay above 0."
        )


@takes(_takes_directions)
def effective_parameters(X: Array, decay: float) -> float:
    """How many of its d parameters ridge regression still has: between 0 and d.

    X      (N, d), the inputs
    decay  the strength λ of the penalty, beside a mean over the cases
    Along each principal direction of the inputs ridge keeps some share of the weight that least
    squares would have. (Hastie, Tibshirani & Friedman 2009, section 3.4.1.)
    """
    s = np.linalg.eigvalsh(X.T @ X / len(X))  # the mean square of the inputs along each direction
    return np.sum(s / (s + decay))  # each keeps the share s/(s + λ)


def _takes_unit(X, w, keep) -> None:
    checks.examples(X, w)
    checks.keep_probability(keep)


@takes(_takes_unit)
def dropout_penalty(X: Array, w: Array, keep: float) -> float:
    """What dropout on the inputs adds to J in the mean over all masks: a number ≥ 0.

    X     (N, d), the inputs; each is multiplied by a mask of its own, 0 or 1/p
    w     (d,), the weights of the linear unit; J = 1/(2N) Σ (x·w - y)²
    keep  the probability p of keeping an input
    """
    # a masked input M x/p has the mean x and the variance x² (1 - p)/p
    return (1 - keep) / keep * np.sum(w**2 * np.mean(X**2, axis=0)) / 2

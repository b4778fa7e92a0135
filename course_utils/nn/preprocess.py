"""Inputs made easier to learn from: centred, scaled, rotated, whitened; and batches by class.

    prepare = whiten(data.X_train, k=40)           # measured on the training set alone
    Z_train, Z_valid = prepare(data.X_train), prepare(data.X_valid)

Variances are means over the N examples (1/N), as in NumPy and scikit-learn's StandardScaler;
scikit-learn's PCA takes 1/(N - 1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray

FLAT = 1e-10  # a variance below this share of the largest is 0 to rounding


class Transform(NamedTuple):
    """A change of inputs: Z = (X - mean) A."""

    mean: Array  # (n_in,)
    A: Array  # (n_in, k)

    def __call__(self, X: Array) -> Array:
        """The new inputs (N, k) of X (N, n_in)."""
        return (X - self.mean) @ self.A

    def undo(self, Z: Array) -> Array:
        """X (N, n_in) from Z (N, k): exact where nothing was dropped, else the nearest."""
        return Z @ np.linalg.pinv(self.A) + self.mean


def _takes_examples(X, k=None) -> None:
    guard.array("X", X)
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(
            f"X has shape {X.shape}; examples are rows, and a spread needs at least two of them."
        )
    guard.finite("X", X)


def _takes_varied(X) -> None:
    _takes_examples(X)
    constant = np.flatnonzero(np.ptp(X, axis=0) == 0)
    if len(constant):
        raise ValueError(
            f"column {constant[0]} of X is {X[0, constant[0]]:g} in every example ({len(constant)} "
            f"such columns in all), so its spread is 0: take X[:, np.ptp(X, axis=0) > 0]."
        )


def _takes_components(X, k=None) -> None:
    _takes_examples(X)
    if k is not None:
        guard.count("k", k)
    k, most = k or X.shape[1], min(len(X) - 1, X.shape[1])
    if k > most:
        raise ValueError(
            f"k={k} components, but {len(X)} examples with {X.shape[1]} inputs have {most} at "
            f"most: take k={most} or fewer, or more examples."
        )


def _takes_spread(X, k=None) -> None:
    _takes_components(X, k)
    v = np.linalg.eigvalsh(np.cov(X, rowvar=False, bias=True).reshape(X.shape[1], -1))[::-1]
    some = int((v > FLAT * v[0]).sum()) if v[0] > 0 else 0
    if (k or X.shape[1]) > some:
        raise ValueError(
            f"k={k or X.shape[1]}, but X varies in {some} directions only, and what does not vary "
            f"cannot be scaled to 1: take k={some} or fewer."
        )


@takes(_takes_varied)
def standardize(X: Array) -> Transform:
    """The change of inputs after which each column of X (N, n_in) has mean 0 and variance 1.

    A is diagonal, (n_in, n_in). Returns Transform(mean, A).
    """
    return Transform(X.mean(axis=0), np.diag(1 / X.std(axis=0)))


@takes(_takes_components)
def pca(X: Array, k: int | None = None) -> Transform:
    """The rotation to principal components of X (N, n_in), of which the k first are kept.

    The components are the directions of largest variance, each at right angles to those before;
    the largest comes first. A (n_in, k) holds them as columns of length 1; k=None keeps all.
    Returns Transform(mean, A).
    """
    mean = X.mean(axis=0)
    variances, Q = np.linalg.eigh((X - mean).T @ (X - mean) / len(X))  # C = Q diag(variances) Qᵀ
    return Transform(mean, Q[:, np.argsort(-variances)][:, :k])


@takes(_takes_spread)
def whiten(X: Array, k: int | None = None) -> Transform:
    """The change of inputs to k uncorrelated ones of mean 0 and variance 1 each.

    They are the k first principal components of X (N, n_in); k=None takes all. A is (n_in, k).
    Returns Transform(mean, A).
    """
    mean, Q = pca(X, k)
    return Transform(mean, Q / ((X - mean) @ Q).std(axis=0))  # A = Q diag(variances)^(-1/2)


def enough_components(X: Array, share: float) -> int:
    """The smallest k whose principal components hold this share of the variance of X."""
    guard.positive("share", share)
    if share > 1:
        raise ValueError(f"share is {share!r}; it must be above 0 and at most 1.")
    held = np.cumsum(pca(X)(X).var(axis=0))
    return int(np.searchsorted(held, share * held[-1] * (1 - FLAT)) + 1)


def _takes_layer_below(W, b, change) -> None:
    guard.instance("change", change, Transform, "course_utils.nn.preprocess")
    n_in, k = change.A.shape
    if n_in != k:
        raise ValueError(
            f"change drops inputs ({n_in} become {k}), so no weights give the same u for all X: "
            f"take one that keeps all."
        )
    if W.shape != (n_in, *np.shape(b)):
        raise ValueError(
            f"W and b have shapes {W.shape} and {np.shape(b)}; for {n_in} inputs they must be "
            f"({n_in}, n_out) and (n_out,)."
        )


@takes(_takes_layer_below)
def carry_over(W: Array, b: Array, change: Transform) -> tuple[Array, Array]:
    """The first layer that does with changed inputs what W, b did with X.

    W (n_in, n_out), b (n_out,); change is Transform(mean, A), with an A (n_in, n_in) that has an
    inverse. Returns the new W and b.
    """
    mean, A = change
    return np.linalg.solve(A, W), b + mean @ W  # X = Z A⁻¹ + mean, so X W + b = Z (A⁻¹ W) + …


def _takes_classes(labels, order, per_class) -> None:
    guard.array("labels", labels)
    guard.count("per_class", per_class)
    if labels.ndim != 1 or np.shape(order) != labels.shape:
        raise ValueError(
            f"labels have shape {labels.shape} and order {np.shape(order)}; both must be (N,): "
            f"order=rng.permutation(len(labels))."
        )
    classes, counts = np.unique(labels, return_counts=True)
    if counts.min() < per_class:
        raise ValueError(
            f"class {classes[counts.argmin()]} has {counts.min()} examples, fewer than "
            f"per_class={per_class}: take per_class={counts.min()} or fewer."
        )


@takes(_takes_classes)
def balanced_batches(labels: Array, order: Array, per_class: int) -> list[Array]:
    """Mini-batches with `per_class` examples of each class, for labels (N,).

    order (N,) is a shuffling of 0 … N - 1; each class is taken in that order. There are as many
    batches as it takes to use every example of the largest class; a class that is used up begins
    again with its first. Returns index arrays; in each, the classes stand in the order of
    np.unique(labels).
    """
    members = [order[labels[order] == c] for c in np.unique(labels)]
    n_batches = -(-max(len(rows) for rows in members) // per_class)  # rounded up
    batches = []
    for k in range(n_batches):
        at = np.arange(k * per_class, (k + 1) * per_class)
        batches.append(np.concatenate([rows[at % len(rows)] for rows in members]))
    return batches

"""Batch normalization of one layer of units: forwards, backwards, and with constant statistics."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray
EPS = 1e-5  # torch's; it keeps a unit that does not vary from being divided by 0


def _takes_units(u, gamma, beta, eps) -> None:
    guard.array("u", u)
    guard.positive("eps", eps)
    if u.ndim < 2 or np.shape(gamma) != u.shape[1:] or np.shape(beta) != u.shape[1:]:
        raise ValueError(
            f"u, gamma and beta have shapes {u.shape}, {np.shape(gamma)} and {np.shape(beta)}; "
            f"they must be (N, n), (n,) and (n,)."
        )
    if len(u) < 2:
        raise ValueError(
            f"u has {len(u)} case: over a batch of one every unit is its own mean. Train with two "
            f"or more in every batch; for single answers fold the running statistics in (folded)."
        )


@takes(_takes_units)
def batch_norm(u: Array, gamma: Array, beta: Array, eps: float) -> tuple[Array, Array, Array]:
    """A layer's pre-activations, each unit standardized over the batch and then scaled anew.

    u            (N, n), a case in each row
    gamma, beta  (n,), the spread and the mean that each unit shall have afterwards
    eps          a small number, added to the variances so that none is 0
    Returns z (N, n), the new pre-activations; x_hat (N, n), the standardized u; and sd (n,), what
    it was divided by.
    """
    centred = u - u.mean(axis=0)
    sd = np.sqrt((centred**2).mean(axis=0) + eps)
    x_hat = centred / sd
    return gamma * x_hat + beta, x_hat, sd


def _takes_back(delta, x_hat, sd, gamma) -> None:
    guard.array("delta", delta)
    guard.array("x_hat", x_hat)
    if delta.shape != x_hat.shape or not np.shape(sd) == np.shape(gamma) == x_hat.shape[1:]:
        raise ValueError(
            f"delta, x_hat, sd and gamma have shapes {delta.shape}, {x_hat.shape}, {np.shape(sd)} "
            f"and {np.shape(gamma)}; they must be (N, n), (N, n), (n,) and (n,)."
        )


@takes(_takes_back)
def batch_norm_backward(
    delta: Array, x_hat: Array, sd: Array, gamma: Array
) -> tuple[Array, Array, Array]:
    """Backwards through `batch_norm`: from ∂J/∂z to ∂J/∂u, ∂J/∂gamma and ∂J/∂beta.

    delta      (N, n), ∂J/∂z, the mean over the cases already in it
    x_hat, sd  (N, n) and (n,), what batch_norm returned beside z
    gamma      (n,)
    Every case has a part in the mean and in the variance, and so in every x_hat of its column.
    Returns three arrays, (N, n), (n,) and (n,).
    """
    d_gamma, d_beta = (delta * x_hat).sum(axis=0), delta.sum(axis=0)
    # what would only move the unit's mean, or only its spread, is taken off
    d_u = gamma / sd * (delta - (d_beta + x_hat * d_gamma) / len(delta))
    return d_u, d_gamma, d_beta


def _takes_folding(W, gamma, beta, mean, var, eps) -> None:
    guard.array("W", W)
    guard.positive("eps", eps)
    shapes = [np.shape(a) for a in (gamma, beta, mean, var)]
    if W.ndim < 2 or any(shape != W.shape[1:] for shape in shapes):
        raise ValueError(
            f"W has shape {W.shape}, and gamma, beta, mean and var {shapes}; each must have one "
            f"number for each column of W."
        )


@takes(_takes_folding)
def fold(
    W: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float
) -> tuple[Array, Array]:
    """A plain layer that does what a normalized one does once mean and variance are constants.

    The normalized layer takes h to γ (h W - mean) / √(var + eps) + β. W is (n_in, n), the others
    (n,). Returns the weights (n_in, n) and biases (n,) of the plain layer.
    """
    scale = gamma / np.sqrt(var + eps)
    return W * scale, beta - mean * scale

"""Gradient checks: the same gradient without any calculus."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, mean_loss

Array = np.ndarray


def _takes_step(net, theta, X, Y, *, eps=6e-6) -> None:
    guard.one_network(net, theta, X, Y)
    guard.positive("eps", eps)


@takes(_takes_step)
def finite_difference(net: MLP, theta: Array, X: Array, Y: Array, *, eps: float = 6e-6) -> Array:
    """The gradient of mean_loss by central differences: 2 P evaluations of the loss.

    Each parameter is moved by eps up and down, the others stay. eps near the cube root of the
    rounding unit (6e-6 in float64) balances the truncation error, which grows like eps², against
    rounding, which grows like 1/eps. In float32 that is 5e-3. Returns an array like theta (P,).
    """
    gradient = np.empty_like(theta)
    for p in range(theta.size):
        e = np.zeros_like(theta)
        e[p] = eps
        rise = mean_loss(net, theta + e, X, Y) - mean_loss(net, theta - e, X, Y)
        gradient[p] = rise / (2 * eps)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """‖a - b‖ / max(‖a‖, ‖b‖), 0 when both are 0.

    Below 1e-7 a gradient in float64 is right; above 1e-3 it is wrong.
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(
            f"the shapes differ: {np.shape(a)} and {np.shape(b)}: compare gradients of one network."
        )
    scale = max(np.linalg.norm(a), np.linalg.norm(b))
    return float(np.linalg.norm(np.subtract(a, b)) / scale) if scale else 0.0

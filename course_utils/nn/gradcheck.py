"""Gradient checks: the same gradient without any calculus; and is that really the adjoint?"""

from __future__ import annotations

from collections.abc import Callable

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


def _takes_maps(tangent, adjoint, dx, y) -> None:
    for name, linear in (("tangent", tangent), ("adjoint", adjoint)):
        if not callable(linear):
            raise TypeError(f"{name} is {linear!r}; give a function, δx -> M δx or y -> Mᵀ y.")
    guard.array("dx", dx)
    guard.array("y", y)


@takes(_takes_maps)
def dot_product_test(
    tangent: Callable[[Array], Array], adjoint: Callable[[Array], Array], dx: Array, y: Array
) -> float:
    """How far `adjoint` is from being the adjoint of `tangent`, tried on dx and y; 0 is perfect.

    tangent(dx) is M δx, an array like y; adjoint(y) is Mᵀ y, an array like dx, of any shapes. Both
    are linear. The distance of the two inner products, divided by the larger one's size; 0 where
    both are 0. Below 1e-12 the two belong together; near 1 they do not. (`np.vdot` multiplies two
    arrays of one shape, entry by entry, and adds.)
    """
    forward, back = np.vdot(tangent(dx), y), np.vdot(dx, adjoint(y))  # ⟨M δx, y⟩ = ⟨δx, Mᵀ y⟩
    scale = max(abs(forward), abs(back))
    return abs(forward - back) / scale if scale > 0 else 0.0

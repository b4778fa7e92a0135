"""Units in plain functions: what each makes of its u, with its slope beside it.

Each takes u of any shape and returns (h, slope), h = f(u) and slope = f'(u), both like u; softmax,
whose outputs depend on a whole row, returns h alone. `functions` holds the same ones for networks.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray


def _takes_u(u) -> None:
    guard.array("u", u)


def _takes_leak(u, leak) -> None:
    guard.array("u", u)
    guard.fraction("leak", leak)


def _takes_rows(u) -> None:
    guard.array("u", u)
    if u.ndim != 2 or u.size == 0:
        raise ValueError(
            f"u has shape {u.shape}; examples are rows, so it must be (N, n_out) and not empty: "
            f"for one example write u[None, :]."
        )


@takes(_takes_u)
def logistic(u: Array) -> tuple[Array, Array]:
    """The logistic unit (sigmoid): what it answers to u, and how steep it is there.

    h = 1/(1 + exp(-u)), between 0 and 1. u is an array of any shape.
    Returns (h, slope), both like u; the slope is dh/du.
    """
    h = 0.5 + 0.5 * np.tanh(0.5 * u)  # 1/(1 + exp(-u)), and no exp that overflows
    return h, h * (1 - h)


@takes(_takes_u)
def tanh_unit(u: Array) -> tuple[Array, Array]:
    """The tanh unit: what it answers to u, and how steep it is there.

    h = (exp(u) - exp(-u))/(exp(u) + exp(-u)), between -1 and 1; finite for every u, of any shape.
    Returns (h, slope), both like u; the slope is dh/du.
    """
    s, _ = logistic(2 * u)
    h = 2 * s - 1  # a logistic unit, stretched: tanh u = 2 σ(2u) - 1
    return h, 1 - h**2


@takes(_takes_leak)
def rectifier(u: Array, leak: float) -> tuple[Array, Array]:
    """The rectified linear unit, with a leak: what it answers to u, and its slope there.

    Above 0 it passes u on; below 0 it passes only the share `leak` of u: 0 for ReLU, 0.01 for the
    usual leaky ReLU. At u = 0, where there is a kink, take the slope of the left side.
    u is an array of any shape. Returns (h, slope), both like u.
    """
    slope = np.where(u > 0, np.ones_like(u), leak)
    return slope * u, slope


@takes(_takes_u)
def swish_unit(u: Array) -> tuple[Array, Array]:
    """Swish, u times the logistic unit of u: what it answers, and how steep it is there.

    u is an array of any shape. Returns (h, slope), both like u; the slope is dh/du.
    """
    s, s_slope = logistic(u)
    # h = u σ(u), a product: h' = σ(u) + u σ'(u)
    return u * s, s + u * s_slope


@takes(_takes_rows)
def stable_softmax(u: Array) -> Array:
    """Softmax of every row: positive numbers that add up to 1, p_nj proportional to exp(u_nj).

    u is (N, n_out), one row for each example. Returns an array like u, finite for every u: numbers
    as large as ±1000 may come, also side by side in one batch.
    """
    e = np.exp(u - u.max(axis=1, keepdims=True))  # p stays: numerator and sum shrink alike
    return e / e.sum(axis=1, keepdims=True)

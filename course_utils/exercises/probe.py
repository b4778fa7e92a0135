"""How an attempt meets a case: answers that are functions, iterators or optimizers become data.

Each probe is a `run(attempt, *args)` for an Exercise; what it returns is compared with what it
returns for the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.check import call

__all__ = ["call", "on_grid", "steps", "to_list"]


def to_list(attempt: Callable, *args) -> list:
    """Everything an iterator yields."""
    return list(attempt(*args))


def on_grid(attempt: Callable, grid: np.ndarray, *args) -> np.ndarray:
    """The function that attempt(*args) returns, at the points of a grid."""
    return attempt(*args)(grid)


def steps(attempt: Callable, gradients: np.ndarray, *args) -> list[tuple[np.ndarray, Any]]:
    """An optimizer attempt(*args) fed with gradients (T, P): T pairs of step and state."""
    optimizer = attempt(*args)
    theta = np.zeros_like(gradients[0])
    state, taken = optimizer.init(theta), []
    for g in gradients:
        step, state = optimizer.update(g, state, theta)
        theta = theta + step
        taken.append((step, state))
    return taken

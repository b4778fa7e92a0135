"""How an attempt meets a case: answers that are functions, iterators or optimizers become data.

Each probe is a `run(attempt, *args)` for an Exercise; what it returns is compared with what it
returns for the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.check import call

__all__ = ["call", "on_grid", "steps", "tensors", "to_list"]


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


def tensors(attempt: Callable, *args) -> Any:
    """attempt(*args) with tensors for arrays; what comes back, with arrays for tensors.

    Arrays are turned wherever they stand in lists, tuples and dicts, and share their memory with
    the tensors, so a change in place is seen. A module comes back as its state, name -> array.
    Raises TypeError for an array that comes back: an answer in torch returns tensors.
    """
    return _from_torch(attempt(*map(_to_torch, args)))


tensors.one_for_one = True


def _to_torch(value: Any) -> Any:
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    return _inside(_to_torch, value)


def _from_torch(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().cpu().numpy()
    if isinstance(value, torch.nn.Module):
        return _from_torch(dict(value.state_dict()))
    if isinstance(value, np.ndarray):
        raise TypeError("the answer is a NumPy array; return the tensor itself")
    return _inside(_from_torch, value)


def _inside(turn: Callable[[Any], Any], value: Any) -> Any:
    """What holds other values, with those turned; anything else as it is."""
    if isinstance(value, dict):
        return {key: turn(one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(turn, value))
    if isinstance(value, list | tuple):
        return type(value)(map(turn, value))
    return value

"""What happens to the weights after a step, outside the loss: decay, soft threshold, max-norm.

Each takes an optimizer and gives one whose step ends where the changed weights are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP
from course_utils.nn.optim import Optimizer, rate
from course_utils.nn.regularize import checks
from course_utils.nn.regularize.penalties import weights_of

Array = np.ndarray
Rate = float | Callable[[int], float]


def _takes_decay(w, step, lr, decay) -> None:
    guard.positive("lr", lr)
    checks.not_negative("decay", decay)
    if np.shape(w) != np.shape(step):
        raise ValueError(f"w has shape {np.shape(w)} but its step {np.shape(step)}: one for each.")


@takes(_takes_decay)
def decayed_step(w: Array, step: Array, lr: float, decay: float) -> Array:
    """The step with decoupled weight decay: what is added to w instead of `step`.

    w      any shape, the weights before the step
    step   like w, what the optimizer would add to them
    lr     the learning rate of this step
    decay  the strength λ
    Returns an array like w. (Lecture 3, "Weight decay"; Loshchilov & Hutter 2019.)
    """
    return step - lr * decay * w  # of the old weights


def _takes_amount(w, amount) -> None:
    checks.not_negative("amount", amount)


@takes(_takes_amount)
def soft_threshold(w: Array, amount: float) -> Array:
    """Every weight moved towards 0 by `amount`; those that would pass 0 stay there, at exactly 0.

    It is the w' that makes ½ (w' - w)² + amount |w'| smallest. Returns an array like w.
    """
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def _takes_limit(W, limit) -> None:
    guard.array("W", W)
    guard.positive("limit", limit)
    if W.ndim != 2:
        raise ValueError(f"W has shape {W.shape}; the weights of one layer are (n_in, n_out).")


@takes(_takes_limit)
def max_norm(W: Array, limit: float) -> Array:
    """The same weights (n_in, n_out), but no unit's incoming weights longer than `limit`.

    A unit whose weights are too long gets them shortened to that length, in their direction; the
    others keep theirs. (Srivastava et al. 2014, section 5.1.)
    """
    lengths = np.linalg.norm(W, axis=0)  # (n_out,): column j leads into unit j
    return W * (limit / np.maximum(lengths, limit))


def _ending_at(optimizer: Optimizer, change: Callable[[Array, Array, object], Array]) -> Optimizer:
    """The optimizer whose step ends at change(theta, theta + step, state)."""
    guard.instance("optimizer", optimizer, Optimizer, "course_utils.nn.optim and call it")

    def update(g, state, theta, J=None):
        step, state = optimizer.update(g, state, theta, J)
        return change(theta, theta + step, state) - theta, state

    return optimizer._replace(update=update)


def decayed(
    net: MLP, optimizer: Optimizer, lr: Rate, decay: float, *, biases: bool = False
) -> Optimizer:
    """Decoupled weight decay after any optimizer; lr is its rate, a number or its schedule."""
    guard.rate("lr", lr)
    checks.not_negative("decay", decay)
    where = weights_of(net, biases)

    def change(old, new, state):
        now = rate(lr, state.t) if callable(lr) else lr
        return new - now * decay * np.where(where, old, 0)

    return _ending_at(optimizer, change)


def thresholded(net: MLP, optimizer: Optimizer, amount: float) -> Optimizer:
    """A soft threshold on the weights after each step: for L1 the amount is lr · decay / 2."""
    checks.not_negative("amount", amount)
    where = weights_of(net)
    return _ending_at(
        optimizer, lambda old, new, state: np.where(where, soft_threshold(new, amount), new)
    )


def norm_limited(net: MLP, optimizer: Optimizer, limit: float) -> Optimizer:
    """max_norm on the weights into every hidden unit after each step; outputs are left alone."""
    guard.positive("limit", limit)

    def change(old, new, state):
        for W, _ in net.layers(new)[:-1]:  # `new` is an array of ours
            W[:] = max_norm(W, limit)
        return new

    return _ending_at(optimizer, change)

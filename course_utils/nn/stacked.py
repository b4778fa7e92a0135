"""Many networks at once: S parameter vectors of one network, stacked as theta (S, P).

`mlp.forward` and `mlp.mean_loss` take such a stack as they are, and so do the optimizers; here are
the gradient and the full-batch training that go with them. Row s does what that network would do
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.initialize import Scheme, fan_in
from course_utils.nn.mlp import MLP, forward, init
from course_utils.nn.optim import Optimizer
from course_utils.nn.progress import progress

Array = np.ndarray
Gradient = Callable[[MLP, Array, Array, Array], Array]


@dataclass(frozen=True, eq=False)
class Runs:
    """What training S networks at once leaves; row s of everything belongs to network s."""

    theta: Array = field(repr=False)  # (S, P), at the end
    loss: Array = field(
        repr=False
    )  # (S, sweeps + 1), mean_loss before the first sweep and after each
    right: Array = field(
        repr=False
    )  # (S, sweeps + 1), is every output on its target's side of 1/2?

    @property
    def solved_at(self) -> Array:
        """The first sweep after which every output was on the right side, (S,); NaN for never."""
        return np.where(self.right.any(axis=1), self.right.argmax(axis=1), np.nan)


def init_all(net: MLP, seeds: Iterable[int], scheme: Scheme = fan_in) -> Array:
    """First parameters (S, P), a row for each seed: what `init` gives with default_rng(seed)."""
    return np.stack([init(net, np.random.default_rng(seed), scheme) for seed in seeds])


def uniform_all(net: MLP, seeds: Iterable[int], limit: float) -> Array:
    """First parameters (S, P), weights and biases uniform on (-limit, limit): the start of 1986."""
    guard.positive("limit", limit)
    draws = [np.random.default_rng(seed).uniform(-limit, limit, net.size) for seed in seeds]
    return np.stack(draws)


def _takes_stack(net, theta, X, Y) -> None:
    guard.array("Y", Y)
    each = Y.ndim == 3 and len(Y) == len(theta)
    guard.batch(net, theta, X, Y[0] if each else Y)
    guard.parameters(net, theta)
    if theta.ndim != 2 or len(theta) == 0:
        raise ValueError(
            f"theta has shape {theta.shape}, and a stack (S, {net.size}) is asked for: "
            f"np.stack some vectors, or theta[None, :] for one."
        )


@takes(_takes_stack)
def backprop_all(net: MLP, theta: Array, X: Array, Y: Array) -> Array:
    """The gradient of each network's mean_loss, (S, P): `mlp.backprop` for every row of theta.

    X (N, n_in) and Y (N, n_out) are the same for all, or Y has targets for each, (S, N, n_out).
    """
    layers, trace = net.layers(theta), forward(net, theta, X)
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = np.swapaxes(trace.h[k], -1, -2) @ delta
        grads[k].b[:] = delta.sum(axis=-2, keepdims=True)
        if k > 0:
            slope = net.hidden.slope(trace.u[k - 1], trace.h[k])
            delta = (delta @ np.swapaxes(layers[k].W, -1, -2)) * slope
    return gradient


def _takes_training(net, theta, X, Y, optimizer, *, sweeps, gradient=None) -> None:
    _takes_stack(net, theta, X, Y)
    guard.instance("optimizer", optimizer, Optimizer, "course_utils.nn.optim and call it")
    for name, A in (("theta", theta), ("X", X), ("Y", Y)):
        guard.finite(name, A)
    guard.targets(net, Y)
    guard.count("sweeps", sweeps)


@takes(_takes_training)
def train_all(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    optimizer: Optimizer,
    *,
    sweeps: int,
    gradient: Gradient = backprop_all,
) -> Runs:
    """Train S networks side by side from theta (S, P), in full batches; theta is not changed.

    A sweep is one look at all cases and one step. X is (N, n_in) and Y (N, n_out), the same for
    all; `gradient(net, theta, X, Y)` gives (S, P). Any rule of `optim` that treats each weight by
    itself will do. Beyond two seconds a bar shows.
    """
    state, loss, right = optimizer.init(theta), [], []
    for sweep in progress(range(sweeps + 1), "sweeps"):
        trace = forward(net, theta, X)
        loss.append(net.loss.value(net.output, trace.u[-1], trace.output, Y))
        right.append(((trace.output > 0.5) == (Y > 0.5)).all(axis=(-2, -1)))
        if sweep < sweeps:
            step, state = optimizer.update(gradient(net, theta, X, Y), state, theta)
            theta = theta + step
    return Runs(theta, np.array(loss).T, np.array(right).T)

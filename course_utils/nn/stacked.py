"""Many networks at once: S parameter vectors of one network, stacked as theta (S, P).

`mlp.forward` and `mlp.mean_loss` take such a stack as they are, and so do the optimizers; here are
the gradient and the training that go with them. Row s does what that network would do alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.initialize import Scheme, fan_in
from course_utils.nn.mlp import MLP, forward, init, trace_of
from course_utils.nn.optim import Optimizer
from course_utils.nn.progress import progress
from course_utils.nn.train import minibatches

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


def _takes_rates(rule, rates) -> None:
    guard.instance("rule", rule, Optimizer, "course_utils.nn.optim and call it")
    guard.array("rates", rates)
    if rates.ndim != 1 or len(rates) == 0:
        raise ValueError(f"rates have shape {rates.shape}; give one for each network, (S,).")
    for s, rate in enumerate(rates.tolist()):
        guard.positive(f"rates[{s}]", rate)


@takes(_takes_rates)
def with_rates(rule: Optimizer, rates: Array) -> Optimizer:
    """`rule` with a learning rate for each of the S networks: row s takes rates[s] times its steps.

    For rules whose steps are proportional to their rate, made with rate 1: gd(1.0), adam(1.0).
    """

    def update(g, state, theta, J=None):
        step, state = rule.update(g, state, theta, J)
        return rates.astype(theta.dtype)[:, None] * step, state

    return rule._replace(update=update)


def _takes_training(
    net, theta, X, Y, optimizer, *, sweeps, gradient=None, batch_size=None, rng=None, watch=True
) -> None:
    _takes_stack(net, theta, X, Y)
    guard.instance("optimizer", optimizer, Optimizer, "course_utils.nn.optim and call it")
    for name, A in (("theta", theta), ("X", X), ("Y", Y)):
        guard.finite(name, A)
    guard.targets(net, Y)
    guard.count("sweeps", sweeps)
    if batch_size is not None:
        guard.count("batch_size", batch_size)
        guard.generator(rng)


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
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    watch: bool = True,
) -> Runs:
    """Train S networks side by side from theta (S, P); theta itself is not changed.

    A sweep is one look at all cases: one step with the full batch, or a step for each mini-batch of
    `batch_size`, shuffled by rng and the same for all networks. X is (N, n_in) and Y (N, n_out),
    the same for all; `gradient(net, theta, X, Y)` gives (S, P). Any rule of `optim` that treats
    each weight by itself will do. A network that diverges ends there: its theta is NaN, its loss
    NaN or infinite, and the others go on. Without `watch` only the end is looked at: loss and
    right are (S, 1). Beyond two seconds a bar shows.
    """
    theta, state, loss, right = theta.copy(), optimizer.init(theta), [], []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for sweep in progress(range(sweeps + 1), "sweeps"):
            if watch or sweep == sweeps:
                trace = trace_of(net, theta, X)
                loss.append(net.loss.value(net.output, trace.u[-1], trace.output, Y))
                right.append(((trace.output > 0.5) == (Y > 0.5)).all(axis=(-2, -1)))
            for x, y in _batches(X, Y, batch_size, rng) if sweep < sweeps else ():
                g = gradient(net, theta, x, y)
                lost = ~np.isfinite(g.sum(axis=1))
                if lost.any():
                    theta[lost], g = np.nan, np.where(lost[:, None], 0, g)
                step, state = optimizer.update(g, state, theta)
                theta = theta + step
    return Runs(theta, np.array(loss).T, np.array(right).T)


def _batches(X: Array, Y: Array, batch_size: int | None, rng) -> Iterable[tuple[Array, Array]]:
    if batch_size is None:
        return [(X, Y)]
    return ((X[rows], Y[..., rows, :]) for rows in minibatches(len(X), batch_size, rng))

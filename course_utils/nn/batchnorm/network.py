"""Batch-normalized networks: parameters, forward and backward passes, statistics, evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.batchnorm.layer import EPS, batch_norm, batch_norm_backward, fold
from course_utils.nn.initialize import Scheme, fan_in
from course_utils.nn.mlp import MLP, Layer, init

Array = np.ndarray


class Statistics(NamedTuple):
    """What a hidden layer's u is on average, unit by unit."""

    mean: Array  # (n,)
    var: Array  # (n,)


class NormalizedTrace(NamedTuple):
    """What the forward pass leaves behind; z, x_hat and sd are those of the hidden layers."""

    u: list[Array]  # one (N, n) per layer of weights
    z: list[Array]  # γ x̂ + β
    h: list[Array]  # one more than u
    x_hat: list[Array]  # (N, n), or (N, S, n) for a stack
    sd: list[Array]  # (n,), or (S, n)

    @property
    def output(self) -> Array:
        """The network's answer, (N, n_out)."""
        return self.h[-1]


@dataclass(frozen=True)
class Normalized:
    """A network with batch normalization before every hidden activation; the outputs have none.

    plain is the MLP it is made of. theta is the plain network's, with β in the place of the hidden
    layers' b, and then γ, layer by layer.
    """

    plain: MLP
    eps: float = EPS

    def __post_init__(self) -> None:
        guard.instance("plain", self.plain, MLP, "course_utils.nn.mlp and call it")
        guard.positive("eps", self.eps)
        if len(self.sizes) < 3:
            raise ValueError(f"sizes={self.sizes} has no hidden layer, so nothing to normalize.")

    sizes = property(lambda self: self.plain.sizes)
    hidden = property(lambda self: self.plain.hidden)
    output = property(lambda self: self.plain.output)
    loss = property(lambda self: self.plain.loss)

    @cached_property
    def size(self) -> int:
        """P: the plain network's, and one γ for each hidden unit."""
        return self.plain.size + sum(self.sizes[1:-1])

    def layers(self, theta: Array) -> list[Layer]:
        """Refused: a function that asks for them knows nothing of γ."""
        raise ValueError(
            "this network is batch-normalized, and what was called is for plain ones: take the "
            "functions of course_utils.nn.batchnorm, or fold the statistics in: "
            "theta = folded(net, theta, statistics), and go on with net.plain."
        )

    def parts(self, theta: Array) -> tuple[list[Layer], list[Array]]:
        """Views into theta: the layers (W, b), where b of a hidden layer is β, and the γ (n,)."""
        guard.parameters(self, theta)
        cut = self.plain.size
        ends = cut + np.cumsum((0, *self.sizes[1:-1]))
        gammas = [theta[..., a:b] for a, b in pairwise(ends)]
        return self.plain.layers(theta[..., :cut]), gammas

    def init(self, rng: np.random.Generator, scheme: Scheme = fan_in) -> Array:
        """First parameters (P,): weights by `scheme`, β = 0 and γ = 1."""
        return np.concatenate([init(self.plain, rng, scheme), np.ones(self.size - self.plain.size)])

    def forward(self, theta: Array, X: Array) -> NormalizedTrace:
        """Forward propagation in training: statistics are those of the cases X (N, n_in)."""
        guard.batch(self, theta, X)
        layers, gammas = self.parts(theta)
        trace = NormalizedTrace([], [], [X], [], [])
        for (W, b), gamma in zip(layers[:-1], gammas, strict=True):
            u = trace.h[-1] @ W
            z, x_hat, sd = batch_norm(_cases_first(u), gamma, _row(b), self.eps)
            z = _cases_first(z)
            for kept, value in zip(trace, (u, z, self.hidden(z), x_hat, sd), strict=True):
                kept.append(value)
        W, b = layers[-1]
        trace.u.append(trace.h[-1] @ W + b)
        trace.h.append(self.output(trace.u[-1]))
        return trace


def _cases_first(u: Array) -> Array:
    """(S, N, n) as (N, S, n), and back; (N, n) as it is."""
    return u.swapaxes(0, -2)


def _row(b: Array) -> Array:
    """A layer's b without the axis that a stack has for the cases."""
    return b if b.ndim == 1 else b[:, 0]


def normalized_backprop(net: Normalized, theta: Array, X: Array, Y: Array) -> Array:
    """The gradient of mean_loss in training, through the statistics of the batch; like theta.

    X is (N, n_in) with N at least 2, Y is (N, n_out).
    """
    guard.batch(net, theta, X, Y)
    return _backward(net, theta, net.forward(theta, X), Y)


def _backward(net: Normalized, theta: Array, trace: NormalizedTrace, Y: Array) -> Array:
    (layers, gammas), gradient = net.parts(theta), np.empty_like(theta)
    grads, d_gammas = net.parts(gradient)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    grads[-1].b[:] = delta.sum(axis=-2, keepdims=theta.ndim > 1)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = trace.h[k].swapaxes(-1, -2) @ delta
        if k > 0:
            slope = net.hidden.slope(trace.z[k - 1], trace.h[k])
            d_z = _cases_first((delta @ layers[k].W.swapaxes(-1, -2)) * slope)
            back = batch_norm_backward(d_z, trace.x_hat[k - 1], trace.sd[k - 1], gammas[k - 1])
            delta, d_gammas[k - 1][:], _row(grads[k - 1].b)[:] = _cases_first(back[0]), *back[1:]
    return gradient


def statistics(net: Normalized, theta: Array, X: Array) -> list[Statistics]:
    """Mean and variance (1/N) of every hidden layer's u over X (N, n_in), layer by layer."""
    hidden = net.forward(theta, X).u[:-1]
    return [Statistics(u.mean(axis=-2), u.var(axis=-2)) for u in hidden]


class BatchNorm:
    """The learning rule of a Normalized network, which keeps running statistics for evaluation.

    statistics <- (1 - momentum) statistics + momentum (those of the batch), from mean 0 and
    variance 1, the batch's variance taken over N - 1: torch's convention. One for each run.
    """

    __name__ = "BatchNorm"

    def __init__(self, momentum: float = 0.1) -> None:
        guard.fraction("momentum", momentum)
        guard.positive("momentum", momentum)
        self.momentum = momentum
        self.statistics: list[Statistics] | None = None

    def __call__(self, net: Normalized, theta: Array, X: Array, Y: Array) -> Array:
        """The gradient, as `normalized_backprop`; the statistics move on."""
        guard.batch(net, theta, X, Y)
        trace, N = net.forward(theta, X), len(X)
        hidden = trace.u[:-1]
        now = [Statistics(u.mean(axis=-2), u.var(axis=-2) * N / (N - 1)) for u in hidden]
        before = self.statistics or [
            Statistics(np.zeros_like(mean), np.ones_like(var)) for mean, var in now
        ]
        self.statistics = [
            Statistics(*(old + self.momentum * (new - old) for old, new in zip(a, b, strict=True)))
            for a, b in zip(before, now, strict=True)
        ]
        return _backward(net, theta, trace, Y)


def folded(net: Normalized, theta: Array, statistics: list[Statistics]) -> Array:
    """The plain network's parameters that do what `net` does in evaluation, with these statistics.

    theta (P,) or (S, P). Use them with net.plain: forward(net.plain, folded(…), X).
    """
    _, gammas = net.parts(theta)
    if statistics is None or len(statistics) != len(gammas):
        raise ValueError(
            f"statistics={statistics!r}, but the network has {len(gammas)} normalized layers: "
            f"train with a BatchNorm() rule first, or take statistics(net, theta, X)."
        )
    plain = theta[..., : net.plain.size].copy()
    for k, (W, b) in enumerate(net.plain.layers(plain)[:-1]):
        mean, var = statistics[k]
        w, beta = fold(_cases_first(W), gammas[k], _row(b), mean, var, net.eps)
        W[:], _row(b)[:] = _cases_first(w), beta
    return plain

"""Noise injection: normal noise on inputs, weights or activations, new at every call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP
from course_utils.nn.regularize import checks
from course_utils.nn.regularize.penalties import Rule, weights_of

Array = np.ndarray


def _takes_noise(net, theta, X, Y, noise) -> None:
    guard.one_network(net, theta, X, Y)
    checks.masks(net, len(X), noise)


@takes(_takes_noise)
def noisy_backprop(net: MLP, theta: Array, X: Array, Y: Array, noise: Sequence[Array]) -> Array:
    """The gradient of the mean loss with noise[k] (N, n_k) added to h[k]: inputs, then hidden."""
    layers, u, h = net.layers(theta), [], [X + noise[0]]
    for k, (W, b) in enumerate(layers, 1):
        u.append(h[-1] @ W + b)
        h.append(net.output(u[-1]) if k == len(layers) else net.hidden(u[-1]) + noise[k])
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    delta = net.loss.delta(net.output, u[-1], h[-1], Y)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = h[k].T @ delta
        grads[k].b[:] = delta.sum(axis=0)
        if k > 0:
            delta = (delta @ layers[k].W.T) * net.hidden.slope(u[k - 1])
    return gradient


def input_noise(rule: Rule, sigma: float, *, rng: np.random.Generator) -> Rule:
    """The rule on inputs with normal noise of standard deviation sigma."""
    _takes_sigma(rule, sigma, rng)
    return lambda net, theta, X, Y: rule(net, theta, X + _normal(rng, sigma, X), Y)


def weight_noise(rule: Rule, sigma: float, *, rng: np.random.Generator) -> Rule:
    """The rule at weights with normal noise of standard deviation sigma; biases have none."""
    _takes_sigma(rule, sigma, rng)
    return lambda net, theta, X, Y: rule(
        net, theta + weights_of(net) * _normal(rng, sigma, theta), X, Y
    )


def activation_noise(sigma: float, *, rng: np.random.Generator) -> Rule:
    """Backprop with normal noise added to the values of all hidden units."""
    _takes_sigma(noisy_backprop, sigma, rng)

    def gradient(net: MLP, theta: Array, X: Array, Y: Array) -> Array:
        hidden = [np.empty((len(X), n), theta.dtype) for n in net.sizes[1:-1]]
        noise = [np.zeros_like(X), *(_normal(rng, sigma, h) for h in hidden)]
        return noisy_backprop(net, theta, X, Y, noise)

    return gradient


def _normal(rng: np.random.Generator, sigma: float, like: Array) -> Array:
    return (sigma * rng.standard_normal(like.shape)).astype(like.dtype, copy=False)


def _takes_sigma(rule, sigma, rng) -> None:
    checks.rule(rule)
    checks.not_negative("sigma", sigma)
    guard.generator(rng)

"""Forward gradient: the exact slope along a random direction, by the tangent-linear model.

Weight perturbation without a σ (Baydin, Pearlmutter, Syme, Wood & Torr 2022): what J(θ + σv) - J(θ)
only approaches is carried along with the forward pass. It needs derivatives of the activations, so
it is no method for black boxes; and its variance is that of weight perturbation.
"""

from __future__ import annotations

from inspect import unwrap

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, forward
from course_utils.nn.perturb.sampling import (
    chunks,
    correlate,
    normals,
    takes_networks,
    takes_samples,
)

Array = np.ndarray


def _takes_direction(net, theta, X, Y, v) -> None:
    guard.one_network(net, theta, X, Y)
    guard.parameters(net, v)


@takes(_takes_direction)
def directional_derivative(net: MLP, theta: Array, X: Array, Y: Array, v: Array) -> float:
    """How fast mean_loss rises when theta moves along v (P,), in one pass forward.

    Beside each value of the forward pass goes its rate of change: du beside u, dh beside h.
    `net.layers(v)` gives the rates of the weights and biases; the inputs do not change;
    `net.hidden.slope(u, h)` is the slope of a hidden layer, and `net.loss.delta(net.output, u, P,
    Y)` gives ∂J/∂u of the output layer. Returns a number, ∇J·v.
    (Lecture 3, tangent-linear model.)
    """
    trace, dh = forward(net, theta, X), np.zeros_like(X)
    rates = zip(net.layers(theta), net.layers(v), strict=True)
    for k, ((W, _), (dW, db)) in enumerate(rates):
        du = dh @ W + trace.h[k] @ dW + db  # the product rule for u = h W + b
        dh = net.hidden.slope(trace.u[k], trace.h[k + 1]) * du  # not asked of the last layer
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    return (delta * du).sum(axis=(-2, -1))


def _takes_draws(net, theta, X, Y, *, rng, samples=1) -> None:
    takes_networks(net, theta, X, Y)
    takes_samples(rng, samples)


@takes(_takes_draws)
def forward_gradient(
    net: MLP, theta: Array, X: Array, Y: Array, *, rng: np.random.Generator, samples: int = 1
) -> Array:
    """The mean of (∇J·v) v over K = samples directions v ~ N(0, I): an estimate of the gradient.

    Unbiased without any limit, E|ĝ|² = (P + 2)|g|² at K = 1. A direction costs about two forward
    passes, and all share one more. Returns an array like theta, (P,) or, for networks side by side,
    (S, P).
    """
    total, slope_along = np.zeros_like(theta), unwrap(directional_derivative)
    for k in chunks(samples, net, len(X), theta):
        V = normals(rng, (*theta.shape[:-1], k, net.size), theta.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            slopes = slope_along(net, theta[..., None, :], X, Y, V)  # (…, k)
        if not np.isfinite(slopes).all():
            raise guard.NotFiniteError(
                f"the slope of the loss is {slopes[~np.isfinite(slopes)][0]} at theta: lower the "
                f"learning rate, or scale the inputs."
            )
        total += correlate(slopes, V)
    return total / samples

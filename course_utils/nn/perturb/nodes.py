"""Perturbing units instead of weights: noise on the pre-activations, correlated example by example.

A network has far fewer units than weights, and every example of a batch can have noise of its own:
what varies is smaller, and it is averaged over N. From an estimate of δ = ∂J/∂u the gradients of
the weights follow as in backprop, ∂J/∂W = hᵀ δ.
"""

from __future__ import annotations

from inspect import unwrap

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, forward
from course_utils.nn.perturb.sampling import chunks, normals, not_lost, refuse, takes_sigma

Array = np.ndarray


def _takes_change(x, du) -> None:
    for name, value in (("x", x), ("du", du)):
        guard.array(name, value)
        if value.ndim != 1:
            raise ValueError(f"{name} has shape {value.shape}; one example has one axis.")


@takes(_takes_change)
def smallest_change(x: Array, du: Array) -> tuple[Array, Array]:
    """The smallest change of a layer's weights and biases that moves its pre-activations by du.

    The layer works out u = x W + b for one example x (n_in,); du (n_out,) is how u is wanted to
    move. Returns (ΔW (n_in, n_out), Δb (n_out,)), of all that do it the one with the smallest sum
    of squares. (Lecture 1, "Alternativa".)
    """
    scale = 1 / (x @ x + 1)  # the bias is a weight on a constant input 1
    return scale * np.outer(x, du), scale * du


def _takes_noise(change, noise, sigma) -> None:
    guard.positive("sigma", sigma)
    for name, value in (("change", change), ("noise", noise)):
        guard.array(name, value)
    if noise.ndim < 2 or noise.shape[:-1] != change.shape:
        raise ValueError(
            f"change has shape {change.shape} and noise {noise.shape}: there is one change of the "
            f"loss for each example, (N,), and noise for each of its units, (N, n)."
        )


@takes(_takes_noise)
def node_delta(change: Array, noise: Array, sigma: float) -> Array:
    """An estimate of δ = ∂J/∂u of one layer, from noise on its pre-activations.

    Example d was passed through the network twice, plain and with sigma times noise[d] added to
    this layer's u; noise (N, n) was drawn from N(0, 1), and change (N,) is by how much the loss of
    each example rose. J is the mean of the examples' losses, and δ has that 1/N in it.
    Returns (N, n), right on average as sigma goes to 0.
    """
    return change[..., None] * noise / (sigma * noise.shape[-2])


def example_losses(net: MLP, u: Array, P: Array, Y: Array) -> Array:
    """The loss of each example, (…, N), from the output layer's u and P (…, N, n_out)."""
    # the mean over a batch of one, N times; the guard of `mean` knows batches only
    if net.output.name == net.loss.pair:
        return net.loss.safe(u[..., None, :], Y[:, None, :])
    return unwrap(net.loss.mean)(P[..., None, :], Y[:, None, :])


def _noisy_losses(net: MLP, theta: Array, X: Array, Y: Array, noise: list, sigma: float) -> Array:
    """The losses (K, …, N) with sigma times noise[l] (K, …, N, n) added to the u of layer l."""
    h, layers = X, net.layers(theta)
    for k, ((W, b), xi) in enumerate(zip(layers, noise, strict=True)):
        u = h @ W + b + sigma * xi
        h = (net.output if k == len(layers) - 1 else net.hidden)(u)
    return example_losses(net, u, h, Y)


@takes(takes_sigma)
def node_perturbation(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    *,
    sigma: float,
    rng: np.random.Generator,
    samples: int = 1,
    antithetic: bool = False,
) -> Array:
    """Noise σξ on every unit's pre-activation, K = samples times: an estimate of the gradient.

    All layers are disturbed at once, every example by noise of its own, and what this does to that
    example's loss, times ξ/σ, estimates its δ; hᵀ δ with the undisturbed h is the rest. Antithetic:
    half the difference between ξ and -ξ. K + 1 forward passes. Returns an array like theta, (P,)
    or, for networks side by side, (S, P).
    Raises ValueError for σ ≤ 0, K < 1, an odd K in pairs, a loss that is not finite.
    """
    sigma = float(sigma)
    with np.errstate(over="ignore", invalid="ignore"):
        trace = forward(net, theta, X)
        plain = example_losses(net, trace.u[-1], trace.output, Y)
    deltas, n = [np.zeros_like(u) for u in trace.u], samples // 2 if antithetic else samples
    for k in chunks(n, net, len(X), theta):
        noise = [normals(rng, (k, *u.shape), theta.dtype) for u in trace.u]
        with np.errstate(over="ignore", invalid="ignore"):
            rise = _noisy_losses(net, theta, X, Y, noise, sigma)
            other = _noisy_losses(net, theta, X, Y, noise, -sigma) if antithetic else plain
            change = (rise - other) / (2 if antithetic else 1)
        if not np.isfinite(change).all():
            refuse(net, theta, X, Y, sigma, np.append(rise, other))
        still = ~change.any(axis=(0, -1))
        if still.any():
            not_lost(sigma, *(u[still] for u in trace.u))
        for delta, xi in zip(deltas, noise, strict=True):
            delta += node_delta(change, xi, sigma).sum(axis=0) / n
    gradient = np.empty_like(theta)
    for grad, h, delta in zip(net.layers(gradient), trace.h, deltas, strict=False):
        grad.W[:], grad.b[:] = h.mT @ delta, delta.sum(axis=-2, keepdims=theta.ndim > 1)
    return gradient

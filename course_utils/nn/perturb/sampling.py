"""What all perturbation rules share: directions, how many fit into memory, what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.nn import guard
from course_utils.nn.mlp import MLP, mean_loss

Array = np.ndarray
AT_ONCE = 2**18  # numbers in the largest array of one chunk of samples: 2 MiB, for the cache
SIGNS = 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.int8) - 1


def takes_sigma(net, theta, X, Y, *, sigma, rng, samples=1, antithetic=False) -> None:
    """Refuse what no perturbation can be made of."""
    takes_networks(net, theta, X, Y)
    guard.positive("sigma", sigma)
    takes_samples(rng, samples)
    if antithetic and samples % 2:
        raise ValueError(
            f"samples is {samples}, but antithetic ones come in pairs, θ + σv and θ - σv: "
            f"take samples={samples + 1}, or antithetic=False."
        )


def takes_networks(net, theta, X, Y) -> None:
    """Refuse what is neither one network (P,) nor a stack of them (…, P), and their examples."""
    guard.batch(net, theta, X, Y)
    guard.parameters(net, theta)


def takes_samples(rng, samples) -> None:
    """Refuse a seed for a generator, and a number of samples that is none."""
    guard.generator(rng)
    guard.count("samples", samples)


def normals(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Independent draws of N(0, 1), by Box and Muller's pairs in float32.

    Some 3 times faster than the generator's own, which would take most of an estimate's time. Each
    has about seven digits, and none is beyond 5.8, which one in 10⁸ would be.
    """
    n = int(np.prod(shape))
    half = -(-n // 2)
    u, v = rng.random((2, half), np.float32)
    r, angle = np.sqrt(-2 * np.log1p(-u)), np.float32(2 * np.pi) * v
    drawn = np.empty((2, half), dtype)
    np.multiply(r, np.cos(angle), out=drawn[0], casting="same_kind")
    np.multiply(r, np.sin(angle), out=drawn[1], casting="same_kind")
    return drawn.ravel()[:n].reshape(shape)


def signs(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Independent draws of -1 or +1, a bit of the generator each."""
    n = int(np.prod(shape))
    eight = np.frombuffer(rng.bytes(-(-n // 8)), np.uint8)
    return SIGNS.astype(dtype)[eight].ravel()[:n].reshape(shape)


def correlate(change: Array, V: Array) -> Array:
    """Σ_k change_k v_k, (…, P), of changes (…, K) along directions V (…, K, P)."""
    return (change[..., None, :] @ V)[..., 0, :]


def chunks(samples: int, net: MLP, N: int, theta: Array) -> Iterator[int]:
    """Cut `samples` into numbers of samples whose arrays fit into memory together."""
    each = max(net.size, N * max(net.sizes)) * (theta.size // net.size)
    most = max(1, AT_ONCE // each)
    for start in range(0, samples, most):
        yield min(most, samples - start)


def perturbed_losses(
    net: MLP, theta: Array, V: Array, sigmas: tuple[float, ...], X: Array, Y: Array
) -> list[Array]:
    """mean_loss at theta + sigma V, the losses (…, K) for each sigma; V is (…, K, P).

    As mean_loss(net, theta + sigma * V, X, Y), without making the K parameter vectors: the products
    with theta's own weights are shared, and so is X dW, by all the sigmas.
    """
    layers, rates = net.layers(theta[..., None, :]), net.layers(V)
    plain, first, losses = X @ layers[0].W + layers[0].b, X @ rates[0].W + rates[0].b, []
    for sigma in sigmas:
        u = sigma * first
        u += plain
        for (W, b), (dW, db) in zip(layers[1:], rates[1:], strict=True):
            h = net.hidden(u)
            u = h @ dW
            u += db
            u *= sigma
            u += h @ W + b
        own = net.output.name == net.loss.pair  # which needs u alone
        losses.append(net.loss.value(net.output, u, None if own else net.output(u), Y))
    return losses


def refuse(net: MLP, theta: Array, X: Array, Y: Array, sigma, perturbed: Array) -> None:
    """Say which loss was not finite: the one at theta, or one of the perturbed."""
    with np.errstate(over="ignore", invalid="ignore"):
        J = np.max(mean_loss(net, theta, X, Y))  # of a stack the worst
    if not np.isfinite(J):
        raise guard.NotFiniteError(
            f"the loss is {J} at theta itself: lower the learning rate, or scale the inputs."
        )
    bad = perturbed[~np.isfinite(perturbed)]
    raise guard.NotFiniteError(
        f"the loss is {bad[0] if len(bad) else 'too large'} under a perturbation of sigma={sigma} "
        f"({J:.4g} without): take a smaller sigma."
    )


def not_lost(sigma: float, *values: Array) -> None:
    """Refuse values so large that adding sigma leaves them as they are: a run that flew away.

    Asked where no loss has changed, which has better reasons, too: a step, a plateau.
    """
    largest = max(float(np.abs(v).max()) for v in values)
    if sigma < largest * np.finfo(values[0].dtype).eps / 2:
        raise guard.NotFiniteError(
            f"sigma={sigma} is lost in rounding beside values up to {largest:.1e}, and the loss is "
            f"no longer seen to change: lower the learning rate, or scale the inputs."
        )

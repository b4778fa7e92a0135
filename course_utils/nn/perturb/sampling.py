"""What all perturbation rules share: directions, how many fit into memory, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from course_utils.nn import guard
from course_utils.nn.mlp import MLP, mean_loss
from course_utils.nn.train import StopTraining

Array = np.ndarray
AT_ONCE = 2**18  # numbers in the largest array of one chunk of samples: 2 MiB, for the cache


class NotFinite(ValueError, StopTraining):  # noqa: N818 - also a request to stop
    """Numbers have grown too large: a ValueError in a call, and the end of a run in `train`."""


def takes_sigma(net, theta, X, Y, *, sigma, rng, samples=1, antithetic=False) -> None:
    """Refuse what no perturbation can be made of."""
    guard.one_network(net, theta, X, Y)
    guard.positive("sigma", sigma)
    takes_samples(rng, samples)
    if antithetic and samples % 2:
        raise ValueError(
            f"samples is {samples}, but antithetic ones come in pairs, θ + σv and θ - σv: "
            f"take samples={samples + 1}, or antithetic=False."
        )


def takes_samples(rng, samples) -> None:
    """Refuse a seed for a generator, and a number of samples that is none."""
    guard.generator(rng)
    guard.count("samples", samples)


def normals(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Independent draws of N(0, 1)."""
    drawn = rng.standard_normal(shape, np.float32 if dtype == np.float32 else np.float64)
    return drawn.astype(dtype, copy=False)


def signs(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Independent draws of -1 or +1, a bit of the generator each."""
    n = int(np.prod(shape))
    bits = np.unpackbits(np.frombuffer(rng.bytes(-(-n // 8)), np.uint8), count=n)
    return np.array([-1, 1], dtype)[bits].reshape(shape)


def chunks(samples: int, net: MLP, N: int) -> Iterator[int]:
    """Cut `samples` into numbers of samples whose arrays fit into memory together."""
    each = max(net.size, N * max(net.sizes))
    most = max(1, AT_ONCE // each)
    for start in range(0, samples, most):
        yield min(most, samples - start)


def mean_estimate(
    estimate: Callable, draw: Callable, net: MLP, theta: Array, X: Array, Y: Array, sigma, samples
) -> Array:
    """The mean of `samples` estimates, chunk by chunk; `draw` makes the directions V (k, P)."""
    total = np.zeros_like(theta)
    for k in chunks(samples, net, len(X)):
        V = draw((k, theta.size), theta.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            g = estimate(net, theta, X, Y, V, float(sigma))
        if not np.isfinite(g).all():
            refuse(net, theta, X, Y, sigma, lambda V=V: mean_loss(net, theta + sigma * V, X, Y))
        if not g.any():
            not_lost(sigma, theta)
        total += k * g
    return total / samples


def refuse(net: MLP, theta: Array, X: Array, Y: Array, sigma, again: Callable[[], Array]) -> None:
    """Say which loss was not finite, the one at theta or one of the perturbed, worked out again."""
    with np.errstate(over="ignore", invalid="ignore"):
        J, perturbed = mean_loss(net, theta, X, Y), np.ravel(again())
    if not np.isfinite(J):
        raise NotFinite(
            f"the loss is {J} at theta itself: lower the learning rate, or scale the inputs."
        )
    bad = perturbed[~np.isfinite(perturbed)]
    raise NotFinite(
        f"the loss is {bad[0] if len(bad) else 'too large'} under a perturbation of sigma={sigma} "
        f"({J:.4g} without): take a smaller sigma."
    )


def not_lost(sigma: float, *values: Array) -> None:
    """Refuse values so large that adding sigma leaves them as they are: a run that flew away.

    Asked where no loss has changed, which has better reasons, too: a step, a plateau.
    """
    largest = max(float(np.abs(v).max()) for v in values)
    if sigma < largest * np.finfo(values[0].dtype).eps / 2:
        raise NotFinite(
            f"sigma={sigma} is lost in rounding beside values up to {largest:.1e}, and the loss is "
            f"no longer seen to change: lower the learning rate, or scale the inputs."
        )

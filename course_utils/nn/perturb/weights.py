"""All weights at once: perturb in parallel, correlate the changes with what they do to J.

With directions v whose entries are independent, of mean 0 and variance 1, E[v (v·g)] = g: the
change of J along v, times v, is an estimate of the gradient. One estimate is |g|² (P + 2) long in
the mean square for normal v (P for signs), so its angle to g is close to 90 degrees, and K of them
have a cosine of about √(K / (K + P + 1)).

The rules take a stack of networks, theta (S, P), too: each row gets an estimate from directions of
its own, all at once, which is how many runs, or many estimates at one theta, become cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes, takes_numbers
from course_utils.nn.mlp import MLP, mean_loss
from course_utils.nn.perturb.sampling import (
    chunks,
    correlate,
    normals,
    not_lost,
    perturbed_losses,
    refuse,
    signs,
    takes_networks,
    takes_samples,
    takes_sigma,
)

Array = np.ndarray


def _takes_directions(net, theta, X, Y, V, sigma) -> None:
    guard.one_network(net, theta, X, Y)
    guard.positive("sigma", sigma)
    guard.array("V", V)
    if V.ndim != 2 or V.shape[1] != net.size or len(V) == 0:
        raise ValueError(
            f"V has shape {V.shape}; directions are rows, so it must be (K, {net.size}), K at "
            f"least 1."
        )


@takes(_takes_directions)
def parallel_estimate(net: MLP, theta: Array, X: Array, Y: Array, V: Array, sigma: float) -> Array:
    """The gradient of mean_loss from all weights perturbed at once, in K random directions.

    V (K, P) holds a direction in each row, its entries drawn from N(0, 1); sigma says how far to
    go. mean_loss takes K parameter vectors at once, (K, P), and returns their K losses. Returns an
    estimate of the gradient, (P,), which is right on average as sigma goes to 0.
    (Lecture 1, "Alternativa".)
    """
    change = mean_loss(net, theta + sigma * V, X, Y) - mean_loss(net, theta, X, Y)  # (K,)
    return change @ V / (sigma * len(V))  # 1/K Σ ΔJ/σ v


@takes(_takes_directions)
def antithetic_estimate(
    net: MLP, theta: Array, X: Array, Y: Array, V: Array, sigma: float
) -> Array:
    """The gradient of mean_loss from pairs of opposite perturbations of all weights.

    V (n, P) holds a direction in each row, its entries drawn from N(0, 1). Each is tried both ways,
    sigma far, and the loss at theta itself is not needed. mean_loss takes n parameter vectors at
    once, (n, P). Returns an estimate of the gradient, (P,), right on average as sigma goes to 0.
    """
    rise = mean_loss(net, theta + sigma * V, X, Y) - mean_loss(net, theta - sigma * V, X, Y)
    return rise @ V / (2 * sigma * len(V))  # what is even in v, curvature first, has gone


@takes(takes_sigma)
def weight_perturbation(
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
    """All weights perturbed in parallel, K = samples times: an estimate of the gradient, (P,).

    One-sided: 1/K Σ (J(θ + σv) - J(θ))/σ v, K + 1 forward passes. Antithetic: 2/K pairs of
    (J(θ + σv) - J(θ - σv))/(2σ) v, K passes. v ~ N(0, I), the same for all examples of a batch.
    Both are gradients of J blurred by N(0, σ²), on average, and of J itself as σ goes to 0.
    Raises ValueError for σ ≤ 0, K < 1, an odd K in pairs, a loss that is not finite.
    """
    return _correlated(partial(normals, rng), net, theta, X, Y, sigma, samples, antithetic)


def _correlated(draw, net, theta, X, Y, sigma, samples, antithetic) -> Array:
    """`antithetic_estimate` or `parallel_estimate` along directions drawn in chunks."""
    sigma, total = float(sigma), np.zeros_like(theta)
    sigmas = (sigma, -sigma) if antithetic else (sigma,)
    with np.errstate(over="ignore", invalid="ignore"):
        plain = 0.0 if antithetic else mean_loss(net, theta, X, Y)[..., None]
        for k in chunks(samples // len(sigmas), net, len(X), theta):
            V = draw((*theta.shape[:-1], k, net.size), theta.dtype)
            J = perturbed_losses(net, theta, V, sigmas, X, Y)
            change = (J[0] - J[1]) / 2 if antithetic else J[0] - plain
            if not np.isfinite(change).all():
                refuse(net, theta, X, Y, sigma, np.concatenate(J))
            still = ~change.any(axis=-1)
            if still.any():
                not_lost(sigma, theta[still])
            total += correlate(change, V)
    return total / (sigma * (samples // len(sigmas)))


def _takes_spsa(net, theta, X, Y, *, sigma, rng, samples=2) -> None:
    number = 1.0 if isinstance(sigma, Iterator) else sigma  # an iterator's values come later
    takes_sigma(net, theta, X, Y, sigma=number, rng=rng, samples=samples, antithetic=True)


@takes(_takes_spsa)
def spsa(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    *,
    sigma: float | Iterator[float],
    rng: np.random.Generator,
    samples: int = 2,
) -> Array:
    """Simultaneous perturbation (Spall 1992): pairs along directions of random signs, (P,).

    Entry i is the mean of (J(θ + σv) - J(θ - σv))/(2σ v_i) over the K/2 pairs, K = samples. v_i is
    -1 or +1, so dividing by it is multiplying. sigma is Spall's c_k: a number, or an iterator that
    gives one a call (`spall_gains`). K forward passes. Raises as `weight_perturbation`.
    """
    sigma = next(sigma) if isinstance(sigma, Iterator) else sigma
    guard.positive("sigma", sigma)
    return _correlated(partial(signs, rng), net, theta, X, Y, sigma, samples, antithetic=True)


class SpallGains(NamedTuple):
    """SPSA's two sequences: lr for the optimizer, sigma for the rule."""

    lr: Callable[[int], float]  # t -> a / (t + A)^alpha
    sigma: Iterator[float]  # c / t^gamma at call t = 1, 2, …


def _at_least_zero(name: str, value) -> None:
    if value != 0:
        guard.positive(name, value, otherwise=", or 0")


@takes_numbers(
    a=guard.positive,
    c=guard.positive,
    A=_at_least_zero,
    alpha=guard.positive,
    gamma=guard.positive,
)
def spall_gains(
    a: float, c: float, A: float = 0.0, alpha: float = 0.602, gamma: float = 0.101
) -> SpallGains:
    """SPSA's gain sequences a_t = a / (t + A)^alpha and c_t = c / t^gamma, t = 1, 2, …

    gains = spall_gains(a=1.0, c=0.1, A=100)
    train(net, …, gd(gains.lr), gradient=partial(spsa, sigma=gains.sigma, rng=rng), …)

    0.602 and 0.101 are about the smallest exponents for which convergence is proved (Spall 1998);
    A, about a tenth of the steps, keeps the first of them small.
    """
    return SpallGains(lambda t: a / (t + A) ** alpha, (c / t**gamma for t in count(1)))


def _takes_population(net, theta, X, Y, *, sigma, rng, samples) -> None:
    takes_networks(net, theta, X, Y)
    guard.positive("sigma", sigma)
    takes_samples(rng, samples)
    if samples < 2:
        raise ValueError(
            f"samples is {samples}, but a population has at least 2: each is compared "
            f"with the mean of the others."
        )


@takes(_takes_population)
def evolution_strategy(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    *,
    sigma: float,
    rng: np.random.Generator,
    samples: int,
) -> Array:
    """The evolution-strategies form: a population of K = samples, compared with its own mean.

    1/((K - 1)σ) Σ (J_k - J̄) v_k, the covariance of loss and direction: the mean J̄ of the
    population stands for J(θ), so there are K forward passes. K - 1 makes it unbiased, since J̄
    holds each J_k too. (Salimans et al. 2017, with the losses themselves for their ranks.)
    Raises as `weight_perturbation`, and for K < 2.
    """
    n, reference, total = 0, None, (0.0, 0.0, 0.0)
    for k in chunks(samples, net, len(X), theta):
        V = normals(rng, (*theta.shape[:-1], k, net.size), theta.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            (J,) = perturbed_losses(net, theta, V, (float(sigma),), X, Y)
        if not np.isfinite(J).all():
            refuse(net, theta, X, Y, sigma, J)
        still = np.ptp(J, axis=-1) == 0
        if still.any():
            not_lost(sigma, theta[still])
        if reference is None:  # keeps the sums small
            reference = J.mean(axis=-1, keepdims=True)
        rise = J - reference
        parts = correlate(rise, V), rise.sum(axis=-1, keepdims=True), V.sum(axis=-2)
        total = tuple(a + b for a, b in zip(total, parts, strict=True))
        n += k
    products, losses, directions = total
    return (products - losses * directions / n) / ((n - 1) * float(sigma))

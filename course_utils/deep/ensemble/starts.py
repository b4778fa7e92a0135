"""First weights of a stack: every network draws its own, by its seed alone.

A scheme is (generator, n_in, n_out, k) -> (W, b) of layer k. What seed 7 draws does not depend on
the other seeds, on the device or on how many networks there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from course_utils.deep.ensemble.net import Layer, Net

Scheme = Callable[[torch.Generator, int, int, int], tuple[Tensor, Tensor]]


def generator(seed: int, *purpose: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator for one purpose of one seed: (7, 2, 0) and (7, 2, 1) share nothing."""
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed={seed!r}; seeds are whole numbers from 0 on.")
    word = int(np.random.SeedSequence([int(seed), *purpose]).generate_state(1, np.uint64)[0])
    return torch.Generator(device).manual_seed(word >> 1)  # 63 bits


def _uniform(gen: torch.Generator, shape: tuple[int, ...], limit: float) -> Tensor:
    return (2 * torch.rand(shape, generator=gen, dtype=torch.float64) - 1) * limit


def small_uniform(gen: torch.Generator, n_in: int, n_out: int, k: int) -> tuple[Tensor, Tensor]:
    """U(-1/√n_in, 1/√n_in), biases 0: the "standard initialization" of the years before 2010."""
    return _uniform(gen, (n_in, n_out), 1 / math.sqrt(n_in)), torch.zeros(n_out)


def glorot(gain: float = 1.0) -> Scheme:
    """U(±gain √(6/(n_in + n_out))), biases 0; gain 4 for sigmoid units (Glorot & Bengio 2010)."""
    if not 0 < gain < math.inf:
        raise ValueError(f"gain={gain!r} must be a positive number; 4 for sigmoid, 1 for tanh.")

    def draw(gen, n_in, n_out, k):
        return _uniform(gen, (n_in, n_out), gain * math.sqrt(6 / (n_in + n_out))), torch.zeros(
            n_out
        )

    draw.__name__ = f"glorot({gain:g})"
    return draw


def he(gen: torch.Generator, n_in: int, n_out: int, k: int) -> tuple[Tensor, Tensor]:
    """Normal with variance 2/n_in, biases 0: for ReLU (He et al. 2015)."""
    W = torch.randn((n_in, n_out), generator=gen, dtype=torch.float64)
    return W * math.sqrt(2 / n_in), torch.zeros(n_out)


def given(layers: Sequence[tuple[Tensor, Tensor]], rest: Scheme = small_uniform) -> Scheme:
    """The (W, b) of one network, W (n_in, n_out), for its first layers; `rest` draws the others."""

    def take(gen, n_in, n_out, k):
        if k >= len(layers):
            return rest(gen, n_in, n_out, k)
        W, b = layers[k][:2]
        if W.shape != (n_in, n_out):
            raise ValueError(
                f"W of layer {k} has shape {tuple(W.shape)} and the net's is {(n_in, n_out)}."
            )
        return W, b.reshape(n_out)

    return take


def resampled(layers: Sequence[tuple[Tensor, Tensor]], rest: Scheme = small_uniform) -> Scheme:
    """Weights drawn one by one from those of the same layer of another network, its marginals.

    Erhan et al. 2010, section 7.1 and table 1: is pretraining only a matter of the weights' sizes?
    """

    def draw(gen, n_in, n_out, k):
        if k >= len(layers):
            return rest(gen, n_in, n_out, k)
        return tuple(
            pool.flatten()[torch.randint(pool.numel(), shape, generator=gen)]
            for pool, shape in zip(
                (A.cpu() for A in layers[k][:2]), ((n_in, n_out), (n_out,)), strict=True
            )
        )

    return draw


def start(
    net: Net,
    seeds: Sequence[int],
    scheme: Scheme | Sequence[Scheme] = small_uniform,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    purpose: int = 0,
) -> Tensor:
    """theta (S, P): a row for each seed, drawn by `scheme`, or by a scheme for each seed.

    `purpose` tells several starts of one seed apart (each layer of a greedy pretraining has one).
    """
    schemes = [scheme] * len(seeds) if callable(scheme) else list(scheme)
    if len(schemes) != len(seeds) or not schemes:
        raise ValueError(f"{len(seeds)} seeds and {len(schemes)} schemes; give one for each seed.")
    theta = torch.zeros(len(seeds), net.size, dtype=dtype)
    for row, seed, draw in zip(theta, seeds, schemes, strict=True):
        gen = generator(seed, 0, purpose)
        for k, layer in enumerate(net.layers(row[None])):
            _fill(layer, *draw(gen, net.sizes[k], net.sizes[k + 1], k), tied=net.tied and k == 1)
    return theta.to(device)


def _fill(layer: Layer, W: Tensor, b: Tensor, *, tied: bool) -> None:
    if not tied:
        layer.W[0].copy_(W)
    layer.b[0, 0].copy_(b)
    if layer.gain is not None:
        layer.gain.fill_(1)


def join(net: Net, layers: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """theta (S, P) from stacked layers (W (S, n_in, n_out), b (S, 1, n_out)), first to last."""
    first = layers[0][0]
    theta = first.new_zeros(len(first), net.size)
    for k, (place, new) in enumerate(zip(net.layers(theta), layers, strict=True)):
        if not (net.tied and k == 1):
            place.W.copy_(new[0])
        place.b.copy_(new[1])
        if place.gain is not None:
            place.gain.fill_(1)
    return theta

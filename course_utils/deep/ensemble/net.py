"""S networks of one shape as one stack of matrices: forward, losses, gradients.

The parameters of all of them are theta (S, P), a row for each network, as in `nn.stacked`; each
layer's matrices are a view (S, n_in, n_out) into it, so that one batched product serves all. Row s
never meets another row: what it computes, NaN included, stays its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

UNITS = ("sigmoid", "tanh", "relu", "linear")
EPS = 1e-5  # added to a variance before its root, as torch.nn.BatchNorm1d does
BLEND = 0.1  # share of a batch in the moments kept for later, the same


class Layer(NamedTuple):
    """Views into theta: u = h W + b, and with batch normalization gain · û + shift behind it."""

    W: Tensor  # (S, n_in, n_out)
    b: Tensor  # (S, 1, n_out)
    gain: Tensor | None = None  # (S, 1, n_out)
    shift: Tensor | None = None


@dataclass(frozen=True)
class Net:
    """What the networks of a stack are; what they learned is theta.

    sizes       units from inputs to outputs
    hidden      "sigmoid", "tanh", "relu" or "linear"; or one of them for each hidden layer
    output      "softmax" (targets are labels, integers), or a unit (targets are numbers)
    loss        "cross-entropy" (softmax and sigmoid outputs) or "squared"
    batch_norm  normalize u in every hidden layer (Ioffe & Szegedy 2015)
    tied        the second layer's W is the first's transposed: an autoencoder with one matrix

    Losses are sums over outputs and means over examples: -log p of the label;
    -Σ t log y + (1 - t) log(1 - y); Σ (y - t)².
    """

    sizes: tuple[int, ...]
    hidden: str | tuple[str, ...] = "sigmoid"
    output: str = "softmax"
    loss: str = "cross-entropy"
    batch_norm: bool = False
    tied: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(self.sizes))
        if len(self.sizes) < 2 or any(not isinstance(n, int) or n < 1 for n in self.sizes):
            raise ValueError(f"sizes={self.sizes}: give at least two whole numbers from 1 on.")
        for unit in (*self.units, self.output):
            if unit not in (*UNITS, "softmax"):
                raise ValueError(f"{unit!r} is no unit; there are {', '.join(UNITS)}.")
        if len(self.units) != len(self.sizes) - 2:
            raise ValueError(
                f"hidden={self.hidden!r} names {len(self.units)} layers and sizes={self.sizes} "
                f"has {len(self.sizes) - 2} hidden ones; give one for each, or one for all."
            )
        if self.loss not in ("cross-entropy", "squared"):
            raise ValueError(f"loss={self.loss!r}; it is 'cross-entropy' or 'squared'.")
        if (self.loss == "cross-entropy") != (self.output == "softmax") and (
            self.output != "sigmoid"
        ):
            raise ValueError(f"{self.output} outputs do not go with {self.loss}; {GOES}")
        if self.tied and self.sizes != self.sizes[:2] + self.sizes[:1]:
            raise ValueError(f"sizes={self.sizes} cannot be tied; that takes (n, m, n).")

    @property
    def units(self) -> tuple[str, ...]:
        """The kind of unit of every hidden layer."""
        if isinstance(self.hidden, str):
            return (self.hidden,) * (len(self.sizes) - 2)
        return tuple(self.hidden)

    @property
    def size(self) -> int:
        """P, the parameters of one network."""
        return sum(self._sizes)

    @property
    def moments(self) -> int:
        """How many numbers one network keeps beside theta: means and variances of its units."""
        return 2 * sum(self.sizes[1:-1]) * self.batch_norm

    def layers(self, theta: Tensor) -> list[Layer]:
        """The views (W, b) of each layer, and (gain, shift) where it normalizes."""
        if theta.ndim != 2 or theta.shape[1] != self.size:
            raise ValueError(
                f"theta has shape {tuple(theta.shape)}; a stack of {self} is (S, {self.size})."
            )
        parts = iter(theta.split(self._sizes, dim=1))
        layers: list[Layer] = []
        for shapes in self._shapes:
            views = [next(parts).view(-1, *shape) for shape in shapes]
            if self.tied and layers:
                views.insert(0, layers[0].W.mT)
            layers.append(Layer(*views))
        return layers

    @cached_property
    def _shapes(self) -> list[list[tuple[int, int]]]:
        shapes = []
        for k, (n_in, n_out) in enumerate(pairwise(self.sizes)):
            normalized = self.batch_norm and k < len(self.sizes) - 2
            own = [] if self.tied and k == 1 else [(n_in, n_out)]
            shapes.append(own + [(1, n_out)] * (3 if normalized else 1))
        return shapes

    @cached_property
    def _sizes(self) -> list[int]:
        return [math.prod(shape) for layer in self._shapes for shape in layer]


GOES = "softmax goes with cross-entropy, sigmoid with either, the others with squared."


class Trace(NamedTuple):
    """What a forward pass leaves for the way back; h[0] is the input, u the last layer's sum."""

    h: list[Tensor]
    u: Tensor
    normalized: list[tuple[Tensor, Tensor]]  # û and 1/√(variance + eps) of each hidden layer


def apply(unit: str, u: Tensor) -> Tensor:
    """h = f(u)."""
    if unit == "softmax":
        return torch.softmax(u, dim=-1)
    return u if unit == "linear" else getattr(torch, unit)(u)


def through(unit: str, delta: Tensor, h: Tensor) -> Tensor:
    """∂J/∂u from ∂J/∂h and h = f(u)."""
    if unit == "linear":
        return delta
    if unit == "relu":
        return torch.ops.aten.threshold_backward(delta, h, 0)
    return getattr(torch.ops.aten, f"{unit}_backward")(delta, h)


def forward(
    net: Net, theta: Tensor, X: Tensor, *, moments: Tensor | None = None, learn: bool = False
) -> Trace:
    """All S networks on X, (N, n_in) the same for all or (S, N, n_in).

    With batch normalization, `moments` (S, net.moments) are the means and variances to use, and
    `learn` takes those of X instead and blends them into `moments`, in place.
    """
    x = X.expand(len(theta), -1, -1)
    h, normalized, at = [x], [], 0
    layers = net.layers(theta)
    for k, layer in enumerate(layers):
        u = torch.baddbmm(layer.b, h[-1], layer.W)
        if k == len(layers) - 1:
            return Trace(h, u, normalized)
        if layer.gain is not None:
            n = u.shape[-1]
            kept = None if moments is None else moments[:, at : at + 2 * n].view(-1, 2, 1, n)
            u_hat, scale = _normalize(u, kept, learn)
            u, at = layer.gain * u_hat + layer.shift, at + 2 * n
            normalized.append((u_hat, scale))
        h.append(apply(net.units[k], u))
    raise AssertionError("unreachable: a net has a layer")


def _normalize(u: Tensor, kept: Tensor | None, learn: bool) -> tuple[Tensor, Tensor]:
    if kept is not None and not learn:
        mean, variance = kept[:, 0], kept[:, 1]
    else:
        variance, mean = torch.var_mean(u, dim=1, keepdim=True, correction=0)
        if learn and kept is not None:
            n = u.shape[1]
            kept.lerp_(torch.stack([mean, variance * (n / max(n - 1, 1))], dim=1), BLEND)
    scale = (variance + EPS).rsqrt()
    return (u - mean) * scale, scale

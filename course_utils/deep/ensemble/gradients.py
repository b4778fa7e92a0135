"""Losses of a stack of networks and their gradients, written out.

By hand rather than by autograd: the products go straight into one array (S, P), and a step of
small networks, which is all overhead, takes half the time. δ = ∂J/∂u has the 1/N in it.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from course_utils.deep.ensemble.net import (
    Layer,
    Net,
    Trace,
    apply,
    forward,
    through,
)

CHUNK = 2**24  # numbers in the widest layer of all networks that are looked at together


def loss_of(net: Net, u: Tensor, target: Tensor) -> Tensor:
    """The mean loss of each network, (S,), from the last layer's u (S, N, n_out)."""
    if net.output == "softmax":
        return cross_entropy(u.transpose(1, 2), target.expand(u.shape[:2]), reduction="none").mean(
            dim=1
        )
    target = target.expand_as(u)
    if net.loss == "cross-entropy":
        each = binary_cross_entropy_with_logits(u, target, reduction="none")
    else:
        each = (apply(net.output, u) - target).square_()
    return each.sum(dim=(1, 2)) / u.shape[1]


def _delta(net: Net, u: Tensor, target: Tensor) -> Tensor:
    N, y = u.shape[1], apply(net.output, u)
    if net.output == "softmax":
        label = target.expand(u.shape[:2]).unsqueeze(-1)
        return y.scatter_add_(2, label, y.new_full((1, 1, 1), -1.0).expand_as(label)).div_(N)
    if net.loss == "cross-entropy":
        return (y - target).div_(N)
    return through(net.output, (y - target).mul_(2 / N), y)


def gradient(
    net: Net, theta: Tensor, X: Tensor, target: Tensor, *, moments: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Each network's mean loss (S,) and its gradient (S, P).

    X is (N, n_in), the same for all, or (S, N, n_in); target is labels (N,) or (S, N) for softmax
    outputs, else numbers (N, n_out) or (S, N, n_out). Batch normalization goes by the mean and
    variance of X and blends them into `moments` (S, net.moments), where they are given.
    """
    trace = forward(net, theta, X, moments=moments, learn=True)
    result = torch.empty_like(theta)
    layers, grads = net.layers(theta), net.layers(result)
    delta = _delta(net, trace.u, target)
    for k in reversed(range(len(layers))):
        if layers[k].gain is not None:
            delta = _through_normalization(layers[k], grads[k], trace, k, delta)
        _product(grads[k].W, trace.h[k], delta, add=net.tied and k == 0)
        grads[k].b.copy_(delta.sum(dim=1, keepdim=True))
        if k > 0:
            delta = through(net.units[k - 1], torch.bmm(delta, layers[k].W.mT), trace.h[k])
    return loss_of(net, trace.u, target), result


def _product(place: Tensor, h: Tensor, delta: Tensor, *, add: bool) -> None:
    product = torch.bmm(h.mT, delta)  # ∂J/∂W = hᵀ δ
    if add:  # a matrix used twice has the sum of both gradients
        place.add_(product)
    else:
        place.copy_(product)


def _through_normalization(
    layer: Layer, grads: Layer, trace: Trace, k: int, delta: Tensor
) -> Tensor:
    """∂J/∂u from ∂J/∂z, z = gain · û + shift: the mean and the variance depend on u too."""
    u_hat, scale = trace.normalized[k]
    grads.gain.copy_((delta * u_hat).sum(dim=1, keepdim=True))
    grads.shift.copy_(delta.sum(dim=1, keepdim=True))
    N = u_hat.shape[1]
    rest = delta - grads.shift / N - u_hat * (grads.gain / N)
    return rest * (layer.gain * scale)


def _chunks(X: Tensor, target: Tensor | None, S: int, width: int):
    rows = max(1, CHUNK // (S * width))
    for at in range(0, X.shape[-2], rows):
        part = slice(at, at + rows)
        x = X[..., part, :]
        if target is None:
            yield x, x
        else:  # labels have their examples last, numbers last but one
            labels = not target.is_floating_point()
            yield x, target[..., part] if labels else target[..., part, :]


def _mean_over(net: Net, theta: Tensor, X: Tensor, target, moments, value) -> Tensor:
    total = theta.new_zeros(len(theta))
    for x, t in _chunks(X, target, len(theta), max(net.sizes)):
        total += value(forward(net, theta, x, moments=moments).u, t) * x.shape[-2]
    return total / X.shape[-2]


def mean_loss(
    net: Net, theta: Tensor, X: Tensor, target: Tensor | None = None, *, moments=None
) -> Tensor:
    """Each network's mean loss (S,) over a whole set, piece by piece; target None is X itself."""
    return _mean_over(net, theta, X, target, moments, lambda u, t: loss_of(net, u, t))


def error_rate(net: Net, theta: Tensor, X: Tensor, y: Tensor, *, moments=None) -> Tensor:
    """The share of examples (S,) whose label is not the largest output; NaN for a NaN network."""

    def wrong(u: Tensor, label: Tensor) -> Tensor:
        share = (u.argmax(dim=-1) != label).to(u.dtype).mean(dim=-1)
        return share.masked_fill(u.isnan().any(dim=-1).any(dim=-1), float("nan"))

    return _mean_over(net, theta, X, y, moments, wrong)


def squared_error(
    net: Net, theta: Tensor, X: Tensor, target: Tensor | None = None, *, moments=None
) -> Tensor:
    """Mean over examples of Σ (y - t)², (S,), whatever the loss; target None is X itself."""

    def square(u: Tensor, t: Tensor) -> Tensor:
        return (apply(net.output, u) - t).square().sum(dim=(1, 2)) / u.shape[1]

    return _mean_over(net, theta, X, target, moments, square)

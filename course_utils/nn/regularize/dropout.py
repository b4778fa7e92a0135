"""Inverted dropout: units are left out at random while training, and nothing is done at test time.

Each example has a mask of its own. masks[k] (N, n_k) multiplies h[k]: masks[0] the inputs, the
others the hidden layers, the outputs none. An entry is 0 or 1/keep, so that the mean is 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, Trace
from course_utils.nn.regularize import checks
from course_utils.nn.regularize.penalties import Rule

Array = np.ndarray


def _takes_keep(uniform, keep) -> None:
    guard.array("uniform", uniform)
    checks.keep_probability(keep)


@takes(_takes_keep)
def dropout_mask(uniform: Array, keep: float) -> Array:
    """What the values of a layer of units are multiplied with while training, (N, n).

    uniform  (N, n), a random number in [0, 1) for each unit and each example
    keep     the probability p of keeping a unit
    A unit is kept where its number is below p. At test time nothing is multiplied, and yet every
    unit must have the same mean in both. (Lecture 2, "Dropout".)
    """
    return (uniform < keep) / keep


def _takes_masks(net, theta, X, masks) -> None:
    guard.batch(net, theta, X)
    checks.masks(net, len(X), masks)


@takes(_takes_masks)
def dropout_forward(net: MLP, theta: Array, X: Array, masks: Sequence[Array]) -> Trace:
    """`forward` with masks: trace.h holds the masked values, trace.u what came before."""
    u, h = [], [X * masks[0]]
    layers = net.layers(theta)
    for k, (W, b) in enumerate(layers, 1):
        u.append(h[-1] @ W + b)
        h.append(net.output(u[-1]) if k == len(layers) else net.hidden(u[-1]) * masks[k])
    return Trace(u, h)


def _takes_masks_and_targets(net, theta, X, Y, masks) -> None:
    guard.one_network(net, theta, X, Y)
    checks.masks(net, len(X), masks)


@takes(_takes_masks_and_targets)
def dropout_backprop(net: MLP, theta: Array, X: Array, Y: Array, masks: Sequence[Array]) -> Array:
    """The gradient of the mean loss of the network with these masks, an array like theta (P,).

    masks  a list: masks[0] (N, n_in) multiplies the inputs, masks[k] (N, n_k) the values of hidden
           layer k; 0 or 1/p in each place
    `dropout_forward(net, theta, X, masks)` gives trace.u and trace.h; trace.h[k] is already masked,
    so the slope of a hidden layer has to be asked with `net.hidden.slope(u)`.
    """
    layers, trace = net.layers(theta), dropout_forward(net, theta, X, masks)
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = trace.h[k].T @ delta
        grads[k].b[:] = delta.sum(axis=0)
        if k > 0:  # back through the mask, then through the unit
            delta = (delta @ layers[k].W.T) * masks[k] * net.hidden.slope(trace.u[k - 1])
    return gradient


def random_masks(
    net: MLP, N: int, keep: Sequence[float], *, rng: np.random.Generator
) -> list[Array]:
    """Fresh masks for N examples, keep[k] the probability of keeping a unit of layer k."""
    checks.keeps(net, keep)
    return [dropout_mask(rng.random((N, n)), p) for n, p in zip(net.sizes[:-1], keep, strict=True)]


def dropout(keep: Sequence[float], *, rng: np.random.Generator) -> Rule:
    """The learning rule: backprop through fresh masks, one for each example, at every call.

    keep  one probability for the inputs and one for each hidden layer: (1.0, 0.5)
    """
    for k, p in enumerate(keep):
        checks.keep_probability(p, f"keep[{k}]")
    guard.generator(rng)

    def gradient(net: MLP, theta: Array, X: Array, Y: Array) -> Array:
        masks = random_masks(net, len(X), keep, rng=rng)
        masks = [mask.astype(theta.dtype, copy=False) for mask in masks]
        return dropout_backprop(net, theta, X, Y, masks)

    return gradient

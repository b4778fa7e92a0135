"""The gradient of many networks at once, with masks or weights of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.nn.mlp import MLP

Array = np.ndarray


def masked_backprop(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    *,
    masks: Sequence[Array | float] | None = None,
    weights: Array | float = 1.0,
) -> Array:
    """The gradients (S, P) of the networks theta (S, P), as `stacked.backprop_all` gives them.

    X, Y     the same examples for all, (N, n), or for each network its own, (S, N, n)
    masks    masks[k] (S, N, n_k) multiplies the inputs (k = 0) or hidden layer k; 1.0 masks nothing
    weights  (S, N, 1): how much network s counts example n in its mean loss
    """
    layers, u = net.layers(theta), []
    masks = [1.0] * len(layers) if masks is None else masks
    h = [X * masks[0]]
    for k, (W, b) in enumerate(layers, 1):
        u.append(h[-1] @ W + b)
        h.append(net.output(u[-1]) if k == len(layers) else net.hidden(u[-1]) * masks[k])
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    delta = weights * net.loss.delta(net.output, u[-1], h[-1], Y)
    for k in reversed(range(len(layers))):
        grads[k].W[:] = np.swapaxes(h[k], -1, -2) @ delta
        grads[k].b[:] = delta.sum(axis=-2, keepdims=True)
        if k > 0:
            delta = delta @ np.swapaxes(layers[k].W, -1, -2) * masks[k]
            delta = delta * net.hidden.slope(u[k - 1])
    return gradient

"""The multilayer perceptron: what a network is, forward propagation, its loss and its gradient.

Examples are rows. W[i, j] leads from unit i to unit j, so a layer is u = h @ W + b, h = f(u).
All parameters of a network are ONE flat vector theta (P,); `net.layers(theta)` gives views into it.
delta is ∂J/∂u with the 1/N of the mean already in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.functions import Activation, Loss, cross_entropy, softmax, tanh
from course_utils.nn.guard import takes
from course_utils.nn.initialize import Scheme, fan_in

Array = np.ndarray


class Layer(NamedTuple):
    """The parameters between two layers of units."""

    W: Array  # (n_in, n_out)
    b: Array  # (n_out,)


class Trace(NamedTuple):
    """What the forward pass leaves behind: h[0] = X, u[k] = h[k] W + b, h[k+1] = f(u[k])."""

    u: list[Array]  # one (N, n) per layer of weights
    h: list[Array]  # one more than u

    @property
    def output(self) -> Array:
        """The network's answer, (N, n_out)."""
        return self.h[-1]


@dataclass(frozen=True)
class MLP:
    """What a network is; what it learned is theta. `MLP((64, 32, 10))` classifies digits.

    hidden is the activation of every hidden layer, output that of the last. Frozen, hashable, and
    it pickles. Raises ValueError for sizes, outputs and losses that do not go together.
    """

    sizes: tuple[int, ...]
    hidden: Activation = tanh
    output: Activation = softmax
    loss: Loss = cross_entropy

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", guard.sizes(self.sizes))
        for name, kind in (("hidden", Activation), ("output", Activation), ("loss", Loss)):
            guard.instance(name, getattr(self, name), kind, "course_utils.nn.functions")
        if self.hidden.name == "softmax":
            raise ValueError("softmax is for outputs; as a hidden activation take tanh or relu.")
        if self.output.name not in self.loss.outputs:
            own = {"sigmoid": "binary_cross_entropy", "softmax": "cross_entropy"}
            raise ValueError(
                f"loss={self.loss} is for {self.loss.pair} outputs, and output={self.output}: take "
                f"output={self.loss.pair}, or loss={own.get(self.output.name, 'squared_error')}."
            )
        if self.output.name == "softmax" and self.sizes[-1] == 1:
            raise ValueError(
                f"softmax over one output is always 1 (sizes={self.sizes}): take two outputs, or "
                f"output=sigmoid with loss=binary_cross_entropy."
            )

    @cached_property
    def size(self) -> int:
        """P, the number of parameters: Σ (n_in + 1) n_out."""
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))

    @cached_property
    def _slots(self) -> list[tuple[int, int, int, int, int]]:
        slots, start = [], 0
        for n_in, n_out in pairwise(self.sizes):
            stop = start + n_in * n_out
            slots.append((start, stop, stop + n_out, n_in, n_out))
            start = stop + n_out
        return slots

    def layers(self, theta: Array) -> list[Layer]:
        """Views (W, b) into theta (P,): writing into them writes into theta.

        Many parameter vectors at once, theta (S, P), give W (S, n_in, n_out) and b (S, 1, n_out),
        with which `forward` and `mean_loss` work on all S networks together.
        """
        guard.parameters(self, theta)
        if theta.ndim == 1:
            return [
                Layer(theta[start:stop].reshape(n_in, n_out), theta[stop:end])
                for start, stop, end, n_in, n_out in self._slots
            ]
        many = theta.shape[:-1]
        return [
            Layer(theta[..., start:stop].reshape(*many, n_in, n_out), theta[..., None, stop:end])
            for start, stop, end, n_in, n_out in self._slots
        ]


def init(net: MLP, rng: np.random.Generator, scheme: Scheme = fan_in) -> Array:
    """First parameters (P,): weights by `scheme`, biases 0.

    The weights must differ, or units stay equal for ever; the biases need not.
    """
    guard.generator(rng)
    theta = np.zeros(net.size)
    for W, _ in net.layers(theta):
        W[:] = scheme(rng, *W.shape)
    return theta


@takes(guard.batch)
def forward(net: MLP, theta: Array, X: Array) -> Trace:
    """Forward propagation: the network's values, layer by layer.

    For each layer k the pre-activations and what the activation makes of them, from
    h[0] = X (N, n_in) to the outputs (N, n_out). Keep them all: the backward pass needs them.
    Returns Trace(u, h). (Lecture 2, "Forward propagation".)
    """
    u, h = [], [X]
    layers = net.layers(theta)
    for W, b in layers:
        f = net.output if len(u) == len(layers) - 1 else net.hidden
        u.append(h[-1] @ W + b)
        h.append(f(u[-1]))
    return Trace(u, h)


def trace_of(net, theta: Array, X: Array) -> Trace:
    """`forward`, or the network's own where it has one, as a batch-normalized network does."""
    return net.forward(theta, X) if hasattr(net, "forward") else forward(net, theta, X)


@takes(guard.batch)
def mean_loss(net: MLP, theta: Array, X: Array, Y: Array) -> float:
    """J, the mean over the N examples of the network's loss. X (N, n_in), Y (N, n_out)."""
    trace = trace_of(net, theta, X)
    return net.loss.value(net.output, trace.u[-1], trace.output, Y)


@takes(guard.one_network)
def backprop(net: MLP, theta: Array, X: Array, Y: Array) -> Array:
    """The gradient of mean_loss with respect to every parameter, in one backward pass.

    X is (N, n_in), Y is (N, n_out); returns an array like theta (P,). `net.loss.delta(net.output,
    u, P, Y)` gives ∂J/∂u of the output layer with the mean's 1/N in it, `net.hidden.slope(u, h)`
    the slope of a hidden layer. (Lecture 2, "Backpropagation - Algoritmo", in the right order.)
    """
    layers, trace = net.layers(theta), forward(net, theta, X)
    gradient = np.empty_like(theta)
    grads = net.layers(gradient)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    for k in reversed(range(len(layers))):
        np.matmul(trace.h[k].T, delta, out=grads[k].W)  # ∂J/∂W = hᵀ δ
        delta.sum(axis=0, out=grads[k].b)  # ∂J/∂b = Σ δ
        if k > 0:  # δ of the layer below = (δ Wᵀ) f'(u)
            delta = (delta @ layers[k].W.T) * net.hidden.slope(trace.u[k - 1], trace.h[k])
    return gradient


def predict(net: MLP, theta: Array, X: Array) -> Array:
    """Class labels (N,): the largest output, or output > 1/2 where there is one output only."""
    P = forward(net, theta, X).output
    return (P[..., 0] > 0.5).astype(int) if net.sizes[-1] == 1 else P.argmax(axis=-1)


@takes(guard.labelled)
def accuracy(net: MLP, theta: Array, X: Array, labels: Array) -> float:
    """Share of examples whose class is predicted right; labels (N,) or targets (N, n_out)."""
    labels = np.asarray(labels)
    if labels.ndim == 2:
        labels = labels[:, 0] > 0.5 if net.sizes[-1] == 1 else labels.argmax(axis=1)
    return float(np.mean(predict(net, theta, X) == labels))

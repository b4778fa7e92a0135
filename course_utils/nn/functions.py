"""Activations and losses, each beside its derivative.

An activation acts on pre-activations u and gives h = f(u). A loss compares outputs P with
targets Y, both (N, n_out), and is a mean over the N examples and a sum over the outputs:

    squared error          J = 1/(2N) Σ (p - y)²                          pairs with identity
    binary cross-entropy   J = -1/N Σ [y log p + (1 - y) log(1 - p)]      pairs with sigmoid
    cross-entropy          J = -1/N Σ y log p                             pairs with softmax

For the three pairs the derivatives multiply to ∂J/∂u = (p - y)/N. Everything keeps the dtype it is
given and is safe for large |u|: tanh-form sigmoid, log-sum-exp, log1p.
step(0) is 0; slopes at a kink are those of its left side, as in torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pickle import PicklingError
from typing import ClassVar

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray


class _Named:
    """Prints and pickles by its name, which stands in a table of this module."""

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self):
        if self.name not in globals()[self.table]:
            raise PicklingError(
                f"{self.name} is not in functions.{self.table}, where a pickle looks for it: "
                f"put it there first, {self.table}[{self.name!r}] = …"
            )
        return _named, (self.table, self.name)


@dataclass(frozen=True, repr=False)
class Activation(_Named):
    """h = f(u) with its slope; compares, prints and pickles by its name.

    derivative(u, h) may use whichever of the two is cheaper: tanh's slope is 1 - h².
    `pullback` is for softmax, whose outputs depend on every u of a row and which has no slope.
    """

    table: ClassVar = "ACTIVATIONS"
    name: str
    f: Callable[[Array], Array] = field(compare=False)
    derivative: Callable[[Array, Array], Array] | None = field(compare=False)
    pullback: Callable[[Array, Array], Array] | None = field(compare=False, default=None)

    def __call__(self, u: Array) -> Array:
        """h = f(u), of the shape of u."""
        return self.f(u)

    def slope(self, u: Array, h: Array | None = None) -> Array:
        """f'(u), elementwise; pass h = f(u) where it is at hand."""
        if self.derivative is None:
            raise ValueError(
                f"{self.name} has no slope: each output depends on every u of its row. "
                f"Use {self.name}.backward(u, h, g)."
            )
        return self.derivative(u, self.f(u) if h is None else h)

    def backward(self, u: Array, h: Array, g: Array) -> Array:
        """∂J/∂u from g = ∂J/∂h, all of one shape."""
        return g * self.derivative(u, h) if self.derivative else self.pullback(h, g)


def _sigmoid(u: Array) -> Array:
    return 0.5 + 0.5 * np.tanh(0.5 * u)


def _softmax(u: Array) -> Array:
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _swish_slope(u: Array, h: Array) -> Array:
    s = _sigmoid(u)
    return s + h * (1 - s)  # not h + s (1 - h), which loses the 1 in large h


step = Activation("step", lambda u: np.heaviside(u, 0), lambda u, h: np.zeros_like(u))
identity = Activation("identity", lambda u: u, lambda u, h: np.ones_like(u))
relu = Activation("relu", lambda u: np.maximum(u, 0), lambda u, h: (u > 0).astype(u.dtype))
leaky_relu = Activation(
    "leaky_relu",
    lambda u: np.maximum(u, 0.01 * u),
    lambda u, h: np.where(u > 0, h.dtype.type(1), h.dtype.type(0.01)),
)
sigmoid = Activation("sigmoid", _sigmoid, lambda u, h: h * (1 - h))
tanh = Activation("tanh", np.tanh, lambda u, h: 1 - h * h)
swish = Activation("swish", lambda u: u * _sigmoid(u), _swish_slope)
softmax = Activation(
    "softmax", _softmax, None, lambda h, g: h * (g - (g * h).sum(axis=-1, keepdims=True))
)

ACTIVATIONS = {a.name: a for a in (step, identity, relu, leaky_relu, sigmoid, tanh, softmax, swish)}


@dataclass(frozen=True, repr=False)
class Loss(_Named):
    """J as a function of outputs, its derivative, and its safe form on its own output unit's u.

    mean(P, Y) -> J; slope(P, Y) -> ∂J/∂P; safe(u, Y) -> J for P = pair(u), without log(0).
    The entropies' slope is infinite where p rounds to 0 or 1; their own output unit never asks.
    """

    table: ClassVar = "LOSSES"
    name: str
    pair: str
    mean: Callable[[Array, Array], float] = field(compare=False)
    slope: Callable[[Array, Array], Array] = field(compare=False)
    safe: Callable[[Array, Array], float] = field(compare=False)
    outputs: tuple[str, ...] = field(compare=False)  # the output units it may stand behind

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", takes(guard.outputs)(self.mean))

    def value(self, output: Activation, u: Array, P: Array, Y: Array) -> float:
        """J, from u where `output` is this loss's own unit, else from P."""
        return self.safe(u, Y) if output.name == self.pair else self.mean(P, Y)

    def delta(self, output: Activation, u: Array, P: Array, Y: Array) -> Array:
        """∂J/∂u of the output layer, (N, n_out), with the 1/N in it."""
        if output.name == self.pair:  # the two derivatives multiply to p - y
            return (P - Y) / Y.shape[-2]
        return output.backward(u, P, self.slope(P, Y))


def _mean(per_output: Array) -> float:
    return per_output.sum(axis=(-2, -1)) / per_output.shape[-2]


def _half_squares(P: Array, Y: Array) -> float:
    return _mean((P - Y) ** 2) / 2


def _log(P: Array, where: Array) -> Array:
    """log p where the target needs it, 0 elsewhere: 0 log 0 = 0."""
    return np.log(P, out=np.zeros_like(P), where=where)


def _entropy(P: Array, Y: Array) -> float:
    return -_mean(Y * _log(P, np.broadcast_to(Y > 0, P.shape)))


def log_softmax(u: Array) -> Array:
    """Log of softmax(u), row by row: u - log Σ exp(u), with the largest u taken out first."""
    u = u - u.max(axis=-1, keepdims=True)
    return u - np.log(np.exp(u).sum(axis=-1, keepdims=True))


squared_error = Loss(
    "squared error",
    "identity",
    mean=_half_squares,
    slope=lambda P, Y: (P - Y) / Y.shape[-2],
    safe=_half_squares,
    outputs=tuple(ACTIVATIONS),
)
binary_cross_entropy = Loss(
    "binary cross-entropy",
    "sigmoid",
    mean=lambda P, Y: _entropy(P, Y) + _entropy(1 - P, 1 - Y),
    slope=lambda P, Y: ((1 - Y) / (1 - P) - Y / P) / Y.shape[-2],
    # log(1 + exp u) - y u; exact in both tails and seven times faster than logaddexp
    safe=lambda u, Y: _mean(np.maximum(u, 0) - Y * u + np.log1p(np.exp(-np.abs(u)))),
    outputs=("sigmoid",),
)
cross_entropy = Loss(
    "cross-entropy",
    "softmax",
    mean=_entropy,
    slope=lambda P, Y: -(Y / P) / Y.shape[-2],  # -Y alone wraps round in unsigned integers
    safe=lambda u, Y: -_mean(Y * log_softmax(u)),
    outputs=("softmax",),
)

LOSSES = {loss.name: loss for loss in (squared_error, binary_cross_entropy, cross_entropy)}


def _named(table: str, name: str) -> Activation | Loss:
    """Unpickle by name."""
    return globals()[table][name]

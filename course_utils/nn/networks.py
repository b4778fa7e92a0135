"""Networks in plain functions: layers, losses, forward propagation, and how many numbers they hold.

Examples are rows: X (N, n_in), Y (N, n_out); W[i, j] leads from unit i to unit j. A loss is a mean
over the N examples and a sum over the outputs. `mlp` and `functions` hold the same for training.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import comb

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray

# ---------------------------------------------------------------- what is refused


def _takes_layer(X, W, b) -> None:
    for name, A, axes in (("X", X, 2), ("W", W, 2), ("b", b, 1)):
        guard.array(name, A)
        if A.ndim != axes:
            raise ValueError(f"{name} has shape {A.shape}; it needs {axes} axes, not {A.ndim}.")
    if X.shape[1] != len(W) or W.shape[1] != len(b):
        raise ValueError(
            f"X has shape {X.shape}, W {W.shape} and b {b.shape}; they must be (N, n_in), "
            f"(n_in, n_out) and (n_out,): is W the transpose?"
        )


def _takes_layers(layers) -> None:
    if not isinstance(layers, list | tuple) or not layers:
        raise ValueError(f"layers={layers!r} holds no layer; give a list of pairs (W, b).")
    for W, b in layers:
        _takes_layer(np.zeros((1, len(W))), W, b)
    for k, ((W, _), (V, _)) in enumerate(pairwise(layers)):
        if W.shape[1] != len(V):
            raise ValueError(
                f"layer {k} has {W.shape[1]} outputs and layer {k + 1} takes {len(V)}: "
                f"they must be equal."
            )


def _takes_sizes(sizes) -> None:
    guard.sizes(sizes)


def _takes_counts(d, p) -> None:
    guard.count("d", d)
    guard.count("p", p, least=0)


def _takes_pairs(P, Y) -> None:
    guard.outputs(P, Y)


def _takes_bits(P, Y) -> None:
    guard.outputs(P, Y)
    wrong = (Y != 0) & (Y != 1)
    if wrong.any():
        raise ValueError(
            f"Y holds {Y[wrong][0]}, but yes-or-no targets are 0 and 1: for labels −1 and +1 write "
            f"(Y + 1) / 2, for classes one_hot(labels, n_classes)."
        )


def _takes_one_hot(P, Y) -> None:
    _takes_bits(P, Y)
    rows = Y.sum(axis=1)
    if (rows != 1).any():
        row = int(np.argmax(rows != 1))
        raise ValueError(
            f"Y[{row}] holds {rows[row]:g} ones, but one class is right: write "
            f"one_hot(labels, n_classes); for several labels at once take binary_loss."
        )


def _takes_forward(X, Y, layers, f, U, c, g, L) -> None:
    _takes_layers([*layers, (U, c)])
    guard.array("X", X)
    guard.array("Y", Y)
    n_in, n_out = len([*layers, (U, c)][0][0]), len(c)
    if X.shape[1:] != (n_in,) or Y.shape != (len(X), n_out):
        raise ValueError(
            f"X has shape {X.shape} and Y {Y.shape}; this network needs (N, {n_in}) and "
            f"(N, {n_out})."
        )


# ---------------------------------------------------------------- linear layers


@takes(_takes_layer)
def dense(X: Array, W: Array, b: Array) -> Array:
    """One linear layer, for all examples at once: u_j = Σ_i w_ij x_i + b_j for each of them.

    X  (N, n_in), one example in each row
    W  (n_in, n_out), the weight w_ij from input i to output j in row i, column j
    b  (n_out,), the biases
    Returns u (N, n_out). (Lecture 3, "Red lineal. Multiples inputs - multiples salidas".)
    """
    return X @ W + b


@takes(_takes_layers)
def collapse(layers: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """The one layer that answers as several linear layers do, one after the other.

    `layers` is a list of one or more pairs W (n_in, n_out), b (n_out,); each layer's outputs are
    the next one's inputs. Returns one pair (W, b): from the first inputs to the last outputs.
    """
    W, b = layers[0]
    for V, c in layers[1:]:
        # (x W + b) V + c = x (W V) + (b V + c)
        W, b = W @ V, b @ V + c
    return W, b


@takes(_takes_counts)
def polynomial_terms(d: int, p: int) -> int:
    """How many coefficients the general polynomial of degree p in d inputs has.

    It has one for every product of powers of the inputs whose degrees add up to p or less, the
    constant included: for d = 2, p = 2 they are 1, x₁, x₂, x₁², x₁x₂, x₂². d ≥ 1, p ≥ 0.
    """
    # a term is a choice of p factors out of d inputs and 1, in any order
    return comb(d + p, p)


@takes(_takes_sizes)
def count_parameters(sizes: tuple[int, ...]) -> int:
    """How many numbers a fully connected network has to learn, weights and biases.

    `sizes` holds the units of every layer, inputs first: (1, 100, 1) has one hidden layer of 100.
    Inputs have no biases, all other units one each. (Lecture 3, "Tamaño del espacio de control".)
    """
    # into a unit lead n_in weights and one bias
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


# ---------------------------------------------------------------- losses


@takes(_takes_pairs)
def squared_loss(P: Array, Y: Array) -> float:
    """J = 1/(2N) Σ |p_n - y_n|², for outputs that are numbers: half the mean squared distance.

    P (N, n_out) are a network's outputs, Y (N, n_out) the targets, N ≥ 1. Returns a number.
    (Lecture 3, "Propagación hacia adelante".)
    """
    return ((P - Y) ** 2).sum() / (2 * len(Y))


@takes(_takes_bits)
def binary_loss(P: Array, Y: Array) -> float:
    """Binary cross-entropy: J = -1/N Σ log(probability that was given to what is true).

    P (N, n_out) are the probabilities of "yes", Y (N, n_out) is 1 for yes and 0 for no. J is a mean
    over the N examples and a sum over the outputs. A sure and right answer (p = y) costs 0. Where
    an output like 2 or -1 leaves less than 0 for what is true, there is no logarithm: J is nan.
    (Lecture 4, "Retropropagación".)
    """
    right = np.where(Y == 1, P, 1 - P)
    return -np.log(right).sum() / len(Y)


@takes(_takes_one_hot)
def categorical_loss(P: Array, Y: Array) -> float:
    """Cross-entropy: J = -1/N Σ log(probability that was given to the right class).

    P (N, n_out) holds the probabilities of the classes; each row of Y (N, n_out) has a 1 for the
    right class and 0 elsewhere. A probability of 0 for a wrong class is as it should be, and costs
    nothing. Returns a number, the mean over the N examples. (Lecture 4, "Retropropagación".)
    """
    right = (P * Y).sum(axis=1)
    return -np.log(right).mean()


# ---------------------------------------------------------------- forward propagation


@takes(_takes_forward)
def forward_pass(
    X: Array,
    Y: Array,
    layers: list[tuple[Array, Array]],
    f: Callable[[Array], Array],
    U: Array,
    c: Array,
    g: Callable[[Array], Array],
    L: Callable[[Array, Array], float],
) -> tuple[Array, float]:
    """Forward propagation: from the inputs to the outputs, and to the loss.

    X (N, n_in) inputs, Y (N, n_out) targets; `layers` holds (W, b) of each hidden layer, first to
    last, f is their activation; (U, c) is the output layer and g the output unit; L(outputs, Y) is
    the loss. Returns (ŷ, J): the outputs (N, n_out), and a number.
    (Lecture 2, "Forward propagation".)
    """
    h = X
    for W, b in layers:
        h = f(dense(h, W, b))
    y_hat = g(dense(h, U, c))
    return y_hat, L(y_hat, Y)

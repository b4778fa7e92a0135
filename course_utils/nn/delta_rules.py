"""Delta rules as the lectures write them: one case and one unit at a time, then in matrices.

Lecture 1 has logistic units, E = ½ Σ (t - y)² for one case, and no biases; its z is the course's u.
Lecture 2 has N cases as rows, J = 1/(2N) Σ (ŷ - y)², and δ = ∂J/∂u with the 1/N already in it.
`mlp.backprop` is what they grow into.
"""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np

from course_utils.nn.functions import Activation, sigmoid
from course_utils.nn.mlp import MLP, backprop, forward

Array = np.ndarray

# ---------------------------------------------------------------- one case (lectures 1 and 3)


def connection(w: float, x: float, t: float) -> tuple[float, float]:
    """One logistic unit on one connection: how E = ½ (t - y)² changes with its weight and input.

    The unit gets z = w x and answers y = σ(z); t is its target. All are numbers.
    Returns (dE/dw, dE/dx). (Lecture 3, "Conexión simple", with lecture 1's unit.)
    """
    y = sigmoid(w * x)
    dE_dz = y * (1 - y) * (y - t)  # dE/dz = dy/dz · dE/dy
    return x * dE_dz, w * dE_dz


def fork(w: Array, v: Array, x: float, t: float) -> float:
    """One unit feeds several, which meet again in one: how E = ½ (t - y)² changes with x.

    x, a number, reaches n logistic units through w (n,); their outputs reach one logistic output
    unit y through v (n,); t is its target. Returns dE/dx, a number.
    (Lecture 3, "Backprop en una bifurcación".)
    """
    h = sigmoid(w * x)
    y = sigmoid(h @ v)
    dE_dh = v * y * (1 - y) * (y - t)
    return np.sum(w * h * (1 - h) * dE_dh)  # the effects of all branches, added


def layer_back(W: Array, below: Array, y: Array, dE_dy: Array) -> tuple[Array, Array]:
    """One layer of logistic units, one case, backwards: from dE/dy of its outputs.

    W (n_in, n_out) leads from the outputs of the layer below, `below` (n_in,), to this layer, whose
    outputs are y = σ(below W) (n_out,); dE_dy (n_out,) is known.
    Returns (dE/dW (n_in, n_out), dE/d below (n_in,)). (Lecture 1, "Calculo de dE/dy".)
    """
    dE_dz = y * (1 - y) * dE_dy
    return np.outer(below, dE_dz), W @ dE_dz  # y_i dE/dz_j, and Σ_j w_ij dE/dz_j


# ---------------------------------------------------------------- many cases (lectures 2 and 4)


def layer_gradients(h: Array, delta: Array) -> tuple[Array, Array]:
    """The gradient of J with respect to the weights and the biases of one layer.

    The layer works out u = h W + b from h (N, n_in); delta (N, n_out) is ∂J/∂u, with the 1/N of
    J's mean already in it. Returns (∂J/∂W (n_in, n_out), ∂J/∂b (n_out,)).
    (Lecture 2, "Backpropagation - Preliminares" and "Ejercicio propuesto".)
    """
    return h.T @ delta, delta.sum(axis=0)


def regression_step(
    W: Array, b: Array, U: Array, c: Array, X: Array, Y: Array, lr: float
) -> tuple[Array, Array, Array, Array]:
    """One step of gradient descent on J = 1/(2N) Σ (ŷ - y)² for lecture 2's regression network.

    Hidden layer h = tanh(X W + b), output ŷ = h U + c; X (N, n_in), Y (N, 1), W (n_in, n_hidden),
    b (n_hidden,), U (n_hidden, 1), c (1,). Returns the new (W, b, U, c); the old ones stay as they
    are. (Lecture 2, "Backpropagation - Algoritmo".)
    """
    h = np.tanh(X @ W + b)
    delta_out = (h @ U + c - Y) / len(X)
    delta = (delta_out @ U.T) * (1 - h**2)  # through the U of the forward pass
    W, b = W - lr * X.T @ delta, b - lr * delta.sum(axis=0)
    U, c = U - lr * h.T @ delta_out, c - lr * delta_out.sum(axis=0)
    return W, b, U, c


def step_as_printed(net: MLP, theta: Array, X: Array, Y: Array, lr: float) -> Array:
    """Lecture 2's algorithm in the order in which it is printed; returns the new theta (P,).

    Each layer is updated before the error is propagated through it, so all but the last layer get
    something that is not their gradient.
    """
    theta, trace = theta.copy(), forward(net, theta, X)
    layers = net.layers(theta)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    for k in reversed(range(len(layers))):
        W, b = layers[k]
        W -= lr * trace.h[k].T @ delta
        b -= lr * delta.sum(axis=0)
        if k > 0:  # W is the new one already
            delta = (delta @ W.T) * net.hidden.slope(trace.u[k - 1], trace.h[k])
    return theta


def output_delta(output: Activation, u: Array, Y: Array) -> Array:
    """δ = ∂J/∂u of the output layer, for the three outputs with the loss that belongs to each.

    `output` is identity (with squared error, 1/(2N) Σ), sigmoid (with binary cross-entropy) or
    softmax (with cross-entropy); p = output(u). u and Y are (N, n_out); J is a mean over the N
    cases. Returns an array like u, finite for every u. (Lecture 2, "Ejercicio propuesto".)
    """
    return (output(u) - Y) / len(Y)


def safe_cross_entropy(u: Array, Y: Array) -> float:
    """Binary cross-entropy of sigmoid outputs from their u: finite for every u.

    J = -1/N Σ [y log p + (1 - y) log(1 - p)] with p = σ(u); u and Y are (N, n_out), J is a mean
    over the N cases and a sum over the outputs. Returns a number.
    """
    # log p = u - log(1 + exp u) and log(1 - p) = -log(1 + exp u): J = 1/N Σ [log(1 + exp u) - y u]
    return np.sum(np.logaddexp(0, u) - Y * u) / len(Y)


def train_epoch(
    net: MLP, theta: Array, X: Array, Y: Array, lr: float, order: Array, batch_size: int
) -> Array:
    """One epoch of gradient descent in mini-batches; returns the new theta (P,).

    `order` holds the numbers of all cases, shuffled. They are taken batch_size at a time, in that
    order, a smaller batch coming last when batch_size does not divide their number. After each
    batch theta moves by -lr times the gradient of the batch's mean loss. (Lecture 3, "Descenso de
    gradientes por mini-batch".)
    """
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        theta = theta - lr * backprop(net, theta, X[rows], Y[rows])
    return theta


# ---------------------------------------------------------------- the definition, without the trick


def path_sum(weights: list[Array], slopes: list[Array], i: int, j: int) -> float:
    """∂h_j/∂x_i, from input i to unit j of the last layer, as a sum over all paths between them.

    weights[k] (n_k, n_k+1) leads to the units whose slopes f'(u), for one case, are slopes[k]
    (n_k+1,). A path visits one unit in each layer. Returns a number.
    """
    total = 0.0
    for middle in product(*(range(W.shape[1]) for W in weights[:-1])):
        effect, units = 1.0, (i, *middle, j)
        for W, slope, (a, b) in zip(weights, slopes, pairwise(units), strict=True):
            effect = effect * W[a, b] * slope[b]
        total = total + effect
    return total


# ---------------------------------------------------------------- PyTorch's conventions


def mse_rate(lr: float, n_out: int) -> float:
    """The learning rate that torch's MSELoss needs to make the steps that lr makes with our J.

    J = 1/(2N) Σ (p - y)², a mean over the N cases; MSELoss is the mean of (p - y)² over everything,
    cases and outputs. n_out is the number of outputs. Returns a number.
    """
    return lr * n_out / 2

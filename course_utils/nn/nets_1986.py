"""What the experiments of 1986 need beside backprop, and lecture 4's way to write the same thing.

Rumelhart, Hinton & Williams, Nature 323, 533-536 (1986): logistic units and E = ½ Σ (y - d)², a sum
over cases and outputs, so E = N J with the course's squared error. Lecture 4 has cases as columns.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.mlp import MLP

Array = np.ndarray

# ---------------------------------------------------------------- lecture 4: cases are columns


def column_layer(W: Array, A: Array, dZ: Array) -> tuple[Array, Array, Array]:
    """One layer backwards in lecture 4's convention, where each case is a column.

    The layer works out Z = W A + b from A (n_in, m) of the layer below, with W (n_out, n_in) and
    b (n_out, 1), for m cases. dZ (n_out, m) holds, column by column, how the loss of that ONE case
    changes with its Z. The cost J is the mean of the m losses.
    Returns ∂J/∂W (n_out, n_in), ∂J/∂b (n_out, 1) and dA (n_in, m), which is to A what dZ is to Z.
    (Lecture 4, "Derivadas".)
    """
    m = A.shape[1]
    # the mean over the cases is taken where they are added up; dA keeps them apart
    return dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m, W.T @ dZ


def from_columns(layers: list[tuple[Array, Array]]) -> Array:
    """Lecture 4's parameters, or their gradients, as the course's one vector theta (P,).

    layers is a list of (W (n_out, n_in), b (n_out, 1)), first layer first. theta holds, layer by
    layer, the course's W (n_in, n_out) row by row, and then its b (n_out,).
    """
    return np.concatenate([part.ravel() for W, b in layers for part in (W.T, b)])


# ---------------------------------------------------------------- 1986


def symmetry_net(bits: int) -> tuple[Array, Array, Array, float]:
    """Weights with which TWO hidden step units tell whether bits read the same in both directions.

    The inputs are an even number of bits, 0 or 1; hidden h = step(X W + b), answer step(h v + c),
    1 for mirror-symmetric ones and 0 for all others; step(0) = 0.
    Returns W (bits, 2), b (2,), v (2,) and c, a number.
    """
    # every sum of half is another number, so the two halves cancel only if they are mirror images
    half = 2.0 ** np.arange(bits // 2)
    w = np.concatenate([half, -half[::-1]])
    W = np.stack([w, -w], axis=1)
    b, v = np.array([-0.5, -0.5]), np.array([-1.0, -1.0])
    return W, b, v, 0.5


def sweep_step(
    theta: Array, v: Array, dJ: Array, N: int, eps: float, alpha: float, decay: float
) -> tuple[Array, Array]:
    """One change of all weights as in the paper of 1986, after a sweep through the N cases.

    dJ, like theta, is the gradient of the course's J, the MEAN of ½ Σ (y - d)² over the cases; the
    paper's E is their SUM. The change is v: alpha times the last change, less eps times ∂E/∂w.
    After the change every weight loses the share `decay` of itself (0.002 in the paper).
    Returns the new theta and the new v. (Nature 323, 533, 1986.)
    """
    v = alpha * v - eps * N * dJ  # Δw(t) = -ε ∂E/∂w + α Δw(t-1), with E = N J
    return (1 - decay) * (theta + v), v


def two_doors(net: MLP, people: int, units: int) -> Array:
    """Which parameters exist when two groups of inputs have first hidden units of their own.

    The first `people` inputs reach only the first `units` units of the first hidden layer, all the
    other inputs only the other units of that layer; every bias and all later layers are whole.
    Returns a vector like theta (P,): 1 for a parameter that exists, 0 for one that does not.
    """
    mask = np.ones(net.size)
    W = net.layers(mask)[0].W  # a view: writing into it writes into the mask
    W[:people, units:] = 0
    W[people:, :units] = 0
    return mask


def forgiving_targets(P: Array, Y: Array) -> Array:
    """Targets that ask nothing more of an output which is nearly right.

    An output above 0.8 is good enough for a target of 1, one below 0.2 for a target of 0: the error
    (output - target) of such a unit counts as 0. All others keep their target.
    P and Y, the outputs and targets, have one shape. Returns an array of that shape.
    """
    return np.where(np.abs(P - Y) < 0.2, P, Y)

"""What depth does to a network: signals on their way through many layers, dead units, twins.

Examples are rows, u = h W + b, h = f(u), delta = ∂J/∂u with the mean's 1/N in it, as in `mlp`.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, forward

Array = np.ndarray

# ---------------------------------------------------------------- signals


def _takes_path(weights, steepest) -> None:
    guard.array("weights", weights)
    guard.positive("steepest", steepest)
    if weights.ndim != 1 or len(weights) == 0:
        raise ValueError(f"weights have shape {weights.shape}; a path has one after another, (K,).")


@takes(_takes_path)
def path_bound(weights: Array, steepest: float) -> float:
    """How large the derivative of a chain's last value by its first one can be, without sign.

    A chain of single units, one after the other: h_k = f(w_k h_{k-1} + b_k) for k = 1 … K, with
    whatever biases and inputs. weights (K,) are the w_k, steepest the largest slope that f has
    anywhere. Returns the smallest number that |∂h_K/∂h_0| never exceeds.
    (Lecture 3, "El problema de gradiente explotando o desapareciendo".)
    """
    return np.prod(np.abs(weights) * steepest)  # the chain rule: a product of w_k f'(u_k)


@takes(guard.one_network)
def delta_sizes(net: MLP, theta: Array, X: Array, Y: Array) -> list[float]:
    """How large δ is in each layer, first layer of weights first.

    X (N, n_in), Y (N, n_out). The size of a layer's δ (N, n) is its root mean square over all
    cases and units. Returns a list with a number for each layer.
    """
    layers, trace = net.layers(theta), forward(net, theta, X)
    delta = net.loss.delta(net.output, trace.u[-1], trace.output, Y)
    sizes = [np.sqrt(np.mean(delta**2))]
    for k in range(len(layers) - 1, 0, -1):
        delta = (delta @ layers[k].W.T) * net.hidden.slope(trace.u[k - 1])
        sizes.append(np.sqrt(np.mean(delta**2)))
    return sizes[::-1]


def _takes_slopes(W, slope) -> None:
    guard.array("W", W)
    guard.array("slope", slope)
    if W.ndim != 2 or slope.shape != W.shape[:1]:
        raise ValueError(
            f"W and slope have shapes {W.shape} and {slope.shape}; they must be (n_in, n_out) and "
            f"(n_in,): a slope for each unit that the weights come from."
        )


@takes(_takes_slopes)
def layer_stretch(W: Array, slope: Array) -> Array:
    """By which factors a layer stretches small changes: the singular values of its Jacobian.

    A change of one case's u in one layer goes through the units of that layer, h = f(u), and the
    weights W (n_in, n_out) behind them, to the u of the next layer. slope (n_in,) holds f'(u) of
    the units. Returns the singular values, (min(n_in, n_out),), largest first.
    (Glorot & Bengio 2010, section 4.2.1.)
    """
    jacobian = slope[:, None] * W  # ∂u_next/∂u, entry i, j: f'(u_i) w_ij
    return np.linalg.svd(jacobian, compute_uv=False)


@takes(guard.batch)
def dead_shares(net: MLP, theta: Array, X: Array) -> list[float]:
    """Which share of each hidden layer's units is dead: 0 for every case.

    X (N, n_in); a unit that answers a single case is alive. Returns a list with a number between 0
    and 1 for each hidden layer, first layer first.
    """
    hidden = forward(net, theta, X).h[1:-1]
    return [np.mean((h == 0).all(axis=0)) for h in hidden]


# ---------------------------------------------------------------- twins


def _takes_twin(W, b, U, order, signs) -> None:
    for name, A in (("W", W), ("b", b), ("U", U), ("order", order), ("signs", signs)):
        guard.array(name, A)
    n = W.shape[-1]
    if W.ndim != 2 or b.shape != (n,) or U.ndim != 2 or len(U) != n:
        raise ValueError(
            f"W, b and U have shapes {W.shape}, {b.shape} and {U.shape}; they must be "
            f"(n_in, n), (n,) and (n, n_out)."
        )
    if sorted(order.tolist()) != list(range(n)):
        raise ValueError(
            f"order is {order.tolist()}; it must hold each of 0 … {n - 1} once, one for each "
            f"hidden unit: np.random.default_rng(0).permutation({n})."
        )
    if signs.shape != (n,) or not (np.abs(signs) == 1).all():
        raise ValueError(f"signs is {signs.tolist()}; it must hold {n} numbers, each 1 or -1.")


@takes(_takes_twin)
def twin(W: Array, b: Array, U: Array, order: Array, signs: Array) -> tuple[Array, Array, Array]:
    """Other parameters of a tanh layer with which the network answers as before, to every input.

    u = X W + b, h = tanh(u), and h U goes on to the next layer; W (n_in, n), b (n,), U (n, n_out).
    order (n,)  in place j of the new layer stands the unit that had place order[j]
    signs (n,)  1 or -1: with -1 the unit in that place says -h where it said h before
    Returns the new W, b and U.
    """
    # tanh is odd: tanh(-u) = -tanh(u), and the weights behind it turn the sign back
    return W[:, order] * signs, b[order] * signs, U[order] * signs[:, None]

"""Tangent-linear and adjoint of networks: one layer, and any `MLP`.

A tilde of the lecture is the suffix _adj here: x_adj = ∂J/∂x. Examples are rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, forward

Array = np.ndarray


def quadratic_adjoint(alpha: float, x0: float, y: float) -> tuple[float, float, float]:
    """The lecture's quadratic model, x₁ = α x₀² with J = ½ (x₁ - y)², backwards.

    All are numbers. Returns the adjoint variables of x₁, x₀ and α, in this order: how J changes
    with each of them. (Lecture 3, "Variables con las perturbaciones".)
    """
    x1_adj = alpha * x0**2 - y  # x̃₁ = x₁ - y
    return x1_adj, 2 * alpha * x0 * x1_adj, x0**2 * x1_adj


def _takes_layer(W, b, X, *others) -> None:
    for name, A, ndim in (("W", W, 2), ("b", b, 1), ("X", X, 2)):
        guard.array(name, A)
        if A.ndim != ndim:
            raise ValueError(
                f"{name} has shape {A.shape}; W is (n_in, n_out), b (n_out,), X (N, n_in)."
            )
    if X.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"X, W and b have shapes {X.shape}, {W.shape} and {b.shape}, which make no X W + b: "
            f"X needs {W.shape[0]} columns and b {W.shape[1]} entries."
        )


def _takes_changes(W, b, X, dW, db, dX) -> None:
    _takes_layer(W, b, X)
    _like(("dW", dW, W.shape), ("db", db, b.shape), ("dX", dX, X.shape))


def _takes_adjoint(W, b, X, A) -> None:
    _takes_layer(W, b, X)
    _like(("A", A, (len(X), W.shape[1])))


def _like(*given) -> None:
    for name, array, shape in given:
        guard.array(name, array)
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}; it must be {shape} here.")


@takes(_takes_changes)
def layer_tangent(W: Array, b: Array, X: Array, dW: Array, db: Array, dX: Array) -> Array:
    """How the outputs h = tanh(X W + b) of a layer change, to first order.

    W (n_in, n_out), b (n_out,) and X (N, n_in) change by dW, db and dX, each of its shape.
    Returns the change of the outputs, (N, n_out). (Lecture 3, "Tangente lineal".)
    """
    h = np.tanh(X @ W + b)
    return (1 - h**2) * (dX @ W + X @ dW + db)  # δh = f'(u) (δx W + x δW + δb)


@takes(_takes_adjoint)
def layer_adjoint(W: Array, b: Array, X: Array, A: Array) -> tuple[Array, Array, Array]:
    """One layer h = tanh(X W + b) backwards: from the adjoint A = ∂J/∂h of its outputs.

    W is (n_in, n_out), b (n_out,), X (N, n_in), A (N, n_out). Returns the adjoints of W, b and X,
    in this order, each of its shape. (Lecture 3, "Backpropagation".)
    """
    h = np.tanh(X @ W + b)
    u_adj = (1 - h**2) * A
    return X.T @ u_adj, u_adj.sum(axis=0), u_adj @ W.T


def _takes_network_changes(net, theta, X, dtheta, dX) -> None:
    guard.one_network(net, theta, X)
    guard.parameters(net, dtheta)
    _like(("dtheta", dtheta, theta.shape), ("dX", dX, X.shape))


@takes(_takes_network_changes)
def tangent_linear(net: MLP, theta: Array, X: Array, dtheta: Array, dX: Array) -> Array:
    """How the outputs of a whole network change, to first order, when theta and X change.

    Returns (N, n_out). The Jacobian of every activation is symmetric, softmax's too, so the
    activation's own `backward` serves forwards.
    """
    trace, dh = forward(net, theta, X), dX
    layers = zip(net.layers(theta), net.layers(dtheta), strict=True)
    for k, ((W, _), (dW, db)) in enumerate(layers):
        f = net.output if k == len(trace.u) - 1 else net.hidden
        dh = f.backward(trace.u[k], trace.h[k + 1], dh @ W + trace.h[k] @ dW + db)
    return dh


def _takes_output_adjoint(net, theta, X, P_adj) -> None:
    guard.one_network(net, theta, X)
    _like(("P_adj", P_adj, (len(X), net.sizes[-1])))


@takes(_takes_output_adjoint)
def adjoint(net: MLP, theta: Array, X: Array, P_adj: Array) -> tuple[Array, Array]:
    """A whole network backwards, from P_adj = ∂J/∂P of its outputs (N, n_out).

    Returns the adjoints of theta (P,) and of X (N, n_in). With P_adj = ∂J/∂P of the mean loss the
    first of them is `mlp.backprop`.
    """
    trace, layers = forward(net, theta, X), net.layers(theta)
    theta_adj, h_adj = np.empty_like(theta), P_adj
    grads = net.layers(theta_adj)
    for k in reversed(range(len(layers))):
        f = net.output if k == len(layers) - 1 else net.hidden
        u_adj = f.backward(trace.u[k], trace.h[k + 1], h_adj)
        grads[k].W[:], grads[k].b[:] = trace.h[k].T @ u_adj, u_adj.sum(axis=0)
        h_adj = u_adj @ layers[k].W.T
    return theta_adj, h_adj


def _takes_product(gradient, theta, v, *, eps=6e-6) -> None:
    if not callable(gradient):
        raise TypeError(f"gradient is {gradient!r}; give a function θ -> ∇J(θ).")
    guard.array("theta", theta)
    _like(("v", v, theta.shape))
    guard.positive("eps", eps)


@takes(_takes_product)
def hessian_product(
    gradient: Callable[[Array], Array], theta: Array, v: Array, *, eps: float = 6e-6
) -> Array:
    """The Hessian times v, an array like theta, by a central difference of two gradients.

    H v = (∇J(θ + εv) - ∇J(θ - εv)) / 2ε; v is taken with length 1 for the step. No Hessian is
    formed. Good to about ten digits at the default eps, the cube root of the rounding unit.
    """
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros_like(theta)
    step = eps * v / length
    return (gradient(theta + step) - gradient(theta - step)) * (length / (2 * eps))

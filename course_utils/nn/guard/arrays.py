"""Guards for a network's arrays: type, dtype and shape, never their contents."""

from __future__ import annotations

import numpy as np

_ABSENT = object()  # not None, which is what a function without `return` gives


def batch(net, theta, X, Y=_ABSENT, **options) -> None:
    """Refuse examples that do not fit the network: X (N, n_in) and, if given, Y (N, n_out)."""
    matrix("X", X, net.sizes[0], "first layer", net)
    if Y is not _ABSENT:
        matrix("Y", Y, net.sizes[-1], "output layer", net)
        if len(Y) != len(X):
            raise ValueError(
                f"X has {len(X)} examples but Y has {len(Y)}: they must be rows of the same cases."
            )


def one_network(net, theta, X, Y=_ABSENT, **options) -> None:
    """As `batch`, for what works on one parameter vector at a time."""
    batch(net, theta, X, Y)
    parameters(net, theta)
    if theta.ndim > 1:
        raise ValueError(
            f"theta has shape {theta.shape}, and one vector ({net.size},) is asked for: "
            f"take the rows one by one."
        )


def outputs(P, Y) -> None:
    """Refuse outputs and targets of different shapes: (N, 1) and (N,) would give an (N, N)."""
    array("P", P)
    array("Y", Y)
    if Y.ndim != 2 or P.shape[-2:] != Y.shape or len(Y) == 0:
        raise ValueError(
            f"P has shape {P.shape} and Y {Y.shape}; both must be (N, n_out), N at least 1: "
            f"for one output write P[:, None] and Y[:, None]."
        )


def labelled(net, theta, X, labels) -> None:
    """As `batch`, for `accuracy`: labels (N,) or targets (N, n_out)."""
    one_network(net, theta, X)
    if np.shape(labels) not in ((len(X),), (len(X), net.sizes[-1])):
        raise ValueError(
            f"labels have shape {np.shape(labels)}, but X has {len(X)} examples and the network "
            f"{net.sizes[-1]} outputs: give ({len(X)},) labels or ({len(X)}, {net.sizes[-1]}) "
            f"targets."
        )


def parameters(net, theta) -> None:
    """Refuse what is not a vector of the network's parameters, or a stack of such vectors."""
    if not isinstance(theta, np.ndarray):
        raise TypeError(
            f"theta is a {type(theta).__name__}, not a NumPy array: make one with init(net, rng)."
        )
    if theta.shape[-1:] != (net.size,):
        raise ValueError(
            f"theta has shape {theta.shape} but the network has {net.size} parameters "
            f"(sizes={net.sizes}): make one with init(net, rng)."
        )
    if theta.dtype.kind != "f":
        raise ValueError(
            f"theta has dtype {theta.dtype}, which cannot take small steps: "
            f"write theta.astype(float)."
        )


def like_theta(rule, g, theta) -> None:
    """Refuse what a learning rule returned unless it has theta's shape."""
    if not isinstance(g, np.ndarray) or g.shape != theta.shape:
        given = f"shape {g.shape}" if isinstance(g, np.ndarray) else f"type {type(g).__name__}"
        raise ValueError(
            f"{getattr(rule, '__name__', rule)} returned a gradient of {given}; it must be an "
            f"array like theta, {theta.shape}."
        )


def matrix(name: str, A, columns: int, layer: str, net) -> None:
    """Refuse what is not a non-empty real matrix with as many columns as the layer has units."""
    array(name, A)
    if A.ndim != 2:
        raise ValueError(
            f"{name} has shape {A.shape}; examples are rows, so it needs two axes. "
            f"For one example write {name}[None, :]; for labels write one_hot(labels, n_classes)."
        )
    if len(A) == 0:
        raise ValueError(f"{name} has shape {A.shape}: give it at least one example.")
    if A.shape[1] != columns:
        raise ValueError(
            f"{name} has {A.shape[1]} columns but the network's {layer} has {columns} units "
            f"(sizes={net.sizes}): change {name} or the sizes."
        )


def array(name: str, A) -> None:
    """Refuse what is not an array of real numbers."""
    if not isinstance(A, np.ndarray):
        raise TypeError(
            f"{name} is a {type(A).__name__}, not a NumPy array: write np.asarray({name})."
        )
    if A.dtype.kind not in "fiub":
        raise ValueError(
            f"{name} has dtype {A.dtype}, which is not a real number: write {name}.astype(float)."
        )

"""What `perceptron` and `separability` refuse, each with the value and the next act."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard


def rows(X, name: str = "X") -> None:
    """Refuse what is not a table of examples."""
    guard.array(name, X)
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(
            f"{name} has shape {X.shape}; examples are rows: for one write {name}[None, :]."
        )


def fits(w, X, y=None) -> None:
    """Refuse shapes that do not belong together; looks at no value."""
    rows(X)
    guard.array("w", w)
    if w.shape != X.shape[1:]:
        raise ValueError(
            f"w has shape {w.shape} but X has {X.shape[1]} columns: one weight for each, with the "
            f"bias's x₀ = 1 among them (with_bias(X) adds it)."
        )
    if y is not None and np.shape(y) != X.shape[:1]:
        raise ValueError(f"y has shape {np.shape(y)}, but X has {len(X)} rows: one label for each.")


def labelled(w, X, y) -> None:
    """As `fits`, and labels other than −1 and +1."""
    fits(w, X, y)
    wrong = np.abs(y) != 1
    if wrong.any():
        n = int(np.argmax(wrong))
        raise ValueError(f"y[{n}] is {y[n]}, and labels are −1 and +1 here: write signs(y).")


def two_classes(X, y) -> None:
    """As `labelled`, without weights, and labels that are all the same."""
    rows(X)
    labelled(np.zeros(X.shape[1]), X, y)
    guard.finite("X", X)
    if len(np.unique(y)) < 2:
        raise ValueError(
            f"all {len(y)} labels are {y[0]:g}: any line does; ask with cases of both classes."
        )


def one_case(w, x, y) -> None:
    """Refuse a case that does not fit the weights, and a label other than −1 and +1."""
    if np.shape(w) != np.shape(x):
        raise ValueError(
            f"w has shape {np.shape(w)} and x has shape {np.shape(x)}: one case is one row of X."
        )
    if np.ndim(y) or y not in (-1, 1):
        raise ValueError(f"y is {y}, and a label is −1 or +1 here.")


def trainable(w, X, y, epochs) -> None:
    """As `labelled`, and what is wrong with a whole training set: two biases, NaN."""
    labelled(w, X, y)
    guard.finite("X", X)
    guard.count("epochs", epochs, least=0)
    constant = np.flatnonzero((X[:1] == X).all(axis=0) & (X[0] != 0))
    if len(X) > 1 and len(constant) > 1:
        values = ", ".join(f"{X[0, i]:g} in column {i}" for i in constant)
        raise ValueError(
            f"X has {len(constant)} constant columns ({values}): one is the bias, another is the "
            f"same bias once more; leave out column {constant[-1]}."
        )


def with_rate(w, X, y, lr, epochs) -> None:
    """As `trainable`, and a learning rate that is none."""
    trainable(w, X, y, epochs)
    guard.positive("lr", lr)


def has_margin(w, X, y) -> None:
    """As `labelled`, and weights that do not separate the classes."""
    labelled(w, X, y)
    u = y * (X @ w)
    if not u.min() > 0:
        raise ValueError(
            f"y w·x is {u.min():.3g} in row {int(np.argmin(u))}: this w does not separate the "
            f"classes, so there is no margin and no bound. Find one with separating(X, y)."
        )


def two_layers(X, W, b, v, c) -> None:
    """Refuse weights that do not make a net of two layers with one answer."""
    for name, A in (("X", X), ("W", W), ("b", b), ("v", v)):
        guard.array(name, A)
    if X.ndim != 2 or W.ndim != 2 or W.shape[0] != X.shape[1]:
        raise ValueError(
            f"W has shape {W.shape} for inputs of shape {X.shape}: one row of W for each input."
        )
    if not b.shape == v.shape == W.shape[1:] or np.shape(c) != ():
        raise ValueError(
            f"W has {W.shape[1]} hidden units, so b and v need shape {W.shape[1:]} and c is one "
            f"number; they have shapes {b.shape}, {v.shape} and {np.shape(c)}."
        )


def features(X, order) -> None:
    """Refuse an order that the inputs do not have."""
    rows(X)
    guard.count("order", order, least=0)
    if order > X.shape[1]:
        raise ValueError(
            f"order is {order}, but a row of X has {X.shape[1]} inputs to multiply; "
            f"take order={X.shape[1]} or less."
        )

"""The perceptron and its neighbours: one unit with a threshold, and two layers of such units.

    X = with_bias(inputs)                       # x₀ = 1 in column 0: w[0] is the bias
    w, mistakes = train_perceptron(np.zeros(3), X, signs(labels), epochs=100)

Examples are rows, X (N, n), with the bias's x₀ = 1 among them; w (n,); labels y (N,) are −1 and +1.
A case is a mistake while y w·x ≤ 0: one that lies on the line is wrong whatever its label, so that
learning can begin at w = 0. Whether a line exists at all is asked in `separability`.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.functions import step
from course_utils.nn.guard import perceptron as check
from course_utils.nn.guard import takes

Array = np.ndarray

# ---------------------------------------------------------------- labels and the bias


def signs(labels: Array) -> Array:
    """Labels −1 and +1 (N,) from two classes of any name: the larger is +1."""
    classes = np.unique(labels)
    if len(classes) != 2 or np.ndim(labels) != 1:
        shown = ", ".join(str(c) for c in classes[:4]) + (", …" if len(classes) > 4 else "")
        raise ValueError(
            f"labels have shape {np.shape(labels)} and {len(classes)} classes ({shown}); one line "
            f"parts two: choose two, or one against the rest, as in signs(labels == 1)."
        )
    return np.where(labels == classes[1], 1.0, -1.0)


@takes(check.rows)
def with_bias(X: Array) -> Array:
    """X (N, n) with x₀ = 1 put before it, (N, n + 1): the bias becomes the weight w[0].

    (Lecture 3, "Red lineal": b = w₀₁ on an input fixed at x₀ = 1.)
    """
    return np.column_stack([np.ones(len(X)), X])


# ---------------------------------------------------------------- Rosenblatt's rule


@takes(check.fits)
def predict(w: Array, X: Array) -> Array:
    """The perceptron's answers: +1 where w·x > 0, else −1.

    w (n,) weights, X (N, n) cases as rows, the bias's x₀ = 1 included. Returns an array (N,).
    """
    return np.where(X @ w > 0, 1, -1)


@takes(check.one_case)
def update(w: Array, x: Array, y: float) -> Array:
    """Rosenblatt's rule for one case: the weights after it has been shown.

    w (n,) weights, x (n,) one case, y its label, −1 or +1. A case that is right, off the line and
    on its side, leaves w as it is; a mistake (the line itself counts as one) moves w.
    Returns the new weights (n,). (Rosenblatt 1958.)
    """
    # w + y x where y w·x ≤ 0: the case gains |x|² on its side
    return w + y * x if y * (x @ w) <= 0 else w


@takes(check.trainable)
def train_perceptron(w: Array, X: Array, y: Array, epochs: int) -> tuple[Array, int]:
    """Show all cases, in their order, again and again, until an epoch passes without a mistake.

    w (n,) is where learning begins; X (N, n); y (N,) of −1 and +1. It ends after `epochs` epochs at
    the latest. Returns the last weights (n,) and the number of mistakes made on the way.
    """
    mistakes = 0
    for _ in range(epochs):
        before = mistakes
        for x, label in zip(X, y, strict=True):
            if label * (x @ w) <= 0:
                w = update(w, x, label)
                mistakes += 1
        if mistakes == before:
            break
    return w, mistakes


# ---------------------------------------------------------------- the convergence theorem


@takes(check.labelled)
def margin(w: Array, X: Array, y: Array) -> float:
    """How far the nearest case lies inside its own side of the plane w·x = 0.

    w (n,), X (N, n), y (N,) of −1 and +1. A distance: the length of w does not matter. Negative
    where a case is on the wrong side. Returns a number, γ.
    """
    return np.min(y * (X @ w)) / np.linalg.norm(w)


@takes(check.has_margin)
def mistake_bound(w: Array, X: Array, y: Array) -> float:
    """The most mistakes that the perceptron can make on these cases, from w = 0 and in any order.

    w (n,) is any vector that separates them, X (N, n), y (N,) of −1 and +1. It depends on the
    length of the longest case and on the margin of w. Returns a number.
    (Block 1962; Novikoff 1962.)
    """
    # (R / γ)², with R the largest |x|
    R = np.linalg.norm(X, axis=1).max()
    return (R / margin(w, X, y)) ** 2


# ---------------------------------------------------------------- where no line is right


@takes(check.fits)
def adaline_gradient(w: Array, X: Array, y: Array) -> Array:
    """The gradient of J = 1/(2N) Σ (w·x − y)², Adaline's loss.

    Adaline compares w·x itself with the label, not the +1 or −1 that the threshold makes of it.
    w (n,), X (N, n), y (N,). Returns ∂J/∂w (n,). (Widrow and Hoff 1960.)
    """
    return X.T @ (X @ w - y) / len(y)


@takes(check.with_rate)
def train_adaline(w: Array, X: Array, y: Array, lr: float, epochs: int) -> Array:
    """Adaline online: a step of the delta rule, w − lr (w·x − y) x, for each case in its order.

    w (n,) is where it begins; X (N, n); y (N,) of −1 and +1. Returns the last weights (n,).
    """
    for _ in range(epochs):
        for x, label in zip(X, y, strict=True):
            w = w - lr * (x @ w - label) * x
    return w


@takes(check.trainable)
def pocket(w: Array, X: Array, y: Array, epochs: int) -> Array:
    """Learn as the perceptron does, for all `epochs`, and keep the best weights met on the way.

    w (n,) is where learning begins; X (N, n) are shown in their order; y (N,) of −1 and +1. Best
    are the weights with the fewest wrong answers on all N cases; of equals the first, w included.
    Returns them, (n,). (Gallant 1990.)
    """
    best, fewest = w, np.sum(predict(w, X) != y)
    for _ in range(epochs):
        for x, label in zip(X, y, strict=True):
            w = update(w, x, label)
            wrong = np.sum(predict(w, X) != y)
            if wrong < fewest:
                best, fewest = w, wrong
    return best


# ---------------------------------------------------------------- two layers


@takes(check.two_layers)
def two_layers(X: Array, W: Array, b: Array, v: Array, c: float) -> Array:
    """Answers 0 or 1 (N,) of a net of step units: h = step(X W + b), then step(h v + c).

    X (N, n_in) of 0 and 1, W (n_in, n_hidden), b and v (n_hidden,), c a number; step(0) = 0.
    """
    return step(step(X @ W + b) @ v + c)


def xor_net() -> tuple[Array, Array, Array, float]:
    """Weights, set by hand, with which two layers of step units answer exclusive or.

    The inputs are two bits, 0 or 1; hidden h = step(X W + b), answer step(h v + c), step(0) = 0.
    Returns W (2, n_hidden), b (n_hidden,), v (n_hidden,) and c, a number; two hidden units do.
    """
    # h₁ = at least one, h₂ = both; the answer is h₁ and not h₂
    W = np.ones((2, 2))
    b = np.array([-0.5, -1.5])
    v = np.array([1.0, -1.0])
    return W, b, v, -0.5


def parity_net(bits: int) -> tuple[Array, Array, Array, float]:
    """Weights with which two layers of step units tell whether the number of ones is odd.

    The inputs are `bits` bits, 0 or 1; hidden h = step(X W + b), answer step(h v + c), 1 for odd.
    Returns W (bits, bits), b (bits,), v (bits,) and c, a number: as many hidden units as bits.
    """
    # h_j = more than j ones, j = 0 … bits - 1; their alternating sum is 1 for odd, 0 for even
    W = np.ones((bits, bits))
    b = -np.arange(bits) - 0.5
    v = (-1.0) ** np.arange(bits)
    return W, b, v, -0.5

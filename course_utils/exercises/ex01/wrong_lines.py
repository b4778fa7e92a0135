"""Wrong answers to exercises of notebook 01 and what to say of them: the rule and its theorem.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.perceptron import margin

# ---------------------------------------------------------------- Rosenblatt's rule


def predict_line_is_plus(w, X):
    """+1 on the line."""
    return np.where(X @ w >= 0, 1, -1)


def predict_bits(w, X):
    """0 and 1 for −1 and +1."""
    return np.where(X @ w > 0, 1, 0)


def predict_sign(w, X):
    """np.sign, which knows three answers."""
    return np.sign(X @ w)


def predict_no_bias(w, X):
    """Without the bias."""
    return np.where(X[:, 1:] @ w[1:] > 0, 1, -1)


PREDICT = {
    "On the line, w·x = 0, your answer is +1; the threshold is passed only above 0.": (
        predict_line_is_plus
    ),
    "Your answers are 0 and 1; the perceptron's are −1 and +1.": predict_bits,
    "np.sign gives 0 on the line, which is neither class: there the answer is −1.": predict_sign,
    "You left out w[0]: the bias is the weight of x₀ = 1, in column 0 of X.": predict_no_bias,
}


def update_always(w, x, y):
    """Hebb's rule: every case moves w."""
    return w + y * x


def update_off_the_line(w, x, y):
    """A case on the line counts as right."""
    return w + y * x if y * (x @ w) < 0 else w


def update_no_label(w, x, y):
    """Towards x whatever its label."""
    return w + x if y * (x @ w) <= 0 else w


def update_away(w, x, y):
    """The wrong way."""
    return w - y * x if y * (x @ w) <= 0 else w


def update_twice(w, x, y):
    """(label - answer) times x, which is 2 y x."""
    answer = 1 if x @ w > 0 else -1
    return w + (y - answer) * x


UPDATE = {
    "You change w after every case; Rosenblatt's rule learns from mistakes alone.": update_always,
    "A case on the line, w·x = 0, counts as a mistake too: from w = 0 nothing is ever learned "
    "otherwise.": update_off_the_line,
    "You add x whatever the label; a case of class −1 has to be subtracted.": update_no_label,
    "w moves the wrong way: after the update y w·x must have grown.": update_away,
    "(label − answer) x is twice too long, and it misses a case of class −1 on the line.": (
        update_twice
    ),
}


def _train(w, X, y, epochs, *, counted="mistakes", stop=True, strict=False):
    mistakes, passes = 0, 0
    for _ in range(epochs):
        before = mistakes
        passes += 1
        for x, label in zip(X, y, strict=True):
            u = label * (x @ w)
            if u < 0 or (u == 0 and not strict):
                w, mistakes = w + label * x, mistakes + 1
        if stop and mistakes == before:
            break
    return w, {"mistakes": mistakes, "epochs": passes, "last": mistakes - before if epochs else 0}[
        counted
    ]


def train_counts_epochs(w, X, y, epochs):
    """The number of epochs."""
    return _train(w, X, y, epochs, counted="epochs")


def train_counts_last(w, X, y, epochs):
    """The mistakes of the last epoch."""
    return _train(w, X, y, epochs, counted="last")


def train_strict(w, X, y, epochs):
    """Cases on the line count as right."""
    return _train(w, X, y, epochs, strict=True)


def train_batch(w, X, y, epochs):
    """All mistakes of an epoch found with the weights of its start."""
    mistakes = 0
    for _ in range(epochs):
        wrong = y * (X @ w) <= 0
        mistakes += int(wrong.sum())
        w = w + (y[wrong, None] * X[wrong]).sum(axis=0)
        if not wrong.any():
            break
    return w, mistakes


def train_one_epoch(w, X, y, epochs):
    """One epoch alone."""
    return _train(w, X, y, min(epochs, 1))


TRAIN_PERCEPTRON = {
    "The second value is the number of epochs; the mistakes are asked for.": train_counts_epochs,
    "You count the mistakes of the last epoch alone; the theorem speaks of all of them.": (
        train_counts_last
    ),
    "A case on the line counts as a mistake too; from w = 0 nothing is learned otherwise.": (
        train_strict
    ),
    "You look for the mistakes of a whole epoch with the weights of its start; each case is to be "
    "judged with the weights of its moment.": train_batch,
    "You show the cases once; go on until an epoch has no mistake.": train_one_epoch,
}

# ---------------------------------------------------------------- margin and bound


def margin_of_w(w, X, y):
    """Not divided by |w|."""
    return np.min(y * (X @ w))


def margin_mean(w, X, y):
    """The mean distance."""
    return np.mean(y * (X @ w)) / np.linalg.norm(w)


def margin_absolute(w, X, y):
    """Distances without sides."""
    return np.min(np.abs(X @ w)) / np.linalg.norm(w)


def margin_squared(w, X, y):
    """Divided by w·w."""
    return np.min(y * (X @ w)) / (w @ w)


MARGIN = {
    "y w·x grows with the length of w; a distance does not: divide by |w|.": margin_of_w,
    "This is a mean over the cases; the margin belongs to the nearest one.": margin_mean,
    "Without the label a case on the wrong side looks right: its y w·x is negative.": (
        margin_absolute
    ),
    "You divide by w·w, the square of the length.": margin_squared,
}


def _longest(X):
    return np.linalg.norm(X, axis=1).max()


def bound_not_squared(w, X, y):
    """R / γ."""
    return _longest(X) / margin(w, X, y)


def bound_mean_length(w, X, y):
    """R² as a mean."""
    return np.mean((X**2).sum(axis=1)) / margin(w, X, y) ** 2


def bound_norm_of_table(w, X, y):
    """The norm of the whole table for the longest row."""
    return (np.linalg.norm(X) / margin(w, X, y)) ** 2


def bound_without_bias(w, X, y):
    """R without x₀."""
    return (_longest(X[:, 1:]) / margin(w, X, y)) ** 2


MISTAKE_BOUND = {
    "R/γ has to be squared: |w| grows at most like √mistakes, w·w* at least like mistakes.": (
        bound_not_squared
    ),
    "R is the length of the longest case, not a mean over the cases.": bound_mean_length,
    "np.linalg.norm(X) is one number for the whole table; each row has its own length: axis=1.": (
        bound_norm_of_table
    ),
    "x₀ = 1 is a component of x like the others; R counts it.": bound_without_bias,
}

"""Wrong answers to exercises of notebook 01 and what to say of them: Adaline, nets and orders.

Each has the signature of the right answer; the tables are those of `wrong_lines`.
"""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import numpy as np

from course_utils.nn.perceptron import predict, update

# ---------------------------------------------------------------- Adaline and the pocket


def adaline_threshold(w, X, y):
    """The perceptron's answer for w·x."""
    return X.T @ (predict(w, X) - y) / len(y)


def adaline_sum(w, X, y):
    """Without 1/N."""
    return X.T @ (X @ w - y)


def adaline_twice(w, X, y):
    """The derivative of 1/N Σ, without the ½."""
    return 2 * X.T @ (X @ w - y) / len(y)


def adaline_minus(w, X, y):
    """The step downhill."""
    return X.T @ (y - X @ w) / len(y)


ADALINE_GRADIENT = {
    "You compare the answer ±1 with the label, as the perceptron does; Adaline compares w·x.": (
        adaline_threshold
    ),
    "This is the gradient of the sum; J is a mean over the N cases.": adaline_sum,
    "Twice too large: the ½ in J takes the 2 of the square away.": adaline_twice,
    "This is −∂J/∂w, the direction downhill; the gradient points uphill.": adaline_minus,
}


def _pocket(w, X, y, epochs, *, better=lambda new, old: new < old, each_case=True):
    best, fewest = w, np.sum(predict(w, X) != y)
    for _ in range(epochs):
        for n, (x, label) in enumerate(zip(X, y, strict=True)):
            w = update(w, x, label)
            wrong = np.sum(predict(w, X) != y)
            if (each_case or n == len(y) - 1) and better(wrong, fewest):
                best, fewest = w, wrong
    return best


def pocket_last(w, X, y, epochs):
    """The last weights."""
    return _pocket(w, X, y, epochs, better=lambda new, old: True)


def pocket_latest_of_equals(w, X, y, epochs):
    """Of equals the latest."""
    return _pocket(w, X, y, epochs, better=lambda new, old: new <= old)


def pocket_each_epoch(w, X, y, epochs):
    """A look into the pocket once an epoch."""
    return _pocket(w, X, y, epochs, each_case=False)


def pocket_forgets_start(w, X, y, epochs):
    """Never the weights of the start."""
    best, fewest = w, np.inf
    for _ in range(epochs):
        for x, label in zip(X, y, strict=True):
            w = update(w, x, label)
            wrong = np.sum(predict(w, X) != y)
            if wrong < fewest:
                best, fewest = w, wrong
    return best


POCKET = {
    "These are the last weights, which the next mistake may have spoiled; keep the best.": (
        pocket_last
    ),
    "Of equally good weights keep the first; yours replaces it by a later one (≤ for <).": (
        pocket_latest_of_equals
    ),
    "You compare once an epoch; the best weights may have come and gone in between.": (
        pocket_each_epoch
    ),
    "The weights of the start belong into the comparison: they may be the best of all.": (
        pocket_forgets_start
    ),
}

# ---------------------------------------------------------------- two layers, orders


def xor_or():
    """Inclusive or."""
    return np.ones((2, 1)), np.array([-0.5]), np.array([1.0]), -0.5


def xor_and():
    """And."""
    return np.ones((2, 1)), np.array([-1.5]), np.array([1.0]), -0.5


def xor_not():
    """Equality."""
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([-1.0, 1.0]), 0.5


def xor_silent():
    """Always 0."""
    return np.ones((2, 2)), np.zeros(2), np.array([1.0, -1.0]), -0.5


XOR_NET = {
    "Your net answers inclusive or: with both inputs 1 it has to say 0.": xor_or,
    "Your net answers and: it says 1 for both, and has to say 1 for exactly one.": xor_and,
    "Your net answers the opposite: 1 where the two inputs are equal.": xor_not,
    "Your net always answers 0: do the two hidden units differ, and does step(0) = 0 matter?": (
        xor_silent
    ),
}


def _layers(bits, b, v):
    return np.ones((bits, bits)), b, v, -0.5


def parity_or(bits):
    """More than none."""
    return _layers(bits, -np.arange(bits) - 0.5, np.eye(bits)[0])


def parity_even(bits):
    """1 for even."""
    v = -((-1.0) ** np.arange(bits))
    return np.ones((bits, bits)), -np.arange(bits) - 0.5, v, 0.5


def parity_one_late(bits):
    """Thresholds at whole numbers, where step(0) = 0."""
    return _layers(bits, -np.arange(bits) - 1.0, (-1.0) ** np.arange(bits))


def parity_only_one(bits):
    """1 for exactly one."""
    v = np.zeros(bits)
    v[:2] = np.array([1.0, -1.0])[:bits]
    return _layers(bits, -np.arange(bits) - 0.5, v)


PARITY_NET = {
    "Your net says 1 as soon as any bit is 1; two ones make an even number.": parity_or,
    "Your net says 1 for an even number of ones; 1 is for odd.": parity_even,
    "The hidden units wake up one bit too late: step(0) = 0, so put the thresholds halfway "
    "between whole numbers.": parity_one_late,
    "Your net says 1 for exactly one bit; three ones are odd as well: go on alternating.": (
        parity_only_one
    ),
}


def _products(X, sets):
    return np.stack([X[:, list(inputs)].prod(axis=1) for inputs in sets], axis=1)


def monomials_exactly(X, order):
    """Products of exactly `order` inputs."""
    return _products(X, list(combinations(range(X.shape[1]), order)))


def monomials_no_constant(X, order):
    """Without the empty product."""
    n = X.shape[1]
    sets = [s for k in range(1, order + 1) for s in combinations(range(n), k)]
    return _products(X, sets) if sets else np.empty((len(X), 0))


def monomials_below(X, order):
    """Up to order - 1."""
    n = X.shape[1]
    sets = [s for k in range(max(order, 1)) for s in combinations(range(n), k)]
    return _products(X, sets)


def monomials_repeated(X, order):
    """With squares and higher powers."""
    n = X.shape[1]
    sets = [s for k in range(order + 1) for s in combinations_with_replacement(range(n), k)]
    return _products(X, sets)


def monomials_sums(X, order):
    """Sums for products."""
    n = X.shape[1]
    sets = [s for k in range(order + 1) for s in combinations(range(n), k)]
    return np.stack([X[:, list(inputs)].sum(axis=1) for inputs in sets], axis=1)


MONOMIALS = {
    "These are the products of exactly `order` inputs; those of fewer belong to them.": (
        monomials_exactly
    ),
    "The product of no input is missing: a column of ones, the bias.": monomials_no_constant,
    "range(order) ends one short: the products of `order` inputs are missing.": monomials_below,
    "An input may come only once in a product (for bits, x² = x): combinations without "
    "replacement.": monomials_repeated,
    "These are sums of inputs, which a line can make itself; multiply them.": monomials_sums,
}

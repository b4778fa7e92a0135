"""Wrong answers to exercises of notebook 02 and what to say of them: the three losses.

Some are lines of the lectures as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import networks

# ---------------------------------------------------------------- squared_loss


def squared_sum(P, Y):
    """½ Σ, without the mean."""
    return ((P - Y) ** 2).sum() / 2


def squared_without_half(P, Y):
    """1/N Σ."""
    return ((P - Y) ** 2).sum() / len(Y)


def squared_mean_of_all(P, Y):
    """Divided by the outputs as well."""
    return ((P - Y) ** 2).mean() / 2


def squared_not_squared(P, Y):
    """Distances, not their squares."""
    return np.linalg.norm(P - Y, axis=1).mean() / 2


SQUARED = {
    "This is a sum over the examples; J is their mean. Divide by N.": squared_sum,
    "The ½ is missing: it is there so that the derivative is p − y.": squared_without_half,
    "You divided by the outputs, too. |p − y|² adds them up; the mean is over the examples.": (
        squared_mean_of_all
    ),
    "These are distances; J has their squares, without a root.": squared_not_squared,
}


# ---------------------------------------------------------------- binary_loss


def binary_with_bars(P, Y):
    """Lecture 4's loss with its absolute values."""
    return -np.log(np.abs(np.where(Y == 1, P, 1 - P))).sum() / len(Y)


def binary_first_term(P, Y):
    """Lecture 4's other loss, -Σ y log p, beside sigmoids."""
    right = np.where(Y == 1, P, 1.0)
    return -np.log(right).sum() / len(Y)


def binary_product(P, Y):
    """Y log P + (1 - Y) log(1 - P), where 0 log 0 is nan."""
    return -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(Y)


def binary_mean_of_all(P, Y):
    """Divided by the outputs as well."""
    return networks.binary_loss(P, Y) / P.shape[1]


BINARY = {
    "Lecture 4 has bars around ŷ, and so do you: an output of 2 with the target 0 then costs "
    "nothing at all. Leave them out: a bug must show.": binary_with_bars,
    "Only the examples with y = 1 cost anything here, so “yes” to everything is free. Where "
    "y = 0 the truth got the probability 1 − p.": binary_first_term,
    "On paper 0 · log 0 is 0; in numbers it is nan, and sure and right answers meet it. Choose "
    "p or 1 − p first (np.where), and take the logarithm of what you chose.": binary_product,
    "You divided by the outputs, too: J is a mean over the examples and a sum over the outputs.": (
        binary_mean_of_all
    ),
}


# ---------------------------------------------------------------- categorical_loss


def categorical_product(P, Y):
    """Y log P, where 0 log 0 is nan."""
    return -(Y * np.log(P)).sum() / len(Y)


def categorical_sum(P, Y):
    """Without the mean."""
    return -np.log((P * Y).sum(axis=1)).sum()


def categorical_as_bits(P, Y):
    """Binary cross-entropy of every column."""
    return networks.binary_loss(P, Y)


def categorical_mean_of_all(P, Y):
    """Divided by the classes as well."""
    return networks.categorical_loss(P, Y) / P.shape[1]


CATEGORICAL = {
    "On paper 0 · log 0 is 0; in numbers it is nan. Pick the right class's probability first, "
    "then take the logarithm of that alone.": categorical_product,
    "This is a sum over the examples; J is their mean.": categorical_sum,
    "This is binary cross-entropy: with softmax the wrong classes need no term of their own, "
    "since probabilities that add up to 1 leave them what the right one does not get.": (
        categorical_as_bits
    ),
    "You divided by the number of classes as well: J is a mean over the examples only.": (
        categorical_mean_of_all
    ),
}

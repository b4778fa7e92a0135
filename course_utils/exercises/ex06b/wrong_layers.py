"""Wrong answers to exercises of notebook 06b and what to say of them: layers, batches, weights.

Some are lines of the lectures as they are printed or taken at their word. Each has the signature of
the right answer, and each table lists message -> wrong answer; the first that equals an attempt in
every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.preprocess import balanced_batches

# ---------------------------------------------------------------- carry_over


def carry_forgets_shift(W, b, change):
    """The bias as it was."""
    return np.linalg.solve(change.A, W), b


def carry_other_sign(W, b, change):
    """The shift taken off instead of added."""
    return np.linalg.solve(change.A, W), b - change.mean @ W


def carry_same_direction(W, b, change):
    """The weights changed as the inputs are."""
    return change.A @ W, b + change.mean @ W


def carry_transposed(W, b, change):
    """The transpose for the inverse: right for rotations only."""
    return change.A.T @ W, b + change.mean @ W


CARRY_OVER = {
    "The bias has to take over what the shift took away: b + mean @ W.": carry_forgets_shift,
    "The sign of the shift: X = Z A⁻¹ + mean, so mean @ W is added to b.": carry_other_sign,
    "The inputs are multiplied by A, so the weights must undo it: A⁻¹ W.": carry_same_direction,
    "Aᵀ is the inverse of a rotation only; whitening also stretches: solve A W_new = W.": (
        carry_transposed
    ),
}


# ---------------------------------------------------------------- balanced_batches


def batches_unbalanced(labels, order, per_class):
    """The shuffled order, cut."""
    size = per_class * len(np.unique(labels))
    return [order[at : at + size] for at in range(0, len(order), size)]


def batches_until_smallest(labels, order, per_class):
    """As many as the smallest class allows."""
    least = np.unique(labels, return_counts=True)[1].min()
    return balanced_batches(labels, order, per_class)[: least // per_class]


def batches_unshuffled(labels, order, per_class):
    """In the order of the table."""
    return balanced_batches(labels, np.arange(len(labels)), per_class)


def batches_positions(labels, order, per_class):
    """Places in the order instead of examples."""
    return balanced_batches(labels[order], np.arange(len(labels)), per_class)


BALANCED_BATCHES = {
    "Cutting the shuffled order gives batches that are balanced on average only: count per_class "
    "of each class.": batches_unbalanced,
    "You stop when the smallest class is used up; go on until the largest is, and begin the others "
    "again.": batches_until_smallest,
    "The classes are taken in the order of the table, not in the shuffled one.": (
        batches_unshuffled
    ),
    "These are places in `order`; what is asked are the examples that stand there, order[place].": (
        batches_positions
    ),
}


# ---------------------------------------------------------------- first weights


def scale_as_printed(noise):
    """Lecture 1: scale the weights to the root of the number of inputs."""
    return noise * np.sqrt(len(noise))


def scale_no_root(noise):
    """1/n."""
    return noise / len(noise)


def scale_outputs(noise):
    """By the number of outputs."""
    return noise / np.sqrt(noise.shape[1])


def scale_sample(noise):
    """To a length of 1 for each unit, exactly."""
    return noise / np.linalg.norm(noise, axis=0)


SCALE_TO_FAN_IN = {
    "Lecture 1 prints 'to the root of the number of inputs'. It is the inverse: u adds up n terms, "
    "so each must be √n times smaller.": scale_as_printed,
    "Divided by n: variances add up, so the spread of u grows with √n only.": scale_no_root,
    "u is a sum over the inputs: the number that counts is n_in, the rows.": scale_outputs,
    "Each unit's own noise was measured. The scale follows from the size of the layer alone: W is "
    "one multiple of noise.": scale_sample,
}


def units_by_rank(W, b):
    """The rank of W."""
    return int(np.linalg.matrix_rank(W))


def units_by_rows(W, b):
    """Rows instead of columns."""
    return len(np.unique(W, axis=0))


def units_without_bias(W, b):
    """By the weights alone."""
    return len(np.unique(W, axis=1).T)


def units_by_first_weight(W, b):
    """By the first weight alone."""
    return len(np.unique(W[0]))


DIFFERENT_UNITS = {
    "The rank counts independent columns; different ones need not be independent, and the biases "
    "count, too.": units_by_rank,
    "A unit is a column of W; these are the different rows.": units_by_rows,
    "Two units with equal weights and different biases are different.": units_without_bias,
    "Units with the same first weight can still differ in the others.": units_by_first_weight,
}

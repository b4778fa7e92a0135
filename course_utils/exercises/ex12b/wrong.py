"""Wrong answers to the exercises of notebook 12b and what to say of them.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.comparing import online_error, paired_gain, pretraining_cost

# ---------------------------------------------------------------- price


def cost_uncounted(sizes, epochs):
    """The lecture's "for the same number of epochs": pretraining is free."""
    return 0.0 * epochs


def cost_in_epochs(sizes, epochs):
    """Each layer's epochs as epochs of the whole network."""
    return float(epochs * (len(sizes) - 2))


def cost_without_decoder(sizes, epochs):
    """Encoders alone."""
    return pretraining_cost(sizes, epochs) / 2


def cost_with_outputs(sizes, epochs):
    """The output layer pretrained as well."""
    return 2.0 * epochs


def cost_of_units(sizes, epochs):
    """Units counted, not weights."""
    return epochs * 2 * sum(sizes[1:-1]) / sum(sizes)


PRETRAINING_COST = {
    "Pretraining is not free: every hidden layer had its epochs.": cost_uncounted,
    "An epoch of one layer is cheaper than one of the whole network: count weights.": (
        cost_in_epochs
    ),
    "An autoencoder has two matrices, encoder and decoder: twice n_k n_(k+1).": (
        cost_without_decoder
    ),
    "The output layer is not pretrained; it counts in the network's epoch alone.": (
        cost_with_outputs
    ),
    "You counted units. The work is in the weights, n_k n_(k+1) of a layer.": cost_of_units,
}


# ---------------------------------------------------------------- pairs


def gain_other_sign(without, with_it):
    """Negative where the error falls."""
    mean, error = paired_gain(without, with_it)
    return -mean, error


def gain_spread(without, with_it):
    """The spread of the gains."""
    mean, error = paired_gain(without, with_it)
    return mean, error * np.sqrt(len(without))


def gain_over_n(without, with_it):
    """ddof=0."""
    mean, _ = paired_gain(without, with_it)
    return mean, (without - with_it).std() / np.sqrt(len(without))


def gain_unpaired(without, with_it):
    """As if the seeds had nothing in common."""
    mean, _ = paired_gain(without, with_it)
    S = len(without)
    return mean, np.sqrt((without.var(ddof=1) + with_it.var(ddof=1)) / S)


def gain_relative(without, with_it):
    """In shares."""
    gain = (without - with_it) / without
    return gain.mean(), gain.std(ddof=1) / np.sqrt(len(gain))


PAIRED_GAIN = {
    "The sign: a gain is positive where the error falls, without - with_it.": gain_other_sign,
    "This is the spread of the gains; that of their *mean* is smaller by √S.": gain_spread,
    "The spread is estimated from the same S numbers as their mean: ddof=1.": gain_over_n,
    "You treated the two as unrelated. Take the difference of each pair first: what the seed does "
    "to both then drops out.": gain_unpaired,
    "These are shares of the error; the difference of the errors is asked for.": gain_relative,
}


# ---------------------------------------------------------------- resampled weights


def resample_rows(W, draws):
    """Whole rows picked."""
    return W[draws[:, 0] % len(W)]


def resample_columnwise(W, draws):
    """Places counted column by column."""
    return W.T.flatten()[draws]


def resample_sorted(W, draws):
    """Weights in order of size."""
    return W.flatten().sort().values[draws]


RESAMPLE = {
    "Whole rows were picked, so weights that belong together stay together. Each entry is drawn "
    "by itself.": resample_rows,
    "The places are counted row by row: W.flatten() without turning W.": resample_columnwise,
    "The weights were sorted first; draws are places in W as it is.": resample_sorted,
}


# ---------------------------------------------------------------- online error


def online_cumulative(wrong, block):
    """From the beginning of the stream."""
    n = len(wrong) // block
    return np.array([wrong[: (k + 1) * block].mean() for k in range(n)])


def online_interleaved(wrong, block):
    """Every n-th example in a block."""
    n = len(wrong) // block
    return wrong[: n * block].reshape(block, n).mean(axis=0)


def online_with_rest(wrong, block):
    """The rest as a block of its own."""
    return np.array([wrong[at : at + block].mean() for at in range(0, len(wrong), block)])


def online_count(wrong, block):
    """Numbers instead of shares."""
    return online_error(wrong, block) * block


def online_right(wrong, block):
    """Share of right answers."""
    return 1 - online_error(wrong, block)


ONLINE_ERROR = {
    "Each mean begins at the start of the stream. A block stands for itself, or the early errors "
    "are dragged along.": online_cumulative,
    "The blocks are consecutive: reshape to (number of blocks, block) and average the rows.": (
        online_interleaved
    ),
    "What is left at the end is no whole block; leave it out.": online_with_rest,
    "These are numbers of errors; divide by the block.": online_count,
    "This is the share of right answers.": online_right,
}

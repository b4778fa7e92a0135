"""Comparing two ways to train: over seeds, at an equal price, on a stream."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray


def _takes_pairs(without, with_it) -> None:
    for name, values in (("without", without), ("with_it", with_it)):
        guard.array(name, values)
        if values.ndim != 1 or len(values) < 2:
            raise ValueError(
                f"{name} has shape {values.shape}; give one number a seed, of two seeds or more."
            )
    if len(without) != len(with_it):
        raise ValueError(
            f"There are {len(without)} and {len(with_it)} runs; a pair needs both of its seed."
        )


@takes(_takes_pairs)
def paired_gain(without: Array, with_it: Array) -> tuple[float, float]:
    """What a change gains in error, and how sure that is: (mean gain, its standard error).

    without, with_it  (S,) errors without and with the change; entry s of both has the same seed

    The gain is positive where the error falls. Runs of one seed share what the seed decides, so
    they are compared with each other. The standard error is that of a mean of S numbers whose
    spread is estimated from themselves.
    """
    gain = without - with_it
    return gain.mean(), gain.std(ddof=1) / np.sqrt(gain.size)


def _takes_net(sizes, epochs) -> None:
    guard.sizes(sizes)
    guard.count("epochs", epochs, least=0)
    if len(sizes) < 3:
        raise ValueError(f"sizes={tuple(sizes)} has no hidden layer, so nothing to pretrain.")


@takes(_takes_net)
def pretraining_cost(sizes: Sequence[int], epochs: int) -> float:
    """How many epochs of fine-tuning the greedy pretraining of a network costs.

    sizes   inputs, hidden layers, outputs of the network, such as (64, 32, 32, 10)
    epochs  of pretraining that each hidden layer has

    An epoch is paid by the weights that an example passes, each as dear as any other. Fine-tuning
    passes all of the network's. While a hidden layer is pretrained, those of its autoencoder are
    passed, encoder and decoder; the codes below are computed once and cost nothing, and so do
    biases.
    """
    weights = np.multiply(sizes[:-1], sizes[1:])  # of each layer of the network
    return epochs * 2 * weights[:-1].sum() / weights.sum()


def _takes_stream(wrong, block) -> None:
    guard.array("wrong", wrong)
    guard.count("block", block)
    if wrong.ndim != 1 or len(wrong) < block:
        raise ValueError(
            f"wrong has shape {wrong.shape}; give (T,) answers with T of at least block={block}."
        )


@takes(_takes_stream)
def online_error(wrong: Array, block: int) -> Array:
    """The share of wrong answers in each block of a stream, (number of whole blocks,).

    wrong  (T,), 1 where the answer to an example was wrong *before* the net learned from it, else 0
    block  number of consecutive examples in a block; what is left at the end is no whole block

    On an endless stream every example is a test example first (Erhan et al. 2010, figure 11).
    """
    n = len(wrong) // block
    return wrong[: n * block].reshape(n, block).mean(axis=1)

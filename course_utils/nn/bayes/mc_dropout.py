"""Dropout that stays on: every mask is a model, and their answers scatter.

In training dropout learns all these models at once; Gal and Ghahramani (2016) leave it on
afterwards, average T passes and take their spread as uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.nn import guard
from course_utils.nn.bayes.many import masked_backprop
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP
from course_utils.nn.regularize import checks, dropout_forward, random_masks
from course_utils.nn.stacked import Gradient

Array = np.ndarray


def _takes_passes(net, theta, X, masks) -> None:
    guard.one_network(net, theta, X)
    if len(masks) < 2:
        raise ValueError(f"there are masks for {len(masks)} pass; a spread needs at least 2.")
    for each in masks:
        checks.masks(net, len(X), each)


@takes(_takes_passes)
def mc_dropout(net: MLP, theta: Array, X: Array, masks: Sequence) -> tuple[Array, Array]:
    """What dropout says of new examples: the mean of its answers and their standard deviation.

    masks  a list of T entries, one for each pass: masks[t] is what dropout_forward takes, an array
           (N, n_in) for the inputs and one (N, n_k) for each hidden layer k
    The standard deviation divides by T. Returns two arrays (N, n_out). (Lecture 3, "Dropout", which
    cites Gal & Ghahramani 2016.)
    """
    answers = np.stack([dropout_forward(net, theta, X, each).output for each in masks])
    return answers.mean(axis=0), answers.std(axis=0)


def passes(
    net: MLP, theta: Array, X: Array, keep: Sequence[float], *, T: int, rng: np.random.Generator
) -> Array:
    """The answers of T passes with fresh masks for every example, (T, N, n_out).

    keep  one probability for the inputs and one for each hidden layer: (1.0, 0.5)
    """
    _takes_many(net, theta, X, T)
    return _answers(net, theta, X, random_masks(net, T * len(X), keep, rng=rng))


def one_mask_each(
    net: MLP, theta: Array, X: Array, keep: Sequence[float], *, T: int, rng: np.random.Generator
) -> Array:
    """The answers of T models, each with one mask for all examples, (T, N, n_out)."""
    _takes_many(net, theta, X, T)
    masks = random_masks(net, T, keep, rng=rng)
    return _answers(net, theta, X, [np.repeat(mask, len(X), axis=0) for mask in masks])


def _takes_many(net, theta, X, T) -> None:
    guard.one_network(net, theta, X)
    guard.count("T, the number of answers to average,", T, least=2)


def _answers(net, theta, X, masks) -> Array:
    """Masks of T · N rows applied to T copies of X."""
    T = len(masks[0]) // len(X)
    masks = [mask.astype(theta.dtype, copy=False) for mask in masks]
    return dropout_forward(net, theta, np.tile(X, (T, 1)), masks).output.reshape(T, len(X), -1)


def dropout_all(keep: Sequence[float | Array], *, rng: np.random.Generator) -> Gradient:
    """The rule for `train_all`: dropout in S networks at once, fresh masks at every call.

    keep  one probability for the inputs and one for each hidden layer, or in its place an array
          (S,) with one for each network
    """
    for k, p in enumerate(keep):
        for value in np.atleast_1d(p):
            checks.keep_probability(float(value), f"keep[{k}]")
    guard.generator(rng)

    def gradient(net: MLP, theta: Array, X: Array, Y: Array) -> Array:
        checks.keeps(net, keep)
        masks = []
        for p, n in zip(keep, net.sizes[:-1], strict=True):
            p = np.reshape(np.asarray(p, theta.dtype), (-1, 1, 1))
            masks.append((rng.random((len(theta), len(X), n), np.float32) < p) / p)
        return masked_backprop(net, theta, X, Y, masks=masks)

    return gradient

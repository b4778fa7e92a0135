"""Averages of models: what they gain, and where different models come from.

P (S, N, n_out) are the outputs of S models for N examples. Errors here are means over the examples
of squared distances, without the ½ of J.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from course_utils.nn import guard
from course_utils.nn.bayes import checks
from course_utils.nn.bayes.many import masked_backprop
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP
from course_utils.nn.stacked import Gradient

Array = np.ndarray


@takes(checks.models_and_targets)
def ambiguity(P: Array, Y: Array) -> tuple[float, float, float]:
    """Error of the average model, mean error of the models, and their ambiguity.

    P  (S, N, n_out), the outputs of S models
    Y  (N, n_out), the targets
    An error is the mean over the examples of the squared distance from the target, summed over the
    outputs. The ambiguity is the mean, over models and examples, of the squared distance from the
    models' average. (Krogh & Vedelsby 1995.)
    """
    average = P.mean(axis=0)
    squares = (average - Y) ** 2, (P - Y) ** 2, (P - average) ** 2
    return tuple(each.sum(axis=-1).mean() for each in squares)


@takes(checks.models)
def geometric_mean(P: Array) -> Array:
    """The geometric mean of S distributions, made to add up to 1 again: (N, K).

    P  (S, N, K), each P[s, n] a distribution over K classes, no entry 0
    For each example and class the S-th root of the product over the models; then every row is
    divided by its sum. (S may be large: a product of many probabilities is too small for a float.)
    """
    mean = np.exp(np.log(P).mean(axis=0))
    return mean / mean.sum(axis=1, keepdims=True)


def bootstrap_rows(N: int, S: int, *, rng: np.random.Generator) -> Array:
    """S bootstrap samples of N examples: row numbers (S, N), drawn with replacement (Efron 1979).

    A sample holds 1 - (1 - 1/N)^N of the examples in the mean: 63.2 % of many.
    """
    guard.count("N", N)
    guard.count("S, the number of models to average,", S, least=2)
    guard.generator(rng)
    return rng.integers(0, N, (S, N))


def drawn(rows: Array) -> Array:
    """How often each example is in each sample: counts (S, N) from rows (S, N)."""
    counts = np.zeros(np.shape(rows))
    np.add.at(counts, (np.arange(len(rows))[:, None], rows), 1)
    return counts


@takes(checks.models_and_counts)
def average_left_out(P: Array, counts: Array) -> Array:
    """For each example the average of the models that never saw it, (N, n_out).

    P       (S, N, n_out), the outputs of S models for their own training examples
    counts  (S, N), how often example n was in the sample that model s learned from
    (Breiman 1996: the out-of-bag estimate.)
    """
    unseen = (counts == 0)[:, :, None]
    return (P * unseen).sum(axis=0) / unseen.sum(axis=0)


def backprop_weighted(weights: Array) -> Gradient:
    """The rule for `train_all` by which network s counts example n weights[s, n] times.

    weights  (S, N) numbers of at least 0; `drawn(rows)` makes them of bootstrap samples
    The loss of network s is the mean over the N examples of weight times loss.
    """
    guard.array("weights", weights)
    if weights.ndim != 2 or weights.size == 0 or weights.min() < 0:
        raise ValueError(
            f"weights of shape {weights.shape} must be (networks, examples), with no entry below 0."
        )
    return partial(_weighted, weights=weights[:, :, None])


def _weighted(net: MLP, theta: Array, X: Array, Y: Array, *, weights: Array) -> Array:
    if (len(theta), len(X)) != weights.shape[:2]:
        raise ValueError(
            f"the weights are for {weights.shape[0]} networks and {weights.shape[1]} examples, "
            f"but theta holds {len(theta)} and X {len(X)}."
        )
    return masked_backprop(net, theta, X, Y, weights=weights)

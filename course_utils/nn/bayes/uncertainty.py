"""How sure an answer is, and whether it is right as often as it says.

A distribution over K classes lies along the last axis. Entropies are in nats: 0 is certain, log K
knows nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.nn.bayes import checks
from course_utils.nn.guard import takes

Array = np.ndarray


@takes(checks.distributions)
def entropy(P: Array) -> Array:
    """-Σ p log p over the last axis, with 0 log 0 = 0."""
    return -np.sum(P * np.log(P, out=np.zeros_like(P), where=P > 0), axis=-1)


@takes(checks.models)
def entropy_parts(P: Array) -> tuple[Array, Array]:
    """The entropy of the average of S models, (N,), and the part of it that is disagreement, (N,).

    P  (S, N, K), the distributions that S models give
    The rest, the mean entropy of the models, is what each of them is unsure of by itself. The
    disagreement is the mutual information between answer and model, at least 0.
    """
    total = entropy(P.mean(axis=0))
    return total, total - entropy(P).mean(axis=0)


class Reliability(NamedTuple):
    """What was said and what came of it, bin by bin; NaN where a bin is empty."""

    said: Array  # (bins,), mean probability that was given
    right: Array  # (bins,), share that was right
    count: Array  # (bins,), how many examples


@takes(checks.said_and_right)
def reliability(said: Array, right: Array, bins: int = 10) -> Reliability:
    """Examples sorted into equal parts of [0, 1] by the probability given to the answer.

    said   (N,), that probability; right (N,), whether the answer was right
    A probability on the border of two parts belongs to the upper one, 1 to the last.
    """
    at = np.minimum((said * bins).astype(int), bins - 1)
    count, sums, hits = (
        np.bincount(at, weights=w, minlength=bins) for w in (None, said, right.astype(float))
    )
    some = np.where(count > 0, count, np.nan)
    return Reliability(sums / some, hits / some, count)


@takes(checks.said_and_right)
def calibration_error(said: Array, right: Array, bins: int = 10) -> float:
    """The expected calibration error: how far what was said is from what came of it.

    said   (N,), the probability that was given to each answer
    right  (N,), True where the answer was right
    [0, 1] is cut into `bins` equal parts; a border belongs to the part above it, and 1 to the last.
    In each part that holds examples: how far their mean probability is from the share of them that
    is right. Returned is the mean of these distances over all examples.
    (Naeini, Cooper & Hauskrecht 2015.)
    """
    at = np.minimum(np.floor(said * bins), bins - 1)
    excess = [np.sum(said[at == k] - right[at == k]) for k in range(bins)]
    return np.sum(np.abs(excess)) / len(said)

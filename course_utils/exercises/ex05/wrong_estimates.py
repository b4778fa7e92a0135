"""Wrong answers to exercises of notebook 05 and what to say of them: perturbed weights.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import perturb
from course_utils.nn.mlp import mean_loss

# ---------------------------------------------------------------- try_one_weight


def _try(net, theta, X, Y, p, change, keep):
    trial = theta.copy()
    trial[p] += change
    return trial if keep(mean_loss(net, trial, X, Y), mean_loss(net, theta, X, Y)) else theta


def try_keep_always(net, theta, X, Y, p, change):
    """Whatever it does to J."""
    return _try(net, theta, X, Y, p, change, lambda new, old: True)


def try_keep_worse(net, theta, X, Y, p, change):
    """Kept if J rises."""
    return _try(net, theta, X, Y, p, change, lambda new, old: new > old)


def try_keep_ties(net, theta, X, Y, p, change):
    """Kept if J does not rise."""
    return _try(net, theta, X, Y, p, change, lambda new, old: new <= old)


def try_every_weight(net, theta, X, Y, p, change):
    """All parameters changed."""
    trial = theta + change
    better = mean_loss(net, trial, X, Y) < mean_loss(net, theta, X, Y)
    return trial if better else theta


TRY_ONE_WEIGHT = {
    "You keep the change whatever it does. Lecture 1 keeps it only if performance improves: "
    "compare mean_loss before and after.": try_keep_always,
    "You keep the changes that make J larger. J is an error: smaller is better.": try_keep_worse,
    "You also keep a change that leaves J exactly as it is. That is no improvement: keep it only "
    "if J falls.": try_keep_ties,
    "You change every parameter. Change number p alone.": try_every_weight,
}


# ---------------------------------------------------------------- parallel_estimate


def _rise(net, theta, X, Y, V, sigma):
    return mean_loss(net, theta + sigma * V, X, Y) - mean_loss(net, theta, X, Y)


def parallel_step(net, theta, X, Y, V, sigma):
    """Not divided by sigma."""
    return _rise(net, theta, X, Y, V, sigma) @ V / len(V)


def parallel_sum(net, theta, X, Y, V, sigma):
    """The sum over the directions."""
    return _rise(net, theta, X, Y, V, sigma) @ V / sigma


def parallel_best(net, theta, X, Y, V, sigma):
    """The most promising direction alone."""
    change = _rise(net, theta, X, Y, V, sigma)
    best = np.argmin(change)
    return change[best] * V[best] / sigma


def parallel_downhill(net, theta, X, Y, V, sigma):
    """Where to go, not the gradient."""
    return -perturb.parallel_estimate(net, theta, X, Y, V, sigma)


def parallel_without_baseline(net, theta, X, Y, V, sigma):
    """J(θ) not taken off."""
    return mean_loss(net, theta + sigma * V, X, Y) @ V / (sigma * len(V))


PARALLEL_ESTIMATE = {
    "You kept the most promising direction only. To correlate is to use all: a direction in which "
    "J rises says as much as one in which it falls.": parallel_best,
    "The distance is missing: a change ΔJ over a distance sigma is a slope ΔJ / sigma.": (
        parallel_step
    ),
    "This is the sum over the K directions; the estimate is their mean.": parallel_sum,
    "This is where to go. The gradient points to where J rises; the optimizer turns it round.": (
        parallel_downhill
    ),
    "What you correlate is J, not its change. On average that is right, too, but J(θ)/sigma times "
    "a random v drowns it: subtract mean_loss at theta.": parallel_without_baseline,
}


# ---------------------------------------------------------------- antithetic_estimate


def antithetic_over_sigma(net, theta, X, Y, V, sigma):
    """Divided by sigma, not by 2 sigma."""
    return 2 * perturb.antithetic_estimate(net, theta, X, Y, V, sigma)


def antithetic_counted_twice(net, theta, X, Y, V, sigma):
    """The mean over 2 n, although a pair has one v."""
    return perturb.antithetic_estimate(net, theta, X, Y, V, sigma) / 2


def antithetic_one_sided(net, theta, X, Y, V, sigma):
    """The exercise before."""
    return perturb.parallel_estimate(net, theta, X, Y, V, sigma)


ANTITHETIC_ESTIMATE = {
    "The two networks of a pair are 2 sigma apart: divide by 2 * sigma.": antithetic_over_sigma,
    "Every pair gives one slope along one v: divide by the number of directions, not by that of "
    "the networks.": antithetic_counted_twice,
    "This is still the one-sided estimate. Compare J(θ + σv) with J(θ − σv), not with J(θ).": (
        antithetic_one_sided
    ),
}

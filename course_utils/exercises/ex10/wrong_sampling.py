"""Wrong answers to exercises of notebook 10 and what to say of them: calibration and samplers.

Each has the signature of the right answer; each table lists message -> wrong answer.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import bayes

# ---------------------------------------------------------------- calibration_error


def calibration_unweighted(said, right, bins=10):
    """The mean over the parts."""
    table = bayes.reliability(said, right, bins)
    return np.nanmean(np.abs(table.said - table.right))


def calibration_overall(said, right, bins=10):
    """One part."""
    return abs(np.mean(said) - np.mean(right))


def calibration_of_each(said, right, bins=10):
    """How far each single answer is from its probability."""
    return np.mean(np.abs(said - right))


def calibration_squared(said, right, bins=10):
    """Squares of the distances."""
    table = bayes.reliability(said, right, bins)
    return np.nansum(table.count * (table.said - table.right) ** 2) / len(said)


CALIBRATION_ERROR = {
    "You gave every part the same weight, a part of two examples as much as one of two hundred: "
    "weigh each by its number of examples.": calibration_unweighted,
    "You compared the two means of all examples. Too sure here and not sure enough there cancel; "
    "compare within each part.": calibration_overall,
    "You took the distance example by example. One example is right or wrong, never 80 % right: "
    "take the means of each part first.": calibration_of_each,
    "Distances, not their squares.": calibration_squared,
}

# ---------------------------------------------------------------- metropolis_accept


def accept_backwards(theta, proposal, U, U_new, uniform):
    """The ratio upside down."""
    return bayes.metropolis_accept(theta, proposal, U_new, U, uniform)


def accept_better(theta, proposal, U, U_new, uniform):
    """Downhill only."""
    return np.where((U_new < U)[:, None], proposal, theta)


def accept_all(theta, proposal, U, U_new, uniform):
    """Everything."""
    return proposal


def accept_one_coin(theta, proposal, U, U_new, uniform):
    """One coin for all chains."""
    return bayes.metropolis_accept(theta, proposal, U, U_new, np.full_like(uniform, uniform[0]))


METROPOLIS_ACCEPT = {
    "Your ratio is upside down: p is proportional to exp(-U), so p(there)/p(here) is "
    "exp(U - U_new).": accept_backwards,
    "You go downhill only. That is a minimizer; it ends at the MAP estimate and never says how far "
    "θ may be from it.": accept_better,
    "You accept everything: a random walk that knows nothing of U.": accept_all,
    "One coin for all chains: then they are no longer independent. uniform has one for each.": (
        accept_one_coin
    ),
}

# ---------------------------------------------------------------- leapfrog


def leapfrog_euler(gradient, theta, v, eps, steps):
    """Euler's method."""
    for _ in range(steps):
        theta, v = theta + eps * v, v - eps * gradient(theta)
    return theta, v


def leapfrog_whole_first(gradient, theta, v, eps, steps):
    """A whole step of the velocity first, none at the end."""
    for _ in range(steps):
        v = v - eps * gradient(theta)
        theta = theta + eps * v
    return theta, v


def leapfrog_uphill(gradient, theta, v, eps, steps):
    """The wrong sign of the force."""
    return bayes.leapfrog(lambda at: -gradient(at), theta, v, eps, steps)


def leapfrog_no_last_half(gradient, theta, v, eps, steps):
    """The last half step is missing."""
    theta, v = bayes.leapfrog(gradient, theta, v, eps, steps)
    return theta, v + eps / 2 * gradient(theta)


LEAPFROG = {
    "That is Euler's method: position and velocity both from the old values. It gains energy in "
    "every round, and nothing would be accepted.": leapfrog_euler,
    "The velocity must begin with half a step and end with half a step; yours makes whole ones, "
    "and then the path cannot be walked back.": leapfrog_whole_first,
    "Your ball rolls uphill: the acceleration is minus the gradient.": leapfrog_uphill,
    "Position and velocity are half a step apart at the end: the last half step of the velocity is "
    "missing.": leapfrog_no_last_half,
}

# ---------------------------------------------------------------- rhat


def rhat_squared(draws):
    """Without the root."""
    return bayes.rhat(draws) ** 2


def rhat_population(draws):
    """Variances with the whole number in the denominator."""
    T, W = len(draws), draws.var(axis=0).mean(axis=0)
    return np.sqrt(((T - 1) / T * W + draws.mean(axis=0).var(axis=0)) / W)


def rhat_large_B(draws):
    """B not divided by T."""
    T, W = len(draws), draws.var(axis=0, ddof=1).mean(axis=0)
    return np.sqrt(((T - 1) / T * W + T * draws.mean(axis=0).var(axis=0, ddof=1)) / W)


def rhat_upside_down(draws):
    """W over the whole."""
    return 1 / bayes.rhat(draws)


RHAT = {
    "The root is missing: R-hat compares widths, not variances.": rhat_squared,
    "Your variances divide by T and S. Both are estimates from a few numbers: one less in the "
    "denominator, ddof=1.": rhat_population,
    "B is the variance of the chains' means as it is, not T times it.": rhat_large_B,
    "Upside down: all chains together over each by itself, so that chains that disagree give more "
    "than 1.": rhat_upside_down,
}

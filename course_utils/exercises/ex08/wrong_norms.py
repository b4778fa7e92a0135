"""Wrong answers to exercises of notebook 08 and what to say of them: batch normalization.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.batchnorm import batch_norm_backward, fold

# ---------------------------------------------------------------- batch_norm


def _normalized(u, gamma, beta, mean, sd):
    x_hat = (u - mean) / sd
    return gamma * x_hat + beta, x_hat, sd


def norm_over_units(u, gamma, beta, eps):
    """Each case over its units: layer normalization."""
    mean, var = u.mean(axis=1, keepdims=True), u.var(axis=1, keepdims=True)
    z, x_hat, sd = _normalized(u, gamma, beta, mean, np.sqrt(var + eps))
    return z, x_hat, sd[:, 0]


def norm_outside(u, gamma, beta, eps):
    """Eps outside the root."""
    return _normalized(u, gamma, beta, u.mean(axis=0), u.std(axis=0) + eps)


def norm_unbiased(u, gamma, beta, eps):
    """The variance over N - 1."""
    return _normalized(u, gamma, beta, u.mean(axis=0), np.sqrt(u.var(axis=0, ddof=1) + eps))


def norm_no_root(u, gamma, beta, eps):
    """Divided by the variance."""
    return _normalized(u, gamma, beta, u.mean(axis=0), u.var(axis=0) + eps)


def norm_whole(u, gamma, beta, eps):
    """One mean and one variance for the layer."""
    sd = np.full(u.shape[1], np.sqrt(u.var() + eps))
    return _normalized(u, gamma, beta, u.mean(), sd)


BATCH_NORM = {
    "You standardized each case over its units (that is layer normalization): batch normalization "
    "takes each unit over the cases, axis=0.": norm_over_units,
    "eps is added to the variance, inside the root.": norm_outside,
    "The variance is the mean of the squares (1/N) here; yours divides by N − 1.": norm_unbiased,
    "You divided by the variance; divide by its root.": norm_no_root,
    "One mean and one spread for the whole layer: each unit has its own, axis=0.": norm_whole,
}


# ---------------------------------------------------------------- batch_norm_backward


def back_constants(delta, x_hat, sd, gamma):
    """Mean and variance taken as constants."""
    return gamma * delta / sd, (delta * x_hat).sum(axis=0), delta.sum(axis=0)


def back_mean_only(delta, x_hat, sd, gamma):
    """The spread taken as a constant."""
    d_hat = gamma * delta
    return (d_hat - d_hat.mean(axis=0)) / sd, (delta * x_hat).sum(axis=0), delta.sum(axis=0)


def back_spread_only(delta, x_hat, sd, gamma):
    """The mean taken as a constant."""
    d_hat = gamma * delta
    d_u = (d_hat - x_hat * (d_hat * x_hat).mean(axis=0)) / sd
    return d_u, (delta * x_hat).sum(axis=0), delta.sum(axis=0)


def back_sums(delta, x_hat, sd, gamma):
    """Sums where means are meant."""
    d_hat = gamma * delta
    d_u = (d_hat - d_hat.sum(axis=0) - x_hat * (d_hat * x_hat).sum(axis=0)) / sd
    return d_u, (delta * x_hat).sum(axis=0), delta.sum(axis=0)


def back_mean_parameters(delta, x_hat, sd, gamma):
    """The 1/N taken twice."""
    d_u, _, _ = batch_norm_backward(delta, x_hat, sd, gamma)
    return d_u, (delta * x_hat).mean(axis=0), delta.mean(axis=0)


def back_no_gamma(delta, x_hat, sd, gamma):
    """Gamma forgotten on the way back."""
    _, d_gamma, d_beta = batch_norm_backward(delta, x_hat, sd, gamma)
    return batch_norm_backward(delta, x_hat, sd, np.ones_like(gamma))[0], d_gamma, d_beta


BATCH_NORM_BACKWARD = {
    "You took mean and sd as constants. They are made of the u of the batch: a change of one u "
    "changes them, and every x̂ of the column.": back_constants,
    "The way through the mean is there; the one through sd is missing.": back_mean_only,
    "The way through sd is there; the one through the mean is missing.": back_spread_only,
    "Each u has a share of 1/N in mean and variance: take means over the cases in ∂J/∂u.": (
        back_sums
    ),
    "delta has the 1/N of the mean in it already: ∂J/∂gamma and ∂J/∂beta are sums.": (
        back_mean_parameters
    ),
    "z = gamma x̂ + beta: on the way back to u, delta has to pass gamma.": back_no_gamma,
}


# ---------------------------------------------------------------- fold


def fold_forgets_mean(W, gamma, beta, mean, var, eps):
    """The mean is not taken off."""
    return fold(W, gamma, beta, mean, var, eps)[0], beta


def fold_mean_unscaled(W, gamma, beta, mean, var, eps):
    """The mean is taken off after the scaling."""
    return fold(W, gamma, beta, mean, var, eps)[0], beta - mean


def fold_mean_added(W, gamma, beta, mean, var, eps):
    """With the wrong sign."""
    new, b = fold(W, gamma, beta, mean, var, eps)
    return new, 2 * beta - b


def fold_no_root(W, gamma, beta, mean, var, eps):
    """Divided by the variance."""
    scale = gamma / (var + eps)
    return W * scale, beta - mean * scale


def fold_scaled_beta(W, gamma, beta, mean, var, eps):
    """Beta is scaled as well."""
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (beta - mean) * scale


FOLD = {
    "The mean is missing: it is taken off before the scaling.": fold_forgets_mean,
    "The mean is taken off before the scaling, so it is scaled, too.": fold_mean_unscaled,
    "The mean is taken off, not added.": fold_mean_added,
    "Divide by the root of var + eps.": fold_no_root,
    "β comes after the scaling and stays as it is.": fold_scaled_beta,
}

"""Wrong answers to exercises of notebook 03b and what to say of them: rows, columns, rates.

Each has the signature of the right answer; each table lists message -> wrong answer, and the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

# ---------------------------------------------------------------- column_layer


def column_no_mean(W, A, dZ):
    """Sums instead of means."""
    return dZ @ A.T, dZ.sum(axis=1, keepdims=True), W.T @ dZ


def column_flat_bias(W, A, dZ):
    """Lecture 4's Σ without keeping the column: (n_out,)."""
    m = A.shape[1]
    return dZ @ A.T / m, dZ.sum(axis=1) / m, W.T @ dZ


def column_mean_below(W, A, dZ):
    """1/m on the way down as well."""
    m = A.shape[1]
    return dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m, W.T @ dZ / m


def column_rows(W, A, dZ):
    """m is the number of rows."""
    m = A.shape[0]
    return dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m, W.T @ dZ


def column_sum_bias(W, A, dZ):
    """The mean for the weights alone."""
    return dZ @ A.T / A.shape[1], dZ.sum(axis=1, keepdims=True), W.T @ dZ


COLUMN_LAYER = {
    "1/m is missing. In lecture 4's convention dZ belongs to single cases, so the mean is taken "
    "here, in ∂J/∂W and ∂J/∂b.": column_no_mean,
    "∂J/∂b must keep its shape (n_out, 1): a plain sum gives (n_out,), and b minus that would be "
    "(n_out, n_out). The sum has an option for it.": column_flat_bias,
    "The gradients are right. dA goes on to the next layer, which takes the mean again: with a "
    "1/m in it the mean would be taken once for every layer.": column_mean_below,
    "m is the number of cases, and cases are columns here.": column_rows,
    "∂J/∂W is right. ∂J/∂b is a mean over the cases as well.": column_sum_bias,
}

# ---------------------------------------------------------------- from_columns


def columns_as_they_are(layers):
    """W not transposed."""
    return np.concatenate([part.ravel() for W, b in layers for part in (W, b)])


def columns_bias_first(layers):
    """b before W."""
    return np.concatenate([part.ravel() for W, b in layers for part in (b, W.T)])


def columns_by_kind(layers):
    """All W, then all b."""
    return np.concatenate([W.T.ravel() for W, _ in layers] + [b.ravel() for _, b in layers])


def columns_backwards(layers):
    """Last layer first."""
    return np.concatenate([part.ravel() for W, b in layers[::-1] for part in (W.T, b)])


FROM_COLUMNS = {
    "Lecture 4's W is (n_out, n_in), the course's (n_in, n_out): transpose it before you unroll "
    "it row by row.": columns_as_they_are,
    "In each layer W comes first, then b.": columns_bias_first,
    "theta goes layer by layer: W and b of the first, then W and b of the second.": columns_by_kind,
    "The first layer comes first.": columns_backwards,
}

# ---------------------------------------------------------------- sweep_step


def sweep_mean(theta, v, dJ, N, eps, alpha, decay):
    """∂J/∂w for ∂E/∂w."""
    v = alpha * v - eps * dJ
    return (1 - decay) * (theta + v), v


def sweep_divided(theta, v, dJ, N, eps, alpha, decay):
    """1/N the wrong way."""
    v = alpha * v - eps * dJ / N
    return (1 - decay) * (theta + v), v


def sweep_decay_first(theta, v, dJ, N, eps, alpha, decay):
    """Decay before the change."""
    v = alpha * v - eps * N * dJ
    return (1 - decay) * theta + v, v


def sweep_uphill(theta, v, dJ, N, eps, alpha, decay):
    """Along the gradient."""
    v = alpha * v + eps * N * dJ
    return (1 - decay) * (theta + v), v


def sweep_rate_outside(theta, v, dJ, N, eps, alpha, decay):
    """eps on the last change as well."""
    v = eps * (alpha * v - N * dJ)
    return (1 - decay) * (theta + v), v


def sweep_kept_share(theta, v, dJ, N, eps, alpha, decay):
    """Only the share is kept."""
    v = alpha * v - eps * N * dJ
    return decay * (theta + v), v


SWEEP_STEP = {
    "The paper's E is the sum over the cases: ∂E/∂w is N times ∂J/∂w.": sweep_mean,
    "J is E/N, so E is N times J: multiply by N, do not divide.": sweep_divided,
    "Nearly: the weights lose their share after the change, so the change loses it too.": (
        sweep_decay_first
    ),
    "The weights go up the slope: the change is against the gradient.": sweep_uphill,
    "eps belongs to the gradient alone; the last change comes in with alpha only.": (
        sweep_rate_outside
    ),
    "A weight loses the share `decay` and keeps the rest, 1 − decay.": sweep_kept_share,
}

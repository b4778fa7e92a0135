"""Wrong answers to exercises of notebook 06b and what to say of them: inputs.

Some are lines of the lectures as they are printed or taken at their word. Each has the signature of
the right answer, and each table lists message -> wrong answer; the first that equals an attempt in
every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.preprocess import Transform, pca, standardize, whiten

# ---------------------------------------------------------------- standardize


def standardize_all(X):
    """One mean and one spread for all columns."""
    n = X.shape[1]
    return Transform(np.full(n, X.mean()), np.eye(n) / X.std())


def standardize_variance(X):
    """Divided by the variance."""
    return Transform(X.mean(axis=0), np.diag(1 / X.var(axis=0)))


def standardize_scale_only(X):
    """Scaled, not centred."""
    return Transform(np.zeros(X.shape[1]), standardize(X).A)


def standardize_center_only(X):
    """Centred, not scaled."""
    return Transform(X.mean(axis=0), np.eye(X.shape[1]))


def standardize_times(X):
    """Multiplied by the spread."""
    return Transform(X.mean(axis=0), np.diag(X.std(axis=0)))


STANDARDIZE = {
    "One mean and one spread for the whole table: each column needs its own, axis=0.": (
        standardize_all
    ),
    "You divided by the variance. It has the square of the column's units: divide by its root, "
    "the standard deviation.": standardize_variance,
    "The columns are scaled but not centred: the mean is missing.": standardize_scale_only,
    "The columns are centred but not scaled.": standardize_center_only,
    "You multiplied by the spread; a column that is too wide has to be divided by it.": (
        standardize_times
    ),
}


# ---------------------------------------------------------------- pca


def _axes(C):
    """Eigenvectors, the largest eigenvalue first."""
    return np.linalg.eigh(C)[1][:, ::-1]


def pca_uncentred(X, k=None):
    """Directions of X itself."""
    return Transform(X.mean(axis=0), _axes(X.T @ X)[:, :k])


def pca_smallest(X, k=None):
    """In eigh's order, the smallest first."""
    return Transform(X.mean(axis=0), _axes(np.cov(X.T))[:, ::-1][:, :k])


def pca_rows(X, k=None):
    """Components as rows."""
    return Transform(X.mean(axis=0), _axes(np.cov(X.T)).T[:, :k])


def pca_of_correlations(X, k=None):
    """Of the standardized columns."""
    return Transform(X.mean(axis=0), _axes(np.corrcoef(X.T))[:, :k])


PCA = {
    "The mean was not taken off before the products: the first component then points at the "
    "centre of the data.": pca_uncentred,
    "np.linalg.eigh sorts upwards: these are the directions of smallest variance. Turn them "
    "round.": pca_smallest,
    "The components are the columns of eigh's matrix; yours come from its rows.": pca_rows,
    "These are the components of the standardized columns (correlations). A rotation of X needs "
    "its covariances.": pca_of_correlations,
}


# ---------------------------------------------------------------- whiten


def whiten_rotation_only(X, k=None):
    """Lecture 1's decorrelation, which stops at the rotation."""
    return pca(X, k)


def whiten_variance(X, k=None):
    """Divided by the variance."""
    mean, A = pca(X, k)
    return Transform(mean, A / ((X - mean) @ A).var(axis=0))


def whiten_times(X, k=None):
    """Multiplied by the spread."""
    mean, A = pca(X, k)
    return Transform(mean, A * ((X - mean) @ A).std(axis=0))


def whiten_rows(X, k=None):
    """Divides the rows of A by the spread of the inputs."""
    mean, A = pca(X, k)
    return Transform(mean, A / X.std(axis=0)[:, None])


def whiten_uncentred(X, k=None):
    """Without the mean."""
    return Transform(np.zeros(X.shape[1]), whiten(X, k).A)


WHITEN = {
    "This is the rotation alone. The inputs are decorrelated, as lecture 1 asks, but each keeps "
    "its own variance: divide each component by its spread.": whiten_rotation_only,
    "You divided by the eigenvalue, the variance; divide by its root.": whiten_variance,
    "You multiplied by the spread of each component; divide by it.": whiten_times,
    "The spreads are those of the components, the columns of A, not those of the inputs.": (
        whiten_rows
    ),
    "The mean is missing: the new inputs shall have mean 0.": whiten_uncentred,
}

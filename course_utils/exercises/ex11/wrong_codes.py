"""Wrong answers to exercises of notebook 11 and what to say of them: codes, in NumPy.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn.codes import expected_position, match_shift, nearest_distance

# ---------------------------------------------------------------- subspace_cosines


def cosines_of_columns(A, B):
    """Column by column, as if the bases were orthonormal ones."""
    return np.linalg.svd((A / _lengths(A)).T @ (B / _lengths(B)), compute_uv=False)


def cosines_unscaled(A, B):
    """Singular values of the bases as they are."""
    return np.linalg.svd(A.T @ B, compute_uv=False)


def cosines_as_angles(A, B):
    """The angles themselves."""
    return np.arccos(np.minimum(_cosines(A, B), 1))


def cosines_squared(A, B):
    """The eigenvalues of MᵀM instead of the singular values of M."""
    return _cosines(A, B) ** 2


def _lengths(M):
    return np.linalg.norm(M, axis=0)


def _cosines(A, B):
    return np.linalg.svd(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0], compute_uv=False)


SUBSPACE_COSINES = {
    "The columns have length 1 now but are not at right angles to each other: np.linalg.qr gives "
    "orthonormal bases.": cosines_of_columns,
    "The bases went in as they are; make orthonormal ones of the same spaces first, "
    "np.linalg.qr.": cosines_unscaled,
    "These are the angles; their cosines are asked for.": cosines_as_angles,
    "These are the squares of the cosines: take singular values, not eigenvalues of the product "
    "with its transpose.": cosines_squared,
}


# ---------------------------------------------------------------- draw_codes


def draw_uncorrelated(codes, noise):
    """Each unit by itself."""
    return codes.mean(axis=0) + noise * codes.std(axis=0, ddof=1)


def draw_without_mean(codes, noise):
    """Around 0."""
    return noise @ np.linalg.cholesky(_covariance(codes)).T


def draw_untransposed(codes, noise):
    """noise L: the covariance Lᵀ L."""
    return codes.mean(axis=0) + noise @ np.linalg.cholesky(_covariance(codes))


def draw_by_covariance(codes, noise):
    """The covariance in place of its root."""
    return codes.mean(axis=0) + noise @ _covariance(codes)


def _covariance(codes):
    return np.atleast_2d(np.cov(codes, rowvar=False))


def draw_standard(codes, noise):
    """Standard normal codes."""
    return noise.copy()


DRAW_CODES = {
    "Each unit of the code is drawn by itself; these have the right spreads, but the units of a "
    "code go together: use their covariance.": draw_uncorrelated,
    "The new codes lie around 0: the mean of the codes is missing.": draw_without_mean,
    "noise @ L has the covariance Lᵀ L; rows times Lᵀ give L Lᵀ = C.": draw_untransposed,
    "The noise is multiplied by the covariance; its root L, with L Lᵀ = C, is asked for.": (
        draw_by_covariance
    ),
    "These are standard normal codes. An autoencoder's codes are where it put them.": (
        draw_standard
    ),
}


# ---------------------------------------------------------------- nearest_distance


def nearest_squared(A, B):
    """Without the root."""
    return nearest_distance(A, B) ** 2


def nearest_of_other(A, B):
    """From each row of B."""
    return nearest_distance(B, A)


def nearest_to_mean(A, B):
    """To the mean image."""
    return np.sqrt(((A - B.mean(axis=0)) ** 2).sum(axis=1))


def nearest_on_average(A, B):
    """The mean distance to all rows."""
    return np.sqrt(((A[:, None] - B) ** 2).sum(axis=2)).mean(axis=1)


def nearest_absolute(A, B):
    """Sums of absolute differences."""
    return np.abs(A[:, None] - B).sum(axis=2).min(axis=1)


NEAREST_DISTANCE = {
    "This is the squared distance; its root is asked for.": nearest_squared,
    "One distance for each row of B; for each row of A the nearest of B is asked for.": (
        nearest_of_other
    ),
    "This is the distance to the mean of B, not to the row that is nearest.": nearest_to_mean,
    "This is the mean distance to all rows of B; the smallest is asked for.": nearest_on_average,
    "These are sums of absolute differences; the Euclidean distance adds squares.": (
        nearest_absolute
    ),
}


# ---------------------------------------------------------------- expected_position


def position_swapped(maps):
    """Column first."""
    return expected_position(maps)[:, ::-1]


def position_of_maximum(maps):
    """The largest pixel."""
    at = maps.reshape(len(maps), -1).argmax(axis=1)
    return np.stack(np.unravel_index(at, maps.shape[1:]), axis=1).astype(float)


def position_unnormalized(maps):
    """The sums as they are."""
    return expected_position(maps) * maps.sum(axis=(1, 2))[:, None]


def position_from_one(maps):
    """Counted from 1."""
    return expected_position(maps) + 1


EXPECTED_POSITION = {
    "The column comes first here; the row is asked for first, as in an array's index.": (
        position_swapped
    ),
    "This is the largest pixel. The mean position uses the whole map and can lie between "
    "pixels.": position_of_maximum,
    "The maps do not sum to 1, so these are no means: divide by each map's sum.": (
        position_unnormalized
    ),
    "Rows and columns are counted from 0.": position_from_one,
}


# ---------------------------------------------------------------- match_shift


def match_other_way(left, right, most):
    """left[i] with right[i + d]."""
    return match_shift(right, left, most)


def match_round_the_edge(left, right, most):
    """np.roll brings dots from the other end."""
    shifts = np.arange(-most, most + 1)
    return shifts[np.argmax([(right * np.roll(left, -d, 1)).mean(1) for d in shifts], axis=0)]


def match_worst(left, right, most):
    """The smallest agreement."""
    return match_shift(left, -right, most)


def match_index(left, right, most):
    """The place in the list of shifts."""
    return match_shift(left, right, most) + most


def match_summed(left, right, most):
    """Sums: fewer places count less."""
    dots, shifts = left.shape[1], np.arange(-most, most + 1)
    agreement = []
    for d in shifts:
        i = np.arange(max(0, -d), min(dots, dots - d))
        agreement.append((right[:, i] * left[:, i + d]).sum(axis=1))
    return shifts[np.argmax(agreement, axis=0)]


MATCH_SHIFT = {
    "right[i] is to be compared with left[i + d], not left[i] with right[i + d].": match_other_way,
    "np.roll brings dots in from the other end, and they belong to nothing: leave out the places "
    "where i + d does not exist.": match_round_the_edge,
    "This is the shift with the least agreement.": match_worst,
    "This is the place in the list of shifts; the shift itself is asked for.": match_index,
    "Agreements are summed over more places for small shifts than for large ones; take their "
    "mean.": match_summed,
}

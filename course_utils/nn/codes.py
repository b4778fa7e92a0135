"""What is measured of codes and reconstructions: subspaces, draws, distances, positions, shifts.

Everything is NumPy; codes and images come from any network as arrays, examples as rows.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray


def _takes_rows(name: str, A) -> None:
    guard.array(name, A)
    if A.ndim != 2 or not A.size:
        raise ValueError(f"{name} has shape {A.shape}; it must be (N, n), N and n at least 1.")
    guard.finite(name, A)


def _takes_bases(A, B) -> None:
    for name, M in (("A", A), ("B", B)):
        _takes_rows(name, M)
        if M.shape[1] > len(M) or np.linalg.matrix_rank(M) < M.shape[1]:
            raise ValueError(
                f"{name} has shape {M.shape} and rank {np.linalg.matrix_rank(M)}; a basis has "
                f"linearly independent columns: take np.linalg.qr of fewer columns, or {name}.T."
            )
    if len(A) != len(B):
        raise ValueError(f"A has {len(A)} rows and B {len(B)}: they must lie in the same space.")


@takes(_takes_bases)
def subspace_cosines(A: Array, B: Array) -> Array:
    """Cosines of the principal angles between the spaces that the columns of A and of B span.

    A  (n, k), B (n, m): any bases, columns independent, neither of length 1 nor at right angles

    Returns (min(k, m),), from the largest cosine (the smallest angle) to the smallest. All are 1
    where one space lies in the other. Björck & Golub 1973.
    """
    Q_A, Q_B = np.linalg.qr(A)[0], np.linalg.qr(B)[0]  # orthonormal bases of the same spaces
    return np.linalg.svd(Q_A.T @ Q_B, compute_uv=False)


def _takes_codes(codes, noise) -> None:
    _takes_rows("codes", codes)
    _takes_rows("noise", noise)
    k = codes.shape[1]
    if noise.shape[1] != k:
        raise ValueError(
            f"noise has {noise.shape[1]} columns, but the codes have {k}: one for each unit."
        )
    if np.linalg.matrix_rank(codes - codes.mean(axis=0)) < k:
        raise ValueError(
            f"The {len(codes)} codes do not vary in all {k} directions, so their covariance has no "
            f"Cholesky factor: take more examples, or leave out units that never change."
        )


@takes(_takes_codes)
def draw_codes(codes: Array, noise: Array) -> Array:
    """New codes, drawn from the normal distribution that has the codes' mean and covariance.

    codes  (N, k), those of the training images
    noise  (M, k), standard normal numbers, one row for each new code

    Returns (M, k). Among the covariances that differ by 1/N and 1/(N - 1), take `np.cov`'s, and as
    its root `np.linalg.cholesky`'s.
    """
    L = np.linalg.cholesky(np.atleast_2d(np.cov(codes, rowvar=False)))  # C = L Lᵀ
    return codes.mean(axis=0) + noise @ L.T


def _takes_two_sets(A, B) -> None:
    _takes_rows("A", A)
    _takes_rows("B", B)
    if A.shape[1] != B.shape[1]:
        raise ValueError(f"A has {A.shape[1]} columns and B {B.shape[1]}: compare like with like.")


@takes(_takes_two_sets)
def nearest_distance(A: Array, B: Array) -> Array:
    """How far each row of A is from the row of B that is nearest to it, (len(A),).

    A  (N, n), for instance images that were made; B (M, n), for instance the training images

    The distance is the Euclidean one, √Σ (a - b)².
    """
    squared = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T  # (N, M)
    return np.sqrt(np.abs(squared.min(axis=1)))  # abs, because rounding may leave -1e-16


def _takes_maps(maps) -> None:
    guard.array("maps", maps)
    if maps.ndim != 3 or not maps.size:
        raise ValueError(f"maps has shape {maps.shape}; it must be (N, height, width).")
    guard.finite("maps", maps)
    if maps.min() < 0 or (maps.sum(axis=(1, 2)) <= 0).any():
        raise ValueError(
            f"maps goes from {maps.min():g}, and a map's sum may be 0; probabilities are ≥ 0 and "
            f"not all 0: take a softmax or a sigmoid of what the network gives."
        )


@takes(_takes_maps)
def expected_position(maps: Array) -> Array:
    """Where each map of probabilities lies: its mean row and its mean column, (N, 2).

    maps  (N, height, width), ≥ 0; what each sums to is not important

    Rows and columns are counted from 0, so a map with a single pixel [2, 5] above 0 has (2, 5).
    """
    p = maps / maps.sum(axis=(1, 2), keepdims=True)
    _, height, width = maps.shape
    row, column = p.sum(axis=2) @ np.arange(height), p.sum(axis=1) @ np.arange(width)
    return np.stack([row, column], axis=1)


def _takes_pairs(left, right, most) -> None:
    _takes_rows("left", left)
    _takes_rows("right", right)
    guard.count("most", most, least=0)
    if left.shape != right.shape or left.shape[1] <= most:
        raise ValueError(
            f"left has shape {left.shape} and right {right.shape}, with shifts up to {most}: both "
            f"must be (N, dots) with more dots than that."
        )


@takes(_takes_pairs)
def match_shift(left: Array, right: Array, most: int) -> Array:
    """The shift d of each pair of rows for which right[i] and left[i + d] agree best, (N,).

    left, right  (N, dots), dots of -1 and +1
    most         d is sought among -most, …, most

    Agreement is the mean of right[i] · left[i + d] over the places i where both exist; of equals
    the smallest d is taken.
    """
    shifts, (_, dots), agreement = np.arange(-most, most + 1), left.shape, []
    for d in shifts:
        i = np.arange(max(0, -d), min(dots, dots - d))  # where both exist
        agreement.append((right[:, i] * left[:, i + d]).mean(axis=1))
    return shifts[np.argmax(agreement, axis=0)]

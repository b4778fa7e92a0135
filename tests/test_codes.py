"""Subspaces, draws, distances, positions and shifts, against SciPy, scikit-learn and by hand."""

import numpy as np
import pytest
from scipy.linalg import subspace_angles
from scipy.ndimage import center_of_mass
from scipy.spatial.distance import cdist

from course_utils.nn.codes import (
    draw_codes,
    expected_position,
    match_shift,
    nearest_distance,
    subspace_cosines,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# ---------------------------------------------------------------- subspaces


@pytest.mark.parametrize(("n", "k", "m"), [(3, 1, 1), (8, 3, 3), (8, 2, 5), (8, 5, 2)])
def test_cosines_are_those_of_scipys_angles(rng, n, k, m):
    A, B = rng.normal(size=(n, k)), rng.normal(size=(n, m))
    angles = subspace_angles(A, B)[::-1]  # SciPy's largest comes first
    np.testing.assert_allclose(subspace_cosines(A, B), np.cos(angles), rtol=1e-10)


def test_any_basis_of_the_same_space_has_cosines_of_1(rng):
    A = rng.normal(size=(6, 3))
    np.testing.assert_allclose(subspace_cosines(A, A @ rng.normal(size=(3, 3))), 1, rtol=1e-12)


def test_two_lines_meet_at_the_angle_that_was_drawn():
    A, B = np.array([[1.0], [0.0]]), np.array([[1.0], [np.sqrt(3)]])
    np.testing.assert_allclose(subspace_cosines(A, B), 0.5, rtol=1e-12)  # 60 degrees


# ---------------------------------------------------------------- draws


@pytest.mark.parametrize("k", [1, 3])
def test_draws_have_the_codes_mean_and_covariance(rng, k):
    codes = rng.normal(size=(50, k)) @ rng.normal(size=(k, k)) + 3
    noise = rng.normal(size=(40, k))
    noise = (noise - noise.mean(axis=0)) @ np.linalg.inv(
        np.linalg.cholesky(np.atleast_2d(np.cov(noise.T))).T
    )  # mean 0 and covariance 1 exactly, so that the draws have nothing left to chance
    drawn = draw_codes(codes, noise)
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(codes.T), rtol=1e-10)


# ---------------------------------------------------------------- distances


def test_the_nearest_distance_is_scipys(rng):
    A, B = rng.random((7, 5)), rng.random((11, 5))
    np.testing.assert_allclose(nearest_distance(A, B), cdist(A, B).min(axis=1), rtol=1e-9)


def test_a_copy_is_found_although_rounding_may_go_below_0(rng):
    B = 100 + rng.random((30, 64))
    # squares near 640,000 are rounded at 1e-10, a few of them add up: a distance of 0 at 1e-4
    np.testing.assert_allclose(nearest_distance(B[::-1], B), 0, atol=1e-4)


# ---------------------------------------------------------------- positions


def test_the_position_is_scipys_centre_of_mass(rng):
    maps = rng.random((4, 5, 7)) ** 4
    expected = [center_of_mass(one) for one in maps]
    np.testing.assert_allclose(expected_position(maps), expected, rtol=1e-12)


# ---------------------------------------------------------------- shifts


def test_the_shift_that_was_made_is_found():
    left = np.array([[1, -1, -1, 1, 1, 1, -1, 1, -1, -1.0]])
    for d in (-2, -1, 0, 1, 2):
        right = np.roll(left, -d, axis=1)  # right[i] = left[i + d], but at the edge
        assert match_shift(left, right, 2) == d


def test_of_equal_agreements_the_smallest_shift_is_taken():
    assert match_shift(np.ones((1, 6)), np.ones((1, 6)), 2) == -2


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: subspace_cosines(np.ones((3, 2)), np.eye(3)), "A has shape .* and rank 1"),
        (lambda: subspace_cosines(np.ones((2, 3)), np.eye(2)), r"A has shape \(2, 3\)"),
        (lambda: subspace_cosines(np.eye(3), np.eye(4)), "A has 3 rows and B 4"),
        (lambda: draw_codes(np.ones((5, 2)), np.ones((1, 2))), "do not vary in all 2 directions"),
        (lambda: draw_codes(np.eye(3), np.ones((1, 2))), "noise has 2 columns"),
        (lambda: nearest_distance(np.ones((2, 3)), np.ones((2, 4))), "A has 3 columns and B 4"),
        (lambda: nearest_distance(np.ones((2, 3)), np.ones((0, 3))), r"B has shape \(0, 3\)"),
        (lambda: nearest_distance(np.full((1, 2), np.nan), np.eye(2)), "nan"),
        (lambda: expected_position(np.ones((4, 4))), r"maps has shape \(4, 4\)"),
        (lambda: expected_position(np.zeros((1, 2, 2))), "not all 0"),
        (lambda: expected_position(-np.ones((1, 2, 2))), "goes from -1"),
        (lambda: match_shift(np.ones((1, 3)), np.ones((1, 3)), 3), "shifts up to 3"),
        (lambda: match_shift(np.ones((1, 3)), np.ones((1, 4)), 1), r"right \(1, 4\)"),
    ],
)
def test_bad_input_is_refused_with_the_value(call, says):
    with pytest.raises(ValueError, match=says):
        call()

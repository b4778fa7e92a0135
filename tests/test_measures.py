"""The mean squared error against scikit-learn, torch and a case by hand."""

import numpy as np
import pytest
import torch
from sklearn import metrics

from course_utils.nn.functions import squared_error
from course_utils.nn.measures import mean_squared_error

SHAPES = [(1, 1), (7, 1), (1, 4), (5, 3), (200, 10)]


@pytest.fixture(params=SHAPES, ids=str)
def pair(request):
    rng = np.random.default_rng(1)
    return rng.normal(size=request.param), rng.normal(3.0, 2.0, size=request.param)


def test_it_equals_scikit_learns_errors_added_over_the_outputs(pair):
    P, Y = pair
    theirs = metrics.mean_squared_error(Y, P, multioutput="raw_values").sum()
    assert mean_squared_error(P, Y) == pytest.approx(theirs, rel=1e-12)


def test_torch_averages_over_the_outputs_too(pair):
    P, Y = pair
    theirs = torch.nn.MSELoss()(torch.from_numpy(P), torch.from_numpy(Y)).item()
    assert mean_squared_error(P, Y) == pytest.approx(P.shape[1] * theirs, rel=1e-12)


def test_it_is_twice_the_squared_error_of_the_lectures(pair):
    assert mean_squared_error(*pair) == pytest.approx(2 * squared_error.mean(*pair), rel=1e-12)


def test_a_case_by_hand():
    P = np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 1.0]])
    Y = np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 1.0]])
    assert mean_squared_error(P, Y) == 7.0  # (0 + 4 + 1 + 9 + 0 + 0) / 2


def test_it_is_zero_where_outputs_are_targets_and_nowhere_else(pair):
    P, _ = pair
    off = P.copy()
    off[-1, -1] += 1e-3
    assert mean_squared_error(P, P) == 0 < mean_squared_error(off, P)


def test_float32_in_gives_float32_out(pair):
    P, Y = (A.astype(np.float32) for A in pair)
    assert mean_squared_error(P, Y).dtype == np.float32


def test_targets_may_be_whole_numbers_of_any_kind():
    P, Y = np.array([[0.5, 0.25]]), np.array([[1, 0]])
    for dtype in (np.uint8, np.int64, bool):
        assert mean_squared_error(P, Y.astype(dtype)) == 0.3125


def test_nan_is_not_hidden():
    assert np.isnan(mean_squared_error(np.array([[np.nan, 1.0]]), np.zeros((1, 2))))


@pytest.mark.parametrize(
    ("P", "Y", "error", "words"),
    [
        ([[1.0]], np.ones((1, 1)), TypeError, "P is a list"),
        (np.ones((1, 1)), None, TypeError, "Y is a NoneType"),
        (np.ones(3), np.ones((3, 1)), ValueError, r"P has shape \(3,\)"),
        (np.ones((3, 1)), np.ones(3), ValueError, r"write Y\[:, None\]"),
        (np.ones((3, 2)), np.ones((2, 3)), ValueError, r"\(3, 2\) and Y \(2, 3\)"),
        (np.ones((3, 1)), np.ones((3, 2)), ValueError, "in its own place"),
        (np.ones((0, 2)), np.ones((0, 2)), ValueError, "nothing in them"),
        (np.ones((2, 0)), np.ones((2, 0)), ValueError, "nothing in them"),
        (np.ones((1, 2), np.uint8), np.ones((1, 2), np.uint8), ValueError, "dtype uint8"),
        (np.ones((1, 2), object), np.ones((1, 2)), ValueError, "dtype object"),
        (np.ones((1, 2), complex), np.ones((1, 2)), ValueError, "dtype complex128"),
    ],
)
def test_bad_input_is_refused_with_its_value(P, Y, error, words):
    with pytest.raises(error, match=words):
        mean_squared_error(P, Y)

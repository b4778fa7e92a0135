"""Lines that exist and lines that do not, against linear, quadratic and integer programs."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp, minimize
from sklearn.preprocessing import PolynomialFeatures

from course_utils.datasets import parity, symmetry, xor
from course_utils.nn.perceptron import margin, predict, signs, with_bias
from course_utils.nn.separability import monomials, refutation, separating, smallest_order, widest

BITS = xor()[0]


def bits(make, n):
    X, Y = make(n)
    return X, signs(Y.ravel())


@pytest.mark.parametrize("answers", list(product([-1.0, 1.0], repeat=4)))
def test_of_the_16_functions_of_two_bits_two_have_no_line(answers):
    y = np.array(answers)
    if len(set(answers)) == 1:
        with pytest.raises(ValueError, match="any line does"):
            separating(with_bias(BITS), y)
        return
    w, a = separating(with_bias(BITS), y), refutation(with_bias(BITS), y)
    if answers in ((-1, 1, 1, -1), (1, -1, -1, 1)):
        assert w is None
        np.testing.assert_allclose(a, 0.25)
    else:
        assert a is None
        assert (predict(w, with_bias(BITS)) == y).all()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("N", [5, 12])
def test_there_is_a_line_or_a_refutation_and_never_both(seed, N):
    rng = np.random.default_rng(seed)
    X, y = with_bias(rng.normal(size=(N, 2))), rng.choice([-1.0, 1.0], N)
    y[:2] = [-1, 1]
    w, a = separating(X, y), refutation(X, y)
    assert (w is None) != (a is None)
    if a is None:
        assert (y * (X @ w)).min() > 1 - 1e-9
    else:
        assert a.min() >= 0
        assert a.sum() == pytest.approx(1)
        np.testing.assert_allclose((a * y) @ X, 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_widest_margin_is_what_a_quadratic_program_finds(seed):
    rng = np.random.default_rng(seed)
    X, teacher = with_bias(rng.normal(size=(25, 3))), rng.normal(size=4)
    y = np.where(X @ teacher > 0, 1.0, -1.0)
    found = minimize(
        lambda w: w @ w / 2, separating(X, y), jac=lambda w: w, method="SLSQP",
        constraints={"type": "ineq", "fun": lambda w: y * (X @ w) - 1}, options={"ftol": 1e-14},
    ).x  # fmt: skip
    w = widest(X, y)
    assert np.linalg.norm(w) == pytest.approx(1)
    assert margin(w, X, y) == pytest.approx(1 / np.linalg.norm(found), rel=1e-6)
    np.testing.assert_allclose(w, found / np.linalg.norm(found), atol=1e-5)


@pytest.mark.parametrize("gap", [1e-2, 1e-4])
def test_a_narrow_margin_is_found_too(gap):
    X = with_bias(np.array([[0.0, 0.0], [1.0, 1.0], [0.0, gap], [1.0, 1 + gap]]))
    y = np.array([-1.0, -1.0, 1.0, 1.0])
    assert margin(widest(X, y), X, y) == pytest.approx(gap / 2 / np.sqrt(2 + gap**2 / 4), rel=1e-3)


def test_without_a_line_there_is_no_widest_margin():
    with pytest.raises(ValueError, match=r"refutation\(X, y\) shows why"):
        widest(with_bias(BITS), signs(xor()[1].ravel()))


# ---------------------------------------------------------------- orders


@pytest.mark.parametrize("n", range(2, 7))
def test_parity_has_the_order_of_all_its_bits(n):
    assert smallest_order(*bits(parity, n)) == n


@pytest.mark.parametrize("n", range(2, 7))
def test_symmetry_has_order_two(n):
    assert smallest_order(*bits(symmetry, n)) == 2


@pytest.mark.parametrize("n", [2, 4, 6])
def test_and_or_and_majority_have_order_one(n):
    X = parity(n)[0]
    for ones in (1, (n + 1) // 2, n):
        assert smallest_order(X, np.where(X.sum(axis=1) >= ones, 1.0, -1.0)) == 1


def test_equal_cases_of_both_classes_have_no_order():
    assert smallest_order(np.zeros((2, 2)), np.array([-1.0, 1.0])) is None


@pytest.mark.parametrize(("n", "order"), [(1, 1), (3, 2), (4, 4), (5, 0)])
def test_monomials_are_scikit_learns_interactions(n, order):
    X = np.random.default_rng(0).normal(size=(6, n))
    oracle = PolynomialFeatures((0, order), interaction_only=True).fit_transform(X)
    np.testing.assert_allclose(monomials(X, order), oracle, rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "n", "fewest"), [(parity, 2, 1), (parity, 3, 2), (parity, 4, 5), (symmetry, 6, 7)]
)
def test_the_best_line_makes_so_many_mistakes(make, n, fewest, capfd):
    # an integer program: e_n = 1 lets case n be wrong; weights of threshold functions of 6 bits
    # need no more than 9 for the nearest case to be 1 away, so 20 is room enough
    X, y = bits(make, n)
    X = with_bias(X)
    N, n_w, largest = *X.shape, 20.0
    A = np.hstack([y[:, None] * X, (1 + largest * n_w) * np.eye(N)])
    found = milp(
        np.r_[np.zeros(n_w), np.ones(N)],
        constraints=LinearConstraint(A, lb=1),
        integrality=np.r_[np.zeros(n_w), np.ones(N)],
        bounds=Bounds(
            np.r_[-largest * np.ones(n_w), np.zeros(N)], np.r_[np.full(n_w, largest), np.ones(N)]
        ),
    )
    assert found.status == 0
    assert round(found.fun) == fewest


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("ask", [separating, refutation])
def test_a_solver_that_gives_up_has_not_said_no(ask, monkeypatch):
    gives_up = OptimizeResult(status=4, message="numerical difficulties")
    monkeypatch.setattr("scipy.optimize.linprog", lambda *_, **__: gives_up)
    with pytest.raises(RuntimeError, match=r"no answer \(numerical difficulties\)"):
        ask(with_bias(BITS), signs(xor()[1].ravel()))


@pytest.mark.parametrize("ask", [separating, refutation, widest])
@pytest.mark.parametrize(
    ("X", "y", "says"),
    [
        (np.eye(2), np.array([0.0, 1.0]), r"y\[0\] is 0.0.*signs\(y\)"),
        (np.eye(2), np.ones(2), "all 2 labels are 1"),
        (np.eye(2), np.ones(3), r"y has shape \(3,\)"),
        (np.ones(2), np.ones(2), r"X\[None, :\]"),
        (np.array([[np.inf, 1.0], [0.0, 1.0]]), np.array([-1.0, 1.0]), r"X\[0, 0\] is inf"),
    ],
)
def test_bad_data_are_refused(ask, X, y, says):
    with pytest.raises(ValueError, match=says):
        ask(X, y)


@pytest.mark.parametrize("order", [-1, 1.0, 3, True])
def test_an_order_that_the_inputs_do_not_have_is_refused(order):
    with pytest.raises(ValueError, match=f"order is {order}"):
        monomials(np.zeros((4, 2)), order)

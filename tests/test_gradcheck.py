"""Gradient checks: differences agree with torch's autograd, and their error is U-shaped in eps."""

import numpy as np
import pytest
import torch
from scipy.optimize import approx_fprime

from course_utils.nn.functions import identity, squared_error
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.mlp import MLP, init, mean_loss

NET = MLP((3, 4, 2))


def problem(seed=0, dtype=float):
    rng = np.random.default_rng(seed)
    theta, X, Y = init(NET, rng), rng.normal(size=(5, 3)), np.eye(2)[rng.integers(2, size=5)]
    args = [array.astype(dtype) for array in (theta, X, Y)]
    for array in args:
        array.setflags(write=False)
    return NET, *args


def torchs_gradient(net, theta, X, Y):
    """The gradient of the 3-4-2 network, by autograd, in float64."""
    t = torch.tensor(theta.astype(float), requires_grad=True)
    X, Y = (torch.tensor(array.astype(float)) for array in (X, Y))
    h = torch.tanh(X @ t[:12].reshape(3, 4) + t[12:16])
    J = torch.nn.functional.cross_entropy(h @ t[16:24].reshape(4, 2) + t[24:], Y)
    return torch.autograd.grad(J, t)[0].numpy()


@pytest.mark.parametrize("seed", range(5))
def test_central_differences_are_the_gradient(seed):
    """Truncation eps² = 4e-11 and rounding 1e-16 / eps = 2e-11: below 1e-9 together."""
    args = problem(seed)
    assert relative_error(finite_difference(*args), torchs_gradient(*args)) < 1e-9


def test_they_are_better_than_scipys_one_sided_ones():
    net, theta, X, Y = problem()
    exact = torchs_gradient(net, theta, X, Y)
    one_sided = approx_fprime(theta, lambda t: mean_loss(net, t, X, Y))
    central = finite_difference(net, theta, X, Y)
    assert relative_error(central, one_sided) < 1e-6
    assert relative_error(central, exact) < relative_error(one_sided, exact) / 10


def test_the_error_against_eps_is_u_shaped():
    """It falls like eps² down to the default, then grows like 1/eps: at 1e-12 no digit is left."""
    args = problem()
    exact = torchs_gradient(*args)
    error = {
        eps: relative_error(finite_difference(*args, eps=eps), exact)
        for eps in (1e-1, 1e-2, 1e-3, 6e-6, 1e-8, 1e-10, 1e-12)
    }
    assert error[1e-1] / error[1e-2] == pytest.approx(100, rel=0.1)
    assert error[1e-2] / error[1e-3] == pytest.approx(100, rel=0.1)
    assert min(error, key=error.get) == 6e-6
    assert error[6e-6] < error[1e-8] < error[1e-10] < error[1e-12]
    assert error[1e-12] > 1e-5


def test_a_quadratic_loss_has_no_truncation_error():
    """A linear net with squared error, by hand: J = (w x + b - y)²/2, at eps = 1/2."""
    net = MLP((1, 1), identity, identity, squared_error)
    gradient = finite_difference(
        net, np.array([2.0, 1.0]), np.array([[3.0]]), np.array([[5.0]]), eps=0.5
    )
    np.testing.assert_array_equal(gradient, [6.0, 2.0])


def test_float32_needs_a_larger_step_and_stays_float32():
    args = problem(dtype=np.float32)
    exact = torchs_gradient(*args)
    coarse, fine = (finite_difference(*args, eps=eps) for eps in (5e-3, 6e-6))
    assert coarse.dtype == np.float32
    assert relative_error(coarse, exact) < 1e-3 < relative_error(fine, exact)


@pytest.mark.parametrize("eps", [0, -1e-6, np.nan, np.inf, "1e-6", True, None, np.array(1e-6)])
def test_a_step_that_is_none_is_refused(eps):
    with pytest.raises(ValueError, match=r"eps is .*; it must be a finite number above 0"):
        finite_difference(*problem(), eps=eps)


def test_numpys_numbers_are_steps_too():
    args = problem()
    expected = finite_difference(*args, eps=1e-5)
    np.testing.assert_array_equal(finite_difference(*args, eps=np.float64(1e-5)), expected)


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0),
        ([0.0, 0.0], [0.0, 0.0], 0),
        ([3.0, 4.0], [0.0, 0.0], 1),
        ([3.0, 4.0], [-3.0, -4.0], 2),
        ([6.0, 8.0], [3.0, 4.0], 0.5),
        ([[3.0], [4.0]], [[3.0], [9.0]], 5 / np.sqrt(90)),
        (2.0, 1.0, 0.5),
    ],
)
def test_relative_error_by_hand(a, b, error):
    assert relative_error(a, b) == pytest.approx(error, rel=1e-15)
    assert relative_error(np.array(b), a) == relative_error(a, b)
    assert type(relative_error(a, b)) is float


def test_relative_error_knows_no_scale():
    a, b = np.random.default_rng(0).normal(size=(2, 9))
    assert relative_error(1e-9 * a, 1e-9 * b) == pytest.approx(relative_error(a, b), rel=1e-12)


def test_nan_is_no_agreement():
    assert np.isnan(relative_error([1.0, np.nan], [1.0, 2.0]))


def test_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"shapes differ: \(3,\) and \(3, 1\): compare"):
        relative_error(np.ones(3), np.ones((3, 1)))

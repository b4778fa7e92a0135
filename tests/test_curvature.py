"""Curvature against torch's Hessian, a case by hand (Shewchuk's), and runs of gradient descent."""

import numpy as np
import pytest
import torch

from course_utils.nn import curvature
from course_utils.nn.mlp import MLP, backprop, init
from course_utils.nn.optim import descend, fixed, gd, inverse_time

A, B = np.array([[3.0, 2.0], [2.0, 6.0]]), np.array([2.0, -8.0])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_hessian_is_torchs(rng):
    """A 3-4-2 net of tanh and softmax, 26 parameters; differences see about nine digits."""
    net = MLP((3, 4, 2))
    theta, X, Y = init(net, rng), rng.normal(size=(7, 3)), np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]

    def loss(t):
        W1, b1, W2, b2 = (t[s] for s in (slice(12), slice(12, 16), slice(16, 24), slice(24, 26)))
        h = torch.tanh(torch.tensor(X) @ W1.reshape(3, 4) + b1)
        u = h @ W2.reshape(4, 2) + b2
        return torch.nn.functional.cross_entropy(u, torch.tensor(Y))

    theirs = torch.autograd.functional.hessian(loss, torch.tensor(theta)).numpy()
    ours = curvature.finite_hessian(lambda t: backprop(net, t, X, Y), theta)
    np.testing.assert_allclose(ours, theirs, atol=1e-8)


def test_column_p_is_the_change_with_weight_p():
    """A field that is no gradient tells columns from rows; central differences of squares."""
    H = curvature.finite_hessian(lambda t: np.array([t[1] ** 2, 3 * t[0]]), np.array([1.0, 2.0]))
    np.testing.assert_allclose(H, [[0, 4], [3, 0]], atol=1e-8)


def test_quadratics_have_the_gradient_and_minimum_that_they_say(rng):
    fun, x = curvature.quadratic(A, B), np.array([-2.0, -2.0])
    theirs = torch.tensor(x, requires_grad=True)
    (theirs @ torch.tensor(A) @ theirs / 2 - torch.tensor(B) @ theirs).backward()
    np.testing.assert_allclose(fun(x)[1], theirs.grad.numpy())
    np.testing.assert_allclose(fun(np.array([2.0, -2.0]))[1], 0)


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ((2, 7), "positive definite"),
        ((-2, -7), "negative definite"),
        ((0, 7), "singular"),
        ((0, -7), "singular"),
        ((0, 0), "singular"),
        ((-2, 7), "indefinite"),
        ((-2, 0, 7), "indefinite"),
        ((1e-3, 1), "positive definite"),
        ((1e-12, 1), "singular"),
    ],
)
def test_kinds_follow_the_eigenvalues(eigenvalues, kind, rng):
    Q = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))[0]
    H = Q @ np.diag(np.array(eigenvalues, float)) @ Q.T
    assert curvature.kind((H + H.T) / 2) == kind


def test_the_first_exact_step_is_shewchuks():
    """The start, the matrix and the step of his figures 3 to 6."""
    x = np.array([-2.0, -2.0])
    first = curvature.exact_step(A, B, x)
    np.testing.assert_allclose(first, [0.08, -46 / 75], atol=1e-12)
    np.testing.assert_allclose(np.linalg.eigvalsh(A), [2, 7])
    assert abs((B - A @ first) @ (B - A @ x)) < 1e-12  # at right angles to the last


@pytest.mark.parametrize(("share", "converges"), [(0.999, True), (1.001, False)])
def test_the_largest_rate_is_the_edge(share, converges, rng):
    Q = rng.normal(size=(5, 5))
    H = Q @ Q.T + np.eye(5)
    fun = curvature.quadratic(H, np.zeros(5))
    run = descend(fun, np.ones(5), gd(share * curvature.largest_rate(H)), steps=20_000)
    assert (run.J[-1] < run.J[0]) == converges


def test_the_best_rate_is_the_best_of_all(rng):
    H = np.diag([1.0, 4.0, 10.0])
    rates = np.linspace(0.01, 0.2, 2000)
    slowest = np.abs(1 - rates[:, None] * np.diag(H)).max(axis=1)
    assert curvature.best_rate(H) == pytest.approx(rates[slowest.argmin()], abs=1e-4)
    kappa = curvature.condition_number(H)
    assert kappa == pytest.approx(np.linalg.cond(H))
    assert slowest.min() == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-3)


def test_newton_solves_a_quadratic_in_one_step(rng):
    x = rng.normal(size=2)
    _, g = curvature.quadratic(A, B)(x)
    np.testing.assert_allclose(x + curvature.newton_step(A, g), [2, -2])


def test_even_rates_shrink_every_direction_alike():
    curvatures, w = np.array([1.0, 100.0]), np.array([3.0, -2.0])
    rates = curvature.even_rates(curvatures, 0.25)
    np.testing.assert_allclose(w - rates * curvatures * w, 0.25 * w)


@pytest.mark.parametrize("rate", [fixed(0.05), inverse_time(0.1, 20)])
def test_an_online_pass_is_torchs_sgd(rate, rng):
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: rate(k + 1))
    theirs = [np.zeros(3)]
    for x, target in zip(torch.tensor(X), torch.tensor(y), strict=True):
        optimizer.zero_grad()
        (0.5 * (x @ w - target) ** 2).backward()
        optimizer.step()
        scheduler.step()
        theirs.append(w.detach().numpy().copy())
    np.testing.assert_allclose(curvature.online_pass(X, y, np.zeros(3), rate), theirs, atol=1e-12)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"H has shape \(2, 3\); a Hessian is \(P, P\)"):
        curvature.kind(np.ones((2, 3)))
    with pytest.raises(ValueError, match="H is not symmetric"):
        curvature.kind(np.array([[1.0, 2.0], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="eigenvalue -1; it must be positive definite"):
        curvature.largest_rate(np.diag([1.0, -1.0]))
    with pytest.raises(ValueError, match=r"has shape \(2, 2\) and a vector beside it \(3,\)"):
        curvature.quadratic(np.eye(2), np.ones(3))
    with pytest.raises(ValueError, match="H is singular"):
        curvature.newton_step(np.diag([1.0, 0.0]), np.ones(2))
    with pytest.raises(ValueError, match=r"returned a gradient of shape \(3,\)"):
        curvature.finite_hessian(lambda t: np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match=r"eps is -1"):
        curvature.finite_hessian(lambda t: t, np.ones(2), -1)
    with pytest.raises(ValueError, match=r"shrink is 1\.0"):
        curvature.even_rates(np.ones(2), 1.0)
    with pytest.raises(ValueError, match=r"curvatures are .*each must be above 0"):
        curvature.even_rates(np.array([1.0, 0.0]), 0.5)
    with pytest.raises(TypeError, match=r"rate is 0\.1; give a schedule"):
        curvature.online_pass(np.ones((2, 1)), np.ones(2), np.ones(1), 0.1)
    with pytest.raises(ValueError, match=r"X, y and w have shapes"):
        curvature.online_pass(np.ones((2, 1)), np.ones(2), np.ones(2), fixed(0.1))

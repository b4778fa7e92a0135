"""4D-Var: its gradient against differences and torch, its linear case against the BLUE analysis."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg
from scipy.optimize import minimize

from course_utils.nn import second_order
from course_utils.nn.adjoint import (
    FourDVar,
    InControlSpace,
    Linear,
    Lorenz63,
    background_gradient,
    gauss_newton,
    gauss_newton_product,
    observation_gradient,
)
from course_utils.nn.gradcheck import relative_error

SEEDS = range(5)


def covariance(rng, n):
    A = rng.normal(size=(n, n))
    return A @ A.T / n + 0.5 * np.eye(n)


def linear_window(seed, n=4, m=2, steps=6):
    rng = np.random.default_rng(seed)
    M, H = Linear(rng.normal(size=(n, n)) / np.sqrt(n)), Linear(rng.normal(size=(m, n)))
    y = {k: rng.normal(size=m) for k in (0, 2, 3, 6)}
    return FourDVar(M, H, covariance(rng, n), covariance(rng, m), rng.normal(size=n), y, steps)


def lorenz_window(seed, steps=24, sd=1.0):
    rng, model, H = np.random.default_rng(seed), Lorenz63(), Linear(np.eye(3)[[0, 2]])
    x = np.array([1.0, 1.0, 20.0]) + rng.normal(size=3)
    for _ in range(400):
        x = model.run(x)
    truth = [x]
    for _ in range(steps):
        truth.append(model.run(truth[-1]))
    y = {k: H.run(truth[k]) + sd * rng.normal(size=2) for k in range(0, steps + 1, 6)}
    B = 0.5 * covariance(rng, 3)
    guess = x + np.linalg.cholesky(B) @ rng.normal(size=3)
    return FourDVar(model, H, B, sd**2 * np.eye(2), guess, y, steps)


class Square:
    """An instrument that reads squares: 𝓗 need not be linear."""

    def run(self, x):
        return x**2

    def tangent(self, x, dx):
        return 2 * x * dx

    def adjoint(self, x, a):
        return 2 * x * a


def differences(problem, x, h=1e-5):
    return np.array([(problem.loss(x + e) - problem.loss(x - e)) / (2 * h) for e in h * np.eye(3)])


def blue(p):
    """x_b + B Gᵀ (G B Gᵀ + R)⁻¹ (y - G x_b), all observations stacked: the Kalman analysis."""
    n = len(p.background)
    powers = [np.linalg.matrix_power(p.model.A, k) for k in range(p.steps + 1)]
    G = np.vstack([p.H.A @ powers[k] for k in p.times])
    y = np.concatenate([p.observations[k] for k in p.times])
    R = scipy.linalg.block_diag(*[p.R] * len(p.times))
    K = p.B @ G.T @ np.linalg.inv(G @ p.B @ G.T + R)
    return p.background + K @ (y - G @ p.background), (np.eye(n) - K @ G) @ p.B


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_vanishes_at_the_blue_analysis(seed):
    p = linear_window(seed)
    analysis, _ = blue(p)
    assert np.linalg.norm(p.gradient(analysis)) < 1e-12 * np.linalg.norm(p.gradient(p.background))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_minimizer_finds_the_blue_analysis(seed):
    p = linear_window(seed)
    analysis, _ = blue(p)
    control = InControlSpace(p)
    found = {  # its state, and how near
        "Gauss–Newton": (gauss_newton(p, tol=1e-12).x, 1e-8),
        "SciPy": (
            minimize(p, p.background, jac=True, method="BFGS", options={"gtol": 1e-10}).x,
            1e-8,
        ),
        "L-BFGS": (second_order.lbfgs(p, p.background, tol=1e-6).theta, 1e-5),
        "CG in v": (
            control.state(second_order.conjugate_gradient(control, np.zeros(4), tol=1e-6).theta),
            1e-5,
        ),
    }
    for name, (x, near) in found.items():
        assert relative_error(x, analysis) < near, name
    assert len(gauss_newton(p, tol=1e-9).path) == 2  # quadratic: one step


def test_the_hessian_is_the_inverse_of_the_analysis_covariance():
    p = linear_window(0)
    _, A = blue(p)
    states = p.states(p.background)
    hessian = np.array([p.hessian_product(states, e) for e in np.eye(4)])
    np.testing.assert_allclose(hessian, np.linalg.inv(A), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_that_of_j(seed):
    p = lorenz_window(seed)
    assert relative_error(p.gradient(p.background), differences(p, p.background)) < 1e-7


def test_an_instrument_may_be_nonlinear():
    p = lorenz_window(0)
    y = {k: np.ones(3) for k in (1, 4)}
    p = replace(p, H=Square(), R=100.0 * np.eye(3), observations=y)
    assert relative_error(p.gradient(p.background), differences(p, p.background)) < 1e-7
    c = InControlSpace(p)
    v, h = np.array([0.1, -0.2, 0.3]), 1e-5
    by_hand = np.array([(c(v + e)[0] - c(v - e)[0]) / (2 * h) for e in h * np.eye(3)])
    assert relative_error(c(v)[1], by_hand) < 1e-7


def test_the_parts_add_up():
    p = lorenz_window(1)
    x = p.background + 1.0
    parts = background_gradient(x, p.background, p.B) + observation_gradient(
        p.model, p.H, p.R, x, p.observations
    )
    J, g = p(x)
    np.testing.assert_allclose(g, parts, rtol=1e-12)
    np.testing.assert_array_equal(p.gradient(x), parts)
    assert p.loss(x) == pytest.approx(J, rel=1e-14)
    np.testing.assert_allclose(p.B @ background_gradient(x, p.background, p.B), np.ones(3))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hessian_product_is_that_of_the_linearized_problem(seed):
    """Where the misfits are 0 the Gauss–Newton Hessian is the Hessian: differences of gradients."""
    p = lorenz_window(seed)
    states = p.states(p.background)
    perfect = replace(p, observations={k: p.H.run(states[k]) for k in p.times})
    v, h = np.random.default_rng(seed).normal(size=3), 1e-6
    g = perfect.gradient(p.background + h * v) - perfect.gradient(p.background - h * v)
    assert relative_error(perfect.hessian_product(states, v), g / (2 * h)) < 1e-6


def test_the_control_variable_makes_the_eigenvalues_start_at_one():
    p = linear_window(3, n=6, m=2, steps=6)
    p = replace(p, observations={2: np.ones(2)})  # two readings, six unknowns
    states = p.states(p.background)
    H = np.array([InControlSpace(p).hessian_product(states, e) for e in np.eye(6)])
    eigenvalues = np.linalg.eigvalsh((H + H.T) / 2)
    np.testing.assert_allclose(eigenvalues[:4], 1, atol=1e-10)
    assert (eigenvalues[4:] > 1 + 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_gauss_newton_finds_what_lbfgs_finds(seed):
    p = lorenz_window(seed)
    g0 = np.abs(p.gradient(p.background)).max()
    ours = second_order.lbfgs(p, p.background, tol=1e-8 * g0)
    scipys = minimize(p, p.background, jac=True, method="L-BFGS-B", options={"ftol": 1e-15})
    outer = gauss_newton(p, tol=1e-8)
    assert relative_error(outer.x, ours.theta) < 1e-6
    assert relative_error(scipys.x, ours.theta) < 1e-4
    assert outer.gradients[-1] <= 1e-8 * outer.gradients[0]
    assert (np.diff(outer.products) <= 4).all()  # three unknowns: three products, and one to spare


def test_one_observation_at_the_start_needs_no_step():
    """Then it is one update: x_b + K (y - H x_b)."""
    p = replace(linear_window(1), observations={0: np.ones(2)})
    H, K = p.H.A, p.B @ p.H.A.T @ np.linalg.inv(p.H.A @ p.B @ p.H.A.T + p.R)
    expected = p.background + K @ (np.ones(2) - H @ p.background)
    assert relative_error(gauss_newton(p, tol=1e-12).x, expected) < 1e-8
    assert len(p.states(p.background)) == 1


def test_a_window_pickles():
    p = pickle.loads(pickle.dumps(lorenz_window(0)))
    assert p.loss(p.background) == lorenz_window(0).loss(p.background)


# ---------------------------------------------------------------- what is refused

P = lorenz_window(0)
LATE = {**P.observations, 25: np.zeros(2)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"observations": LATE}, "at step 25, outside the window 0 … 24: take steps=25, or leave"),
        ({"observations": {-1: np.zeros(2)}}, "at step -1, outside the window"),
        ({"observations": {}}, "observations is empty"),
        ({"observations": {3: np.zeros(3)}}, r"at step 3 has shape \(3,\), but H reads \(2,\)"),
        ({"observations": {3: np.array([np.nan, 0])}}, r"observations\[3\]\[0\] is nan"),
        ({"B": np.diag([1.0, 1.0, -0.5])}, "B has the eigenvalue -0.5; .* positive definite: add"),
        ({"B": np.zeros((3, 3))}, "B has the eigenvalue 0; a covariance is positive definite"),
        ({"R": np.array([[1.0, 0.5], [0.0, 1.0]])}, r"R is not symmetric: take \(R \+ R.T\) / 2"),
        ({"R": np.eye(3)}, r"R has shape \(3, 3\); it must be \(2, 2\)"),
        ({"B": np.ones(3)}, r"B has shape \(3,\); it must be \(3, 3\)"),
        ({"background": np.array([1.0, np.inf, 0.0])}, r"background\[1\] is inf"),
        ({"steps": 0}, "steps is 0; it must be a whole number of at least 1"),
    ],
)
def test_a_window_that_is_none_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(P, **change)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (lambda: background_gradient(np.ones(3), np.ones(2), np.eye(2)), "x, background and B"),
        (lambda: observation_gradient(P.model, P.H, P.R, np.ones(3), {}), "observations={}"),
        (
            lambda: gauss_newton_product(P.model, P.H, P.B, P.R, [np.ones(3)], (1,), np.ones(3)),
            r"times=\[1\] must name some of the 1 states, 0 to 0",
        ),
        (lambda: gauss_newton(P, outer=0), "outer is 0; it must be"),
        (lambda: gauss_newton(P, tol=0.0), "tol is 0.0; it must be"),
    ],
)
def test_bad_calls_are_refused(bad, said):
    with pytest.raises(ValueError, match=said):
        bad()

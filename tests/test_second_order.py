"""Newton, conjugate gradients and L-BFGS against SciPy: same minimum, as few evaluations."""

import numpy as np
import pytest
from scipy import optimize

from course_utils.nn.second_order import (
    LineSearchFailed,
    conjugate_gradient,
    jacobi,
    lbfgs,
    line_search,
    linear_cg,
    newton,
    newton_root,
    strong_wolfe,
    two_loop,
)


def rosenbrock(theta):
    return float(optimize.rosen(theta)), optimize.rosen_der(theta)


def least_squares(seed=0, N=60, n=12):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(N, n)) @ np.diag(np.logspace(0, 2, n))
    b = rng.normal(size=N)

    def fun(theta):
        r = A @ theta - b
        return float(r @ r) / (2 * N), A.T @ r / N

    return fun, np.linalg.lstsq(A, b)[0]


def positive_definite(seed, n, condition=1e3):
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    A = Q @ np.diag(np.geomspace(1, condition, n)) @ Q.T
    return (A + A.T) / 2, rng.normal(size=n)


SQUARES, SOLUTION = least_squares()
PROBLEMS = {
    "Rosenbrock in 2": (rosenbrock, np.array([-1.2, 1.0]), np.ones(2)),
    "Rosenbrock in 10": (rosenbrock, np.tile([-1.2, 1.0], 5), np.ones(10)),
    "least squares": (SQUARES, np.zeros(12), SOLUTION),
}
METHODS = {"CG": (conjugate_gradient, {}), "L-BFGS-B": (lbfgs, {"ftol": 0, "maxcor": 10})}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_minimum_is_scipys_at_no_more_than_one_and_a_half_times_its_evaluations(
    problem, method
):
    fun, start, solution = PROBLEMS[problem]
    minimizer, options = METHODS[method]
    found = minimizer(fun, start, tol=1e-5, steps=5000)
    options = options | {"gtol": 1e-5, "maxiter": 5000}
    scipys = optimize.minimize(fun, start, jac=True, method=method, options=options)
    assert np.abs(found.gradient).max() <= 1e-5
    np.testing.assert_allclose(found.theta, solution, atol=2e-4)
    np.testing.assert_allclose(found.J, scipys.fun, atol=1e-8)
    assert found.evaluations <= 1.5 * scipys.nfev


@pytest.mark.parametrize("minimizer", [lbfgs, conjugate_gradient])
def test_it_reports_its_path_its_evaluations_and_why_it_stopped(minimizer):
    calls = []

    def counted(theta):
        calls.append(theta)
        return rosenbrock(theta)

    start = np.array([-1.2, 1.0])
    found = minimizer(counted, start)
    np.testing.assert_array_equal(found.path[0], start)
    assert len(found.path) == len(found.losses) == len(found.calls) == found.steps + 1
    assert found.evaluations == len(calls)
    assert (np.diff(found.losses) < 0).all()
    assert "within tol=1e-05" in found.stopped
    assert minimizer(rosenbrock, start, steps=3).stopped == "all 3 steps are taken"
    np.testing.assert_array_equal(start, [-1.2, 1.0])


@pytest.mark.parametrize("seed", range(5))
def test_two_loop_is_the_product_with_the_bfgs_matrix(seed):
    """The matrix written out: H <- (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ, from γ I."""
    rng = np.random.default_rng(seed)
    A, g = positive_definite(seed, 6)
    S = [rng.normal(size=6) for _ in range(4)]
    Y = [A @ s for s in S]
    H = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1]) * np.eye(6)
    for s, y in zip(S, Y, strict=True):
        V = np.eye(6) - np.outer(y, s) / (s @ y)
        H = V.T @ H @ V + np.outer(s, s) / (s @ y)
    np.testing.assert_allclose(two_loop(g, S, Y), H @ g, rtol=1e-9)
    np.testing.assert_array_equal(two_loop(g, [], []), g)


def test_two_loop_inverts_once_it_has_seen_every_direction():
    """Conjugate steps on a quadratic: n pairs give A⁻¹ (Nocedal & Wright, theorem 6.4)."""
    A, g = positive_definite(1, 5)
    _, Q = np.linalg.eigh(A)
    S = list(Q.T)
    np.testing.assert_allclose(two_loop(g, S, [A @ s for s in S]), np.linalg.solve(A, g))


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_linear_cg_needs_n_steps_at_most(n):
    A, b = positive_definite(n, n, condition=20)
    points = linear_cg(A, b, np.ones(n), 99, tol=1e-6)
    assert len(points) - 1 <= n  # in exact arithmetic; 1e-6 leaves room for rounding
    np.testing.assert_allclose(points[-1], np.linalg.solve(A, b), rtol=1e-3, atol=1e-6)
    np.testing.assert_array_equal(points[0], np.ones(n))


def test_linear_cg_goes_scipys_way():
    from scipy.sparse.linalg import cg

    A, b = positive_definite(3, 8)
    points = []
    cg(A, b, x0=np.zeros(8), rtol=1e-10, callback=lambda x: points.append(x.copy()), maxiter=8)
    ours = linear_cg(A, b, np.zeros(8), 99)[1 : len(points) + 1]
    np.testing.assert_allclose(ours, points, rtol=1e-5)


def test_preconditioned_cg_goes_scipys_way_and_the_exact_one_needs_one_step():
    from scipy.sparse.linalg import LinearOperator, cg

    A, b = positive_definite(4, 8)
    A = np.diag(np.geomspace(1, 30, 8)) @ A @ np.diag(np.geomspace(1, 30, 8))
    M = LinearOperator((8, 8), lambda r: r / np.diag(A))
    points = []
    cg(A, b, M=M, rtol=1e-10, callback=lambda x: points.append(x.copy()), maxiter=6)
    ours = linear_cg(A, b, np.zeros(8), 99, precondition=jacobi(A))[1:7]
    np.testing.assert_allclose(ours, points, rtol=1e-4)
    exact = linear_cg(A, b, np.zeros(8), 99, tol=1e-6, precondition=lambda r: np.linalg.solve(A, r))
    assert len(exact) == 2


def test_a_good_preconditioner_saves_steps_on_any_function():
    scale = np.geomspace(1, 1e4, 20)

    def fun(theta):
        u = scale * theta**2 / 2
        return float(np.sum(u + u**2)), (1 + 2 * u) * scale * theta

    plain = conjugate_gradient(fun, np.full(20, 0.01))
    helped = conjugate_gradient(fun, np.full(20, 0.01), precondition=lambda g: g / scale)
    assert helped.steps < plain.steps / 3


@pytest.mark.parametrize(
    ("f", "slope", "start", "root"),
    [
        (lambda x: x**2 - 2, lambda x: 2 * x, 1.0, 2**0.5),
        (lambda x: np.cos(x) - x, lambda x: -np.sin(x) - 1, 1.0, 0.7390851332151607),
    ],
)
def test_newton_root_is_scipys(f, slope, start, root):
    points = newton_root(f, slope, start)
    assert points[-1] == pytest.approx(optimize.newton(f, start, slope), abs=1e-12)
    assert points[-1] == pytest.approx(root, abs=1e-12)
    errors = np.abs(np.array(points[:4]) - root)
    assert (errors[1:] < errors[:-1] ** 2).all()  # the digits double
    assert len(newton_root(f, slope, start, steps=2)) == 3


def test_newton_needs_one_step_on_a_quadratic():
    A, b = positive_definite(0, 6)
    found = newton(lambda x: (float(x @ A @ x / 2 - b @ x), A @ x - b), np.ones(6), lambda x: A)
    assert found.steps == 1
    np.testing.assert_allclose(found.theta, np.linalg.solve(A, b))


@pytest.mark.parametrize("damping", [0.0, 1.0])
def test_newton_finds_rosenbrocks_minimum(damping):
    start = np.array([-1.2, 1.0])
    found = newton(rosenbrock, start, optimize.rosen_hess, damping=damping)
    np.testing.assert_allclose(found.theta, 1.0, atol=1e-7)
    assert "within tol" in found.stopped
    if damping:
        assert (np.diff(found.losses) < 0).all()


def saddle(theta):
    x, y = theta
    return float(x**2 - y**2 + y**4), np.array([2 * x, -2 * y + 4 * y**3])


def saddle_hessian(theta):
    return np.diag([2.0, -2 + 12 * theta[1] ** 2])


def test_bare_newton_goes_to_the_saddle_and_damped_newton_does_not():
    start = np.array([0.5, 0.1])
    bare = newton(saddle, start, saddle_hessian)
    np.testing.assert_allclose(bare.theta, 0, atol=1e-8)
    damped = newton(saddle, start, saddle_hessian, damping=0.1)
    np.testing.assert_allclose(np.abs(damped.theta), [0, 0.5**0.5], atol=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_a_step_meets_the_strong_wolfe_conditions(seed):
    rng = np.random.default_rng(seed)
    theta = 2 * rng.normal(size=4)
    J, g = rosenbrock(theta)
    d, first = -g * rng.uniform(0.1, 2, 4), 10.0 ** rng.uniform(-6, 1)
    c1, c2 = 1e-4, rng.uniform(0.1, 0.9)
    a, J_a, slope, g_a = strong_wolfe(rosenbrock, theta, d, J, g, first=first, c1=c1, c2=c2)
    expected = rosenbrock(theta + a * d)
    assert J_a == expected[0]
    np.testing.assert_array_equal(g_a, expected[1])
    assert J_a <= J + c1 * a * (g @ d)
    assert abs(slope) <= c2 * abs(g @ d)


# ---------------------------------------------------------------- bad input


def test_a_direction_that_does_not_descend_is_refused():
    theta = np.array([0.0, 0.0])
    J, g = rosenbrock(theta)
    with pytest.raises(ValueError, match=r"does not descend: its slope g·d is 4, .*d = -g"):
        strong_wolfe(rosenbrock, theta, g, J, g)


@pytest.mark.parametrize("minimizer", [lbfgs, conjugate_gradient])
def test_a_gradient_that_is_not_that_of_the_function_is_told(minimizer):
    with pytest.raises(LineSearchFailed, match=r"does the gradient belong to J\?"):
        minimizer(lambda x: (float(x @ x), -2 * x), np.array([1.0, 2.0]))


@pytest.mark.parametrize("minimizer", [lbfgs, conjugate_gradient])
def test_asked_for_too_much_it_ends_at_rounding(minimizer):
    found = minimizer(rosenbrock, np.array([-1.2, 1.0]), tol=1e-300)
    assert found.J < 1e-12
    assert "rounding" in found.stopped or "within" in found.stopped


def test_a_singular_hessian_is_refused():
    with pytest.raises(ValueError, match=r"Hessian is singular at step 1 .*damping=1e-3"):
        newton(lambda x: (float(x[0] ** 2), np.array([2 * x[0], 0.0])), np.ones(2),
               lambda x: np.diag([2.0, 0.0]))  # fmt: skip


def test_a_run_of_newton_that_diverges_stops_and_says_so():
    def fun(x):  # log cosh: too far out the bare step overshoots, each time further
        return float(np.log(np.cosh(x[0]))), np.tanh(x)

    found = newton(fun, np.array([1.5]), lambda x: np.diag(1 / np.cosh(x) ** 2))
    assert "it diverged: J is" in found.stopped
    assert np.isfinite(found.path).all()
    safe = newton(fun, np.array([1.5]), lambda x: np.diag(1 / np.cosh(x) ** 2), damping=0.1)
    assert abs(safe.theta[0]) < 1e-8


EYE = np.eye(2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lbfgs(lambda x: (1.0, np.ones(3)), np.ones(2)), r"gradient of shape \(3,\)"),
        (lambda: lbfgs(lambda x: (1.0, x * np.nan), np.ones(2)), r"the gradient\[0\] is nan"),
        (lambda: lbfgs(lambda x: (np.nan, x), np.ones(2)), "J is nan at the start"),
        (lambda: lbfgs(rosenbrock, np.array([np.nan, 1])), r"theta\[0\] is nan"),
        (lambda: lbfgs(rosenbrock, np.array([1, 2])), "floating-point"),
        (lambda: lbfgs(rosenbrock, np.ones(2), memory=0), "memory is 0"),
        (lambda: newton(rosenbrock, np.ones(2) * 3, lambda x: np.eye(3)), r"shape \(3, 3\)"),
        (lambda: newton(rosenbrock, np.ones(2), lambda x: EYE, damping=-1), "damping is -1"),
        (lambda: linear_cg(np.ones((2, 3)), np.ones(2), np.ones(2), 9), r"must be \(n, n\)"),
        (lambda: linear_cg(np.array([[1.0, 2], [0, 1]]), np.ones(2), np.ones(2), 9), "symmetric"),
        (lambda: linear_cg(-EYE, np.ones(2), np.ones(2), 9), "not positive definite"),
        (lambda: jacobi(-EYE), "diagonal of A holds -1"),
        (lambda: two_loop(np.ones(2), [np.ones(2)], []), "come in pairs"),
        (lambda: two_loop(np.ones(2), [np.ones(3)], [np.ones(3)]), "must be equal"),
        (lambda: newton_root(np.sin, np.cos, np.inf), "x is inf|x.* is inf"),
        (
            lambda: strong_wolfe(rosenbrock, EYE[0], EYE[0], 1.0, -EYE[0], c1=0.9, c2=0.1),
            "c1=0.9 and c2=0.1",
        ),
    ],
)
def test_bad_input_is_refused_with_its_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_slope_of_zero_has_no_tangent_root():
    with pytest.raises(ZeroDivisionError):
        newton_root(lambda x: x**2 + 1, lambda x: 2 * x, 0.0)


def test_a_bracket_that_closed_to_rounding_gives_its_middle():
    p, q = (line_search.Trial(0.5, 1.0, slope, np.ones(1)) for slope in (-1.0, 1.0))
    assert line_search._cubic(p, q, 0.25, 0.75) == pytest.approx(0.5)

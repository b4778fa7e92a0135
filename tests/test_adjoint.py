"""Tangent-linear and adjoint models against torch.func, finite differences and SciPy."""

from functools import partial
from itertools import pairwise, product

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from course_utils.nn import adjoint as ad
from course_utils.nn import functions as f
from course_utils.nn.adjoint import CLASSIC, Linear, Link, Lorenz63, chain_gradient, lorenz
from course_utils.nn.gradcheck import dot_product_test, relative_error
from course_utils.nn.mlp import MLP, backprop, forward, init

# torch.func's forward mode loads a table that torch itself has put on its list of old things
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")

SEEDS = range(5)
EXACT = 1e-12
TORCH = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "identity": lambda u: u,
    "softmax": partial(torch.softmax, dim=-1),
    "swish": torch.nn.functional.silu,
}


def network(seed, hidden=f.tanh, output=f.softmax, loss=f.cross_entropy, sizes=(4, 5, 3, 2)):
    rng = np.random.default_rng(seed)
    net = MLP(sizes, hidden, output, loss)
    return net, init(net, rng) + 0.2 * rng.normal(size=net.size), rng.normal(size=(6, sizes[0]))


def in_torch(net, theta, X):
    """The same outputs, by torch."""
    h, start = X, 0
    for k, (n_in, n_out) in enumerate(pairwise(net.sizes)):
        W = theta[start : start + n_in * n_out].reshape(n_in, n_out)
        start += n_in * n_out
        b, start = theta[start : start + n_out], start + n_out
        h = TORCH[(net.output if k == len(net.sizes) - 2 else net.hidden).name](h @ W + b)
    return h


NETS = [
    (hidden, output, loss)
    for hidden, (output, loss) in product(
        (f.tanh, f.relu, f.swish),
        (
            (f.softmax, f.cross_entropy),
            (f.sigmoid, f.binary_cross_entropy),
            (f.identity, f.squared_error),
            (f.softmax, f.squared_error),
        ),
    )
]


@pytest.mark.parametrize("parts", NETS, ids=lambda p: "-".join(str(x) for x in p))
def test_tangent_linear_and_adjoint_agree_with_torch(parts):
    net, theta, X = network(0, *parts)
    rng = np.random.default_rng(1)
    dtheta, dX, P_adj = rng.normal(size=net.size), rng.normal(size=X.shape), rng.normal(size=(6, 2))
    run = partial(in_torch, net)
    args = tuple(map(torch.tensor, (theta, X)))
    _, jvp = torch.func.jvp(run, args, tuple(map(torch.tensor, (dtheta, dX))))
    _, vjp = torch.func.vjp(run, *args)
    dP = ad.tangent_linear(net, theta, X, dtheta, dX)
    np.testing.assert_allclose(dP, jvp.numpy(), rtol=EXACT, atol=1e-14)
    for mine, theirs in zip(
        ad.adjoint(net, theta, X, P_adj), vjp(torch.tensor(P_adj)), strict=True
    ):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=EXACT, atol=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_dot_product_test_holds_for_networks(seed):
    net, theta, X = network(seed, sizes=(7, 9, 8, 3))
    rng = np.random.default_rng(seed)
    wrong = dot_product_test(
        lambda d: ad.tangent_linear(net, theta, X, d[: net.size], d[net.size :].reshape(X.shape)),
        lambda y: np.concatenate([a.ravel() for a in ad.adjoint(net, theta, X, y)]),
        rng.normal(size=net.size + X.size),
        rng.normal(size=(len(X), 3)),
    )
    assert wrong < EXACT


@pytest.mark.parametrize("parts", NETS[:4], ids=lambda p: "-".join(str(x) for x in p))
def test_the_adjoint_of_the_loss_is_backprop(parts):
    net, theta, X = network(2, *parts)
    Y = np.eye(2)[np.random.default_rng(3).integers(0, 2, len(X))]
    P_adj = net.loss.slope(forward(net, theta, X).output, Y)
    g, _ = ad.adjoint(net, theta, X, P_adj)
    assert relative_error(g, backprop(net, theta, X, Y)) < EXACT


@pytest.mark.parametrize("seed", SEEDS)
def test_a_layer_agrees_with_torch(seed):
    rng = np.random.default_rng(seed)
    W, b, X, dW, db, dX, A = (
        rng.normal(size=s) for s in ((3, 4), 4, (5, 3), (3, 4), 4, (5, 3), (5, 4))
    )
    run, at = lambda W, b, X: torch.tanh(X @ W + b), tuple(map(torch.tensor, (W, b, X)))
    _, jvp = torch.func.jvp(run, at, tuple(map(torch.tensor, (dW, db, dX))))
    _, vjp = torch.func.vjp(run, *at)
    np.testing.assert_allclose(ad.layer_tangent(W, b, X, dW, db, dX), jvp.numpy(), rtol=1e-11)
    pairs = zip(ad.layer_adjoint(W, b, X, A), vjp(torch.tensor(A)), strict=True)
    for mine, theirs in pairs:
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-11)


def test_the_quadratic_model_by_hand():
    """α = 2, x₀ = 3, y = 17: x₁ = 18, x̃₁ = 1, x̃₀ = 2·2·3, α̃ = 9."""
    assert ad.quadratic_adjoint(2.0, 3.0, 17.0) == (1.0, 12.0, 9.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_hessian_products_agree_with_torch(seed):
    net, theta, X = network(seed)
    rng = np.random.default_rng(seed)
    Y, v = np.eye(2)[rng.integers(0, 2, len(X))], rng.normal(size=net.size)

    def J(t):
        return -(torch.tensor(Y) * torch.log(in_torch(net, t, torch.tensor(X)))).sum() / len(X)

    _, exact = torch.func.jvp(torch.func.grad(J), (torch.tensor(theta),), (torch.tensor(v),))
    product_ = ad.hessian_product(lambda t: backprop(net, t, X, Y), theta, v)
    assert relative_error(product_, exact.numpy()) < 1e-8
    zero = ad.hessian_product(lambda t: backprop(net, t, X, Y), theta, 0 * v)
    np.testing.assert_array_equal(zero, 0 * theta)


# ---------------------------------------------------------------- the dot-product test


def test_the_dot_product_test_by_hand():
    """⟨A δx, y⟩ = 2 and ⟨δx, B y⟩ = 3 with the wrong B: apart by a third."""
    A, B = np.array([[1.0, 1.0]]), np.array([[1.0], [2.0]])
    dx, y = np.ones(2), np.ones(1)
    assert dot_product_test(lambda d: A @ d, lambda a: B @ a, dx, y) == pytest.approx(1 / 3)
    assert dot_product_test(lambda d: A @ d, lambda a: A.T @ a, dx, y) == 0
    assert dot_product_test(lambda d: A @ d, lambda a: -A.T @ a, dx, y) == 2
    assert dot_product_test(lambda d: 0 * A @ d, lambda a: 0 * B @ a, dx, y) == 0


def test_a_missing_transpose_is_seen():
    A, dx, y = np.random.default_rng(0).normal(size=(5, 3, 3)), *np.ones((2, 3))
    for M in A:
        assert dot_product_test(M.dot, M.dot, dx, y * np.arange(3)) > 1e-3


def test_what_is_no_linear_map_is_refused():
    with pytest.raises(TypeError, match="adjoint is 3; give a function"):
        dot_product_test(np.sin, 3, np.ones(2), np.ones(2))
    with pytest.raises(TypeError, match="dx is a list"):
        dot_product_test(np.sin, np.sin, [1.0], np.ones(2))


# ---------------------------------------------------------------- Lorenz-63


def test_the_steps_follow_scipys_integrator():
    """Fourth order: half the step, a sixteenth of the error."""
    x0, error = np.array([1.0, 3.0, 20.0]), []
    exact = solve_ivp(
        lambda t, x: lorenz(x, CLASSIC), (0, 0.4), x0, method="DOP853", rtol=1e-13, atol=1e-13
    ).y[:, -1]
    for steps in (100, 200, 400):
        x, model = x0, Lorenz63(0.4 / steps)
        for _ in range(steps):
            x = model.run(x)
        error.append(np.linalg.norm(x - exact))
    assert error[0] < 1e-4
    assert error[0] / error[1] == pytest.approx(16, rel=0.2)
    assert error[1] / error[2] == pytest.approx(16, rel=0.2)


def test_the_fixed_points_of_lorenz_stay():
    _, rho, beta = CLASSIC
    c = np.sqrt(beta * (rho - 1))
    for x in (np.zeros(3), np.array([c, c, rho - 1]), np.array([-c, -c, rho - 1])):
        np.testing.assert_allclose(Lorenz63().run(x), x, atol=1e-13)


def run_in_torch(x, p, dt=0.025):
    def slope(x):
        return torch.stack(
            [p[0] * (x[1] - x[0]), x[0] * (p[1] - x[2]) - x[1], x[0] * x[1] - p[2] * x[2]]
        )

    k1 = slope(x)
    k2 = slope(x + dt / 2 * k1)
    k3 = slope(x + dt / 2 * k2)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + slope(x + dt * k3))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_of_lorenz_agrees_with_torch(seed):
    rng = np.random.default_rng(seed)
    x, dx, dp, a = 10 * rng.normal(size=3), *rng.normal(size=(3, 3))
    at = torch.tensor(x), torch.tensor(CLASSIC, dtype=torch.float64)
    value, jvp = torch.func.jvp(run_in_torch, at, (torch.tensor(dx), torch.tensor(dp)))
    _, vjp = torch.func.vjp(run_in_torch, *at)
    np.testing.assert_allclose(ad.rk4(x, CLASSIC, 0.025), value.numpy(), rtol=EXACT)
    np.testing.assert_allclose(ad.rk4_tangent(x, CLASSIC, dx, dp, 0.025), jvp.numpy(), rtol=1e-11)
    for mine, theirs in zip(
        ad.rk4_adjoint(x, CLASSIC, a, 0.025), vjp(torch.tensor(a)), strict=True
    ):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_dot_product_test_holds_over_a_window(seed):
    rng, model = np.random.default_rng(seed), Lorenz63()
    states = [10 * rng.normal(size=3)]
    for _ in range(80):
        states.append(model.run(states[-1]))

    def tangent(dx):
        for x in states[:-1]:
            dx = model.tangent(x, dx)
        return dx

    def back(a):
        for x in reversed(states[:-1]):
            a = model.adjoint(x, a)
        return a

    assert dot_product_test(tangent, back, *rng.normal(size=(2, 3))) < EXACT


def test_many_states_run_at_once():
    X = 10 * np.random.default_rng(0).normal(size=(3, 4))
    together = Lorenz63().run(X)
    for k in range(4):
        np.testing.assert_allclose(together[:, k], Lorenz63().run(X[:, k]), rtol=1e-14)


# ---------------------------------------------------------------- the chain


def layer_links(net, theta):
    def run(x, w):
        return np.tanh(x @ w.W + w.b)

    def back(x, w, a):
        W_adj, b_adj, x_adj = ad.layer_adjoint(w.W, w.b, x, a)
        return x_adj, np.concatenate([W_adj.ravel(), b_adj])

    return [Link(run, back)] * (len(net.sizes) - 1), net.layers(theta)


@pytest.mark.parametrize("every", [1, 2, 3, 4, 7, 100])
def test_a_chain_of_layers_is_backprop(every):
    net, theta, X = network(0, f.tanh, f.tanh, f.squared_error, (4, 5, 3, 6, 2, 5, 2))
    Y = np.random.default_rng(1).normal(size=(6, 2))
    loss = {6: lambda P: (f.squared_error.mean(P, Y), (P - Y) / len(Y))}
    J, X_adj, w_adj = chain_gradient(*layer_links_x(net, theta, X), loss, every=every)
    assert pytest.approx(f.squared_error.mean(forward(net, theta, X).output, Y)) == J
    assert relative_error(np.concatenate(w_adj), backprop(net, theta, X, Y)) < EXACT
    expected = ad.adjoint(net, theta, X, (forward(net, theta, X).output - Y) / len(Y))[1]
    assert relative_error(X_adj, expected) < EXACT


def layer_links_x(net, theta, X):
    links, w = layer_links(net, theta)
    return links, X, w


@pytest.mark.parametrize(("every", "runs"), [(1, 12), (3, 12 + 8), (4, 12 + 9), (50, 12 + 12)])
def test_recomputing_costs_at_most_a_second_run(every, runs):
    made = []
    step = Link(lambda x, w: made.append(1) or w * x, lambda x, w, a: (w * a, x * a))
    J, x_adj, w_adj = chain_gradient(
        [step] * 12, np.array(1.0), [2.0] * 12, {12: lambda x: (x, np.ones_like(x))}, every=every
    )
    assert (J, x_adj, w_adj[0]) == (2.0**12, 2.0**12, 2.0**11)
    assert len(made) == runs <= 24


# ---------------------------------------------------------------- what is refused

x3, W, b, X = np.ones(3), np.ones((3, 2)), np.ones(2), np.ones((4, 3))
NET, THETA, X4 = network(0)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (lambda: ad.layer_tangent(W, b, X, W, b, X[:1]), r"dX has shape \(1, 3\); .* \(4, 3\)"),
        (lambda: ad.layer_tangent(W, x3, X, W, b, X), r"which make no X W \+ b"),
        (lambda: ad.layer_adjoint(W, b, x3, W), r"X has shape \(3,\); W is \(n_in, n_out\)"),
        (lambda: ad.layer_adjoint(W, b, X, W), r"A has shape \(3, 2\); it must be \(4, 2\)"),
        (lambda: ad.tangent_linear(NET, THETA, X4, THETA, X4[:2]), r"dX has shape \(2, 4\)"),
        (lambda: ad.tangent_linear(NET, THETA, X4, THETA[:3], X4), r"theta has shape \(3,\)"),
        (lambda: ad.adjoint(NET, THETA, X4, X4), r"P_adj has shape \(6, 4\); it must be \(6, 2\)"),
        (lambda: ad.hessian_product(np.sin, x3, b), r"v has shape \(2,\); it must be \(3,\)"),
        (lambda: ad.hessian_product(np.sin, x3, x3, eps=0), "eps is 0; it must be"),
        (lambda: lorenz(np.ones(2), CLASSIC), r"a state has shape \(2,\); it must be \(3,\)"),
        (lambda: Lorenz63(dt=-1.0), "dt is -1.0; it must be a finite number above 0"),
        (lambda: Lorenz63(p=(1.0, 2.0)), "it holds σ, ρ and β: three numbers"),
        (lambda: Linear(x3), r"A has shape \(3,\); it must be a matrix"),
        (lambda: chain_gradient([1, 2], x3, [1], {1: 0}), "there are 2 links and 1 entries of w"),
        (lambda: chain_gradient([1], x3, [1], {}), "misfits is empty, so J is 0"),
        (lambda: chain_gradient([1], x3, [1], {2: 0}), r"state 2, outside 0 … 1: 1 links make"),
        (lambda: chain_gradient([1], x3, [1], {1: 0}, every=0), "every is 0; it must be"),
    ],
)
def test_bad_input_is_refused(bad, said):
    with pytest.raises(ValueError, match=said):
        bad()


def test_what_is_no_gradient_is_refused():
    with pytest.raises(TypeError, match="gradient is 3; give a function"):
        ad.hessian_product(3, x3, x3)

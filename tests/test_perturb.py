"""Perturbation rules: unbiased by comparison with torch's gradient, and as noisy as theory says."""

import re
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from scipy import stats

from course_utils.nn import perturb
from course_utils.nn.functions import (
    binary_cross_entropy,
    cross_entropy,
    identity,
    relu,
    sigmoid,
    softmax,
    squared_error,
    step,
    swish,
    tanh,
)
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, backprop, forward, init, mean_loss
from course_utils.nn.optim import gd
from course_utils.nn.perturb import sampling
from course_utils.nn.perturb.cost import RULES as COSTED
from course_utils.nn.train import train

NETS = {
    "linear": MLP((3, 2), output=identity, loss=squared_error),
    "softmax alone": MLP((3, 3), output=softmax, loss=cross_entropy),
    "one hidden layer": MLP((2, 4, 1), tanh, sigmoid, binary_cross_entropy),
    "two hidden layers": MLP((2, 4, 3, 2), swish, softmax, cross_entropy),
    "another loss": MLP((3, 3, 2, 2), tanh, tanh, squared_error),
}
K = 2**17
UNBIASED = {
    "one-sided": partial(perturb.weight_perturbation, sigma=1e-4, samples=K),
    "antithetic": partial(perturb.weight_perturbation, sigma=1e-3, samples=2 * K, antithetic=True),
    "spsa": partial(perturb.spsa, sigma=1e-3, samples=2 * K),
    "evolution strategy": partial(perturb.evolution_strategy, sigma=1e-3, samples=K),
    "node": partial(perturb.node_perturbation, sigma=1e-4, samples=K),
    "node, antithetic": partial(
        perturb.node_perturbation, sigma=1e-3, samples=2 * K, antithetic=True
    ),
    "forward gradient": partial(perturb.forward_gradient, samples=K),
}
SIGMA_RULES = {
    "weights": perturb.weight_perturbation,
    "nodes": perturb.node_perturbation,
    "spsa": perturb.spsa,
    "evolution strategy": partial(perturb.evolution_strategy, samples=4),
}
every_net = pytest.mark.parametrize("net", NETS.values(), ids=NETS.keys())


def problem(net, seed=0, N=4, dtype=float):
    """(net, theta, X, Y), all of them read-only."""
    rng = np.random.default_rng(seed)
    theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
    X, Y = rng.normal(size=(N, net.sizes[0])), rng.normal(size=(N, net.sizes[-1]))
    if net.loss is cross_entropy:
        Y = np.eye(net.sizes[-1])[rng.integers(0, net.sizes[-1], N)]
    elif net.loss is binary_cross_entropy:
        Y = (Y > 0).astype(float)
    arrays = [A.astype(dtype) for A in (theta, X, Y)]
    for A in arrays:
        A.setflags(write=False)
    return net, *arrays


def torchs_loss(net, theta, X, Y):
    """J, written for torch, which knows nothing of our layers."""
    f = {"tanh": torch.tanh, "swish": torch.nn.functional.silu, "identity": lambda u: u}
    h, start, X, Y = torch.tensor(X), 0, torch.tensor(X), torch.tensor(Y)
    for k, (n_in, n_out) in enumerate(zip(net.sizes, net.sizes[1:], strict=False)):
        W = theta[start : start + n_in * n_out].reshape(n_in, n_out)
        start += (n_in + 1) * n_out
        u = h @ W + theta[start - n_out : start]
        h = f[net.hidden.name](u) if k < len(net.sizes) - 2 else u
    if net.loss is cross_entropy:
        return -(Y * torch.log_softmax(h, dim=1)).sum() / len(Y)
    if net.loss is binary_cross_entropy:
        bce = torch.nn.functional.binary_cross_entropy_with_logits
        return bce(h, Y, reduction="sum") / len(Y)
    return ((f[net.output.name](h) - Y) ** 2).sum() / (2 * len(Y))


def torchs_gradient(net, theta, X, Y):
    at = torch.tensor(theta, requires_grad=True)
    return torch.autograd.grad(torchs_loss(net, at, X, Y), at)[0].numpy()


# ---------------------------------------------------------------- unbiased


@pytest.mark.parametrize("rule", UNBIASED.values(), ids=UNBIASED.keys())
@every_net
def test_the_mean_of_many_draws_is_the_gradient(net, rule):
    assert net.size <= 60
    args = problem(net)
    g = torchs_gradient(*args)
    mean = rule(*args, rng=np.random.default_rng(1))
    assert mean @ g / np.linalg.norm(mean) / np.linalg.norm(g) > 0.999
    assert np.linalg.norm(mean) == pytest.approx(np.linalg.norm(g), rel=0.02)


def test_noise_shared_by_a_batch_would_be_another_thing():
    """One noise for all examples with one change of the batch's mean: not the gradient."""
    args = net, theta, X, Y = problem(NETS["linear"], N=8)
    rng, g = np.random.default_rng(0), backprop(*args)
    (layer,) = net.layers(theta)
    u, xi = X @ layer.W + layer.b, rng.normal(size=(K, 1, 2))
    J = np.square(u + 1e-3 * xi - Y).sum(axis=(1, 2)) / 2 / len(X)
    change = (J - mean_loss(*args)) / 1e-3
    delta = (change[:, None] * xi[:, 0]).mean(axis=0)  # of the batch, (2,)
    shared = np.append(np.outer(X.mean(axis=0), delta), delta)
    assert shared @ g / np.linalg.norm(shared) / np.linalg.norm(g) < 0.99


# ---------------------------------------------------------------- how noisy


def mean_square(rule, args, draws=20_000):
    """E|ĝ|² in units of |g|²."""
    g = backprop(*args)
    return np.mean([np.sum(rule(*args) ** 2) for _ in range(draws)]) / np.sum(g**2)


@every_net
def test_one_normal_direction_is_p_plus_2_times_as_long_in_the_mean_square(net):
    rule = partial(perturb.forward_gradient, rng=np.random.default_rng(0))
    assert mean_square(rule, problem(net)) == pytest.approx(net.size + 2, rel=0.08)


def test_signs_are_p_times_and_k_directions_add_a_kth_of_it():
    args, rng = problem(NETS["linear"]), np.random.default_rng(0)
    P = args[0].size
    spsa = partial(perturb.spsa, sigma=1e-3, rng=rng)
    five = partial(perturb.weight_perturbation, sigma=1e-5, rng=rng, samples=5)
    assert mean_square(spsa, args, 5000) == pytest.approx(P, rel=0.08)
    assert mean_square(five, args, 5000) == pytest.approx(1 + (P + 1) / 5, rel=0.08)


def test_nodes_of_a_linear_net_are_n_out_plus_2_times():
    args = problem(MLP((6, 3), output=identity, loss=squared_error), N=1)
    rule = partial(perturb.node_perturbation, sigma=1e-5, rng=np.random.default_rng(0))
    assert mean_square(rule, args) == pytest.approx(3 + 2, rel=0.08)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("n_in", "n_out"), [(6, 3), (10, 5)])
def test_with_its_best_rate_a_rule_is_as_much_slower_as_its_noise_dimension(n_in, n_out, seed):
    rng, slower = np.random.default_rng([seed, n_in]), {}
    for rule in ("gradient", "nodes", "weights"):
        lr = perturb.best_rate(rule, n_in, n_out)
        steps = round(1 / lr)
        distances = perturb.squared_distances(
            rule, n_in, n_out, lr=lr, steps=steps, runs=400, rng=rng
        )
        slower[rule] = 1 - distances[-1] ** (1 / steps)  # the share a step
        assert slower[rule] == pytest.approx(lr, rel=0.12)
    assert slower["gradient"] / slower["nodes"] == pytest.approx(n_out + 2, rel=0.15)
    assert slower["gradient"] / slower["weights"] == pytest.approx(n_in * n_out + 2, rel=0.15)


def test_more_than_twice_the_best_rate_diverges_and_says_when():
    lr = 4 * perturb.best_rate("nodes", 6, 3)
    with pytest.raises(ValueError, match=r"grown from 1 to .* at step \d+: lower lr="):
        perturb.squared_distances(
            "nodes", 6, 3, lr=lr, steps=5000, runs=50, rng=np.random.default_rng(0)
        )


# ---------------------------------------------------------------- the same estimate otherwise


@pytest.mark.parametrize("seed", range(5))
def test_reinforce_with_a_normal_policy_over_the_weights_is_the_parallel_estimate(seed):
    """Reward -J, baseline -J(θ), policy N(θ, σ²): the score of each draw by torch."""
    net, theta, X, Y = problem(NETS["two hidden layers"], seed)
    sigma, V = 0.1, np.random.default_rng(seed).normal(size=(6, net.size))
    mean = torch.tensor(theta, requires_grad=True)
    policy, up = torch.distributions.Normal(mean, sigma), []
    for v in V:
        action = torch.tensor(theta + sigma * v)
        reward = mean_loss(net, theta, X, Y) - mean_loss(net, action.numpy(), X, Y)
        (score,) = torch.autograd.grad(policy.log_prob(action).sum(), mean)
        up.append(reward * score.numpy())
    estimate = perturb.parallel_estimate(net, theta, X, Y, V, sigma)
    np.testing.assert_allclose(-np.mean(up, axis=0), estimate, rtol=1e-9)


def test_the_evolution_strategy_is_the_covariance_of_loss_and_direction():
    args = net, theta, X, Y = problem(NETS["one hidden layer"])
    V = sampling.normals(np.random.default_rng(3), (50, net.size), float)
    J = np.array([mean_loss(net, theta + 0.2 * v, X, Y) for v in V])
    by_numpy = np.cov(J, V.T)[0, 1:] / 0.2
    ours = perturb.evolution_strategy(*args, sigma=0.2, samples=50, rng=np.random.default_rng(3))
    np.testing.assert_allclose(ours, by_numpy, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # torch's own, in jvp
@every_net
def test_the_directional_derivative_is_torchs_jvp(net):
    args = net, theta, X, Y = problem(net)
    V = np.random.default_rng(2).normal(size=(5, net.size))
    theirs = [
        torch.func.jvp(
            lambda t: torchs_loss(net, t, X, Y), (torch.tensor(theta),), (torch.tensor(v),)
        )[1]
        for v in V
    ]
    one_by_one = [perturb.directional_derivative(*args, v) for v in V]
    np.testing.assert_allclose(one_by_one, theirs, rtol=1e-10)
    np.testing.assert_allclose(perturb.directional_derivative(*args, V), theirs, rtol=1e-10)


@every_net
def test_estimates_approach_the_directional_derivative(net):
    """One-sided with an error of order σ, in pairs of order σ²."""
    args, V = problem(net), np.random.default_rng(0).normal(size=(1, net.size))
    exact = perturb.directional_derivative(*args, V[0]) * V[0]
    off = {
        (name, sigma): np.linalg.norm(estimate(*args, V, sigma) - exact)
        for name, estimate in (
            ("one", perturb.parallel_estimate),
            ("two", perturb.antithetic_estimate),
        )
        for sigma in (1e-2, 1e-3)
    }
    assert off["one", 1e-2] / off["one", 1e-3] == pytest.approx(10, rel=0.3)
    if net.sizes == (3, 2):  # a quadratic has no third derivative
        assert off["two", 1e-2] < 1e-9
    else:
        assert off["two", 1e-2] / off["two", 1e-3] == pytest.approx(100, rel=0.3)


@pytest.mark.parametrize("name", sorted(UNBIASED.keys() - {"evolution strategy"}))
def test_what_does_not_fit_into_memory_is_done_in_parts(name, monkeypatch):
    rule = partial(UNBIASED[name].func, **UNBIASED[name].keywords | {"samples": 4})
    args = problem(NETS["two hidden layers"])
    rng = np.random.default_rng(0)
    parts = [rule(*args, rng=rng) for _ in range(3)]
    each = 2 if "antithetic" in name or name == "spsa" else 4  # directions in 4 samples
    monkeypatch.setattr(sampling, "AT_ONCE", each * args[0].size)
    assert list(sampling.chunks(3 * each, args[0], 4, args[1])) == [each] * 3
    together = partial(rule, samples=12)(*args, rng=np.random.default_rng(0))
    np.testing.assert_allclose(together, np.mean(parts, axis=0), rtol=1e-7)


@every_net
@pytest.mark.parametrize("sigma", [0.5, -2.0])
def test_losses_without_the_parameter_vectors_are_the_losses(net, sigma):
    net, theta, X, Y = problem(net)
    V = np.random.default_rng(0).normal(size=(6, net.size))
    one, two = sampling.perturbed_losses(net, theta, V, (sigma, 0.1), X, Y)
    np.testing.assert_allclose(one, mean_loss(net, theta + sigma * V, X, Y), rtol=1e-12)
    np.testing.assert_allclose(two, mean_loss(net, theta + 0.1 * V, X, Y), rtol=1e-12)


@pytest.mark.parametrize("antithetic", [False, True])
def test_the_rule_is_the_estimate_along_its_own_directions(antithetic):
    args = net, *_ = problem(NETS["another loss"])
    V = sampling.normals(np.random.default_rng(4), (3, net.size), float)
    estimate = perturb.antithetic_estimate if antithetic else perturb.parallel_estimate
    rule = partial(perturb.weight_perturbation, samples=6 if antithetic else 3)
    ours = rule(*args, sigma=0.3, rng=np.random.default_rng(4), antithetic=antithetic)
    np.testing.assert_allclose(ours, estimate(*args, V, 0.3), rtol=1e-9)


@pytest.mark.parametrize("name", sorted(UNBIASED))
@pytest.mark.parametrize("net", [NETS["two hidden layers"], NETS["another loss"]], ids=str)
def test_a_stack_of_networks_gets_an_estimate_for_each(net, name):
    _, theta, X, Y = problem(net)
    others = np.stack([theta, problem(net, seed=1)[1]])
    rule = partial(UNBIASED[name].func, **UNBIASED[name].keywords | {"samples": 8})
    thetas = np.repeat(others, 1500, axis=0)
    estimates = rule(net, thetas, X, Y, rng=np.random.default_rng(0))
    assert estimates.shape == thetas.shape
    for row, own in zip(others, np.split(estimates, 2), strict=True):
        assert len(np.unique(own[:, 0])) > 1450  # each by directions of its own
        g = backprop(net, row, X, Y)
        error = own.mean(axis=0) - g
        assert np.linalg.norm(error) < 4 * np.linalg.norm(own.std(axis=0)) / np.sqrt(1500)
        assert np.linalg.norm(error) < 0.25 * np.linalg.norm(g)


@pytest.mark.parametrize("antithetic", [False, True])
def test_a_row_of_a_stack_is_the_estimate_along_its_directions(antithetic):
    net, theta, X, Y = problem(NETS["another loss"])
    thetas = np.stack([theta, 2 * theta, -theta])
    V = sampling.normals(np.random.default_rng(4), (3, 2, net.size), float)
    estimate = perturb.antithetic_estimate if antithetic else perturb.parallel_estimate
    rule = partial(perturb.weight_perturbation, samples=4 if antithetic else 2)
    rng = np.random.default_rng(4)
    ours = rule(net, thetas, X, Y, sigma=0.3, rng=rng, antithetic=antithetic)
    for row, own, v in zip(ours, thetas, V, strict=True):
        np.testing.assert_allclose(row, estimate(net, own, X, Y, v, 0.3), rtol=1e-9)


@pytest.mark.parametrize("rule", SIGMA_RULES.values(), ids=SIGMA_RULES.keys())
def test_one_lost_network_of_a_stack_is_told(rule):
    net, theta, X, Y = problem(NETS["linear"])
    thetas, rng = np.stack([theta, np.full_like(theta, 1e9)]), np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"sigma=1e-10 is lost in rounding"):
        rule(net, thetas, X, Y, sigma=1e-10, rng=rng)
    thetas[1] = np.inf
    with pytest.raises(ValueError, match=r"the loss is (nan|inf) at theta itself"):
        rule(net, thetas, X, Y, sigma=0.1, rng=rng)


@pytest.mark.parametrize("seed", range(3))
def test_normal_draws_are_normal_and_signs_are_signs(seed):
    rng = np.random.default_rng(seed)
    z = sampling.normals(rng, (333, 777), float)
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    assert stats.kstest((z[:, :-1] + z[:, 1:])[::2, ::2].ravel() / 2**0.5, "norm").pvalue > 1e-3
    assert sampling.normals(rng, (3, 5), np.dtype(np.float32)).dtype == np.float32
    s = sampling.signs(rng, (333, 777), float)
    assert set(np.unique(s)) == {-1.0, 1.0}
    assert abs(s.mean()) < 4 / np.sqrt(s.size)


def test_k_samples_together_are_the_mean_of_a_loop():
    args = net, *_ = problem(NETS["two hidden layers"])
    V = np.random.default_rng(0).normal(size=(7, net.size))
    for estimate in (perturb.parallel_estimate, perturb.antithetic_estimate):
        loop = np.mean([estimate(*args, v[None], 0.1) for v in V], axis=0)
        np.testing.assert_allclose(estimate(*args, V, 0.1), loop, rtol=1e-9)


# ---------------------------------------------------------------- nodes


@pytest.mark.parametrize(("n_in", "n_out"), [(1, 1), (4, 3), (2, 5)])
def test_the_smallest_change_does_what_is_asked_and_is_scipys_shortest(n_in, n_out):
    rng = np.random.default_rng(0)
    x, du = rng.normal(size=n_in), rng.normal(size=n_out)
    dW, db = perturb.smallest_change(x, du)
    np.testing.assert_allclose(x @ dW + db, du, rtol=1e-12)
    shortest = np.linalg.lstsq(np.append(x, 1)[None], du[None], rcond=None)[0]  # of least norm
    np.testing.assert_allclose(np.vstack([dW, db]), shortest, rtol=1e-12)


@every_net
def test_the_losses_of_the_examples_have_the_loss_of_the_batch_as_mean(net):
    net, theta, X, Y = problem(net, N=6)
    trace = forward(net, theta, X)
    each = perturb.example_losses(net, trace.u[-1], trace.output, Y)
    alone = [mean_loss(net, theta, X[d : d + 1], Y[d : d + 1]) for d in range(6)]
    np.testing.assert_allclose(each, alone, rtol=1e-12)


def test_nodes_learn_behind_steps_where_backprop_stands_still():
    net = MLP((2, 5, 2), hidden=step)
    args = problem(net, N=20)
    first = net.layers(backprop(*args))[0]
    assert not first.W.any()
    g = perturb.node_perturbation(*args, sigma=0.5, samples=200, rng=np.random.default_rng(0))
    assert net.layers(g)[0].W.any()


# ---------------------------------------------------------------- one weight


def climb(net, seed=0, **options):
    settings = {"sigma": 0.3, "steps": 200, "rng": np.random.default_rng(seed)} | options
    return perturb.hill_climb(*problem(net), **settings)


@every_net
def test_a_climb_never_gets_worse_and_ends_where_its_loss_says(net):
    args = problem(net)
    run = climb(net)
    assert (np.diff(run.loss) <= 0).all()
    assert run.loss[0] == mean_loss(*args)
    assert run.loss[-1] == mean_loss(net, run.theta, *args[2:])
    assert run.loss[-1] < run.loss[0]
    assert run.steps == run.epochs == len(run.watched) == len(run.loss) - 1 == 200
    np.testing.assert_array_equal(np.diff(run.loss) < 0, run.watched)


def test_a_climb_is_one_try_after_another():
    net, theta, X, Y = problem(NETS["one hidden layer"])
    rng = np.random.default_rng(5)
    which, changes = rng.integers(net.size, size=30), 0.3 * rng.standard_normal(30)
    for p, change in zip(which, changes, strict=True):
        theta = perturb.try_one_weight(net, theta, X, Y, p, change)
    np.testing.assert_array_equal(climb(net, seed=5, steps=30).theta, theta)


def test_climbs_side_by_side_are_climbs():
    net, _, X, Y = problem(NETS["one hidden layer"])
    thetas, rng = np.stack([problem(net, seed)[1] for seed in range(3)]), np.random.default_rng(5)
    run = perturb.hill_climb(net, thetas, X, Y, sigma=0.3, steps=40, rng=np.random.default_rng(5))
    which, changes = rng.integers(net.size, size=(40, 3)), 0.3 * rng.standard_normal((40, 3))
    for row, start in enumerate(thetas):
        theta, J = start, [mean_loss(net, start, X, Y)]
        for p, change in zip(which[:, row], changes[:, row], strict=True):
            theta = perturb.try_one_weight(net, theta, X, Y, p, change)
            J.append(mean_loss(net, theta, X, Y))
        np.testing.assert_allclose(run.theta[row], theta, rtol=1e-12)
        np.testing.assert_allclose(run.loss[row], J, rtol=1e-12)
        np.testing.assert_array_equal(np.diff(J) < 0, [kept[row] for kept in run.watched])


def test_no_steps_leave_everything_as_it_is():
    run = climb(NETS["linear"], steps=0)
    np.testing.assert_array_equal(run.theta, problem(NETS["linear"])[1])


@pytest.mark.parametrize(("g", "h"), [(1.0, 2.0), (-0.3, 5.0), (0.7, -1.5), (1.0, 0.0), (0.0, 1.0)])
@pytest.mark.parametrize("sigma", [1e-3, 0.1, 1.0, 30.0])
def test_the_chance_to_improve_is_what_a_million_changes_find(g, h, sigma):
    s = sigma * np.random.default_rng(0).standard_normal(1_000_000)
    found = np.mean(g * s + h * s * s / 2 < 0)
    assert perturb.chance_to_improve(g, h, sigma) == pytest.approx(found, abs=0.002)


def test_it_is_the_formula_with_scipys_normal():
    p = perturb.chance_to_improve(-0.4, 3.0, 0.5)
    assert p == pytest.approx(stats.norm.cdf(2 * 0.4 / (3.0 * 0.5)) - 0.5, rel=1e-12)


# ---------------------------------------------------------------- gains and cost


def test_spalls_gains_are_his():
    gains = perturb.spall_gains(a=2.0, c=0.5, A=10)
    t = np.arange(1, 6)
    np.testing.assert_allclose([gains.lr(k) for k in t], 2 / (t + 10) ** 0.602)
    np.testing.assert_allclose([next(gains.sigma) for _ in t], 0.5 / t**0.101)


def test_spsa_with_gains_goes_down_to_the_minimum_of_a_linear_net():
    net, theta, X, Y = problem(NETS["linear"], N=30)
    rng, gains = np.random.default_rng(0), perturb.spall_gains(a=1.0, c=0.1, A=20)
    rule = partial(perturb.spsa, sigma=gains.sigma, rng=rng)
    run = train(net, theta, X, Y, gd(gains.lr), gradient=rule, epochs=600, batch_size=None, rng=rng)
    best, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), Y, rcond=None)
    least = np.square(np.column_stack([X, np.ones(30)]) @ best - Y).sum() / 60
    assert run.loss[-1] == pytest.approx(least, rel=0.01)


@pytest.mark.parametrize(
    ("rule", "options", "passes"),
    [
        (perturb.weight_perturbation, {"samples": 6}, "one-sided"),
        (perturb.weight_perturbation, {"samples": 6, "antithetic": True}, "antithetic"),
        (perturb.spsa, {"samples": 6}, "antithetic"),
        (perturb.evolution_strategy, {"samples": 6}, "antithetic"),
    ],
)
def test_the_counted_passes_are_those_made(rule, options, passes, monkeypatch):
    seen, home = [], "course_utils.nn.perturb.weights"

    def plain(*args):
        seen.append(1)
        return mean_loss(*args)

    def perturbed(net, theta, V, sigmas, X, Y):
        seen.append(len(V) * len(sigmas))
        return sampling.perturbed_losses(net, theta, V, sigmas, X, Y)

    monkeypatch.setattr(f"{home}.mean_loss", plain)
    monkeypatch.setattr(f"{home}.perturbed_losses", perturbed)
    rule(*problem(NETS["linear"]), sigma=0.1, rng=np.random.default_rng(0), **options)
    assert sum(seen) == perturb.forward_passes(passes, P=8, K=6)


def test_backprop_costs_three_whatever_the_net():
    table = {rule: perturb.forward_passes(rule, P=1000, K=10) for rule in COSTED}
    assert table == {
        "backprop": 3,
        "finite differences": 2000,
        "one-sided": 11,
        "antithetic": 10,
        "node": 12,
        "forward gradient": 21,
    }


# ---------------------------------------------------------------- manners


@pytest.mark.parametrize("name", UNBIASED)
def test_float32_stays_float32_and_still_points_down(name):
    rule = partial(UNBIASED[name].func, **UNBIASED[name].keywords | {"samples": 2000})
    if "sigma" in rule.keywords:
        rule = partial(rule, sigma=np.float64(0.03))
    args = problem(NETS["one hidden layer"], dtype=np.float32)
    g = rule(*args, rng=np.random.default_rng(0))
    assert g.dtype == np.float32
    assert relative_error(g, backprop(*args)) < 0.5


@pytest.mark.parametrize("name", UNBIASED)
def test_every_rule_trains(name):
    options = {"samples": 4} | ({"sigma": 1e-2} if "sigma" in UNBIASED[name].keywords else {})
    rng = np.random.default_rng(0)
    rule = partial(UNBIASED[name].func, **UNBIASED[name].keywords | options, rng=rng)
    net, theta, X, Y = problem(NETS["one hidden layer"], N=12)
    run = train(net, theta, X, Y, gd(0.1), gradient=rule, epochs=50, batch_size=4, rng=rng)
    assert run.loss[-1] < 0.95 * run.loss[0]


def test_the_same_generator_makes_the_same_estimate():
    args = problem(NETS["linear"])
    one, two = (
        perturb.node_perturbation(*args, sigma=0.1, rng=np.random.default_rng(9)) for _ in range(2)
    )
    np.testing.assert_array_equal(one, two)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("rule", SIGMA_RULES.values(), ids=SIGMA_RULES.keys())
@pytest.mark.parametrize("sigma", [0, -0.1, np.nan, np.inf, None, "1"])
def test_a_sigma_that_is_none_is_refused(rule, sigma):
    with pytest.raises(ValueError, match=r"sigma is .*; it must be a finite number above 0"):
        rule(*problem(NETS["linear"]), sigma=sigma, rng=np.random.default_rng(0))


def test_a_climb_refuses_them_too():
    with pytest.raises(ValueError, match=r"sigma is 0; it must be"):
        climb(NETS["linear"], sigma=0)
    with pytest.raises(ValueError, match=r"steps is -1; it must be"):
        climb(NETS["linear"], steps=-1)


@pytest.mark.parametrize("samples", [0, -2, 1.5, True, None])
@pytest.mark.parametrize(
    "rule", [*SIGMA_RULES.values(), perturb.forward_gradient], ids=[*SIGMA_RULES, "forward"]
)
def test_fewer_than_one_sample_is_refused(rule, samples):
    sigma = {} if rule is perturb.forward_gradient else {"sigma": 0.1}
    with pytest.raises(ValueError, match=r"samples is .*; it must be a whole number of at least 1"):
        rule(*problem(NETS["linear"]), rng=np.random.default_rng(0), **sigma | {"samples": samples})


@pytest.mark.parametrize(
    "rule",
    [
        partial(perturb.weight_perturbation, antithetic=True),
        partial(perturb.node_perturbation, antithetic=True),
        perturb.spsa,
    ],
)
def test_an_odd_number_in_pairs_is_refused(rule):
    with pytest.raises(ValueError, match=r"samples is 5, but antithetic .*: take samples=6"):
        rule(*problem(NETS["linear"]), sigma=0.1, samples=5, rng=np.random.default_rng(0))


def test_a_population_of_one_is_refused():
    with pytest.raises(ValueError, match=r"samples is 1, but a population has at least 2"):
        perturb.evolution_strategy(
            *problem(NETS["linear"]), sigma=0.1, samples=1, rng=np.random.default_rng(0)
        )


@pytest.mark.parametrize("rule", SIGMA_RULES.values(), ids=SIGMA_RULES.keys())
def test_a_loss_that_is_not_finite_under_the_perturbation_is_refused(rule):
    with pytest.raises(ValueError, match=r"the loss is (inf|nan) under .* sigma=1e\+200 .*smaller"):
        rule(*problem(NETS["linear"]), sigma=1e200, rng=np.random.default_rng(0))


@pytest.mark.parametrize("rule", SIGMA_RULES.values(), ids=SIGMA_RULES.keys())
def test_one_that_is_not_finite_at_theta_is_told_apart(rule):
    net, theta, X, Y = problem(NETS["linear"])
    with pytest.raises(ValueError, match=r"the loss is inf at theta itself: lower the learning"):
        rule(net, 1e200 + theta, X, Y, sigma=0.1, rng=np.random.default_rng(0))


@pytest.mark.parametrize("rule", SIGMA_RULES.values(), ids=SIGMA_RULES.keys())
def test_a_change_that_rounding_takes_away_is_told(rule):
    net, theta, X, Y = problem(NETS["linear"])
    with pytest.raises(ValueError, match=r"sigma=0.1 is lost in rounding beside values up to"):
        rule(net, 1e20 + theta, X, Y, sigma=0.1, rng=np.random.default_rng(0))


def test_a_plateau_is_no_trouble():
    args = problem(MLP((2, 3, 2), hidden=step), N=1)
    for rule in SIGMA_RULES.values():
        assert np.isfinite(rule(*args, sigma=1e-9, rng=np.random.default_rng(0))).all()


def test_so_is_a_slope_that_is_not_finite():
    net, theta, X, Y = problem(NETS["linear"])
    with pytest.raises(ValueError, match=r"the slope of the loss is .* at theta: lower"):
        perturb.forward_gradient(net, theta * np.inf, X, Y, rng=np.random.default_rng(0))


def test_a_climb_says_at_which_step_it_ended():
    with pytest.raises(ValueError, match=r"the loss is inf at step 1: take a smaller sigma than"):
        climb(NETS["linear"], sigma=1e200)


@pytest.mark.parametrize("batch_size", [1, None])
@pytest.mark.parametrize("rule", SIGMA_RULES.values(), ids=SIGMA_RULES.keys())
def test_a_diverging_run_stops_and_says_why(rule, batch_size):
    net, theta, X, Y = problem(NETS["linear"], N=40)
    rng = np.random.default_rng(0)
    rule = partial(rule, sigma=0.1, rng=rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # train warns where it finds out first
        run = train(
            net, theta, X, Y, gd(1e5), gradient=rule, epochs=200, batch_size=batch_size, rng=rng
        )
    assert re.match(r"epoch \d+(, step \d+)?: .*the loss is", run.stopped)
    assert "lower the learning rate" in run.stopped
    assert run.epochs < 200
    assert np.isfinite(run.theta).all()


def test_a_seed_is_no_generator():
    for rule in (*SIGMA_RULES.values(), partial(perturb.hill_climb, steps=3)):
        with pytest.raises(TypeError, match=r"rng is 0; pass a generator"):
            rule(*problem(NETS["linear"]), sigma=0.1, rng=0)


def test_what_does_not_fit_is_refused_in_words():
    args, rng = problem(NETS["linear"]), np.random.default_rng(0)
    refusals = {
        r"V has shape \(3, 7\); .* \(K, 8\)": lambda: perturb.parallel_estimate(
            *args, np.ones((3, 7)), 0.1
        ),
        r"p is 8, but the network has parameters 0 … 7": lambda: perturb.try_one_weight(
            *args, 8, 0.1
        ),
        r"change has shape \(3,\) and noise \(4, 2\)": lambda: perturb.node_delta(
            np.ones(3), np.ones((4, 2)), 0.1
        ),
        r"x has shape \(1, 2\); one example": lambda: perturb.smallest_change(
            np.ones((1, 2)), np.ones(3)
        ),
        r"rule is 'hebb', which is none of 'backprop'": lambda: perturb.forward_passes(
            "hebb", 8, 1
        ),
        r"rule is 'hebb', which is none of 'gradient'": lambda: perturb.squared_distances(
            "hebb", 2, 2, lr=0.1, steps=1, runs=1, rng=rng
        ),
        r"theta has shape \(9,\) but the network has 8": lambda: perturb.directional_derivative(
            *args, np.ones(9)
        ),
        r"h is nan; a derivative": lambda: perturb.chance_to_improve(1.0, np.nan, 0.1),
        r"a is 0; it must be": lambda: perturb.spall_gains(a=0, c=1),
        r"A is -1; it must be .*, or 0": lambda: perturb.spall_gains(a=1, c=1, A=-1),
    }
    for message, call in refusals.items():
        with pytest.raises(ValueError, match=message):
            call()


def test_kinks_are_no_trouble():
    args = problem(MLP((3, 4, 2), hidden=relu), N=6)
    g = perturb.forward_gradient(*args, samples=K, rng=np.random.default_rng(0))
    assert relative_error(g, backprop(*args)) < 0.05

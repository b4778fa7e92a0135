"""Averages, dropout left on, and samplers against scikit-learn, SciPy and closed forms."""

import warnings
from itertools import product

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.calibration import calibration_curve
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import BayesianRidge, Ridge
from sklearn.tree import DecisionTreeClassifier

from course_utils.nn import bayes
from course_utils.nn.bayes import (
    NeverAccepted,
    ambiguity,
    average_left_out,
    backprop_weighted,
    bootstrap_rows,
    calibration_error,
    drawn,
    dropout_all,
    effective_draws,
    energy,
    entropy,
    entropy_parts,
    geometric_mean,
    hmc,
    leapfrog,
    linear_posterior,
    mc_dropout,
    metropolis,
    metropolis_accept,
    one_mask_each,
    passes,
    reliability,
    rhat,
    split_rhat,
)
from course_utils.nn.bayes.many import masked_backprop
from course_utils.nn.functions import (
    binary_cross_entropy,
    cross_entropy,
    identity,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.mlp import MLP, backprop, forward, init
from course_utils.nn.optim import adam
from course_utils.nn.regularize import dropout_backprop, dropout_forward, random_masks
from course_utils.nn.second_order import lbfgs
from course_utils.nn.stacked import backprop_all, init_all, train_all

NETS = (
    MLP((4, 5, 3), tanh, softmax, cross_entropy),
    MLP((3, 6, 4, 2), tanh, identity, squared_error),
    MLP((2, 3, 1), relu, sigmoid, binary_cross_entropy),
)
LINE = MLP((3, 1), output=identity, loss=squared_error)


def stack(net, S=3, N=7, seed=0):
    """(theta, X, Y) of S networks."""
    rng = np.random.default_rng(seed)
    theta = init_all(net, range(S)) + 0.3 * rng.normal(size=(S, net.size))
    n_out = net.sizes[-1]
    Y = np.eye(max(2, n_out))[rng.integers(0, max(2, n_out), N), :n_out]
    return theta, rng.normal(size=(N, net.sizes[0])), Y


# ---------------------------------------------------------------- averages


def test_the_error_of_the_average_is_mean_error_minus_ambiguity():
    rng = np.random.default_rng(0)
    P, Y = rng.normal(size=(6, 20, 3)), rng.normal(size=(20, 3))
    of_average, of_models, apart = ambiguity(P, Y)
    assert of_average == pytest.approx(of_models - apart, rel=1e-13)


def test_ambiguity_by_hand():
    P, Y = np.array([[[1.0, 0.0]], [[3.0, 2.0]]]), np.array([[1.0, 1.0]])
    assert ambiguity(P, Y) == pytest.approx((1.0, (1 + 5) / 2, 2.0))


def bagging(N=60, S=30):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, 4))
    y = (X[:, 0] + X[:, 1] ** 2 + 0.5 * rng.normal(size=N) > 0.8).astype(int)
    model = BaggingClassifier(
        DecisionTreeClassifier(max_depth=3), S, oob_score=True, random_state=0
    ).fit(X, y)
    rows = np.array(model.estimators_samples_)
    P = np.stack([tree.predict_proba(X) for tree in model.estimators_])
    return model, X, P, rows


def test_cases_left_out_are_scikit_learns_out_of_bag_estimate():
    model, X, P, rows = bagging()
    ours = average_left_out(P, drawn(rows))
    np.testing.assert_allclose(ours, model.oob_decision_function_, rtol=1e-12)
    np.testing.assert_allclose(P.mean(axis=0), model.predict_proba(X), rtol=1e-12)


def test_our_bootstrap_draws_as_scikit_learns():
    _, _, _, theirs = bagging(S=100)
    ours = bootstrap_rows(60, 100, rng=np.random.default_rng(0))
    assert ours.shape == theirs.shape
    expected = 1 - (1 - 1 / 60) ** 60
    for rows in (ours, theirs):
        share = np.mean(drawn(rows) > 0, axis=1)
        assert abs(share.mean() - expected) < 4 * share.std() / np.sqrt(100)
        assert np.all(drawn(rows).sum(axis=1) == 60)


@pytest.mark.parametrize("net", NETS, ids=str)
def test_a_weighted_gradient_is_that_of_the_cases_repeated(net):
    theta, X, Y = stack(net)
    rows = bootstrap_rows(7, 3, rng=np.random.default_rng(1))
    ours = backprop_weighted(drawn(rows))(net, theta, X, Y)
    for one, own, gradient in zip(theta, rows, ours, strict=True):
        np.testing.assert_allclose(gradient, backprop(net, one, X[own], Y[own]), atol=1e-14)


def test_networks_trained_on_samples_are_those_trained_alone():
    net = NETS[1]
    theta, X, Y = stack(net)
    rows = bootstrap_rows(7, 3, rng=np.random.default_rng(1))
    rule = backprop_weighted(drawn(rows))
    together = train_all(net, theta, X, Y, adam(0.02), sweeps=20, gradient=rule).theta
    for one, own, end in zip(theta, rows, together, strict=True):
        alone = train_all(net, one[None], X[own], Y[own], adam(0.02), sweeps=20).theta[0]
        np.testing.assert_allclose(end, alone, rtol=1e-7, atol=1e-9)


def test_the_geometric_mean_is_scipys_made_to_add_up_to_1():
    P = np.random.default_rng(0).dirichlet(np.ones(4), (7, 5))
    theirs = stats.gmean(P, axis=0)
    theirs /= theirs.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(geometric_mean(P), theirs, rtol=1e-12)


def test_the_plain_network_is_the_geometric_mean_over_all_masks_of_one_hidden_layer():
    net, rng = MLP((3, 6, 4), tanh), np.random.default_rng(0)
    theta, X = 2 * init(net, rng), rng.normal(size=(2, 3))
    every = np.array(list(product((0.0, 2.0), repeat=6)))
    P = [
        dropout_forward(net, theta, X, [np.ones((2, 3)), np.tile(mask, (2, 1))]).output
        for mask in every
    ]
    np.testing.assert_allclose(
        geometric_mean(np.array(P)), forward(net, theta, X).output, rtol=1e-12
    )


# ---------------------------------------------------------------- dropout left on


@pytest.mark.parametrize("net", NETS, ids=str)
def test_masked_gradients_of_many_networks_are_those_of_each(net):
    theta, X, Y = stack(net)
    rng = np.random.default_rng(2)
    keep = [0.7] * (len(net.sizes) - 1)
    each = [random_masks(net, 7, keep, rng=rng) for _ in range(3)]
    masks = [np.stack(layer) for layer in zip(*each, strict=True)]
    ours = masked_backprop(net, theta, X, Y, masks=masks)
    theirs = [dropout_backprop(net, t, X, Y, m) for t, m in zip(theta, each, strict=True)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_dropout_of_many_networks_with_all_units_is_backprop():
    theta, X, Y = stack(NETS[1])
    rule = dropout_all((1.0, np.ones(3), 1.0), rng=np.random.default_rng(0))
    np.testing.assert_allclose(
        rule(NETS[1], theta, X, Y), backprop_all(NETS[1], theta, X, Y), rtol=1e-12
    )


def test_dropout_of_many_networks_keeps_its_own_share_in_each():
    net = MLP((2, 400, 1), identity, identity, squared_error)
    theta, X, Y = np.ones((2, net.size)), np.ones((1, 2)), np.zeros((1, 1))
    rule = dropout_all((1.0, np.array([0.9, 0.3])), rng=np.random.default_rng(0))
    gradient = rule(net, theta, X, Y)
    (_, (V, _)) = net.layers(gradient)  # the outgoing weight of a dropped unit gets 0
    assert np.mean(V != 0, axis=(1, 2)) == pytest.approx([0.9, 0.3], abs=0.08)


def test_mc_dropout_is_mean_and_spread_of_masked_networks():
    net, rng = NETS[1], np.random.default_rng(0)
    theta, X = init(net, rng), rng.normal(size=(4, 3))
    masks = [random_masks(net, 4, (0.8, 0.5, 0.5), rng=rng) for _ in range(5)]
    answers = np.array([dropout_forward(net, theta, X, each).output for each in masks])
    mean, sd = mc_dropout(net, theta, X, masks)
    np.testing.assert_allclose(mean, sum(answers) / 5, rtol=1e-12)
    np.testing.assert_allclose(sd**2, sum((a - mean) ** 2 for a in answers) / 5, rtol=1e-9)


def test_the_scatter_of_a_linear_unit_is_the_formula():
    theta, X = np.array([1.0, -2.0, 0.5, 0.3]), np.array([[1.0, 2.0, -1.0]])
    P = passes(LINE, theta, X, (0.7,), T=40_000, rng=np.random.default_rng(0))
    expected = 0.3 / 0.7 * np.sum((theta[:3] * X[0]) ** 2)
    assert P.var() == pytest.approx(expected, rel=0.03)
    assert P.mean() == pytest.approx(X[0] @ theta[:3] + 0.3, abs=0.05)


def test_passes_have_a_mask_for_each_example_and_members_one_for_all():
    net, rng = NETS[0], np.random.default_rng(0)
    theta, X = init(net, rng), np.repeat(rng.normal(size=(1, 4)), 6, axis=0)
    free = passes(net, theta, X, (1.0, 0.5), T=8, rng=rng)
    members = one_mask_each(net, theta, X, (1.0, 0.5), T=8, rng=rng)
    assert free.shape == members.shape == (8, 6, 3)
    np.testing.assert_allclose(members, np.repeat(members[:, :1], 6, axis=1), rtol=1e-12)
    assert np.ptp(free, axis=1).max() > 0.01
    assert np.ptp(members[:, 0], axis=0).max() > 0.01


def test_passes_keep_float32():
    net, rng = NETS[0], np.random.default_rng(0)
    theta, X = init(net, rng).astype(np.float32), np.ones((2, 4), np.float32)
    assert passes(net, theta, X, (0.8, 0.5), T=3, rng=rng).dtype == np.float32
    Y = np.eye(3, dtype=np.float32)[[0, 1]]
    rule = dropout_all((0.8, 0.5), rng=rng)
    assert rule(net, theta[None], X, Y).dtype == np.float32


# ---------------------------------------------------------------- uncertainty


def test_entropy_is_scipys():
    P = np.random.default_rng(0).dirichlet(np.ones(5), (3, 4))
    P[0, 0] = [1, 0, 0, 0, 0]
    np.testing.assert_allclose(entropy(P), stats.entropy(P, axis=-1), rtol=1e-12)


def test_disagreement_is_the_mean_divergence_from_the_average():
    P = np.random.default_rng(0).dirichlet(np.ones(4), (6, 5))
    total, disagreement = entropy_parts(P)
    divergence = stats.entropy(P, P.mean(axis=0)[None], axis=-1).mean(axis=0)
    np.testing.assert_allclose(disagreement, divergence, rtol=1e-10)
    np.testing.assert_allclose(total, stats.entropy(P.mean(axis=0), axis=-1), rtol=1e-12)
    np.testing.assert_allclose(entropy_parts(np.repeat(P[:1], 3, axis=0))[1], 0, atol=1e-15)


@pytest.mark.parametrize("bins", [1, 5, 10, 17])
def test_reliability_and_calibration_error_are_scikit_learns(bins):
    rng = np.random.default_rng(bins)
    said = rng.uniform(0.2, 1, 400)
    right = rng.random(400) < said**2
    share, mean = calibration_curve(right, said, n_bins=bins, strategy="uniform")
    found = reliability(said, right, bins)
    some = found.count > 0
    np.testing.assert_allclose(found.right[some], share, rtol=1e-12)
    np.testing.assert_allclose(found.said[some], mean, rtol=1e-12)
    expected = found.count[some] @ np.abs(share - mean) / 400
    assert calibration_error(said, right, bins) == pytest.approx(expected, rel=1e-12)
    assert found.count.sum() == 400
    assert np.isnan(found.said[~some]).all()


def test_what_is_said_rightly_has_no_calibration_error():
    said, right = np.array([0.5, 0.5, 1.0, 1.0]), np.array([True, False, True, True])
    assert calibration_error(said, right) == 0
    assert calibration_error(said, ~right) == pytest.approx(0.5)


# ---------------------------------------------------------------- the posterior


@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_gradient_of_the_energy_is_that_of_differences(net):
    theta, X, Y = stack(net)
    U = energy(net, X, Y, prior=0.7, noise=2.5 if net.loss is squared_error else 1.0)
    e = 6e-6 * np.eye(net.size)
    by_differences = [(U.value(t + e) - U.value(t - e)) / 1.2e-5 for t in theta]
    assert relative_error(U.gradient(theta), np.array(by_differences)) < 1e-7
    np.testing.assert_allclose(U.gradient(theta[0]), U.gradient(theta)[0], rtol=1e-12)
    assert U.value(theta)[1] == pytest.approx(U(theta[1])[0], rel=1e-12)


def test_the_energy_is_minus_the_logarithm_of_likelihood_and_prior():
    net = NETS[1]
    theta, X, Y = stack(net)
    U = energy(net, X, Y, prior=0.7, noise=4.0)
    log_p = [
        stats.norm.logpdf(Y, forward(net, t, X).output, 0.5).sum()
        + stats.norm.logpdf(t, 0, 1 / np.sqrt(0.7)).sum()
        for t in theta
    ]
    np.testing.assert_allclose(np.diff(U.value(theta)), -np.diff(log_p), rtol=1e-10)


def test_the_energy_of_classes_is_minus_the_logarithm_of_likelihood_and_prior():
    net = NETS[0]
    theta, X, Y = stack(net)
    U = energy(net, X, Y, prior=np.full(net.size, 2.0))
    log_p = [
        np.log(forward(net, t, X).output[Y > 0]).sum()
        + stats.norm.logpdf(t, 0, 1 / np.sqrt(2.0)).sum()
        for t in theta
    ]
    np.testing.assert_allclose(np.diff(U.value(theta)), -np.diff(log_p), rtol=1e-10)


def test_each_network_may_have_targets_of_its_own():
    net = NETS[1]
    theta, X, Y = stack(net)
    each = Y + np.arange(3)[:, None, None]
    U = energy(net, X, each, prior=1.0, noise=2.0)
    for s in range(3):
        alone = energy(net, X, each[s], prior=1.0, noise=2.0)
        assert U.value(theta)[s] == pytest.approx(alone.value(theta[s]), rel=1e-12)
        np.testing.assert_allclose(U.gradient(theta)[s], alone.gradient(theta[s]), rtol=1e-10)


def regression(N=30, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, 3)) * [2.0, 1.0, 0.3]
    return X, X @ [1.0, -1.0, 0.5] + 0.3 + 0.4 * rng.normal(size=N)


def test_the_linear_posterior_is_scikit_learns():
    X, y = regression()
    theirs = BayesianRidge(fit_intercept=False, max_iter=1, compute_score=False).fit(X, y)
    mean, C = linear_posterior(X, y, prior=theirs.lambda_, noise=theirs.alpha_)
    np.testing.assert_allclose(mean, theirs.coef_, rtol=1e-6)
    np.testing.assert_allclose(C, theirs.sigma_, rtol=1e-6, atol=1e-12)


def test_the_most_probable_weights_are_ridge_and_the_linear_mean():
    X, y = regression()
    found = lbfgs(energy(LINE, X, y[:, None], prior=2.0, noise=5.0), np.zeros(4), tol=1e-9)
    ones = np.column_stack([X, np.ones(30)])
    mean, _ = linear_posterior(ones, y, prior=2.0, noise=5.0)
    np.testing.assert_allclose(found.theta, mean, rtol=1e-7)
    theirs = Ridge(alpha=2.0 / 5.0, fit_intercept=False).fit(ones, y)
    np.testing.assert_allclose(mean, theirs.coef_, rtol=1e-9)


# ---------------------------------------------------------------- samplers

SAMPLERS = {
    "metropolis": lambda U, at, rng, **more: metropolis(
        U, at, scale=0.1, draws=60, thin=100, warmup=800, rng=rng, **more
    ),
    "hmc": lambda U, at, rng, **more: hmc(
        U, at, eps=0.1, leaps=12, draws=100, warmup=150, rng=rng, **more
    ),
}


@pytest.mark.parametrize("name", SAMPLERS)
def test_samplers_find_mean_and_covariance_of_the_linear_posterior(name):
    X, y = regression()
    mean, C = linear_posterior(np.column_stack([X, np.ones(30)]), y, prior=1.0, noise=6.0)
    rng = np.random.default_rng(4)
    U = energy(LINE, X, y[:, None], prior=1.0, noise=6.0)
    chains = SAMPLERS[name](U, rng.normal(size=(100, 4)), rng)
    # in coordinates in which the exact answer is mean 0 and covariance I; the chains are
    # independent, so their own means tell the error
    w = np.linalg.solve(np.linalg.cholesky(C), (chains.theta - mean).reshape(-1, 4).T).T
    w = w.reshape(-1, 100, 4)
    products = w[..., :, None] * w[..., None, :]
    for of_chain, exact in ((w.mean(axis=0), np.zeros(4)), (products.mean(axis=0), np.eye(4))):
        error = of_chain.std(axis=0, ddof=1) / np.sqrt(100)
        assert np.all(np.abs(of_chain.mean(axis=0) - exact) < 4 * error)
        assert np.all(error < 0.1)
    assert np.all(chains.accepted > 0.1)
    assert split_rhat(chains.theta).max() < 1.15


@pytest.mark.parametrize("name", SAMPLERS)
def test_samplers_agree_with_integration_where_nothing_is_normal(name):
    net = MLP((1, 1), output=sigmoid, loss=binary_cross_entropy)
    X, Y = np.array([[-1.0], [0.5], [1.0], [2.0]]), np.array([[0.0], [1.0], [1.0], [1.0]])
    U = energy(net, X, Y, prior=0.1)
    chains = SAMPLERS[name](U, np.zeros((100, 2)), np.random.default_rng(0))

    def p(b, w, power):
        return w**power * np.exp(-float(U.value(np.array([w, b]))))

    box = ((-12, 12), (-8, 16))  # of b and w
    (total, first, second) = (
        integrate.dblquad(p, *box[1], *box[0], args=(k,), epsabs=1e-4, epsrel=1e-3)[0]
        for k in range(3)
    )
    for k, moment in ((1, first / total), (2, second / total)):
        of_chain = (chains.theta[:, :, 0] ** k).mean(axis=0)
        error = of_chain.std(ddof=1) / np.sqrt(100)
        assert abs(of_chain.mean() - moment) < 4 * error
        assert error < 0.05 * moment


def test_the_same_generator_gives_the_same_chains_and_the_start_is_not_changed():
    X, y = regression()
    U, start = energy(LINE, X, y[:, None], prior=1.0, noise=6.0), np.ones((3, 4))
    runs = [
        hmc(U, start, eps=0.03, leaps=3, draws=5, thin=2, rng=np.random.default_rng(3))
        for _ in range(2)
    ]
    assert np.array_equal(runs[0].theta, runs[1].theta)
    assert np.all(start == 1)
    assert runs[0].theta.shape == (5, 3, 4)
    assert runs[0].gradients == 10 * 4
    np.testing.assert_allclose(runs[0].U, [U.value(t) for t in runs[0].theta], rtol=1e-12)
    assert runs[0].thinned(2).shape == (9, 4)


def test_acceptance_has_the_chance_of_the_ratio():
    rng = np.random.default_rng(0)
    theta, proposal = np.zeros((20_000, 1)), np.ones((20_000, 1))
    U = np.zeros(20_000)
    for rise in (-1.0, 0.3, 2.0):
        new = metropolis_accept(theta, proposal, U, U + rise, 1 - rng.random(20_000))
        assert new.mean() == pytest.approx(min(1, np.exp(-rise)), abs=0.015)


def anharmonic(theta):
    """The gradient of θ⁴/4 + θ²/2."""
    return theta**3 + theta


def test_leapfrog_follows_the_exact_path_and_its_error_falls_like_eps_squared():
    start, v = np.array([1.0]), np.array([0.5])
    exact = integrate.solve_ivp(
        lambda t, z: [z[1], -anharmonic(z[0])], (0, 2), [1.0, 0.5], rtol=1e-11, atol=1e-11
    ).y[:, -1]
    off = []
    for steps in (20, 40, 80):
        theta, end = leapfrog(anharmonic, start, v, 2 / steps, steps)
        off.append(np.hypot(theta[0] - exact[0], end[0] - exact[1]))
    assert off[2] < 1e-3
    assert np.array(off[:-1]) / off[1:] == pytest.approx([4, 4], rel=0.1)


def test_leapfrog_can_be_walked_back_and_keeps_volume():
    rng = np.random.default_rng(0)
    theta, v = rng.normal(size=3), rng.normal(size=3)
    there, v_there = leapfrog(anharmonic, theta, v, 0.2, 7)
    back, v_back = leapfrog(anharmonic, there, -v_there, 0.2, 7)
    np.testing.assert_allclose(back, theta, atol=1e-12)
    np.testing.assert_allclose(-v_back, v, atol=1e-12)

    def end(z):
        return np.concatenate(leapfrog(anharmonic, z[:3], z[3:], 0.2, 7))

    z = np.concatenate([theta, v])
    jacobian = [(end(z + e) - end(z - e)) / 2e-6 for e in 1e-6 * np.eye(6)]
    assert np.linalg.det(np.array(jacobian)) == pytest.approx(1, abs=1e-6)


# ---------------------------------------------------------------- chains


def test_rhat_by_hand():
    draws = np.array([[1.0, 2.0], [3.0, 4.0], [2.0, 6.0], [4.0, 4.0]])
    W, B = (5 / 3 + 8 / 3) / 2, 2 * 0.75**2
    assert rhat(draws) == pytest.approx(np.sqrt((0.75 * W + B) / W))


def test_rhat_tells_chains_that_agree_from_chains_that_do_not():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(500, 4, 2))
    assert np.all(np.abs(rhat(draws) - 1) < 0.01)
    draws[:, 0, 1] += 3
    assert rhat(draws)[0] < 1.01
    assert rhat(draws)[1] > 1.5


def test_split_rhat_sees_a_drift_that_rhat_does_not():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(400, 4)) + np.linspace(-2, 2, 400)[:, None]
    assert rhat(draws) < 1.02
    assert split_rhat(draws) > 1.2


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, -0.4])
def test_effective_draws_of_an_autoregression_are_known(rho):
    rng, T, S = np.random.default_rng(1), 4000, 8
    noise = rng.normal(size=(T, S))
    x = np.empty((T, S))
    x[0] = noise[0] / np.sqrt(1 - rho**2)
    for t in range(1, T):
        x[t] = rho * x[t - 1] + noise[t]
    assert effective_draws(x) == pytest.approx(T * S * (1 - rho) / (1 + rho), rel=0.15)


def test_a_chain_that_never_accepts_is_warned_of():
    X, y = regression()
    U = energy(LINE, X, y[:, None], prior=1.0, noise=1e6)
    best = lbfgs(U, np.zeros(4)).theta
    said = "chains .0, 1. accepted none of 30 proposals, with steps of size 50: make them smaller"
    with pytest.warns(NeverAccepted, match=said):
        chains = metropolis(
            U, np.stack([best, best]), scale=50.0, draws=30, rng=np.random.default_rng(0)
        )
    assert np.all(chains.accepted == 0)
    with pytest.warns(NeverAccepted, match="give some warmup"), warnings.catch_warnings():
        hmc(U, np.stack([best]), eps=1e3, leaps=5, draws=4, rng=np.random.default_rng(0))


def test_warmup_mends_steps_of_the_wrong_size():
    X, y = regression()
    U = energy(LINE, X, y[:, None], prior=1.0, noise=6.0)
    rng = np.random.default_rng(0)
    for scale in (1e-3, 30.0):
        chains = metropolis(U, np.zeros((4, 4)), scale=scale, draws=300, warmup=500, rng=rng)
        assert np.all(np.abs(chains.accepted - 0.3) < 0.15)
    chains = hmc(U, np.zeros((4, 4)), eps=3.0, leaps=5, draws=200, warmup=200, rng=rng)
    assert np.all(np.abs(chains.accepted - 0.8) < 0.15)


# ---------------------------------------------------------------- bad input

RNG = np.random.default_rng(0)
X, Y = np.ones((5, 3)), np.ones((5, 1))
START = np.zeros((2, 4))
PLAIN = energy(LINE, X, Y, prior=1.0)
PAIR = np.full((2, 5, 3), 1 / 3)
BAD = {
    "an average of one": (lambda: ambiguity(PAIR[:1], PAIR[0]), "P holds 1 model; .* at least 2"),
    "outputs of one model": (lambda: geometric_mean(PAIR[0]), r"P has shape \(5, 3\)"),
    "targets of other examples": (
        lambda: ambiguity(PAIR, PAIR[0, :4]),
        r"Y has shape \(4, 3\), but the models' outputs are \(5, 3\)",
    ),
    "one bootstrap sample": (lambda: bootstrap_rows(5, 1, rng=RNG), "is 1; .* at least 2"),
    "one pass": (
        lambda: passes(LINE, np.zeros(4), X, (0.5,), T=1, rng=RNG),
        "T, the number of answers to average, is 1",
    ),
    "masks of one pass": (
        lambda: mc_dropout(LINE, np.zeros(4), X, [[np.ones((5, 3))]]),
        "masks for 1 pass; a spread needs at least 2",
    ),
    "masks of other examples": (
        lambda: mc_dropout(LINE, np.zeros(4), X, [[np.ones((4, 3))]] * 2),
        "one row for each example",
    ),
    "an example that everybody saw": (
        lambda: average_left_out(PAIR, np.ones((2, 5))),
        "example 0 is in the samples of all 2 models, .* draw more samples",
    ),
    "counts of other models": (
        lambda: average_left_out(PAIR, np.zeros((3, 5))),
        r"counts has shape \(3, 5\), but P holds 2 models and 5 examples",
    ),
    "weights below 0": (lambda: backprop_weighted(-np.ones((2, 5))), "no entry below 0"),
    "weights of other networks": (
        lambda: backprop_weighted(np.ones((3, 5)))(LINE, START, X, Y),
        "the weights are for 3 networks and 5 examples, but theta holds 2 and X 5",
    ),
    "keep nothing": (lambda: dropout_all((1.0, 0.0), rng=RNG), r"keep\[1\] is 0.0"),
    "keep too many": (
        lambda: dropout_all((1.0, 0.5), rng=RNG)(LINE, START, X, Y),
        "has 2 entries, but .* needs 1",
    ),
    "a prior of 0": (lambda: energy(LINE, X, Y, prior=0.0), "prior is 0; a precision must be"),
    "a prior below 0 somewhere": (
        lambda: energy(LINE, X, Y, prior=np.array([1.0, 1.0, -2.0, 1.0])),
        "prior is -2; a precision",
    ),
    "a prior of 0 in the linear case": (
        lambda: linear_posterior(X, Y[:, 0], prior=0.0, noise=1.0),
        "prior is 0; a precision must be a finite number above 0",
    ),
    "noise of 0": (lambda: energy(LINE, X, Y, prior=1.0, noise=0.0), "noise is 0.0"),
    "noise of classes": (
        lambda: energy(NETS[0], X, Y, prior=1.0, noise=3.0),
        "noise is 3, but cross-entropy is a log likelihood already: leave noise at 1",
    ),
    "targets as a matrix": (
        lambda: linear_posterior(X, Y, prior=1.0, noise=1.0),
        r"X has shape \(5, 3\) and y \(5, 1\)",
    ),
    "one start without its axis": (
        lambda: hmc(PLAIN, np.zeros(4), eps=0.1, leaps=2, draws=3, rng=RNG),
        r"theta has shape \(4,\) and dtype float64; .*theta\[None, :\]",
    ),
    "a start where the energy is infinite": (
        lambda: metropolis(PLAIN, np.full((2, 4), np.inf), scale=1.0, draws=3, rng=RNG),
        "start where the energy is finite",
    ),
    "steps of size 0": (
        lambda: metropolis(PLAIN, START, scale=0.0, draws=3, rng=RNG),
        "scale is 0.0; it must be a finite number above 0",
    ),
    "no draws": (
        lambda: hmc(PLAIN, START, eps=0.1, leaps=2, draws=0, rng=RNG),
        "draws is 0",
    ),
    "no leaps": (lambda: hmc(PLAIN, START, eps=0.1, leaps=0, draws=2, rng=RNG), "leaps is 0"),
    "energies of other chains": (
        lambda: metropolis_accept(START, START, np.zeros(3), np.zeros(2), np.zeros(2)),
        r"U has shape \(3,\), but for theta \(2, 4\) it must be \(2,\)",
    ),
    "one chain": (lambda: rhat(np.zeros((50, 1))), "draws has 1 chain; .* at least 2"),
    "short chains": (lambda: rhat(np.zeros((2, 4))), "draws has 2 draws of each chain"),
    "draws without chains": (lambda: rhat(np.zeros(50)), r"draws has shape \(50,\)"),
    "many numbers at once": (lambda: effective_draws(np.zeros((9, 2, 3))), "one number at a time"),
    "no probabilities": (
        lambda: calibration_error(np.array([0.5, 1.5]), np.array([True, False])),
        "said runs from 0.5 to 1.5; it holds probabilities",
    ),
    "verdicts of other examples": (
        lambda: reliability(np.array([0.5]), np.array([True, False])),
        r"right has shape \(2,\)",
    ),
    "no bins": (lambda: reliability(np.array([0.5]), np.array([True]), 0), "bins is 0"),
    "no classes": (lambda: entropy(np.array([0.5, 0.5])), "its last axis holds the classes"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_a_sentence(name):
    call, sentence = BAD[name]
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=sentence):
        call()


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="rng is 0; pass a generator"):
        metropolis(PLAIN, START, scale=1.0, draws=3, rng=0)


def test_everything_is_exported():
    assert sorted(bayes.__all__) == bayes.__all__
    assert all(hasattr(bayes, name) for name in bayes.__all__)

"""First weights have the distribution that their docstring names; samples are tested with SciPy.

Kolmogorov-Smirnov tests on fixed seeds: a wrong distribution of 100,000 weights gives p below
1e-30, the right one is asked for p above 0.01.
"""

from functools import partial

import numpy as np
import pytest
import torch
from scipy import stats

from course_utils.nn.functions import identity, relu, squared_error
from course_utils.nn.initialize import (
    constant,
    different_units,
    fan_in,
    glorot,
    he,
    orthogonal,
    scale_to_fan_in,
    scaled,
    uniform,
)
from course_utils.nn.mlp import MLP, backprop, forward, init


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n_in", [10, 1000])
def test_fan_in_is_normal_with_one_over_the_root_of_the_inputs(n_in, rng):
    W = fan_in(rng, n_in, 100_000 // n_in)
    assert W.shape == (n_in, 100_000 // n_in)
    assert stats.kstest(W.ravel(), stats.norm(0, n_in**-0.5).cdf).pvalue > 0.01


def test_fan_in_is_torchs_kaiming_for_linear_units(rng):
    """torch keeps its weights as (n_out, n_in); standard deviations of 2e5 weights, to 1 %."""
    weight = torch.empty(500, 400)
    torch.nn.init.kaiming_normal_(
        weight, nonlinearity="linear", generator=torch.Generator().manual_seed(0)
    )
    assert fan_in(rng, 400, 500).std() == pytest.approx(weight.std().item(), rel=0.01)


def test_fan_in_gives_pre_activations_of_variance_one(rng):
    X = rng.normal(size=(2000, 300))
    assert (X @ fan_in(rng, 300, 200)).var() == pytest.approx(1, rel=0.05)


def test_uniform_fills_its_interval_whatever_the_layers_size(rng):
    W = uniform(0.3)(rng, 20, 5000)
    assert W.shape == (20, 5000)
    assert stats.kstest(W.ravel(), stats.uniform(-0.3, 0.6).cdf).pvalue > 0.01


@pytest.mark.parametrize("limit", [0, -0.3, np.nan, np.inf, "0.3", True, None])
def test_uniform_refuses_a_limit_that_is_none(limit):
    with pytest.raises(ValueError, match=r"limit is .*must be a finite number above 0"):
        uniform(limit)


def test_init_draws_weights_that_differ_and_leaves_biases_at_zero(rng):
    net = MLP((30, 20, 10))
    theta = init(net, rng)
    assert (theta.shape, theta.dtype) == ((net.size,), np.dtype(float))
    for W, b in net.layers(theta):
        assert len(np.unique(W)) == W.size
        assert not b.any()


def test_init_uses_each_layers_own_inputs(rng):
    net = MLP((400, 100, 300))
    spread = [W.std() * np.sqrt(len(W)) for W, _ in net.layers(init(net, rng))]
    np.testing.assert_allclose(spread, 1, rtol=0.02)


def test_init_takes_any_scheme(rng):
    net = MLP((3, 2, 2))
    theta = init(net, rng, lambda rng, n_in, n_out: np.full((n_in, n_out), n_in))
    assert [set(W.ravel()) for W, _ in net.layers(theta)] == [{3}, {2}]
    assert np.abs(init(net, rng, scheme=uniform(0.3))).max() < 0.3


def test_the_generator_decides_and_the_global_state_stays():
    net, before = MLP((3, 2)), np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = (init(net, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert (first != init(net, np.random.default_rng(8))).any()


def test_a_deep_linear_net_keeps_its_scale(rng):
    """Eleven layers of weights: the outputs keep the size of the inputs, within a fifth."""
    net = MLP((200,) * 12, identity, identity, squared_error)
    assert 0.8 < forward(net, init(net, rng), rng.normal(size=(50, 200))).output.std() < 1.2


@pytest.mark.parametrize("rng", [0, None, np.random, np.random.RandomState(0)])
def test_init_refuses_a_seed(rng):
    with pytest.raises(TypeError, match=r"rng is .*; pass a generator, .*default_rng\(0\)"):
        init(MLP((3, 2)), rng)


def torchs(initialize, n_in, n_out, **options):
    weight = torch.empty(n_out, n_in, dtype=torch.float64)
    initialize(weight, generator=torch.Generator().manual_seed(0), **options)
    return weight.numpy().T


@pytest.mark.parametrize(("n_in", "n_out"), [(400, 500), (1000, 200)])
@pytest.mark.parametrize(
    ("scheme", "theirs"),
    [
        (glorot, torch.nn.init.xavier_uniform_),
        (he, partial(torch.nn.init.kaiming_normal_, nonlinearity="relu")),
        (orthogonal, torch.nn.init.orthogonal_),
    ],
)
def test_the_variance_is_torchs(scheme, theirs, n_in, n_out, rng):
    """2e5 weights on each side: variances to 2 %."""
    ours, other = scheme(rng, n_in, n_out), torchs(theirs, n_in, n_out)
    assert ours.shape == other.shape
    assert ours.var() == pytest.approx(other.var(), rel=0.02)


def test_glorot_fills_its_interval(rng):
    limit = np.sqrt(6 / 5020)
    W = glorot(rng, 20, 5000).ravel()
    assert stats.kstest(W, stats.uniform(-limit, 2 * limit).cdf).pvalue > 0.01


def test_he_is_normal(rng):
    assert stats.kstest(he(rng, 20, 5000).ravel(), stats.norm(0, 0.1**0.5).cdf).pvalue > 0.01


@pytest.mark.parametrize(("n_in", "n_out"), [(7, 7), (9, 4), (4, 9), (1, 3)])
def test_orthogonal_has_singular_values_of_one(n_in, n_out, rng):
    W = orthogonal(rng, n_in, n_out)
    assert W.shape == (n_in, n_out)
    np.testing.assert_allclose(np.linalg.svd(W, compute_uv=False), 1, rtol=1e-12)


def test_orthogonal_has_no_preferred_sign(rng):
    """Without the signs of R the first entry would always be negative."""
    first = np.array([orthogonal(rng, 3, 3)[0, 0] for _ in range(400)])
    assert 150 < (first > 0).sum() < 250


@pytest.mark.parametrize("scheme", [glorot, fan_in, orthogonal])
def test_deep_linear_nets_keep_their_scale_with(scheme, rng):
    net = MLP((100,) * 12, identity, identity, squared_error)
    assert 0.7 < forward(net, init(net, rng, scheme), rng.normal(size=(50, 100))).output.std() < 1.4


def test_he_keeps_the_mean_square_of_relu_layers(rng):
    net, X = MLP((300,) * 12, relu, identity, squared_error), rng.normal(size=(50, 300))
    kept = forward(net, init(net, rng, he), X)
    lost = forward(net, init(net, rng, fan_in), X)
    assert 0.6 < np.mean(kept.h[-2] ** 2) < 1.6
    assert np.mean(lost.h[-2] ** 2) < 0.005


def test_scaled_multiplies(rng):
    again = np.random.default_rng(0)
    np.testing.assert_array_equal(scaled(4.0, glorot)(rng, 3, 2), 4 * glorot(again, 3, 2))


def test_units_that_start_alike_stay_alike(rng):
    net = MLP((4, 5, 3))
    theta, X, Y = init(net, rng, constant(0.2)), rng.normal(size=(9, 4)), np.eye(3)[[0, 1, 2] * 3]
    for _ in range(20):
        theta = theta - 0.5 * backprop(net, theta, X, Y)
    (W, b), _ = net.layers(theta)
    assert np.ptp(W, axis=1).max() < 1e-14
    assert np.ptp(b) < 1e-14
    assert np.ptp(W[:, 0]) > 1e-3  # they have learned, all the same thing


@pytest.mark.parametrize("gain", [0, -1.0, np.nan, np.inf, "1", True, None])
def test_scaled_refuses_a_gain_that_is_none(gain):
    with pytest.raises(ValueError, match=r"gain is .*must be a finite number above 0"):
        scaled(gain, glorot)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_constant_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError, match=r"value is .*must be a finite number"):
        constant(value)


def test_scaled_noise_is_fan_in(rng):
    again = np.random.default_rng(0)
    np.testing.assert_allclose(
        scale_to_fan_in(rng.normal(size=(30, 4))), fan_in(again, 30, 4), rtol=1e-12
    )


def test_units_are_different_by_weights_or_bias(rng):
    W, b = rng.normal(size=(3, 4)), np.zeros(4)
    assert different_units(W, b) == 4
    W[:, 2] = W[:, 0]
    assert different_units(W, b) == 3
    b[2] = 0.1
    assert different_units(W, b) == 4


def test_layers_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"noise has shape \(3,\)"):
        scale_to_fan_in(np.ones(3))
    with pytest.raises(ValueError, match=r"W and b have shapes \(3, 2\) and \(3,\)"):
        different_units(np.ones((3, 2)), np.ones(3))

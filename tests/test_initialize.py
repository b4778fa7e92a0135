"""First weights have the distribution that their docstring names; samples are tested with SciPy.

Kolmogorov-Smirnov tests on fixed seeds: a wrong distribution of 100,000 weights gives p below
1e-30, the right one is asked for p above 0.01.
"""

import numpy as np
import pytest
import torch
from scipy import stats

from course_utils.nn.functions import identity, squared_error
from course_utils.nn.initialize import fan_in, uniform
from course_utils.nn.mlp import MLP, forward, init


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

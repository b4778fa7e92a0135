"""Many networks at once do what each of them does alone."""

import numpy as np
import pytest

from course_utils.datasets import symmetry, xor
from course_utils.nn import stacked
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
from course_utils.nn.initialize import uniform
from course_utils.nn.mlp import MLP, backprop, init
from course_utils.nn.optim import adam, gd, momentum
from course_utils.nn.train import train

NETS = [
    MLP((3, 2), output=identity, loss=squared_error),
    MLP((4, 5, 2), tanh, identity, squared_error),
    MLP((2, 3, 1), sigmoid, sigmoid, squared_error),
    MLP((2, 4, 3, 2), relu, sigmoid, binary_cross_entropy),
    MLP((3, 4, 3), tanh, softmax, cross_entropy),
]
XOR = MLP((2, 3, 1), sigmoid, sigmoid, squared_error)


def cases(net, rng, N=7):
    n_out = net.sizes[-1]
    return rng.normal(size=(N, net.sizes[0])), np.eye(max(n_out, 2))[
        rng.integers(0, n_out, N), :n_out
    ]


@pytest.mark.parametrize("net", NETS, ids=str)
def test_a_stack_has_the_gradient_of_every_network(net):
    X, Y = cases(net, np.random.default_rng(0))
    theta = stacked.uniform_all(net, range(6), 1.0)
    alone = [backprop(net, row, X, Y) for row in theta]
    np.testing.assert_allclose(
        stacked.backprop_all(net, theta, X, Y), alone, rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("net", NETS[1:4], ids=str)
def test_every_network_may_have_targets_of_its_own(net):
    rng = np.random.default_rng(1)
    X, _ = cases(net, rng)
    Y = rng.uniform(size=(5, len(X), net.sizes[-1]))
    theta = stacked.uniform_all(net, range(5), 1.0)
    alone = [backprop(net, row, X, targets) for row, targets in zip(theta, Y, strict=True)]
    np.testing.assert_allclose(
        stacked.backprop_all(net, theta, X, Y), alone, rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("rule", [momentum(0.5), adam(0.01)], ids=["momentum", "adam"])
def test_training_side_by_side_is_training_one_by_one(rule):
    (X, Y), seeds = xor(), range(4)
    theta = stacked.init_all(XOR, seeds)
    before = theta.copy()
    runs = stacked.train_all(XOR, theta, X, Y, rule, sweeps=30)
    assert np.array_equal(theta, before)
    for row, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        alone = train(XOR, init(XOR, rng), X, Y, rule, epochs=30, batch_size=None, rng=rng)
        np.testing.assert_allclose(runs.theta[row], alone.theta, rtol=1e-10)
        np.testing.assert_allclose(runs.loss[row], alone.loss, rtol=1e-10)


def test_a_start_is_that_of_the_seed():
    theta = stacked.init_all(XOR, (3, 8), uniform(0.3))
    assert np.array_equal(theta[1], init(XOR, np.random.default_rng(8), uniform(0.3)))
    start = stacked.uniform_all(XOR, (3, 8), 0.3)
    assert start.shape == (2, XOR.size)
    assert np.abs(start).max() < 0.3
    assert all(np.all(b != 0) for _, b in XOR.layers(start))


def test_solved_is_the_first_sweep_with_every_output_on_its_side():
    right = np.array([[False, True, False, True], [False] * 4, [True] * 4])
    runs = stacked.Runs(np.zeros((3, 1)), np.zeros((3, 4)), right)
    np.testing.assert_array_equal(runs.solved_at, [1, np.nan, 0])


def test_a_symmetry_net_of_1986_is_solved():
    net, (X, Y) = MLP((6, 2, 1), sigmoid, sigmoid, squared_error), symmetry(6)
    theta = stacked.uniform_all(net, range(3), 0.3)
    runs = stacked.train_all(net, theta, X, Y, momentum(0.03 * 64, 0.9), sweeps=1500)
    assert runs.right[:, -1].all()
    assert np.isfinite(runs.solved_at).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda theta, X, Y: (theta[0], X, Y), "a stack"),
        (lambda theta, X, Y: (theta[:0], X, Y), "a stack"),
        (lambda theta, X, Y: (theta[:, 1:], X, Y), "parameters"),
        (lambda theta, X, Y: (theta, X[:, :1], Y), "columns"),
        (lambda theta, X, Y: (theta, X, Y[1:]), "rows of the same cases"),
        (lambda theta, X, Y: (theta, X, np.stack([Y] * 5)), "two axes"),
        (lambda theta, X, Y: (theta * np.nan, X, Y), "nan"),
    ],
)
def test_bad_input_is_refused(change, message):
    theta, X, Y = change(stacked.init_all(XOR, range(2)), *xor())
    with pytest.raises(ValueError, match=message):
        stacked.train_all(XOR, theta, X, Y, momentum(0.1), sweeps=2)


def test_sweeps_and_limits_are_checked():
    theta, (X, Y) = stacked.init_all(XOR, range(2)), xor()
    with pytest.raises(ValueError, match="sweeps is 0"):
        stacked.train_all(XOR, theta, X, Y, momentum(0.1), sweeps=0)
    with pytest.raises(TypeError, match="optimizer"):
        stacked.train_all(XOR, theta, X, Y, 0.1, sweeps=1)
    with pytest.raises(ValueError, match="limit"):
        stacked.uniform_all(XOR, range(2), -1)


@pytest.mark.parametrize("rule", [gd, adam], ids=["gd", "adam"])
def test_every_network_can_have_a_rate_of_its_own(rule):
    (X, Y), rates = xor(), np.array([0.01, 0.3, 2.0])
    theta = stacked.init_all(XOR, (4, 4, 4))
    runs = stacked.train_all(XOR, theta, X, Y, stacked.with_rates(rule(1.0), rates), sweeps=20)
    for row, rate in enumerate(rates):
        rng = np.random.default_rng(0)
        alone = train(XOR, theta[row], X, Y, rule(rate), epochs=20, batch_size=None, rng=rng)
        np.testing.assert_allclose(runs.loss[row], alone.loss, rtol=1e-9)


def test_mini_batches_are_those_of_train():
    net = NETS[4]
    X, Y = cases(net, np.random.default_rng(0), N=23)
    theta = stacked.init_all(net, range(3))
    runs = stacked.train_all(
        net, theta, X, Y, momentum(0.2), sweeps=4, batch_size=5, rng=np.random.default_rng(9)
    )
    for row in range(3):
        alone = train(
            net, theta[row], X, Y, momentum(0.2), epochs=4, batch_size=5,
            rng=np.random.default_rng(9),
        )  # fmt: skip
        np.testing.assert_allclose(runs.loss[row], alone.loss, rtol=1e-9)


def test_without_watch_the_end_alone_is_kept():
    (X, Y), theta = xor(), stacked.init_all(XOR, range(3))
    whole = stacked.train_all(XOR, theta, X, Y, gd(1.0), sweeps=5)
    end = stacked.train_all(XOR, theta, X, Y, gd(1.0), sweeps=5, watch=False)
    np.testing.assert_array_equal(end.theta, whole.theta)
    np.testing.assert_array_equal(end.loss, whole.loss[:, -1:])
    np.testing.assert_array_equal(end.right, whole.right[:, -1:])


def test_a_network_that_diverges_does_not_take_the_others_with_it():
    net = NETS[1]
    X, Y = cases(net, np.random.default_rng(0))
    theta = stacked.init_all(net, (0, 1))
    rates = np.array([1e3, 0.1])
    runs = stacked.train_all(net, theta, X, Y, stacked.with_rates(gd(1.0), rates), sweeps=400)
    assert not np.isfinite(runs.loss[0, -1])
    assert np.isnan(runs.theta[0]).all()
    assert np.isfinite(runs.loss[1]).all()
    assert runs.loss[1, -1] < runs.loss[1, 0]


@pytest.mark.parametrize(
    ("rates", "error"), [(0.1, TypeError), (np.ones((2, 1)), ValueError), (np.zeros(2), ValueError)]
)
def test_rates_that_are_none_are_refused(rates, error):
    with pytest.raises(error, match="rates"):
        stacked.with_rates(gd(1.0), rates)

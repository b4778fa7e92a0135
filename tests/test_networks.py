"""Units, layers, losses and counts as plain functions, against torch, SciPy and the MLP."""

import itertools
from functools import partial

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_utils.nn import functions, networks, units
from course_utils.nn.mlp import MLP, forward, init, mean_loss

U = np.concatenate([np.linspace(-6, 6, 41), [-800.0, -40.0, 40.0, 800.0]]).reshape(9, 5)
UNITS = {
    # ours: torch's
    units.logistic: torch.sigmoid,
    units.tanh_unit: torch.tanh,
    units.swish_unit: torch.nn.functional.silu,
    lambda u: units.rectifier(u, 0.0): torch.relu,
    lambda u: units.rectifier(u, 0.01): torch.nn.functional.leaky_relu,
    lambda u: units.rectifier(u, 0.3): lambda u: torch.nn.functional.leaky_relu(u, 0.3),
}


def of_torch(function, u):
    """The values and slopes of an elementwise torch function, by autograd."""
    at = torch.tensor(u, requires_grad=True)
    h = function(at)
    h.sum().backward()
    return h.detach().numpy(), at.grad.numpy()


@pytest.mark.parametrize("ours", UNITS)
def test_a_unit_and_its_slope_are_torchs(ours):
    for got, expected in zip(ours(U), of_torch(UNITS[ours], U), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (units.logistic, functions.sigmoid),
        (units.tanh_unit, functions.tanh),
        (units.swish_unit, functions.swish),
        (lambda u: units.rectifier(u, 0.0), functions.relu),
        (lambda u: units.rectifier(u, 0.01), functions.leaky_relu),
    ],
)
def test_the_plain_units_are_the_activations_of_networks(ours, theirs):
    h, slope = ours(U)
    np.testing.assert_allclose(h, theirs(U), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slope, theirs.slope(U), rtol=1e-12, atol=1e-14)


def test_softmax_is_scipys_also_for_rows_far_apart():
    u = U + np.array([[0.0], [1000.0], [-1000.0]] * 3)
    expected = scipy.special.softmax(u, axis=1)
    np.testing.assert_allclose(units.stable_softmax(u), expected, rtol=1e-12, atol=1e-300)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6), st.floats(-1e6, 1e6))
def test_softmax_does_not_feel_a_shift(row, shift):
    u = np.array([row])
    p = units.stable_softmax(u)
    assert p.sum() == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(units.stable_softmax(u + shift), p, atol=1e-8)


def a_tower(sizes, seed=0):
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in itertools.pairwise(sizes)]


def test_a_layer_is_torchs_linear():
    rng = np.random.default_rng(0)
    X, ((W, b),) = rng.normal(size=(7, 4)), a_tower((4, 3))
    theirs = torch.nn.functional.linear(*map(torch.tensor, (X, W.T, b))).numpy()
    np.testing.assert_allclose(networks.dense(X, W, b), theirs, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 5, 1, 4), (6, 5, 4, 3, 2, 1)], ids=str)
def test_linear_layers_are_one_layer(sizes):
    layers = a_tower(sizes)
    X = h = np.random.default_rng(1).normal(size=(8, sizes[0]))
    for W, b in layers:
        h = networks.dense(h, W, b)
    np.testing.assert_allclose(networks.dense(X, *networks.collapse(layers)), h, rtol=1e-11)


def test_collapsing_changes_no_layer():
    layers = a_tower((2, 3, 2))
    before = [A.copy() for pair in layers for A in pair]
    networks.collapse(layers)
    after = [A for pair in layers for A in pair]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(("d", "p"), [(1, 0), (1, 4), (2, 2), (3, 4), (5, 3)])
def test_the_terms_of_a_polynomial_are_counted_one_by_one(d, p):
    powers = itertools.product(range(p + 1), repeat=d)
    assert networks.polynomial_terms(d, p) == sum(sum(each) <= p for each in powers)


@pytest.mark.parametrize("sizes", [(3, 2), (1, 2, 1), (1, 100, 1), (784, 500, 300, 10)], ids=str)
def test_parameters_are_counted_as_torch_counts_them(sizes):
    model = torch.nn.Sequential(*(torch.nn.Linear(*pair) for pair in itertools.pairwise(sizes)))
    assert networks.count_parameters(sizes) == sum(p.numel() for p in model.parameters())
    net = MLP(sizes, output=functions.identity, loss=functions.squared_error)
    assert networks.count_parameters(sizes) == net.size


def outputs(kind, seed=0, shape=(6, 3)):
    """(P, Y) with probabilities away from 0 and 1."""
    rng = np.random.default_rng(seed)
    u = rng.normal(size=shape)
    if kind == "numbers":
        return u, rng.normal(size=shape)
    if kind == "bits":
        return functions.sigmoid(u), rng.integers(0, 2, shape).astype(float)
    return functions.softmax(u), np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]


LOSSES = {
    # ours: (kind of targets, torch's with its factor, the course's Loss)
    networks.squared_loss: (
        "numbers",
        lambda P, Y: torch.nn.functional.mse_loss(P, Y, reduction="sum") / (2 * len(Y)),
        functions.squared_error,
    ),
    networks.binary_loss: (
        "bits",
        lambda P, Y: torch.nn.functional.binary_cross_entropy(P, Y, reduction="sum") / len(Y),
        functions.binary_cross_entropy,
    ),
    networks.categorical_loss: (
        "classes",
        lambda P, Y: torch.nn.functional.nll_loss(P.log(), Y.argmax(dim=1)),
        functions.cross_entropy,
    ),
}


@pytest.mark.parametrize("ours", LOSSES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(1, 2), (6, 3), (50, 4)], ids=str)
def test_a_loss_is_torchs_and_the_networks(ours, shape):
    kind, theirs, loss = LOSSES[ours]
    P, Y = outputs(kind, shape=shape)
    expected = theirs(torch.tensor(P), torch.tensor(Y)).item()
    assert ours(P, Y) == pytest.approx(expected, rel=1e-12)
    assert ours(P, Y) == pytest.approx(loss.mean(P, Y), rel=1e-12)


def test_sure_and_right_answers_cost_nothing():
    Y = np.eye(3)[[0, 2, 1, 1]]
    assert networks.binary_loss(Y, Y) == networks.categorical_loss(Y, Y) == 0


def test_a_sure_and_wrong_answer_costs_everything():
    P, Y = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    with np.errstate(divide="ignore"):
        assert networks.binary_loss(P, Y) == networks.categorical_loss(P, Y) == np.inf


@pytest.mark.parametrize(("p", "y"), [(2.0, 0.0), (-1.0, 1.0)])
def test_an_output_that_is_no_probability_shows(p, y):
    with np.errstate(invalid="ignore"):
        assert np.isnan(networks.binary_loss(np.array([[p]]), np.array([[y]])))


@pytest.mark.parametrize("hidden", [functions.tanh, functions.relu, functions.swish], ids=str)
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 5, 4, 3)], ids=str)
def test_the_forward_pass_is_the_networks(hidden, sizes):
    rng = np.random.default_rng(3)
    net = MLP(sizes, hidden=hidden)
    theta = init(net, rng) + 0.1 * rng.normal(size=net.size)
    X, Y = rng.normal(size=(5, sizes[0])), np.eye(sizes[-1])[rng.integers(0, sizes[-1], 5)]
    *layers, (V, c) = net.layers(theta)
    args = (layers, hidden, V, c, functions.softmax, networks.categorical_loss)
    y_hat, J = networks.forward_pass(X, Y, *args)
    np.testing.assert_allclose(y_hat, forward(net, theta, X).output, rtol=1e-13)
    assert pytest.approx(mean_loss(net, theta, X, Y), rel=1e-12) == J


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype):
    u = np.ones((2, 3), dtype)
    assert units.stable_softmax(u).dtype == dtype
    leaky = partial(units.rectifier, leak=0.01)
    for unit in (units.logistic, units.tanh_unit, units.swish_unit, leaky):
        assert {part.dtype for part in unit(u)} == {np.dtype(dtype)}


W, B = np.ones((3, 2)), np.zeros(2)
ONE = np.ones((1, 1))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: networks.dense(np.ones((4, 2)), W, B), ValueError, r"\(4, 2\), W \(3, 2\).*trans"),
        (lambda: networks.dense(np.ones(3), W, B), ValueError, r"X has shape \(3,\)"),
        (lambda: networks.dense([[1.0]], W, B), TypeError, "X is a list"),
        (lambda: networks.collapse([]), ValueError, "holds no layer"),
        (lambda: networks.collapse([(W, B), (W, B)]), ValueError, "layer 0 has 2 outputs"),
        (lambda: networks.polynomial_terms(0, 2), ValueError, "d is 0"),
        (lambda: networks.polynomial_terms(2, 1.5), ValueError, "p is 1.5"),
        (lambda: networks.count_parameters((3,)), ValueError, r"sizes=\(3,\)"),
        (lambda: networks.count_parameters((3, 0)), ValueError, "must be a whole number"),
        (lambda: networks.squared_loss(np.ones((3, 1)), np.ones(3)), ValueError, r"Y \(3,\)"),
        (lambda: networks.binary_loss(ONE, -ONE), ValueError, r"Y holds -1.0.*\(Y \+ 1\) / 2"),
        (lambda: networks.binary_loss(ONE, 3 * ONE), ValueError, "Y holds 3.0.*one_hot"),
        (lambda: networks.binary_loss(np.ones(2), np.ones(2)), ValueError, r"P\[:, None\]"),
        (
            lambda: networks.categorical_loss(np.ones((2, 3)), np.ones((2, 3))),
            ValueError,
            r"Y\[0\] holds 3 ones.*binary_loss",
        ),
        (
            lambda: networks.categorical_loss(np.ones((1, 2)), np.zeros((1, 2))),
            ValueError,
            "holds 0 ones",
        ),
        (
            lambda: networks.forward_pass(
                np.ones((2, 2)), ONE, [(W, B)], np.tanh, W.T, np.zeros(3), np.tanh, None
            ),
            ValueError,
            r"needs \(N, 3\) and \(N, 3\)",
        ),
        (lambda: units.stable_softmax(np.ones(3)), ValueError, r"u\[None, :\]"),
        (lambda: units.rectifier(ONE, 1.5), ValueError, "leak is 1.5"),
        (lambda: units.logistic(0.5), TypeError, "u is a float"),
    ],
)
def test_bad_input_is_refused_with_its_value(call, error, words):
    with pytest.raises(error, match=words):
        call()

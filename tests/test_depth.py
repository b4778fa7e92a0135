"""Signals through many layers, against torch.autograd, random search and cases by hand."""

import itertools
import math

import numpy as np
import pytest
import torch

from course_utils.nn import functions as f
from course_utils.nn.depth import dead_shares, delta_sizes, layer_stretch, path_bound, twin
from course_utils.nn.initialize import scale_for_relu
from course_utils.nn.mlp import MLP, forward, init

NETS = [
    MLP((4, 3), f.tanh),
    MLP((4, 6, 5, 3), f.tanh),
    MLP((3, 5, 4, 2), f.sigmoid, f.identity, f.squared_error),
    MLP((2, 7, 5, 1), f.relu, f.sigmoid, f.binary_cross_entropy),
]
TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}


def case(net, N=6):
    rng = np.random.default_rng(0)
    theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
    n_out = net.sizes[-1]
    Y = np.eye(max(n_out, 2))[rng.integers(0, max(n_out, 2), N), :n_out]
    return theta, rng.normal(size=(N, net.sizes[0])), Y


def test_path_bound_by_hand():
    assert path_bound(np.array([2.0, -3.0]), 0.25) == pytest.approx(6 / 16)
    assert path_bound(np.array([-0.5]), 1.0) == pytest.approx(0.5)


@pytest.mark.parametrize(("act", "steepest"), [(f.sigmoid, 0.25), (f.tanh, 1.0)])
def test_a_chain_never_exceeds_its_bound_and_reaches_it(act, steepest):
    rng = np.random.default_rng(0)
    for _ in range(200):
        w, b, h, product = rng.normal(0, 2, 4), rng.normal(0, 1, 4), rng.normal(), 1.0
        for w_k, b_k in zip(w, b, strict=True):
            u = np.array(w_k * h + b_k)
            h, product = act(u), product * w_k * act.slope(u)
        assert abs(product) <= path_bound(w, steepest) * (1 + 1e-12)
    h, product = 0.3, 1.0  # biases that put every u at 0, where the slope is largest
    for w_k in w:
        h, product = act(np.array(0.0)), product * w_k * act.slope(np.array(0.0))
    assert abs(product) == pytest.approx(path_bound(w, steepest))


@pytest.mark.parametrize("net", NETS, ids=str)
def test_delta_sizes_are_those_of_torchs_gradients(net):
    theta, X, Y = case(net)
    h, us = torch.tensor(X), []
    for k, (W, b) in enumerate(net.layers(theta)):
        u = h @ torch.tensor(W) + torch.tensor(b)
        if k == 0:
            u.requires_grad_(True)
        u.retain_grad()
        us.append(u)
        h = TORCH[net.hidden.name](u)
    targets = torch.tensor(Y)
    loss = {
        "cross-entropy": lambda: torch.nn.functional.cross_entropy(us[-1], targets),
        "squared error": lambda: ((us[-1] - targets) ** 2).sum() / (2 * len(Y)),
        "binary cross-entropy": lambda: torch.nn.functional.binary_cross_entropy_with_logits(
            us[-1], targets
        ),
    }[net.loss.name]()
    loss.backward()
    theirs = [u.grad.pow(2).mean().sqrt().item() for u in us]
    np.testing.assert_allclose(delta_sizes(net, theta, X, Y), theirs, rtol=1e-9)


def test_layer_stretch_is_torchs_jacobian():
    rng = np.random.default_rng(0)
    W, u = rng.normal(size=(5, 3)), rng.normal(size=5)
    jacobian = torch.autograd.functional.jacobian(
        lambda v: torch.tanh(v) @ torch.tensor(W), torch.tensor(u)
    )
    np.testing.assert_allclose(
        layer_stretch(W, f.tanh.slope(u)), torch.linalg.svdvals(jacobian), rtol=1e-10
    )


def test_dead_shares_by_hand():
    net = MLP((1, 3, 2, 1), f.relu, f.identity, f.squared_error)
    theta = np.zeros(net.size)
    (W, b), (V, c), _ = net.layers(theta)
    W[:], b[:] = [[1.0, -1.0, 0.0]], [0.0, 0.0, -1.0]  # for x > 0, for x < 0, for none
    V[:, 0], c[:] = [1.0, 1.0, 1.0], [0.0, -0.5]
    X = np.array([[-1.0], [2.0], [0.0]])
    np.testing.assert_allclose(dead_shares(net, theta, X), [1 / 3, 1 / 2])
    np.testing.assert_allclose(dead_shares(net, theta, X[1:]), [2 / 3, 1 / 2])


def test_all_twins_of_three_units_answer_alike_and_are_48():
    net, rng = MLP((2, 3, 2), f.tanh, f.identity, f.squared_error), np.random.default_rng(0)
    theta, X = init(net, rng), rng.normal(size=(20, 2))
    (W, b), (U, c) = net.layers(theta)
    found = set()
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            parts = twin(W, b, U, np.array(order), np.array(signs))
            other = np.concatenate([part.ravel() for part in (*parts, c)])
            np.testing.assert_allclose(
                forward(net, other, X).output, forward(net, theta, X).output, atol=1e-13
            )
            found.add(other.tobytes())
    assert len(found) == 2**3 * math.factorial(3)


def test_noise_scaled_for_relus_keeps_their_mean_square():
    """10 layers of 400 units: the mean square stays within a factor of 2 of 1."""
    rng = np.random.default_rng(0)
    v = rng.normal(size=(200, 400))
    for _ in range(10):
        v = np.maximum(v, 0) @ scale_for_relu(rng.normal(size=(400, 400)))
    assert 1 / 2 < np.mean(v**2) < 2  # a factor of 1 or 4 for the 2 would give 2^±10


def test_scaled_noise_has_the_variance_of_torchs_kaiming():
    """2e5 weights on each side: variances to 2 %."""
    weight = torch.empty(400, 500)  # (n_out, n_in)
    torch.nn.init.kaiming_normal_(
        weight, nonlinearity="relu", generator=torch.Generator().manual_seed(0)
    )
    ours = scale_for_relu(np.random.default_rng(0).normal(size=(500, 400)))
    assert ours.var() == pytest.approx(weight.var().item(), rel=0.02)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: path_bound(np.ones((2, 2)), 1.0), r"weights have shape \(2, 2\)"),
        (lambda: path_bound(np.ones(2), 0.0), "steepest is 0.0"),
        (lambda: layer_stretch(np.ones((3, 2)), np.ones(2)), r"shapes \(3, 2\) and \(2,\)"),
        (
            lambda: twin(np.ones((2, 3)), np.ones(3), np.ones((2, 1)), np.arange(3), np.ones(3)),
            r"W, b and U have shapes",
        ),
        (
            lambda: twin(
                np.ones((2, 2)), np.ones(2), np.ones((2, 1)), np.array([0, 0]), np.ones(2)
            ),
            r"order is \[0, 0\]; it must hold each of 0 … 1 once",
        ),
        (
            lambda: twin(np.ones((2, 2)), np.ones(2), np.ones((2, 1)), np.arange(2), np.arange(2)),
            r"signs is \[0, 1\]; it must hold 2 numbers, each 1 or -1",
        ),
        (lambda: scale_for_relu(np.ones(3)), r"noise has shape \(3,\)"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

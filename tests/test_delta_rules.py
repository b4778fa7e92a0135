"""The lectures' delta rules against torch.autograd, finite differences and cases by hand."""

import numpy as np
import pytest
import torch

from course_utils.nn import delta_rules as rules
from course_utils.nn.functions import (
    binary_cross_entropy,
    cross_entropy,
    identity,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.mlp import MLP, backprop, forward, init, mean_loss
from course_utils.nn.optim import gd
from course_utils.nn.train import train

SEEDS = range(5)


def tensor(array):
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_connection_is_what_autograd_finds(seed):
    w, x, t = np.random.default_rng(seed).normal(size=3)
    at_w, at_x = tensor(w), tensor(x)
    (0.5 * (t - torch.sigmoid(at_w * at_x)) ** 2).backward()
    np.testing.assert_allclose(rules.connection(w, x, t), (at_w.grad, at_x.grad), rtol=1e-12)


def test_connection_by_hand():
    # w x = 0: y = ½, slope ¼, dE/dz = ¼ (½ - 1) = -⅛
    assert rules.connection(0.0, 2.0, 1.0) == (-0.25, 0.0)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_fork_is_what_autograd_finds(n):
    rng = np.random.default_rng(n)
    w, v, x, t = rng.normal(size=n), rng.normal(size=n), rng.normal(), 1.0
    at = tensor(x)
    y = torch.sigmoid(torch.sigmoid(torch.tensor(w) * at) @ torch.tensor(v))
    (0.5 * (t - y) ** 2).backward()
    np.testing.assert_allclose(rules.fork(w, v, x, t), at.grad, rtol=1e-12)


@pytest.mark.parametrize("shape", [(1, 3), (4, 2), (3, 1)])
def test_a_layer_backwards_is_what_autograd_finds(shape):
    rng = np.random.default_rng(7)
    W, below, message = rng.normal(size=shape), rng.normal(size=shape[0]), rng.normal(size=shape[1])
    at_W, at_below = tensor(W), tensor(below)
    y = torch.sigmoid(at_below @ at_W)
    y.backward(torch.tensor(message))
    dW, dbelow = rules.layer_back(W, below, y.detach().numpy(), message)
    np.testing.assert_allclose(dW, at_W.grad, rtol=1e-12)
    np.testing.assert_allclose(dbelow, at_below.grad, rtol=1e-12)


def test_the_matrix_form_is_the_sum_over_the_cases():
    rng = np.random.default_rng(0)
    h, delta = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    dW, db = rules.layer_gradients(h, delta)
    np.testing.assert_allclose(
        dW, sum(np.outer(a, d) for a, d in zip(h, delta, strict=True)), rtol=1e-13
    )
    np.testing.assert_allclose(db, [sum(delta[:, 0]), sum(delta[:, 1])], rtol=1e-13)


def lecture_two(seed):
    """(net, theta, X, Y) of a 5-7-1 regression network."""
    rng, net = np.random.default_rng(seed), MLP((5, 7, 1), tanh, identity, squared_error)
    return net, init(net, rng), rng.normal(size=(20, 5)), rng.normal(size=(20, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_regression_step_follows_the_gradient(seed):
    net, theta, X, Y = lecture_two(seed)
    (W, b), (U, c) = net.layers(theta)
    stepped = np.concatenate(
        [p.ravel() for p in rules.regression_step(W, b, U, c, X, Y, lr=0.5)], axis=None
    )
    g = finite_difference(net, theta, X, Y)
    np.testing.assert_allclose(stepped, theta - 0.5 * g, atol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_printed_order_is_wrong_in_first_order_of_the_rate_and_only_below_the_top(seed):
    net, theta, X, Y = lecture_two(seed)
    right, errors = net.layers(backprop(net, theta, X, Y)), []
    for lr in (1e-3, 1e-2):
        printed = (theta - rules.step_as_printed(net, theta, X, Y, lr)) / lr
        first, last = net.layers(printed)
        np.testing.assert_allclose(last.W, right[1].W, rtol=1e-8)
        errors.append(relative_error(first.W, right[0].W))
    np.testing.assert_allclose(errors[1] / errors[0], 10, rtol=1e-3)


def test_the_printed_order_equals_its_transcription():
    net, theta, X, Y = lecture_two(0)
    (W, b), (U, c) = net.layers(theta)
    h, lr = np.tanh(X @ W + b), 0.7
    delta_out = (h @ U + c - Y) / 20
    U = U - lr * h.T @ delta_out
    c = c - lr * delta_out.sum(axis=0)
    delta = (delta_out @ U.T) * (1 - h**2)
    expected = [W - lr * X.T @ delta, b - lr * delta.sum(axis=0), U, c]
    got = rules.step_as_printed(net, theta, X, Y, lr)
    np.testing.assert_allclose(got, np.concatenate([p.ravel() for p in expected]), rtol=1e-12)


@pytest.mark.parametrize(
    ("output", "loss", "theirs"),
    [
        (identity, squared_error, lambda u, Y: 0.5 * ((u - Y) ** 2).sum() / len(Y)),
        (
            sigmoid,
            binary_cross_entropy,
            lambda u, Y: (
                torch.nn.functional.binary_cross_entropy_with_logits(u, Y, reduction="sum") / len(Y)
            ),
        ),
        (softmax, cross_entropy, torch.nn.functional.cross_entropy),
    ],
    ids=lambda value: getattr(value, "name", "torch"),
)
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_the_output_delta_is_what_autograd_finds(output, loss, theirs, scale):
    rng = np.random.default_rng(1)
    u, Y = scale * rng.normal(size=(6, 4)), np.eye(4)[rng.integers(0, 4, 6)]
    at = tensor(u)
    J = theirs(at, torch.tensor(Y))
    J.backward()
    np.testing.assert_allclose(rules.output_delta(output, u, Y), at.grad, atol=1e-12)
    if output is sigmoid:
        np.testing.assert_allclose(rules.safe_cross_entropy(u, Y), J.detach(), rtol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 4, 10])
def test_an_epoch_is_what_train_does_with_the_same_order(batch_size):
    net, theta, X, Y = lecture_two(2)
    X, Y = X[:10], Y[:10]
    run = train(
        net,
        theta,
        X,
        Y,
        gd(0.1),
        epochs=1,
        batch_size=batch_size,
        rng=np.random.default_rng(5),
    )
    order = np.random.default_rng(5).permutation(10)
    mine = rules.train_epoch(net, theta, X, Y, 0.1, order, batch_size)
    np.testing.assert_allclose(mine, run.theta, rtol=1e-12)


@pytest.mark.parametrize("sizes", [(3, 2), (4, 3, 2), (3, 4, 2, 3)])
def test_the_sum_over_paths_is_the_jacobian(sizes):
    rng, net = np.random.default_rng(3), MLP(sizes, tanh, tanh, squared_error)
    theta, x = init(net, rng), rng.normal(size=(1, sizes[0]))
    trace = forward(net, theta, x)
    slopes = [1 - h[0] ** 2 for h in trace.h[1:]]
    weights = [layer.W for layer in net.layers(theta)]

    def outputs(row):
        h = row
        for W, b in net.layers(theta):
            h = torch.tanh(h @ torch.tensor(W) + torch.tensor(b))
        return h

    jacobian = torch.autograd.functional.jacobian(outputs, torch.tensor(x[0]))
    paths = [
        [rules.path_sum(weights, slopes, i, j) for i in range(sizes[0])] for j in range(sizes[-1])
    ]
    np.testing.assert_allclose(paths, jacobian, atol=1e-13)


@pytest.mark.parametrize("n_out", [1, 2, 10])
def test_the_rate_for_mse_loss_makes_the_same_step(n_out):
    rng, net = np.random.default_rng(4), MLP((3, n_out), output=identity, loss=squared_error)
    theta, X, Y = init(net, rng), rng.normal(size=(7, 3)), rng.normal(size=(7, n_out))
    model = torch.nn.Linear(3, n_out, dtype=torch.float64)
    W, b = net.layers(theta)[0]
    with torch.no_grad():
        model.weight.copy_(torch.tensor(W.T))
        model.bias.copy_(torch.tensor(b))
    optimizer = torch.optim.SGD(model.parameters(), lr=rules.mse_rate(0.2, n_out))
    torch.nn.MSELoss()(model(torch.tensor(X)), torch.tensor(Y)).backward()
    optimizer.step()
    W, b = net.layers(theta - 0.2 * backprop(net, theta, X, Y))[0]
    np.testing.assert_allclose(model.weight.detach().T, W, rtol=1e-12)
    np.testing.assert_allclose(model.bias.detach(), b, rtol=1e-12)


def test_the_arguments_stay_as_they_are():
    net, theta, X, Y = lecture_two(0)
    before = theta.copy()
    rules.step_as_printed(net, theta, X, Y, 1.0)
    rules.train_epoch(net, theta, X, Y, 1.0, np.arange(20), 6)
    rules.regression_step(*(p for layer in net.layers(theta) for p in layer), X, Y, 1.0)
    np.testing.assert_array_equal(theta, before)
    assert np.isfinite(mean_loss(net, theta, X, Y))

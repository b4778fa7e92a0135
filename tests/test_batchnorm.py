"""Batch normalization against torch's BatchNorm1d, forwards and backwards, in training and in
evaluation, in float64: relative 1e-10 unless said.
"""

import copy
import pickle

import numpy as np
import pytest
import torch

from course_utils.nn import batchnorm as bn
from course_utils.nn import functions as f
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.initialize import he
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, mean_loss, predict
from course_utils.nn.optim import adam, gd
from course_utils.nn.regularize import dropout
from course_utils.nn.stacked import train_all
from course_utils.nn.train import train

NETS = [
    bn.Normalized(MLP((4, 5, 3), f.tanh)),
    bn.Normalized(MLP((3, 6, 4, 2), f.sigmoid, f.identity, f.squared_error)),
    bn.Normalized(MLP((2, 4, 3, 5, 2), f.relu), eps=1e-2),
    bn.Normalized(MLP((3, 4, 1), f.swish, f.sigmoid, f.binary_cross_entropy)),
]
TORCH = {"tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU}
TORCH["swish"] = torch.nn.SiLU


def case(net, seed=0, N=7):
    """(theta, X, Y): γ far from 1, β far from 0."""
    rng = np.random.default_rng(seed)
    theta = net.init(rng) + 0.4 * rng.normal(size=net.size)
    n_out = net.sizes[-1]
    Y = np.eye(max(n_out, 2))[rng.integers(0, max(n_out, 2), N), :n_out]
    return theta, rng.normal(size=(N, net.sizes[0])) + 1, Y


def torchs(net, theta, momentum=0.1):
    """The same network of torch's own layers."""
    layers, gammas = net.parts(theta)
    modules = []
    for k, (W, b) in enumerate(layers):
        last = k == len(layers) - 1
        linear = torch.nn.Linear(*W.shape, bias=last, dtype=torch.float64)
        linear.weight.data = torch.tensor(W.T.copy())
        modules.append(linear)
        if last:
            linear.bias.data = torch.tensor(b.copy())
        else:
            norm = torch.nn.BatchNorm1d(len(b), net.eps, momentum, dtype=torch.float64)
            norm.weight.data, norm.bias.data = (
                torch.tensor(gammas[k].copy()),
                torch.tensor(b.copy()),
            )
            modules += [norm, TORCH[net.hidden.name]()]
    return torch.nn.Sequential(*modules)


def torch_loss(net, u, Y):
    Y = torch.tensor(Y)
    if net.loss is f.squared_error:
        return ((u - Y) ** 2).sum() / (2 * len(Y))
    if net.loss is f.cross_entropy:
        return torch.nn.functional.cross_entropy(u, Y)
    return torch.nn.functional.binary_cross_entropy_with_logits(u, Y, reduction="sum") / len(Y)


def torch_gradient(net, model):
    """torch's gradients in the order of our theta."""
    flat, gammas = [], []
    modules = list(model)
    for k, module in enumerate(modules):
        if isinstance(module, torch.nn.Linear):
            flat.append(module.weight.grad.numpy().T.ravel())
            bias = module.bias if module.bias is not None else modules[k + 1].bias
            flat.append(bias.grad.numpy())
        elif isinstance(module, torch.nn.BatchNorm1d):
            gammas.append(module.weight.grad.numpy())
    return np.concatenate([*flat, *gammas])


def test_one_layer_is_torchs_forwards_and_backwards():
    rng = np.random.default_rng(0)
    u, d = rng.normal(2, 3, (6, 4)), rng.normal(size=(6, 4))
    gamma, beta = rng.normal(size=4), rng.normal(size=4)
    at = torch.tensor(u, requires_grad=True)
    norm = torch.nn.BatchNorm1d(4, eps=0.3, dtype=torch.float64)
    norm.weight.data, norm.bias.data = torch.tensor(gamma), torch.tensor(beta)
    theirs = norm(at)
    theirs.backward(torch.tensor(d))
    z, x_hat, sd = bn.batch_norm(u, gamma, beta, 0.3)
    np.testing.assert_allclose(z, theirs.detach(), rtol=1e-10)
    back = bn.batch_norm_backward(d, x_hat, sd, gamma)
    for ours, other in zip(back, (at.grad, norm.weight.grad, norm.bias.grad), strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-10, atol=1e-13)


def test_a_unit_has_the_mean_and_spread_it_is_given():
    u = np.random.default_rng(0).normal(7, 5, (50, 2))
    z, _, _ = bn.batch_norm(u, np.array([1.0, 3.0]), np.array([0.0, -2.0]), 1e-12)
    np.testing.assert_allclose(z.mean(axis=0), [0, -2], atol=1e-12)
    np.testing.assert_allclose(z.std(axis=0), [1, 3], rtol=1e-10)


@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_gradient_in_training_is_torchs(net):
    theta, X, Y = case(net)
    model = torchs(net, theta)
    u = model(torch.tensor(X))
    loss = torch_loss(net, u, Y)
    loss.backward()
    np.testing.assert_allclose(net.forward(theta, X).u[-1], u.detach(), rtol=1e-10, atol=1e-12)
    assert mean_loss(net, theta, X, Y) == pytest.approx(loss.item(), rel=1e-12)
    ours = bn.normalized_backprop(net, theta, X, Y)
    np.testing.assert_allclose(ours, torch_gradient(net, model), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("net", [NETS[0], NETS[1], NETS[3]], ids=str)
def test_the_gradient_is_that_of_mean_loss(net):
    theta, X, Y = case(net, seed=1)
    steps = 6e-6 * np.eye(net.size)
    central = [
        (mean_loss(net, theta + e, X, Y) - mean_loss(net, theta - e, X, Y)) / 1.2e-5 for e in steps
    ]
    assert relative_error(bn.normalized_backprop(net, theta, X, Y), np.array(central)) < 1e-7


@pytest.mark.parametrize("net", NETS, ids=str)
def test_running_statistics_and_evaluation_are_torchs(net):
    """Three batches in training, then an answer in evaluation, through the folded plain network."""
    theta, X, Y = case(net, N=11)
    rule, model = bn.BatchNorm(0.3), torchs(net, theta, momentum=0.3)
    for rows in (slice(0, 4), slice(4, 9), slice(9, 11)):
        g = rule(net, theta, X[rows], Y[rows])
        np.testing.assert_array_equal(g, bn.normalized_backprop(net, theta, X[rows], Y[rows]))
        model(torch.tensor(X[rows]))
    norms = [module for module in model if isinstance(module, torch.nn.BatchNorm1d)]
    for (mean, var), norm in zip(rule.statistics, norms, strict=True):
        np.testing.assert_allclose(mean, norm.running_mean, rtol=1e-10)
        np.testing.assert_allclose(var, norm.running_var, rtol=1e-10)
    model.eval()
    plain = bn.folded(net, theta, rule.statistics)
    theirs = model(torch.tensor(X)).detach()
    np.testing.assert_allclose(forward(net.plain, plain, X).u[-1], theirs, rtol=1e-9, atol=1e-11)
    one = forward(net.plain, plain, X[:1]).u[-1]  # in evaluation a single case will do
    np.testing.assert_allclose(one, theirs[:1], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_gradient_in_evaluation_is_torchs(net):
    """With constant statistics the gradient of the plain network is torch's by the chain rule."""
    theta, X, Y = case(net)
    stats = bn.statistics(net, theta, X + 0.3)
    model = torchs(net, theta).eval()
    norms = [module for module in model if isinstance(module, torch.nn.BatchNorm1d)]
    for norm, (mean, var) in zip(norms, stats, strict=True):
        norm.running_mean.data, norm.running_var.data = torch.tensor(mean), torch.tensor(var)
    torch_loss(net, model(torch.tensor(X)), Y).backward()
    plain = backprop(net.plain, bn.folded(net, theta, stats), X, Y)
    _, gammas = net.parts(theta)
    for k, (layer, other) in enumerate(
        zip(
            net.plain.layers(plain),
            [m for m in model if isinstance(m, torch.nn.Linear)],
            strict=True,
        )
    ):
        scale = gammas[k] / np.sqrt(stats[k].var + net.eps) if k < len(gammas) else 1.0
        np.testing.assert_allclose(layer.W * scale, other.weight.grad.T, rtol=1e-8, atol=1e-12)
    for k, norm in enumerate(norms):  # b of the folded layer is β, up to a constant
        np.testing.assert_allclose(
            net.plain.layers(plain)[k].b, norm.bias.grad, rtol=1e-8, atol=1e-12
        )


@pytest.mark.parametrize("net", NETS, ids=str)
def test_statistics_of_the_batch_give_the_answers_of_training(net):
    theta, X, _ = case(net)
    plain = bn.folded(net, theta, bn.statistics(net, theta, X))
    np.testing.assert_allclose(
        forward(net.plain, plain, X).output, net.forward(theta, X).output, rtol=1e-10, atol=1e-13
    )


@pytest.mark.parametrize("net", NETS, ids=str)
def test_a_stack_does_what_each_network_does(net):
    many = [case(net, seed)[0] for seed in range(4)]
    _, X, Y = case(net)
    stack, rule = np.stack(many), bn.BatchNorm()
    loss = [mean_loss(net, theta, X, Y) for theta in many]
    np.testing.assert_allclose(mean_loss(net, stack, X, Y), loss, rtol=1e-12)
    alone = [bn.normalized_backprop(net, theta, X, Y) for theta in many]
    np.testing.assert_allclose(rule(net, stack, X, Y), alone, rtol=1e-9, atol=1e-13)
    plain = bn.folded(net, stack, rule.statistics)
    for row, theta in zip(plain, many, strict=True):
        single = bn.BatchNorm()
        single(net, theta, X, Y)
        np.testing.assert_allclose(row, bn.folded(net, theta, single.statistics), rtol=1e-10)


def test_train_takes_it_as_a_rule():
    net, rng = NETS[0], np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    Y = np.eye(3)[(X[:, 0] > 0).astype(int) + (X[:, 1] > 0)]
    rule, theta = bn.BatchNorm(), net.init(rng)
    run = train(net, theta, X, Y, adam(0.03), gradient=rule, epochs=40, batch_size=10, rng=rng)
    assert run.stopped is None
    assert run.loss[-1] == mean_loss(net, run.theta, X, Y) < 0.2 * run.loss[0]
    plain = bn.folded(net, run.theta, rule.statistics)
    assert accuracy(net.plain, plain, X, Y) > 0.9


def test_a_stack_is_trained_side_by_side():
    net, rng = NETS[0], np.random.default_rng(0)
    X = rng.normal(size=(40, 4))
    Y = np.eye(3)[rng.integers(0, 3, 40)]
    theta = np.stack([net.init(np.random.default_rng(seed)) for seed in range(3)])
    runs = train_all(net, theta, X, Y, gd(0.3), sweeps=5, gradient=bn.normalized_backprop)
    alone = train(
        net, theta[1], X, Y, gd(0.3), gradient=bn.normalized_backprop, epochs=5, batch_size=None,
        rng=rng,
    )  # fmt: skip
    np.testing.assert_allclose(runs.loss[1], alone.loss, rtol=1e-10)


def test_first_parameters_have_gamma_one_and_beta_zero():
    net = bn.Normalized(MLP((200, 100, 50, 3), f.relu))
    theta = net.init(np.random.default_rng(0), he)
    layers, gammas = net.parts(theta)
    assert [len(gamma) for gamma in gammas] == [100, 50]
    assert all((gamma == 1).all() for gamma in gammas)
    assert not any(b.any() for _, b in layers)
    assert layers[0].W.std() == pytest.approx(0.1, rel=0.02)


def test_float32_stays_and_nothing_is_changed():
    net = NETS[1]
    theta, X, Y = (a.astype(np.float32) for a in case(net))
    before = theta.copy(), X.copy()
    rule = bn.BatchNorm()
    assert rule(net, theta, X, Y).dtype == np.float32
    assert bn.folded(net, theta, rule.statistics).dtype == np.float32
    assert np.array_equal(theta, before[0])
    assert np.array_equal(X, before[1])


def test_a_network_is_a_value():
    net = NETS[0]
    assert pickle.loads(pickle.dumps(net)) == net == copy.deepcopy(net)
    assert hash(net) == hash(bn.Normalized(MLP((4, 5, 3), f.tanh)))
    assert net != NETS[1]


@pytest.mark.parametrize(
    "call",
    [
        lambda net, theta, X, Y: net.forward(theta, X),
        lambda net, theta, X, Y: mean_loss(net, theta, X, Y),
        bn.normalized_backprop,
        bn.BatchNorm(),
    ],
)
def test_a_batch_of_one_is_refused_with_the_next_act(call):
    theta, X, Y = case(NETS[0])
    with pytest.raises(ValueError, match=r"u has 1 case: .*two or more in every batch.*folded"):
        call(NETS[0], theta, X[:1], Y[:1])


def test_a_last_batch_of_one_ends_training_with_a_sentence():
    theta, X, Y = case(NETS[0], N=9)
    with pytest.raises(ValueError, match="batch of one"):
        train(
            NETS[0], theta, X, Y, gd(0.1), gradient=bn.BatchNorm(), epochs=1, batch_size=4,
            rng=np.random.default_rng(0),
        )  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [forward, predict, lambda net, theta, X: dropout((1, 0.5), rng=np.random.default_rng(0))(
        net, theta, X, np.eye(3)[[0] * 7])],
)  # fmt: skip
def test_functions_of_plain_networks_refuse_it(call):
    theta, X, _ = case(NETS[0])
    with pytest.raises(ValueError, match=r"batch-normalized.*folded"):
        call(NETS[0], theta, X)


def test_bad_input_is_refused():
    theta, X, Y = case(NETS[0])
    with pytest.raises(ValueError, match=r"sizes=\(3, 2\) has no hidden layer"):
        bn.Normalized(MLP((3, 2)))
    with pytest.raises(TypeError, match="plain is "):
        bn.Normalized((3, 4, 2))
    with pytest.raises(ValueError, match="eps is 0"):
        bn.Normalized(MLP((3, 4, 2)), eps=0)
    for momentum in (0, 1, -0.1, np.nan):
        with pytest.raises(ValueError, match="momentum is "):
            bn.BatchNorm(momentum)
    with pytest.raises(ValueError, match=r"statistics=None, but the network has 1"):
        bn.folded(NETS[0], theta, bn.BatchNorm().statistics)
    with pytest.raises(ValueError, match=r"theta has shape \(38,\)"):
        bn.normalized_backprop(NETS[0], theta[:38], X, Y)
    with pytest.raises(ValueError, match="X has 2 columns"):
        bn.normalized_backprop(NETS[0], theta, X[:, :2], Y)
    with pytest.raises(ValueError, match=r"u, gamma and beta have shapes \(7, 4\), \(3,\)"):
        bn.batch_norm(X, np.ones(3), np.ones(4), 1e-5)
    with pytest.raises(ValueError, match="delta, x_hat, sd and gamma have shapes"):
        bn.batch_norm_backward(X, X[:3], np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match=r"W has shape \(7, 4\)"):
        bn.fold(X, *(np.ones(3),) * 4, 1e-5)

"""The answers in PyTorch: against torch's own losses, the NumPy net, and each other."""

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from course_utils import datasets
from course_utils.deep import autoencoder
from course_utils.deep.reconstruction import denoising_error, reconstruction_error, training_step
from course_utils.nn import functions
from course_utils.nn.mlp import MLP, backprop, forward


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def x(generator):
    return torch.rand(20, 6, generator=generator, dtype=torch.float64)


def model_of(sizes, generator, **options):
    return autoencoder.Autoencoder(sizes, generator=generator, dtype=torch.float64, **options)


def test_the_error_is_mse_loss_times_the_number_of_pixels(x):
    r = 1 - x
    expected = 6 * torch.nn.MSELoss()(r, x)
    torch.testing.assert_close(reconstruction_error(r, x), expected, rtol=1e-12, atol=0)


def test_its_gradient_is_twice_that_of_the_numpy_net(x, generator):
    model = model_of((6, 4), generator)
    net = MLP((6, 4, 6), functions.sigmoid, functions.sigmoid, functions.squared_error)
    theta = np.concatenate([A.ravel() for layer in autoencoder.layers(model) for A in layer])
    r = model(x)
    np.testing.assert_allclose(
        forward(net, theta, x.numpy()).output, r.detach().numpy(), rtol=1e-12
    )
    reconstruction_error(r, x).backward()
    layers = net.layers(2 * backprop(net, theta, x.numpy(), x.numpy()))  # J has no ½ here
    linear = [module for module in model.modules() if isinstance(module, torch.nn.Linear)]
    for (W, b), module in zip(layers, linear, strict=True):
        np.testing.assert_allclose(W, module.weight.grad.T.numpy(), rtol=1e-10)
        np.testing.assert_allclose(b, module.bias.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize("k", [3, 10])
def test_a_linear_autoencoder_spans_the_space_of_pca(k, generator):
    X = datasets.load("digits").X_train
    theirs = PCA(k).fit(X)
    x = torch.from_numpy(X - theirs.mean_)
    model = model_of((64, k), generator, code="linear", output="linear")
    rule = torch.optim.LBFGS(
        model.parameters(),
        max_iter=1500,
        tolerance_grad=1e-10,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure():
        rule.zero_grad()
        J = reconstruction_error(model(x), x)
        J.backward()
        return J

    rule.step(closure)
    decoder = autoencoder.layers(model)[-1][0]  # (k, 64)
    assert np.degrees(subspace_angles(decoder.T, theirs.components_.T)).max() < 0.05
    least = ((X - theirs.inverse_transform(theirs.transform(X))) ** 2).sum(axis=1).mean()
    assert closure().item() == pytest.approx(least, rel=1e-5)


def test_a_step_is_torchs_and_tells_the_error_before_it(x, generator):
    model, optimizer = model_of((6, 3), generator), None
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = reconstruction_error(model(x), x)
    start = [p.detach().clone() for p in model.parameters()]
    gradient = torch.autograd.grad(before, list(model.parameters()))
    for p in model.parameters():
        p.grad = torch.ones_like(p)  # left by something before
    assert training_step(model, optimizer, x) == pytest.approx(before.item(), rel=1e-12)
    for p, old, g in zip(model.parameters(), start, gradient, strict=True):
        torch.testing.assert_close(p.detach(), old - 0.1 * g, rtol=1e-10, atol=1e-12)


def test_the_denoising_error_is_that_of_the_autoencoder(x, generator):
    model = model_of((6, 3), generator)
    noise = torch.randn(x.shape, generator=generator, dtype=torch.float64)
    expected = autoencoder.loss(model, x, given=x + noise)
    got = denoising_error(model.encode, model.decode, x, noise)
    torch.testing.assert_close(got, expected, rtol=1e-12, atol=0)

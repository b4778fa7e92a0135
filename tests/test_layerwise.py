"""Greedy pretraining in single steps, against torch's own losses, modules and autograd."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy

from course_utils.deep import layerwise
from course_utils.deep.autoencoder import Autoencoder, put


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def rand(*shape, seed=0):
    return torch.rand(shape, generator=seeded(seed), dtype=torch.float64)


def layer(n_in, n_out, seed=0):
    return rand(n_in, n_out, seed=seed) - 0.5, rand(n_out, seed=seed + 99) - 0.5


def module(layers):
    """The same layers as torch's modules."""
    chain = []
    for W, b in layers:
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
        chain += [linear, nn.Sigmoid()]
    return nn.Sequential(*chain)


# ---------------------------------------------------------------- corruption


@pytest.mark.parametrize(("fraction", "gone"), [(0.25, 2), (0.5, 4), (0.0, 0), (1.0, 8), (0.3, 2)])
def test_every_example_loses_the_same_number_of_inputs(fraction, gone):
    x, noise = rand(50, 8) + 0.1, rand(50, 8, seed=1)
    seen = layerwise.mask_subset(x, noise, fraction)
    lost = seen == 0
    assert (lost.sum(dim=1) == gone).all()
    assert torch.equal(seen[~lost], x[~lost])
    for row, which in zip(noise, lost, strict=True):  # the smallest noise goes
        assert set(np.argsort(row.numpy())[:gone]) == set(which.nonzero().flatten().tolist())


# ---------------------------------------------------------------- loss


def test_the_loss_is_torchs_cross_entropy():
    x, (W, b), (V, c) = rand(7, 5), layer(5, 3), layer(3, 5, seed=1)
    seen = layerwise.mask_subset(x, rand(7, 5, seed=2), 0.4)
    r = module([(W, b), (V, c)])(seen)
    expected = binary_cross_entropy(r, x, reduction="sum") / len(x)
    found = layerwise.autoencoder_loss(x, seen, W, b, V, c)
    torch.testing.assert_close(found, expected.detach(), rtol=1e-12, atol=0)


def test_the_loss_is_finite_where_reconstructions_are_0_and_1():
    x = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    W, b = torch.ones(2, 1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    V, c = torch.tensor([[-2000.0, 2000.0]], dtype=torch.float64), torch.zeros(2).double()
    loss = layerwise.autoencoder_loss(x, x, W, b, V, c)
    h = 1 / (1 + np.exp(-1.0))
    assert loss.item() == pytest.approx(2 * 2000 * h, rel=1e-9)  # -log sigmoid(-u) ≈ u, twice


# ---------------------------------------------------------------- stacks


def test_a_greedy_step_trains_on_the_codes_below_and_keeps_them():
    layers, X = [layer(6, 4), layer(4, 3, seed=1)], rand(9, 6)
    met = []

    def learn(H):
        met.append(H)
        return layer(3, 2, seed=5)

    longer = layerwise.greedy_step(layers, X, learn)
    torch.testing.assert_close(met[0], module(layers)(X).detach(), rtol=1e-12, atol=0)
    assert len(layers) == 2
    assert all(new is old for new, old in zip(longer, layers, strict=False))
    assert torch.equal(longer[2][0], layer(3, 2, seed=5)[0])


@pytest.mark.parametrize("k", [0, 1, 2])
def test_a_frozen_step_is_torchs_sgd_without_the_layers_below(k):
    sizes = (5, 4, 3, 2, 3, 4, 5)
    layers = [layer(n, m, seed=n * m) for n, m in pairwise(sizes)]
    x, net = rand(8, 5), module(layers)
    linear = [part for part in net if isinstance(part, nn.Linear)]
    binary_cross_entropy(net(x), x).backward()
    gradients = [(part.weight.grad.T, part.bias.grad) for part in linear]
    for part in linear[:k]:
        part.requires_grad_(False)
    moving = [p for p in net.parameters() if p.requires_grad]
    torch.optim.SGD(moving, lr=0.7).step()
    found = layerwise.frozen_step(layers, gradients, k, 0.7)
    for (W, b), part, (before, _) in zip(found, linear, layers, strict=True):
        torch.testing.assert_close(W, part.weight.T.detach(), rtol=1e-12, atol=1e-15)
        torch.testing.assert_close(b, part.bias.detach(), rtol=1e-12, atol=1e-15)
        assert torch.equal(W, before) == (part in linear[:k])


def test_unrolled_layers_are_a_deep_autoencoder():
    sizes = (6, 5, 3)
    stack = [(*layer(n, m, seed=n), *layer(m, n, seed=m)) for n, m in pairwise(sizes)]
    layers = layerwise.unroll(stack)
    model = Autoencoder(sizes, generator=seeded(), dtype=torch.float64)
    put(model, [(W.numpy(), b.numpy()) for W, b in layers])
    x = h = rand(4, 6)
    for W, b, _, _ in stack:
        h = torch.sigmoid(h @ W + b)
    for _, _, V, c in reversed(stack):
        h = torch.sigmoid(h @ V + c)
    torch.testing.assert_close(model(x).detach(), h, rtol=1e-12, atol=0)


def test_pictures_are_the_slope_of_the_sums_where_units_are_linear():
    layers = [layer(6, 4), layer(4, 5, seed=1), layer(5, 3, seed=2)]

    def sums(x):
        for W, b in layers:
            x = x @ W + b
        return x

    slope = torch.autograd.functional.jacobian(sums, rand(6)).T
    P = layerwise.unit_pictures(layers)
    np.testing.assert_allclose(P, slope / slope.norm(dim=0), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose((P**2).sum(dim=0), np.ones(3), rtol=1e-12)


def test_resampled_weights_keep_the_marginal_and_lose_the_rest():
    gen = seeded(3)
    W = torch.randn(80, 1, generator=gen) @ torch.randn(1, 60, generator=gen)  # of rank 1
    draws = torch.randint(W.numel(), W.shape, generator=gen)
    R = layerwise.resample(W, draws)
    assert set(R.flatten().tolist()) <= set(W.flatten().tolist())
    torch.testing.assert_close(R.std(), W.std(), rtol=0.1, atol=0)
    assert torch.linalg.matrix_rank(W) == 1
    assert torch.linalg.matrix_rank(R) == 60
    assert torch.equal(layerwise.resample(W, torch.arange(4800).reshape(80, 60)), W)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: layerwise.mask_subset(rand(3), rand(3), 0.5), r"x is torch\.Size\(\[3\]\)"),
        (lambda: layerwise.mask_subset(rand(2, 3), rand(3, 2), 0.5), r"noise has shape \(3, 2\)"),
        (lambda: layerwise.mask_subset(rand(2, 3), rand(2, 3), 2), "fraction is 2"),
        (
            lambda: layerwise.autoencoder_loss(rand(2, 3), rand(2, 3), *layer(4, 2), *layer(2, 3)),
            r"layers\[0\] has W \(4, 2\)",
        ),
        (
            lambda: layerwise.autoencoder_loss(rand(2, 3), rand(2, 3), *layer(3, 2), *layer(2, 4)),
            "V has 4 columns; it must give back x's 3",
        ),
        (lambda: layerwise.greedy_step([layer(4, 2)], rand(2, 3), len), r"W must be \(3, n_out\)"),
        (lambda: layerwise.frozen_step([layer(2, 2)], [], 0, 0.1), "1 layers and 0 gradients"),
        (lambda: layerwise.frozen_step([layer(2, 2)], [layer(2, 2)], 1, 0.1), "k is 1"),
        (lambda: layerwise.unroll([(*layer(4, 2), *layer(4, 2))]), r"Autoencoder 0 has W \(4, 2\)"),
        (lambda: layerwise.unit_pictures([]), "There are no layers"),
        (lambda: layerwise.resample(rand(2, 2), torch.tensor([[4, 0], [0, 0]])), "from 0 to 3"),
    ],
)
def test_what_does_not_fit_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_learn_must_be_a_function():
    with pytest.raises(TypeError, match="learn is None"):
        layerwise.greedy_step([], rand(2, 3), None)

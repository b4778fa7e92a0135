"""The gated autoencoder: its equation, its gradient, and that its code tells shifts apart."""

from functools import partial

import numpy as np
import pytest
import torch

from course_utils.datasets.stereo import dot_rows
from course_utils.deep import autoencoder
from course_utils.deep.gated import GatedAutoencoder


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def test_it_computes_its_equation(generator):
    model = GatedAutoencoder(4, factors=6, code=3, generator=generator).double()
    with torch.no_grad():
        for p in model.parameters():
            p += 0.1 * torch.randn(p.shape, generator=generator)
    P = {name: p.detach().numpy() for name, p in model.named_parameters()}
    x, y = np.random.default_rng(0).normal(size=(2, 5, 4))
    h = sigmoid(((x @ P["U"]) * (y @ P["V"])) @ P["A"] + P["a"])
    y_hat = ((x @ P["U"]) * (h @ P["B"] + P["b"])) @ P["O"] + P["c"]
    pair = torch.from_numpy(np.hstack([x, y]))
    np.testing.assert_allclose(model.encode(pair).detach().numpy(), h, rtol=1e-12)
    np.testing.assert_allclose(model(pair).detach().numpy(), np.hstack([x, y_hat]), rtol=1e-12)


def test_the_error_is_that_of_the_second_picture_alone(generator):
    model = GatedAutoencoder(4, factors=6, code=3, generator=generator).double()
    pair = torch.randn(7, 8, generator=generator, dtype=torch.float64)
    missed = model.decode(pair[:, :4], model.encode(pair)) - pair[:, 4:]
    expected = (missed**2).sum() / 7
    torch.testing.assert_close(autoencoder.loss(model, pair), expected, rtol=1e-12, atol=0)


def test_a_seed_repeats_a_start():
    one, two = (
        GatedAutoencoder(4, factors=6, code=3, generator=torch.Generator().manual_seed(3))
        for _ in range(2)
    )
    for p, q in zip(one.parameters(), two.parameters(), strict=True):
        assert torch.equal(p, q)


def test_its_code_tells_two_shifts_apart(generator):
    rows = dot_rows(rng=np.random.default_rng(0), n=1500, dots=10, most=1)
    pairs = torch.from_numpy(np.hstack([rows.left, rows.right])).float()
    model = GatedAutoencoder(10, factors=30, code=3, generator=generator)
    rule = partial(torch.optim.Adam, lr=0.02)
    options = {"epochs": 6, "batch_size": 50, "optimizer": rule, "generator": generator}
    autoencoder.fit(model, pairs[:1000], **options)
    with torch.no_grad():
        codes = model.encode(pairs).numpy()
    means = np.stack([codes[:1000][rows.disparity[:1000] == d].mean(axis=0) for d in (-1, 0, 1)])
    nearest = ((codes[1000:, None] - means) ** 2).sum(axis=2).argmin(axis=1) - 1
    assert np.mean(nearest == rows.disparity[1000:]) > 0.9  # chance is 1/3; seen: 0.98 and more


def test_pairs_of_another_length_are_refused(generator):
    model = GatedAutoencoder(4, factors=6, code=3, generator=generator)
    with pytest.raises(ValueError, match=r"\(2, 7\); two pictures of 4 numbers"):
        model(torch.zeros(2, 7))

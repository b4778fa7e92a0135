"""Autoencoders: layers, losses, corruption, training; against NumPy, SciPy and the course's nn."""

from functools import partial

import numpy as np
import pytest
import torch
from scipy.special import xlogy
from torch import nn

from course_utils.deep import autoencoder
from course_utils.deep.autoencoder import Autoencoder, error, fit, gaussian, loss, mask
from course_utils.nn.functions import ACTIVATIONS, binary_cross_entropy, squared_error
from course_utils.nn.mlp import MLP, backprop, forward, init

ADAM = partial(torch.optim.Adam, lr=1e-2)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def examples(N=20, n_in=6, seed=0):
    return torch.rand(N, n_in, generator=seeded(seed), dtype=torch.float64)


def make(sizes=(6, 4, 2), seed=0, **options):
    return Autoencoder(sizes, generator=seeded(seed), dtype=torch.float64, **options)


# ---------------------------------------------------------------- the model


@pytest.mark.parametrize("tied", [False, True])
def test_the_layers_are_mirrored(tied):
    model, x = make((6, 5, 4, 2), tied=tied), examples()
    assert model.encode(x).shape == (20, 2)
    assert model(x).shape == model.logits(x).shape == x.shape
    shapes = [W.shape for W, _ in autoencoder.layers(model)]
    assert shapes == [(6, 5), (5, 4), (4, 2), (2, 4), (4, 5), (5, 6)]
    weights, biases = 6 * 5 + 5 * 4 + 4 * 2, (5 + 4 + 2) + (4 + 5 + 6)
    assert sum(p.numel() for p in model.parameters()) == weights * (1 if tied else 2) + biases


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("hidden", ["sigmoid", "relu", "tanh"])
@pytest.mark.parametrize("code", [None, "linear", "tanh"])
@pytest.mark.parametrize("output", ["sigmoid", "linear"])
def test_it_computes_what_its_weights_say(tied, hidden, code, output):
    model, x = make(tied=tied, hidden=hidden, code=code, output=output), examples()
    h, linear = x.numpy(), ACTIVATIONS["identity"]
    named = {**ACTIVATIONS, "linear": linear}
    for (W, b), f in zip(
        autoencoder.layers(model), (hidden, code or hidden, hidden, output), strict=True
    ):
        h = named[f](h @ W + b)
    np.testing.assert_allclose(model(x).detach(), h, rtol=1e-12, atol=1e-14)
    both = model.decode(model.encode(x))
    np.testing.assert_array_equal(both.detach(), model(x).detach())


@pytest.mark.parametrize("kind", ["squared", "cross-entropy"])
def test_the_gradient_is_that_of_nn(kind):
    """nn's squared error has ½ in front: its gradient is half of this one."""
    loss_of_nn = squared_error if kind == "squared" else binary_cross_entropy
    net = MLP((6, 4, 6), ACTIVATIONS["sigmoid"], ACTIVATIONS["sigmoid"], loss_of_nn)
    theta = init(net, np.random.default_rng(0))
    model, x = make((6, 4)), examples()
    autoencoder.put(model, net.layers(theta))
    np.testing.assert_allclose(model(x).detach(), forward(net, theta, x.numpy()).output, rtol=1e-12)
    loss(model, x, kind).backward()
    g = [p.grad.T.ravel() if p.ndim == 2 else p.grad for p in model.parameters()]
    half = 0.5 if kind == "squared" else 1
    expected = backprop(net, theta, x.numpy(), x.numpy())
    np.testing.assert_allclose(half * torch.cat(g).numpy(), expected, rtol=1e-10, atol=1e-14)


def test_a_tied_gradient_is_the_sum_of_both_uses():
    tied, untied, x = make((6, 4), tied=True), make((6, 4)), examples()
    autoencoder.put(untied, autoencoder.layers(tied))
    for model in (tied, untied):
        loss(model, x).backward()
    both = untied.encoder[0].weight.grad + untied.decoder[0].weight.grad.T
    torch.testing.assert_close(tied.encoder[0].weight.grad, both, rtol=1e-10, atol=1e-14)


def test_the_start_depends_on_the_generator_alone():
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = make(seed=3, batch_norm=True)
    assert torch.equal(state, torch.get_rng_state())
    torch.manual_seed(2)
    again, other = make(seed=3, batch_norm=True), make(seed=4, batch_norm=True)
    for (W, b), (W2, b2), (W3, _) in zip(
        *map(autoencoder.layers, (first, again, other)), strict=True
    ):
        np.testing.assert_array_equal(W, W2)
        np.testing.assert_array_equal(b, b2)
        assert not np.array_equal(W, W3)
        assert not b.any()


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [
        ("glorot", 2 / 500),
        ("he", 2 / 300),
        ("fan_in", 1 / 300),
        (partial(nn.init.normal_, std=0.01), 1e-4),
        (None, 2 / 500),
    ],
)
def test_schemes_have_the_variance_of_their_equation(scheme, variance):
    [(W, _), _] = autoencoder.layers(make((300, 200), scheme=scheme))
    assert W.var() == pytest.approx(variance, rel=0.03)  # 60,000 draws: standard error 0.6 %
    assert W.mean() == pytest.approx(0, abs=4 * np.sqrt(variance / W.size))


def test_relu_starts_with_he_unless_told():
    [(W, _), _] = autoencoder.layers(make((300, 200), hidden="relu"))
    assert W.var() == pytest.approx(2 / 300, rel=0.03)


def test_batch_norm_stands_between_weights_and_f_but_not_at_code_and_output():
    model = make((6, 5, 4, 2), batch_norm=True, hidden="relu", code="linear")
    kinds = [type(m).__name__ for m in (*model.encoder, *model.decoder)]
    down = ["Linear", "BatchNorm1d", "ReLU", "Linear", "BatchNorm1d", "ReLU", "Linear"]
    assert kinds == [*down, "Identity", *down]
    assert [m.num_features for m in model.modules() if isinstance(m, nn.BatchNorm1d)] == [
        5,
        4,
        4,
        5,
    ]


@pytest.mark.parametrize("tied", [False, True])
def test_put_and_layers_are_inverse(tied):
    model, other = make(tied=tied, seed=1), make(tied=tied, seed=2)
    autoencoder.put(other, autoencoder.layers(model))
    x = examples()
    np.testing.assert_array_equal(model(x).detach(), other(x).detach())


# ---------------------------------------------------------------- losses and corruption


def test_losses_are_sums_over_pixels_and_means_over_examples():
    x, r = examples(seed=1).numpy(), examples(seed=2).numpy()
    squared = sum(float(((a - b) ** 2).sum()) for a, b in zip(x, r, strict=True)) / len(x)
    entropy = -(xlogy(x, r) + xlogy(1 - x, 1 - r)).sum() / len(x)
    x, r = torch.from_numpy(x), torch.from_numpy(r)
    assert loss(r, x).item() == pytest.approx(squared, rel=1e-12)
    assert loss(torch.logit(r), x, "cross-entropy").item() == pytest.approx(entropy, rel=1e-12)


def test_cross_entropy_is_safe_where_the_sigmoid_rounds_to_0_or_1():
    u = torch.tensor([[1000.0, -1000.0]], requires_grad=True)
    J = loss(u, torch.tensor([[0.0, 0.0]]), "cross-entropy")
    J.backward()
    assert J.item() == pytest.approx(1000)
    np.testing.assert_allclose(u.grad, [[1.0, 0.0]])


def test_a_denoiser_reconstructs_x_from_what_is_given():
    model, x = make(), examples()
    given = mask(x, 0.5, seeded(1))
    expected = loss(model(given), x)
    torch.testing.assert_close(loss(model, x, given=given), expected, rtol=1e-12, atol=0)
    assert error(model, x, given=given, batch_size=7) == pytest.approx(expected.item(), rel=1e-12)


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_masking_sets_that_fraction_to_0_and_leaves_the_rest(fraction):
    x = examples(1000, 100) + 0.01
    noisy = mask(x, fraction, seeded())
    hidden = noisy == 0
    spread = 4 * np.sqrt(fraction * (1 - fraction) / x.numel())
    assert hidden.double().mean().item() == pytest.approx(fraction, abs=spread)
    torch.testing.assert_close(noisy[~hidden], x[~hidden], rtol=0, atol=0)


def test_gaussian_noise_has_its_standard_deviation_and_no_mean():
    x = examples(1000, 100)
    noise = gaussian(x, 0.3, seeded()) - x
    assert noise.std().item() == pytest.approx(0.3, rel=0.01)
    assert noise.mean().item() == pytest.approx(0, abs=4 * 0.3 / np.sqrt(x.numel()))


@pytest.mark.parametrize("corrupt", [partial(mask, fraction=0.5), partial(gaussian, sigma=1.0)])
def test_corruption_repeats_with_the_seed_and_leaves_x_alone(corrupt):
    x = examples()
    before = x.clone()
    first, again = corrupt(x, generator=seeded(1)), corrupt(x, generator=seeded(1))
    assert torch.equal(first, again)
    assert not torch.equal(first, corrupt(x, generator=seeded(2)))
    assert torch.equal(x, before)


# ---------------------------------------------------------------- training


def test_a_linear_autoencoder_reaches_pca():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 8)) @ rng.normal(size=(8, 8)) / 3
    X = X - X.mean(axis=0)
    s = np.linalg.svd(X, compute_uv=False)
    pca = (s[3:] ** 2).sum() / len(X)
    model = Autoencoder((8, 3), generator=seeded(), hidden="tanh", code="linear", output="linear",
                        dtype=torch.float64)  # fmt: skip
    fit(model, torch.from_numpy(X), epochs=400, batch_size=50, optimizer=ADAM, generator=seeded(1),
        schedule=partial(torch.optim.lr_scheduler.CosineAnnealingLR, T_max=1600))  # fmt: skip
    assert pca <= error(model, torch.from_numpy(X)) <= 1.001 * pca


@pytest.mark.parametrize("kind", ["squared", "cross-entropy"])
def test_fit_lowers_the_loss_and_tells_it_epoch_by_epoch(kind):
    model, X, seen = make(), examples(), []
    losses = fit(model, X, epochs=30, batch_size=6, optimizer=ADAM, generator=seeded(), kind=kind,
                 on_epoch=lambda epoch, model: seen.append((epoch, model.training)))  # fmt: skip
    assert len(losses) == 30
    assert losses[-1] < losses[0]
    assert seen == [(epoch, False) for epoch in range(1, 31)]
    assert not model.training


def test_the_first_loss_is_that_of_the_start():
    model, X = make(), examples()
    before = error(model, X)
    [first] = fit(model, X, epochs=1, batch_size=20, optimizer=ADAM, generator=seeded())
    assert first == pytest.approx(before, rel=1e-12)


def test_a_seed_repeats_a_training():
    def train(seed):
        model = make()
        noise = partial(mask, fraction=0.25)
        fit(model, examples(), epochs=3, batch_size=6, optimizer=ADAM, generator=seeded(seed),
            corrupt=noise)  # fmt: skip
        return autoencoder.layers(model)[0][0]

    np.testing.assert_array_equal(train(1), train(1))
    assert not np.array_equal(train(1), train(2))


def test_the_loss_is_that_of_x_and_the_corrupted_goes_in():
    def blank(x, *, generator):
        return torch.zeros_like(x)

    model, X = make(), examples()
    given = torch.zeros_like(X)
    expected = error(model, X, given=given)
    [first] = fit(model, X, epochs=1, batch_size=20, optimizer=ADAM, generator=seeded(),
                  corrupt=blank)  # fmt: skip
    assert first == pytest.approx(expected, rel=1e-12)


def test_data_of_another_dtype_are_taken_in_the_models():
    model, X = Autoencoder((6, 2), generator=seeded()), examples()
    assert error(model, X) == pytest.approx(error(model, X.float()), rel=1e-6)
    [first] = fit(model, X, epochs=1, batch_size=20, optimizer=ADAM, generator=seeded())
    assert first > 0
    assert model(X.float()).dtype == torch.float32


def test_a_model_without_parameters_has_an_error_too():
    assert error(nn.Identity(), examples()) == 0


def test_error_leaves_the_mode_as_it_was():
    model = make((6, 4, 2), batch_norm=True)
    model.train()
    error(model, examples())
    assert model.training
    assert int(model.encoder[1].num_batches_tracked) == 0


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sizes": (64,)}, r"sizes=\(64,\) .* \(64, 32\)"),
        ({"sizes": (64, 0)}, r"sizes=\(64, 0\)"),
        ({"sizes": (64, 3.5)}, r"3\.5"),
        ({"hidden": "linear"}, "hidden='linear' is not one of 'sigmoid', 'relu', 'tanh'"),
        ({"code": "softmax"}, "code='softmax' .*'linear'"),
        ({"output": "relu"}, "output='relu'"),
        ({"scheme": "xavier"}, "scheme='xavier' .*'glorot'"),
    ],
)
def test_what_cannot_be_built_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        make(**options)


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"generator=0 .* torch\.Generator\(\)\.manual_seed"):
        Autoencoder((6, 2), generator=0)
    with pytest.raises(TypeError, match="generator=0"):
        mask(examples(), 0.5, 0)
    with pytest.raises(TypeError, match="generator=None"):
        fit(make(), examples(), epochs=1, batch_size=5, optimizer=ADAM, generator=None)


@pytest.mark.parametrize(
    ("call", "error_type", "says"),
    [
        (lambda x: mask(x, 1.5, seeded()), ValueError, "fraction=1.5 .* from 0 to 1"),
        (lambda x: mask(x, "half", seeded()), TypeError, "fraction='half'"),
        (lambda x: mask(x.long(), 0.5, seeded()), TypeError, r"int64.*x\.float\(\)"),
        (lambda x: gaussian(x, -1, seeded()), ValueError, "sigma=-1"),
        (lambda x: gaussian(x, float("nan"), seeded()), ValueError, "sigma=nan"),
        (lambda x: loss(x, x, "absolute"), ValueError, "kind='absolute' .*'cross-entropy'"),
        (lambda x: loss(x[:, :1], x), ValueError, r"\(20, 1\) but x \(20, 6\)"),
        (lambda x: loss(make(output="linear"), x, "cross-entropy"), ValueError, "output='sigmoid'"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_with_the_value(call, error_type, says):
    with pytest.raises(error_type, match=says):
        call(examples())


@pytest.mark.parametrize(
    ("changes", "error_type", "says"),
    [
        ({"X": np.zeros((3, 6))}, TypeError, "float64.*from_numpy"),
        ({"X": torch.zeros(3, 6, dtype=torch.uint8)}, TypeError, "uint8"),
        ({"X": torch.zeros(6)}, ValueError, r"\(6,\)"),
        ({"X": torch.full((3, 6), torch.nan)}, ValueError, "18 values"),
        ({"X": 2 + torch.zeros(3, 6), "kind": "cross-entropy"}, ValueError, "0 to 1.* from 2 to 2"),
        (
            {"X": torch.zeros(3, 5)},
            ValueError,
            r"5 columns but the model takes 6: sizes=\(6, 4, 2\)",
        ),
        ({"epochs": -1}, ValueError, "epochs=-1"),
        ({"batch_size": 0}, ValueError, "batch_size=0"),
        ({"batch_size": 2.5}, ValueError, r"batch_size=2\.5"),
        ({"kind": "both"}, ValueError, "kind='both'"),
        ({"optimizer": partial(torch.optim.SGD, lr=1e300)}, FloatingPointError, "epoch 1: take a"),
    ],
)
def test_training_refuses_bad_input(changes, error_type, says):
    options = {"X": examples(), "epochs": 2, "batch_size": 5, "optimizer": ADAM} | changes
    model = make(output="linear" if "SGD" in str(changes) else "sigmoid")
    with pytest.raises(error_type, match=says):
        fit(model, options.pop("X"), generator=seeded(), **options)


def test_batch_norm_refuses_a_batch_of_one():
    with pytest.raises(ValueError, match=r"batch_size=19 .* take batch_size=20"):
        fit(make(batch_norm=True), examples(), epochs=1, batch_size=19, optimizer=ADAM,
            generator=seeded())  # fmt: skip


def test_put_refuses_other_shapes_and_what_is_not_tied():
    with pytest.raises(ValueError, match=r"\(4, 6\)"):
        autoencoder.put(make((6, 2)), autoencoder.layers(make((6, 4))))
    model, other = make((6, 4), tied=True), make((6, 4))
    before = autoencoder.layers(model)
    with pytest.raises(ValueError, match=r"layer 1 .* layer 2 transposed: .*tied=False"):
        autoencoder.put(model, autoencoder.layers(other))
    np.testing.assert_array_equal(before[0][0], autoencoder.layers(model)[0][0])

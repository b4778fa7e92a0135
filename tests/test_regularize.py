"""Regularizers against torch, scikit-learn, SciPy and finite differences."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from sklearn.linear_model import Lasso, Ridge

from course_utils.nn import optim
from course_utils.nn.functions import cross_entropy, identity, relu, softmax, squared_error, tanh
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.mlp import MLP, backprop, forward, init, mean_loss
from course_utils.nn.regularize import (
    EarlyStopping,
    activation_noise,
    augmented,
    best_epoch,
    decayed,
    decayed_step,
    dropout,
    dropout_backprop,
    dropout_forward,
    dropout_mask,
    dropout_penalty,
    effective_parameters,
    input_noise,
    max_norm,
    noisy_backprop,
    norm_limited,
    penalized,
    penalty,
    penalty_gradient,
    random_masks,
    random_rotations,
    random_shifts,
    ridge,
    rotated,
    shifted,
    soft_threshold,
    thresholded,
    weight_noise,
    weights_of,
)
from course_utils.nn.train import StopTraining, train

NETS = (
    MLP((4, 5, 3), tanh, softmax, cross_entropy),
    MLP((3, 6, 4, 2), tanh, identity, squared_error),
    MLP((5, 2), output=identity, loss=squared_error),
)
LINEAR = MLP((6, 1), output=identity, loss=squared_error)


def case(net, seed=0, N=7):
    """(net, theta, X, Y), no parameter 0."""
    rng = np.random.default_rng(seed)
    theta = init(net, rng) + 0.3 * rng.normal(size=net.size)
    Y = np.eye(net.sizes[-1])[rng.integers(0, net.sizes[-1], N)]
    return net, theta, rng.normal(size=(N, net.sizes[0])), Y


def central(J, theta, eps=6e-6):
    """The gradient of any J by central differences."""
    return np.array([(J(theta + e) - J(theta - e)) / (2 * eps) for e in eps * np.eye(theta.size)])


def regression(N=40, d=6, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, d)) * np.geomspace(0.1, 2, d)
    return X, X @ rng.normal(size=d) + 0.3 * rng.normal(size=N)


# ---------------------------------------------------------------- penalties


@pytest.mark.parametrize("net", NETS, ids=str)
@pytest.mark.parametrize("q", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("biases", [False, True])
def test_a_penalized_rule_is_the_gradient_of_loss_plus_penalty(net, q, biases):
    _, theta, X, Y = case(net)
    rule = penalized(backprop, 0.3, q=q, biases=biases)

    def J(at):
        return mean_loss(net, at, X, Y) + penalty(net, at, 0.3, q=q, biases=biases)

    assert relative_error(rule(net, theta, X, Y), central(J, theta)) < 1e-7


def test_biases_are_left_out_unless_said():
    net, theta, X, Y = case(NETS[0])
    extra = penalized(backprop, 0.5)(net, theta, X, Y) - backprop(net, theta, X, Y)
    for W, b in net.layers(extra):
        assert np.all(W != 0)
        assert np.all(b == 0)
    assert weights_of(net).sum() == 4 * 5 + 5 * 3
    assert weights_of(net, biases=True).all()


def test_l1_gives_a_weight_of_zero_no_push():
    assert penalty_gradient(np.array([-2.0, 0.0, 3.0]), 0.4, 1.0).tolist() == [-0.2, 0.0, 0.2]


@pytest.mark.parametrize(
    ("make", "other"),
    [
        (lambda: optim.gd(0.1), lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.3)),
        (
            lambda: optim.momentum_outside(0.05, 0.9),
            lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.3),
        ),
        (lambda: optim.adam(0.02), lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=0.3)),
        (
            lambda: optim.rmsprop(0.02, 0.99),
            lambda p: torch.optim.RMSprop(p, lr=0.02, weight_decay=0.3),
        ),
    ],
    ids=["SGD", "momentum", "Adam", "RMSprop"],
)
def test_weight_decay_of_torch_is_l2_in_the_gradient(make, other):
    net, theta, X, Y = case(NETS[1])
    optimizer, at = make(), torch.tensor(theta, requires_grad=True)
    theirs, state = other([at]), optimizer.init(theta)
    rule = penalized(backprop, 0.3, biases=True)
    for _ in range(20):
        step, state = optimizer.update(rule(net, theta, X, Y), state, theta)
        at.grad = torch.tensor(backprop(net, at.detach().numpy(), X, Y))
        theirs.step()
        theta = theta + step
    np.testing.assert_allclose(theta, at.detach().numpy(), rtol=1e-9)


def test_ridge_is_scikit_learns():
    X, y = regression()
    theirs = Ridge(alpha=0.3 * len(X), fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(ridge(X, y, 0.3), theirs.coef_, rtol=1e-9)


def test_penalized_training_of_a_linear_unit_ends_at_ridge():
    X, y = regression()
    run = train(
        LINEAR, np.zeros(7), X, y[:, None], optim.gd(0.2), epochs=3000, batch_size=None,
        gradient=penalized(lambda *at: backprop(*at) * weights_of(LINEAR), 0.3),
        rng=np.random.default_rng(0),
    )  # fmt: skip
    np.testing.assert_allclose(run.theta[:-1], ridge(X, y, 0.3), rtol=1e-6)


def test_effective_parameters_is_the_trace_of_what_maps_targets_to_fits():
    X, _ = regression()
    H = np.array([X @ ridge(X, y, 0.3) for y in np.eye(len(X))])
    assert effective_parameters(X, 0.3) == pytest.approx(np.trace(H))
    assert effective_parameters(X, 0.0) == pytest.approx(6)


# ---------------------------------------------------------------- steps


def test_the_soft_threshold_is_the_minimum_of_its_problem():
    grid = np.linspace(-3, 3, 60001)
    for w in (-1.7, -0.3, 0.0, 0.2, 1.3):
        at = grid[np.argmin((grid - w) ** 2 / 2 + 0.4 * np.abs(grid))]
        assert soft_threshold(np.array([w]), 0.4)[0] == pytest.approx(at, abs=1e-4)


def test_thresholded_training_of_a_linear_unit_is_scikit_learns_lasso():
    X, y = regression(N=60)
    lr, decay = 0.2, 0.6
    still = lambda *at: backprop(*at) * weights_of(LINEAR)  # noqa: E731 - the bias stays 0
    run = train(
        LINEAR, np.zeros(7), X, y[:, None], thresholded(LINEAR, optim.gd(lr), lr * decay / 2),
        gradient=still, epochs=3000, batch_size=None, rng=np.random.default_rng(0),
    )  # fmt: skip
    theirs = Lasso(alpha=decay / 2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y)
    np.testing.assert_allclose(run.theta[:-1], theirs.coef_, rtol=1e-6, atol=1e-9)
    assert np.array_equal(run.theta[:-1] == 0, theirs.coef_ == 0)
    assert 0 < np.sum(theirs.coef_ == 0) < 6


def test_decayed_adam_is_torchs_adamw():
    net, theta, X, Y = case(NETS[0])
    optimizer = decayed(net, optim.adam(0.02), 0.02, 0.5, biases=True)
    at = torch.tensor(theta, requires_grad=True)
    theirs, state = torch.optim.AdamW([at], lr=0.02, weight_decay=0.5), optimizer.init(theta)
    for _ in range(20):
        step, state = optimizer.update(backprop(net, theta, X, Y), state, theta)
        at.grad = torch.tensor(backprop(net, at.detach().numpy(), X, Y))
        theirs.step()
        theta = theta + step
    np.testing.assert_allclose(theta, at.detach().numpy(), rtol=1e-9)


def test_decay_follows_the_schedule_of_the_rate():
    net, theta, X, Y = case(NETS[0])
    schedule = optim.inverse_time(0.1, 2)
    optimizer = decayed(net, optim.gd(schedule), schedule, 0.5)
    other = penalized(backprop, 0.5)
    a = b = theta
    state, plain, state_b = optimizer.init(a), optim.gd(schedule), optim.gd(schedule).init(b)
    for _ in range(5):
        step, state = optimizer.update(backprop(net, a, X, Y), state, a)
        a = a + step
        step, state_b = plain.update(other(net, b, X, Y), state_b, b)
        b = b + step
    np.testing.assert_allclose(a, b, rtol=1e-12)


def test_decay_is_of_the_old_weights():
    assert decayed_step(np.array([2.0]), np.array([1.0]), 0.1, 0.5) == pytest.approx([0.9])


def test_max_norm_shortens_the_long_columns_alone_as_torch_renorm():
    W = np.random.default_rng(0).normal(size=(4, 6)) * np.geomspace(0.1, 3, 6)
    theirs = torch.renorm(torch.tensor(W), p=2, dim=1, maxnorm=1.2).numpy()
    np.testing.assert_allclose(max_norm(W, 1.2), theirs, rtol=1e-6)
    assert np.array_equal(max_norm(W, 100.0), W)


def test_norm_limited_leaves_outputs_and_biases_alone():
    net, theta, X, Y = case(NETS[1])
    optimizer = norm_limited(net, optim.gd(0.1), 0.3)
    step, _ = optimizer.update(backprop(net, theta, X, Y), optimizer.init(theta), theta)
    plain = theta - 0.1 * backprop(net, theta, X, Y)
    for k, (ours, theirs) in enumerate(
        zip(net.layers(theta + step), net.layers(plain), strict=True)
    ):
        lengths = np.linalg.norm(ours.W, axis=0)
        assert k == 2 or np.all(lengths <= 0.3 + 1e-12)
        np.testing.assert_allclose(ours.b, theirs.b, rtol=1e-12)
    np.testing.assert_allclose(ours.W, theirs.W, rtol=1e-12)


# ---------------------------------------------------------------- dropout


def test_masks_are_scaled_as_torchs():
    torch.manual_seed(0)
    theirs = torch.nn.Dropout(0.3)(torch.ones(2000, 50, dtype=torch.float64)).numpy()
    ours = dropout_mask(np.random.default_rng(0).random((2000, 50)), 0.7)
    assert np.allclose(np.unique(ours), np.unique(theirs), rtol=1e-12)
    assert ours.mean() == pytest.approx(1, abs=0.01)
    assert theirs.mean() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_gradient_at_a_fixed_mask_is_that_of_differences(net):
    _, theta, X, Y = case(net)
    masks = random_masks(net, len(X), [0.6] * (len(net.sizes) - 1), rng=np.random.default_rng(1))

    def J(at):
        trace = dropout_forward(net, at, X, masks)
        return net.loss.value(net.output, trace.u[-1], trace.output, Y)

    gradient = dropout_backprop(net, theta, X, Y, masks)
    assert relative_error(gradient, central(J, theta)) < 1e-7


def test_the_gradient_at_a_fixed_mask_is_torchs():
    net, theta, X, Y = case(MLP((4, 5, 3), relu, softmax, cross_entropy))
    masks = random_masks(net, len(X), (0.8, 0.5), rng=np.random.default_rng(1))
    at = torch.tensor(theta, requires_grad=True)
    W, b, V, c = (at[:20].reshape(4, 5), at[20:25], at[25:40].reshape(5, 3), at[40:])
    h = torch.relu(torch.tensor(X * masks[0]) @ W + b) * torch.tensor(masks[1])
    torch.nn.functional.cross_entropy(h @ V + c, torch.tensor(Y)).backward()
    ours = dropout_backprop(net, theta, X, Y, masks)
    np.testing.assert_allclose(ours, at.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_keeping_all_units_is_backprop():
    net, theta, X, Y = case(NETS[1])
    rule = dropout((1.0, 1.0, 1.0), rng=np.random.default_rng(0))
    np.testing.assert_allclose(rule(net, theta, X, Y), backprop(net, theta, X, Y), rtol=1e-12)


def test_dropout_in_a_linear_unit_costs_what_the_formula_says():
    X, y = regression()
    w, rng = np.random.default_rng(1).normal(size=6), np.random.default_rng(2)
    masks = dropout_mask(rng.random((4000, *X.shape)), 0.6)
    dropped = np.mean(((masks * X) @ w - y) ** 2, axis=1) / 2
    expected = np.mean((X @ w - y) ** 2) / 2 + dropout_penalty(X, w, 0.6)
    assert abs(dropped.mean() - expected) < 4 * dropped.std() / np.sqrt(len(dropped))
    # exactly, over all masks of one case
    all_masks = dropout_mask(np.array(np.meshgrid(*[[0.1, 0.9]] * 6)).reshape(6, -1).T, 0.5)
    one = np.mean((all_masks * X[0] @ w - y[0]) ** 2) / 2
    plain = (X[0] @ w - y[0]) ** 2 / 2
    assert one == pytest.approx(plain + dropout_penalty(X[:1], w, 0.5))


def test_each_call_draws_a_mask_for_each_example():
    net = NETS[0]
    masks = random_masks(net, 50, (1.0, 0.5), rng=np.random.default_rng(0))
    assert np.all(masks[0] == 1)
    assert len(np.unique(masks[1], axis=0)) > 10


# ---------------------------------------------------------------- noise, augmentation


@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_gradient_at_fixed_noise_is_that_of_differences(net):
    _, theta, X, Y = case(net)
    rng = np.random.default_rng(3)
    noise = [rng.normal(size=(len(X), n)) for n in net.sizes[:-1]]

    def J(at):
        h = X + noise[0]
        for k, (W, b) in enumerate(net.layers(at), 1):
            u = h @ W + b
            h = net.output(u) if k == len(net.sizes) - 1 else net.hidden(u) + noise[k]
        return net.loss.value(net.output, u, h, Y)

    assert relative_error(noisy_backprop(net, theta, X, Y, noise), central(J, theta)) < 1e-7


def test_input_noise_is_l2_for_a_linear_unit_in_the_mean():
    net, theta, X, Y = case(LINEAR, N=20)
    rule = input_noise(backprop, 0.5, rng=np.random.default_rng(0))
    drawn = np.array([rule(net, theta, X, Y) for _ in range(4000)])
    expected = penalized(backprop, 0.25)(net, theta, X, Y)
    assert np.all(np.abs(drawn.mean(axis=0) - expected) < 5 * drawn.std(axis=0) / np.sqrt(4000))


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: input_noise(backprop, 0.0, rng=rng),
        lambda rng: weight_noise(backprop, 0.0, rng=rng),
        lambda rng: activation_noise(0.0, rng=rng),
        lambda rng: augmented(backprop, random_shifts(0.0, rng=rng, shape=(2, 2))),
        lambda rng: augmented(backprop, random_rotations(0.0, rng=rng, shape=(2, 2))),
        lambda rng: penalized(backprop, 0.0),
        lambda rng: dropout((1.0, 1.0), rng=rng),
    ],
)
def test_strength_0_is_the_plain_rule(make):
    net, theta, X, Y = case(NETS[0])
    got = make(np.random.default_rng(0))(net, theta, X, Y)
    np.testing.assert_allclose(got, backprop(net, theta, X, Y), rtol=1e-12, atol=1e-15)


def test_weight_noise_leaves_the_biases_alone():
    net, theta, X, Y = case(NETS[0])
    seen = []
    rule = weight_noise(
        lambda net, at, X, Y: seen.append(at - theta) or at, 0.5, rng=np.random.default_rng(0)
    )
    rule(net, theta, X, Y)
    assert np.array_equal(seen[0] != 0, weights_of(net))


def test_noise_and_masks_keep_float32():
    net, theta, X, Y = (
        a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in case(NETS[0])
    )
    rng = np.random.default_rng(0)
    for rule in (
        penalized(backprop, 0.1),
        dropout((0.8, 0.5), rng=rng),
        input_noise(backprop, 0.1, rng=rng),
        weight_noise(backprop, 0.1, rng=rng),
        activation_noise(0.1, rng=rng),
        augmented(backprop, random_shifts(1.0, rng=rng, shape=(2, 2))),
    ):
        assert rule(net, theta, X, Y).dtype == np.float32
    for optimizer in (
        decayed(net, optim.gd(0.1), 0.1, 0.1),
        thresholded(net, optim.gd(0.1), 0.01),
        norm_limited(net, optim.gd(0.1), 0.5),
    ):
        assert optimizer.update(theta, optimizer.init(theta), theta)[0].dtype == np.float32


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (0, -2), (-3, 1), (5, 5)])
def test_whole_shifts_are_scipys(down, right):
    images = np.random.default_rng(0).random((3, 5, 4))
    theirs = ndimage.shift(images, (0, down, right), order=0, mode="constant")
    np.testing.assert_allclose(shifted(images, down, right), theirs)


def test_parts_of_pixels_are_interpolated_as_by_scipy():
    rng = np.random.default_rng(0)
    X, twin = rng.random((4, 30)), np.random.default_rng(5)
    ours = random_shifts(1.5, rng=np.random.default_rng(5), shape=(5, 6))(X).reshape(4, 5, 6)
    by = twin.uniform(-1.5, 1.5, (2, 4, 1, 1))[:, :, 0, 0]
    for n, picture in enumerate(X.reshape(4, 5, 6)):
        theirs = ndimage.shift(picture, by[:, n], order=1, mode="grid-constant")
        np.testing.assert_allclose(ours[n], theirs, atol=1e-12)


@pytest.mark.parametrize("degrees", [-90.0, -20.0, 0.0, 7.0, 90.0])
def test_rotations_are_scipys(degrees):
    X = np.random.default_rng(0).random((2, 36))
    ours = rotated(X, np.full(2, degrees), (6, 6)).reshape(2, 6, 6)
    for picture, turned in zip(X.reshape(2, 6, 6), ours, strict=True):
        theirs = ndimage.rotate(picture, degrees, reshape=False, order=1, mode="grid-constant")
        np.testing.assert_allclose(turned, theirs, atol=1e-9)


# ---------------------------------------------------------------- early stopping


def test_patience_by_hand():
    assert best_epoch([3, 2, 2.5, 1, 4, 5], 1) == (1, 2)
    assert best_epoch([3, 2, 2.5, 1, 4, 5], 2) == (3, 5)
    assert best_epoch([3, 2, 2.5, 1, 4, 5], 9) == (3, 5)
    assert best_epoch([1, 1, 1, 1], 2) == (0, 2)


def test_early_stopping_keeps_the_best_parameters_and_agrees_with_best_epoch():
    net, theta, X, Y = case(NETS[0], N=12)
    _, _, X_valid, Y_valid = case(NETS[0], seed=9, N=30)
    stop = EarlyStopping(net, X_valid, Y_valid, patience=3)
    options = {"epochs": 400, "batch_size": 4}
    run = train(
        net, theta, X, Y, optim.gd(0.3), on_epoch=stop, rng=np.random.default_rng(0), **options
    )
    assert run.stopped.startswith("patience 3")
    assert best_epoch(stop.losses, 3) == (stop.epoch, len(stop.losses) - 1)
    assert run.epochs == len(stop.losses) - 1
    assert mean_loss(net, stop.theta, X_valid, Y_valid) == min(stop.losses)
    again = EarlyStopping(net, X_valid, Y_valid, patience=3)
    for _ in range(2):  # epoch 0 starts it afresh
        train(
            net, theta, X, Y, optim.gd(0.3), on_epoch=again, rng=np.random.default_rng(0), **options
        )
    assert np.array_equal(again.theta, stop.theta)


def test_no_test_time_change_is_needed_in_the_mean():
    net, theta, X, _ = case(MLP((6, 8, 2), identity, identity, squared_error))
    rng = np.random.default_rng(0)
    outputs = [
        dropout_forward(net, theta, X, random_masks(net, len(X), (0.8, 0.5), rng=rng)).output
        for _ in range(3000)
    ]
    off = np.mean(outputs, axis=0) - forward(net, theta, X).output
    assert np.all(np.abs(off) < 5 * np.std(outputs, axis=0) / np.sqrt(3000))


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("keep", [0, 0.0, -0.1, 1.5, np.nan, None, True])
def test_a_probability_outside_0_to_1_is_refused(keep):
    with pytest.raises(ValueError, match=r"keep is .*above 0 and at most 1: take"):
        dropout_mask(np.full((2, 2), 0.5), keep)
    with pytest.raises(ValueError, match=r"keep\[1\] is "):
        dropout((1.0, keep), rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    "call",
    [
        lambda: penalized(backprop, -0.1),
        lambda: penalty(NETS[0], np.zeros(NETS[0].size), -0.1),
        lambda: decayed(NETS[0], optim.gd(0.1), 0.1, -0.1),
        lambda: thresholded(NETS[0], optim.gd(0.1), -0.1),
        lambda: ridge(np.ones((3, 2)), np.ones(3), -0.1),
        lambda: effective_parameters(np.ones((3, 2)), -0.1),
        lambda: input_noise(backprop, -0.1, rng=np.random.default_rng(0)),
        lambda: random_shifts(-0.1, rng=np.random.default_rng(0)),
    ],
)
def test_a_negative_strength_is_refused(call):
    with pytest.raises(ValueError, match=r"is -0.1; .* 0 switches it off"):
        call()


@pytest.mark.parametrize("patience", [0, -1, 1.5, None])
def test_patience_below_1_is_refused(patience):
    net, _, X, Y = case(NETS[0])
    with pytest.raises(ValueError, match=f"patience is {patience}; .*at least 1"):
        EarlyStopping(net, X, Y, patience=patience)
    with pytest.raises(ValueError, match="patience is "):
        best_epoch([1.0], patience)


def test_an_empty_validation_set_is_refused():
    net, _, X, Y = case(NETS[0])
    with pytest.raises(ValueError, match=r"validation set is empty, .*\(0, 4\): keep some cases"):
        EarlyStopping(net, X[:0], Y[:0])
    with pytest.raises(ValueError, match="losses is empty"):
        best_epoch([], 1)


def test_other_misuse_is_a_sentence():
    net, theta, X, Y = case(NETS[0])
    with pytest.raises(ValueError, match=r"keep=\(0.5,\) has 1 entries.*needs 2"):
        dropout((0.5,), rng=np.random.default_rng(0))(net, theta, X, Y)
    with pytest.raises(ValueError, match="one row for each example"):
        dropout_backprop(net, theta, X, Y, [np.ones((1, 4)), np.ones((1, 5))])
    with pytest.raises(TypeError, match="pass a generator"):
        dropout((1.0, 0.5), rng=0)
    with pytest.raises(ValueError, match=r"q is 0\.5; take"):
        penalized(backprop, 0.1, q=0.5)
    with pytest.raises(ValueError, match="pictures of 8×8 need 64 columns"):
        random_shifts(1.0, rng=np.random.default_rng(0))(X)
    with pytest.raises(TypeError, match="rule is None"):
        penalized(None, 0.1)
    with pytest.raises(ValueError, match="limit is 0"):
        max_norm(np.ones((2, 2)), 0)
    with pytest.raises(ValueError, match="cannot fix 2 weights"):
        effective_parameters(np.ones((1, 2)), 0)


def test_stop_training_is_raised_at_the_epoch_best_epoch_names():
    net, theta, X, Y = case(NETS[0])
    stop = EarlyStopping(net, X, Y, patience=2)
    stop(0, theta)
    stop(1, theta)
    with pytest.raises(StopTraining, match="since epoch 0"):
        stop(2, theta)


def test_inputs_are_not_modified():
    net, theta, X, Y = case(NETS[1])
    kept = theta.copy(), X.copy(), Y.copy()
    norm_limited(net, optim.gd(0.1), 0.1).update(theta, optim.gd(0.1).init(theta), theta)
    dropout((0.5, 0.5, 0.5), rng=np.random.default_rng(0))(net, theta, X, Y)
    weight_noise(backprop, 1.0, rng=np.random.default_rng(0))(net, theta, X, Y)
    for a, b in zip(kept, (theta, X, Y), strict=True):
        assert np.array_equal(a, b)


def test_differences_judge_plain_backprop_too():
    net, theta, X, Y = case(NETS[0])
    assert relative_error(backprop(net, theta, X, Y), finite_difference(net, theta, X, Y)) < 1e-7

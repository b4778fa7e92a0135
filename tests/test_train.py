"""The training loop against a torch loop on the same batches, and the promises of its docstring.

Tolerance against torch: 1e-9 relative after up to 170 steps in float64.
"""

import linecache

import numpy as np
import pytest
import torch
import tqdm.auto
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder

from course_utils.nn.functions import (
    binary_cross_entropy,
    identity,
    sigmoid,
    squared_error,
)
from course_utils.nn.mlp import MLP, backprop, init, mean_loss
from course_utils.nn.optim import Optimizer, adam, gd, momentum
from course_utils.nn.train import Diverged, StopTraining, minibatches, one_hot, split, train

NET = MLP((3, 5, 2))
N = 17
SIZES = [1, 4, 17, None]  # online, mini-batches that do not divide N, all in one batch, full batch


def problem(net=NET, seed=0):
    """(theta, X, Y), all read-only."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, net.sizes[0]))
    Y = np.eye(net.sizes[-1])[rng.integers(net.sizes[-1], size=N)]
    arrays = init(net, rng), X, Y
    for array in arrays:
        array.setflags(write=False)
    return arrays


def run(optimizer=None, *, net=NET, epochs=3, batch_size=4, rng=None, **options):
    theta, X, Y = problem(net)
    options = {"theta": theta, "X": X, "Y": Y, "rng": rng or np.random.default_rng(1), **options}
    arrays = [options.pop(name) for name in ("theta", "X", "Y")]
    return train(
        net, *arrays, optimizer or gd(0.1), epochs=epochs, batch_size=batch_size, **options
    )


def torch_run(oracle, epochs, batch_size):
    """The same training written in torch: layers, loss and optimizer are torch's own."""
    theta, X, Y = (torch.tensor(array) for array in problem())
    rng = np.random.default_rng(1)
    parameters = [
        torch.nn.Parameter(part.clone())
        for part in (theta[:15].reshape(3, 5), theta[15:20], theta[20:30].reshape(5, 2), theta[30:])
    ]
    optimizer = oracle(parameters)

    def loss(x, y):
        W, b, U, c = parameters
        return torch.nn.functional.cross_entropy(torch.tanh(x @ W + b) @ U + c, y)

    history = [loss(X, Y).item()]
    for _ in range(epochs):
        batches = [np.arange(N)] if batch_size is None else minibatches(N, batch_size, rng)
        for rows in batches:
            optimizer.zero_grad()
            loss(X[rows], Y[rows]).backward()
            optimizer.step()
        history.append(loss(X, Y).item())
    return torch.cat([p.detach().ravel() for p in parameters]).numpy(), history


# ---------------------------------------------------------------- the loop

OPTIMIZERS = {
    "gd": (gd(0.3), lambda p: torch.optim.SGD(p, lr=0.3)),
    "momentum": (momentum(0.05, 0.7), lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.7)),
    "adam": (adam(0.01, 0.8, 0.9), lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.9))),
}


@pytest.mark.parametrize("batch_size", SIZES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_is_torchs_on_the_same_batches(name, batch_size):
    optimizer, oracle = OPTIMIZERS[name]
    found = run(optimizer, epochs=10, batch_size=batch_size)
    theta, history = torch_run(oracle, 10, batch_size)
    np.testing.assert_allclose(found.theta, theta, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.loss, history, rtol=1e-9)


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 17), (4, 5), (17, 1), (None, 1)])
def test_an_epoch_makes_so_many_steps(batch_size, steps):
    found = run(epochs=3, batch_size=batch_size)
    assert (found.epochs, found.steps, found.stopped) == (3, 3 * steps, None)


def test_the_history_is_the_mean_loss_after_each_epoch():
    _, X, Y = problem()
    found = run(on_epoch=lambda epoch, theta: mean_loss(NET, theta, X, Y), epochs=5)
    assert found.loss.shape == (6,)
    np.testing.assert_array_equal(found.loss, found.watched)
    assert found.loss[-1] == mean_loss(NET, found.theta, X, Y) < found.loss[0]


@pytest.mark.parametrize("batch_size", SIZES)
def test_every_example_is_seen_once_an_epoch_and_shuffled_anew(batch_size):
    seen = []

    def spy(net, theta, X, Y):
        seen.extend(X[:, 0])
        assert len(X) <= (batch_size or N)
        return backprop(net, theta, X, Y)

    run(gradient=spy, epochs=3, batch_size=batch_size)
    _, X, _ = problem()
    epochs = np.reshape(seen, (3, N))
    np.testing.assert_array_equal(np.sort(epochs), [np.sort(X[:, 0])] * 3)
    orders = len({tuple(epoch) for epoch in epochs})
    assert orders == (1 if batch_size is None else 3)


def test_examples_and_targets_stay_together():
    _, X, Y = problem()
    partner = dict(zip(X[:, 0], Y[:, 0], strict=True))

    def spy(net, theta, X, Y):
        assert [partner[x] for x in X[:, 0]] == list(Y[:, 0])
        return backprop(net, theta, X, Y)

    run(gradient=spy)


def test_the_generator_decides_and_the_global_state_stays():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second, other = (run(rng=np.random.default_rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.theta, second.theta)
    assert (first.theta != other.theta).any()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_any_rule_with_the_signature_is_a_gradient():
    found = run(gradient=lambda net, theta, X, Y: np.ones_like(theta), batch_size=None, epochs=2)
    np.testing.assert_allclose(found.theta, problem()[0] - 0.2, rtol=1e-14)


def test_optimizers_that_look_at_the_loss_get_the_batchs():
    seen = []
    theta, X, Y = problem()
    rule = Optimizer(lambda theta: 0, lambda g, s, theta, J: (seen.append(J) or 0 * g, s), True)
    run(rule, batch_size=None, epochs=2)
    assert seen == [mean_loss(NET, theta, X, Y)] * 2
    seen.clear()
    run(rule._replace(uses_loss=False), epochs=1)
    assert set(seen) == {None}


def test_online_learning_ends_below_the_full_batch_after_as_many_epochs():
    online, full = (run(batch_size=size, epochs=20).loss[-1] for size in (1, None))
    assert online < full


def test_float32_stays_float32_and_whole_data_are_taken_in_thetas_type():
    theta, X, Y = problem()
    found = run(adam(np.float64(0.01)), theta=theta.astype(np.float32))
    assert found.theta.dtype == found.loss.dtype == np.float32
    whole = run(X=(X > 0).astype(np.uint8), Y=Y.astype(bool))
    floats = run(X=(X > 0).astype(float), Y=Y)
    np.testing.assert_array_equal(whole.theta, floats.theta)


def test_no_epochs_leave_the_start_as_a_copy():
    theta, X, Y = problem()
    found = run(epochs=0)
    np.testing.assert_array_equal(found.theta, theta)
    assert not np.shares_memory(found.theta, theta)
    assert found.loss.tolist() == [mean_loss(NET, theta, X, Y)]
    assert (found.epochs, found.steps) == (0, 0)


def test_a_run_prints_without_its_arrays_and_stays_as_it_is():
    found = run(epochs=1)
    assert repr(found) == "Run(epochs=1, steps=5, stopped=None)"
    assert found != run(epochs=1)  # an object, not a bundle of arrays to compare
    with pytest.raises(AttributeError):
        found.theta = 0


# ---------------------------------------------------------------- on_epoch, stopping, diverging


def test_on_epoch_is_called_before_the_first_and_after_every_epoch():
    found = run(on_epoch=lambda epoch, theta: (epoch, theta), epochs=3)
    assert [epoch for epoch, _ in found.watched] == [0, 1, 2, 3]
    np.testing.assert_array_equal(found.watched[0][1], problem()[0])
    np.testing.assert_array_equal(found.watched[-1][1], found.theta)
    assert len({theta.tobytes() for _, theta in found.watched}) == 4
    assert run(epochs=2).watched == [None] * 3


@pytest.mark.parametrize("last", [0, 2])
def test_stop_training_ends_the_run_with_its_reason(last):
    def patience(epoch, theta):
        if epoch == last:
            raise StopTraining("the validation loss no longer falls")
        return epoch

    found, shorter = run(on_epoch=patience, epochs=9), run(epochs=last)
    assert found.stopped == "the validation loss no longer falls"
    assert (found.epochs, found.steps) == (last, shorter.steps)
    assert found.watched == list(range(last))
    np.testing.assert_array_equal(found.theta, shorter.theta)
    np.testing.assert_array_equal(found.loss, shorter.loss)


@pytest.mark.parametrize("batch_size", SIZES)
def test_without_a_curve_only_the_two_ends_are_looked_at(batch_size):
    full, bare = run(batch_size=batch_size), run(batch_size=batch_size, curve=False)
    np.testing.assert_array_equal(bare.theta, full.theta)
    np.testing.assert_array_equal(bare.loss, full.loss[[0, -1]])
    assert (bare.epochs, bare.steps, bare.stopped) == (full.epochs, full.steps, None)
    np.testing.assert_array_equal(run(epochs=0, curve=False).loss, full.loss[:1])


@pytest.mark.parametrize("last", [0, 2, 9])
def test_without_a_curve_a_stopped_run_ends_with_the_loss_of_its_theta(last):
    def stop(epoch, theta):
        if epoch == last:
            raise StopTraining

    found, full = (run(on_epoch=stop, epochs=9, curve=curve) for curve in (False, True))
    assert (found.epochs, found.steps) == (full.epochs, full.steps) == (last, full.steps)
    np.testing.assert_array_equal(found.loss, full.loss[[0, -1]] if last else full.loss)


@pytest.mark.parametrize("epochs", [400, 5])  # noticed by the gradient, and at the end by the loss
def test_without_a_curve_a_loss_that_is_not_finite_ends_the_run_too(epochs):
    net = MLP((3, 2), identity, identity, squared_error)
    _, X, Y = problem(net)
    rate = 100.0 if epochs == 400 else 1e40
    with pytest.warns(Diverged, match=SENTENCE):
        found = run(gd(rate), net=net, epochs=epochs, batch_size=None, curve=False)
    assert found.epochs < epochs
    assert f"epoch {found.epochs + 1}" in found.stopped
    assert (len(found.loss), len(found.watched)) == (min(found.epochs, 1) + 1, found.epochs + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        np.testing.assert_array_equal(found.loss[-1], mean_loss(net, found.theta, X, Y))


def test_stop_training_without_a_reason_is_a_stop_too():
    def stop(epoch, theta):
        raise StopTraining

    assert run(on_epoch=stop).stopped == "on_epoch raised StopTraining"


def test_other_exceptions_pass_through():
    with pytest.raises(ZeroDivisionError):
        run(on_epoch=lambda epoch, theta: 1 / 0)


SENTENCE = r"epoch \d+(, step \d+)?: the (loss|gradient\[0\]) is (inf|nan).*: lower the learning"


@pytest.mark.parametrize("batch_size", SIZES)
def test_a_loss_that_is_not_finite_ends_the_run_with_a_sentence(batch_size):
    """A linear net at rate 100: no other warning than ours, and theta is the last good one."""
    net = MLP((3, 2), identity, identity, squared_error)
    _, X, Y = problem(net)
    with pytest.warns(Diverged, match=SENTENCE) as warned:
        found = run(gd(100.0), net=net, epochs=400, batch_size=batch_size)
    assert [(w.category, w.filename) for w in warned] == [(Diverged, __file__)]
    assert "return train(" in linecache.getline(__file__, warned[0].lineno)  # where it was called
    assert str(warned[0].message) == found.stopped
    assert f"epoch {found.epochs + 1}" in found.stopped
    assert np.isfinite(found.loss).all()
    assert found.loss[-1] == mean_loss(net, found.theta, X, Y)
    assert len(found.loss) == found.epochs + 1 == len(found.watched)


def test_a_gradient_of_nan_ends_the_run_at_its_start():
    with pytest.warns(Diverged, match=SENTENCE):
        found = run(gradient=lambda net, theta, X, Y: theta * np.nan)
    assert (found.epochs, found.steps) == (0, 0)
    np.testing.assert_array_equal(found.theta, problem()[0])


def test_a_loss_that_is_infinite_at_once_is_refused():
    net = MLP((3, 2), identity, identity, squared_error)
    _, X, _ = problem(net)
    with pytest.raises(ValueError, match=r"before the first step the loss is inf: "):
        run(net=net, X=X * 1e200)


def test_the_callers_warnings_are_not_silenced():
    """Overflow is expected while a run diverges, and only there."""
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        run(on_epoch=lambda epoch, theta: np.log(theta * 0), epochs=0)


def test_short_runs_make_no_bar(monkeypatch):
    """Not even an invisible one: in a notebook it would send a dozen messages for each call."""
    monkeypatch.setattr(tqdm.auto, "tqdm", None)
    assert run(epochs=3).epochs == 3


@pytest.mark.parametrize("last", [3, 9], ids=["stopped", "to its end"])
def test_long_runs_show_a_bar_and_take_it_away_at_the_end(last, capsys, monkeypatch):
    def stop(epoch, theta):
        if epoch == last:
            raise StopTraining("enough")

    monkeypatch.setattr("course_utils.nn.progress.BAR_AFTER", 0.0)
    run(epochs=5, on_epoch=stop)
    shown = capsys.readouterr().err
    assert "epochs" in shown
    assert shown.endswith(" \r")  # the line is wiped


# ---------------------------------------------------------------- bad input

DATA = problem()
BAD = [
    ({"epochs": -1}, ValueError, r"epochs is -1; it must be a whole number of at least 0"),
    ({"epochs": 2.0}, ValueError, r"epochs is 2\.0; it must be a whole number"),
    ({"epochs": True}, ValueError, r"epochs is True; it must be a whole number"),
    ({"epochs": None}, ValueError, r"epochs is None; it must be a whole number"),
    ({"batch_size": 0}, ValueError, r"batch_size is 0; it must be a whole number of at least 1"),
    ({"batch_size": -4}, ValueError, r"batch_size is -4; it must be a whole number"),
    ({"batch_size": "4"}, ValueError, r"batch_size is '4'; it must be a whole number"),
    ({"batch_size": 4.0}, ValueError, r"batch_size is 4\.0; it must be a whole number"),
    ({"batch_size": 18}, ValueError, r"batch_size is 18 .*17 examples: take batch_size=None"),
    ({"rng": 3}, TypeError, r"rng is 3; pass a generator, .*np\.random\.default_rng\(0\)"),
    ({"rng": 3, "batch_size": None}, TypeError, r"rng is 3; pass a generator"),
    ({"rng": np.random}, TypeError, r"rng is <module .*; pass a generator"),
    ({"optimizer": adam}, TypeError, r"optimizer is <function adam.*import one .* and call it"),
    ({"optimizer": 0.1}, TypeError, r"optimizer is 0\.1, which is no Optimizer: import one from"),
    ({"theta": np.full(32, np.nan)}, ValueError, r"theta\[0\] is nan \(32 such.*init\(net, rng\)"),
    ({"theta": np.zeros(31)}, ValueError, r"theta has shape \(31,\).*32 .*init\(net, rng\)"),
    ({"theta": np.zeros((2, 32))}, ValueError, r"theta has shape \(2, 32\).*one by one"),
    ({"theta": np.zeros(32, int)}, ValueError, r"theta has dtype int64.*theta\.astype\(float\)"),
    ({"theta": [0.0] * 32}, TypeError, r"theta is a list, .*init\(net, rng\)"),
    ({"X": DATA[1].tolist()}, TypeError, r"X is a list, .*write np\.asarray\(X\)"),
    ({"X": DATA[1][:, :2]}, ValueError, r"X has 2 columns .*has 3 units .*change X or the sizes"),
    ({"X": DATA[1][:0], "Y": DATA[2][:0]}, ValueError, r"X has shape \(0, 3\): give it at least"),
    ({"Y": DATA[2][:5]}, ValueError, r"X has 17 examples but Y has 5: they must be rows"),
    ({"Y": DATA[2].argmax(1)}, ValueError, r"Y has shape \(17,\).*write one_hot\(labels"),
    ({"Y": DATA[2] * 3}, ValueError, r"Y\[\d+, \d\] is 3\.0, .*between 0 and 1.*n_classes=2\)"),
    ({"Y": DATA[2] - 0.5}, ValueError, r"Y\[\d+, \d\] is -0\.5, but cross-entropy needs targets"),
    ({"Y": np.ones((17, 2))}, ValueError, r"Y\[0\] adds up to 2, .*use sigmoid and binary_cross"),
    ({"Y": np.zeros((17, 2), np.uint8)}, ValueError, r"Y\[0\] adds up to 0, .*rows that add up"),
]


@pytest.mark.parametrize(("change", "error", "message"), BAD)
def test_bad_input_is_refused_with_value_and_next_act(change, error, message):
    """Before anything is trained: the rule is never called."""
    with pytest.raises(error, match=message):
        run(**{"gradient": None, **change})


@pytest.mark.parametrize("name", ["X", "Y"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_are_not_finite_are_refused(name, value):
    data = dict(zip(("theta", "X", "Y"), problem(), strict=True))
    bad = data[name].copy()
    bad[3, 1] = bad[5, 0] = value
    with pytest.raises(
        ValueError, match=rf"{name}\[3, 1\] is {value} \(2 such in all\): remove or"
    ):
        run(**{name: bad})


def test_squared_error_takes_any_finite_target():
    net = MLP((3, 2), identity, identity, squared_error)
    assert run(net=net, Y=problem(net)[2] * 7 - 3).epochs == 3


def test_several_labels_at_once_go_with_sigmoid():
    net = MLP((3, 2), output=sigmoid, loss=binary_cross_entropy)
    assert run(net=net, Y=np.ones((N, 2))).epochs == 3
    with pytest.raises(ValueError, match=r"Y\[0, 0\] is 2\.0, but binary cross-entropy needs"):
        run(net=net, Y=np.full((N, 2), 2.0))


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        (None, "type NoneType"),
        ([0.0] * 32, "type list"),
        (0.0, "type float"),
        (np.zeros((32, 1)), r"shape \(32, 1\)"),
        (np.zeros(31), r"shape \(31,\)"),
    ],
)
def test_what_a_rule_returns_must_be_like_theta(answer, given):
    def mine(net, theta, X, Y):
        return answer

    with pytest.raises(ValueError, match=rf"mine returned a gradient of {given}; .*theta, \(32,\)"):
        run(gradient=mine)


# ---------------------------------------------------------------- mini-batches


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 99))
@settings(deadline=None)
def test_minibatches_hold_every_example_once(N, batch_size, seed):
    batches = list(minibatches(N, batch_size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(batches)) == list(range(N))
    assert {len(batch) for batch in batches[:-1]} <= {batch_size}
    assert 1 <= len(batches[-1]) <= batch_size


def test_minibatches_are_shuffled_by_the_generator():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate([*minibatches(50, 7, rng)]) for _ in range(2))
    np.testing.assert_array_equal(first, np.random.default_rng(0).permutation(50))
    assert (first != second).any()
    assert (first != np.arange(50)).any()


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        ((10, 0, np.random.default_rng()), ValueError, r"batch_size is 0; it must be a whole"),
        ((10, None, np.random.default_rng()), ValueError, r"batch_size is None; it must be"),
        ((0, 5, np.random.default_rng()), ValueError, r"N is 0; it must be a whole number"),
        ((10, 5, 0), TypeError, r"rng is 0; pass a generator"),
    ],
)
def test_minibatches_refuse_at_the_call(args, error, message):
    with pytest.raises(error, match=message):
        minibatches(*args)


# ---------------------------------------------------------------- the three parts


@given(st.integers(7, 300), st.integers(0, 99))
@settings(deadline=None)
def test_the_parts_are_disjoint_complete_and_of_their_sizes(N, seed):
    X, Y = np.arange(N)[:, None], np.arange(N)
    parts = split(X, Y, rng=np.random.default_rng(seed))
    labels = [parts.Y_train, parts.Y_valid, parts.Y_test]
    assert sorted(np.concatenate(labels)) == list(range(N))
    for part, share in zip(labels, (0.70, 0.15, 0.15), strict=True):
        assert abs(len(part) - share * N) <= 1
    for rows, part in zip((parts.X_train, parts.X_valid, parts.X_test), labels, strict=True):
        np.testing.assert_array_equal(rows[:, 0], part)


def test_lecture_threes_shares_by_hand():
    parts = split(np.zeros((100, 2)), np.zeros((100, 1)), rng=np.random.default_rng(0))
    assert [len(part) for part in parts] == [70, 70, 15, 15, 15, 15]
    parts = split(
        np.zeros((10, 2)), np.zeros(10), rng=np.random.default_rng(0), fractions=(0.5, 0.3, 0.2)
    )
    assert [len(part) for part in parts] == [5, 5, 3, 3, 2, 2]


def test_the_parts_are_shuffled_copies():
    X = np.arange(200.0)[:, None]
    parts = split(X, X, rng=np.random.default_rng(0))
    assert (np.diff(parts.X_train[:, 0]) < 0).any()
    assert not any(np.shares_memory(part, X) for part in parts)


X10 = np.zeros((10, 2))


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        ((X10, X10[:9]), {}, ValueError, r"X has 10 examples but Y has 9: they must be rows"),
        ((X10[:3], X10[:3]), {}, ValueError, r"3 examples are too few .*: give more of them"),
        ((X10[:0], X10[:0]), {}, ValueError, r"0 examples are too few .*: give more of them"),
        ((X10.tolist(), X10), {}, TypeError, r"X is a list, .*write np\.asarray\(X\)"),
        ((X10, [0] * 10), {}, TypeError, r"Y is a list, .*write np\.asarray\(Y\)"),
        ((X10, X10), {"fractions": (0.7, 0.3)}, ValueError, r"fractions=\(0\.7, 0\.3\) must be th"),
        ((X10, X10), {"fractions": (0.7, 0.2, 0.2)}, ValueError, r"must be three positive numbers"),
        (
            (X10, X10),
            {"fractions": (1.2, -0.1, -0.1)},
            ValueError,
            r"must be three positive number",
        ),
        ((X10, X10), {"fractions": (0.5, 0.5, 0)}, ValueError, r"must be three positive numbers"),
        ((X10, X10), {"fractions": (np.nan, 0.5, 0.5)}, ValueError, r"must be three positive numb"),
        ((X10, X10), {"fractions": 0.7}, ValueError, r"fractions=0\.7 must be three positive"),
        ((X10, X10), {"rng": 0}, TypeError, r"rng is 0; pass a generator"),
        ((X10, X10), {"rng": None}, TypeError, r"rng is None; pass a generator"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(args, options, error, message):
    with pytest.raises(error, match=message):
        split(*args, **{"rng": np.random.default_rng(0), **options})


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64])
def test_one_hot_is_scikit_learns(kind):
    labels = np.array([2, 0, 1, 2, 2], kind)
    expected = OneHotEncoder(categories=[range(4)], sparse_output=False).fit_transform(
        labels[:, None]
    )
    np.testing.assert_array_equal(one_hot(labels, 4), expected)
    np.testing.assert_array_equal(one_hot(labels.tolist(), 4), expected)
    assert one_hot(labels, 4).dtype == float


@pytest.mark.parametrize(
    ("labels", "n_classes", "message"),
    [
        (
            [0, 3, 1],
            3,
            r"labels\[1\] is 3, outside 0 … 2: n_classes must be the largest label plus 1",
        ),
        ([0, -1], 3, r"labels\[1\] is -1, outside 0 … 2: .*labels start at 0"),
        (np.array([255], np.uint8), 10, r"labels\[0\] is 255, outside 0 … 9"),
        ([0.0, 1.0], 2, r"dtype float64; they must be whole numbers, .*labels\.astype\(int\)"),
        ([0.0, np.nan], 2, r"dtype float64; they must be whole numbers"),
        ([True, False], 2, r"dtype bool; they must be whole numbers"),
        (["a", "b"], 2, r"dtype <U1; they must be whole numbers"),
        ([], 2, r"labels have shape \(0,\).*one per example"),
        ([[0], [1]], 2, r"labels have shape \(2, 1\).*labels\.astype\(int\)\.ravel\(\)"),
        (1, 2, r"labels have shape \(\)"),
        ([0, 1], 0, r"n_classes is 0; it must be a whole number of at least 1"),
        ([0, 1], 2.0, r"n_classes is 2\.0; it must be a whole number"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels, n_classes, message):
    with pytest.raises(ValueError, match=message):
        one_hot(labels, n_classes)

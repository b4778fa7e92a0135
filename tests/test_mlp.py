"""The network: one flat vector, forward propagation, and backprop that is the gradient.

The oracle is torch: the same layers written with its functions, the gradient by its autograd.
Tolerances in float64: 1e-12 relative for values, 1e-10 of the gradient's norm; central differences
are good to 1e-7 of it. In float32 1e-5.
"""

import inspect
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score
from sklearn.neural_network import MLPClassifier, MLPRegressor

from course_utils.nn import mlp
from course_utils.nn.functions import (
    ACTIVATIONS,
    LOSSES,
    binary_cross_entropy,
    cross_entropy,
    identity,
    relu,
    sigmoid,
    softmax,
    squared_error,
    step,
    tanh,
)
from course_utils.nn.gradcheck import finite_difference, relative_error
from course_utils.nn.mlp import MLP, accuracy, backprop, forward, init, mean_loss, predict

TORCH = {
    "identity": lambda u: u,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "swish": torch.nn.functional.silu,
    "softmax": lambda u: torch.softmax(u, -1),
}
HIDDEN = [name for name in TORCH if name != "softmax"]
ENDS = [(loss, output) for loss in LOSSES for output in LOSSES[loss].outputs if output != "step"]
NET = MLP((4, 5, 3))


def data(net, rng, N=6):
    """Examples, and targets that every loss understands."""
    n_out = net.sizes[-1]
    Y = np.eye(n_out)[rng.integers(n_out, size=N)] if n_out > 1 else rng.integers(2, size=(N, 1))
    return rng.normal(size=(N, net.sizes[0])), Y.astype(float)


def frozen(*arrays):
    for array in arrays:
        array.setflags(write=False)
    return arrays


def problem(net, seed=0, N=6, scale=1.0):
    """(net, theta, X, Y), all read-only; the biases are not 0."""
    rng = np.random.default_rng(seed)
    theta = init(net, rng) + scale * rng.normal(size=net.size)
    return net, *frozen(theta, *data(net, rng, N))


def torch_loss(net, theta, X, Y):
    """J in torch, with the weights cut from theta by hand: W row by row, then b, layer by layer."""
    h, start = torch.tensor(X), 0
    for k, (n_in, n_out) in enumerate(zip(net.sizes, net.sizes[1:], strict=False)):
        W = theta[start : start + n_in * n_out].reshape(n_in, n_out)
        b = theta[start + n_in * n_out : start + (n_in + 1) * n_out]
        u, start = h @ W + b, start + (n_in + 1) * n_out
        h = TORCH[(net.output if k == len(net.sizes) - 2 else net.hidden).name](u)
    Y = torch.tensor(Y)
    if net.loss is squared_error:
        return ((h - Y) ** 2).sum(1).mean() / 2
    if net.loss is binary_cross_entropy:
        return torch.nn.functional.binary_cross_entropy_with_logits(u, Y, reduction="sum") / len(Y)
    return torch.nn.functional.cross_entropy(u, Y)


def torch_value_and_gradient(net, theta, X, Y):
    t = torch.tensor(theta, requires_grad=True)
    J = torch_loss(net, t, X, Y)
    return J.item(), torch.autograd.grad(J, t)[0].numpy()


@st.composite
def networks(draw):
    """Any depth from no hidden layer to three, any activations, any loss with its outputs."""
    loss, output = draw(st.sampled_from(ENDS))
    widths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    n_out = draw(st.integers(2 if output == "softmax" else 1, 4))
    hidden = draw(st.sampled_from(HIDDEN))
    return MLP((*widths, n_out), ACTIVATIONS[hidden], ACTIVATIONS[output], LOSSES[loss])


# ---------------------------------------------------------------- what a network is


def test_theta_is_one_flat_vector_of_weights_and_biases():
    theta = init(NET, np.random.default_rng(0))
    assert theta.shape == (NET.size,) == (4 * 5 + 5 + 5 * 3 + 3,)
    assert [(W.shape, b.shape) for W, b in NET.layers(theta)] == [((4, 5), (5,)), ((5, 3), (3,))]


@pytest.mark.parametrize("theta", [np.arange(43.0), np.zeros((2, 43)), np.zeros(86)[::2]])
def test_layers_are_views(theta):
    for number, part in enumerate(part for layer in NET.layers(theta) for part in layer):
        assert np.shares_memory(part, theta)
        part[...] = number
    assert sorted(set(theta.ravel())) == [0, 1, 2, 3]


def test_layers_lie_in_theta_row_by_row_weights_first():
    layers = NET.layers(np.arange(43.0))
    np.testing.assert_array_equal(layers[0].W[1], [5, 6, 7, 8, 9])
    np.testing.assert_array_equal(layers[0].b, [20, 21, 22, 23, 24])
    np.testing.assert_array_equal(layers[1].b, [40, 41, 42])


def test_a_network_is_frozen_hashable_and_pickles():
    net = MLP([4, np.int64(5), 3], hidden=relu)
    assert pickle.loads(pickle.dumps(net)) == net == MLP((4, 5, 3), relu, softmax, cross_entropy)
    assert len({net, MLP((4, 5, 3), relu), MLP((4, 5, 3), tanh)}) == 2
    assert repr(net) == "MLP(sizes=(4, 5, 3), hidden=relu, output=softmax, loss=cross-entropy)"
    with pytest.raises(AttributeError):
        net.sizes = (1, 2)


REFUSED = [
    ({"sizes": (4,)}, ValueError, r"sizes=\(4,\) needs .*for example MLP\("),
    ({"sizes": 4}, ValueError, r"sizes=4 needs .*for example MLP\("),
    ({"sizes": "ab"}, ValueError, r"sizes='ab' needs .*for example MLP\("),
    ({"sizes": (4, 0)}, ValueError, r"sizes=\(4, 0\) is 0; it must be a whole number"),
    ({"sizes": (4, -1, 2)}, ValueError, r"is -1; it must be a whole number of at least 1"),
    ({"sizes": (4, 2.5)}, ValueError, r"is 2\.5; it must be a whole number"),
    ({"sizes": (4, True)}, ValueError, r"is True; it must be a whole number"),
    ({"hidden": "tanh"}, TypeError, r"hidden is 'tanh'.*import one from course_utils\.nn\.func"),
    ({"hidden": np.tanh}, TypeError, r"hidden is <ufunc 'tanh'>.*import one from"),
    ({"output": None}, TypeError, r"output is None.*import one from"),
    ({"loss": softmax}, TypeError, r"loss is softmax, which is no Loss: import one from"),
    ({"hidden": softmax}, ValueError, r"softmax is for outputs; .*take tanh or relu"),
    ({"output": sigmoid}, ValueError, r"output=sigmoid: .*loss=binary_cross_entropy"),
    ({"loss": binary_cross_entropy}, ValueError, r"output=softmax: .*loss=cross_entropy"),
    ({"output": tanh}, ValueError, r"output=tanh: take output=softmax, or loss=squared_error"),
    ({"output": step}, ValueError, r"output=step: .*loss=squared_error"),
    ({"sizes": (4, 5, 1)}, ValueError, r"sizes=\(4, 5, 1\).*output=sigmoid with loss=binary_cross"),
]


@pytest.mark.parametrize(("change", "error", "message"), REFUSED)
def test_a_network_that_makes_no_sense_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        MLP(**{"sizes": (4, 5, 3), **change})


# ---------------------------------------------------------------- forward


@given(networks(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_loss_and_its_gradient_are_torchs(net, seed):
    """test_backprop_is_the_gradient, and mean_loss the loss, on any network."""
    _, theta, X, Y = problem(net, seed)
    J, gradient = torch_value_and_gradient(net, theta, X, Y)
    assert mean_loss(net, theta, X, Y) == pytest.approx(J, rel=1e-12, abs=1e-14)
    assert np.linalg.norm(backprop(net, theta, X, Y) - gradient) <= 1e-10 * (
        1e-3 + np.linalg.norm(gradient)
    )


def test_forward_by_hand():
    """Two inputs, one tanh unit, one linear output; the numbers written out."""
    net = MLP((2, 1, 1), tanh, identity, squared_error)
    theta = np.array([0.5, -1.0, 0.25, 2.0, 0.1])  # W = [[0.5], [-1]], b = 0.25; W = [[2]], b = 0.1
    trace = forward(net, theta, np.array([[1.0, 0.75], [0.0, 0.25]]))
    np.testing.assert_allclose(trace.u[0], [[0.0], [0.0]], atol=1e-16)
    np.testing.assert_allclose(trace.u[1], [[0.1], [0.1]], rtol=1e-15)
    assert mean_loss(net, theta, trace.h[0], np.array([[1.1], [0.1]])) == pytest.approx(0.25)


def test_backprop_by_hand():
    """J = (v (w x + b) + c - y)²/2 with w = 2, v = 3, x = y = 1 and b = c = 0."""
    net = MLP((1, 1, 1), identity, identity, squared_error)
    theta = np.array([2.0, 0.0, 3.0, 0.0])  # w, b, v, c: the output is 6, its error 6 - 1 = 5
    gradient = backprop(net, theta, np.array([[1.0]]), np.array([[1.0]]))
    np.testing.assert_allclose(gradient, [15, 15, 10, 5], rtol=1e-15)


def test_the_trace_holds_every_layer():
    net, theta, X, _ = problem(MLP((4, 6, 5, 3)))
    trace = forward(net, theta, X)
    assert [u.shape for u in trace.u] == [(6, 6), (6, 5), (6, 3)]
    assert trace.h[0] is X
    for k, (W, b) in enumerate(net.layers(theta)):
        f = softmax if k == 2 else tanh
        np.testing.assert_allclose(trace.u[k], trace.h[k] @ W + b, rtol=1e-15)
        np.testing.assert_array_equal(trace.h[k + 1], f(trace.u[k]))
    assert trace.output is trace.h[-1]


def sklearn_net(net, theta, X, Y):
    """Scikit-learn's network with our parameters put into it."""
    if net.output is softmax:
        model = MLPClassifier(
            hidden_layer_sizes=net.sizes[1:-1], activation=net.hidden.name, max_iter=1
        )
        model.partial_fit(X, Y.argmax(1), classes=np.arange(net.sizes[-1]))
    else:
        model = MLPRegressor(
            hidden_layer_sizes=net.sizes[1:-1], activation=net.hidden.name, max_iter=1
        )
        model.partial_fit(X, Y)
    model.coefs_ = [W for W, _ in net.layers(theta)]
    model.intercepts_ = [b for _, b in net.layers(theta)]
    return model


@pytest.mark.parametrize("hidden", [relu, tanh, identity], ids=repr)
def test_outputs_and_labels_are_scikit_learns(hidden):
    net, theta, X, Y = problem(MLP((4, 6, 5, 3), hidden), N=30)
    model = sklearn_net(net, theta, X, Y)
    P = forward(net, theta, X).output
    np.testing.assert_allclose(P, model.predict_proba(X), rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(predict(net, theta, X), model.predict(X))
    assert accuracy(net, theta, X, Y) == accuracy_score(Y.argmax(1), model.predict(X))


def test_regression_outputs_are_scikit_learns():
    net, theta, X, Y = problem(MLP((4, 6, 2), tanh, identity, squared_error), N=30)
    expected = sklearn_net(net, theta, X, Y).predict(X)
    np.testing.assert_allclose(forward(net, theta, X).output, expected, rtol=1e-10)


# ---------------------------------------------------------------- backprop


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(("loss", "output"), ENDS)
def test_backprop_is_the_gradient(hidden, loss, output):
    """By central differences, which know no calculus: below 1e-7 of the gradient's norm."""
    net = MLP((4, 5, 6, 3), ACTIVATIONS[hidden], ACTIVATIONS[output], LOSSES[loss])
    args = problem(net, seed=1, scale=0.3)
    assert relative_error(backprop(*args), finite_difference(*args)) < 1e-7


def test_no_hidden_unit_of_steps_gets_a_gradient():
    net, theta, X, Y = problem(MLP((4, 5, 3), hidden=step))
    W, U = net.layers(backprop(net, theta, X, Y))
    assert not W.W.any()
    assert not W.b.any()
    assert U.W.any()


def test_the_gradient_is_a_mean_over_the_examples():
    net, theta, X, Y = problem(NET, N=6)
    each = [backprop(net, theta, X[n : n + 1], Y[n : n + 1]) for n in range(6)]
    np.testing.assert_allclose(backprop(net, theta, X, Y), np.mean(each, axis=0), rtol=1e-12)


@pytest.mark.parametrize("size", [1, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("loss", "output"), [(loss.name, loss.pair) for loss in LOSSES.values()])
def test_float_type_is_kept_and_all_is_finite(loss, output, dtype, size):
    net = MLP((4, 5, 3), relu, ACTIVATIONS[output], LOSSES[loss])
    _, theta, X, Y = (a if a is net else a.astype(dtype) for a in problem(net))
    X = X * dtype(size)
    trace, J, gradient = forward(net, theta, X), mean_loss(net, theta, X, Y), None
    gradient = backprop(net, theta, X, Y)
    assert {a.dtype for a in (*trace.u, *trace.h, J, gradient)} == {np.dtype(dtype)}
    assert np.isfinite(J)
    assert np.isfinite(gradient).all()


def test_float32_agrees_with_torchs_float64():
    net, theta, X, Y = problem(MLP((4, 8, 3)))
    J, gradient = torch_value_and_gradient(net, theta, X, Y)
    single = [a.astype(np.float32) for a in (theta, X, Y)]
    assert mean_loss(net, *single) == pytest.approx(J, rel=1e-5)
    assert relative_error(backprop(net, *single), gradient) < 1e-5


def test_a_gradient_comes_in_thetas_type():
    net, theta, X, Y = problem(NET)
    single = backprop(net, theta.astype(np.float32), X, Y)
    assert single.dtype == np.float32
    assert relative_error(single, backprop(net, theta, X, Y)) < 1e-6


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64])
@pytest.mark.parametrize(("loss", "output"), ENDS)
def test_whole_inputs_and_targets_count_as_their_floats(loss, output, kind):
    net = MLP((4, 5, 3), tanh, ACTIVATIONS[output], LOSSES[loss])
    _, theta, X, Y = problem(net)
    X, Y = (X > 0).astype(kind), Y.astype(kind)
    expected = backprop(net, theta, X.astype(float), Y.astype(float))
    np.testing.assert_allclose(backprop(net, theta, X, Y), expected, rtol=1e-12, atol=1e-15)


# ---------------------------------------------------------------- many networks at once


@pytest.mark.parametrize(("loss", "output"), ENDS)
def test_stacked_parameters_are_so_many_separate_networks(loss, output):
    net = MLP((4, 5, 3), tanh, ACTIVATIONS[output], LOSSES[loss])
    _, _, X, Y = problem(net)
    many = np.stack([problem(net, seed)[1] for seed in range(7)])
    trace = forward(net, many, X)
    each = [forward(net, theta, X) for theta in many]
    np.testing.assert_allclose(trace.output, [one.output for one in each], rtol=1e-12)
    np.testing.assert_allclose(trace.u[0], [one.u[0] for one in each], rtol=1e-12)
    expected = [mean_loss(net, theta, X, Y) for theta in many]
    np.testing.assert_allclose(mean_loss(net, many, X, Y), expected, rtol=1e-12)
    np.testing.assert_array_equal(predict(net, many, X), [predict(net, t, X) for t in many])


@pytest.mark.parametrize("rule", [backprop, finite_difference, accuracy])
def test_what_takes_one_network_refuses_a_stack(rule):
    net, theta, X, Y = problem(NET)
    with pytest.raises(ValueError, match=r"theta has shape \(2, 43\).*take the rows one by one"):
        rule(net, np.stack([theta, theta]), X, Y)


# ---------------------------------------------------------------- labels


def test_one_output_answers_yes_above_one_half():
    """An output of exactly 1/2 is a no; so is a target of 1/2."""
    net = MLP((1, 2, 1), identity, sigmoid, binary_cross_entropy)
    theta = np.array([1.0, 0, 0, 0, 1, 0, 0])  # the output is the sigmoid of the input
    X, labels = np.array([[-2.0], [0.0], [3.0], [4.0]]), np.array([0, 1, 1, 1])
    np.testing.assert_array_equal(predict(net, theta, X), [0, 0, 1, 1])
    assert accuracy(net, theta, X, labels) == accuracy(net, theta, X, labels[:, None]) == 3 / 4
    assert accuracy(net, theta, X, np.array([[0.1], [0.5], [0.6], [0.9]])) == 1


def test_accuracy_takes_labels_lists_and_targets():
    net, theta, X, Y = problem(NET, N=20)
    labels = Y.argmax(1)
    found = {accuracy(net, theta, X, answer) for answer in (Y, labels, labels.tolist())}
    assert found == {accuracy_score(labels, predict(net, theta, X))}
    assert type(found.pop()) is float


@pytest.mark.parametrize("labels", [np.zeros(5, int), np.zeros((6, 2)), np.zeros((1, 6)), 3])
def test_accuracy_refuses_labels_that_do_not_fit(labels):
    net, theta, X, _ = problem(NET)
    with pytest.raises(ValueError, match=r"labels have shape \(.*X has 6.*give \(6,\) labels"):
        accuracy(net, theta, X, labels)


# ---------------------------------------------------------------- bad input

BAD = [
    ({"X": np.zeros((6, 3))}, ValueError, r"X has 3 columns .*first layer has 4 .*change X or the"),
    ({"Y": np.zeros((6, 2))}, ValueError, r"Y has 2 columns .*output layer has 3 .*change Y or"),
    ({"Y": np.zeros((5, 3))}, ValueError, r"X has 6 examples but Y has 5: they must be rows"),
    ({"Y": np.zeros(6)}, ValueError, r"Y has shape \(6,\).*write one_hot\(labels, n_classes\)"),
    ({"X": np.zeros(4)}, ValueError, r"X has shape \(4,\).*write X\[None, :\]"),
    ({"X": np.zeros((6, 4, 1))}, ValueError, r"X has shape \(6, 4, 1\); examples are rows"),
    ({"X": np.zeros((0, 4))}, ValueError, r"X has shape \(0, 4\): give it at least one example"),
    ({"X": np.zeros((6, 4), complex)}, ValueError, r"X has dtype complex128.*X\.astype\(float\)"),
    ({"X": np.full((6, 4), "1")}, ValueError, r"X has dtype <U1.*write X\.astype\(float\)"),
    ({"Y": np.full((6, 3), None)}, ValueError, r"Y has dtype object.*write Y\.astype\(float\)"),
    ({"X": [[0.0] * 4] * 6}, TypeError, r"X is a list, not a NumPy array: write np\.asarray\(X\)"),
    ({"X": None}, TypeError, r"X is a NoneType, not a NumPy array: write np\.asarray\(X\)"),
    ({"Y": None}, TypeError, r"Y is a NoneType, not a NumPy array: write np\.asarray\(Y\)"),
    ({"Y": [[0.0] * 3] * 6}, TypeError, r"Y is a list, .*write np\.asarray\(Y\)"),
    ({"X": torch.zeros(6, 4)}, TypeError, r"X is a Tensor, .*write np\.asarray\(X\)"),
    ({"theta": np.zeros(42)}, ValueError, r"theta has shape \(42,\).*43 .*init\(net, rng\)"),
    ({"theta": np.float64(1)}, TypeError, r"theta is a float64, .*make one with init\(net, rng\)"),
    ({"theta": np.array(1.0)}, ValueError, r"theta has shape \(\).*make one with init\(net, rng\)"),
    ({"theta": np.zeros((43, 1))}, ValueError, r"theta has shape \(43, 1\)"),
    ({"theta": [0.0] * 43}, TypeError, r"theta is a list, .*make one with init\(net, rng\)"),
    ({"theta": np.zeros(43, int)}, ValueError, r"theta has dtype int64.*write theta\.astype\(flo"),
]


@pytest.mark.parametrize("rule", [mean_loss, backprop, finite_difference])
@pytest.mark.parametrize(("change", "error", "message"), BAD)
def test_what_does_not_fit_is_refused_with_value_and_next_act(rule, change, error, message):
    _, theta, X, Y = problem(NET)
    with pytest.raises(error, match=message):
        rule(NET, **{"theta": theta, "X": X, "Y": Y, **change})


@pytest.mark.parametrize("rule", [forward, predict])
@pytest.mark.parametrize(("change", "error", "message"), [row for row in BAD if "Y" not in row[0]])
def test_so_it_is_where_there_are_no_targets(rule, change, error, message):
    _, theta, X, _ = problem(NET)
    with pytest.raises(error, match=message):
        rule(NET, **{"theta": theta, "X": X, **change})


def test_targets_left_out_are_reported_in_the_functions_own_name():
    _, theta, X, _ = problem(NET)
    with pytest.raises(TypeError, match=r"backprop\(\).* missing .*'Y'"):
        backprop(NET, theta, X)
    with pytest.raises(TypeError, match=r"forward\(\): missing a required argument: 'X'; it takes"):
        forward(NET, X)


@pytest.mark.parametrize("rule", [forward, mean_loss, backprop])
def test_the_mathematics_stands_alone(rule):
    """The bare function, which a solved exercise shows, holds no check and gives the same."""
    args = problem(NET)[: 3 if rule is forward else 4]
    bare = inspect.unwrap(rule)
    assert bare is not rule
    assert "guard" not in inspect.getsource(bare).split('"""')[-1]
    np.testing.assert_equal(bare(*args), rule(*args))


def test_module_functions_are_found_by_name():
    assert pickle.loads(pickle.dumps(mlp.backprop)) is backprop

"""Activations and losses against torch, SciPy and scikit-learn, which nobody here wrote.

Tolerances: 1e-12 relative in float64 where a value is not near 0, 1e-14 absolute where it is (the
tanh form of the sigmoid rounds its tail to a multiple of 1e-16, swish multiplies that by u); 2e-6
in float32.
"""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import special
from scipy.differentiate import derivative
from sklearn.metrics import log_loss

from course_utils.nn import functions
from course_utils.nn.functions import (
    ACTIVATIONS,
    LOSSES,
    Activation,
    binary_cross_entropy,
    cross_entropy,
    identity,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    squared_error,
    step,
    swish,
)

TORCH = {
    "step": lambda u: torch.heaviside(u, torch.zeros_like(u)),
    "identity": lambda u: u,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "swish": torch.nn.functional.silu,
    "softmax": lambda u: torch.softmax(u, -1),
}
ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
SMOOTH = ["identity", "sigmoid", "tanh", "swish"]
PAIRS = [(loss, output) for loss in LOSSES for output in LOSSES[loss].outputs]
OWN = [(loss.name, loss.pair) for loss in LOSSES.values()]
EVERYWHERE = np.array([0, 1e-8, 0.3, 1, 5, 17, 30, 37, 40, 100, 745, 1e4])
EVERYWHERE = np.stack([EVERYWHERE, -EVERYWHERE, EVERYWHERE[::-1]], axis=1)  # (12, 3)
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


def tensor(array):
    return torch.tensor(array, requires_grad=True)


def frozen(array):
    array = np.array(array)
    array.setflags(write=False)
    return array


def batch(rng, N=7, n_out=4, scale=2.0):
    """Pre-activations and one-hot targets."""
    return frozen(rng.normal(0, scale, (N, n_out))), frozen(
        np.eye(n_out)[rng.integers(n_out, size=N)]
    )


def torch_loss(loss, output, u, Y):
    """J, as torch writes it; the entropies from u."""
    Y = torch.tensor(Y, dtype=u.dtype)
    if loss == "squared error":
        return ((TORCH[output](u) - Y) ** 2).sum() / (2 * len(Y))
    if loss == "binary cross-entropy":
        whole = torch.nn.functional.binary_cross_entropy_with_logits(u, Y, reduction="sum")
        return whole / len(Y)
    return torch.nn.functional.cross_entropy(u, Y)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# ---------------------------------------------------------------- activations


def test_the_tables_are_complete():
    assert sorted(ACTIVATIONS) == sorted(TORCH)
    assert len(PAIRS) == len(ACTIVATIONS) + 2


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_torchs(name):
    expected = TORCH[name](torch.tensor(EVERYWHERE))
    np.testing.assert_allclose(ACTIVATIONS[name](frozen(EVERYWHERE)), expected, **CLOSE)


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "step"])
def test_a_slope_is_torchs_gradient_at_kinks_too(name):
    u = tensor(EVERYWHERE)
    (expected,) = torch.autograd.grad(TORCH[name](u).sum(), u)
    np.testing.assert_allclose(ACTIVATIONS[name].slope(frozen(EVERYWHERE)), expected, **CLOSE)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_slope_is_the_derivative_by_differences(name):
    u = np.linspace(-6, 6, 25)
    found = derivative(ACTIVATIONS[name], u)
    np.testing.assert_allclose(ACTIVATIONS[name].slope(u), found.df, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_slope_is_the_same_with_and_without_h(name, rng):
    u, f = rng.normal(size=(5, 3)), ACTIVATIONS[name]
    np.testing.assert_array_equal(f.slope(u, f(u)), f.slope(u))


def test_step_jumps_above_zero_and_is_flat():
    np.testing.assert_array_equal(step(np.array([-2.0, 0.0, 1e-300, 2.0])), [0, 0, 1, 1])
    np.testing.assert_array_equal(step.slope(np.array([-2.0, 0.0, 2.0])), [0, 0, 0])


def test_kinks_by_hand():
    u = np.array([-3.0, 0.0, 3.0])
    np.testing.assert_array_equal(relu.slope(u), [0, 0, 1])
    np.testing.assert_array_equal(leaky_relu(u), [-0.03, 0, 3])
    np.testing.assert_array_equal(leaky_relu.slope(u), [0.01, 0.01, 1])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_way_back_is_torchs(name, rng):
    f, u, g = ACTIVATIONS[name], rng.normal(size=(6, 4)), frozen(rng.normal(size=(6, 4)))
    t = tensor(u)
    out = TORCH[name](t) if name != "step" else 0 * t
    (expected,) = torch.autograd.grad(out, t, torch.tensor(g))
    np.testing.assert_allclose(f.backward(frozen(u), frozen(f(u)), g), expected, **CLOSE)


def test_softmaxs_way_back_is_torchs_for_large_inputs_and_stacks(rng):
    u, g = rng.normal(0, 300, (2, 6, 4)), rng.normal(size=(2, 6, 4))
    t = tensor(u)
    (expected,) = torch.autograd.grad(torch.softmax(t, -1), t, torch.tensor(g))
    np.testing.assert_allclose(softmax.backward(u, softmax(u), g), expected, **CLOSE)


def test_softmax_and_its_log_are_scipys(rng):
    u = rng.normal(0, 50, (2, 5, 4))
    np.testing.assert_allclose(softmax(u), special.softmax(u, axis=-1), **CLOSE)
    np.testing.assert_allclose(log_softmax(u), special.log_softmax(u, axis=-1), **CLOSE)
    np.testing.assert_allclose(softmax(u).sum(axis=-1), 1, rtol=1e-14)


def test_sigmoid_is_scipys(rng):
    u = rng.normal(0, 10, 200)
    np.testing.assert_allclose(sigmoid(u), special.expit(u), rtol=1e-15, atol=1e-15)


def test_softmax_has_no_slope_and_says_what_to_use():
    with pytest.raises(ValueError, match=r"softmax has no slope.*Use softmax\.backward"):
        softmax.slope(np.zeros((1, 2)))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_activation_keeps_dtype_and_stays_finite(name, dtype):
    f, u = ACTIVATIONS[name], frozen(EVERYWHERE.astype(dtype))
    h = f(u)
    back = f.backward(u, h, np.ones_like(u))
    assert h.dtype == back.dtype == dtype
    assert np.isfinite(h).all()
    assert np.isfinite(back).all()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "swish", "softmax", "relu", "leaky_relu"])
def test_float32_agrees_with_torchs_float64(name):
    expected = TORCH[name](torch.tensor(EVERYWHERE))
    h = ACTIVATIONS[name](EVERYWHERE.astype(np.float32))
    np.testing.assert_allclose(h, expected, rtol=2e-6, atol=2e-6)


def test_swish_has_slope_one_far_to_the_right_in_float32():
    np.testing.assert_array_equal(swish.slope(np.float32([1e4, 1e8, -1e8])), np.float32([1, 1, 0]))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_whole_numbers_have_the_slopes_of_their_floats(name):
    u, f = np.array([-2, 0, 3]), ACTIVATIONS[name]
    np.testing.assert_array_equal(f(u), f(u.astype(float)))
    np.testing.assert_array_equal(f.slope(u), f.slope(u.astype(float)))


# ---------------------------------------------------------------- losses


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_a_loss_is_torchs(loss, output, rng):
    u, Y = batch(rng)
    found = LOSSES[loss].value(ACTIVATIONS[output], u, ACTIVATIONS[output](u), Y)
    expected = torch_loss(loss, output, torch.tensor(u), Y).item()
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("loss", "output"), [pair for pair in PAIRS if pair[1] != "step"])
def test_a_delta_is_torchs_gradient(loss, output, rng):
    u, Y = batch(rng)
    t = tensor(u)
    (expected,) = torch.autograd.grad(torch_loss(loss, output, t, Y), t)
    delta = LOSSES[loss].delta(ACTIVATIONS[output], u, frozen(ACTIVATIONS[output](u)), Y)
    np.testing.assert_allclose(delta, expected, **CLOSE)


def test_step_outputs_give_no_delta(rng):
    u, Y = batch(rng)
    np.testing.assert_array_equal(squared_error.delta(step, u, step(u), Y), np.zeros_like(u))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_of_outputs_is_the_loss_of_their_u(loss, rng):
    u, Y = batch(rng)
    loss = LOSSES[loss]
    assert loss.mean(ACTIVATIONS[loss.pair](u), Y) == pytest.approx(loss.safe(u, Y), rel=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_derivatives_multiply_to_the_difference(loss, rng):
    """∂J/∂P through the output unit is (p - y) / N: the two-step way and the short one."""
    u, Y = batch(rng)
    loss, output = LOSSES[loss], ACTIVATIONS[LOSSES[loss].pair]
    P = output(u)
    product = output.backward(u, P, loss.slope(P, Y))
    np.testing.assert_allclose(product, loss.delta(output, u, P, Y), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_losss_slope_is_torchs_gradient_in_its_outputs(loss, rng):
    P, Y = softmax(rng.normal(size=(5, 3))), rng.dirichlet(np.ones(3), 5)
    p, y = tensor(P), torch.tensor(Y)
    form = {
        "squared error": lambda: ((p - y) ** 2).sum() / 2,
        "binary cross-entropy": lambda: torch.nn.functional.binary_cross_entropy(
            p, y, reduction="sum"
        ),
        "cross-entropy": lambda: -(y * p.log()).sum(),
    }
    (expected,) = torch.autograd.grad(form[loss]() / len(Y), p)
    np.testing.assert_allclose(LOSSES[loss].slope(P, Y), expected, **CLOSE)


def test_the_entropies_are_scikit_learns(rng):
    P, labels = softmax(rng.normal(size=(9, 3))), np.r_[0, 1, 2, rng.integers(3, size=6)]
    p, bits = sigmoid(rng.normal(size=(9, 1))), np.r_[0, 1, rng.integers(2, size=7)]
    assert cross_entropy.mean(P, np.eye(3)[labels]) == pytest.approx(log_loss(labels, P), rel=1e-12)
    assert binary_cross_entropy.mean(p, bits[:, None]) == pytest.approx(
        log_loss(bits, p[:, 0]), rel=1e-12
    )


def test_the_losses_by_hand():
    """Two examples: a mean over them, a sum over the outputs, and lecture 2's one half."""
    P, Y = np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert squared_error.mean(P, Y) == pytest.approx((0.5 + 0.125) / 4, rel=1e-15)
    assert cross_entropy.mean(P, Y) == pytest.approx(-np.log(0.5 * 0.75) / 2, rel=1e-15)
    assert binary_cross_entropy.mean(P, Y) == pytest.approx(-np.log(0.5 * 0.75), rel=1e-15)


def test_certain_and_right_costs_nothing():
    """0 log 0 is 0, without a warning (warnings are errors here)."""
    Y = np.eye(3)
    assert [loss.mean(Y, Y) for loss in LOSSES.values()] == [0, 0, 0]


@pytest.mark.parametrize(("loss", "output"), OWN)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_and_deltas_are_safe_for_large_u(loss, output, dtype):
    u, Y = EVERYWHERE.astype(dtype), np.eye(3, dtype=dtype)[np.arange(12) % 3]
    t = tensor(u.astype(float))
    J = torch_loss(loss, output, t, Y)
    (expected,) = torch.autograd.grad(J, t)
    P = ACTIVATIONS[output](u)
    found = LOSSES[loss].value(ACTIVATIONS[output], u, P, Y)
    delta = LOSSES[loss].delta(ACTIVATIONS[output], u, P, Y)
    rel = 1e-12 if dtype is np.float64 else 2e-6
    assert found == pytest.approx(J.item(), rel=rel)
    np.testing.assert_allclose(delta, expected, rtol=rel, atol=rel / 10)
    assert found.dtype == delta.dtype == dtype


@pytest.mark.parametrize("u", [-745, -40, -37, -5, 0, 5, 37, 40, 700.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_binary_cross_entropy_is_exact_in_both_tails(u, y):
    """-log p for y = 1 is log1p(exp(-u)), however small: relative error below 1e-14."""
    expected = -special.log_expit(u if y else -u)
    assert binary_cross_entropy.safe(np.array([[u]]), np.array([[y]])) == pytest.approx(
        expected, rel=1e-14, abs=0
    )


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64])
def test_whole_targets_count_as_their_floats(loss, output, kind, rng):
    """Unsigned targets do not wrap round: -Y would be 255 where Y is a byte."""
    u, Y = batch(rng)
    loss, output = LOSSES[loss], ACTIVATIONS[output]
    P, whole = output(u), Y.astype(kind)
    assert loss.value(output, u, P, whole) == loss.value(output, u, P, Y)
    np.testing.assert_array_equal(loss.delta(output, u, P, whole), loss.delta(output, u, P, Y))
    if loss.name != "squared error":
        np.testing.assert_array_equal(loss.slope(P, whole), loss.slope(P, Y))


@pytest.mark.parametrize("loss", LOSSES.values(), ids=repr)
@pytest.mark.parametrize(
    ("P", "Y", "message"),
    [
        (np.ones((3, 1)), np.ones(3), r"P has shape \(3, 1\) and Y \(3,\).*write .*Y\[:, None\]"),
        (np.ones(3), np.ones(3), r"P has shape \(3,\).*write P\[:, None\]"),
        (np.ones((0, 2)), np.ones((0, 2)), r"P has shape \(0, 2\).*N at least 1"),
        (np.ones((3, 2)), np.full((3, 2), 1j), r"Y has dtype complex128.*write Y\.astype"),
    ],
)
def test_a_loss_refuses_what_would_broadcast(loss, P, Y, message):
    with pytest.raises(ValueError, match=message):
        loss.mean(P, Y)


# ---------------------------------------------------------------- objects


@pytest.mark.parametrize("thing", [*ACTIVATIONS.values(), *LOSSES.values()], ids=repr)
def test_pickles_copies_and_prints_by_name(thing):
    assert pickle.loads(pickle.dumps(thing)) is thing
    assert copy.deepcopy(thing) is thing
    assert repr(thing) == thing.name


def test_names_decide_equality():
    assert len(set(ACTIVATIONS.values()) | set(LOSSES.values())) == len(ACTIVATIONS) + len(LOSSES)
    assert relu != sigmoid
    assert identity == Activation("identity", lambda u: u, lambda u, h: 1)


def test_an_activation_of_ones_own_pickles_once_it_is_in_the_table(monkeypatch):
    sine = Activation("sine", np.sin, lambda u, h: np.cos(u))
    with pytest.raises(pickle.PicklingError, match=r"sine .*ACTIVATIONS\['sine'\] = "):
        pickle.dumps(sine)
    monkeypatch.setitem(functions.ACTIVATIONS, "sine", sine)
    assert pickle.loads(pickle.dumps(sine)) is sine


def test_the_network_module_imports_numpy_alone():
    code = "import sys, course_utils.nn.mlp; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "scipy", "sklearn", "matplotlib", "IPython", "tqdm", "pandas"}
    assert "numpy" in run.stdout.split()
    assert not heavy & set(run.stdout.split())

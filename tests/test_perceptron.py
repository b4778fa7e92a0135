"""The perceptron against scikit-learn, its theorem, hand-made cases and bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron, SGDClassifier

from course_utils.datasets import parity, symmetry, xor
from course_utils.nn.gradcheck import relative_error
from course_utils.nn.perceptron import (
    adaline_gradient,
    margin,
    mistake_bound,
    parity_net,
    pocket,
    predict,
    signs,
    train_adaline,
    train_perceptron,
    two_layers,
    update,
    with_bias,
    xor_net,
)
from course_utils.nn.separability import separating, widest

AND = with_bias(xor()[0]), np.array([-1.0, -1.0, -1.0, 1.0])


def cloud(seed, N=60, n=3, flip=0.0):
    """Cases around a random plane, some with the other label."""
    rng = np.random.default_rng(seed)
    X, w = with_bias(rng.normal(size=(N, n))), rng.normal(size=n + 1)
    return X, np.where(X @ w > 0, 1.0, -1.0) * np.where(rng.random(N) < flip, -1, 1)


# ---------------------------------------------------------------- scikit-learn


@pytest.mark.parametrize("flip", [0.0, 0.15])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("epochs", [1, 2, 5])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_training_is_scikit_learns_perceptron(seed, epochs, flip):
    X, y = cloud(seed, flip=flip)
    oracle = Perceptron(fit_intercept=False, shuffle=False, max_iter=epochs, tol=None).fit(X, y)
    w, _ = train_perceptron(np.zeros(X.shape[1]), X, y, epochs)
    np.testing.assert_allclose(w, oracle.coef_[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(predict(w, X), oracle.predict(X))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_bias_as_a_weight_is_scikit_learns_intercept(seed):
    X, y = cloud(seed, flip=0.1)
    oracle = Perceptron(shuffle=False, max_iter=4, tol=None).fit(X[:, 1:], y)
    w, _ = train_perceptron(np.zeros(X.shape[1]), X, y, 4)
    np.testing.assert_allclose(w, np.r_[oracle.intercept_, oracle.coef_[0]], atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_adaline_online_is_scikit_learns_squared_error(seed):
    X, y = cloud(seed, flip=0.1)
    oracle = SGDClassifier(
        loss="squared_error", penalty=None, alpha=0, fit_intercept=False, shuffle=False,
        learning_rate="constant", eta0=0.01, max_iter=3, tol=None,
    ).fit(X, y)  # fmt: skip
    w = train_adaline(np.zeros(X.shape[1]), X, y, lr=0.01, epochs=3)
    np.testing.assert_allclose(w, oracle.coef_[0], rtol=1e-10)


# ---------------------------------------------------------------- Rosenblatt's rule


def test_not_is_learned_as_by_hand():
    X, y = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, -1.0])
    # w = (0, 0), (1, 0), (0, -1) | (1, -1), (0, -2) | (1, -2), and then no mistake
    w, mistakes = train_perceptron(np.zeros(2), X, y, 50)
    assert (w.tolist(), mistakes) == ([1.0, -2.0], 5)
    assert predict(w, X).tolist() == [1, -1]


def test_a_case_on_the_line_is_a_mistake_for_both_labels():
    w, x = np.array([1.0, -1.0]), np.array([2.0, 2.0])
    assert update(w, x, 1.0).tolist() == [3.0, 1.0]
    assert update(w, x, -1.0).tolist() == [-1.0, -3.0]
    assert predict(w, x[None]) == -1


def test_an_update_brings_the_case_x_dot_x_nearer():
    rng = np.random.default_rng(0)
    for _ in range(20):
        w, x, y = rng.normal(size=4), rng.normal(size=4), rng.choice([-1.0, 1.0])
        gain = y * (update(w, x, y) @ x) - y * (w @ x)
        assert gain == pytest.approx(x @ x if y * (w @ x) <= 0 else 0)


def test_training_stops_when_an_epoch_has_no_mistake_and_changes_nothing_given():
    X, y = cloud(1)
    w0 = np.zeros(4)
    w, mistakes = train_perceptron(w0, X, y, 10_000)
    assert (predict(w, X) == y).all()
    assert train_perceptron(w, X, y, 10_000) == (pytest.approx(w), 0)
    assert w0.tolist() == [0, 0, 0, 0]
    assert isinstance(mistakes, int)


def test_on_xor_it_goes_round_in_a_circle():
    X, Y = xor()
    y = signs(Y.ravel())
    runs = [train_perceptron(np.zeros(3), with_bias(X), y, epochs) for epochs in (1, 2, 100)]
    assert [mistakes for _, mistakes in runs] == [4, 8, 400]
    assert all((w == runs[0][0]).all() for w, _ in runs)


# ---------------------------------------------------------------- the theorem


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 80))
def test_mistakes_never_exceed_the_bound_in_any_order(seed, n, N):
    rng = np.random.default_rng(seed)
    X, w = with_bias(rng.normal(size=(N, n))), rng.normal(size=n + 1)
    keep = np.abs(X @ w) > 0.05 * np.linalg.norm(w)
    keep[np.argmax(np.abs(X @ w))] = True
    X = X[keep]
    y = np.where(X @ w > 0, 1.0, -1.0)
    order = rng.permutation(len(y))
    learned, mistakes = train_perceptron(np.zeros(n + 1), X[order], y[order], 100_000)
    assert (predict(learned, X) == y).all()
    assert mistakes <= mistake_bound(w, X, y) + 1e-9
    if len(set(y)) == 2:
        assert mistakes <= mistake_bound(widest(X, y), X, y) * (1 + 1e-9)


@pytest.mark.parametrize("n", [1, 3, 16])
def test_the_bound_is_reached_by_cases_at_right_angles(n):
    rng = np.random.default_rng(n)
    X, y = np.eye(n), rng.choice([-1.0, 1.0], n)
    _, mistakes = train_perceptron(np.zeros(n), X, y, 10)
    assert mistakes == n
    assert mistake_bound(y, X, y) == pytest.approx(n)


def test_margin_and_bound_by_hand():
    X, y = np.array([[1.0, 3.0], [1.0, -2.0]]), np.array([1.0, -1.0])
    w = np.array([0.0, 5.0])
    assert margin(w, X, y) == 2
    assert mistake_bound(w, X, y) == pytest.approx(10 / 4)
    assert margin(-w, X, y) == -3


# ---------------------------------------------------------------- no line


@pytest.mark.parametrize("seed", range(3))
def test_adalines_gradient_is_that_of_its_loss(seed):
    X, y = cloud(seed, N=7)
    w, h = np.random.default_rng(seed).normal(size=4), 1e-6

    def J(w):
        return np.sum((X @ w - y) ** 2) / (2 * len(y))

    numeric = np.array([(J(w + h * e) - J(w - h * e)) / (2 * h) for e in np.eye(4)])
    assert relative_error(adaline_gradient(w, X, y), numeric) < 1e-8


def test_adalines_gradient_vanishes_at_least_squares():
    X, y = cloud(0, flip=0.2)
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    assert np.abs(adaline_gradient(w, X, y)).max() < 1e-14


@pytest.mark.parametrize("seed", range(5))
def test_the_pocket_is_never_worse_than_what_the_rule_passes_through(seed):
    X, y = cloud(seed, N=40, flip=0.2)
    kept = pocket(np.zeros(4), X, y, 5)
    w, fewest = np.zeros(4), np.sum(predict(np.zeros(4), X) != y)
    for _ in range(5):
        for x, label in zip(X, y, strict=True):
            w = update(w, x, label)
            fewest = min(fewest, np.sum(predict(w, X) != y))
    assert np.sum(predict(kept, X) != y) == fewest


def test_the_pocket_of_a_separable_set_separates_it():
    X, y = cloud(2)
    assert (predict(pocket(np.zeros(4), X, y, 200), X) == y).all()


def test_adaline_may_miss_a_line_that_exists():
    # one far case of the right class draws the least-squares line over its neighbours
    x = np.array([-2.0, -1.5, -0.5, 0.5, 1.5, 50.0])
    X, y = with_bias(x[:, None]), np.array([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0])
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    assert separating(X, y) is not None
    assert (predict(w, X) != y).any()


# ---------------------------------------------------------------- two layers


def test_two_layers_answer_exclusive_or():
    X, Y = xor()
    np.testing.assert_array_equal(two_layers(X, *xor_net()), Y.ravel())


@pytest.mark.parametrize("bits", range(1, 9))
def test_as_many_hidden_units_as_bits_answer_parity(bits):
    X, Y = parity(bits)
    W, b, v, c = parity_net(bits)
    assert W.shape == (bits, bits)
    np.testing.assert_array_equal(two_layers(X, W, b, v, c), Y.ravel())


def test_two_hidden_units_answer_symmetry():
    X, Y = symmetry(6)
    a = np.array([1.0, 2.0, 4.0, -4.0, -2.0, -1.0])
    W, b = np.column_stack([a, -a]), np.array([-0.5, -0.5])
    np.testing.assert_array_equal(two_layers(X, W, b, -np.ones(2), 0.5), Y.ravel())


# ---------------------------------------------------------------- labels, bias, bad input


def test_signs_makes_minus_and_plus_of_any_two_classes():
    assert signs(np.array([3, 7, 3])).tolist() == [-1, 1, -1]
    assert signs(np.array(["no", "yes"])).tolist() == [-1, 1]
    assert signs(np.array([False, True])).tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (np.array([0, 1, 2, 1]), r"3 classes \(0, 1, 2\).*signs\(labels == 1\)"),
        (np.arange(10), r"10 classes \(0, 1, 2, 3, …\)"),
        (np.zeros(4), "1 classes"),
        (np.eye(2), r"shape \(2, 2\)"),
    ],
)
def test_signs_refuses_what_is_not_two_classes(labels, says):
    with pytest.raises(ValueError, match=says):
        signs(labels)


def test_with_bias_puts_a_one_before_every_row():
    assert with_bias(np.array([[2.0, 3.0]])).tolist() == [[1.0, 2.0, 3.0]]
    with pytest.raises(ValueError, match=r"X\[None, :\]"):
        with_bias(np.zeros(3))


def learners(X, y, w=None, epochs=2):
    w = np.zeros(X.shape[1]) if w is None else w
    yield lambda: train_perceptron(w, X, y, epochs)
    yield lambda: pocket(w, X, y, epochs)
    yield lambda: train_adaline(w, X, y, 0.1, epochs)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"y": np.array([0.0, 1.0, 1.0])}, ValueError, r"y\[0\] is 0.0.*signs\(y\)"),
        ({"y": np.array([-1.0, 1.0, np.nan])}, ValueError, r"y\[2\] is nan"),
        ({"y": np.array([-1.0, 1.0])}, ValueError, r"y has shape \(2,\), but X has 3 rows"),
        ({"w": np.zeros(2)}, ValueError, r"w has shape \(2,\) but X has 3 columns.*with_bias"),
        ({"w": [0, 0, 0]}, TypeError, "list, not a NumPy array"),
        ({"epochs": -1}, ValueError, "epochs is -1"),
        ({"epochs": 2.0}, ValueError, "epochs is 2.0"),
        ({"X": np.ones((3, 3))}, ValueError, "3 constant columns.*leave out column 2"),
        (
            {"X": np.array([[1.0, 5.0, 0.0], [1.0, 5.0, 2.0], [1.0, 5.0, 3.0]])},
            ValueError,
            r"2 constant columns \(1 in column 0, 5 in column 1\).*leave out column 1",
        ),
        ({"X": np.array([[1.0, np.nan, 0.0]] * 3)}, ValueError, r"X\[0, 1\] is nan"),
    ],
)
def test_every_learner_refuses_bad_data_with_the_value_and_the_next_act(change, error, says):
    good = {
        "X": np.array([[1.0, 0.0, 2.0], [1.0, 1.0, 0.0], [1.0, 2.0, 1.0]]),
        "y": np.array([-1.0, 1.0, 1.0]),
    }
    for learner in learners(**(good | change)):
        with pytest.raises(error, match=says):
            learner()


def test_a_column_of_zeros_is_no_second_bias():
    X = np.array([[1.0, 0.0, 2.0], [1.0, 0.0, -1.0]])
    w, _ = train_perceptron(np.zeros(3), X, np.array([1.0, -1.0]), 10)
    assert w[1] == 0


def test_a_bound_without_a_margin_is_refused():
    X, y = AND
    with pytest.raises(ValueError, match=r"is 0 in row 0.*no bound.*separating\(X, y\)"):
        mistake_bound(np.zeros(3), X, y)
    with pytest.raises(ValueError, match="row 3"):
        mistake_bound(np.array([-1.0, 0.0, 0.0]), X, y)


@pytest.mark.parametrize("lr", [0.0, -1.0, float("nan"), "fast"])
def test_adaline_refuses_a_rate_that_is_none(lr):
    with pytest.raises(ValueError, match="lr is"):
        train_adaline(np.zeros(3), *AND, lr=lr, epochs=1)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [(np.zeros(2), 1.0, r"x has shape \(2,\)"), (np.zeros(3), 0.0, "y is 0.0")],
)
def test_an_update_refuses_a_case_that_does_not_fit(x, y, says):
    with pytest.raises(ValueError, match=says):
        update(np.zeros(3), x, y)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ((np.ones((3, 2)), np.zeros(2), np.zeros(2), 0.0), "one row of W for each input"),
        ((np.ones((2, 2)), np.zeros(3), np.zeros(2), 0.0), r"b and v need shape \(2,\)"),
        ((np.ones((2, 2)), np.zeros(2), np.zeros(2), np.zeros(1)), "c is one number"),
    ],
)
def test_two_layers_refuses_weights_that_do_not_fit(weights, says):
    with pytest.raises(ValueError, match=says):
        two_layers(xor()[0], *weights)

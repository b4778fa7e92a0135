"""Inputs are changed as scikit-learn changes them, and batches hold what they say."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from course_utils.nn.functions import identity, squared_error
from course_utils.nn.mlp import MLP, backprop
from course_utils.nn.optim import adam, gd, momentum
from course_utils.nn.preprocess import (
    Transform,
    balanced_batches,
    carry_over,
    enough_components,
    pca,
    standardize,
    whiten,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def X(rng):
    """50 examples of 6 inputs that are correlated, far from 0 and of different sizes."""
    return rng.normal(size=(50, 6)) @ rng.normal(size=(6, 6)) * [1, 10, 0.1, 5, 2, 1] + 100


@pytest.fixture
def others(rng):
    return rng.normal(size=(7, 6)) + 100


def test_standardize_is_scikit_learns(X, others):
    theirs = StandardScaler().fit(X)
    np.testing.assert_allclose(standardize(X)(others), theirs.transform(others), rtol=1e-10)


@pytest.mark.parametrize("k", [1, 3, 6, None])
def test_pca_is_scikit_learns_but_for_signs(X, others, k):
    theirs, ours = PCA(k).fit(X), pca(X, k)
    signs = np.sign(np.sum(ours.A * theirs.components_.T, axis=0))
    np.testing.assert_allclose(ours.A * signs, theirs.components_.T, atol=1e-8)
    np.testing.assert_allclose(ours(others) * signs, theirs.transform(others), atol=1e-7)
    variances = ours(X).var(axis=0)
    np.testing.assert_allclose(variances, theirs.explained_variance_ * 49 / 50, rtol=1e-8)
    np.testing.assert_allclose(
        ours.undo(ours(others)), theirs.inverse_transform(theirs.transform(others)), rtol=1e-8
    )


@pytest.mark.parametrize("k", [2, 6])
def test_whiten_is_scikit_learns_but_for_signs(X, others, k):
    """scikit-learn divides by the spread with 1/(N - 1)."""
    theirs, ours = PCA(k, whiten=True).fit(X), whiten(X, k)
    np.testing.assert_allclose(
        np.abs(ours(others)), np.sqrt(50 / 49) * np.abs(theirs.transform(others)), rtol=1e-6
    )
    np.testing.assert_allclose(np.cov(ours(X).T, bias=True), np.eye(k), atol=1e-9)


def test_a_rotation_keeps_lengths_and_undoes(X):
    Z = pca(X)(X)
    np.testing.assert_allclose(
        np.linalg.norm(Z, axis=1), np.linalg.norm(X - X.mean(axis=0), axis=1), rtol=1e-10
    )
    np.testing.assert_allclose(whiten(X).undo(whiten(X)(X)), X, rtol=1e-8)


def test_enough_components_counts_the_share():
    X = np.kron(np.diag([3.0, 2.0, 1.0]), [[1.0], [-1.0]])  # variances 9, 4 and 1, over 3
    assert [enough_components(X, s) for s in (0.5, 9 / 14, 0.65, 13 / 14, 0.95, 1)] == [
        1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("change", [standardize, pca, whiten])
def test_carried_over_the_layer_says_the_same(X, change, rng):
    W, b, prepare = rng.normal(size=(6, 3)), rng.normal(size=3), change(X)
    W_new, b_new = carry_over(W, b, prepare)
    np.testing.assert_allclose(prepare(X) @ W_new + b_new, X @ W + b, rtol=1e-9)


@pytest.mark.parametrize(("rule", "same"), [(gd, True), (momentum, True), (adam, False)])
def test_rotation_changes_no_rule_that_has_one_rate(rule, same, rng):
    """Started from the same function, the rotated run is the run: gd and momentum, not Adam."""
    X = rng.normal(size=(40, 4)) * [3, 2, 1, 0.5] @ np.linalg.qr(rng.normal(size=(4, 4)))[0]
    X = X - X.mean(axis=0)
    Y, net = rng.normal(size=(40, 2)), MLP((4, 2), output=identity, loss=squared_error)
    turn, theta = pca(X), rng.normal(size=net.size)
    (W, b), *_ = net.layers(theta)
    W_turned, b_turned = carry_over(W, b, turn)
    outputs = []
    for inputs, start in ((X, theta), (turn(X), np.concatenate([W_turned.ravel(), b_turned]))):
        optimizer = rule(0.05)
        now, state = start, optimizer.init(start)
        for _ in range(30):
            step, state = optimizer.update(backprop(net, now, inputs, Y), state, now)
            now = now + step
        (W, b), *_ = net.layers(now)
        outputs.append(inputs @ W + b)
    assert np.allclose(*outputs, rtol=1e-9, atol=1e-10) == same


def test_balanced_batches_hold_each_class_as_often(rng):
    labels = rng.permutation(np.repeat([0, 1, 2], [10, 4, 7]))
    batches = balanced_batches(labels, rng.permutation(21), 3)
    assert [np.bincount(labels[rows]).tolist() for rows in batches] == [[3, 3, 3]] * 4
    for c, n in enumerate([10, 4, 7]):
        used = np.concatenate([rows[labels[rows] == c] for rows in batches])
        assert len(set(used[:n])) == n  # every one before any comes again
    for rows in batches:
        assert len(set(rows)) == len(rows)


def test_the_order_decides_which_come_first():
    labels, order = np.array([0, 1, 0, 1]), np.array([2, 3, 0, 1])
    assert [rows.tolist() for rows in balanced_batches(labels, order, 1)] == [[2, 3], [0, 1]]


def test_constant_columns_are_named():
    X = np.array([[1.0, 7, 2], [2, 7, 2], [4, 7, 2]])
    with pytest.raises(ValueError, match=r"column 1 of X is 7 in every example \(2 such"):
        standardize(X)
    with pytest.raises(ValueError, match=r"X varies in 1 directions only.*take k=1"):
        whiten(X, 2)


@pytest.mark.parametrize("change", [pca, whiten])
def test_fewer_examples_than_components_are_refused(change, rng):
    with pytest.raises(ValueError, match=r"k=5 components, but 4 examples .* 3 at most"):
        change(rng.normal(size=(4, 6)), 5)
    with pytest.raises(ValueError, match=r"k=6 components, but 4 examples"):
        change(rng.normal(size=(4, 6)))
    with pytest.raises(ValueError, match=r"k is 0; it must be a whole number of at least 1"):
        change(rng.normal(size=(9, 6)), 0)


@pytest.mark.parametrize("change", [standardize, pca, whiten])
def test_what_has_no_spread_is_refused(change):
    with pytest.raises(ValueError, match=r"X has shape \(1, 3\).*at least two"):
        change(np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"X has shape \(3,\)"):
        change(np.ones(3))
    with pytest.raises(ValueError, match=r"X\[0, 1\] is nan"):
        change(np.array([[1, np.nan], [2, 3], [5, 4]]))
    with pytest.raises(TypeError, match="X is a list"):
        change([[1.0, 2.0]])


def test_classes_too_small_for_a_batch_are_named():
    with pytest.raises(ValueError, match=r"class 1 has 1 examples, fewer than per_class=2"):
        balanced_batches(np.array([0, 0, 1]), np.arange(3), 2)
    with pytest.raises(ValueError, match=r"per_class is 0"):
        balanced_batches(np.array([0, 0, 1]), np.arange(3), 0)
    with pytest.raises(ValueError, match=r"labels have shape \(3,\) and order \(2,\)"):
        balanced_batches(np.array([0, 0, 1]), np.arange(2), 1)


def test_other_bad_input_is_refused(X):
    with pytest.raises(ValueError, match=r"share is 1\.5"):
        enough_components(X, 1.5)
    with pytest.raises(ValueError, match=r"change drops inputs \(6 become 2\)"):
        carry_over(np.ones((6, 1)), np.zeros(1), pca(X, 2))
    with pytest.raises(ValueError, match=r"for 6 inputs they must be \(6, n_out\)"):
        carry_over(np.ones((5, 1)), np.zeros(1), pca(X))
    with pytest.raises(TypeError, match="which is no Transform"):
        carry_over(np.ones((6, 1)), np.zeros(1), np.eye(6))
    assert isinstance(pca(X), Transform)

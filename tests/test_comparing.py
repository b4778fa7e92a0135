"""Comparing two ways to train, against SciPy and counts by hand."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from course_utils.nn.comparing import online_error, paired_gain, pretraining_cost
from course_utils.nn.mlp import MLP


@pytest.mark.parametrize("S", [2, 8, 40])
def test_the_gain_over_its_standard_error_is_scipys_paired_t(S):
    rng = np.random.default_rng(S)
    without = rng.uniform(1, 9, S)
    with_it = 0.7 * without + rng.uniform(0, 1, S)
    mean, error = paired_gain(without, with_it)
    assert mean == pytest.approx(np.mean(without) - np.mean(with_it), rel=1e-12)
    assert error == pytest.approx(stats.sem(without - with_it), rel=1e-12)
    assert mean / error == pytest.approx(stats.ttest_rel(without, with_it).statistic, rel=1e-9)


def test_the_price_of_pretraining_by_hand():
    # 4-3-2: fine-tuning passes 12 + 6 weights, the autoencoder 4-3-4 passes 24
    assert pretraining_cost((4, 3, 2), 6) == pytest.approx(6 * 24 / 18)
    # 64-32-32-10: 2048 + 1024 + 320, autoencoders of 4096 and 2048
    assert pretraining_cost((64, 32, 32, 10), 1) == pytest.approx(6144 / 3392)


def test_the_price_is_counted_in_weights_of_networks():
    def weights(*sizes):
        net = MLP(sizes)
        return net.size - sum(sizes[1:])

    sizes = (20, 15, 12, 9, 4)
    parts = sum(weights(n, m, n) for n, m in pairwise(sizes[:-1]))
    assert pretraining_cost(sizes, 10) == pytest.approx(10 * parts / weights(*sizes), rel=1e-12)


def test_online_error_is_that_of_whole_blocks():
    wrong = np.array([1, 1, 0, 1, 0, 0, 0, 0, 1, 1.0])
    np.testing.assert_allclose(online_error(wrong, 4), [0.75, 0.0])
    np.testing.assert_allclose(online_error(wrong, 10), [0.5])
    binned = stats.binned_statistic(np.arange(9), wrong[:9], bins=[0, 3, 6, 9]).statistic
    np.testing.assert_allclose(online_error(wrong, 3), binned)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: paired_gain(np.ones(3), np.ones(4)), "3 and 4 runs"),
        (lambda: paired_gain(np.ones(1), np.ones(1)), "two seeds or more"),
        (lambda: pretraining_cost((4, 2), 3), "nothing to pretrain"),
        (lambda: pretraining_cost((4, 2, 3), -1), "epochs is -1"),
        (lambda: online_error(np.ones(3), 4), "T of at least block=4"),
        (lambda: online_error(np.ones((3, 2)), 2), r"shape \(3, 2\)"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()

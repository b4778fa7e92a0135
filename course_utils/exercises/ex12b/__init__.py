"""Exercises of notebook 12b: what pretraining buys."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.deep import layerwise
from course_utils.exercises import probe
from course_utils.exercises.ex12b import cases, wrong
from course_utils.nn import comparing

pretraining_cost = Exercise(
    solution=comparing.pretraining_cost,
    cases=cases.nets,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "How many weights has the autoencoder of hidden layer k, encoder and decoder together?",
        "2 n_k n_(k+1), for every hidden layer but not for the outputs. Divide their sum by that "
        "of the network, Σ n_k n_(k+1) over all layers.",
        "weights = np.multiply(sizes[:-1], sizes[1:]); "
        "return epochs * 2 * weights[:-1].sum() / weights.sum().",
    ),
    mistakes=wrong.PRETRAINING_COST,
)

paired_gain = Exercise(
    solution=comparing.paired_gain,
    cases=cases.pairs,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "What do two runs of the same seed have in common, and what becomes of it in their "
        "difference?",
        "gain = without - with_it, one number a seed. The standard error of its mean is the "
        "standard deviation (ddof=1) over √S.",
        "return gain.mean(), gain.std(ddof=1) / np.sqrt(len(gain)).",
    ),
    mistakes=wrong.PAIRED_GAIN,
)

resample = Exercise(
    solution=layerwise.resample,
    cases=cases.weights,
    run=probe.tensors,
    points=1,
    minutes=6,
    difficulty=1,
    hints=(
        "How do you write W as one row of numbers, and pick many of them at once?",
        "W.flatten() is that row; indexing with a whole matrix of places gives a matrix.",
        "return W.flatten()[draws].",
    ),
    mistakes=wrong.RESAMPLE,
)

online_error = Exercise(
    solution=comparing.online_error,
    cases=cases.streams,
    points=1,
    minutes=8,
    difficulty=1,
    hints=(
        "Into which shape would you bring `wrong` so that each block is a row?",
        "Cut off what is left at the end, reshape to (number of blocks, block), take the mean of "
        "each row.",
        "n = len(wrong) // block; return wrong[: n * block].reshape(n, block).mean(axis=1).",
    ),
    mistakes=wrong.ONLINE_ERROR,
)

"""The exercise of notebook 00, a warm-up: the mean squared error."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.check import Exercise
from course_utils.nn import measures

Array = np.ndarray


def outputs_and_targets(rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Outputs and targets of several shapes, none of them square, and of several sizes."""
    for shape, size in (((3, 2), 1.0), ((2, 5), 3.0), ((6, 3), 0.1)):
        yield rng.normal(scale=size, size=shape), rng.normal(scale=size, size=shape)


def _sum_over_examples(P: Array, Y: Array) -> float:
    return ((P - Y) ** 2).sum()


def _mean_over_entries(P: Array, Y: Array) -> float:
    return ((P - Y) ** 2).mean()


def _one_for_each_example(P: Array, Y: Array) -> Array:
    return ((P - Y) ** 2).sum(axis=1)


def _other_axis(P: Array, Y: Array) -> float:
    return ((P - Y) ** 2).sum(axis=0).mean()


def _half(P: Array, Y: Array) -> float:
    return _one_for_each_example(P, Y).mean() / 2


def _no_square(P: Array, Y: Array) -> float:
    return (P - Y).sum(axis=1).mean()


def _absolute(P: Array, Y: Array) -> float:
    return np.abs(P - Y).sum(axis=1).mean()


def _root(P: Array, Y: Array) -> float:
    return np.sqrt(_one_for_each_example(P, Y).mean())


def _distances(P: Array, Y: Array) -> float:
    return np.sqrt(_one_for_each_example(P, Y)).mean()


def _square_of_mean(P: Array, Y: Array) -> float:
    return ((P - Y).mean(axis=0) ** 2).sum()


def _square_of_sum(P: Array, Y: Array) -> float:
    return ((P - Y).sum(axis=1) ** 2).mean()


def _difference_of_squares(P: Array, Y: Array) -> float:
    return (P**2 - Y**2).sum(axis=1).mean()


mean_squared_error = Exercise(
    solution=measures.mean_squared_error,
    cases=outputs_and_targets,
    points=1,
    minutes=5,
    difficulty=1,
    hints=(
        "Take one example, row n: what is `P[n] - Y[n]`, and how does it become one number?",
        "Square every entry of `P - Y`; then `.sum(axis=1)` adds along each row and leaves one "
        "number for each example. What is still to be done with these N numbers?",
        "Take their mean: `((P - Y) ** 2).sum(axis=1).mean()`.",
    ),
    mistakes={
        "You added up all examples; take the mean over them.": _sum_over_examples,
        "You averaged over the outputs as well. Add up the squares of one example; only over the "
        "examples do you take a mean.": _mean_over_entries,
        "That is one number for each example, which is most of the way: what is their mean?": (
            _one_for_each_example
        ),
        "Sum and mean have changed places: add up along the outputs, `axis=1`, and take the mean "
        "over the examples.": _other_axis,
        "That is half of it. The 1/2 belongs to J, further down, not to the mean squared error.": (
            _half
        ),
        "The differences are not squared, so that those above 0 and those below it cancel.": (
            _no_square
        ),
        "You took absolute values; the formula has squares.": _absolute,
        "That is the root of the mean squared error; leave the root out.": _root,
        "You averaged distances; average their squares, without a root.": _distances,
        "You took the mean first and the squares after it; errors of opposite sign cancel so. "
        "Square every difference first.": _square_of_mean,
        "You added up the differences of an example before you squared, so that they can cancel. "
        "Square every difference first.": _square_of_sum,
        "You squared outputs and targets apart. Take the difference first, then square it.": (
            _difference_of_squares
        ),
    },
)

"""Judging an attempt: run it on the cases; `verdict` says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.check.attempt import Outcome, as_itself, outcome
from course_utils.check.raised import refusal
from course_utils.check.report import NOT_YET, Report
from course_utils.check.verdict import refused, verdict

if TYPE_CHECKING:
    from course_utils.check.exercise import Exercise


def report(exercise: Exercise, attempt: Any, seed: int) -> Report:
    """The verdict on an attempt, from the cases drawn from `seed`."""
    problem = refusal(attempt, exercise.name)
    if problem:
        return refused(exercise, NOT_YET, problem)
    cases = list(exercise.cases(np.random.default_rng(seed)))
    with as_itself(attempt):
        tries = tries_of(exercise.run, attempt, cases)
    return verdict(exercise, tries, cases, lambda n: expected(exercise, cases[n]))


def tries_of(run: Callable, attempt: Callable, cases: Sequence[tuple]) -> list[Outcome]:
    """What the attempt makes of each case; one that runs too long is not tried again."""
    tries: list[Outcome] = []
    for args in cases:
        tries.append(outcome(run, attempt, args))
        if tries[-1].error and tries[-1].error.is_time:
            break
    return tries


def expected(exercise: Exercise, args: tuple) -> Any:
    """What the reference makes of a case."""
    made = outcome(exercise.run, exercise.solution, args)
    if made.error:  # a defect of the course, not of the learner
        raise made.error.exception
    return made.value

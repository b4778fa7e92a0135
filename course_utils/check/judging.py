"""Judging an attempt: run it on the cases, find what is wrong, and say it in a sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.check import attempt as limits
from course_utils.check.attempt import (
    Outcome,
    TimeUp,
    as_itself,
    is_ours,
    is_stub,
    outcome,
    own_line,
)
from course_utils.check.compare import NOTHING, difference
from course_utils.check.report import CORRECT, NOT_ATTEMPTED, NOT_YET, Report

if TYPE_CHECKING:
    from course_utils.check.exercise import Exercise

Detail = tuple[tuple[str, str], ...]


def report(exercise: Exercise, attempt: Any, seed: int) -> Report:
    """The verdict on an attempt, from the cases drawn from `seed`."""
    refusal = _refusal(attempt, exercise.name)
    if refusal:
        return _verdict(exercise, NOT_YET, refusal)
    cases = list(exercise.cases(np.random.default_rng(seed)))
    with as_itself(attempt):
        tries = _tries(exercise, attempt, cases)
    if is_stub(tries[0].error, attempt):
        act = "Write the body and run the cell again."
        return _verdict(exercise, NOT_ATTEMPTED, act, total=len(cases))
    reasons = [_reason(exercise, t, c, attempt) for t, c in zip(tries, cases, strict=False)]
    wrong = [n for n, reason in enumerate(reasons) if reason]
    passed = len(tries) - len(wrong)
    if not wrong:
        return _verdict(exercise, CORRECT, "", _printed(tries), passed, len(cases))
    n = min(wrong, key=lambda n: _volume(cases[n]))
    message = _known_mistake(exercise, tries, cases) or reasons[n]
    detail = _detail(exercise, tries[n], cases[n])
    return _verdict(exercise, NOT_YET, message, detail, passed, len(cases))


def _refusal(attempt: Any, name: str) -> str | None:
    if not callable(attempt):
        return (
            f"This is not a function but {type(attempt).__name__} {_show(attempt)}: write `{name}`."
        )
    if is_ours(attempt):
        return f"This is the course's own {name}, imported; write yours."
    return None


def _tries(exercise: Exercise, attempt: Callable, cases: Sequence[tuple]) -> list[Outcome]:
    """What the attempt makes of each case; one that runs too long is not tried again."""
    tries: list[Outcome] = []
    for args in cases:
        tries.append(outcome(exercise.run, attempt, args))
        if isinstance(tries[-1].error, TimeUp):
            break
    return tries


def _expected(exercise: Exercise, args: tuple) -> Any:
    expected = outcome(exercise.run, exercise.solution, args)
    if expected.error:  # a defect of the course, not of the learner
        raise expected.error
    return expected.value


def _reason(exercise: Exercise, tried: Outcome, args: tuple, attempt: Callable) -> str | None:
    """Why this call is not right, in a sentence; None when it is."""
    if tried.error:
        return _error(tried.error, attempt)
    if tried.changed is not None:
        return (
            f"Your function modifies {_argument(exercise, tried.changed)} in place; work on a "
            f"copy, or build a new array."
        )
    if exercise.judge:
        return NOTHING if tried.value is None else exercise.judge(tried.value, *args) or None
    return difference(tried.value, _expected(exercise, args), _examples(args), exercise.rtol)


def _error(error: BaseException, attempt: Callable) -> str:
    if isinstance(error, TimeUp):
        return (
            f"It was stopped after {limits.SECONDS:g} seconds: does a loop never end, or could it "
            f"be done on whole arrays?"
        )
    said = _cut(_text(error), 500)
    text = f"It raised {type(error).__name__}" + (f": {said}" if said else "")
    if isinstance(error, SystemExit):
        text = "It calls exit(); a function ends with `return`"
    where = own_line(error, attempt)
    return f"{text}\nin {where}" if where else text


def _argument(exercise: Exercise, n: int) -> str:
    """The name of the n-th argument of a case."""
    names = list(inspect.signature(exercise.solution).parameters)
    return f"`{names[n]}`" if _named(exercise) and n < len(names) else f"argument {n + 1}"


def _named(exercise: Exercise) -> bool:
    """Whether the arguments of a case are those of the attempt, one for one."""
    return getattr(exercise.run, "one_for_one", False)


def _known_mistake(
    exercise: Exercise, tries: Sequence[Outcome], cases: Sequence[tuple]
) -> str | None:
    """The message of the first declared mistake that equals the attempt in every case."""
    if len(tries) < len(cases) or any(t.error or t.changed is not None for t in tries):
        return None

    def equal(wrong: Callable) -> bool:
        for tried, args in zip(tries, cases, strict=True):
            made = outcome(exercise.run, wrong, args)
            if made.error or difference(tried.value, made.value, rtol=exercise.rtol):
                return False
        return True

    return next((message for message, wrong in exercise.mistakes.items() if equal(wrong)), None)


def _detail(exercise: Exercise, tried: Outcome, args: tuple) -> Detail:
    rows = [("Called with", given)] if (given := _given(exercise, args)) else []
    if not tried.error and not exercise.judge:
        rows.append(("Your function returned", _show(tried.value)))
        rows.append(("Expected", _show(_expected(exercise, args))))
    return (*rows, *_printed([tried]))


def _printed(tries: Sequence[Outcome]) -> Detail:
    """What the first try that printed something printed."""
    texts = (tried.printed for tried in tries if tried.printed)
    return tuple(("It printed", _cut(text, 2_000)) for text in islice(texts, 1))


def _given(exercise: Exercise, args: tuple) -> str:
    """The arguments of a case that is small enough to read."""
    if not _named(exercise) or sum(map(_volume, args)) > 24:
        return ""
    names = inspect.signature(exercise.solution).parameters
    return "\n".join(f"{name} = {_show(value)}" for name, value in zip(names, args, strict=False))


def _verdict(
    exercise: Exercise,
    verdict: str,
    message: str,
    detail: Detail = (),
    passed: int = 0,
    total: int = 0,
) -> Report:
    goes_on = f"The notebook goes on with the course's own {exercise.name}."
    stuck = f" Stuck? {exercise.key}.hint()" if exercise.hints else ""
    return Report(
        exercise=exercise.key,
        outcome=verdict,
        message=message,
        points=exercise.points if verdict == CORRECT else 0,
        max_points=exercise.points,
        passed=passed,
        cases=total,
        detail=detail,
        next_act="" if verdict == CORRECT else goes_on + stuck,
    )


def _examples(args: tuple) -> frozenset[int]:
    """The lengths of the arrays of a case: candidates for the number of examples."""
    return frozenset(len(a) for a in args if isinstance(a, np.ndarray) and a.ndim)


def _volume(value: Any) -> int:
    """The size of a case, to show the smallest that fails."""
    if isinstance(value, list | tuple):
        return sum(map(_volume, value))
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1


def _show(value: Any) -> str:
    style = {"precision": 4, "suppress": True, "threshold": 40, "edgeitems": 3, "linewidth": 90}
    with np.printoptions(legacy="1.25", **style):  # 2.5 and not np.float64(2.5)
        return _cut(_text(value) if isinstance(value, np.ndarray) else _text(value, repr), 800)


def _text(value: Any, how: Callable[[Any], str] = str) -> str:
    """str or repr of what a learner made, which may raise."""
    try:
        return how(value)
    except Exception as error:
        return f"{type(value).__name__} (its text raised {type(error).__name__})"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}\n… ({len(text)} characters in all)"

"""From what an attempt made of its cases to the verdict on it, in a sentence.

Nothing here runs the attempt: what it made may come from another process.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.check import attempt as limits
from course_utils.check.attempt import Outcome, outcome
from course_utils.check.compare import NOTHING, difference
from course_utils.check.raised import Raised
from course_utils.check.report import CORRECT, NOT_ATTEMPTED, NOT_YET, Report
from course_utils.check.showing import cut, show

if TYPE_CHECKING:
    from course_utils.check.exercise import Exercise

Detail = tuple[tuple[str, str], ...]
Expected = Callable[[int], Any]  # what the reference makes of the n-th case


def verdict(
    exercise: Exercise, tries: Sequence[Outcome], cases: Sequence[tuple], expected: Expected
) -> Report:
    """The verdict on what an attempt made of the cases; fewer tries than cases: it was stopped."""
    if tries[0].error and tries[0].error.is_stub:
        act = "Write the body and run the cell again."
        return _report(exercise, NOT_ATTEMPTED, act, total=len(cases))
    why = reasons(exercise, tries, cases, expected)
    wrong = [n for n, reason in enumerate(why) if reason]
    passed = len(tries) - len(wrong)
    if not wrong:
        return _report(exercise, CORRECT, "", _printed(tries), passed, len(cases))
    n = min(wrong, key=lambda n: _volume(cases[n]))
    message = known_mistake(exercise, tries, cases) or why[n]
    detail = _detail(exercise, tries[n], cases[n], lambda: expected(n))
    return _report(exercise, NOT_YET, message, detail, passed, len(cases))


def reasons(
    exercise: Exercise, tries: Sequence[Outcome], cases: Sequence[tuple], expected: Expected
) -> list[str | None]:
    """For each try why it is not right, in a sentence; None where it is."""
    pairs = enumerate(zip(tries, cases, strict=False))  # one that was stopped has fewer tries
    return [_reason(exercise, tried, args, lambda n=n: expected(n)) for n, (tried, args) in pairs]


def _reason(
    exercise: Exercise, tried: Outcome, args: tuple, expected: Callable[[], Any]
) -> str | None:
    if tried.error:
        return _error(tried.error)
    if tried.changed is not None:
        return (
            f"Your function modifies {_argument(exercise, tried.changed)} in place; work on a "
            f"copy, or build a new array."
        )
    if exercise.judge:
        return NOTHING if tried.value is None else exercise.judge(tried.value, *args) or None
    return difference(tried.value, expected(), _examples(args), exercise.rtol)


def _error(error: Raised) -> str:
    if error.is_time:
        return (
            f"It was stopped after {limits.SECONDS:g} seconds: does a loop never end, or could it "
            f"be done on whole arrays?"
        )
    text = f"It raised {error.type}" + (f": {error.text}" if error.text else "")
    if error.is_exit:
        text = "It calls exit(); a function ends with `return`"
    return f"{text}\nin {error.where}" if error.where else text


def _argument(exercise: Exercise, n: int) -> str:
    """The name of the n-th argument of a case."""
    names = list(inspect.signature(exercise.solution).parameters)
    return f"`{names[n]}`" if _named(exercise) and n < len(names) else f"argument {n + 1}"


def _named(exercise: Exercise) -> bool:
    """Whether the arguments of a case are those of the attempt, one for one."""
    return getattr(exercise.run, "one_for_one", False)


def known_mistake(
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


def _detail(exercise: Exercise, tried: Outcome, args: tuple, expected: Callable[[], Any]) -> Detail:
    rows = [("Called with", given)] if (given := _given(exercise, args)) else []
    if not tried.error and not exercise.judge:
        rows.append(("Your function returned", show(tried.value)))
        rows.append(("Expected", show(expected())))
    return (*rows, *_printed([tried]))


def _printed(tries: Sequence[Outcome]) -> Detail:
    """What the first try that printed something printed."""
    texts = (tried.printed for tried in tries if tried.printed)
    return tuple(("It printed", cut(text, 2_000)) for text in islice(texts, 1))


def _given(exercise: Exercise, args: tuple) -> str:
    """The arguments of a case that is small enough to read."""
    if not _named(exercise) or sum(map(_volume, args)) > 24:
        return ""
    names = inspect.signature(exercise.solution).parameters
    return "\n".join(f"{name} = {show(value)}" for name, value in zip(names, args, strict=False))


def refused(exercise: Exercise, outcome: str, message: str) -> Report:
    """The report on what was not run."""
    return _report(exercise, outcome, message)


def _report(
    exercise: Exercise,
    outcome: str,
    message: str,
    detail: Detail = (),
    passed: int = 0,
    total: int = 0,
) -> Report:
    goes_on = f"The notebook goes on with the course's own {exercise.name}."
    stuck = f" Stuck? {exercise.key}.hint()" if exercise.hints else ""
    return Report(
        exercise=exercise.key,
        outcome=outcome,
        message=message,
        points=exercise.points if outcome == CORRECT else 0,
        max_points=exercise.points,
        passed=passed,
        cases=total,
        detail=detail,
        next_act="" if outcome == CORRECT else goes_on + stuck,
    )


def _examples(args: tuple) -> frozenset[int]:
    """The lengths of the arrays of a case: candidates for the number of examples."""
    return frozenset(len(a) for a in args if isinstance(a, np.ndarray) and a.ndim)


def _volume(value: Any) -> int:
    """The size of a case, to show the smallest that fails."""
    if isinstance(value, list | tuple):
        return sum(map(_volume, value))
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1

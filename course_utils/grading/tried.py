"""What became of one exercise, read from what a process says, which may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course_utils.check.attempt import Outcome
from course_utils.check.raised import Raised
from course_utils.check.verdict import reasons
from course_utils.grading.plan import Drawn, Question
from course_utils.grading.results import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_RUN,
    OUT_OF_MEMORY,
    PARTLY,
    TIMEOUT,
    WRONG,
)

NO_MEMORY = "can't allocate memory"  # torch raises a RuntimeError


@dataclass
class Tried:
    """What became of one exercise."""

    status: str = NOT_RUN
    outcomes: list[Outcome] = field(default_factory=list)
    why: list[str | None] = field(default_factory=list)  # for each outcome; None: it is right
    said: str = ""  # why there are no outcomes, in a sentence
    final: bool = False  # the public cases can tell no more

    @property
    def passed(self) -> int:
        """Cases that came out right."""
        return sum(reason is None for reason in self.why)


def status_of(tried: Tried, cases: int) -> str:
    """The status of an exercise that met its cases."""
    errors = [outcome.error for outcome in tried.outcomes if outcome.error]
    if tried.passed == cases:
        return CORRECT
    if errors and errors[0] is tried.outcomes[0].error and errors[0].is_stub:
        return NOT_ATTEMPTED
    if any(error.is_time for error in errors):
        return TIMEOUT
    if any("MemoryError" in error.type or NO_MEMORY in error.text for error in errors):
        return OUT_OF_MEMORY
    return PARTLY if tried.passed else WRONG


def reason_of(question: Question, outcome: Outcome, drawn: Drawn, n: int) -> str | None:
    """Why one outcome is not right; whatever a value makes the comparison raise, it is not."""
    try:
        (reason,) = reasons(
            question.exercise, [outcome], [drawn.cases[n]], lambda _: drawn.expected[n]
        )
    except Exception as error:
        return f"Its answer cannot be compared with the right one ({type(error).__name__})."
    return reason


def outcome_of(said: Mapping[str, Any]) -> Outcome:
    """What a process says that came of one case."""
    changed, printed = said.get("changed"), said.get("printed")
    return Outcome(
        said.get("value"),
        error_of(said.get("error")),
        changed if isinstance(changed, int) else None,
        printed if isinstance(printed, str) else "",
    )


def error_of(said: Any) -> Raised | None:
    """What a process says that it raised; it may say anything."""
    if not isinstance(said, Mapping):
        return None
    texts = [str(said.get(key, ""))[:600] for key in ("type", "text", "where")]
    return Raised(*texts, *(said.get(key) is True for key in ("is_stub", "is_time", "is_exit")))


def short(error: Raised) -> str:
    """An error of a cell in one line."""
    return f"It raised {error.type}: {error.text}".removesuffix(": ")[:300]

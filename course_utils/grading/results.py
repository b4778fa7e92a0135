"""What grading finds out: one result for each submission, with one for each of its questions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What became of a submission. Only the first says that its points are all there is to know.
OK = "ok"
FLAGGED = "flagged"  # graded, and an instructor should look: the findings say at what
TIMEOUT = "timeout"
CRASHED = "crashed"
OUT_OF_MEMORY = "out of memory"
UNREADABLE = "unreadable"  # no points at all, and none in the gradebook: not a zero
STATUSES = (OK, FLAGGED, TIMEOUT, CRASHED, OUT_OF_MEMORY, UNREADABLE)

# What became of a question; beside these, TIMEOUT, CRASHED and OUT_OF_MEMORY.
CORRECT = "correct"
PARTLY = "partly"
WRONG = "wrong"
NOT_ATTEMPTED = "not attempted"
MISSING = "missing"
NOT_RUN = "not run"  # what came before ended every process that was tried


@dataclass(frozen=True)
class QuestionResult:
    """One exercise of one submission."""

    exercise: str  # "ex03.backprop"
    status: str
    points: float
    max_points: float
    passed: int = 0  # secret cases
    cases: int = 0
    message: str = ""  # for the learner: says nothing of secret cases but the kind of difference
    same_as_course: bool = False  # from 30 nodes up: its syntax tree is the course's answer's

    @property
    def name(self) -> str:
        """The exercise without its notebook."""
        return self.exercise.rpartition(".")[2]


@dataclass(frozen=True)
class SubmissionResult:
    """One notebook of one learner; `points` is None where nothing could be graded."""

    learner: str
    assignment: str  # "03_numpy_backprop"
    status: str
    points: float | None
    max_points: float
    questions: tuple[QuestionResult, ...] = ()
    findings: tuple[str, ...] = ()  # for the instructor, a sentence each
    sandbox: str = ""  # "bubblewrap", or "plain limits"
    fresh: bool = True  # graded in this run; False: an earlier run's result, still true

    @property
    def same_as_course(self) -> tuple[str, ...]:
        """The exercises whose answers are the course's own, written anew or copied."""
        return tuple(question.name for question in self.questions if question.same_as_course)

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON takes it."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SubmissionResult:
        """The result that `as_dict` made; TypeError or KeyError where it is none."""
        questions = tuple(QuestionResult(**question) for question in data["questions"])
        return cls(**{**data, "questions": questions, "findings": tuple(data["findings"])})


def worst(statuses: Iterable[str]) -> str:
    """The status of a submission from those of its questions: the first kind of failure, or ok."""
    failures = (status for status in statuses if status in STATUSES and status != OK)
    return next(failures, OK)

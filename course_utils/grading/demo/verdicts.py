"""What was expected of each learner of the made-up class beside what the grader found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from course_utils.grading.demo.classroom import Pupil
from course_utils.grading.demo.drafts import ALL, NOTHING, Share
from course_utils.grading.results import QuestionResult, SubmissionResult

_ROUNDING = 1e-9


class Verdict(NamedTuple):
    """One row of the table; `wrong` says what is not as expected, "" where all is."""

    learner: str
    what: str
    status: str
    points: str  # "10 of 13", or "none"
    wrong: str


def verdicts(learners: Sequence[Pupil], results: Sequence[SubmissionResult]) -> list[Verdict]:
    """A row for each learner, in their order; also for one that the grader forgot."""
    found = {result.learner: result for result in results}
    return [_verdict(pupil, found.get(pupil.learner)) for pupil in learners]


def _verdict(pupil: Pupil, result: SubmissionResult | None) -> Verdict:
    kind = pupil.kind
    if result is None:
        return Verdict(pupil.learner, kind.what, "absent", "none", "the grader left it out")
    earned = "none" if result.points is None else f"{result.points:g} of {result.max_points:g}"
    complaints = "; ".join(_complaints(pupil, result))
    return Verdict(pupil.learner, kind.what, result.status, earned, complaints)


def _complaints(pupil: Pupil, result: SubmissionResult) -> list[str]:
    kind, wrong = pupil.kind, []
    if result.status not in kind.status:
        wrong.append(f"status {' or '.join(kind.status)} expected")
    if not kind.readable:
        return wrong + ["no points expected"] * (result.points is not None)
    if result.points is None or not result.questions:
        return [*wrong, "points expected"]
    for question in result.questions:
        first = question.name == pupil.first
        share = kind.first if first else kind.rest
        if not _within(question, share):
            wrong.append(
                f"{question.name}: {_said(share)} of {question.max_points:g} points expected, "
                f"{question.points:g} found ({question.status})"
            )
        elif first and kind.question and question.status not in kind.question:
            wrong.append(f"{question.name}: {' or '.join(kind.question)} expected")
    return wrong


def _within(question: QuestionResult, share: Share) -> bool:
    low, high = (bound * question.max_points for bound in share)
    return low - _ROUNDING <= question.points <= high + _ROUNDING


def _said(share: Share) -> str:
    return {ALL: "all", NOTHING: "none"}.get(share, "a part")

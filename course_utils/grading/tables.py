"""Grades as CSV: a line for each question, and one for each submission."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from course_utils.grading.results import SubmissionResult

QUESTIONS = (
    "learner", "assignment", "status", "exercise", "outcome", "points", "max_points",
    "cases_passed", "cases", "same_as_course",
)  # fmt: skip
SUBMISSIONS = ("learner", "assignment", "status", "points", "max_points", "findings")


def questions(results: Iterable[SubmissionResult]) -> str:
    """A line for each question; a submission that could not be graded has one without points."""
    return _csv(QUESTIONS, (line for result in results for line in _questions(result)))


def submissions(results: Iterable[SubmissionResult]) -> str:
    """A line for each submission; no points are an empty field, not a zero."""
    return _csv(
        SUBMISSIONS,
        (
            (r.learner, r.assignment, r.status, _number(r.points), _number(r.max_points),
             " ".join(r.findings))
            for r in results
        ),
    )  # fmt: skip


def _questions(result: SubmissionResult) -> Iterable[Sequence[object]]:
    who = (result.learner, result.assignment, result.status)
    if not result.questions:
        yield (*who, "", "", "", _number(result.max_points), "", "", "")
    for q in result.questions:
        same = "yes" if q.same_as_course else "no"
        points = (_number(q.points), _number(q.max_points))
        yield (*who, q.exercise, q.status, *points, q.passed, q.cases, same)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _csv(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_text(field) for field in line] for line in lines)
    return file.getvalue()


def _text(field: object) -> str:
    """A field that no spreadsheet takes for a formula: names are chosen by learners."""
    text = str(field)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") else text

"""From what became of the exercises to points, messages and cards.

What a learner is told comes from the public cases alone. A process that has seen secret cases may
try to carry them out in whatever it returns, raises or prints, so of these only the kind of a
difference is told, in words of our own.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from course_utils.check import report as cards
from course_utils.check.attempt import Outcome
from course_utils.check.compare import NOTHING
from course_utils.check.report import Report
from course_utils.check.verdict import refused, verdict
from course_utils.grading.looking import Submission
from course_utils.grading.plan import Plan, Question
from course_utils.grading.results import (
    CORRECT,
    FLAGGED,
    MISSING,
    NOT_ATTEMPTED,
    NOT_RUN,
    OK,
    UNREADABLE,
    QuestionResult,
    SubmissionResult,
    worst,
)
from course_utils.grading.session import Tried

TOLD_CELLS = 6  # failing cells of one submission that are told
# How a reason begins -> what may be told of it, where it is a secret case's.
KINDS = {
    NOTHING: "it returns None there",
    "Your function returned": "the type of what it returns is another there",
    "Your function modifies": "it modifies an argument in place",
    "The shape is": "the shape is another there",
    "Every value has the wrong sign": "the sign is wrong there",
    "It looks transposed": "it looks transposed there",
    "Every value is": "a factor is wrong there",
    "It was stopped": "it takes too long there",
}


class Judged(NamedTuple):
    """What the two sessions of one submission found; the second is None where all is right."""

    secret: Mapping[str, Tried]
    public: Mapping[str, Tried] | None = None
    cells: Mapping[int, str] = {}
    hard: Sequence[str] = ()


class Scored(NamedTuple):
    """A result and the card of each exercise."""

    result: SubmissionResult
    cards: Mapping[str, Report]


def score(plan: Plan, submission: Submission, judged: Judged | None, sandbox: str) -> Scored:
    """The result of a submission; `judged` is None where nothing of it could be run."""
    if judged is None:
        result = SubmissionResult(
            submission.learner,
            submission.assignment,
            UNREADABLE,
            None,
            plan.max_points,
            findings=(submission.problem, *submission.findings),
        )
        return Scored(result, {})
    questions, reports = [], {}
    for name, question in plan.questions.items():
        public = judged.public[name] if judged.public else None
        card = _card(question, judged.secret[name], public)
        reports[name] = card
        same = name in submission.same_as_course
        questions.append(_result(question, judged.secret[name], card, same))
    cells = [f"Cell {n}: {text}" for n, text in sorted(judged.cells.items())]
    if len(cells) > TOLD_CELLS:
        cells = [*cells[:TOLD_CELLS], f"{len(cells) - TOLD_CELLS} more cells failed."]
    status = worst([*(question.status for question in questions), *judged.hard])
    result = SubmissionResult(
        submission.learner,
        submission.assignment,
        FLAGGED if status == OK and submission.flagged else status,
        round(sum(question.points for question in questions), 2),
        plan.max_points,
        tuple(questions),
        (*submission.findings, *cells),
        sandbox,
    )
    return Scored(result, reports)


def _result(question: Question, tried: Tried, card: Report, same: bool) -> QuestionResult:
    return QuestionResult(
        question.exercise.key,
        tried.status,
        card.points,
        question.points,
        tried.passed,
        len(question.secret.cases),
        card.message,
        same,
    )


def points(question: Question, tried: Tried) -> float:
    """The share of secret cases passed, of the points; all or nothing where it is declared so.

    Some of them everybody can see (an edge, a truth table): who is right on these alone, where
    there are others, may have learnt them by heart, and gets nothing.
    """
    drawn = question.secret
    share = tried.passed / len(drawn.cases)
    fresh = [n for n in range(len(drawn.cases)) if n not in drawn.seen]
    right = {n for n, reason in enumerate(tried.why) if reason is None}
    if fresh and not right & set(fresh):
        share = 0.0
    if tried.status in (NOT_ATTEMPTED, MISSING, NOT_RUN):
        share = 0.0
    if not question.exercise.partial:
        share = float(tried.status == CORRECT)
    return round(share * question.points, 2)


def _card(question: Question, secret: Tried, public: Tried | None) -> Report:
    """The card of one exercise, from the public cases; its points from the secret ones."""
    exercise = question.exercise
    hint = f"Hint: {exercise.hints[0]}" if exercise.hints else ""
    if secret.status == CORRECT:
        card, hint = refused(exercise, cards.CORRECT, ""), ""
    elif secret.status == NOT_ATTEMPTED:
        card = refused(exercise, cards.NOT_ATTEMPTED, "Its cell is as it was handed out.")
    else:
        card = _told(question, secret, public)
    return replace(
        card,
        points=points(question, secret),
        max_points=question.points,
        passed=secret.passed,
        cases=len(question.secret.cases),
        next_act=hint,
    )


def _told(question: Question, secret: Tried, public: Tried | None) -> Report:
    exercise, drawn = question.exercise, question.public
    if secret.final or public is None:
        return refused(exercise, cards.NOT_YET, secret.said or _kind_of_any(secret))
    if any(public.why):
        try:
            return verdict(exercise, public.outcomes, drawn.cases, drawn.expected.__getitem__)
        except Exception:  # whatever a value makes the comparison raise
            return refused(exercise, cards.NOT_YET, next(filter(None, public.why)))
    if public.said:
        return refused(exercise, cards.NOT_YET, public.said)
    kind = _kind_of_any(secret)
    return refused(
        exercise, cards.NOT_YET, f"It is right on the cases of its card, and not on others: {kind}"
    )


def _kind_of_any(tried: Tried) -> str:
    pairs = zip(tried.outcomes, tried.why, strict=False)
    first = next(((outcome, reason) for outcome, reason in pairs if reason), None)
    return f"{kind_of(*first)}." if first else "it did not come to an end."


def kind_of(outcome: Outcome, reason: str) -> str:
    """The kind of a difference, without a word that the learner's code could have chosen."""
    error = outcome.error
    if error and not error.is_time:
        known = isinstance(getattr(builtins, error.type, None), type)
        return f"it raises {error.type} there" if known else "it raises an error there"
    told = (kind for start, kind in KINDS.items() if reason.startswith(start))
    return next(told, "some values differ")

"""What is the same for all submissions of one assignment: exercises, cases, expected values.

Everybody is judged on the same secret cases; they and what the reference makes of them are drawn
once. The cards' own cases (seed 0), which every learner can see, serve the feedback alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from course_utils import exercises as the_course
from course_utils.check import Exercise
from course_utils.check.attempt import call
from course_utils.check.judging import expected
from course_utils.editions.graded import test_id
from course_utils.editions.source import SETUP, notebook_id
from course_utils.editions.storing import parse
from course_utils.errors import CourseError
from course_utils.grading import hollow
from course_utils.grading.extract import Needed, pickled

PUBLIC_SEED = 0  # that of the cards


@dataclass(frozen=True)
class Drawn:
    """Cases of one exercise, what the reference makes of them, and the cases as they are sent."""

    cases: Sequence[tuple]
    expected: Sequence[Any]
    sent: bytes
    seen: frozenset[int] = frozenset()  # those that are a public case too


@dataclass(frozen=True)
class Question:
    """One exercise of an assignment."""

    exercise: Exercise
    points: float  # an instructor may have changed them in the source
    run: bytes | None  # how an attempt meets a case, as it is sent; None: it is called
    secret: Drawn
    public: Drawn

    @property
    def settled(self) -> dict[str, str]:
        """What a process is told once the exercise is judged."""
        function = self.exercise.solution
        return {
            "name": self.exercise.name,
            "module": function.__module__,
            "definition": hollow.definition(self.exercise),
        }


@dataclass(frozen=True)
class Plan:
    """One assignment: its questions, its source, and the copy of the package for its learners."""

    assignment: str
    source: Mapping[str, Any]  # the notebook of the graded edition
    setup: tuple[str, ...]  # the course's import cell
    questions: Mapping[str, Question]
    hollow: Path

    @property
    def notebook(self) -> str:
        """The number of its notebook, "03"."""
        return notebook_id(self.assignment)

    @property
    def max_points(self) -> float:
        """All points that are given without a person's eye."""
        return float(sum(question.points for question in self.questions.values()))


def make(course: Path, assignment: str, seed: bytes, folder: Path) -> Plan:
    """Draw an assignment's cases and write its copy of the package into `folder`.

    Raises CourseError where the assignment has no source, or none that this course can grade.
    """
    source = read_source(course, assignment)
    number = notebook_id(assignment)
    if number not in the_course.NOTEBOOKS:
        raise CourseError(
            f"{assignment} is no notebook with exercises ({', '.join(the_course.NOTEBOOKS)}); "
            "grade it with nbgrader, and name the others with --assignment."
        )
    exercises = the_course.exercises_of(number)
    points = question_points(source)
    needed: set[Needed] = set()
    questions = {
        name: _question(exercise, points[test_id(name)], seed, needed)
        for name, exercise in exercises.items()
        if test_id(name) in points
    }
    if not questions:
        raise CourseError(f"The source of {assignment} asks for no exercise of the course.")
    folder.mkdir(parents=True)
    hollow.build(folder, exercises, the_course.NOTEBOOKS, needed)
    setup = tuple(c["source"] for c in source["cells"] if SETUP in c["metadata"].get("tags", ()))
    return Plan(assignment, source, setup, questions, folder)


def read_source(course: Path, assignment: str) -> Mapping[str, Any]:
    """The notebook that an assignment was made from."""
    path = course / "source" / assignment / f"{assignment}.ipynb"
    try:
        notebook = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        notebook = None
    if notebook is None:
        raise CourseError(
            f"{path} is missing or no notebook: `course build --edition graded "
            f"{notebook_id(assignment)} --out {course}` writes it."
        )
    return notebook


def question_points(source: Mapping[str, Any]) -> dict[str, float]:
    """The points of each cell that carries some, by nbgrader's grade_id."""
    marks = (cell["metadata"].get("nbgrader", {}) for cell in source["cells"])
    return {mark["grade_id"]: float(mark["points"]) for mark in marks if mark.get("grade")}


def _question(exercise: Exercise, points: float, seed: bytes, needed: set[Needed]) -> Question:
    run = None
    if exercise.run is not call:
        run, also = pickled(exercise.run)
        needed |= also
    public = _drawn(exercise, PUBLIC_SEED, needed)
    secret = _drawn(exercise, exercise_seed(seed, exercise), needed)
    return Question(exercise, points, run, replace(secret, seen=_seen(secret, public)), public)


def _seen(secret: Drawn, public: Drawn) -> frozenset[int]:
    """The secret cases that anybody can see, such as a truth table or the edge of an interval."""
    known = {pickled(args)[0] for args in public.cases}
    return frozenset(n for n, args in enumerate(secret.cases) if pickled(args)[0] in known)


def exercise_seed(seed: bytes, exercise: Exercise) -> int:
    """An exercise's own seed, so that a new exercise changes no other's cases."""
    return int.from_bytes(hashlib.sha256(seed + exercise.key.encode()).digest()[:16], "big")


def _drawn(exercise: Exercise, seed: int, needed: set[Needed]) -> Drawn:
    cases = list(exercise.cases(np.random.default_rng(seed)))
    sent, also = pickled(cases)
    needed |= also
    return Drawn(cases, [expected(exercise, args) for args in cases], sent)


def digest(plan: Plan, seed: bytes) -> str:
    """What the scores of an assignment depend on beside a submission: cases, answers, points."""
    digest = hashlib.sha256(seed + json.dumps(plan.setup).encode())
    for question in plan.questions.values():
        exercise = question.exercise
        about = [exercise.key, exercise.source(), exercise.partial, question.points]
        digest.update(json.dumps(about).encode())
        digest.update(hashlib.sha256(question.secret.sent + question.public.sent).digest())
    return digest.hexdigest()

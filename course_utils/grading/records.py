"""The gradebook: nbgrader's own, written through its API, one submission in one transaction.

A later `nbgrader autograde` would overwrite these scores. Scores and comments that a person gave
are left as they are; a person is asked again where what they judged has changed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from course_utils.editions.graded import test_id
from course_utils.errors import CourseError
from course_utils.grading.plan import Plan
from course_utils.grading.results import SubmissionResult
from course_utils.grading.surroundings import course_id, quiet, scripts_on_path

PATIENCE = 60.0  # seconds to wait for a gradebook that another program has locked
PAUSE = 0.2


class Book:
    """The gradebook of one course."""

    def __init__(self, course: Path, patience: float = PATIENCE) -> None:
        try:
            with quiet():
                from nbgrader.api import Gradebook
        except ImportError:
            raise CourseError(
                'nbgrader is not installed: pip install -c constraints.txt -e ".[grade]"'
            ) from None
        self.path, self.patience = course / "gradebook.db", patience
        self.gradebook: Any = None
        with quiet():
            from sqlalchemy import URL
        url = URL.create("sqlite", database=str(self.path.absolute()))
        with scripts_on_path():
            self.gradebook = self._patiently(lambda: Gradebook(url, course_id(course)))

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *error: object) -> None:
        self.gradebook.close()

    def learners(self) -> dict[str, bool]:
        """Everybody in the gradebook; True where it knows more than the name of their folder."""
        return self._patiently(
            lambda: {
                s.id: bool(s.first_name or s.last_name or s.email) for s in self.gradebook.students
            }
        )

    def enter(self, plan: Plan) -> None:
        """Enter an assignment that is not there yet; CourseError where it is there otherwise."""
        self._patiently(lambda: self._enter(plan))

    def record(
        self, result: SubmissionResult, timestamp: str | None, written: Mapping[str, bool | None]
    ) -> None:
        """Write the scores of one submission: all of them, or none.

        `written` holds the cells that a person grades: True where there is a new answer, False
        where the answer was seen before, None where there is none.
        """
        self._patiently(lambda: self._record(result, timestamp, written))

    def _enter(self, plan: Plan) -> None:
        from nbgrader.api import MissingEntry

        gb, name = self.gradebook, plan.assignment
        try:
            notebook = gb.find_notebook(name, name)
        except MissingEntry:
            with self._one_transaction():
                gb.update_or_create_assignment(name)
                gb.add_notebook(name, name)
                for cell in plan.source["cells"]:
                    _enter_cell(gb, name, cell)
            return
        known = {cell.name for cell in notebook.grade_cells}
        lacking = sorted({test_id(question) for question in plan.questions} - known)
        if lacking:
            raise CourseError(
                f"{self.path} has no cell {lacking[0]} for {name}, and its source has: run "
                f"`nbgrader generate_assignment {name} --force` in {self.path.parent} and grade "
                "again."
            )

    def _record(
        self, result: SubmissionResult, timestamp: str | None, written: Mapping[str, bool | None]
    ) -> None:
        gb, name = self.gradebook, result.assignment
        points = {test_id(question.name): question.points for question in result.questions}
        with self._one_transaction():
            gb.update_or_create_student(result.learner)
            when = {"timestamp": timestamp} if timestamp else {}
            submission = gb.update_or_create_submission(name, result.learner, **when)
            if not timestamp:
                submission.timestamp = None
            (notebook,) = (each for each in submission.notebooks if each.name == name)
            for grade in notebook.grades:
                before, grade.auto_score = (
                    grade.auto_score,
                    None,
                )  # a stale score is worse than none
                if result.points is None:
                    grade.needs_manual_grade = True
                elif grade.name in points:
                    grade.auto_score = points[grade.name]
                    judged = grade.manual_score is not None
                    again = grade.needs_manual_grade or before != grade.auto_score
                    grade.needs_manual_grade = judged and again
                else:
                    _by_hand(grade, written.get(grade.name))

    @contextlib.contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """nbgrader commits at every step; here the steps are flushed, and the end is committed."""
        session = self.gradebook.db
        commit, session.commit = session.commit, session.flush
        try:
            yield
            commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.commit
            session.remove()  # what was read is forgotten, so memory does not grow

    def _patiently(self, act: Callable[[], Any]) -> Any:
        """Do something with the gradebook, again while another program has it locked."""
        from sqlalchemy.exc import DatabaseError

        until = time.monotonic() + self.patience
        while True:
            try:
                with quiet():
                    return act()
            except DatabaseError as error:
                if self.gradebook is not None:
                    self.gradebook.db.remove()
                reason = str(error.orig)
                if "locked" in reason and time.monotonic() < until:
                    time.sleep(PAUSE)
                    continue
                advice = (
                    "end the program that has it locked (formgrader?)"
                    if "locked" in reason
                    else "free some space"
                    if "full" in reason
                    else "mend or move it away"
                )
                raise CourseError(
                    f"{self.path} cannot be used ({reason}): {advice} and grade again; what is "
                    "finished is kept."
                ) from None


def _by_hand(grade: Any, answer: bool | None) -> None:
    """A cell that a person grades: asked for where there is an answer that nobody has seen."""
    if answer is None:
        grade.auto_score = 0.0
    grade.needs_manual_grade = answer is True or (answer is False and grade.manual_score is None)


def _enter_cell(gb: Any, name: str, cell: Mapping[str, Any]) -> None:
    """What nbgrader's own generate_assignment notes of a cell."""
    mark = cell["metadata"].get("nbgrader", {})
    if not any(mark.get(kind) for kind in ("grade", "solution", "locked")):
        return
    grade_id, kind = mark["grade_id"], cell["cell_type"]
    if mark.get("grade"):
        gb.add_grade_cell(grade_id, name, name, max_score=float(mark["points"]), cell_type=kind)
    if mark.get("solution"):
        gb.add_solution_cell(grade_id, name, name)
    locked = bool(mark.get("locked"))
    source = cell["source"] if locked else ""
    gb.add_source_cell(grade_id, name, name, cell_type=kind, locked=locked, source=source)

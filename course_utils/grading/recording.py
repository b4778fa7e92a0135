"""Writing down what became of one submission: notebook, page, gradebook, and last its result."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import replace
from pathlib import Path

from course_utils.grading import feedback
from course_utils.grading.autograded import Autograded
from course_utils.grading.keeping import Keeper, Kept, write
from course_utils.grading.looking import Submission
from course_utils.grading.plan import Plan
from course_utils.grading.records import Book
from course_utils.grading.results import FLAGGED, OK, SubmissionResult
from course_utils.grading.scoring import Scored


class Recorder:
    """Records the submissions of one course, one after the other."""

    def __init__(self, course: Path, keeper: Keeper, book: Book) -> None:
        self.course, self.keeper, self.book = course, keeper, book
        self.learners = book.learners()

    def record(
        self, plan: Plan, submission: Submission, scored: Scored, digest: str
    ) -> SubmissionResult:
        """Write everything; the result as it is kept. A kill between two steps loses nothing."""
        result, cards = scored
        learner, assignment = submission.learner, submission.assignment
        kept = self.keeper.find(assignment, learner)
        result = self._known(result)
        made = Autograded(plan, submission, cards)
        folder = self.course / "autograded" / learner / assignment
        timestamp = self._timestamp(learner, assignment)
        written = {
            grade_id: self._is_new(kept, submission, plan) if text else None
            for grade_id, text in made.written().items()
        }
        write(folder / f"{assignment}.ipynb", made.text())
        page = self.course / "feedback" / learner / assignment / f"{assignment}.html"
        write(page, feedback.page(result, cards))
        self._for_release(page.parent, submission, timestamp)
        self.book.record(result, timestamp, written)
        write(folder / "timestamp.txt", f"{timestamp or ''}\n")
        self.keeper.keep(Kept(submission.digest, digest, result))
        return result

    def _for_release(self, folder: Path, submission: Submission, timestamp: str | None) -> None:
        """What `nbgrader release_feedback` reads beside a page: it is released under a secret name.

        nbgrader's submit made the secret; where a notebook was laid in by hand nobody will fetch.
        """
        submitted = self.course / "submitted" / submission.learner / submission.assignment
        path, secret = submitted / "submission_secret.txt", secrets.token_hex(16)
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(OSError, ValueError):
                secret = path.read_text(encoding="utf-8")
        write(folder / "timestamp.txt", f"{timestamp or ''}\n")
        write(folder / "submission_secret.txt", secret)

    def _known(self, result: SubmissionResult) -> SubmissionResult:
        """Flag a learner whom the gradebook's list does not have; one is added all the same."""
        learner, ours = result.learner, self.keeper.added()
        if learner not in self.learners and learner not in ours:
            self.keeper.add(learner)
            ours = {*ours, learner}
        listed = {name for name, named in self.learners.items() if named or name not in ours}
        if not listed or learner in listed:
            return result
        finding = f"The gradebook had no learner {learner}: a folder with another name? Added."
        status = FLAGGED if result.status == OK else result.status
        return replace(result, status=status, findings=(finding, *result.findings))

    def _is_new(self, kept: Kept | None, submission: Submission, plan: Plan) -> bool:
        return kept is None or kept.digest != submission.digest

    def _timestamp(self, learner: str, assignment: str) -> str | None:
        """When it was handed in, as nbgrader noted it; None where it did not, or not readably."""
        from nbgrader.utils import parse_utc

        path = self.course / "submitted" / learner / assignment / "timestamp.txt"
        try:
            text = path.read_text(encoding="utf-8").strip()
            parse_utc(text)
        except (OSError, ValueError, OverflowError):
            return None
        return text

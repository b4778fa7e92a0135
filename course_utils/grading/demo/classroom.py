"""The class: one learner of each kind, their submissions in the folder of an nbgrader course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from course_utils.check import Exercise
from course_utils.grading.demo.broken import BROKEN
from course_utils.grading.demo.cheating import CHEATING
from course_utils.grading.demo.drafts import Draft, Kind, Sizes
from course_utils.grading.demo.honest import HONEST
from course_utils.grading.demo.runaway import RUNAWAY

KINDS: Mapping[str, Kind] = {kind.learner: kind for kind in (*HONEST, *BROKEN, *RUNAWAY, *CHEATING)}


class Pupil(NamedTuple):
    """One learner: the kind, and what is handed in."""

    kind: Kind
    files: Mapping[str, bytes]
    first: str  # the exercise that the kind speaks of

    @property
    def learner(self) -> str:
        """The name of the learner's folder."""
        return self.kind.learner


def pupils(
    notebook: NotebookNode,
    exercises: Mapping[str, Exercise],
    assignment: str,
    kinds: Sequence[Kind] = tuple(KINDS.values()),
    sizes: Sizes | None = None,
    course: Path | None = None,
) -> list[Pupil]:
    """A learner for each kind, working from a notebook of the graded edition.

    `course` is the folder of the nbgrader course, which one of them looks for.
    """
    found = []
    for kind in kinds:
        draft = Draft(notebook, exercises, assignment, sizes, str(course or ""))
        files = kind.edit(draft)
        found.append(Pupil(kind, draft.files() if files is None else files, draft.first))
    return found


def make_class(course: Path, assignment: str, learners: Sequence[Pupil]) -> None:
    """Put the submissions where nbgrader collects them."""
    for pupil in learners:
        folder = course / "submitted" / pupil.learner / assignment
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text("2026-11-27 12:00:00 UTC", encoding="utf-8")
        for name, content in pupil.files.items():
            (folder / name).write_bytes(content)

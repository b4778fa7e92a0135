"""What was handed in: nbgrader's DIR/submitted/LEARNER/ASSIGNMENT."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from course_utils.errors import CourseError


class HandedIn(NamedTuple):
    """One folder of one learner."""

    assignment: str
    learner: str
    folder: Path


def found(course: Path, assignments: Sequence[str], learners: Sequence[str]) -> list[HandedIn]:
    """Everything handed in, or what is asked for of it; CourseError where there is nothing."""
    submitted = course / "submitted"
    if not submitted.is_dir():
        raise CourseError(
            f"{submitted} is no folder: `nbgrader collect` fills it, or put notebooks there as "
            "submitted/LEARNER/ASSIGNMENT/ASSIGNMENT.ipynb."
        )
    every = sorted(
        HandedIn(folder.name, folder.parent.name, folder)
        for folder in submitted.glob("*/*")
        if folder.is_dir() and not folder.parent.name.startswith(".") and folder.name[:1] != "."
    )
    for asked, field in ((assignments, "assignment"), (learners, "learner")):
        names = {getattr(each, field) for each in every}
        for name in asked:
            if name not in names:
                some = ", ".join(sorted(names)[:8]) or "nothing"
                raise CourseError(f"{submitted} holds no {field} {name!r}, but {some}.")
    chosen = [
        each
        for each in every
        if (not assignments or each.assignment in assignments)
        and (not learners or each.learner in learners)
    ]
    if not chosen:
        raise CourseError(f"Nothing was handed in: {submitted} holds no LEARNER/ASSIGNMENT.")
    return chosen

"""Looking first: what a learner handed in, before any of it runs.

Whatever is wrong with the file is a finding, a sentence for the instructor, and what can be graded
is. Cells are known by the exercise they ask for, else by the name they define; a cell of the
course's own that was not changed is not run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from course_utils import exercises as the_course
from course_utils.errors import CourseError
from course_utils.grading.cells import Cells, Step
from course_utils.grading.limits import Limits
from course_utils.grading.plan import Plan
from course_utils.runner import load


@dataclass(frozen=True)
class Submission:
    """One notebook handed in, as far as it can be read."""

    learner: str
    assignment: str
    path: Path | None  # None: no notebook is there
    digest: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    answers: Mapping[int, str] = field(default_factory=dict)  # number of a code cell -> exercise
    attempted: frozenset[str] = frozenset()  # exercises with a cell that is more than the stub
    present: frozenset[str] = frozenset()  # exercises with a cell
    broken: Mapping[str, str] = field(default_factory=dict)  # exercise -> its syntax error
    same_as_course: frozenset[str] = frozenset()
    findings: tuple[str, ...] = ()
    flagged: bool = False
    problem: str = ""  # why nothing of it can be graded


def look(learner: str, folder: Path, plan: Plan, limits: Limits) -> Submission:
    """Read what lies in a learner's folder for an assignment."""
    path, findings = _chosen(folder, f"{plan.assignment}.ipynb")
    blank = Submission(learner, plan.assignment, path, findings=tuple(findings))
    if path is None:
        return replace(blank, problem=f"There is no notebook in {folder.name}.")
    digest = digest_of(folder, plan.assignment, limits)
    try:
        _digest(path, limits)
        handed_in = load(path, the_course.NOTEBOOKS, plan.notebook)
    except CourseError as error:
        problem = str(error).replace(str(path), path.name)  # its folder says nothing to a learner
        return replace(blank, digest=digest, problem=problem)
    if handed_in.notebook != plan.notebook:
        wrong = f"It is notebook {handed_in.notebook}, and {plan.assignment} is asked for."
        return replace(blank, digest=digest, problem=wrong)
    cells = Cells(plan, handed_in)
    if not any(cells.asks):
        none = f"No cell of it defines an exercise of {plan.assignment}: is it another notebook?"
        return replace(blank, digest=digest, problem=none)
    return replace(
        blank,
        digest=digest,
        raw=handed_in.raw,
        steps=cells.steps(),
        answers=cells.answers(),
        attempted=frozenset(cells.worked),
        present=frozenset(name for names in cells.asks for name in names),
        broken=cells.broken(),
        same_as_course=frozenset(cells.same_as_course()),
        findings=(*findings, *cells.findings()),
        flagged=bool(findings),
    )


def digest_of(folder: Path, assignment: str, limits: Limits) -> str:
    """The digest that `look` gives a submission, without looking at it."""
    path, _ = _chosen(folder, f"{assignment}.ipynb")
    if path is None:
        return ""
    try:
        return _digest(path, limits)
    except CourseError:
        return _size_and_time(path)


def _chosen(folder: Path, name: str) -> tuple[Path | None, list[str]]:
    """The notebook to grade, and what is to be said of the choice."""
    found = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    right = folder / name
    others = [path for path in found if path != right]
    if right in found:
        extra = ", ".join(path.name for path in others)
        return right, [f"Beside {name} there is {extra}: not graded."] if others else []
    if not others:
        return None, []
    newest = max(others, key=lambda path: (path.lstat().st_mtime_ns, path.name))
    also = f", the newest of {len(others)}" if len(others) > 1 else ""
    return newest, [f"It is called {newest.name}{also}; {name} is asked for."]


def _digest(path: Path, limits: Limits) -> str:
    """SHA-256 of the file; CourseError where it is no file to read."""
    if path.is_symlink() or not path.is_file():
        raise CourseError(f"{path} is a link or no file: it is not followed; ask for a copy.")
    size = path.stat().st_size
    if size > limits.notebook:
        raise CourseError(
            f"{path} has {size / 2**20:.0f} MB; {limits.notebook / 2**20:.0f} are read: ask for "
            "it without outputs."
        )
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}).") from None


def _size_and_time(path: Path) -> str:
    """Tells one unreadable file from the next that is handed in."""
    found = path.lstat()
    return f"unread-{found.st_size}-{found.st_mtime_ns}"

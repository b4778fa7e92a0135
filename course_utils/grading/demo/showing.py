"""`course grade --demo`: the made-up class in a folder, graded, verdicts beside what was due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from course_utils import exercises
from course_utils.editions import build_graded, graded, read, source_paths
from course_utils.editions.source import SOURCE
from course_utils.errors import CourseError
from course_utils.grading.batch import grade
from course_utils.grading.demo.classroom import KINDS, Pupil, make_class, pupils
from course_utils.grading.demo.verdicts import Verdict, verdicts
from course_utils.grading.limits import Limits
from course_utils.grading.sandbox import BUBBLEWRAP

NUMBER = "03b"  # it imports little: NumPy and matplotlib
# Short, since half a dozen of the class wait for them to pass.
LIMITS = replace(Limits(), call_seconds=2.0, cell_seconds=3.0, grace_seconds=1.0, seconds=60.0)
MARK = ".made-up-class"  # in the folder: everything in it may be written over

Tell = Callable[[str], None]


def show(
    clone: Path,
    folder: Path,
    *,
    workers: int | None = None,
    require_sandbox: bool = False,
    warn: Tell = lambda line: None,
    tick: Callable[[int, int], None] = lambda done, of: None,
) -> list[Verdict]:
    """Build the class in a folder (new, or of an earlier demonstration) and grade it.

    Without a sandbox, who could do harm there is left out.
    """
    options = {"workers": workers, "require_sandbox": require_sandbox, "limits": LIMITS}
    assignment = _course(clone, folder)
    everybody = _class(clone, folder, assignment)
    make_class(folder, assignment, [pupil for pupil in everybody if pupil.learner == "right"])
    [first] = grade(folder, learners=["right"], regrade=True, warn=warn, **options)
    if first.sandbox != BUBBLEWRAP:
        everybody = [pupil for pupil in everybody if not pupil.kind.caged]
    make_class(folder, assignment, everybody)
    names = [pupil.learner for pupil in everybody]
    results = grade(folder, learners=names, regrade=True, tick=tick, **options)
    return verdicts(everybody, results)


def _course(clone: Path, folder: Path) -> str:
    """The nbgrader course in the folder; the name of its one assignment."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise CourseError(
            f"{folder} is not empty and holds no earlier demonstration; name a new folder."
        )
    [assignment] = build_graded(clone, folder, [NUMBER], force=True)
    (folder / MARK).touch()
    return assignment


def _class(clone: Path, folder: Path, assignment: str) -> list[Pupil]:
    path = next(path for path in source_paths(clone / SOURCE) if path.stem == assignment)
    notebook = graded.notebook(read(path))
    declared = exercises.exercises_of(NUMBER)
    return pupils(notebook, declared, assignment, tuple(KINDS.values()), course=folder.resolve())

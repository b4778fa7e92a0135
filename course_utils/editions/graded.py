"""The graded edition: an nbgrader course whose points come from the exercises.

    DIR/nbgrader_config.py
    DIR/source/03_numpy_backprop/03_numpy_backprop.ipynb     an assignment is named as its notebook

nbgrader's own commands take it from there (`nbgrader generate_assignment 03_numpy_backprop`). An
exercise becomes a solution cell, the reference's body between nbgrader's marks, and below it a
locked cell, `test-<name>`, with the exercise's points. Every notebook ends with one written answer,
which is graded by hand. No secret is in it: what a locked cell tries is what the card tries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import nbformat
from nbformat import NotebookNode, v4

from course_utils import exercises as the_course
from course_utils.check import STUB_LINE, Exercise
from course_utils.editions import graded_course, graded_texts, rules
from course_utils.editions.source import SETUP, SOURCE, Source, read, source_paths
from course_utils.editions.storing import as_text, parse, write_whole
from course_utils.editions.writing import Edition, Neighbours, code_digest, write
from course_utils.errors import CourseError

SCHEMA = 3  # of nbgrader's cell metadata
SKIPPED = "skip-execution"  # a tag of nbclient's, which nbgrader runs cells with
WRITTEN = "written-answer"
WRITTEN_POINTS = 3


def test_id(name: str) -> str:
    """nbgrader's grade_id of the cell that carries an exercise's points."""
    return f"test-{name}"


def answer(exercise: Exercise) -> str:
    """The cell of an exercise: nbgrader cuts the learner's stub from it."""
    start = exercise.stub().removesuffix(STUB_LINE)  # ends with the indentation of the body
    body = exercise.source()[len(start.rstrip(" ")) :].strip("\n")
    indent = " " * (len(start) - len(start.rstrip(" ")))
    return f"@{exercise.key}.check\n{start}### BEGIN SOLUTION\n{body}\n{indent}### END SOLUTION"


GRADED = Edition("graded", Path("source"), answer, executed=False)


def build(
    root: Path,
    out: Path,
    numbers: Sequence[str] = (),
    *,
    force: bool = False,
    catalogue: ModuleType = the_course,
    tell: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Write the assignments of some notebooks (none named: of all) below `out`; their names.

    An assignment that its instructor edited is written over only with `force`. Raises CourseError
    where a number is unknown, a source is wrong, or `out` holds something else.
    """
    chosen = _chosen(root, numbers, catalogue)
    made = {source.name: notebook(source, catalogue) for source in chosen}
    graded_course.prepare(out)
    refused = [] if force else list(_edited(out, made))
    if refused:
        raise CourseError("\n".join(refused))
    graded_course.write_config(out)
    for name, assignment in made.items():
        path = graded_course.source_path(out, name)
        tell(f"{path.relative_to(out).as_posix()}: writing")
        graded_course.writing(path, lambda p=path, a=assignment: write_whole(p, as_text(a)))
    return list(made)


def notebook(source: Source, catalogue: ModuleType = the_course) -> NotebookNode:
    """One source as an assignment; raises CourseError with everything that the source breaks."""
    exercises = catalogue.exercises_of(source.id)
    refused = rules.findings(source, exercises)
    if refused:
        raise CourseError("\n".join(refused))
    made = write(source, GRADED, exercises, Neighbours())
    made.cells = list(_cells(made.cells, exercises))
    made.metadata.course["digest"] = digest(made)
    return made


def digest(made: NotebookNode) -> str:
    """SHA-256 of what an instructor can edit: the text and the points of every cell."""
    cells = [
        v4.new_code_cell(f"{cell.source}\n{cell.metadata.get('nbgrader', {}).get('points')}")
        for cell in made.cells
    ]
    return code_digest(cells)


def _chosen(root: Path, numbers: Sequence[str], catalogue: ModuleType) -> list[Source]:
    """The sources of the notebooks asked for, by number ("03") or by name."""
    paths = source_paths(root / SOURCE)
    sources = [source for source in map(read, paths) if source.id in catalogue.NOTEBOOKS]
    known = ", ".join(source.id for source in sources) or "none"
    unknown = [n for n in numbers if not any(n in (s.id, s.name) for s in sources)]
    if unknown or not sources:
        asked = ", ".join(map(repr, unknown)) or "any number"
        raise CourseError(
            f"No notebook with exercises is called {asked}; there are these: {known}."
        )
    return [s for s in sources if not numbers or {s.id, s.name} & set(numbers)]


def _cells(
    cells: Sequence[NotebookNode], exercises: Mapping[str, Exercise]
) -> Iterator[NotebookNode]:
    """The cells with nbgrader's metadata, a locked cell below each exercise, words around them."""
    for index, cell in enumerate(cells):
        if index == 1:
            yield v4.new_markdown_cell(graded_texts.HOW_GRADED, id="how-it-is-graded")
        name = cell.metadata.get("exercise")
        if name is None:
            yield _skipped(cell)
            continue
        cell.metadata["nbgrader"] = _mark(name, solution=True)
        yield cell
        yield v4.new_code_cell(
            graded_texts.test(exercises[name]),
            id=test_id(name),
            metadata={
                "nbgrader": _mark(
                    test_id(name), grade=True, locked=True, points=exercises[name].points
                )
            },
        )
    question = graded_texts.QUESTION.format(points=WRITTEN_POINTS)
    yield v4.new_markdown_cell(question, id="written-question")
    yield v4.new_markdown_cell(
        graded_texts.MARKING,
        id=WRITTEN,
        metadata={
            "nbgrader": _mark(WRITTEN, solution=True, grade=True, points=WRITTEN_POINTS),
        },
    )


def _skipped(cell: NotebookNode) -> NotebookNode:
    """An experiment is not run by Validate: answers use only the import cell and each other."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "code" and SETUP not in tags:
        cell.metadata["tags"] = [*tags, SKIPPED]
    return cell


def _mark(grade_id: str, **what) -> dict:
    """nbgrader's metadata of one cell."""
    kinds = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"schema_version": SCHEMA, "grade_id": grade_id, **kinds, **what}


def _edited(out: Path, made: Mapping[str, NotebookNode]) -> Iterator[str]:
    """A sentence for each assignment that is not as it was written."""
    for name in made:
        path = graded_course.source_path(out, name)
        if not path.exists():
            continue
        stored = parse(path.read_bytes().decode(errors="replace"))
        if stored is None or _written_digest(stored) != digest(stored):
            yield (
                f"{path} was changed since it was written; `--force` writes over it, "
                "or move it away first."
            )


def _written_digest(stored: nbformat.NotebookNode) -> str | None:
    course = stored.metadata.get("course")
    return course.get("digest") if isinstance(course, dict) else None

"""A submission that is being written: a graded notebook, with the right answers to begin with."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import indent

from nbformat import NotebookNode

from course_utils.check import STUB_LINE, Exercise
from course_utils.grading.results import CORRECT, OK, WRONG

Share = tuple[float, float]  # between which shares of an exercise's points a learner gets
ALL, PART, NOTHING, ANY = (1.0, 1.0), (0.0, 0.99), (0.0, 0.0), (0.0, 1.0)


@dataclass(frozen=True)
class Sizes:
    """How much the greedy kinds take. Small enough to strain nothing should a limit fail."""

    printed: int = 100_000_000  # bytes
    written: int = 100_000_000  # bytes of files
    memory: int = 30 * 2**30  # bytes; asked for, and to be refused
    processes: int = 20


@dataclass(frozen=True)
class Kind:
    """One way to hand in, and what a grader that is not fooled makes of it.

    `edit` changes a draft, or returns the files to hand in, by name.
    """

    learner: str
    what: str
    edit: Callable[[Draft], Mapping[str, bytes] | None]
    status: tuple[str, ...] = (OK,)  # of the submission: one of these
    first: Share = ALL  # of the points of the notebook's first exercise
    rest: Share = ALL  # of each other one's
    question: tuple[str, ...] = (CORRECT,)  # status of the first exercise: one of these
    readable: bool = True  # False: no points at all, which is not a zero
    caged: bool = False  # only a real sandbox holds it; without one it is better not tried


def wrong(first: Share = NOTHING, question: tuple[str, ...] = (WRONG,), **more) -> dict:
    """The fields of a kind whose first exercise is lost, and nothing else."""
    return {"first": first, "question": question, **more}


class Draft:
    """A notebook of the graded edition, right from top to bottom until it is edited."""

    def __init__(
        self,
        notebook: NotebookNode,
        exercises: Mapping[str, Exercise],
        assignment: str,
        sizes: Sizes | None = None,
        course: str = "",
    ) -> None:
        self.notebook = copy.deepcopy(notebook)
        self.exercises = exercises
        self.assignment = assignment
        self.sizes = sizes or Sizes()
        self.course = course  # the folder of the nbgrader course, for who looks for it
        self.first, *_, self.last = [
            cell.metadata.exercise for cell in self.notebook.cells if "exercise" in cell.metadata
        ]
        for name in exercises:
            self.cell(name).source = self.right(name)
        self.of_grade_id("written-answer").source = "I predicted 3 and saw 4; the mean was missing."

    def cell(self, name: str) -> NotebookNode:
        """The cell of an exercise."""
        cells = self.notebook.cells
        return next(cell for cell in cells if cell.metadata.get("exercise") == name)

    def of_grade_id(self, grade_id: str) -> NotebookNode:
        """The cell with one of nbgrader's ids, such as `test-backprop`."""
        return next(
            cell
            for cell in self.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
        )

    def right(self, name: str) -> str:
        """A right answer: the reference's text."""
        exercise = self.exercises[name]
        return f"@{exercise.key}.check\n{exercise.source()}"

    def stub(self, name: str) -> str:
        """The cell as it was handed out."""
        exercise = self.exercises[name]
        return f"@{exercise.key}.check\n{exercise.stub()}"

    def body(self, lines: str, name: str = "") -> None:
        """Give an exercise (the first) another body."""
        name = name or self.first
        start = self.stub(name).removesuffix(f"    {STUB_LINE}")
        self.cell(name).source = start + indent(lines, "    ")

    def before(self, lines: str, name: str = "") -> None:
        """Put lines in front of the right body of an exercise (the first)."""
        name = name or self.first
        start = self.stub(name).removesuffix(f"    {STUB_LINE}")
        body = self.right(name).removeprefix(start)
        self.cell(name).source = start + indent(lines, "    ") + "\n" + body

    def add(self, text: str) -> None:
        """A cell of the learner's own, below the import cell."""
        cells = self.notebook.cells
        setup = next(n for n, c in enumerate(cells) if "setup" in c.metadata.get("tags", ()))
        cell = copy.deepcopy(cells[setup])
        cell.update(id=f"own-{len(cells)}", source=text, metadata=NotebookNode())
        cells.insert(setup + 1, cell)

    def arguments(self, name: str) -> str:
        """The arguments of an exercise as its head lists them."""
        head = self.exercises[name].stub().partition("\n")[0]
        return head[head.index("(") + 1 : head.rindex(")")]

    def passed_on(self, name: str) -> str:
        """The arguments as a call passes them on."""
        parts = self.arguments(name).split(",")
        return ", ".join(part.partition("=")[0].strip() for part in parts)

    def argument(self, name: str) -> str:
        """The name of an exercise's first argument."""
        return self.passed_on(name).partition(",")[0]

    def files(self) -> dict[str, bytes]:
        """What is handed in: one notebook under its own name."""
        return {f"{self.assignment}.ipynb": self.text().encode()}

    def text(self) -> str:
        """The notebook as its file holds it."""
        return json.dumps(self.notebook, indent=1, ensure_ascii=False)

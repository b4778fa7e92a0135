"""Running a learner's notebook so that every exercise gets a verdict.

Where an exercise leaves no card its reference is bound, so that the cells below go on. Where a
cell ends the kernel, or does not stop, the notebook is run again from its beginning without it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, v4

from course_utils import exercises as the_course
from course_utils import kernel
from course_utils.check import MIME, NOT_ATTEMPTED, NOT_YET, Exercise
from course_utils.runner.loading import load

CELL_SECONDS = 120
GRACE_SECONDS = 5  # in which an interrupted cell has to stop
MOST_DEATHS = 3  # kernels that one notebook may end before the rest is given up


class Row(NamedTuple):
    """One line of the table."""

    exercise: str  # its key, "ex03.backprop"
    outcome: str  # "correct", "not yet" or "not attempted"
    points: float
    max_points: float
    message: str


class Step(NamedTuple):
    """One cell to run: its text, the exercises it asks for, and why it is left out, if it is."""

    text: str
    asks: Sequence[str]
    left_out: str = ""


def check_notebook(
    path: Path | str, *, timeout: int = CELL_SECONDS, catalogue: ModuleType = the_course
) -> list[Row]:
    """Run a notebook, each cell for at most `timeout` seconds; a row for each of its exercises.

    Raises CourseError where the file holds no notebook of the course, or no kernel starts.
    """
    handed_in = load(Path(path), catalogue.NOTEBOOKS)
    exercises = catalogue.exercises_of(handed_in.notebook)
    steps = [
        Step(cell.text, asks, syntax_error(cell.text) if asks else "")
        for cell, asks in zip(handed_in.cells, handed_in.asks(list(exercises)), strict=True)
    ]
    rows = _Run(exercises, Path(path).resolve().parent, timeout).until_alive(steps)
    times = Counter(name for step in steps for name in step.asks)
    return [_said(rows.get(name), each, times[name]) for name, each in exercises.items()]


def syntax_error(text: str) -> str:
    """`line 3: invalid syntax`, or nothing where a notebook's cell can be read as Python."""
    try:
        python = TransformerManager().transform_cell(text)
        compile(python, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except ValueError as error:  # a null byte
        return f"{error}"
    return ""


def _row(exercise: Exercise, outcome: str, message: str) -> Row:
    return Row(exercise.key, outcome, 0, exercise.points, message)


def _said(row: Row | None, exercise: Exercise, times: int) -> Row:
    """The row as it is shown: missing and duplicated cells are said."""
    if row is None:
        return _row(exercise, NOT_ATTEMPTED, "Its cell is missing from the notebook.")
    if times > 1:
        twice = f"{times} cells ask for it; the last one counts."
        return row._replace(message=f"{row.message} {twice}".strip())
    return row


class _Run:
    """Runs of one notebook; `rows` is what the last run has seen of each exercise so far."""

    def __init__(self, exercises: Mapping[str, Exercise], folder: Path, timeout: int) -> None:
        self.exercises = exercises
        self.folder = folder
        self.timeout = timeout
        self.rows: dict[str, Row] = {}
        self.earlier = ""  # the first cell without an exercise that failed

    def until_alive(self, steps: list[Step]) -> dict[str, Row]:
        """Run the steps, again without the one that ended the kernel, until a kernel lives."""
        for _ in range(MOST_DEATHS):
            died = self._once(steps)
            if died is None:
                return self.rows
            steps[died] = steps[died]._replace(
                left_out=f"Its cell ended the kernel, or did not stop after {self.timeout} seconds."
            )
        self._fail(steps[died], steps[died].left_out)
        for step in steps[died + 1 :]:
            self._fail(step, "Not run: too many cells of the notebook end the kernel.")
        return self.rows

    def _once(self, steps: Sequence[Step]) -> int | None:
        """Run every step in a fresh kernel; the index of the one that ended it."""
        self.rows, self.earlier = {}, ""
        notebook = v4.new_notebook(cells=[v4.new_code_cell(step.text) for step in steps])
        with kernel.running(
            notebook, self.folder, timeout=self.timeout, allow_errors=True
        ) as client:
            for index, (step, cell) in enumerate(zip(steps, notebook.cells, strict=True)):
                try:
                    self._step(client, index, step, cell)
                except DeadKernelError:
                    return index
        return None

    def _step(self, client: NotebookClient, index: int, step: Step, cell: NotebookNode) -> None:
        """Run one cell, note what its cards say, and bind what it leaves undone."""
        problem = step.left_out or self._execute(client, cell, index)
        if problem and not step.asks and not self.earlier:
            first = next(line.strip() for line in step.text.splitlines() if line.strip())
            self.earlier = f" An earlier cell, `{first}`: {problem}"
        cards = {row.exercise: row for row in _cards(cell)}
        shown = {name: cards.get(self.exercises[name].key) for name in step.asks}
        undone = [name for name, row in shown.items() if row is None]
        self.rows |= {name: row for name, row in shown.items() if row}
        self._fail(step._replace(asks=undone), problem)
        for name in undone:
            bind = f"{name} = {self.exercises[name].key}.solution"
            self._execute(client, v4.new_code_cell(bind), index)

    def _fail(self, step: Step, problem: str) -> None:
        """Give the exercises of a cell that shows no card their row."""
        for name in step.asks:
            exercise = self.exercises[name]
            forgot = f"Its cell shows no card: is `@{exercise.key}.check` above its `def`?"
            self.rows[name] = _row(exercise, NOT_YET, problem or forgot)

    def _execute(self, client: NotebookClient, cell: NotebookNode, index: int) -> str:
        """Run one cell; what kept it from its end, in a sentence."""
        try:
            client.execute_cell(cell, index)
        except CellTimeoutError:
            kernel.interrupt(client, GRACE_SECONDS)
            return f"It was stopped after {self.timeout} seconds."
        errors = [output for output in cell.outputs if output.output_type == "error"]
        return f"It raised {kernel.raised(errors[-1])}.{self.earlier}" if errors else ""


def _cards(cell: NotebookNode) -> Iterator[Row]:
    """What the cards below a cell say."""
    for output in cell.outputs:
        card = output.get("data", {}).get(MIME)
        if isinstance(card, dict) and card.keys() >= set(Row._fields):
            yield Row(**{key: card[key] for key in Row._fields})

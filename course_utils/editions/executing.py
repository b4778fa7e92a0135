"""Running a solved notebook, and what of its outputs is worth keeping."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_utils import kernel
from course_utils.check import CORRECT, MIME
from course_utils.editions.writing import code_cells

CELL_SECONDS = 120
WIDGET = "application/vnd.jupyter.widget-view+json"

_RANDOM_ID = re.compile(r"[0-9a-f]{32}|0x[0-9a-f]{6,}")


def execute(notebook: NotebookNode, seconds: int = CELL_SECONDS) -> str | None:
    """Run every cell in a fresh kernel and keep the outputs; a sentence where a cell fails.

    The kernel works in an empty folder, so that no notebook leans on the files of the clone.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        kernel.running(notebook, folder, timeout=seconds) as client,
    ):
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                return f"{where(cell)} raised {kernel.raised(error)}"
            except CellTimeoutError:
                return f"{where(cell)} did not end within {seconds} seconds"
            except DeadKernelError:
                return f"{where(cell)} ended the kernel"
    for cell in code_cells(notebook):
        cell.outputs = kept(cell.outputs)
    return None


def kept(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs that say the same in every run: no widget views; their picture stays."""
    return [output for output in map(_without_widget, outputs) if output]


def _without_widget(output: NotebookNode) -> NotebookNode | None:
    data = output.get("data", {})
    if WIDGET not in data:
        return output
    rest = {mime: value for mime, value in data.items() if mime != WIDGET}
    if _RANDOM_ID.search(rest.get("text/plain", "")):
        del rest["text/plain"]
    seen = any(mime.startswith("image/") or mime == "text/html" for mime in rest)
    return NotebookNode({**output, "data": NotebookNode(rest)}) if seen else None


def doubts(notebook: NotebookNode) -> Iterator[str]:
    """What is wrong with the outputs of an executed notebook, a sentence each."""
    last = 0
    for cell in code_cells(notebook):
        count, outputs = cell.execution_count, cell.outputs
        if not isinstance(count, int) or count <= last:
            yield f"{where(cell)} was not run in its turn"
        else:
            last = count
        if any(output.output_type == "error" for output in outputs):
            yield f"{where(cell)} holds an error"
        if kept(outputs) != outputs:
            yield f"{where(cell)} holds a widget, which is dead where no kernel runs"
        for output in outputs:
            if output.get("name") == "stderr":
                yield f"{where(cell)} wrote to stderr: {_first_line(output.text)}"
        if "exercise" in cell.metadata and outcome(cell) != CORRECT:
            yield f"{where(cell)} shows no card that says {CORRECT!r}"


def outcome(cell: NotebookNode) -> str | None:
    """What the last card below a cell says."""
    cards = [output.get("data", {}).get(MIME) for output in cell.outputs]
    said = [card.get("outcome") for card in cards if isinstance(card, dict)]
    return said[-1] if said else None


def where(cell: NotebookNode) -> str:
    """A cell by its exercise, else by its first line of code."""
    if "exercise" in cell.metadata:
        return f"the cell of exercise {cell.metadata['exercise']!r}"
    return f"the cell `{_first_line(cell.source)}`"


def _first_line(text: str, most: int = 60) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= most else f"{line[:most]}…"

"""From a source to a notebook: the editions differ in how the cell of an exercise is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode, v4

from course_utils.check import Exercise
from course_utils.editions.source import Cell, Source

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {  # what ipykernel says, without a version, which would change with the machine
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


class Edition(NamedTuple):
    """One way to write a source as a notebook."""

    name: str
    folder: Path  # below the root of the repository
    exercise: Callable[[Exercise], str]  # the text of an exercise's cell
    executed: bool  # are outputs kept?


def stub(exercise: Exercise) -> str:
    """The cell as the learner gets it: signature, docstring, a last line that raises."""
    return f"@{exercise.key}.check\n{exercise.stub()}"


def answer(exercise: Exercise) -> str:
    """The cell solved: the source of the reference."""
    return f"@{exercise.key}.check\n{exercise.source()}"


LEARNER = Edition("learner", Path("notebooks"), stub, executed=False)
SOLVED = Edition("solved", Path("notebooks/solutions"), answer, executed=True)


class Neighbours(NamedTuple):
    """The notebooks before and after one; None at the two ends of the course."""

    before: Source | None = None
    after: Source | None = None


def write(
    source: Source, edition: Edition, exercises: Mapping[str, Exercise], around: Neighbours
) -> NotebookNode:
    """The notebook of one edition, without outputs: a pure function of source and package."""
    cells = _with_ids([_cell(cell, edition, exercises) for cell in source.cells])
    if any(around):
        cells.append(v4.new_markdown_cell(_links(around), id="links"))
    course = {"notebook": source.id, "edition": edition.name}
    if edition.executed:
        course |= {"executed": code_digest(cells), "package": version("course-utils")}
    metadata = {"course": course, "kernelspec": KERNEL, "language_info": LANGUAGE}
    return v4.new_notebook(cells=cells, metadata=metadata)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that a kernel runs."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code_digest(cells: list[NotebookNode]) -> str:
    """SHA-256 of the code: outputs that were made from equal code carry an equal digest."""
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def _cell(cell: Cell, edition: Edition, exercises: Mapping[str, Exercise]) -> NotebookNode:
    metadata = {"tags": tags} if (tags := _tags(cell, edition)) else {}
    metadata |= {"alt": cell.alt} if cell.alt else {}  # for JupyterLab and exported pages
    if cell.kind == "markdown":
        return v4.new_markdown_cell(cell.text, metadata=metadata)
    if cell.exercise is None:
        return v4.new_code_cell(cell.text, metadata=metadata)
    text = edition.exercise(exercises[cell.exercise]).strip("\n")
    return v4.new_code_cell(text, metadata=metadata | {"exercise": cell.exercise})


def _tags(cell: Cell, edition: Edition) -> list[str]:
    """nbval's tags speak of stored outputs; a card is always compared where it is stored."""
    if not edition.executed:
        return [tag for tag in cell.tags if not tag.startswith("nbval-")]
    card = ["nbval-check-output"] if cell.exercise else []
    return list(dict.fromkeys([*cell.tags, *card]))


def _with_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Ids that stay when other cells come and go; twins get an ordinal."""
    seen: dict[str, int] = {}
    for cell in cells:
        text = f"{cell.cell_type}\n{cell.source}".encode()
        name = cell.metadata.get("exercise") or hashlib.sha256(text).hexdigest()[:8]
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
    return cells


def _links(around: Neighbours) -> str:
    """Leads within the folder of an edition, since all editions keep the sources' names."""
    leads = [
        f"{word}: [{source.title}]({source.name}.ipynb)"
        for word, source in zip(("Previous", "Next"), around, strict=True)
        if source
    ]
    return " · ".join(leads)

"""A notebook's source: prose, code and marks for exercises, in jupytext's py:percent format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
from nbformat import ValidationError

SOURCE = Path("notebooks/source")  # below the root of the repository
SETUP = "setup"  # the tag of the one import cell

_CELL_MARK = re.compile(r"^# %%", re.MULTILINE)
_HEADING = re.compile(r"^# +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell of a source; `place` says where it stands in the file, "line 41"."""

    kind: str  # "markdown" or "code"
    text: str
    place: str
    metadata: Mapping = field(default_factory=dict)

    @property
    def exercise(self) -> str | None:
        """The name of the exercise that stands here, None for every other cell."""
        name = self.metadata.get("exercise")
        return name if name is None else str(name)

    @property
    def alt(self) -> str | None:
        """What the cell's picture shows, for who cannot see it; None where it draws none."""
        return self.metadata.get("alt")

    @property
    def tags(self) -> tuple[str, ...]:
        """The cell's tags, in their order."""
        tags = self.metadata.get("tags", [])
        return tuple(map(str, tags)) if isinstance(tags, list) else (str(tags),)


@dataclass(frozen=True)
class Source:
    """One notebook as it is written: `03_numpy_backprop.py` is notebook 03."""

    path: Path
    cells: tuple[Cell, ...]
    unreadable: str = ""  # why there are no cells

    @property
    def name(self) -> str:
        """The file's name without its ending, which every edition keeps."""
        return self.path.stem

    @property
    def id(self) -> str:
        """The notebook's number, "03" or "06b"."""
        return notebook_id(self.name)

    @property
    def title(self) -> str:
        """The first heading; the file's name where there is none."""
        headings = (_HEADING.search(cell.text) for cell in self.cells if cell.kind == "markdown")
        return next((found[1] for found in headings if found), self.name)


def notebook_id(name: str) -> str:
    """What stands before the first underscore: "03_numpy_backprop" is "03"."""
    return name.partition("_")[0]


def source_paths(folder: Path) -> list[Path]:
    """The sources of a folder in the order of the course: 06_… comes before 06b_…."""
    return sorted(folder.glob("*.py"), key=lambda path: path.stem)


def read(path: Path) -> Source:
    """Read a source as it is; `rules.findings` says what is wrong with it.

    jupytext's own additions (random cell ids, `lines_to_next_cell`) end here.
    """
    try:
        text = path.read_text(encoding="utf-8")
        cells = jupytext.reads(text, fmt="py:percent").cells
    except UnicodeDecodeError:
        return Source(path, (), unreadable="it is not UTF-8; save it as UTF-8.")
    except ValidationError as error:
        return Source(path, (), unreadable=f'{error.message}; write a list, tags=["{SETUP}"].')
    places = _places(text, len(cells))
    return Source(
        path, tuple(_cell(cell, place) for cell, place in zip(cells, places, strict=True))
    )


def _cell(cell: Mapping, place: str) -> Cell:
    metadata = {key: value for key, value in cell["metadata"].items() if key[:8] != "lines_to"}
    return Cell(cell["cell_type"], cell["source"].strip("\n"), place, metadata)


def _places(text: str, count: int) -> list[str]:
    """A line for each cell, or its number where something stands before the first mark."""
    lines = [text.count("\n", 0, mark.start()) + 1 for mark in _CELL_MARK.finditer(text)]
    if len(lines) != count:
        return [f"cell {number}" for number in range(1, count + 1)]
    return [f"line {line}" for line in lines]

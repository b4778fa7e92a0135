"""A learner's notebook as it comes: perhaps edited by hand, by other tools, or broken."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from course_utils.errors import CourseError

_MARKER = re.compile(r"^\s*@\s*ex(\d\d[a-z]?)\.(\w+)\.check\b", re.MULTILINE)
_NUMBER = re.compile(r"(\d\d[a-z]?)_")
FRESH = "take a fresh copy: `course lab` delivers one where there is none"


class CodeCell(NamedTuple):
    """What is left of a cell: its text, and the exercise that its metadata names."""

    text: str
    exercise: str | None


class HandedIn(NamedTuple):
    """A notebook's code, and what is asked for where."""

    path: Path
    notebook: str  # "03"
    cells: Sequence[CodeCell]
    raw: Mapping[str, Any] = MappingProxyType({})  # the whole file, prose and outputs too

    def asks(self, known: Sequence[str]) -> list[list[str]]:
        """For each cell the exercises it asks for, among those that are known.

        The marker in the text counts; where no cell has it, the cell's metadata does.
        """
        marked = [self._markers(cell, known) for cell in self.cells]
        found = {name for names in marked for name in names}
        return [
            names + [name for name in known if name == cell.exercise and name not in found]
            for cell, names in zip(self.cells, marked, strict=True)
        ]

    def _markers(self, cell: CodeCell, known: Sequence[str]) -> list[str]:
        names = [name for number, name in _MARKER.findall(cell.text) if number == self.notebook]
        return [name for name in dict.fromkeys(names) if name in known]


def load(path: Path, notebooks: Sequence[str], default: str | None = None) -> HandedIn:
    """Read a notebook of the course; CourseError says what is wrong with any other file.

    `default` is the number of a notebook that does not say which it is.
    """
    raw = _json(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise CourseError(f"{path} is not a notebook: it has no list of cells; {FRESH}.")
    cells = [
        CodeCell(_text(cell), _get(cell, "metadata", "exercise"))
        for cell in raw["cells"]
        if _get(cell, "cell_type") == "code"
    ]
    number = _number(raw, cells, path) or default
    if number not in notebooks:
        raise CourseError(
            f"{path} is none of the notebooks with exercises ({', '.join(notebooks)}); "
            "give one that `course lab` delivered, under its own name."
        )
    return HandedIn(path, number, cells, raw)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))  # Windows may put a mark first
    except FileNotFoundError:
        raise CourseError(f"There is no file {path}; check its name and folder.") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}); give a notebook.") from None
    except json.JSONDecodeError as error:
        raise CourseError(
            f"{path} is not JSON (line {error.lineno}: {error.msg}); {FRESH}."
        ) from None
    except (ValueError, RecursionError):  # no UTF-8, a number of 5000 digits, lists in lists
        raise CourseError(f"{path} is not JSON; {FRESH}.") from None


def _number(raw: dict, cells: Sequence[CodeCell], path: Path) -> str | None:
    """The notebook's number: from its metadata, else from its cells, else from its name."""
    number = _get(raw, "metadata", "course", "notebook")
    if isinstance(number, str):
        return number
    marks = Counter(number for cell in cells for number, _ in _MARKER.findall(cell.text))
    if marks:
        return marks.most_common(1)[0][0]
    named = _NUMBER.match(path.name)
    return named and named[1]


def _text(cell: dict) -> str:
    """A cell's text; files hold it as one string or as a list of lines."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _get(node: Any, *keys: str) -> Any:
    """node[key][key]…, None where something on the way is missing or no mapping."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node

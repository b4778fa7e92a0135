"""One stored notebook: is it what its source makes, and making it so."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.validator import iter_validate

from course_utils.editions.executing import doubts, execute
from course_utils.editions.writing import Edition, code_cells

BUILD = "run `course build`"


class Stored:
    """The file of one notebook in one edition, beside `wanted`, what its source makes."""

    def __init__(self, root: Path, name: str, edition: Edition, wanted: NotebookNode) -> None:
        self.path = root / edition.folder / f"{name}.ipynb"
        self.shown = (edition.folder / self.path.name).as_posix()
        self.executed = edition.executed
        self.wanted = wanted
        self.text = self.path.read_bytes().decode(errors="replace") if self.path.exists() else None
        self.notebook = parse(self.text)

    def differences(self) -> list[str]:
        """Why the file is not what its source makes, a sentence each with the next act."""
        if self.text is None:
            return [f"{self.shown} is missing; {BUILD}."]
        if self.notebook is None:
            return [f"{self.shown} is not a notebook; {BUILD}."]
        if not self.executed:
            same = self.text == as_text(self.wanted)
        elif self._is_stale():
            return [f"{self.shown} was executed from other code or another version; {BUILD}."]
        else:
            same = as_text(bare(self.notebook)) == as_text(self.wanted)
        if not same:
            return [f"{self.shown} is not what its source makes; {BUILD}."]
        return self._doubts(self.notebook)

    def make(self, force: bool, tell: Callable[[str], None]) -> list[str]:
        """Write what the source makes, executed first where that is needed."""
        made = self.wanted
        if self.executed:
            if force or self._is_stale() or self._doubts(self.notebook):
                tell(f"{self.shown}: executing")
                failure = execute(made)
                if failure:
                    return [f"{self.shown}: {failure}; mend it and {BUILD}."]
            else:
                carry_outputs(self.notebook, made)
        text = as_text(made)
        if text != self.text:
            tell(f"{self.shown}: writing")
            try:
                write_whole(self.path, text)
            except OSError as error:
                return [f"{self.shown} cannot be written: {error.strerror}; then {BUILD} again."]
        return self._doubts(made)

    def _doubts(self, notebook: NotebookNode) -> list[str]:
        if not self.executed:
            return []
        return [f"{self.shown}: {doubt}; mend it and {BUILD}." for doubt in doubts(notebook)]

    def _is_stale(self) -> bool:
        """Were the outputs made by other code, or with another version of the package?"""
        if self.notebook is None or code(self.notebook) != code(self.wanted):
            return True
        had, wants = self.notebook.metadata.get("course"), self.wanted.metadata.course
        keys = ("executed", "package")
        return not isinstance(had, dict) or any(had.get(key) != wants[key] for key in keys)


def parse(text: str | None) -> NotebookNode | None:
    """The notebook that a text holds; None where it holds none."""
    try:
        notebook = nbformat.from_dict(json.loads(text or ""))
        if any(iter_validate(notebook)):
            return None
        return nbformat.v4.rwbase.rejoin_lines(notebook)
    except (ValueError, AttributeError, nbformat.ValidationError):
        return None


def as_text(notebook: NotebookNode) -> str:
    """A notebook as nbformat stores it."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def code(notebook: NotebookNode) -> list[str]:
    """The text of every code cell."""
    return [cell.source for cell in code_cells(notebook)]


def bare(notebook: NotebookNode) -> NotebookNode:
    """The notebook as it was before it was executed."""
    notebook = nbformat.from_dict(notebook)
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    return notebook


def carry_outputs(old: NotebookNode, new: NotebookNode) -> None:
    """Give the outputs of equal code to a notebook whose prose has changed."""
    for had, cell in zip(code_cells(old), code_cells(new), strict=True):
        cell.outputs, cell.execution_count = had.outputs, had.execution_count


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)  # mkstemp makes files that only their owner can read
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise

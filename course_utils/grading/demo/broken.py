"""Files as editors, exchanges and people leave them."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from nbformat import v4

from course_utils.grading.demo.drafts import ANY, Draft, Kind
from course_utils.grading.results import CORRECT, FLAGGED, OK, UNREADABLE, WRONG

LOOK = (OK, FLAGGED)  # scored all the same; a finding may say what was odd


def _one(draft: Draft, text: str) -> dict[str, bytes]:
    return {name: text.encode() for name in draft.files()}


def _truncated(draft: Draft) -> Mapping[str, bytes]:
    text = draft.text()
    return _one(draft, text[: len(text) // 2])


def _twice(draft: Draft, name: str) -> None:
    """A copied cell, with all its metadata, below the first."""
    cells = draft.notebook.cells
    place = next(
        n for n, c in enumerate(cells) if c.metadata.get("nbgrader", {}).get("grade_id") == name
    )
    cells.insert(place + 1, copy.deepcopy(cells[place]))


def _other_second(draft: Draft) -> None:
    """Two answers to one exercise: a right one, and a wrong one below it."""
    _twice(draft, draft.first)
    places = [c for c in draft.notebook.cells if c.metadata.get("exercise") == draft.first]
    places[1].source = f"{draft.stub(draft.first)}"


def _deleted_test(draft: Draft) -> None:
    draft.notebook.cells.remove(draft.of_grade_id(f"test-{draft.first}"))


def _stripped(draft: Draft) -> None:
    """As some editors save: no metadata, no ids."""
    draft.notebook.metadata.clear()
    for cell in draft.notebook.cells:
        cell.metadata.clear()
        cell.pop("id", None)


def _other_editor(draft: Draft) -> None:
    """Metadata lost and decorators taken out: what is left are functions."""
    _stripped(draft)
    for cell in draft.notebook.cells:
        lines = cell.source.splitlines()
        cell.source = "\n".join(line for line in lines if not line.endswith(".check"))


def _kernel(draft: Draft) -> None:
    draft.notebook.metadata["kernelspec"] = {"name": "julia-1.10", "display_name": "Julia"}


def _renamed(draft: Draft) -> Mapping[str, bytes]:
    return {"my homework (2).ipynb": draft.text().encode()}


def _two_files(draft: Draft) -> Mapping[str, bytes]:
    return draft.files() | {"Copy of it.ipynb": draft.text().encode()}


def _shuffled(draft: Draft) -> None:
    """The last exercise's cell moved above the first."""
    cells, cell = draft.notebook.cells, draft.cell(draft.last)
    cells.remove(cell)
    cells.insert(cells.index(draft.cell(draft.first)), cell)


def _markdown(draft: Draft) -> None:
    """A cell of an exercise turned into text."""
    cells, cell = draft.notebook.cells, draft.cell(draft.first)
    text = v4.new_markdown_cell(cell.source, metadata=cell.metadata)
    cells[cells.index(cell)] = text


def _unreadable(learner: str, what: str, edit) -> Kind:
    return Kind(learner, what, edit, (UNREADABLE,), question=(), readable=False)


BROKEN = (
    _unreadable("truncated", "half a file", _truncated),
    _unreadable("no_notebook", "JSON that is no notebook", lambda draft: _one(draft, "[1, 2]")),
    _unreadable("empty_file", "a file of no bytes", lambda draft: _one(draft, "")),
    _unreadable("no_file", "an empty folder", lambda draft: {}),
    _unreadable(
        "other_notebook",
        "a notebook that is none of the course",
        lambda draft: _one(draft, '{"cells": [], "metadata": {}, "nbformat": 4}'),
    ),
    Kind("renamed_file", "the file under another name", _renamed, LOOK),
    Kind("two_files", "two notebooks in one folder", _two_files, LOOK),
    Kind("byte_order_mark", "saved by an old editor", lambda d: _one(d, "\ufeff" + d.text())),
    Kind("other_kernel", "a kernel that is not installed", _kernel),
    Kind("stripped", "all metadata lost", _stripped, LOOK),
    Kind("bare_functions", "metadata and decorators lost", _other_editor, LOOK),
    Kind("copied_answer", "an exercise's cell twice", lambda d: _twice(d, d.first), LOOK),
    Kind("copied_test", "a locked cell twice", lambda d: _twice(d, f"test-{d.first}"), LOOK),
    Kind(
        "second_answer",
        "a right answer and the stub below it",
        _other_second,
        LOOK,
        first=ANY,
        question=(CORRECT, WRONG, "not attempted"),
    ),
    Kind("deleted_test", "a locked cell deleted", _deleted_test, LOOK),
    Kind("shuffled", "cells in another order", _shuffled, LOOK),
    Kind(
        "as_text",
        "an answer's cell turned into text",
        _markdown,
        LOOK,
        first=ANY,
        question=("missing", "not attempted", WRONG, CORRECT),
    ),
)

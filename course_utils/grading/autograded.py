"""The submitted notebook as an instructor sees it in formgrader: with marks and cards.

What other editors lost is put back: nbgrader's marks, locked cells, the cell that a person grades.
Of the outputs stay text and pictures, since the page shows others to an instructor as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from course_utils.check.report import Report
from course_utils.editions.graded import test_id
from course_utils.editions.graded_texts import TEXT_STUB
from course_utils.editions.writing import KERNEL, LANGUAGE
from course_utils.grading.looking import Submission
from course_utils.grading.plan import Plan

MOST_OUTPUT = 4 * 2**20  # bytes of outputs of one notebook; more are left out
SHOWN = ("text/plain", "image/png")


class Autograded:
    """The cells of one submission, sorted by what they are in the source."""

    def __init__(self, plan: Plan, submission: Submission, cards: Mapping[str, Report]) -> None:
        self.plan, self.cards = plan, cards
        self.own = {
            mark["grade_id"]: cell
            for cell in plan.source["cells"]
            if (mark := cell["metadata"].get("nbgrader"))
        }
        self.locked = {self.own[test_id(n)]["source"].strip(): test_id(n) for n in plan.questions}
        self.cells = [c for c in submission.raw.get("cells", ()) if isinstance(c, dict)]
        self.answers = dict(submission.answers)  # number of a code cell -> exercise
        self.by_hand = [
            grade_id
            for grade_id, cell in self.own.items()
            if cell["metadata"]["nbgrader"].get("grade") and cell["cell_type"] == "markdown"
        ]
        self.hands = self._found_by_hand()
        self.room = MOST_OUTPUT
        self.placed: set[str] = set()
        if submission.problem:
            self.cells.insert(0, _cell("markdown", f"**Not graded.** {submission.problem}"))

    def text(self) -> str:
        """The whole notebook, as its file holds it. nbformat would check each cell, for long."""
        cells = [*self._submitted(), *self._lost()]
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        notebook = {
            "cells": cells,
            "metadata": {"kernelspec": KERNEL, "language_info": LANGUAGE},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n"

    def written(self) -> dict[str, str]:
        """The answers that a person grades, by grade_id; "" where there is none."""
        found = dict.fromkeys(self.by_hand, "")
        for number, cell in enumerate(self.cells):
            grade_id = self.hands.get(number)
            if grade_id and _text(cell).strip() not in ("", TEXT_STUB):
                found[grade_id] = _text(cell).strip()
        return found

    def _submitted(self) -> Iterator[dict[str, Any]]:
        number = 0
        for place, cell in enumerate(self.cells):
            kind, text = cell.get("cell_type"), _text(cell)
            if kind != "code":
                yield self._marked(_cell("markdown", text), self.hands.get(place))
                continue
            number += 1
            name = self.answers.get(number)
            if name:
                yield self._marked(_cell("code", text), name)
                yield self._test(name)
            elif "confirm(" not in text or text.strip() not in self.locked:
                yield _cell("code", text, list(self._outputs(cell)))

    def _lost(self) -> Iterator[dict[str, Any]]:
        """What the source has and the submission has not."""
        for name, question in self.plan.questions.items():
            if name not in self.placed:
                yield self._marked(_cell("code", question.exercise.stub()), name)
                yield self._test(name)
        for grade_id in self.by_hand:
            if grade_id not in self.placed:
                yield self._marked(_cell("markdown", TEXT_STUB), grade_id)

    def _test(self, name: str) -> dict[str, Any]:
        """The locked cell below an answer, with the card."""
        cell = _cell("code", self.own[test_id(name)]["source"])
        if card := self.cards.get(name):
            data = {"text/plain": str(card), "text/html": card.html()}
            cell["outputs"] = [_shown(data)]
        return self._marked(cell, test_id(name))

    def _marked(self, cell: dict[str, Any], grade_id: str | None) -> dict[str, Any]:
        if grade_id and grade_id not in self.placed:
            self.placed.add(grade_id)
            cell["metadata"]["nbgrader"] = self.own[grade_id]["metadata"]["nbgrader"]
        return cell

    def _found_by_hand(self) -> dict[int, str]:
        """The cells that a person grades, by place: by mark or id, else by the question above."""
        found = {}
        for place, cell in enumerate(self.cells):
            metadata = cell.get("metadata")
            mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
            marked = mark.get("grade_id") if isinstance(mark, dict) else None
            for name in (marked, cell.get("id")):
                if name in self.by_hand and cell.get("cell_type") == "markdown":
                    found[place] = name
        texts = [_text(cell).strip() for cell in self.cells]
        every = list(self.plan.source["cells"])
        for grade_id in set(self.by_hand) - set(found.values()):
            question = every[every.index(self.own[grade_id]) - 1]["source"].strip()
            if question in texts[:-1]:
                found[texts.index(question) + 1] = grade_id
        return found

    def _outputs(self, cell: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            made = _plain(output) if isinstance(output, dict) else None
            if made is None:
                continue
            self.room -= len(str(made))
            if self.room < 0:
                return
            yield made


def _plain(output: Mapping[str, Any]) -> dict[str, Any] | None:
    """An output without what a page would run."""
    if output.get("output_type") == "stream":
        return _printed("stdout", _joined(output.get("text")))
    data = output.get("data")
    if isinstance(data, dict):
        kept = {kind: _joined(data[kind]) for kind in SHOWN if kind in data}
        return _shown(kept) if kept else None
    if output.get("output_type") == "error":
        said = _joined(f"{output.get('ename')}: {output.get('evalue')}")
        return _printed("stderr", said)
    return None


def _cell(kind: str, text: str, outputs: Sequence = ()) -> dict[str, Any]:
    """A cell as a file holds it."""
    code = {"outputs": list(outputs), "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": text, **code}


def _shown(data: Mapping[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": dict(data), "metadata": {}}


def _printed(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _text(cell: Mapping[str, Any]) -> str:
    return _joined(cell.get("source", ""))


def _joined(text: Any) -> str:
    """Text that files hold as one string or as lines; half of a surrogate pair is none."""
    parts: Sequence = text if isinstance(text, list) else [text]
    return "".join(map(str, parts)).encode("utf-8", "replace").decode()

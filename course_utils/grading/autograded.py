"""The submitted notebook as an instructor sees it in formgrader: with marks and cards.

What other editors lost is put back: nbgrader's marks, locked cells, the cell that a person grades.
Of the outputs stay text and pictures, since the page shows others to an instructor as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode, from_dict, v4

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
            self.cells.insert(0, v4.new_markdown_cell(f"**Not graded.** {submission.problem}"))

    def notebook(self) -> NotebookNode:
        """The whole notebook."""
        cells = [*self._submitted(), *self._lost()]
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"
        metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
        return v4.new_notebook(cells=cells, metadata=metadata)

    def written(self) -> dict[str, str]:
        """The answers that a person grades, by grade_id; "" where there is none."""
        found = dict.fromkeys(self.by_hand, "")
        for number, cell in enumerate(self.cells):
            grade_id = self.hands.get(number)
            if grade_id and _text(cell).strip() not in ("", TEXT_STUB):
                found[grade_id] = _text(cell).strip()
        return found

    def _submitted(self) -> Iterator[NotebookNode]:
        number = 0
        for place, cell in enumerate(self.cells):
            kind, text = cell.get("cell_type"), _text(cell)
            if kind != "code":
                yield self._marked(v4.new_markdown_cell(text), self.hands.get(place))
                continue
            number += 1
            name = self.answers.get(number)
            if name:
                yield self._marked(v4.new_code_cell(text), name)
                yield self._test(name)
            elif "confirm(" not in text or text.strip() not in self.locked:
                yield v4.new_code_cell(text, outputs=list(self._outputs(cell)))

    def _lost(self) -> Iterator[NotebookNode]:
        """What the source has and the submission has not."""
        for name, question in self.plan.questions.items():
            if name not in self.placed:
                yield self._marked(v4.new_code_cell(question.exercise.stub()), name)
                yield self._test(name)
        for grade_id in self.by_hand:
            if grade_id not in self.placed:
                yield self._marked(v4.new_markdown_cell(TEXT_STUB), grade_id)

    def _test(self, name: str) -> NotebookNode:
        """The locked cell below an answer, with the card."""
        cell = v4.new_code_cell(self.own[test_id(name)]["source"])
        if card := self.cards.get(name):
            data = {"text/plain": str(card), "text/html": card.html()}
            cell.outputs = [v4.new_output("display_data", data=data)]
        return self._marked(cell, test_id(name))

    def _marked(self, cell: NotebookNode, grade_id: str | None) -> NotebookNode:
        if grade_id and grade_id not in self.placed:
            self.placed.add(grade_id)
            cell.metadata["nbgrader"] = from_dict(self.own[grade_id]["metadata"]["nbgrader"])
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

    def _outputs(self, cell: Mapping[str, Any]) -> Iterator[NotebookNode]:
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            made = _plain(output) if isinstance(output, dict) else None
            if made is None:
                continue
            self.room -= len(str(made))
            if self.room < 0:
                return
            yield made


def _plain(output: Mapping[str, Any]) -> NotebookNode | None:
    """An output without what a page would run."""
    if output.get("output_type") == "stream":
        return v4.new_output("stream", name="stdout", text=_joined(output.get("text")))
    data = output.get("data")
    if isinstance(data, dict):
        kept = {kind: _joined(data[kind]) for kind in SHOWN if kind in data}
        return v4.new_output("display_data", data=kept) if kept else None
    if output.get("output_type") == "error":
        said = f"{output.get('ename')}: {output.get('evalue')}"
        return v4.new_output("stream", name="stderr", text=_joined(said))
    return None


def _text(cell: Mapping[str, Any]) -> str:
    return _joined(cell.get("source", ""))


def _joined(text: Any) -> str:
    """Text that files hold as one string or as lines; half of a surrogate pair is none."""
    parts: Sequence = text if isinstance(text, list) else [text]
    return "".join(map(str, parts)).encode("utf-8", "replace").decode()

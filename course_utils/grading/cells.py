"""The code cells of one submission beside those of its source: what is run, and what is found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

from course_utils.editions.source import SETUP
from course_utils.grading.alike import alike
from course_utils.grading.plan import Plan
from course_utils.runner.loading import CodeCell, HandedIn
from course_utils.runner.running import syntax_error


class Step(NamedTuple):
    """One cell to run, and the exercises whose answers it holds."""

    index: int  # among the notebook's code cells, from 1
    code: str
    asks: tuple[str, ...] = ()


class Cells:
    """The cells of one notebook, and for each of them the exercises it holds."""

    def __init__(self, plan: Plan, handed_in: HandedIn) -> None:
        self.plan, self.cells = plan, handed_in.cells
        self.names = list(plan.questions)
        code = [cell for cell in plan.source["cells"] if cell["cell_type"] == "code"]
        self.own = {cell["source"].strip() for cell in code if SETUP not in _tags(cell)}
        self.own |= {text.strip() for text in plan.setup}
        self.stubs = {
            name: question.exercise.stub().strip() for name, question in plan.questions.items()
        }
        self.said: list[str] = []
        self.asks = self._by_name([tuple(names) for names in handed_in.asks(self.names)])
        self.pairs = list(zip(self.cells, self.asks, strict=True))
        self.worked = {
            name for cell, names in self.pairs for name in names if not self._is_stub(cell, name)
        }

    def steps(self) -> tuple[Step, ...]:
        """The cells to run, in their order: answers, and what the learner added or changed."""
        return tuple(
            Step(index, code, names)
            for index, (cell, names) in enumerate(self.pairs, 1)
            if self._runs(cell, names) and (code := _python(cell.text)) is not None
        )

    def answers(self) -> dict[int, str]:
        """The cell of each exercise, by its number: the last one worked on, else the last."""
        chosen: dict[str, int] = {}
        for worked in (False, True):
            for index, (cell, names) in enumerate(self.pairs, 1):
                for name in names:
                    if not worked or not self._is_stub(cell, name):
                        chosen[name] = index
        return {index: name for name, index in reversed(chosen.items())}

    def broken(self) -> dict[str, str]:
        """The syntax error of each exercise whose last worked cell has one."""
        last = {
            name: cell
            for cell, names in self.pairs
            for name in names
            if not self._is_stub(cell, name)
        }
        errors = {name: syntax_error(cell.text) for name, cell in last.items()}
        return {name: error for name, error in errors.items() if error}

    def same_as_course(self) -> list[str]:
        """The exercises whose answers have the reference's syntax tree."""
        last = {name: step.code for step in self.steps() for name in step.asks}
        questions = self.plan.questions
        return [n for n, code in last.items() if alike(code, questions[n].exercise.source(), n)]

    def findings(self) -> list[str]:
        """What is to be said of lost marks and of cells that are missing, doubled or edited."""
        said = list(self.said)
        times = {name: sum(name in names for names in self.asks) for name in self.names}
        if missing := [name for name, count in times.items() if not count]:
            said.append(f"No cell defines {_listed(missing)}.")
        if doubled := [name for name, count in times.items() if count > 1]:
            said.append(f"Several cells define {_listed(doubled)}: the last one worked on counts.")
        locked = [cell for cell in self.cells if self._is_test(cell)]
        whole = {cell.text.strip() for cell in locked if self._is_own(cell)}
        if changed := len(locked) - sum(map(self._is_own, locked)):
            said.append(f"Locked cells were changed: {changed}. Nothing depends on them.")
        if (gone := len(self.names) - len(whole) - changed) > 0:
            said.append(f"Locked cells are missing: {gone}. Nothing depends on them.")
        return said

    def _by_name(self, asks: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Where no cell asks for an exercise, the cells that define its name do."""
        lost = [name for name in self.names if not any(name in names for names in asks)]
        for name in lost:
            defines = re.compile(rf"^\s*(?:def\s+{name}\s*\(|{name}\s*=[^=])", re.MULTILINE)
            for n, cell in enumerate(self.cells):
                if not self._is_own(cell) and defines.search(cell.text):
                    asks[n] = (*asks[n], name)
        found = [name for name in lost if any(name in names for names in asks)]
        if found:
            self.said.append(
                f"The marks of {_listed(found)} are lost (another editor?): found by name."
            )
        return asks

    def _runs(self, cell: CodeCell, names: Sequence[str]) -> bool:
        if names:
            return any(n in self.worked and not self._is_stub(cell, n) for n in names)
        return bool(cell.text.strip()) and not self._is_own(cell) and not self._is_test(cell)

    def _is_own(self, cell: CodeCell) -> bool:
        return cell.text.strip() in self.own

    def _is_test(self, cell: CodeCell) -> bool:
        return re.search(r"^\s*ex\w+\.\w+\.confirm\(", cell.text, re.MULTILINE) is not None

    def _is_stub(self, cell: CodeCell, name: str) -> bool:
        text = re.sub(r"^\s*@.*\n", "", cell.text.strip())
        return text.strip() == self.stubs[name]


def _python(text: str) -> str | None:
    """A cell as Python, its magics turned into calls; None where it is none."""
    text = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    if "%" in text or "!" in text or "?" in text:
        try:
            text = TransformerManager().transform_cell(text)
        except Exception:  # what a cell's text makes IPython raise
            return None
    return text


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return cell["metadata"].get("tags", ())


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown

"""The learner's progress as a table: HTML in a notebook, plain text in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from course_utils import workspace
from course_utils.check import CORRECT, NOT_ATTEMPTED, NOT_YET, Exercise

_MARK = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○", workspace.DAMAGED: "!"}


class Row(NamedTuple):
    """One exercise and what became of it."""

    notebook: str
    exercise: str
    outcome: str
    points: int
    max_points: int
    minutes: int


@dataclass(frozen=True, repr=False)
class Progress:
    """Every exercise of the course with its last outcome."""

    rows: tuple[Row, ...]

    @classmethod
    def of(cls, exercises: Iterable[Exercise], results: Mapping[str, Mapping]) -> Progress:
        """Join the declared exercises with what the workspace recorded, by key."""
        rows = []
        for e in exercises:
            outcome = results.get(e.key, {}).get("outcome", NOT_ATTEMPTED)
            points = e.points if outcome == CORRECT else 0
            rows.append(Row(e.notebook, e.name, outcome, points, e.points, e.minutes))
        return cls(tuple(rows))

    @property
    def points(self) -> tuple[int, int]:
        """Points earned, and points to be had."""
        return sum(r.points for r in self.rows), sum(r.max_points for r in self.rows)

    def by_notebook(self) -> dict[str, list[Row]]:
        """The rows of each notebook, in the order of the course."""
        return {n: list(rows) for n, rows in groupby(self.rows, key=lambda row: row.notebook)}

    def __str__(self) -> str:
        lines = []
        for notebook, rows in self.by_notebook().items():
            done = sum(r.outcome == CORRECT for r in rows)
            lines.append(f"{notebook}  {done} of {len(rows)}")
            lines += [f"    {_MARK[r.outcome]} {r.exercise}: {r.outcome}" for r in rows]
        return "\n".join([*lines, "{} of {} points".format(*self.points)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(map(_html_row, self.by_notebook().items()))
        heads = ("notebook", "exercises", "points", "minutes left")
        head = "".join(f'<th style="text-align: left;">{name}</th>' for name in heads)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return table + "<p>{} of {} points</p>".format(*self.points)


def _html_row(item: tuple[str, list[Row]]) -> str:
    notebook, rows = item
    marks = " ".join(
        f'<span title="{r.outcome}">{_MARK[r.outcome]} {r.exercise}</span>' for r in rows
    )
    left = sum(r.minutes for r in rows if r.outcome != CORRECT)
    points = f"{sum(r.points for r in rows)} of {sum(r.max_points for r in rows)}"
    cells = (notebook, marks, points, str(left))
    tds = "".join(f'<td style="text-align: left;">{cell}</td>' for cell in cells)
    return f"<tr>{tds}</tr>"

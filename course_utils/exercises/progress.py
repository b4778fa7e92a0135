"""The map of the course: what is done, what comes next, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import NamedTuple

from course_utils import workspace
from course_utils.check import CORRECT, NOT_ATTEMPTED, NOT_YET, Exercise

_MARK = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○", workspace.DAMAGED: "!"}

_LEFT = "text-align: left;"


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
    """Every exercise of the course with its last outcome; `files` has the notebooks' names."""

    rows: tuple[Row, ...]
    files: Mapping[str, str] = field(default_factory=dict)  # "03" -> "03_numpy_backprop.ipynb"

    @classmethod
    def of(
        cls,
        exercises: Iterable[Exercise],
        results: Mapping[str, Mapping],
        files: Mapping[str, str] | None = None,
    ) -> Progress:
        """Join the declared exercises with what the workspace recorded, by key."""
        rows = []
        for e in exercises:
            outcome = results.get(e.key, {}).get("outcome", NOT_ATTEMPTED)
            points = e.points if outcome == CORRECT else 0
            rows.append(Row(e.notebook, e.name, outcome, points, e.points, e.minutes))
        return cls(tuple(rows), files or {})

    @property
    def points(self) -> tuple[int, int]:
        """Points earned, and points to be had."""
        return sum(r.points for r in self.rows), sum(r.max_points for r in self.rows)

    @property
    def next(self) -> Row | None:
        """The first exercise that is not correct yet; None when all are."""
        return next((row for row in self.rows if row.outcome != CORRECT), None)

    def by_notebook(self) -> dict[str, list[Row]]:
        """The rows of each notebook, in the order of the course."""
        return {n: list(rows) for n, rows in groupby(self.rows, key=lambda row: row.notebook)}

    def __str__(self) -> str:
        lines = []
        for notebook, rows in self.by_notebook().items():
            lines.append(f"{self._title(notebook)}  {_done(rows)} of {len(rows)}")
            lines += [f"    {_MARK[r.outcome]} {r.exercise}: {r.outcome}" for r in rows]
        return "\n".join([*lines, "{} of {} points".format(*self.points), self._next()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(self._html_row(*item) for item in self.by_notebook().items())
        heads = ("notebook", "exercises", "done", "points", "minutes left")
        head = "".join(f'<th style="{_LEFT}">{name}</th>' for name in heads)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        said = "{} of {} points. ".format(*self.points)
        return f"{table}<p>{said}<strong>{escape(self._next())}</strong></p>"

    def _html_row(self, notebook: str, rows: list[Row]) -> str:
        name = escape(self._title(notebook))
        if notebook in self.files:
            name = f'<a href="{escape(self.files[notebook])}">{name}</a>'
        if self.next and self.next.notebook == notebook:
            name = f"<strong>{name}</strong>"
        marks = " ".join(
            f'<span title="{r.exercise}: {r.outcome}">{_MARK[r.outcome]}</span>' for r in rows
        )
        left = sum(r.minutes for r in rows if r.outcome != CORRECT)
        points = f"{sum(r.points for r in rows)} of {sum(r.max_points for r in rows)}"
        cells = (name, marks, f"{_done(rows)} of {len(rows)}", points, str(left))
        return "<tr>" + "".join(f'<td style="{_LEFT}">{cell}</td>' for cell in cells) + "</tr>"

    def _title(self, notebook: str) -> str:
        """`03 numpy backprop`, from the file's name; the number alone where there is none."""
        return self.files.get(notebook, notebook).removesuffix(".ipynb").replace("_", " ")

    def _next(self) -> str:
        row = self.next
        if row is None:
            return "All exercises are done."
        return f"Next: {row.exercise} in {self._title(row.notebook)}, about {row.minutes} minutes."


def _done(rows: Iterable[Row]) -> int:
    return sum(row.outcome == CORRECT for row in rows)

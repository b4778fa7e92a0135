"""A verdict and its card: HTML for the notebook, plain text for a terminal, JSON for tools."""

from __future__ import annotations

import dataclasses
import html
import re
from dataclasses import dataclass
from textwrap import fill
from typing import Any

MIME = "application/vnd.course.report+json"
CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted"

# JupyterLab's theme colours, with values for where there is no theme. They are the border's alone:
# as text they are too pale on white (orange: 2.7 to 1).
_COLOUR = {
    CORRECT: "var(--jp-success-color1, #2e8b57)",
    NOT_YET: "var(--jp-warn-color1, #c77700)",
    NOT_ATTEMPTED: "var(--jp-border-color1, #8a8a8a)",
}
_MARK = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○"}
_CARD = "border-left: 4px solid {colour}; padding: 0.3em 0.9em; margin: 0.3em 0; color: inherit;"
_SMALL = "opacity: 0.8; font-size: 0.92em;"
_CODE = (
    "margin: 0.15em 0 0.4em; padding: 0.3em 0.5em; overflow-x: auto; white-space: pre;"
    " background: rgba(128, 128, 128, 0.12); color: inherit; border-radius: 3px;"
    " font-family: var(--jp-code-font-family, monospace); font-size: 0.92em;"
)


@dataclass(frozen=True)
class Report:
    """What became of one attempt at one exercise.

    `detail` holds (label, text) pairs: what was returned, what is expected, what was printed.
    """

    exercise: str  # "ex03.backprop"
    outcome: str  # CORRECT, NOT_YET or NOT_ATTEMPTED
    message: str
    points: float  # earned
    max_points: float
    passed: int  # cases
    cases: int
    detail: tuple[tuple[str, str], ...] = ()
    next_act: str = ""

    @property
    def name(self) -> str:
        """The exercise without its notebook."""
        return self.exercise.rpartition(".")[2]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON takes it."""
        return dataclasses.asdict(self) | {"detail": [list(pair) for pair in self.detail]}

    def __str__(self) -> str:
        points = f" ({self.points:g} of {self.max_points:g} points)"
        head = f"{self.name}: {self.outcome}{points if self.outcome == CORRECT else ''}"
        return without_addresses(f"{head}\n{self.message}" if self.message else head)

    def html(self) -> str:
        """The card: inline styles only, in the theme's own colours."""
        points = f"{self.points:g} of {self.max_points:g} points"
        parts = [
            f'<div style="{_CARD.format(colour=_COLOUR[self.outcome])}">'
            f"<div><strong>{_MARK[self.outcome]} "
            f"{_text(self.name)}: {self.outcome}</strong>"
            f'<span style="{_SMALL}"> &nbsp;{points}</span></div>'
        ]
        if self.message:
            parts.append(f'<div style="margin: 0.3em 0;">{_text(self.message)}</div>')
        for label, text in self.detail:
            parts.append(f'<div style="{_SMALL}">{_text(label)}</div>')
            parts.append(f'<pre style="{_CODE}">{_verbatim(text)}</pre>')
        if self.next_act:
            parts.append(f'<div style="{_SMALL}">{_text(self.next_act)}</div>')
        return "".join(parts) + "</div>"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.html(), MIME: self.as_dict()}


class NotCorrectError(AssertionError):
    """What `confirm` raises; a notebook shows the card's text instead of a traceback."""

    def __init__(self, report: Report) -> None:
        lines = (fill(line, 80) for line in str(report).splitlines())
        super().__init__("\n".join(lines))

    def _render_traceback_(self) -> list[str]:  # IPython asks for it
        return str(self).splitlines()


@dataclass(frozen=True, repr=False)
class Note:
    """Text on demand (hints, a solution) with an HTML and a plain face."""

    title: str
    paragraphs: tuple[str, ...] = ()
    code: str = ""

    def __str__(self) -> str:
        return "\n".join(filter(None, (self.title, *self.paragraphs, self.code)))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(f'<div style="margin: 0.3em 0;">{_text(p)}</div>' for p in self.paragraphs)
        code = f'<pre style="{_CODE}">{_verbatim(self.code)}</pre>' if self.code else ""
        colour = "var(--jp-info-color1, #1976a8)"
        return (
            f'<div style="{_CARD.format(colour=colour)}"><strong>{_text(self.title)}</strong>'
            f"{body}{code}</div>"
        )


def without_addresses(text: str) -> str:
    """Text without memory addresses, so that two runs compare equal."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


def _verbatim(text: str) -> str:
    return html.escape(without_addresses(text), quote=False)


def _text(text: str) -> str:
    """Escaped, with `code` in backticks set as code and lines kept."""
    escaped = _verbatim(text)
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped).replace("\n", "<br>")

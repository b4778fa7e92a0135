"""The page that a learner gets: points, and the card of every exercise."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import replace

from course_utils.check.report import Report
from course_utils.grading.results import SubmissionResult

MOST_BYTES = 2**20
HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; line-height: 1.45; max-width: 50rem; margin: 2rem auto;
padding: 0 1rem; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: left; padding: 0.15rem 1.2rem 0.15rem 0; }}
td.number, th.number {{ text-align: right; }}
h2 {{ margin-top: 2rem; font-size: 1.15rem; }}
</style>
</head>
"""
EXPLAINED = (
    "Each function was tried on cases that nobody has seen; it earns the share of them that came "
    "out right. What the cards below show are the cases of the notebook's own cards. A function "
    "that needs an earlier one of yours that is not right was tried with the right one."
)


def page(result: SubmissionResult, cards: Mapping[str, Report]) -> str:
    """The page as HTML; without values and texts where it would be larger than 1 MB."""
    text = _page(result, cards.values())
    if len(text.encode()) <= MOST_BYTES:
        return text
    short = (replace(card, detail=(), message=card.message[:500]) for card in cards.values())
    return _page(result, short)


def _page(result: SubmissionResult, cards: Iterable[Report]) -> str:
    title = html.escape(f"{result.assignment}: feedback for {result.learner}")
    parts = [HEAD.format(title=title), f"<body>\n<h1>{title}</h1>"]
    if result.points is None:
        parts.append("<p><strong>Nothing could be graded.</strong> This is not a zero.</p>")
    else:
        parts.append(f"<p><strong>{result.points:g} of {result.max_points:g} points</strong></p>")
        parts.append(f"<p>{EXPLAINED}</p>")
    if result.findings:
        parts.append("<h2>What was found</h2>\n<ul>")
        parts += [f"<li>{html.escape(finding)}</li>" for finding in result.findings]
        parts.append("</ul>")
    if result.questions:
        parts.append(_table(result))
        parts += [f'<section style="margin: 1.2rem 0;">{card.html()}</section>' for card in cards]
    return "\n".join([*parts, "</body>\n</html>\n"])


def _table(result: SubmissionResult) -> str:
    rows = "\n".join(
        f"<tr><td>{html.escape(q.name)}</td><td>{q.status}</td>"
        f'<td class="number">{q.passed} of {q.cases}</td>'
        f'<td class="number">{q.points:g} of {q.max_points:g}</td></tr>'
        for q in result.questions
    )
    head = (
        '<tr><th>exercise</th><th>outcome</th><th class="number">cases</th>'
        '<th class="number">points</th></tr>'
    )
    return f"<h2>Exercises</h2>\n<table>\n{head}\n{rows}\n</table>"

"""What the `course` command prints: lines, complaints and tables.

Lines are never wrapped, so that an address or a path can be copied; learners' messages are
printed as they are, with no markup in them. rich is imported when the first line is printed.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.errors import CourseError

if TYPE_CHECKING:
    from rich.table import Table

    from course_utils.doctor import Row as Examined
    from course_utils.grading import SubmissionResult
    from course_utils.grading.demo import Verdict
    from course_utils.runner import Row as Checked
    from course_utils.workspace import Delivered

STYLES = {
    "correct": "green",
    "not yet": "yellow",
    "not attempted": "dim",
    "ok": "green",
    "note": "yellow",
    "problem": "red",
    "flagged": "yellow",
    "timeout": "yellow",
    "crashed": "yellow",
    "out of memory": "yellow",
    "unreadable": "red",
}


def say(line: str) -> None:
    """One line of standard output."""
    _print(line)


def complain(line: str) -> None:
    """One line of standard error, in red where there are colours."""
    _print(line, error=True)


def sentence(error: Exception) -> str:
    """An error we foresaw says what to do itself; for any other, here is how to see more."""
    if isinstance(error, CourseError):
        return str(error)
    return (
        f"Stopped by {type(error).__name__}: {error}. Set COURSE_TRACEBACK=1 and run it again "
        f"to see where; `course doctor` examines the installation."
    )


def delivered(folder: Path, notebooks: Sequence[Delivered]) -> None:
    """What a delivery did, in a line, and one more for each newer edition beside a learner's."""
    for one in notebooks:
        if one.newer:
            say(f"{one.name} is yours and stays; its newer edition is {one.newer}.")
    actions = [one.action for one in notebooks]
    counts = ", ".join(f"{actions.count(action)} {action}" for action in dict.fromkeys(actions))
    say(f"Notebooks in {folder}: {counts}.")


def examined(rows: Iterable[Examined]) -> int:
    """The doctor's table; the number of problems in it."""
    from rich.text import Text

    table, problems = _table("", "", ""), 0
    for row in rows:
        problems += row.state == "problem"
        found = Text(row.found)
        if row.act:
            found.append(f"\n{row.act}", style="italic")
        table.add_row(_state(row.state), row.name, found)
    _print(table)
    return problems


def checked(path: Path, rows: Sequence[Checked]) -> None:
    """A notebook's exercises: outcome, points and message, and their sum."""
    if not rows:
        say(f"{path.name} has no exercises.")
        return
    table = _table("exercise", "outcome", "points", "message")
    for row in rows:
        points = f"{row.points:g} of {row.max_points:g}"
        table.add_row(row.exercise, _state(row.outcome), points, row.message)
    total = f"{sum(r.points for r in rows):g} of {sum(r.max_points for r in rows):g} points"
    say(f"{path.name}: {total}")
    _print(table)


def graded(results: Sequence[SubmissionResult]) -> None:
    """A line for each submission, what was found below it, and whose answers are the course's."""
    from rich.text import Text

    table = _table("learner", "assignment", "status", "points", "")
    for r in results:
        points = "none" if r.points is None else f"{r.points:g} of {r.max_points:g}"
        found = Text("\n".join(r.findings))
        table.add_row(r.learner, r.assignment, _state(r.status), points, found)
    _print(table)
    alike = [(r, r.same_as_course) for r in results if r.same_as_course]
    if alike:
        say("Answers whose syntax is the course's own, from 30 nodes up (nothing is taken off):")
        for r, names in alike:
            say(f"  {r.learner}, {r.assignment}: {', '.join(names)}")


def demonstrated(folder: Path, rows: Sequence[Verdict]) -> int:
    """The made-up class, each verdict beside what it had to be; how many are wrong."""
    table = _table("learner", "handed in", "status", "points", "as expected?")
    for row in rows:
        table.add_row(row.learner, row.what, _state(row.status), row.points, row.wrong or "yes")
    _print(table)
    wrong = sum(bool(row.wrong) for row in rows)
    say(f"{len(rows) - wrong} of {len(rows)} verdicts are as expected.")
    say(f"Learners' pages are in {folder / 'feedback'}, tables in {folder / 'grades'}.")
    return wrong


def data(value: object) -> None:
    """A value as JSON on standard output, for programs."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def note(line: str) -> None:
    """One line on standard error, beside what a program reads on standard output."""
    _print(line, error=True, style=None)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, where that is a terminal: called with done and all."""
    from tqdm import tqdm

    with tqdm(desc=what, unit="", disable=None, leave=False) as bar:

        def tick(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield tick


def rows(cells: Sequence[Sequence[str]]) -> None:
    """A table of text whose first row names the columns."""
    table = _table(*cells[0])
    for row in cells[1:]:
        table.add_row(*row)
    _print(table)


def _table(*columns: str) -> Table:
    """A table whose last column takes what width is left."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=any(columns))
    for name in columns[:-1]:
        table.add_column(name, no_wrap=True)
    table.add_column(columns[-1], overflow="fold")
    return table


def _state(state: str):
    from rich.text import Text

    return Text(state, style=STYLES.get(state, ""))


def _print(thing: object, *, error: bool = False, style: str | None = "red") -> None:
    from rich.console import Console

    console = Console(stderr=error, markup=False, emoji=False, highlight=False)
    console.print(thing, style=style if error else None, soft_wrap=isinstance(thing, str))

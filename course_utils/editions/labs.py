"""docs/labs.md: for who teaches, what a lab on each notebook takes, shows and meets.

A pure function of the notebooks' sources and the exercises, like the editions; `course build`
writes it and `course build --check` compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from course_utils import exercises as the_course
from course_utils.check import Exercise
from course_utils.editions.source import Cell, Source
from course_utils.editions.storing import BUILD, write_whole

PAGE = Path("docs/labs.md")
SITTING = 60  # minutes of exercises in a lab of an hour and a half
SHOWN_MISTAKES = 2  # for each exercise; the card knows more

HEAD = f"""\
# Labs, notebook by notebook

Written by `course build` from the notebooks and their exercises; how to run a lab is told in
[instructors.md](instructors.md).

A lab of an hour and a half holds about {SITTING} minutes of exercises; the rest is for what is on
the screen. Sections are grouped into sittings of that length. **Ask** counts the questions to be
answered before a cell is run: let the room vote, then run it. **Knobs** are figures to be turned
live. Of the mistakes that the card recognizes the first two of each exercise are listed, as it
words them.
"""

_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_TAKES = re.compile(r"\*\*takes\*\*,? (?:about )?([^,·\n]+)")
_ASK = re.compile(r"\*\*(?:Predict|Guess|Which|Before you)")
_KNOBS = "widgets.knobs("


class Section(NamedTuple):
    """What stands under one heading of a notebook."""

    title: str
    cells: Sequence[Cell]
    exercises: Sequence[Exercise]

    @property
    def minutes(self) -> int:
        """What its exercises take."""
        return sum(exercise.minutes for exercise in self.exercises)

    def shows(self) -> str:
        """What there is to do together."""
        asked = sum(len(_ASK.findall(cell.text)) for cell in self.cells if cell.kind == "markdown")
        knobs = sum(_KNOBS in cell.text for cell in self.cells if cell.kind == "code")
        said = [f"ask {asked}"] * bool(asked) + ["knobs"] * bool(knobs)
        return ", ".join(said)


def page(sources: Sequence[Source], catalogue: ModuleType = the_course) -> str:
    """The text of docs/labs.md."""
    parts = [
        "\n".join(_notebook(source, catalogue.exercises_of(source.id)))
        for source in sources
        if source.id in catalogue.NOTEBOOKS and not source.unreadable
    ]
    return "\n".join([HEAD, *parts])


def build(
    root: Path, sources: Sequence[Source], check: bool, catalogue: ModuleType = the_course
) -> list[str]:
    """Write the page, or with `check` compare only; findings, a sentence each."""
    wanted, path = page(sources, catalogue), root / PAGE
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") == wanted:
        return []
    if check:
        return [f"{PAGE.as_posix()} is not what the notebooks and exercises make; {BUILD}."]
    try:
        write_whole(path, wanted)
    except OSError as error:
        return [f"{PAGE.as_posix()} cannot be written: {error.strerror}; then {BUILD} again."]
    return []


def sections(source: Source, exercises: Mapping[str, Exercise]) -> list[Section]:
    """The notebook cut at its headings; what stands before the first counts to it."""
    found = [Section("", [], [])]
    for cell in source.cells:
        headings = _SECTION.findall(cell.text) if cell.kind == "markdown" else []
        for title in headings:
            if found[-1].title:
                found.append(Section(title, [], []))
            else:
                found[-1] = found[-1]._replace(title=title)
        found[-1].cells.append(cell)
        if cell.exercise in exercises:
            found[-1].exercises.append(exercises[cell.exercise])
    return [section for section in found if section.exercises or section.shows()]


def sittings(parts: Sequence[Section]) -> list[int]:
    """The number of the sitting, from 1, of each section: whole sections, SITTING minutes each."""
    numbers, number, used = [], 1, 0
    for part in parts:
        if used and part.minutes and used + part.minutes > SITTING:
            number, used = number + 1, 0
        used += part.minutes
        numbers.append(number)
    return numbers


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _notebook(source: Source, exercises: Mapping[str, Exercise]) -> Iterator[str]:
    parts = sections(source, exercises)
    minutes = sum(exercise.minutes for exercise in exercises.values())
    points = sum(exercise.points for exercise in exercises.values())
    takes = _TAKES.search(source.cells[0].text)
    yield f"## {source.title}\n"
    yield (
        f"{_count(len(exercises), 'exercise')}, {_count(points, 'point')}, {minutes} minutes of "
        f"exercises{f'; in all about {takes[1].strip()}' if takes else ''}.\n"
    )
    yield "| sitting | section | together | exercises (minutes, points) | minutes |"
    yield "|---|---|---|---|---|"
    for number, part in zip(sittings(parts), parts, strict=True):
        asked = ", ".join(f"`{e.name}` ({e.minutes}, {e.points})" for e in part.exercises)
        title = part.title.replace("|", "\\|")
        yield f"| {number} | {title} | {part.shows()} | {asked} | {part.minutes or ''} |"
    yield "\nMistakes to expect:\n"
    for exercise in exercises.values():
        messages = list(exercise.mistakes)[:SHOWN_MISTAKES]
        if messages:
            said = " / ".join(message.replace("\n", " ") for message in messages)
            yield f"- `{exercise.name}`: {said}"
    yield ""

"""What a source has to keep to; every breach is one sentence with its place and the next act."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from course_utils.editions.source import SETUP, Source

KINDS = ("markdown", "code")
KEYS = ("alt", "exercise", "tags")
TAGS = (SETUP, "nbval-check-output", "nbval-ignore-output")

ALT = re.compile(r".{20,400}").fullmatch

_NAME = re.compile(r"\d\d[a-z]?_[a-z0-9_]+")
_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)

Finding = tuple[str, str]  # the place ("line 41", "" for the file) and the sentence


def findings(source: Source, exercises: Mapping[str, object]) -> list[str]:
    """Why this source cannot be built; `exercises` are those that it has to ask for."""
    if source.unreadable:
        return [f"{source.path.name}: cannot be read: {source.unreadable}"]
    return [
        f"{source.path.name}{place and f', {place}'}: {sentence}"
        for rule in (_file, _cells, _markers, _setup, _code)
        for place, sentence in rule(source, exercises)
    ]


def course_findings(sources: Sequence[Source], declared: Sequence[str]) -> list[str]:
    """What only all sources together show; `declared` are the notebooks that have exercises."""
    found = []
    for number, count in Counter(source.id for source in sources).items():
        if count > 1:
            names = ", ".join(source.path.name for source in sources if source.id == number)
            found.append(f"Notebook {number} has {count} sources ({names}); rename all but one.")
    for number in declared:
        if number not in {source.id for source in sources}:
            found.append(
                f"ex{number}.py declares exercises that no notebook asks for; write the source "
                f"{number}_….py or delete the module."
            )
    return found


def _file(source: Source, exercises: Mapping) -> Iterator[Finding]:
    if not _NAME.fullmatch(source.name):
        yield "", "is not named like 03_numpy_backprop.py; rename it."
    if any(cell.place.startswith("cell") for cell in source.cells):
        yield (
            "line 1",
            "something stands before the first cell mark, or `# %%` inside a cell; "
            "begin with `# %% [markdown]`.",
        )


def _cells(source: Source, exercises: Mapping) -> Iterator[Finding]:
    for cell in source.cells:
        if cell.kind not in KINDS:
            yield cell.place, f"a {cell.kind} cell is not shown to anybody; write [markdown]."
        if not cell.text and "exercise" not in cell.metadata:
            yield cell.place, "the cell is empty; fill it or delete it."
        for key, value in cell.metadata.items():
            if key == "incorrectly_encoded_metadata":
                yield (
                    cell.place,
                    f"the mark {value!r} cannot be read; write its value in double quotes, "
                    'as in exercise="backprop".',
                )
            elif key not in KEYS:
                yield (
                    cell.place,
                    f"{key!r} is no known key of a cell ({', '.join(KEYS)}); take it out.",
                )
        if cell.alt is not None and (cell.kind != "code" or not ALT(str(cell.alt))):
            yield (
                cell.place,
                f"alt={cell.alt!r} is no description of a code cell's picture; write what it "
                "shows, in a sentence of 20 to 400 characters.",
            )
        for tag in cell.tags:
            if tag not in TAGS:
                yield cell.place, f"{tag!r} is no known tag ({', '.join(TAGS)}); take it out."


def _markers(source: Source, exercises: Mapping) -> Iterator[Finding]:
    asked: dict[str, str] = {}
    for cell in source.cells:
        name = cell.exercise
        if name is None:
            continue
        if name not in exercises:
            known = ", ".join(exercises) or "none"
            yield (
                cell.place,
                f"ex{source.id}.py declares no exercise {name!r} (it has: {known}); "
                "correct the marker or declare it.",
            )
        if name in asked:
            yield cell.place, f"{name!r} is asked at {asked[name]} already; delete one of the two."
        if cell.kind != "code" or cell.text:
            yield (
                cell.place,
                f"the cell of {name!r} has to be an empty code cell, the builder writes it; "
                "move its text to a cell of its own.",
            )
        asked.setdefault(name, cell.place)
    for name in exercises:
        if name not in asked:
            yield (
                "",
                f"ex{source.id}.py declares {name!r} and no cell asks for it; "
                f'add the cell `# %% exercise="{name}"` or delete the exercise.',
            )


def _setup(source: Source, exercises: Mapping) -> Iterator[Finding]:
    setups = [cell for cell in source.cells if cell.kind == "code" and SETUP in cell.tags]
    if not setups:
        yield "", f'has no import cell; mark it with `# %% tags=["{SETUP}"]`.'
    for cell in setups[1:]:
        yield (
            cell.place,
            f"a second import cell (the first is at {setups[0].place}); join the two.",
        )


def _code(source: Source, exercises: Mapping) -> Iterator[Finding]:
    for cell in source.cells:
        if cell.kind != "code":
            continue
        try:
            tree = ast.parse(_MAGIC.sub(r"\1pass", cell.text))
        except SyntaxError as error:
            yield cell.place, f"line {error.lineno} of the cell: {error.msg}; correct it."
            continue
        for name in imported_names(tree):
            if name in exercises:
                yield (
                    cell.place,
                    f"the cell imports {name!r}, which is an exercise of this notebook; "
                    "take it out of the import.",
                )


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Every name that an import in the code binds."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]

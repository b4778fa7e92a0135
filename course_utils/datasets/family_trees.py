"""The family trees of 1986: who is whose father, niece, wife … in two families of one shape."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.datasets.tables import FOLDER

ENGLISH = (
    "Christopher", "Andrew", "Arthur", "James", "Charles", "Colin",
    "Penelope", "Christine", "Victoria", "Jennifer", "Margaret", "Charlotte",
)  # fmt: skip
ITALIAN = (  # each in the place of the English namesake
    "Roberto", "Pierro", "Emilio", "Marco", "Tomaso", "Alfonso",
    "Maria", "Francesca", "Lucia", "Angela", "Gina", "Sophia",
)  # fmt: skip
PEOPLE = ENGLISH + ITALIAN
RELATIONS = (
    "father", "mother", "husband", "wife", "son", "daughter",
    "uncle", "aunt", "brother", "sister", "nephew", "niece",
)  # fmt: skip
COLUMNS = ["person", "relation", "relative"]


class FamilyTrees(NamedTuple):
    """Questions and answers: X (104, 36) holds a person and a relation, Y (104, 24) the relatives.

    The first 24 columns of X are the people, the other 12 the relations; Y has a 1 for everybody
    who is right, one or two people. `cases` are the same in words.
    """

    X: np.ndarray
    Y: np.ndarray
    cases: tuple[tuple[str, str, tuple[str, ...]], ...]  # person, relation, relatives
    people: tuple[str, ...] = PEOPLE
    relations: tuple[str, ...] = RELATIONS


def family_trees(path: Path | str = FOLDER / "family_trees.csv") -> FamilyTrees:
    """24 people, 12 relations, 104 cases: the task of Rumelhart, Hinton and Williams (1986).

    The file has a row for each fact (person, relation, relative); facts that share person and
    relation are one case with several answers. Raises ValueError, with the line, for a person or a
    relation that the families do not have, and for a fact that stands there twice.
    """
    relatives: dict[tuple[str, str], list[str]] = {}
    for line, (person, relation, relative) in _facts(Path(path)):
        found = relatives.setdefault((person, relation), [])
        if relative in found:
            raise ValueError(
                f"{Path(path).name}, line {line}: that {relative} is {person}'s {relation} stands "
                f"in an earlier line already; delete one of them."
            )
        found.append(relative)
    X, Y = np.zeros((len(relatives), 36)), np.zeros((len(relatives), 24))
    for n, ((person, relation), found) in enumerate(relatives.items()):
        X[n, [PEOPLE.index(person), 24 + RELATIONS.index(relation)]] = 1
        Y[n, [PEOPLE.index(relative) for relative in found]] = 1
    cases = tuple((*question, tuple(found)) for question, found in relatives.items())
    return FamilyTrees(X, Y, cases)


def _facts(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, [person, relation, relative]), all of them known."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        head = next(rows, [])
        if head != COLUMNS:
            raise ValueError(
                f"{path.name}, line 1: the columns are {','.join(head) or 'missing'}, and they "
                f"must be {','.join(COLUMNS)}."
            )
        for row in rows:
            place = f"{path.name}, line {rows.line_num}"
            if len(row) != len(COLUMNS):
                raise ValueError(f"{place}: {len(row)} entries; write person,relation,relative.")
            for name in (row[0], row[2]):
                if name not in PEOPLE:
                    raise ValueError(f"{place}: nobody is called {name!r}; the families have "
                                     f"{', '.join(PEOPLE)}.")  # fmt: skip
            if row[1] not in RELATIONS:
                raise ValueError(f"{place}: {row[1]!r} is no relation of the families; they have "
                                 f"{', '.join(RELATIONS)}.")  # fmt: skip
            yield rows.line_num, row

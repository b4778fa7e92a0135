"""Small tables of facts that the course ships as CSV files, each row with its source."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "data"


def facts(name: str) -> dict[str, np.ndarray]:
    """The table data/<name>.csv of the course: column name -> values (rows,), in the file's order.

    A column of whole numbers is int64, one of numbers float64 with NaN where nothing is written,
    any other one text. `data/README.md` says where the tables come from. Works from any folder.
    Raises ValueError for a table that there is not.
    """
    known = sorted(path.stem for path in FOLDER.glob("*.csv"))
    if name not in known:
        raise ValueError(
            f"No table of facts is called {name!r}; there are {', '.join(map(repr, known))}."
        )
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    columns = zip(*rows, strict=True)
    return {key: _typed(values) for key, values in zip(head, columns, strict=True)}


def _typed(values: tuple[str, ...]) -> np.ndarray:
    for convert in (np.int64, lambda text: float(text or "nan")):
        try:
            return np.array([convert(text) for text in values])
        except ValueError:
            continue
    return np.array(values)

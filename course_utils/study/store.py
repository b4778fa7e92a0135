"""What a study has on disk: results, checkpoints, and which configuration they belong to.

    results/depth-mnist/result.json      the configuration, what was measured, when and where
    results/depth-mnist/depth.png        the figure
    results/depth-mnist/state/*.pt       checkpoints of what is at work; gone when it is done

Every file is written beside its place and moved into it, so that a run killed at any moment leaves
whole files. Results are kept by step and seed: a later call with more seeds or depths adds to them.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from course_utils.errors import CourseError

Values = dict[str, Any]  # name -> a number, or a list of numbers


class Store:
    """The folder of one study; raises CourseError where it holds another configuration."""

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        self.folder, self.config = folder, json.loads(json.dumps(config))
        self.path, self.state = folder / "result.json", folder / "state"
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(
                f"{folder} cannot be made ({error.strerror}): give --out another place."
            ) from error
        self.content = self._read() or {**self.config, "measured": {}, "runs": [], "open": []}

    def _read(self) -> dict[str, Any] | None:
        if not self.path.exists():
            return None
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            found = {name: content[name] for name in self.config}
            content["measured"], content["runs"], content["open"]
        except (ValueError, KeyError, TypeError) as error:
            raise CourseError(
                f"{self.path} is not a study's result (it may be damaged): delete "
                f"{self.folder} to begin anew, or give --out another place."
            ) from error
        self._compare(found, self.path)
        return content

    def _compare(self, found: dict[str, Any], path: Path) -> None:
        if found != self.config:
            raise CourseError(
                f"{path} is of another configuration ({_difference(found, self.config)}): delete "
                f"{self.folder} to begin anew, or give --out another place."
            )

    # --- results ---------------------------------------------------------------------------

    def has(self, step: str, seeds: Iterable[int]) -> bool:
        """Is this step measured for all these seeds?"""
        return {str(seed) for seed in seeds} <= set(self.content["measured"].get(step, {}))

    def record(self, step: str, seeds: Sequence[int], result: dict[str, list], run: Values) -> None:
        """Keep a step's result, name -> a value for each seed, and how it was run."""
        rows = self.content["measured"].setdefault(step, {})
        for s, seed in enumerate(seeds):
            rows[str(seed)] = {name: _plain(values[s]) for name, values in result.items()}
        self.content["runs"].append({"step": step, "seeds": len(seeds), **run})
        self.write()

    def rows(self, step: str) -> list[Values]:
        """What was measured of a step, in the order of seeds; NaN where it was not finite."""
        rows = self.content["measured"].get(step, {})
        ordered = [rows[seed] for seed in sorted(rows, key=int)]
        return [{name: _number(value) for name, value in row.items()} for row in ordered]

    def values(self, step: str, name: str) -> list[float]:
        """One number of every seed measured."""
        return [row[name] for row in self.rows(step)]

    def write(self) -> None:
        """Write result.json."""
        text = json.dumps(self.content, indent=1, allow_nan=False)
        atomically(self.path, lambda path: path.write_text(text + "\n", encoding="utf-8"))

    # --- the seeds at work ------------------------------------------------------------------

    def group(self, steps: Iterable[str], wanted: Sequence[int], at_once: int) -> list[int]:
        """The seeds to work on: those begun, else the next ones that lack a step; [] for none."""
        names = list(steps)

        def lacking(seeds: Iterable[int]) -> list[int]:
            return [s for s in seeds if not all(self.has(name, [s]) for name in names)]

        if not lacking(self.content["open"]):
            shutil.rmtree(self.state)
            self.state.mkdir()
            self.content["open"] = lacking(wanted)[:at_once]
            self.write()
        return list(self.content["open"])

    # --- checkpoints ------------------------------------------------------------------------

    def save(self, step: str, seeds: Sequence[int], state: Any) -> None:
        """Keep the state of a step at work, or what it made for later steps."""
        kept = {"config": json.dumps(self.config), "seeds": list(seeds), "state": state}
        atomically(self._file(step), lambda path: torch.save(kept, path))

    def load(self, step: str, seeds: Sequence[int], device: torch.device) -> Any | None:
        """What was saved for this step and these seeds; None where nothing was."""
        path = self._file(step)
        if not path.exists():
            return None
        try:
            kept = torch.load(path, map_location=device, weights_only=True)
        except (RuntimeError, EOFError, OSError, ValueError, KeyError, UnpicklingError) as error:
            raise CourseError(
                f"{path} cannot be read ({type(error).__name__}): delete it, and its step begins "
                f"anew."
            ) from error
        self._compare(json.loads(kept["config"]), path)
        return kept["state"] if kept["seeds"] == list(seeds) else None

    def drop(self, step: str) -> None:
        """Forget a checkpoint that is no longer needed."""
        self._file(step).unlink(missing_ok=True)

    def _file(self, step: str) -> Path:
        return self.state / ("".join(c if c.isalnum() else "-" for c in step) + ".pt")


def atomically(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` make a file beside `path`, see that it is on the disk, and move it there."""
    beside = path.with_name(path.name + ".part")
    try:
        write(beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise CourseError(
            f"{path} cannot be written ({error.strerror or error}): free some space or give --out "
            f"another place; the same command then goes on."
        ) from error


def _plain(value: Any) -> Any:
    """Numbers as JSON has them: NaN and infinity become null."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _number(value: Any) -> Any:
    """What `_plain` was given."""
    if isinstance(value, list):
        return [_number(each) for each in value]
    return math.nan if value is None else value


def _difference(found: dict[str, Any], wanted: dict[str, Any], path: str = "") -> str:
    """The first place in which two configurations differ."""
    for name in sorted({*found, *wanted}):
        one, other = found.get(name), wanted.get(name)
        if one != other:
            if isinstance(one, dict) and isinstance(other, dict):
                return _difference(one, other, f"{path}{name}.")
            return f"{path}{name} is {one!r} there and {other!r} now"
    return "nothing"

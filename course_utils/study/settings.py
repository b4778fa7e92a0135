"""What a study is asked for, checked before anything is computed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from course_utils.errors import CourseError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

QUICK = 256  # examples of each part when it is to be quick
DATA = ("digits", "mnist", "mnist-10k")


@dataclass(frozen=True)
class Settings:
    """One call of `course study`."""

    study: str
    data: str
    seeds: int
    depths: tuple[int, ...]
    device: torch.device
    quick: bool
    at_once: int
    folder: Path
    epochs: int | None = None  # of training; None: the plan's


class Sets(NamedTuple):
    """A data set as tensors on the device, float32 pixels (N, n_in) and labels (N,)."""

    X: Tensor
    y: Tensor
    X_valid: Tensor
    y_valid: Tensor
    X_test: Tensor
    y_test: Tensor
    shape: tuple[int, int]


def one_of(what: str, value: str, known: Iterable[str], option: str = "") -> None:
    """Refuse a name that there is not, with the nearest that there is."""
    known = list(known)
    if value not in known:
        near = difflib.get_close_matches(value.lower(), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"take one of {', '.join(known)}."
        raise CourseError(f"No {what} is called {value!r}; {hint}{option}")


def whole(option: str, value: int, least: int = 1) -> None:
    """Refuse a number below `least`."""
    if value < least:
        raise CourseError(f"{option} {value}: give a whole number from {least} on.")


def depths_of(text: str) -> tuple[int, ...]:
    """ "1-4" or "1,3,5" as numbers."""
    try:
        parts = [part.split("-") for part in text.split(",")]
        found = sorted({n for part in parts for n in range(int(part[0]), int(part[-1]) + 1)})
    except ValueError:
        found = []
    if not found or found[0] < 1 or found[-1] > 50:
        raise CourseError(f"--depths {text}: give depths from 1 on, such as 1-4 or 1,3,5.")
    return tuple(found)


def load(settings: Settings) -> Sets:
    """The data on the device; raises CourseError where they are not there, with what to do."""
    import numpy as np
    import torch

    from course_utils import datasets

    data = datasets.load(settings.data, dtype=np.float32)
    arrays = [
        getattr(data, f"{letter}_{part}")
        for part in ("train", "valid", "test")
        for letter in ("X", "y")
    ]
    if settings.quick:
        arrays = [array[:QUICK] for array in arrays]
    assert data.image_shape is not None
    return Sets(*(torch.from_numpy(a).to(settings.device) for a in arrays), data.image_shape)

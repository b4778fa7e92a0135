"""A learner's values and arguments as text that is short enough to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def show(value: Any) -> str:
    """A value as a card shows it."""
    style = {"precision": 4, "suppress": True, "threshold": 40, "edgeitems": 3, "linewidth": 90}
    with np.printoptions(legacy="1.25", **style):  # 2.5 and not np.float64(2.5)
        text = text_of(value) if isinstance(value, np.ndarray) else text_of(value, repr)
        return cut(text, 800)


def text_of(value: Any, how: Callable[[Any], str] = str) -> str:
    """str or repr of what a learner made, which may raise."""
    try:
        return how(value)
    except Exception as error:
        return f"{type(value).__name__} (its text raised {type(error).__name__})"


def cut(text: str, most: int) -> str:
    """At most `most` characters of a text, and how long it was."""
    return text if len(text) <= most else f"{text[:most]}\n… ({len(text)} characters in all)"

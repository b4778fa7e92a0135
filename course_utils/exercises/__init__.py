"""The exercises, one module per notebook, and the learner's progress through them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from course_utils import check


@cache
def notebooks() -> tuple[str, ...]:
    """The notebooks that have exercises, in the order of the course: "00", "03", …"""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.removeprefix("ex") for name in names if name.startswith("ex")))


@cache
def exercises_of(notebook: str) -> dict[str, check.Exercise]:
    """The exercises of a notebook by name, in the order in which they are declared."""
    if notebook not in notebooks():
        raise ValueError(
            f"no exercises for notebook {notebook!r}; there are some for {', '.join(notebooks())}."
        )
    module = importlib.import_module(f"{__name__}.ex{notebook}")
    return {e.name: e for e in vars(module).values() if isinstance(e, check.Exercise)}

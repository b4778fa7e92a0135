"""torch, imported when its first name is looked up.

Exercises are declared in modules that `course progress` loads; functions that they take as answers
or mistakes stand in modules with `from course_utils.deep.lazy import torch` at the top, and read as
they do in a notebook, where torch is torch.
"""

from __future__ import annotations

import importlib
from typing import Any


class _Later:
    """Stands for a module until a name of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):  # inspection and copying ask for these; they import nothing
            raise AttributeError(attribute)
        return getattr(importlib.import_module(self._name), attribute)

    def __repr__(self) -> str:
        return f"<{self._name}, imported when it is used>"


torch = _Later("torch")

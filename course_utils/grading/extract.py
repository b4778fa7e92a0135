"""What cases take from the exercises' own modules, without the rest of these modules.

An argument can be a function of `ex07/cases.py`, and a `run` lives there too. Of such a module only
the definitions that are needed go into the sandbox, with those that they need in turn.
"""

from __future__ import annotations

import ast
import importlib
import io
import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

OURS = "course_utils.exercises"


class Needed(NamedTuple):
    """One name of one module."""

    module: str
    name: str


def pickled(value: Any) -> tuple[bytes, set[Needed]]:
    """A pickle, and what it will look up in the exercises' modules."""
    file = io.BytesIO()
    pickler = _Pickler(file, protocol=5)
    pickler.dump(value)
    return file.getvalue(), pickler.needed


class _Pickler(pickle.Pickler):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.needed: set[Needed] = set()

    def reducer_override(self, value: Any) -> Any:
        """Note a function or class; pickle it as usual."""
        thing = value if isinstance(value, FunctionType | type) else type(value)
        if thing.__module__.startswith(OURS):
            self.needed.add(Needed(thing.__module__, thing.__qualname__.partition(".")[0]))
        return NotImplemented


def extracts(needed: Iterable[Needed]) -> dict[str, str]:
    """The source of each module, cut down to what is needed of it."""
    modules: dict[str, _Module] = {}
    waiting = list(needed)
    while waiting:
        module, name = waiting.pop()
        if module not in modules:
            modules[module] = _Module(module)
        waiting += modules[module].take(name)
    return {name: module.source() for name, module in modules.items()}


class _Module:
    """The statements of one module by the names that they bind, and those taken so far."""

    def __init__(self, name: str) -> None:
        path = Path(importlib.import_module(name).__file__)
        self.text = path.read_text(encoding="utf-8")
        self.statements = ast.parse(self.text).body
        self.taken: set[int] = set()
        self.binds: dict[str, int] = {}
        for index, statement in enumerate(self.statements):
            for bound in _bound(statement):
                self.binds[bound] = index

    def take(self, name: str) -> Iterator[Needed]:
        """Take the statement that binds a name, and what it mentions; yield others' names."""
        index = self.binds.get(name)
        if index is None or index in self.taken:
            return
        self.taken.add(index)
        statement = self.statements[index]
        if isinstance(statement, ast.ImportFrom):
            if (statement.module or "").startswith(OURS):
                yield from (Needed(statement.module, alias.name) for alias in statement.names)
            return
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                yield from self.take(node.id)

    def source(self) -> str:
        """The statements taken, in their order."""
        parts = [ast.get_source_segment(self.text, self.statements[n]) for n in sorted(self.taken)]
        decorated = [
            "\n".join([*(f"@{ast.unparse(d)}" for d in getattr(node, "decorator_list", ())), part])
            for node, part in zip(
                (self.statements[n] for n in sorted(self.taken)), parts, strict=True
            )
        ]
        return "\n\n".join(["from __future__ import annotations", *decorated]) + "\n"


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        if getattr(statement, "module", None) != "__future__":
            yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id

"""The course's import cell, run as far as it is needed.

Most of what a notebook imports draws figures, and takes longer to import than all of its
exercises to run. So a statement waits until something that is to run mentions a name it binds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

# Words by which code can reach a name that stands in a text.
DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "compile", "getattr", "import_module"}


class Setup:
    """Statements that wait, and the names in which they are run."""

    def __init__(self, names: dict) -> None:
        self.names = names
        self.waiting: list[tuple[set[str], str]] = []

    def add(self, codes: Iterable[str]) -> None:
        """Let the statements of some cells wait; those that bind no name only draw or print."""
        for code in codes:
            for statement in ast.parse(code).body:
                if bound := bound_names(statement):
                    self.waiting.append((bound, ast.unparse(statement)))

    def ensure(self, code: str) -> None:
        """Run what `code` needs. What fails is left out: the code that needs it will say so."""
        words = mentioned(code)
        for entry in list(self.waiting):
            bound, statement = entry
            if entry in self.waiting and bound & words:
                self.waiting.remove(entry)
                self.ensure(statement)
                try:
                    exec(compile(statement, "<setup>", "exec"), self.names)
                except Exception:
                    continue


def mentioned(code: str) -> set[str]:
    """The names that code uses; none where it cannot be read, since then it is not run either."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    if names & DYNAMIC:
        prose = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
        texts = [n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in prose]
        names |= {word for t in texts if isinstance(t, str) for word in re.findall(r"\w+", t)}
    return names


def bound_names(statement: ast.stmt) -> set[str]:
    """The names that a statement binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    nodes = ast.walk(statement)
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}

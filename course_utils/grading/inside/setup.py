"""The course's import cell, run as far as it is needed.

Most of what a notebook imports draws figures, and takes longer to import than all of its
exercises to run. So a statement waits until something that is to run mentions a name it binds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

# Words by which code can reach a name without mentioning it: then everything is imported.
DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "compile", "__dict__", "__main__"}


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
        everything = bool(words & DYNAMIC)
        for entry in list(self.waiting):
            bound, statement = entry
            if entry in self.waiting and (everything or bound & words):
                self.waiting.remove(entry)
                self.ensure(statement)
                try:
                    exec(compile(statement, "<setup>", "exec"), self.names)
                except Exception:
                    continue


def mentioned(code: str) -> set[str]:
    """The names that code uses; none where it cannot be read, since then it is not run either."""
    try:
        nodes = ast.walk(ast.parse(code))
        return {
            node.id if isinstance(node, ast.Name) else node.attr
            for node in nodes
            if isinstance(node, ast.Name | ast.Attribute)
        }
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()


def bound_names(statement: ast.stmt) -> set[str]:
    """The names that a statement binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    nodes = ast.walk(statement)
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}

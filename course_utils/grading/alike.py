"""Answers that are the course's own: equal syntax trees, from a size that chance does not reach."""

from __future__ import annotations

import ast

LEAST_NODES = 30  # shorter answers are alike without being copied


def alike(code: str, other: str, name: str) -> bool:
    """Does the function of this name have one tree in both texts, of at least 30 nodes?"""
    one = tree(code, name)
    return bool(one) and one == tree(other, name)


def tree(code: str, name: str) -> str:
    """A function's syntax tree as text, without docstring, decorators, annotations; "" if short."""
    try:
        nodes = [n for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    function = next((node for node in nodes if node.name == name), None)
    if function is None:
        return ""
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    function.decorator_list, function.returns = [], None
    for arg in ast.walk(function.args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    size = sum(1 for _ in ast.walk(function))
    return ast.dump(function) if size >= LEAST_NODES else ""

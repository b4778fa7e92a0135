"""Stub and solution of an exercise, cut from the source of its reference.

The decorators (`@takes(…)`) and the annotations stay behind: a learner's cell holds the mathematics
and needs only the names that the notebook imports.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from functools import cache

STUB_LINE = "raise NotImplementedError  # your code here"


@cache
def _parts(function: Callable) -> tuple[str, str, str]:
    """(head, docstring, body) of a function as text, without decorators and annotations."""
    text = textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef) or ast.get_docstring(node) is None:
        raise TypeError(
            f"{function.__qualname__} cannot be an exercise: its reference must be a plain `def` "
            f"with a docstring, because stub and solution are cut from it."
        )
    lines = text.splitlines()
    docstring = node.body[0]
    after = docstring.end_lineno
    return (
        _head(node, text),
        "\n".join(lines[docstring.lineno - 1 : after]),
        "\n".join(lines[after : node.end_lineno]),
    )


def _head(node: ast.FunctionDef, text: str) -> str:
    """`def name(arguments):` on one line, annotations removed."""
    cuts = []
    a = node.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    for arg in every:
        if arg.annotation:
            start = _offset(text, arg.lineno, arg.col_offset) + len(arg.arg)
            note = arg.annotation
            cuts.append((start, _offset(text, note.end_lineno, note.end_col_offset)))
    begin = _offset(text, node.lineno, node.col_offset)
    end = _offset(text, node.body[0].lineno, 0)
    head = text[begin:end]
    for start, stop in sorted(cuts, reverse=True):
        rest = re.sub(r"^\s*=\s*", "=", head[stop - begin :])  # annotated defaults have spaces
        head = head[: start - begin] + rest
    head = re.sub(r"\)\s*->.*:\s*$", "):", head.rstrip(), flags=re.DOTALL)
    head = re.sub(r"\s+", " ", head)
    return re.sub(r"\(\s+", "(", re.sub(r",?\s*\):$", "):", head))


def _offset(text: str, line: int, column: int) -> int:
    """Character offset of ast's (line, UTF-8 column)."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def stub(function: Callable) -> str:
    """What the learner starts from: signature, docstring, and a last line that raises."""
    head, docstring, _ = _parts(function)
    return f"{head}\n{docstring}\n    {STUB_LINE}"


def solution(function: Callable) -> str:
    """The reference's source as a learner would write it."""
    return "\n".join(_parts(function))

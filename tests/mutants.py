"""Single-token mutants of a function's source: what a careless learner might type.

Operators, comparisons, constants ± 1, one local name for another, `.T`, `not` and `-` dropped.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

_OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.MatMult],
    ast.MatMult: [ast.Mult],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """(label, source) of every mutant; the label is the changed statement, with its number."""
    tree = ast.parse(source)
    function = tree.body[0]
    function.body = function.body[1:]  # the docstring
    names = _locals(function)
    for index, node in enumerate(ast.walk(function)):
        for change in _changes(node, names):
            mutant = copy.deepcopy(tree)
            _replace(mutant.body[0], index, change)
            yield _label(function, mutant.body[0]), ast.unparse(ast.fix_missing_locations(mutant))


def _locals(function: ast.FunctionDef) -> list[str]:
    arguments = [a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)]
    stored = [
        n.id
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id != "_"
    ]
    return sorted(set(arguments + stored))


def _changes(node: ast.AST, names: list[str]) -> Iterator[Callable[[ast.AST], ast.AST]]:
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield lambda n, operator=operator: _set(n, op=operator())
    elif isinstance(node, ast.Compare):
        for operator in _OPERATORS[type(node.ops[0])]:
            yield lambda n, operator=operator: _set(n, ops=[operator(), *n.ops[1:]])
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: _set(n, value=not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda n: _set(n, value=n.value + 1)
        yield lambda n: _set(n, value=n.value - 1)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for name in names:
            if name != node.id:
                yield lambda n, name=name: _set(n, id=name)
    elif (isinstance(node, ast.Attribute) and node.attr in ("T", "mT")) or (
        isinstance(node, ast.UnaryOp)
    ):
        yield lambda n: n.value if isinstance(n, ast.Attribute) else n.operand


def _set(node: ast.AST, **fields) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _replace(function: ast.AST, index: int, change: Callable[[ast.AST], ast.AST]) -> None:
    target = next(node for n, node in enumerate(ast.walk(function)) if n == index)

    class Change(ast.NodeTransformer):
        def visit(self, node):
            return change(node) if node is target else self.generic_visit(node)

    Change().visit(function)


def _lines(function: ast.AST) -> list[str]:
    return [line.strip() for line in ast.unparse(ast.fix_missing_locations(function)).splitlines()]


def _label(original: ast.AST, mutant: ast.AST) -> str:
    """The first line that differs, as `line 3: u = h * W`."""
    pairs = enumerate(zip(_lines(original), _lines(mutant), strict=False))
    return next((f"{n}: {b}" for n, (a, b) in pairs if a != b), "the same text")

"""Learners who mean well."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable

import numpy as np

from course_utils.check import Exercise
from course_utils.grading.demo.drafts import ANY, NOTHING, PART, Draft, Kind, wrong
from course_utils.grading.results import (
    CORRECT,
    MISSING,
    NOT_ATTEMPTED,
    OK,
    PARTLY,
    WRONG,
)

# For notebooks where no answer uses an earlier one: how a learner might lean on one all the same.
_LEANING = {
    "forgiving_targets": (
        "_, db, _ = column_layer(np.ones((1, 1)), np.ones((1, 4)), np.ones((1, 4)))\n"
        "return np.where(np.abs(P - Y) < 0.2 * db, P, Y)  # db is a mean of ones"
    )
}


def _untouched(draft: Draft) -> None:
    for name in draft.exercises:
        draft.cell(name).source = draft.stub(name)
    draft.of_grade_id("written-answer").source = "*Your answer here.*"


def _own_words(draft: Draft) -> None:
    """Right, through a helper in a cell of its own."""
    name = draft.first
    helper = draft.exercises[name].source().replace(f"def {name}(", "def my_own_way(", 1)
    draft.add(helper)
    draft.body(f"found = my_own_way({draft.passed_on(name)})\nreturn found")


def mistake(exercise: Exercise) -> str:
    """The body of a declared mistake that stands alone; else one that returns the argument."""
    for one in exercise.mistakes.values():
        body = _body(one, exercise)
        if body:
            return body
    return f"return {next(iter(inspect.signature(exercise.solution).parameters))}"


def _body(function: Callable, exercise: Exercise) -> str:
    """The body's text where it needs no names but np and the exercise's arguments."""
    if not inspect.isfunction(function) or function.__name__ == "<lambda>":
        return ""
    text = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef):
        return ""
    parameters = list(inspect.signature(function).parameters)
    if parameters != list(inspect.signature(exercise.solution).parameters):
        return ""
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)} | {"np", *parameters}
    if any(n.id not in bound and not hasattr(builtins, n.id) for n in names):
        return ""
    steps = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return "\n".join(ast.unparse(step) for step in steps)


def _mistaken(draft: Draft) -> None:
    draft.body(mistake(draft.exercises[draft.first]))


def _all_mistaken(draft: Draft) -> None:
    for name, exercise in draft.exercises.items():
        draft.body(mistake(exercise), name)


def _partly(draft: Draft) -> None:
    """Right on the smallest inputs alone."""
    exercise, given = draft.exercises[draft.first], draft.argument(draft.first)
    at = list(inspect.signature(exercise.solution).parameters).index(given)
    cases = exercise.cases(np.random.default_rng(0))
    smallest = min(int(np.size(args[at])) for args in cases)
    draft.before(f"if np.size({given}) > {smallest}:\n    return 0.0")


def _leaning(draft: Draft) -> None:
    """The first answer is wrong, and the last one uses it."""
    _mistaken(draft)
    if draft.last in _LEANING:
        draft.body(_LEANING[draft.last], draft.last)


def _syntax_error(draft: Draft) -> None:
    draft.body("return 2 x")


def _deleted_answer(draft: Draft) -> None:
    draft.notebook.cells.remove(draft.cell(draft.first))


def _renamed_function(draft: Draft) -> None:
    cell = draft.cell(draft.first)
    cell.source = cell.source.replace(f"def {draft.first}(", "def mine(", 1)


def _modifies(draft: Draft) -> None:
    draft.before(f"{draft.argument(draft.first)} *= 1.5")


HONEST = (
    Kind("right", "everything right", lambda draft: None),
    Kind("own_words", "right, with a helper in a cell of its own", _own_words),
    Kind(
        "untouched",
        "handed in as it was handed out",
        _untouched,
        first=NOTHING,
        rest=NOTHING,
        question=(NOT_ATTEMPTED,),
    ),
    Kind("one_mistake", "the first answer has a known mistake", _mistaken, **wrong()),
    Kind(
        "all_mistaken",
        "a known mistake in every answer",
        _all_mistaken,
        **wrong(question=(WRONG, PARTLY), first=PART, rest=PART),
    ),
    Kind(
        "partly_right",
        "right on the smallest inputs alone",
        _partly,
        **wrong(PART, (PARTLY,)),
    ),
    Kind("leaning", "a wrong answer, and a right one that uses it", _leaning, **wrong()),
    Kind(
        "modifies", "changes its arguments in place", _modifies, **wrong(question=(WRONG, PARTLY))
    ),
    Kind("syntax_error", "a cell that Python cannot read", _syntax_error, **wrong()),
    Kind(
        "returns_none",
        "computes and forgets to return",
        lambda draft: draft.body(f"found = {draft.argument(draft.first)}"),
        **wrong(),
    ),
    Kind(
        "deleted_answer",
        "the cell of an exercise deleted",
        _deleted_answer,
        **wrong(question=(MISSING,), status=(OK, "flagged")),
    ),
    Kind(
        "renamed_function",
        "the function under another name",
        _renamed_function,
        **wrong(ANY, (CORRECT, WRONG, MISSING), status=(OK, "flagged")),
    ),
    Kind(
        "failing_cell",
        "a cell of their own that raises",
        lambda draft: draft.add("import nunpy as np"),
    ),
    Kind(
        "warns",
        "right, with a warning at each call",
        lambda draft: draft.before("import warnings\nwarnings.warn('careful')"),
    ),
    Kind(
        "asks",
        "a cell that waits for input",
        lambda draft: draft.add("name = input('Your name? ')"),
    ),
    Kind("leaves", "a cell that calls exit", lambda draft: draft.add("import sys\nsys.exit(0)")),
    Kind(
        "threads",
        "right, through a thread",
        lambda draft: draft.before(
            "import threading\nt = threading.Thread(target=print)\nt.start(); t.join()"
        ),
    ),
)

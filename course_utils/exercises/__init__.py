"""The exercises, one module per notebook, and the learner's progress through them.

A new notebook's exercises are one new module, `exNN.py`; nothing has to be registered.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cache

from course_utils import check, workspace
from course_utils.errors import WorkspaceError
from course_utils.exercises.progress import Progress

NOTEBOOKS: tuple[str, ...] = tuple(
    sorted(
        module.name.removeprefix("ex")
        for module in pkgutil.iter_modules(__path__)
        if module.name.startswith("ex")
    )
)


@cache
def exercises_of(notebook: str) -> dict[str, check.Exercise]:
    """The exercises of a notebook by name, in the order in which they are declared."""
    if notebook not in NOTEBOOKS:
        raise ValueError(
            f"there are no exercises for notebook {notebook!r}; there are some for "
            f"{', '.join(NOTEBOOKS)}."
        )
    module = importlib.import_module(f"{__name__}.ex{notebook}")
    return {e.name: e for e in vars(module).values() if isinstance(e, check.Exercise)}


def progress() -> Progress:
    """What is done and what is not, from the workspace the notebook lies in."""
    every = [e for notebook in NOTEBOOKS for e in exercises_of(notebook).values()]
    place = workspace.find()
    notebooks = (workspace.CLONE / "notebooks").glob("*.ipynb")
    files = {path.name.partition("_")[0]: path.name for path in notebooks}
    return Progress.of(every, workspace.results(place) if place else {}, files)


def _keep(report: check.Report) -> check.Note | None:
    """Every card that is shown goes into the workspace, but for runs from outside."""
    if os.environ.get("COURSE_NO_PROGRESS"):
        return None
    try:
        workspace.record(report)
    except WorkspaceError as error:
        return check.Note("Your progress is not kept", (str(error),))
    return None


check.listeners.append(_keep)

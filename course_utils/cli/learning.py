"""Commands of learners: lab, doctor, check, progress."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from course_utils import terminal
from course_utils.cli.app import Folder, app


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": False})
def lab(
    context: typer.Context,
    folder: Folder = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="If it is taken, the next free one.")
    ] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Bring the notebooks into your folder and open JupyterLab there.

    Your own work is never overwritten. What stands after -- goes to JupyterLab.
    """
    from course_utils import lab, workspace

    folder = (folder or workspace.CLONE / "work").absolute()
    terminal.delivered(folder, workspace.deliver(folder, lab.notebooks()))
    if browser and not lab.has_display(os.environ):
        browser = False
        terminal.say("There is no display here: open the address below in a browser of your own.")
    root = lab.is_root()
    if root:
        terminal.say("You are root, which JupyterLab refuses unless told: it gets --allow-root.")
    terminal.say("JupyterLab starts; Ctrl-C twice ends it.")
    command = lab.arguments(folder, port=port, browser=browser, root=root, more=context.args)
    lab.become(command, lab.environment(os.environ))


@app.command()
def doctor(folder: Folder = None) -> None:
    """Examine the installation: what is there, and what to do where it is not well."""
    from course_utils import doctor

    if terminal.examined(doctor.examine(folder)):
        raise typer.Exit(1)


@app.command()
def check(
    notebooks: Annotated[list[Path], typer.Argument(help="Notebooks of yours.", metavar="FILE…")],
) -> None:
    """Run notebooks in a fresh kernel and tell the outcome of every exercise.

    Ends with exit code 1 unless every exercise is correct.
    """
    from course_utils.runner import check_notebook

    well = True
    for path in notebooks:
        try:
            rows = check_notebook(path)
        except Exception as error:
            said = terminal.sentence(error)
            terminal.complain(said if path.name in said else f"{path}: {said}")
            well = False
            continue
        terminal.checked(path, rows)
        well = well and all(row.outcome == "correct" for row in rows)
    if not well:
        raise typer.Exit(1)


@app.command()
def progress(folder: Folder = None) -> None:
    """Show which exercises are done."""
    from contextlib import chdir

    from course_utils import exercises, workspace
    from course_utils.errors import WorkspaceError

    place = workspace.find(folder) or workspace.find(folder or workspace.CLONE / "work")
    if place is None:
        raise WorkspaceError(
            f"No workspace at {folder or Path.cwd()} or above it: `course lab` makes one; "
            f"--dir names one elsewhere."
        )
    with chdir(place):
        shown = exercises.progress()
    terminal.say(f"{place}\n{shown}")
    for result in workspace.results(place).values():
        if result["outcome"] == workspace.DAMAGED:
            terminal.complain(result["message"])

"""Commands of authors and instructors: build, grade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course_utils import terminal
from course_utils.cli.app import app


@app.command()
def build(
    numbers: Annotated[
        list[str] | None,
        typer.Argument(help="With --edition graded: which (03 07; default: all).", metavar="[NN…]"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare; write nothing.")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Execute every solved notebook; write over edited ones."),
    ] = False,
    edition: Annotated[
        str, typer.Option(help="`stored`, or `graded`: a course for nbgrader.")
    ] = "stored",
    out: Annotated[
        Path | None, typer.Option(help="With --edition graded: the folder of that course.")
    ] = None,
) -> None:
    """Write the learner's and the solved notebooks from notebooks/source/ (for authors).

    With --edition graded write an nbgrader course into another folder (for instructors).
    """
    from course_utils import editions, workspace
    from course_utils.errors import CourseError

    if edition not in ("stored", "graded"):
        raise CourseError(f"There is no edition {edition!r}; write `graded`, or leave it out.")
    if edition == "graded":
        if check or out is None:
            raise CourseError(
                "The graded edition has no --check and needs a folder: "
                "`course build --edition graded 03 --out DIR`."
            )
        made = editions.build_graded(
            workspace.CLONE, out, numbers or (), force=force, tell=terminal.say
        )
        terminal.say(
            f"{len(made)} assignments are in {out}. Next, there: nbgrader generate_assignment "
            f"{made[0]}"
        )
        return
    if numbers or out is not None:
        raise CourseError(
            "Notebooks are named, and --out given, with --edition graded; without it every "
            "notebook is built, in its place."
        )
    findings = editions.build(workspace.CLONE, check=check, force=force, tell=terminal.say)
    for finding in findings:
        terminal.complain(str(finding))
    if findings:
        raise typer.Exit(1)
    terminal.say("Every edition is what its source makes." if check else "Every edition is built.")


@app.command()
def grade(
    course: Annotated[
        Path | None, typer.Argument(help="The folder of an nbgrader course.", metavar="[DIR]")
    ] = None,
    assignment: Annotated[
        list[str] | None, typer.Option(help="Only this one, 03_numpy_backprop; may be repeated.")
    ] = None,
    learner: Annotated[
        list[str] | None, typer.Option(help="Only what this one handed in; may be repeated.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Submissions at once (default: the cores).")
    ] = None,
    require_sandbox: Annotated[
        bool, typer.Option("--require-sandbox", help="Refuse where bubblewrap does not start.")
    ] = False,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what was graded before.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON.")] = False,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Grade a made-up class in DIR (default: demo-class), to see."),
    ] = False,
) -> None:
    """Grade what was handed in, each submission in a sandbox (for instructors).

    Scores go into the gradebook, pages into feedback/, tables into grades/. A run that was
    stopped is gone on with. Ends with exit code 1 where something could not be graded.
    """
    from course_utils import grading, workspace
    from course_utils.errors import CourseError
    from course_utils.grading.results import UNREADABLE

    options = {"workers": workers, "require_sandbox": require_sandbox, "warn": terminal.complain}
    if demo:
        from course_utils.grading.demo.showing import show

        folder = course or Path("demo-class")
        with terminal.progress("grading") as tick:
            rows = show(workspace.CLONE, folder, tick=tick, **options)
        raise typer.Exit(bool(terminal.demonstrated(folder, rows)))
    if course is None:
        raise CourseError("Which course? `course grade DIR`, or `course grade --demo` to try it.")
    only = {"assignments": assignment or (), "learners": learner or (), "regrade": regrade}
    with terminal.progress("grading") as tick:
        results = grading.grade(course, **only, tell=terminal.note, tick=tick, **options)
    if as_json:
        terminal.data([result.as_dict() for result in results])
    else:
        terminal.graded(results)
    if any(result.status == UNREADABLE for result in results):
        raise typer.Exit(1)

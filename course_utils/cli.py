"""The `course` command: lab, doctor, check, progress, data, study, build, grade.

Each command imports what it needs inside itself, so that `course --help` answers at once. What a
user can mend is one sentence and exit code 1; `COURSE_TRACEBACK=1` shows where it came from.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_utils import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    help="The course on classical neural networks: open it, check it, see how far you are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Folder = Annotated[
    Path | None,
    typer.Option("--dir", help="The folder of your notebooks (default: work/ of the course)."),
]


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
    command = lab.arguments(folder, port=port, browser=browser, root=root)
    lab.become([*command, *context.args], lab.environment(os.environ))


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


@app.command()
def data(
    name: Annotated[str, typer.Argument(help="The data set: mnist.")],
    mirror: Annotated[
        list[str] | None,
        typer.Option(help="An address that has the files; may be given more than once."),
    ] = None,
) -> None:
    """Download a data set that the course does not ship, check it, and tell where it is.

    Files that are in COURSE_DATA_DIR, or came earlier, are checked and not downloaded again.
    """
    from course_utils import datasets

    mirrors = [address.rstrip("/") + "/" for address in mirror or []]
    terminal.say(datasets.download(name, mirrors, bar=sys.stderr.isatty()))


def _studies() -> str:
    """The studies, a paragraph each, for the help."""
    from course_utils.study import STUDIES

    return "\n\n".join(f"{name}: {study.about}" for name, study in STUDIES.items())


@app.command(epilog=_studies())
def study(
    name: Annotated[str, typer.Argument(help="One of those below.", metavar="NAME")],
    data: Annotated[
        str | None, typer.Option(help="digits, mnist or mnist-10k (default: the paper's).")
    ] = None,
    seeds: Annotated[int | None, typer.Option(help="How many, from 0 on.")] = None,
    depths: Annotated[str | None, typer.Option(help="Hidden layers: 1-4, or 1,3,5.")] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda or mps (default: a GPU if there is one).")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Tiny: does it run here?")] = False,
    epochs: Annotated[
        int | None, typer.Option(help="Of training with labels, or of fine-tuning.")
    ] = None,
    at_once: Annotated[
        int | None, typer.Option(help="Seeds trained together (default: 64 on a GPU, else 16).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of results (default: results/ of the course).")
    ] = None,
) -> None:
    """Repeat a published experiment over many seeds, and set it beside the published figures.

    What is done is kept: the same command goes on where it was stopped, and more seeds or depths
    add to what is there. Results and a figure lie in results/NAME-DATA.

    On digits a study takes minutes on a laptop; those on all of MNIST are meant for a GPU.
    """
    from course_utils import study

    rows = study.run(
        name, data=data, seeds=seeds, depths=depths, device=device, quick=quick, epochs=epochs,
        at_once=at_once, out=out, tell=terminal.say,
    )  # fmt: skip
    terminal.rows(rows)


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; whatever goes wrong is a sentence, and the exit code is 1."""
    try:
        app(args=None if arguments is None else list(arguments))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("COURSE_TRACEBACK"):
            raise
        terminal.complain(terminal.sentence(error))
        sys.exit(1)

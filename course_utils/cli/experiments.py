"""Commands of those who want more than the notebooks show: data, study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from course_utils import terminal
from course_utils.cli.app import app


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

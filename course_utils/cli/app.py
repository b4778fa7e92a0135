"""What every module of the command adds its commands to."""

from pathlib import Path
from typing import Annotated

import typer

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

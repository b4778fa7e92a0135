"""The `course` command: lab, doctor, check, progress, data, study, build, grade.

Each command imports what it needs inside itself, so that `course --help` answers at once. What a
user can mend is one sentence and exit code 1; `COURSE_TRACEBACK=1` shows where it came from.

    app.py          the application, and options that several commands share
    learning.py     lab, doctor, check, progress
    experiments.py  data, study
    teaching.py     build, grade
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from course_utils import terminal
from course_utils.cli.app import app

# Each adds its commands, in the order in which the help lists them.
# isort: off
from course_utils.cli import learning  # noqa: F401
from course_utils.cli import experiments  # noqa: F401
from course_utils.cli import teaching  # noqa: F401
# isort: on


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

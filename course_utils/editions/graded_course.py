"""The folder of an nbgrader course: what it may hold before, and its one configuration file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from course_utils.check import STUB_LINE
from course_utils.editions.graded_texts import TEXT_STUB
from course_utils.editions.storing import write_whole
from course_utils.errors import CourseError

CONFIG = "nbgrader_config.py"
MARK = "# An nbgrader course, written by `course build --edition graded`."
TEMPLATE = f"""\
{MARK}
# It is yours from now on: `course build` writes it once and never again.

from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "neural-networks"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# With these the stubs that nbgrader cuts are those of the learner's edition.
c.ClearSolutions.code_stub = {{"python": {STUB_LINE!r}}}
c.ClearSolutions.text_stub = {TEXT_STUB!r}

# Validate runs whole notebooks; on a slow machine an experiment may take more than the usual 30 s.
c.Execute.timeout = 120

# Where nbgrader releases to and collects from; without it, nbgrader's own default.
# c.Exchange.root = "/srv/nbgrader/exchange"
"""


def source_path(out: Path, name: str) -> Path:
    """Where nbgrader looks for the notebook of an assignment."""
    return out / "source" / name / f"{name}.ipynb"


def prepare(out: Path) -> None:
    """Refuse a folder that holds something other than a course of ours; make it if it is absent."""
    config = out / CONFIG
    if out.exists() and not out.is_dir():
        raise CourseError(f"{out} is a file; give `--out` a folder.")
    if config.exists():
        if MARK not in config.read_text(encoding="utf-8", errors="replace"):
            raise CourseError(
                f"{config} is the configuration of another course; give `--out` a new folder, "
                f"or put this line into it, and what it needs of a new one's: {MARK}"
            )
    elif out.exists() and any(out.iterdir()):
        first = sorted(path.name for path in out.iterdir())[0]
        raise CourseError(
            f"{out} holds {first} and no course of ours; give `--out` a new or an empty folder."
        )
    writing(out, lambda: out.mkdir(parents=True, exist_ok=True))


def write_config(out: Path) -> None:
    """Write the configuration unless there is one, which is its instructor's."""
    config = out / CONFIG
    if not config.exists():
        writing(config, lambda: write_whole(config, TEMPLATE))


def writing(path: Path, write: Callable[[], None]) -> None:
    """Call `write`; what the file system refuses becomes a sentence."""
    try:
        write()
    except OSError as error:
        raise CourseError(
            f"{path} cannot be written ({error.strerror}); make room or give another `--out`."
        ) from None

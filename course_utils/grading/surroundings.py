"""What nbgrader needs around it: a course name, its helper on the path, warnings unheard."""

from __future__ import annotations

import contextlib
import os
import re
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path


def course_id(course: Path) -> str:
    """The course's name in its gradebook, from its nbgrader_config.py."""
    with contextlib.suppress(OSError):
        text = (course / "nbgrader_config.py").read_text(encoding="utf-8", errors="replace")
        found = re.search(r"^\s*c\.CourseDirectory\.course_id\s*=\s*[\"'](.+?)[\"']", text, re.M)
        if found:
            return found[1]
    return "default_course"


@contextlib.contextmanager
def scripts_on_path() -> Iterator[None]:
    """nbgrader calls `alembic` by name when it makes a gradebook; it lies beside this Python."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings that nbgrader's use of SQLAlchemy 2.1 earns."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"nbgrader|alembic|sqlalchemy")
        warnings.filterwarnings("ignore", message=".*nbgrader.*")
        yield

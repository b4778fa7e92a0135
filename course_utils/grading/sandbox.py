"""Where a learner's code runs: bubblewrap where a real start of it works, plain limits elsewhere.

In bubblewrap a process sees the system's libraries, Python's packages and the hollow copy of the
course, all read-only, and an empty folder of fixed size; no network, no other process, nothing of
the course folder. With plain limits it runs as the grader's own user: memory, processes, files and
time are limited, but what that user may read can be read.
"""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.hollow import PACKAGE
from course_utils.grading.limits import Limits

BUBBLEWRAP, PLAIN = "bubblewrap", "plain limits"
COURSE, WORK = Path("/course"), Path("/tmp")  # as seen from inside
SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
SMALL = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
CLONE = PACKAGE.parent


@dataclass(frozen=True)
class Sandbox:
    """One way to start a process: `program` is bubblewrap's path, "" for plain limits."""

    kind: str
    program: str = ""
    proc: tuple[str, ...] = ("--proc", "/proc")

    def start(self, hollow: Path, folder: Path, limits: Limits) -> subprocess.Popen:
        """Start the worker of a hollow copy; `folder` is its own where there is no sandbox."""
        wrapped = [*self._wrapped(hollow, limits)] if self.program else []
        course, work = (COURSE, WORK) if self.program else (hollow, folder)
        worker = [_python(), "-S", "-B", str(course / "inside" / "worker.py")]
        return subprocess.Popen(
            [*wrapped, *worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=None if self.program else folder,
            env=_environment(course, work),
            start_new_session=True,
        )

    def _wrapped(self, hollow: Path, limits: Limits) -> Iterator[str]:
        yield from (self.program, "--unshare-all", "--die-with-parent", "--new-session")
        yield from ("--cap-drop", "ALL")
        yield from (
            "--size",
            str(limits.disk),
            "--tmpfs",
            str(WORK),
        )  # an environment may lie below
        yield from _system()
        yield from ("--ro-bind", str(hollow), str(COURSE))
        yield from (*self.proc, "--dev", "/dev", "--remount-ro", "/dev")
        yield from ("--remount-ro", "/", "--chdir", str(WORK), "--")


def _system() -> Iterator[str]:
    """The read-only system, and the course's clone hidden where it lies within."""
    roots = [Path(name) for name in SYSTEM if os.path.lexists(name)]
    found = {sys.base_prefix, sys.base_exec_prefix, str(Path(_python()).parents[1])}
    own = sorted({*map(Path, found), *packages()}, key=lambda path: len(path.parts))
    roots += [path for path in own if not any(path.is_relative_to(root) for root in roots)]
    for root in roots:
        if root.is_symlink() and len(root.parts) == 2:  # /lib is usr/lib
            yield from ("--symlink", os.readlink(root), str(root))
        else:
            yield from ("--ro-bind", str(root), str(root))
    for root in roots:
        if CLONE.is_relative_to(root):
            yield from ("--tmpfs", str(CLONE))
    for path in packages():  # an environment inside the clone
        if path.is_relative_to(CLONE):
            yield from ("--ro-bind", str(path), str(path))
        if (path / PACKAGE.name).is_dir():  # an installed copy of the course has answers too
            yield from ("--tmpfs", str(path / PACKAGE.name))
    for name in SMALL:
        yield from ("--ro-bind-try", name, name)


def packages() -> list[Path]:
    """The folders of other people's packages, in Python's order."""
    known = {*site.getsitepackages(), site.getusersitepackages()}
    names = ("site-packages", "dist-packages")
    return [Path(p) for p in sys.path if (p in known or Path(p).name in names) and os.path.isdir(p)]


def _python() -> str:
    """The interpreter itself, not an environment's link to it."""
    return os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)


def _environment(course: Path, work: Path) -> dict[str, str]:
    one = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(map(str, (course, *packages()))),
        "PYTHONHASHSEED": "0",
        "HOME": str(work),
        "TMPDIR": str(work),
        "USER": "learner",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(work / "matplotlib"),
        "COURSE_FONTS": str(course / "fonts"),
        **dict.fromkeys(one, "1"),
    }


def candidates() -> Iterator[Sandbox]:
    """Ways to start a process, the safest first; each has to be tried."""
    program = shutil.which("bwrap")
    if program and sys.platform.startswith("linux"):
        yield Sandbox(BUBBLEWRAP, program)
        yield Sandbox(BUBBLEWRAP, program, ("--dir", "/proc"))  # containers may refuse /proc
    yield Sandbox(PLAIN)


def private_folder() -> tempfile.TemporaryDirectory:
    """An empty folder of its own for a process without a sandbox."""
    return tempfile.TemporaryDirectory(prefix="course-grading-", ignore_cleanup_errors=True)

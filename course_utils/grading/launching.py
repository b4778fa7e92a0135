"""Choosing where learners' code runs, by a real start, and starting processes there."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.limits import Limits
from course_utils.grading.process import EndedError, Process
from course_utils.grading.sandbox import BUBBLEWRAP, Sandbox, candidates

ABSENT = (
    "WARNING: no sandbox. bubblewrap is not installed or does not start here, so learners' code "
    "runs as you, under plain limits: it can read every file that you can read. Install bubblewrap "
    "(apt install bubblewrap), or grade in a virtual machine; --require-sandbox refuses instead."
)
NO_FILTER = (
    "WARNING: this system has no filter of system calls, so learners' code can start processes"
    "{network}."
)


class Launcher:
    """Starts processes of one kind, and can end them all."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self.sandbox, self.limits = sandbox, limits
        self.lock, self.running, self.stopped = threading.Lock(), set(), False

    @property
    def kind(self) -> str:
        """What the processes run in: "bubblewrap", or "plain limits"."""
        return self.sandbox.kind

    def starter(self, hollow: Path) -> Callable[[float], Process]:
        """until -> a started process that sees this copy of the package."""
        return lambda until: self._start(hollow, until)

    def stop(self) -> None:
        """End what runs, and start nothing more."""
        with self.lock:
            self.stopped = True
            for process in list(self.running):  # each leaves when it has ended
                process.kill()

    def _start(self, hollow: Path, until: float) -> Process:
        with self.lock:
            if self.stopped:
                raise CourseError("The grader was stopped.")
            process = Process(self.sandbox, hollow, self.limits, until, self.running.discard)
            self.running.add(process)
        return process


def launcher(
    hollow: Path, limits: Limits, require_sandbox: bool, warn: Callable[[str], None]
) -> Launcher:
    """The safest kind of process that starts here; CourseError where none, or none safe, does."""
    if not hasattr(select, "poll"):
        raise CourseError("Grading needs Linux or macOS; on Windows, run it in WSL.")
    for sandbox in candidates():
        if require_sandbox and sandbox.kind != BUBBLEWRAP:
            break
        holds = _holds(sandbox, hollow, limits)
        if holds is None:
            continue
        if sandbox.kind != BUBBLEWRAP:
            warn(ABSENT)
        if not holds.get("no_processes"):
            network = "" if sandbox.kind == BUBBLEWRAP else " and use the network"
            warn(NO_FILTER.format(network=network))
        return Launcher(sandbox, limits)
    if require_sandbox:
        raise CourseError(
            "There is no sandbox: bubblewrap is not installed or does not start here. Install it "
            "(apt install bubblewrap); where you trust the code, grade without --require-sandbox."
        )
    raise CourseError("No process starts for learners' code; run `course doctor`.")


def _holds(sandbox: Sandbox, hollow: Path, limits: Limits) -> dict | None:
    """A real start: which protections hold there; None where nothing starts."""
    until = time.monotonic() + limits.start_seconds
    try:
        with Process(sandbox, hollow, limits, until, lambda process: None) as process:
            return process.ask(
                "begin",
                limits.start_seconds,
                settings=limits.inside(),
                setup=[],
                seconds=limits.call_seconds,
            )
    except (EndedError, OSError):
        return None

"""One process in the sandbox, as the grader talks to it: questions, answers, and its end.

Whatever the process does, a question ends: with an answer, or with `EndedError`.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from course_utils.grading.inside import wire
from course_utils.grading.limits import Limits
from course_utils.grading.results import CRASHED, FLAGGED, OUT_OF_MEMORY, TIMEOUT
from course_utils.grading.sandbox import Sandbox, private_folder

LENGTH = struct.Struct("<I")
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)  # bubblewrap tells it as a shell does


class EndedError(Exception):
    """The process is no more; `status` says why, as a result does."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Process:
    """A started worker; leaving the `with` ends it and everything it started."""

    def __init__(
        self,
        sandbox: Sandbox,
        hollow: Path,
        limits: Limits,
        until: float,
        ended: Callable[[Process], None],
    ) -> None:
        """`until` is the end of its time by time.monotonic(); `ended` is told of its end."""
        self.limits, self.until, self.ended = limits, until, ended
        self.folder, self.kills = private_folder(), out_of_memory_kills()
        try:
            self.process = sandbox.start(hollow, Path(self.folder.name), limits)
        except OSError:
            self.folder.cleanup()
            raise
        for pipe in (self.process.stdin, self.process.stdout):
            os.set_blocking(pipe.fileno(), False)

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> int:
        """Kill it if it still runs; its exit status."""
        self.kill()
        status = self.process.wait()
        self.ended(self)
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        self.folder.cleanup()
        return status

    def kill(self) -> None:
        """Kill it, from whatever thread; whoever talks to it will notice."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def ask(self, do: str, within: float, /, **request: Any) -> dict[str, Any]:
        """One question and its answer, in so many seconds and the submission's own time."""
        self.put(do, **request)
        return self.answer(within)

    def put(self, do: str, /, **request: Any) -> None:
        """Send a request."""
        data = pickle.dumps({"do": do, **request})
        left = memoryview(LENGTH.pack(len(data)) + data)
        until = min(self.until, time.monotonic() + self.limits.start_seconds)
        while left:
            self._wait(self.process.stdin, select.POLLOUT, until)
            try:
                left = left[os.write(self.process.stdin.fileno(), left[: 2**16]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._died() from None

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next answer."""
        until = min(self.until, time.monotonic() + seconds)
        structure, arrays = wire.HEAD.unpack(self._read(wire.HEAD.size, until))
        if structure + arrays > wire.MOST_BYTES:
            raise EndedError(FLAGGED, "What it sent is longer than any answer can be.")
        try:
            return wire.loads(self._read(structure, until), self._read(arrays, until))
        except wire.WireError:
            said = "What it sent is damaged: it wrote to the grader's own pipe?"
            raise EndedError(FLAGGED, said) from None

    def answers(self, count: int, seconds: float) -> Iterator[dict[str, Any]]:
        """So many answers, each within `seconds`; fewer where one says that its time was up."""
        for _ in range(count):
            said = self.answer(seconds)
            yield said
            error = said.get("error")
            if isinstance(error, dict) and error.get("is_time"):
                return

    def _read(self, count: int, until: float) -> bytes:
        parts, missing = [], count
        while missing:
            self._wait(self.process.stdout, select.POLLIN, until)
            try:
                part = os.read(self.process.stdout.fileno(), min(missing, 2**20))
            except BlockingIOError:
                continue
            if not part:
                raise self._died()
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: Any, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(pipe.fileno(), event)
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            self.end()
            raise EndedError(TIMEOUT, "It did not stop in time.")

    def _died(self) -> EndedError:
        try:
            status = self.process.wait(self.limits.grace_seconds)
        except subprocess.TimeoutExpired:  # it closed its pipe and goes on
            status = self.end()
        if status in KILLED and out_of_memory_kills() > self.kills:
            return EndedError(OUT_OF_MEMORY, "The system had no memory left and killed it.")
        return EndedError(CRASHED, f"It ended its process (exit status {status}).")


def out_of_memory_kills() -> int:
    """How often this system has killed a process for want of memory; 0 where it does not tell."""
    with contextlib.suppress(OSError, ValueError):
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
        return int(dict(line.split() for line in lines).get("oom_kill", 0))
    return 0

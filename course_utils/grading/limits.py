"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass

MEBI = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; a test sets small ones."""

    call_seconds: float = 5.0  # one function on one case, as in a notebook
    cell_seconds: float = 10.0  # a cell of the learner's own
    seconds: float = 120.0  # the whole submission, starts included
    grace_seconds: float = 2.0  # in which what ran too long has to stop by itself
    start_seconds: float = 30.0  # until a process answers, on a busy machine
    memory: int = 4096 * MEBI  # of address space; torch alone takes one or two
    file: int = 16 * MEBI  # one file
    disk: int = 64 * MEBI  # all files together, where there is a sandbox
    notebook: int = 64 * MEBI  # the file handed in
    lives: int = 4  # processes that one submission may end before the rest is left

    def inside(self) -> dict[str, int]:
        """The part that a process sets itself."""
        return {"memory": self.memory, "file": self.file, "processor": int(self.seconds) + 5}

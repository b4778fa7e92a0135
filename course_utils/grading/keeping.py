"""What the grader keeps for itself, in DIR/.course-grading/: the secret seed and finished results.

    seed                              made on first use, readable by its owner alone
    results/ASSIGNMENT/LEARNER.json   written last: a submission with one is finished
    added/LEARNER                     learners whom the grader entered into the gradebook
    lock                              held while a grader runs

Every file is written beside its place and moved into it, so a kill at any moment loses nothing.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from course_utils.editions.storing import write_whole
from course_utils.errors import CourseError
from course_utils.grading.results import SubmissionResult

FOLDER = ".course-grading"
SEED_BYTES = 32


class Kept(NamedTuple):
    """An earlier result and what it was made from."""

    digest: str  # of the file handed in
    plan: str  # of the seed, the cases and the points
    result: SubmissionResult


class Keeper:
    """The grader's own folder of one course."""

    def __init__(self, course: Path) -> None:
        self.folder = course / FOLDER
        with explained(self.folder):
            self.folder.mkdir(mode=0o700, exist_ok=True)

    def seed(self) -> bytes:
        """The course's secret seed; CourseError where its file is damaged."""
        path = self.folder / "seed"
        if not path.exists():
            with explained(path):
                beside = self.folder / f".seed.{secrets.token_hex(4)}"
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                    file.write(secrets.token_hex(SEED_BYTES))
                os.replace(beside, path)
        try:
            seed = bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            seed = b""
        if len(seed) != SEED_BYTES:
            raise CourseError(
                f"{path} cannot be read: without the seed, scores are not those of before. Bring "
                "it back, or delete it for a new one and grade again with --regrade."
            )
        return seed

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One grader at a time; CourseError where another runs."""
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        with explained(self.folder):
            file = open(self.folder / "lock", "w")  # noqa: SIM115 (held by the next `with`)
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CourseError(
                    f"Another `course grade` is at work in {self.folder.parent}: wait for its end."
                ) from None
            yield

    def find(self, assignment: str, learner: str) -> Kept | None:
        """The result of an earlier run; None where there is none that can be read."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            data = json.loads(self._path(assignment, learner).read_bytes())
            result = SubmissionResult.from_dict(data["result"])
            return Kept(data["digest"], data["plan"], result)
        return None

    def keep(self, kept: Kept) -> None:
        """Write down that a submission is finished."""
        result = kept.result
        data = {"digest": kept.digest, "plan": kept.plan, "result": result.as_dict()}
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        write(self._path(result.assignment, result.learner), text)

    def all(self, assignment: str) -> list[SubmissionResult]:
        """Every finished result of an assignment, in the order of the learners."""
        paths = sorted((self.folder / "results" / assignment).glob("*.json"))
        found = [self.find(assignment, path.stem) for path in paths]
        return [kept.result for kept in found if kept]

    def added(self) -> set[str]:
        """The learners that the grader entered into the gradebook."""
        with contextlib.suppress(OSError):
            return set(os.listdir(self.folder / "added"))
        return set()

    def add(self, learner: str) -> None:
        """Note a learner, before the gradebook does."""
        write(self.folder / "added" / learner, "")

    def _path(self, assignment: str, learner: str) -> Path:
        return self.folder / "results" / assignment / f"{learner}.json"


def write(path: Path, text: str) -> None:
    """Write a file whole, and remove what an earlier try left beside it."""
    with explained(path):
        for stale in path.parent.glob(f".{glob.escape(path.name)}.*"):
            stale.unlink(missing_ok=True)
        write_whole(path, text)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """What the file system refuses becomes a sentence with the next act."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        advice = "free some space" if full else "mend its permissions"
        raise CourseError(
            f"{path} cannot be written ({error.strerror}): {advice} and grade again; what is "
            "finished is kept."
        ) from error

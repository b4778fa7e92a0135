"""The learner's workspace: notebooks delivered without overwriting, and progress kept.

    work/                            the learner's notebooks
    work/.course/delivered.json      file name -> digest of the edition last delivered
    work/.course/progress/KEY.json   one small file per exercise

Every file is written beside its place and then moved into it, so a full disk or a crash leaves
the old one whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import platform
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from course_utils.errors import WorkspaceError

CLONE = Path(__file__).resolve().parents[1]  # the course runs from a clone
FOLDER = ".course"
RESERVE = 2**20  # bytes that must be writable, beside the notebooks', before a delivery begins
OUTCOMES = ("correct", "not yet", "not attempted")
DAMAGED = "damaged"  # the outcome `results` gives to a progress file that cannot be read


class Delivered(NamedTuple):
    """What happened to one notebook: new, updated, unchanged, yours, or yours and a newer one."""

    name: str
    action: str
    newer: str | None = None  # the file that holds the newer edition beside the learner's own


def find(start: Path | None = None) -> Path | None:
    """The nearest folder at or above `start` (default: where we are) that holds `.course/`."""
    with contextlib.suppress(OSError):  # the current folder may have been deleted
        here = Path(start or os.getcwd()).absolute()
        for folder in (here, *here.parents):
            if os.path.isdir(folder / FOLDER):
                return folder
    return None


# --- delivery ------------------------------------------------------------------------------


def deliver(workspace: Path, notebooks: Iterable[Path]) -> list[Delivered]:
    """Bring the notebooks into the workspace; what the learner changed stays as it is.

    A file equal to the digest it was delivered with is replaced by a newer edition, also when
    JupyterLab has saved it again unchanged. Any other is the learner's: it stays, and the newer
    edition arrives beside it, once, as `NAME.new-<8 hex digits>.ipynb`. A deleted file is
    delivered again. Raises WorkspaceError, before any notebook is touched, where the workspace
    cannot be written or the disk is full.
    """
    workspace = Path(workspace).absolute()
    editions = {}
    for path in map(Path, notebooks):
        if path.absolute().is_relative_to(workspace):
            raise WorkspaceError(
                f"{workspace} holds the course's own notebooks ({path.name}); "
                f"choose another folder for your work, for example {CLONE / 'work'}."
            )
        with _explained("read", path):
            editions[path.name] = path.read_bytes()
    with _explained("write in", workspace):
        (workspace / FOLDER / "progress").mkdir(parents=True, exist_ok=True)
    room = RESERVE + sum(map(len, editions.values()))
    _write(workspace / FOLDER / "reserve", bytes(room))
    with _explained("write in", workspace):
        (workspace / FOLDER / "reserve").unlink()
    digests = _digests(workspace)
    return [_deliver(workspace, name, edition, digests) for name, edition in editions.items()]


def _deliver(workspace: Path, name: str, edition: bytes, digests: dict[str, str]) -> Delivered:
    target, digest, known = workspace / name, _digest(edition), digests.get(name)
    with _explained("read", target):
        found = _digest(target.read_bytes()) if target.exists() else None

    if found in (None, known) and found != digest:
        _write(target, _for_this_python(edition))
        delivered = Delivered(name, "new" if found is None else "updated")
    elif found == digest:
        delivered = Delivered(name, "unchanged")
    elif known == digest:  # the learner's own, made from this edition or beside it already
        return Delivered(name, "yours")
    else:
        newer = f"{target.stem}.new-{digest[:8]}{target.suffix}"
        if not (workspace / newer).exists():
            _write(workspace / newer, _for_this_python(edition))
        delivered = Delivered(name, "yours, a newer one beside it", newer)

    if known != digest:
        digests[name] = digest
        _write(workspace / FOLDER / "delivered.json", _json(digests))
    return delivered


def _notebook(content: bytes) -> dict[str, Any] | None:
    """The content as a notebook; None if it is none."""
    with contextlib.suppress(ValueError):
        notebook = json.loads(content)
        if isinstance(notebook, dict) and isinstance(notebook.get("metadata"), dict):
            return notebook
    return None


def _for_this_python(edition: bytes) -> bytes:
    """The edition with the version of Python, so that JupyterLab finds nothing to add on opening.

    It adds what its kernel says of the language, calls that a change, and asks on closing whether
    to save it.
    """
    notebook = _notebook(edition)
    if notebook is None or "language_info" not in notebook["metadata"]:
        return edition
    notebook["metadata"]["language_info"]["version"] = platform.python_version()
    return _json(notebook)


def _digest(content: bytes) -> str:
    """SHA-256 of a notebook, however it is spaced and whichever Python ran it; else of bytes."""
    notebook = _notebook(content)
    if notebook is not None:
        notebook["metadata"].pop("language_info", None)
        content = json.dumps(notebook, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


def _digests(workspace: Path) -> dict[str, str]:
    """Digests of the last delivery; none, so that every file counts as the learner's, if lost."""
    path = workspace / FOLDER / "delivered.json"
    with contextlib.suppress(OSError, ValueError):
        digests = json.loads(path.read_bytes())
        if isinstance(digests, dict):
            return digests
    return {}


# --- progress ------------------------------------------------------------------------------


def record(report: Any) -> None:
    """Keep a report in the workspace around the current folder; without one, keep nothing.

    The file holds the latest attempt and, as `solved`, when the exercise was first correct: a
    later wrong try is shown as such and does not take that away. A stub ("not attempted") never
    replaces an attempt. Raises WorkspaceError where the workspace cannot be written.
    """
    workspace = find()
    if workspace is None:
        return
    path = workspace / FOLDER / "progress" / f"{report.exercise}.json"
    before = _result(path)
    if report.outcome == "not attempted" and before["outcome"] in ("correct", "not yet"):
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    solved = before.get("solved") or (now if report.outcome == "correct" else None)
    result = {
        "exercise": report.exercise,
        "outcome": report.outcome,
        "points": report.points,
        "max_points": report.max_points,
        "message": report.message,
        "when": now,
        "solved": solved,
    }
    with _explained("write in", path.parent):
        path.parent.mkdir(exist_ok=True)
    _write(path, _json(result))


def results(workspace: Path) -> dict[str, dict[str, Any]]:
    """Recorded results by exercise key; a damaged file is one too, with what to do as message."""
    folder = Path(workspace) / FOLDER / "progress"
    return {path.stem: _result(path) for path in sorted(folder.glob("*.json"))}


def _result(path: Path) -> dict[str, Any]:
    """One recorded result; of a file that is missing or damaged, one that says so."""
    with contextlib.suppress(OSError, ValueError):
        result = json.loads(path.read_bytes())
        if isinstance(result, dict) and result.get("outcome") in OUTCOMES:
            return result
    message = f"{path} cannot be read; run that exercise's cell again and it is written anew."
    return {"exercise": path.stem, "outcome": DAMAGED, "message": message}


# --- files ---------------------------------------------------------------------------------


def _write(path: Path, content: bytes) -> None:
    """Write beside the place and move into it: whole or not at all."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with _explained("write", path):
        try:
            beside.write_bytes(content)
            os.replace(beside, path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink()


@contextlib.contextmanager
def _explained(act: str, path: Path) -> Iterator[None]:
    """An error of the operating system as a sentence with the next act."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        advice = "free some space" if full else "mend its permissions or choose another folder"
        reason = error.strerror or str(error)
        raise WorkspaceError(
            f"Cannot {act} {path} ({reason}): {advice} and start again. Nothing of yours was lost."
        ) from error


def _json(value: dict) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()

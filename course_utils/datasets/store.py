"""Files that the course does not ship: where they lie, and how they come.

A file is looked for in $COURSE_DATA_DIR first, then in data/cache/ of the course, and is what its
SHA-256 says or is refused. A download goes into the cache under another name and takes its own when
its SHA-256 is right, so nothing half-written is ever read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from course_utils.datasets.tables import FOLDER
from course_utils.errors import DataError

CACHE = FOLDER / "cache"
VARIABLE = "COURSE_DATA_DIR"
SECONDS = 30  # how long a server may be silent


class Remote(NamedTuple):
    """A data set of several files: `name` is its folder and what `course data` calls it."""

    name: str
    title: str
    files: dict[str, str]  # name -> SHA-256
    mirrors: tuple[str, ...]  # addresses, ending in /, each of which has every file
    megabytes: float

    @property
    def command(self) -> str:
        """What brings it."""
        return f"`course data {self.name}`"


def places(remote: Remote) -> list[Path]:
    """The folders in which it may lie, in the order in which they are looked into."""
    given = os.environ.get(VARIABLE)
    folders = [Path(given).expanduser(), CACHE] if given else [CACHE]
    return [folder / remote.name for folder in folders]


def find(remote: Remote) -> dict[str, Path]:
    """Where each of its files is; those that are nowhere are left out."""
    found = {}
    for name in remote.files:
        there = [folder / name for folder in places(remote) if (folder / name).is_file()]
        found |= {name: there[0]} if there else {}
    return found


def paths(remote: Remote) -> dict[str, Path]:
    """All its files, checked. Raises DataError where one is missing or is not what it should be."""
    found = find(remote)
    missing = [name for name in remote.files if name not in found]
    if missing:
        what = "is not here" if not found else f"is not whole, {', '.join(missing)} missing"
        looked = " and ".join(map(str, places(remote)))
        raise DataError(
            f"{remote.title} {what} (looked into {looked}): {remote.command} downloads it, "
            f"{remote.megabytes:g} MB."
        )
    for name, path in found.items():
        _check(remote, name, path)
    return found


def fetch(remote: Remote, mirrors: Sequence[str] = (), *, bar: bool = True) -> dict[str, Path]:
    """Its files, each downloaded into the cache unless it is there already and right.

    `mirrors` are tried in turn in place of the data set's own. Raises DataError where none of them
    has a file, or all have another one, and where $COURSE_DATA_DIR holds a wrong one.
    """
    for name in remote.files:
        here = find(remote).get(name)
        if here is None or (here.parent == CACHE / remote.name and not _right(remote, name, here)):
            _download(remote, name, mirrors or remote.mirrors, bar)
    return paths(remote)


def _download(remote: Remote, name: str, mirrors: Sequence[str], bar: bool) -> None:
    import pooch

    pooch.get_logger().setLevel("ERROR")  # its bar says enough
    told = []
    for mirror in mirrors:
        get = pooch.HTTPDownloader(progressbar=bar, timeout=SECONDS, chunk_size=2**16)
        try:
            pooch.retrieve(
                mirror + name, f"sha256:{remote.files[name]}", name, CACHE / remote.name,
                downloader=get,
            )  # fmt: skip
            return
        except OSError as error:
            if hasattr(error, "response"):  # requests' errors are OSErrors too
                told.append(f"{mirror} {_reason(error)}")
                continue
            raise DataError(
                f"Cannot write in {CACHE / remote.name} ({error.strerror or error}): mend its "
                f"permissions, free some space, or set {VARIABLE} to where the files are."
            ) from error
        except ValueError:
            told.append(f"{mirror} has another file under that name (SHA-256)")
    raise DataError(
        f"{name} could not be downloaded ({'; '.join(told)}): look at the network and run "
        f"{remote.command} again, or put the file into {CACHE / remote.name} yourself."
    )


def _reason(error: OSError) -> str:
    """What went wrong with a request, in a few words; its own are long."""
    if error.response is not None:
        return f"says {error.response.status_code} {error.response.reason}"
    return f"is not reached ({type(error).__name__})"


def _right(remote: Remote, name: str, path: Path) -> bool:
    return _sha256(path) == remote.files[name]


def _check(remote: Remote, name: str, path: Path) -> None:
    if not _right(remote, name, path):
        raise DataError(
            f"{path} is not {remote.title}'s (SHA-256 {_sha256(path)[:12]}…, expected "
            f"{remote.files[name][:12]}…): delete it and run {remote.command}."
        )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): mend its permissions."
        ) from error

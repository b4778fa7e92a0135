"""Building and checking all editions of the course."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from nbformat import NotebookNode

from course_utils import exercises as the_course
from course_utils.check import Exercise
from course_utils.editions import labs, rules
from course_utils.editions.source import SOURCE, Source, read, source_paths
from course_utils.editions.storing import BUILD, Stored
from course_utils.editions.writing import LEARNER, SOLVED, Edition, Neighbours, write
from course_utils.errors import CourseError

EDITIONS = (LEARNER, SOLVED)  # those that are stored


def build(
    root: Path,
    check: bool = False,
    force: bool = False,
    *,
    catalogue: ModuleType = the_course,
    tell: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Write every stored edition, or with `check` compare only; findings, a sentence each.

    A solved notebook is executed where its code or the package's version changed, with `force`
    always. `catalogue` has NOTEBOOKS and exercises_of(); `tell` hears what is being done.
    """
    sources = [read(path) for path in source_paths(root / SOURCE)]
    if not sources:
        return [f"{root / SOURCE} holds no source; go to the root of a clone and {BUILD}."]
    found = rules.course_findings(sources, catalogue.NOTEBOOKS)
    for source, around in zip(sources, neighbours(sources), strict=True):
        exercises = _exercises(source, catalogue)
        refused = rules.findings(source, exercises)
        found += refused
        if not refused:
            for edition in EDITIONS:
                wanted = write(source, edition, exercises, around)
                stored = Stored(root, source.name, edition, wanted)
                found += stored.differences() if check else stored.make(force, tell)
    return [*found, *_strays(root, sources), *labs.build(root, sources, check, catalogue)]


def learner(path: Path, catalogue: ModuleType = the_course) -> NotebookNode:
    """The learner's edition of one source: stubs and no outputs."""
    return edition(path, LEARNER, catalogue)


def solved(path: Path, catalogue: ModuleType = the_course) -> NotebookNode:
    """The solved edition of one source, before it is executed."""
    return edition(path, SOLVED, catalogue)


def edition(path: Path, which: Edition, catalogue: ModuleType = the_course) -> NotebookNode:
    """One source in one edition; raises CourseError with everything the source breaks."""
    sources = [read(each) for each in source_paths(path.parent)]
    position = [source.path.name for source in sources].index(path.name)
    exercises = _exercises(sources[position], catalogue)
    refused = rules.findings(sources[position], exercises)
    if refused:
        raise CourseError("\n".join(refused))
    return write(sources[position], which, exercises, neighbours(sources)[position])


def neighbours(sources: Sequence[Source]) -> list[Neighbours]:
    """Who stands before and after each source."""
    befores, afters = [None, *sources[:-1]], [*sources[1:], None]
    return [Neighbours(*pair) for pair in zip(befores, afters, strict=True)]


def _exercises(source: Source, catalogue: ModuleType) -> Mapping[str, Exercise]:
    return catalogue.exercises_of(source.id) if source.id in catalogue.NOTEBOOKS else {}


def _strays(root: Path, sources: Sequence[Source]) -> Iterator[str]:
    """Notebooks that no source makes: left over from a renaming, or saved by hand."""
    names = {source.name for source in sources}
    for which in EDITIONS:
        for path in sorted((root / which.folder).glob("*.ipynb")):
            if path.stem not in names:
                shown = (which.folder / path.name).as_posix()
                yield f"{shown} comes from no source; delete it, or write {SOURCE / path.stem}.py."

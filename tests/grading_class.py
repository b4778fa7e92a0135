"""A course for the tests of grading: the graded edition of one notebook, and submissions."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from course_utils import exercises
from course_utils.editions import build_graded
from course_utils.editions.storing import parse
from course_utils.grading import Limits, batch
from course_utils.grading.demo import KINDS, Sizes, make_class, pupils
from course_utils.grading.records import Book
from course_utils.grading.sandbox import BUBBLEWRAP, candidates

ROOT = Path(__file__).resolve().parents[1]
NUMBER, ASSIGNMENT = "03b", "03b_experiments_of_1986"
EXERCISES = exercises.exercises_of(NUMBER)
FIRST, LAST = next(iter(EXERCISES)), list(EXERCISES)[-1]
SEED = b"a seed of the tests, 32 bytes ..."
MEBI = 2**20
SMALL = Limits(
    call_seconds=1.5,
    cell_seconds=2.5,
    grace_seconds=1.5,
    seconds=60,
    memory=1024 * MEBI,
    file=2 * MEBI,
    disk=8 * MEBI,
)
SMALL_SIZES = Sizes(printed=4 * MEBI, written=20 * MEBI, processes=5)


def a_course(folder, number=NUMBER):
    """An nbgrader course of one notebook, without submissions; the name of its assignment."""
    for name, content in built(number).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return next((folder / "source").iterdir()).name


@cache
def built(number):
    """The files of such a course, with its gradebook, which takes nbgrader a second to make."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        build_graded(ROOT, course, [number])
        with Book(course):
            pass
        return {p.relative_to(course): p.read_bytes() for p in course.rglob("*") if p.is_file()}


def notebook(course, assignment=ASSIGNMENT):
    """The source of an assignment."""
    path = course / "source" / assignment / f"{assignment}.ipynb"
    return parse(path.read_text(encoding="utf-8"))


def hand_in(course, kinds, assignment=ASSIGNMENT, number=NUMBER):
    """Put submissions of these kinds (names or Kind) into a course; the learners."""
    chosen = [KINDS[kind] if isinstance(kind, str) else kind for kind in kinds]
    learners = pupils(
        notebook(course, assignment),
        exercises.exercises_of(number),
        assignment,
        chosen,
        SMALL_SIZES,
        course,
    )
    make_class(course, assignment, learners)
    return learners


def grade(course, **options):
    """Grade as `course grade` does, with small limits and a known seed; learner -> result."""
    said: list[str] = []
    options = {"seed": SEED, "limits": SMALL, "workers": 2, "warn": said.append} | options
    results = {result.learner: result for result in batch.grade(course, **options)}
    assert not [line for line in said if "the grader itself failed" in line], said
    return results


def scores(results):
    """What two runs have to agree in."""
    return {
        learner: (r.status, r.points, [(q.exercise, q.status, q.points) for q in r.questions])
        for learner, r in results.items()
    }


@cache
def sandbox_starts():
    """Does bubblewrap start here? Asked once, by a real start."""
    return any(each.kind == BUBBLEWRAP and starts(each) for each in candidates())


@cache
def starts(sandbox):
    with tempfile.TemporaryDirectory() as folder:
        command = [*sandbox._wrapped(Path(folder), SMALL), "/bin/true"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

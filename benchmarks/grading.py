"""Grading: submissions a minute against `nbgrader autograde`, growth with the class, memory.

    python benchmarks/grading.py              both tables; a quarter of an hour
    python benchmarks/grading.py nbgrader     40 submissions, ours and nbgrader's in turn
    python benchmarks/grading.py growth       20, 100 and 500 submissions

The class is made up (`course_utils.grading.demo`): right, partly right and wrong, nothing hostile,
so that nbgrader gets through it. Every run begins with a fresh copy of the course. nbgrader runs
one process for each core, on its part of the class; ours is `course grade --require-sandbox` with
as many workers. Both are measured from outside, start and gradebook included: elapsed time, and
processor time with that of all processes they start, read from /proc twenty times a second.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import nbformat

from course_utils import editions, exercises, workspace
from course_utils.grading import demo

ASSIGNMENT, NUMBER = "03b_experiments_of_1986", "03b"
KINDS = ("right", "own_words", "one_mistake", "partly_right", "all_mistaken")
CORES, CLASS, ROUNDS, SIZES = os.cpu_count() or 1, 40, 3, (20, 100, 500)
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPTS = Path(sys.executable).parent
ENVIRONMENT = os.environ | {
    "PATH": os.pathsep.join([str(SCRIPTS), os.environ["PATH"]]),
    "PYTHONWARNINGS": "ignore",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class Cost(NamedTuple):
    """What a run took."""

    elapsed: float  # seconds
    processor: float  # seconds, all processes
    memory: float  # MB, at most, of the process that was started


def run(folder: Path, *commands: list[str]) -> Cost:
    """Run commands side by side in a folder; each has to succeed."""
    start, seen, peak = time.perf_counter(), {}, 0.0
    with tempfile.TemporaryFile() as said:
        started = [
            subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=said, stderr=said)
            for command in commands
        ]
        while any(process.poll() is None for process in started):
            for process in started:
                seen |= processor(process.pid)
                peak = max(peak, memory(process.pid))
            time.sleep(0.05)
        elapsed = time.perf_counter() - start
        if any(process.returncode for process in started):
            said.seek(0)
            sys.exit(said.read().decode(errors="replace")[-3000:])
    return Cost(elapsed, sum(seen.values()), peak)


def processor(pid: int) -> dict[tuple[str, str], float]:
    """Seconds that a process and its descendants have used, by number and start.

    What a process used after the last look is missed: 25 ms each on average. Adding up what ended
    children used, as the system does, misses more: a sandbox is killed with what is in it.
    """
    found, todo = {}, [str(pid)]
    while todo:
        here = Path("/proc") / todo.pop()
        try:
            fields = (here / "stat").read_text().rpartition(")")[2].split()
            children = [path.read_text() for path in here.glob("task/*/children")]
        except OSError:  # it has ended meanwhile
            continue
        found[here.name, fields[19]] = (int(fields[11]) + int(fields[12])) / TICKS
        todo += " ".join(children).split()
    return found


def memory(pid: int) -> float:
    """MB that a process had at most so far; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def make_course(folder: Path, count: int) -> None:
    """A course after `nbgrader generate_assignment`, with so many submissions collected."""
    editions.build_graded(workspace.CLONE, folder, [NUMBER])
    run(folder, ["nbgrader", "generate_assignment", ASSIGNMENT])
    released = nbformat.read(folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", 4)
    kinds = [demo.KINDS[name] for name in KINDS]
    pupils = demo.pupils(released, exercises.exercises_of(NUMBER), ASSIGNMENT, kinds)
    for number in range(count):
        pupil = pupils[number % len(pupils)]
        learner = f"{'abcdefghijklmnop'[number % CORES]}{number:03}"  # nbgrader takes a*, b*, …
        kind = pupil.kind
        demo.make_class(
            folder,
            ASSIGNMENT,
            [pupil._replace(kind=demo.Kind(learner, kind.what, kind.edit))],
        )


def ours(course: Path) -> Cost:
    """`course grade`, as it is started by hand."""
    words = ["course_utils", "grade", ".", "--require-sandbox", "--workers", str(CORES)]
    return run(course, [sys.executable, "-m", *words])


def nbgraders(course: Path) -> Cost:
    """`nbgrader autograde`, one process a core."""
    parts = [f"{letter}*" for letter in "abcdefghijklmnop"[:CORES]]
    return run(course, *(["nbgrader", "autograde", ASSIGNMENT, "--student", p] for p in parts))


def fresh(template: Path, place: Path) -> Path:
    """A copy that nobody has graded."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place)
    return place


def compared(place: Path) -> None:
    """Ours and nbgrader's in turn on the same submissions."""
    make_course(place / "forty", CLASS)
    found = {"course grade": [], "nbgrader autograde": []}
    for _ in range(ROUNDS):
        for name, grader in zip(found, (ours, nbgraders), strict=True):
            found[name].append(grader(fresh(place / "forty", place / "run")))
    print(f"\n{CLASS} submissions, {CORES} cores, {ROUNDS} rounds in turn, medians\n")
    print("| | elapsed s | processor s | submissions a minute |\n|---|---|---|---|")
    for name, costs in found.items():
        elapsed = statistics.median(cost.elapsed for cost in costs)
        processor = statistics.median(cost.processor for cost in costs)
        rate = 60 * CLASS / elapsed
        print(f"| {name} | {elapsed:.1f} | {processor:.1f} | {rate:.0f} |")
    pairs = list(zip(*found.values(), strict=True))
    for what in ("elapsed", "processor"):
        ratios = sorted(getattr(theirs, what) / getattr(mine, what) for mine, theirs in pairs)
        print(f"\n{what}: nbgrader / ours {', '.join(f'{ratio:.1f}' for ratio in ratios)}")


def growth(place: Path) -> None:
    """Ours on classes of several sizes."""
    print("\n| submissions | elapsed s | processor s | processor s each | grader's memory, MB |")
    print("|---|---|---|---|---|")
    for count in SIZES:
        make_course(place / str(count), count)
        cost = ours(place / str(count))
        print(
            f"| {count} | {cost.elapsed:.1f} | {cost.processor:.1f} "
            f"| {cost.processor / count:.2f} | {cost.memory:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    tables = {"nbgrader": compared, "growth": growth}
    for asked in sys.argv[1:] or tables:
        with tempfile.TemporaryDirectory() as folder:
            tables[asked](Path(folder))

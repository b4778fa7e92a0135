"""Grading a whole course: every submission looked at, run, scored and recorded, several at once.

Threads talk to the processes in which learners' code runs; scores are composed and written by the
main thread alone, one submission after the other. Its result is kept last of all, so a run that was
stopped at any moment is gone on with, and comes to the same end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from course_utils.errors import CourseError
from course_utils.grading import plan as plans
from course_utils.grading import tables
from course_utils.grading.found import HandedIn, found
from course_utils.grading.keeping import Keeper, Kept, write
from course_utils.grading.launching import Launcher, launcher
from course_utils.grading.limits import Limits
from course_utils.grading.looking import Submission, digest_of, look
from course_utils.grading.plan import Plan
from course_utils.grading.recording import Recorder
from course_utils.grading.records import PATIENCE, Book
from course_utils.grading.rehearsal import rehearse
from course_utils.grading.results import SubmissionResult
from course_utils.grading.sandbox import private_folder
from course_utils.grading.scoring import Judged, score
from course_utils.grading.session import Session

LIMITS = Limits()
Tell = Callable[[str], None]


class Work(NamedTuple):
    """One submission that is to be graded."""

    learner: str
    folder: Path
    plan: Plan


def grade(
    course_dir: Path | str,
    *,
    assignments: Sequence[str] = (),
    learners: Sequence[str] = (),
    workers: int | None = None,
    require_sandbox: bool = False,
    regrade: bool = False,
    seed: bytes | None = None,
    limits: Limits = LIMITS,
    patience: float = PATIENCE,
    tell: Tell = lambda line: None,
    warn: Tell = lambda line: None,
    tick: Callable[[int, int], None] = lambda done, of: None,
) -> list[SubmissionResult]:
    """Grade what was handed in and is not graded yet; all results, in order, earlier ones too.

    assignments, learners   only these (default: all that were handed in)
    workers                 submissions run at once (default: the cores)
    require_sandbox         refuse where bubblewrap does not start
    regrade                 grade again what was graded before
    seed                    of the secret cases (default: the course's own)
    tell, warn              called with a line; `tick` with the number done and the number to do

    Raises CourseError where nothing can be graded, and where a disk or the gradebook refuses; what
    was finished by then is kept, and the next run goes on from there.
    """
    course = Path(course_dir)
    handed_in = found(course, assignments, learners)
    keeper = Keeper(course)
    with (
        keeper.locked(),
        private_folder() as temporary,
        Book(course, patience) as book,
    ):
        seed = keeper.seed() if seed is None else seed
        batch = _Batch(course, keeper, book, seed, limits, warn)
        batch.prepare(handed_in, Path(temporary), require_sandbox)
        waiting = batch.rehearsed(batch.split(handed_in, regrade))
        try:
            batch.run(waiting, workers or os.cpu_count() or 1, tick)
        finally:
            batch.write_tables()
        tell(batch.summary(len(waiting)))
        return sorted(batch.results, key=lambda r: (r.assignment, r.learner))


class _Batch:
    """One run of the grader over a course."""

    def __init__(
        self, course: Path, keeper: Keeper, book: Book, seed: bytes, limits: Limits, warn: Tell
    ) -> None:
        self.course, self.keeper, self.book = course, keeper, book
        self.seed, self.limits, self.warn = seed, limits, warn
        self.plans: dict[str, Plan] = {}
        self.digests: dict[str, str] = {}
        self.results: list[SubmissionResult] = []
        self.launch: Launcher
        self.recorder: Recorder

    def prepare(
        self, handed_in: Sequence[HandedIn], temporary: Path, require_sandbox: bool
    ) -> None:
        """Plan every assignment; one that cannot be graded is told of, and the others go on."""
        problems = []
        for assignment in dict.fromkeys(each.assignment for each in handed_in):
            try:
                made = plans.make(self.course, assignment, self.seed, temporary / assignment)
                self.book.enter(made)
            except CourseError as error:
                problems.append(str(error))
                continue
            self.plans[assignment] = made
            self.digests[assignment] = plans.digest(made, self.seed)
        if not self.plans:
            raise CourseError("\n".join(problems))
        for problem in problems:
            self.warn(problem)
        some = next(iter(self.plans.values()))
        self.launch = launcher(some.hollow, self.limits, require_sandbox, self.warn)
        self.recorder = Recorder(self.course, self.keeper, self.book)

    def split(self, handed_in: Sequence[HandedIn], regrade: bool) -> list[Work]:
        """What is still to be graded; results that are still true are taken over."""
        waiting = []
        for each in handed_in:
            if each.assignment not in self.plans:
                continue
            work = Work(each.learner, each.folder, self.plans[each.assignment])
            kept = self.keeper.find(each.assignment, each.learner)
            if kept and not regrade and self._is_true(kept, work):
                self.results.append(replace(kept.result, fresh=False))
            else:
                waiting.append(work)
        return waiting

    def rehearsed(self, waiting: Sequence[Work]) -> list[Work]:
        """The work on assignments whose own answers pass here; the others are told of."""
        plans_waiting = {work.plan.assignment: work.plan for work in waiting}
        problems = {
            name: rehearse(self.course, plan, self.launch.starter(plan.hollow), self.limits)
            for name, plan in plans_waiting.items()
        }
        said = "\n".join(filter(None, problems.values()))
        if said and all(problems.values()):
            raise CourseError(said)
        if said:
            self.warn(said)
        return [work for work in waiting if not problems[work.plan.assignment]]

    def _is_true(self, kept: Kept, work: Work) -> bool:
        if kept.plan != self.digests[work.plan.assignment]:
            return False
        return kept.digest == digest_of(work.folder, work.plan.assignment, self.limits)

    def run(self, waiting: Sequence[Work], workers: int, tick: Callable[[int, int], None]) -> None:
        """Grade with so many processes at once; a few submissions are in memory at any time."""
        left: Iterator[Work] = iter(waiting)
        running: dict[Future, Work] = {}
        pool = ThreadPoolExecutor(workers, thread_name_prefix="grading")
        done = 0
        try:
            while True:
                while len(running) < 2 * workers and (work := next(left, None)):
                    running[pool.submit(self._judge, work)] = work
                if not running:
                    break
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    self._finish(running.pop(future), future)
                    done += 1
                    tick(done, len(waiting))
        finally:
            self.launch.stop()  # nothing runs on after an interruption
            pool.shutdown(wait=True, cancel_futures=True)

    def _judge(self, work: Work) -> tuple[Submission, Judged | None]:
        """In a thread: look at one submission and run it."""
        submission = look(work.learner, work.folder, work.plan, self.limits)
        if submission.problem:
            return submission, None
        start = self.launch.starter(work.plan.hollow)
        secret = Session(work.plan, submission, start, self.limits)
        tried = secret.run()
        public = None
        if not all(each.final for each in tried.values()):
            public = Session(work.plan, submission, start, self.limits, tried).run()
        return submission, Judged(tried, public, secret.findings, secret.hard)

    def _finish(self, work: Work, future: Future) -> None:
        """In the main thread: score, record and keep one submission."""
        try:
            submission, judged = future.result()
            scored = score(work.plan, submission, judged, self.launch.kind)
        except Exception as error:  # one submission that breaks the grader is no end for the others
            self.warn(
                f"{work.learner}, {work.plan.assignment}: not graded, the grader itself failed "
                f"({type(error).__name__}: {error}). The others go on; report it, and run again."
            )
            return
        digest = self.digests[work.plan.assignment]
        self.results.append(self.recorder.record(work.plan, submission, scored, digest))

    def write_tables(self) -> None:
        """Every result of the course as CSV."""
        if not self.plans:
            return
        folder, every = self.course / "grades", []
        folder.mkdir(exist_ok=True)
        for assignment in sorted(self.plans):
            results = self.keeper.all(assignment)
            every += results
            write(folder / f"{assignment}.csv", tables.questions(results))
            write(folder / f"{assignment}-submissions.csv", tables.submissions(results))

    def summary(self, graded: int) -> str:
        """What was done, in a line."""
        before = len(self.results) - sum(result.fresh for result in self.results)
        earlier = f"; {before} were graded before and have not changed" if before else ""
        return f"{graded} submissions graded ({self.launch.kind}){earlier}."

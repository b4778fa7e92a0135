"""Running one submission: its cells, then each exercise on its cases, in as many lives as it takes.

A process that ends, or has to be ended, is started again from the beginning, without what it ended
at. Exercise k meets its cases with the course's answers bound for the earlier ones that were wrong,
and in the package for all earlier ones; what comes at k or later is not there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping

from course_utils.grading.cells import Step
from course_utils.grading.limits import Limits
from course_utils.grading.looking import Submission
from course_utils.grading.plan import Plan, Question
from course_utils.grading.process import EndedError, Process
from course_utils.grading.results import (
    CORRECT,
    CRASHED,
    MISSING,
    NOT_ATTEMPTED,
    NOT_RUN,
    OUT_OF_MEMORY,
    PARTLY,
    TIMEOUT,
    WRONG,
)
from course_utils.grading.tried import Tried, error_of, outcome_of, reason_of, short, status_of

AGAIN = (CRASHED, OUT_OF_MEMORY)  # may have come from outside: a first death is tried again
START, CELL, EXERCISE, SETTLE = "start", "cell", "exercise", "settle"


class Session:
    """One submission on one set of cases."""

    def __init__(
        self,
        plan: Plan,
        submission: Submission,
        start: Callable[[float], Process],
        limits: Limits,
        known: Mapping[str, Tried] | None = None,
    ) -> None:
        """`known`: the verdicts of an earlier session, so that this one shows public cases only."""
        self.plan, self.submission, self.limits = plan, submission, limits
        self.start, self.known = start, known
        self.tried: dict[str, Tried] = {}
        self.cell_errors: dict[str, str] = {}  # exercise -> what kept its cell from its end
        self.findings: dict[int, str] = {}  # cell -> what became of it
        self.hard: list[str] = []  # statuses of cells that ended a process
        self.left_out: set[int] = set()  # those cells
        self.at: tuple = (START, 0)
        self.partly: dict[str, Tried] = {}  # exercises that this life is trying
        self.until = time.monotonic() + limits.seconds

    def run(self) -> dict[str, Tried]:
        """Go through the submission; for each exercise what became of it.

        Raises EndedError where no process starts, which is no fault of the submission.
        """
        self.tried = {name: tried for name in self.plan.questions if (tried := self._still(name))}
        deaths: Counter[tuple] = Counter()
        lives = self.limits.lives
        while lives and len(self.tried) < len(self.plan.questions) and not self._late():
            self.at = (START, 0)
            try:
                with self.start(self.until) as process:
                    self._through(process)
            except EndedError as error:
                deaths[self.at] += 1
                again = 3 if self.at[0] == START else 1  # there nothing of the learner's has run
                if error.status in AGAIN and deaths[self.at] <= again:
                    continue
                if self.at[0] == START and not self._late():
                    raise
                lives = lives - 1 if self._blame(error) else 0
        status = TIMEOUT if self._late() else NOT_RUN
        rest = "Not run: the cells and exercises before it used up the time and the attempts."
        for name in self.plan.questions:
            self.tried.setdefault(name, Tried(status, said=rest, final=True))
        return self.tried

    def _late(self) -> bool:
        return time.monotonic() > self.until

    def _still(self, name: str) -> Tried | None:
        """The verdict on an exercise that need not be run."""
        if self.known is not None:
            return self.known[name] if self.known[name].final else None
        if name not in self.submission.present:
            return Tried(MISSING, said="No cell of the notebook defines it.", final=True)
        if name not in self.submission.attempted:
            return Tried(NOT_ATTEMPTED, final=True)
        if name in self.submission.broken:
            said = f"It cannot be read: {self.submission.broken[name]}."
            return Tried(WRONG, said=said, final=True)
        return None

    def _blame(self, error: EndedError) -> bool:
        """Note at what the process ended; can another life go on without it?"""
        kind, what = self.at
        if kind == CELL:
            step = next(step for step in self.submission.steps if step.index == what)
            self.left_out.add(what)
            self.findings[what] = str(error)
            self.hard.append(error.status)
            ended = Tried(error.status, said=str(error), final=True)
            self.tried |= {name: ended for name in step.asks if name not in self.tried}
        elif kind == EXERCISE:
            tried = self.partly.pop(what, Tried())
            tried.status, tried.said, tried.final = error.status, str(error), True
            self.tried[what] = tried
        return kind in (CELL, EXERCISE)

    def _through(self, process: Process) -> None:
        """One life: every cell that is not left out, every exercise that is not judged yet."""
        self.partly, limits = {}, self.limits
        process.ask(
            "begin",
            limits.start_seconds,
            settings=limits.inside(),
            setup=list(self.plan.setup),
            seconds=limits.call_seconds,
        )
        for step in self.submission.steps:
            if step.index not in self.left_out:
                self.at = (CELL, step.index)
                self._cell(process, step)
        for name, question in self.plan.questions.items():
            if name not in self.tried:
                self.at = (EXERCISE, name)
                self.tried[name] = self._exercise(process, name, question)
            self.at = (SETTLE, name)
            wrong = self._verdict(name).status != CORRECT
            answer = question.exercise.source() if wrong else ""
            process.ask("settle", limits.start_seconds, answer=answer, **question.settled)

    def _verdict(self, name: str) -> Tried:
        return self.tried[name] if self.known is None else self.known[name]

    def _cell(self, process: Process, step: Step) -> None:
        within = self.limits.cell_seconds
        process.ask("ready", self.limits.start_seconds, code=step.code)
        said = process.ask("cell", within + self._grace(), code=step.code, seconds=within)
        self.findings.pop(step.index, None)
        if error := error_of(said.get("error")):
            text = f"It was stopped after {within:g} seconds." if error.is_time else short(error)
            self.findings[step.index] = text
            self.cell_errors |= dict.fromkeys(step.asks, text)
            if error.is_time and not step.asks:
                self.hard.append(TIMEOUT)

    def _exercise(self, process: Process, name: str, question: Question) -> Tried:
        drawn = question.secret if self.known is None else question.public
        within = self.limits.call_seconds + self._grace()
        said = process.ask(
            "attempt", self.limits.start_seconds, name=name, run=question.run, cases=drawn.sent
        )
        if said.get("missing"):
            said = self.cell_errors.get(name, "Its cell does not define it.")
            return Tried(WRONG, said=said, final=True)
        if said.get("refusal"):
            return Tried(WRONG, said=str(said["refusal"])[:500])
        tried = self.partly[name] = Tried()
        for answer in process.answers(len(drawn.cases), within):
            tried.outcomes.append(outcome_of(answer))
            tried.why.append(reason_of(question, tried.outcomes[-1], drawn, len(tried.why)))
        tried.status = status_of(tried, len(drawn.cases))
        tried.final = tried.status not in (PARTLY, WRONG)
        tried.said = self._said(tried.status)
        return tried

    def _said(self, status: str) -> str:
        if status == TIMEOUT:
            return (
                f"It was stopped after {self.limits.call_seconds:g} seconds: does a loop never "
                "end, or could it be done on whole arrays?"
            )
        if status == OUT_OF_MEMORY:
            return f"It asks for more memory than there is: {self.limits.memory / 2**30:g} GB."
        return ""

    def _grace(self) -> float:
        return self.limits.grace_seconds

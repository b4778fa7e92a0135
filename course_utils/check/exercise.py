"""An exercise: a reference implementation, cases to try an attempt on, hints and known mistakes.

    mse = Exercise(solution=mlp.mse, cases=pairs, points=2, hints=(…), mistakes={message: wrong})

Name, signature, docstring and answer all come from the reference; expected values are computed.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.check import judging, source
from course_utils.check.attempt import call
from course_utils.check.compare import RTOL
from course_utils.check.report import CORRECT, NotCorrectError, Note, Report

Cases = Callable[[np.random.Generator], Iterable[tuple]]

# Told of every report that is displayed; what they have to say of it stands below the card.
listeners: list[Callable[[Report], Note | None]] = []


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise. Declared once, at the top level of `course_utils/exercises/exNN.py`.

    solution  the reference; its own name, signature, docstring and source make stub and answer
    cases     rng -> argument tuples, small to large; data only, so that every case pickles
    run       how an attempt meets a case: run(attempt, *args) -> data; default attempt(*args)
    judge     judge(got, *args) -> "" or what is wrong, for answers judged by a property
    hints     in steps: a question first, an answer last
    mistakes  message -> the wrong implementation that earns it
    rtol      relative tolerance, per element
    partial   graded, does a share of the cases earn a share of the points? Not where an answer
              that knows nothing, such as a constant, is right on some of them
    """

    solution: Callable
    cases: Cases
    run: Callable = call
    judge: Callable[..., str] | None = None
    points: int = 1
    minutes: int = 10
    difficulty: int = 1
    hints: tuple[str, ...] = ()
    mistakes: Mapping[str, Callable] = field(default_factory=dict)
    rtol: float = RTOL
    partial: bool = True
    module: str = field(default_factory=lambda: _declaring_module())

    def __post_init__(self) -> None:
        object.__setattr__(self, "mistakes", MappingProxyType(dict(self.mistakes)))

    @property
    def name(self) -> str:
        """The name of the reference, and of the learner's function."""
        return self.solution.__name__

    @property
    def notebook(self) -> str:
        """The notebook it belongs to, such as "03", from its module: ex03, or in a folder ex03."""
        parts = self.module.split(".")
        numbered = (part for part in parts if re.fullmatch(r"ex\d\d[a-z]?", part))
        return next(numbered, parts[-1]).removeprefix("ex")

    @property
    def key(self) -> str:
        """Its name in the course, such as "ex03.backprop"."""
        return f"ex{self.notebook}.{self.name}"

    def stub(self) -> str:
        """What the learner starts from: signature, docstring and a last line that raises."""
        return source.stub(self.solution)

    def source(self) -> str:
        """The reference's source, as a learner would write it."""
        return source.solution(self.solution)

    def report(self, attempt: Any, seed: int = 0) -> Report:
        """Judge an attempt on the cases drawn from `seed`; pure: shows and records nothing."""
        return judging.report(self, getattr(attempt, "__attempt__", attempt), seed)

    def check(self, attempt: Any) -> Callable:
        """Judge, show the card, and return the function to go on with.

        As a decorator: the learner's own function when it is correct, else the reference, so that
        the notebook runs on. The fallback remembers the attempt: check(check(f)) judges f again.
        """
        from IPython.display import display  # here, because it costs a fifth of a second

        report = self.report(attempt)
        display(report)
        for listen in listeners:
            if (note := listen(report)) is not None:
                display(note)
        if report.outcome == CORRECT:
            return getattr(attempt, "__attempt__", attempt)
        return self._fallback(getattr(attempt, "__attempt__", attempt))

    def confirm(self, attempt: Any) -> None:
        """Raise NotCorrectError with the card's text unless the attempt is correct.

        What the locked cells of a graded notebook call; it judges as `check` does.
        """
        report = self.report(attempt)
        if report.outcome != CORRECT:
            raise NotCorrectError(report)

    def hint(self, step: int = 1) -> Note:
        """The first `step` hints; the last is an answer."""
        if not self.hints:
            return Note(f"{self.name} has no hints.")
        step = min(max(int(step), 1), len(self.hints))
        shown = tuple(f"{n}. {text}" for n, text in enumerate(self.hints[:step], 1))
        more = (
            f"One more: `ex{self.notebook}.{self.name}.hint({step + 1})`"
            if step < len(self.hints)
            else f"The whole answer: `ex{self.notebook}.{self.name}.show_solution()`"
        )
        return Note(f"{self.name}: hint {step} of {len(self.hints)}", (*shown, more))

    def show_solution(self) -> Note:
        """The reference's source."""
        return Note(f"{self.name}: one solution", code=self.source())

    def __repr__(self) -> str:
        return f"<exercise {self.key}, {self.points} points>"

    def _fallback(self, attempt: Any) -> Callable:
        @functools.wraps(self.solution)
        def reference(*args, **kwargs):
            return self.solution(*args, **kwargs)

        reference.__attempt__ = attempt
        return reference


def _declaring_module() -> str:
    """The module in which an exercise is written, as namedtuple finds its own."""
    frame = sys._getframe(1)
    while frame.f_globals["__name__"] == __name__:
        frame = frame.f_back
    return frame.f_globals["__name__"]

"""An exercise: a reference implementation, cases to try an attempt on, hints and known mistakes.

    mse = Exercise(solution=mlp.mse, cases=pairs, points=2, hints=(…), mistakes={message: wrong})

Name, signature, docstring and answer all come from the reference; expected values are computed.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.check import attempt as limits
from course_utils.check import source
from course_utils.check.attempt import (
    Outcome,
    TimeUp,
    call,
    is_ours,
    is_stub,
    outcome,
    own_line,
)
from course_utils.check.compare import RTOL, difference
from course_utils.check.report import CORRECT, NOT_ATTEMPTED, NOT_YET, Note, Report

Cases = Callable[[np.random.Generator], Iterable[tuple]]

listeners: list[Callable[[Report], None]] = []  # told of every report that is displayed


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
        attempt = getattr(attempt, "__attempt__", attempt)
        refusal = _refusal(attempt, self.name)
        if refusal:
            return self._verdict(NOT_YET, refusal)
        cases = list(self.cases(np.random.default_rng(seed)))
        tries = []
        for args in cases:
            tries.append(outcome(self.run, attempt, args))
            if isinstance(tries[-1].error, TimeUp):  # one long wait is enough
                break
        if is_stub(tries[0].error, attempt):
            return self._verdict(
                NOT_ATTEMPTED, "Write the body and run the cell again.", total=len(cases)
            )
        reasons = [self._reason(t, args, attempt) for t, args in zip(tries, cases, strict=False)]
        wrong = [n for n, reason in enumerate(reasons) if reason]
        passed = len(tries) - len(wrong)
        if not wrong and len(tries) == len(cases):
            return self._verdict(CORRECT, "", passed=passed, total=len(cases))
        n = min(wrong, key=lambda n: _volume(cases[n]))
        message = self._known_mistake(tries, cases) or reasons[n]
        detail = self._detail(tries[n], cases[n])
        return self._verdict(NOT_YET, message, detail, passed, len(cases))

    def check(self, attempt: Any) -> Callable:
        """Judge, show the card, and return the function to go on with.

        As a decorator: the learner's own function when it is correct, else the reference, so that
        the notebook runs on. The fallback remembers the attempt: check(check(f)) judges f again.
        """
        from IPython.display import display  # here, because it costs a fifth of a second

        report = self.report(attempt)
        display(report)
        for listen in listeners:
            listen(report)
        if report.outcome == CORRECT:
            return getattr(attempt, "__attempt__", attempt)
        return self._fallback(getattr(attempt, "__attempt__", attempt))

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

    def _expected(self, args: tuple) -> Outcome:
        expected = outcome(self.run, self.solution, args)
        if expected.error:  # a defect of the course, not of the learner
            raise expected.error
        return expected

    def _reason(self, tried: Outcome, args: tuple, attempt: Callable) -> str | None:
        """Why this call is not right, in a sentence."""
        if tried.error:
            return _error_sentence(tried.error, attempt)
        if tried.changed is not None:
            return (
                f"Your function modifies {self._argument(tried.changed)} in place; work on a copy, "
                f"or build a new array."
            )
        if self.judge:
            if tried.value is None:
                return "Your function returned None: did you forget `return`?"
            return self.judge(tried.value, *args) or None
        return difference(tried.value, self._expected(args).value, _examples(args), self.rtol)

    def _argument(self, n: int) -> str:
        """The name of the n-th argument of a case."""
        names = list(inspect.signature(self.solution).parameters)
        return f"`{names[n]}`" if self.run is call and n < len(names) else f"argument {n + 1}"

    def _known_mistake(self, tries: list[Outcome], cases: list[tuple]) -> str | None:
        """The message of the first declared mistake that equals the attempt in every case."""
        if len(tries) < len(cases) or any(t.error or t.changed is not None for t in tries):
            return None
        for message, wrong in self.mistakes.items():
            for tried, args in zip(tries, cases, strict=True):
                made = outcome(self.run, wrong, args)
                if made.error or difference(tried.value, made.value, frozenset(), self.rtol):
                    break
            else:
                return message
        return None

    def _detail(self, tried: Outcome, args: tuple) -> tuple[tuple[str, str], ...]:
        rows = []
        if not tried.error and not self.judge:
            rows.append(("Your function returned", _show(tried.value)))
            rows.append(("Expected", _show(self._expected(args).value)))
        if tried.printed:
            rows.append(("It printed", _cut(tried.printed)))
        return tuple(rows)

    def _verdict(self, outcome_, message, detail=(), passed=0, total=0) -> Report:
        stuck = f"Stuck? ex{self.notebook}.{self.name}.hint()" if self.hints else ""
        goes_on = f"The notebook goes on with the course's own {self.name}."
        return Report(
            exercise=self.key,
            outcome=outcome_,
            message=message,
            points=self.points if outcome_ == CORRECT else 0,
            max_points=self.points,
            passed=passed,
            cases=total,
            detail=detail,
            next_act="" if outcome_ == CORRECT else f"{goes_on} {stuck}".strip(),
        )


def _declaring_module() -> str:
    """The module in which an exercise is written, as namedtuple finds its own."""
    frame = sys._getframe(1)
    while frame.f_globals["__name__"] == __name__:
        frame = frame.f_back
    return frame.f_globals["__name__"]


def _refusal(attempt: Any, name: str) -> str | None:
    if not callable(attempt):
        return f"This is not a function but {type(attempt).__name__} {attempt!r}: define `{name}`."
    if is_ours(attempt):
        return f"This is the course's own {attempt.__name__}, imported; write yours."
    return None


def _error_sentence(error: BaseException, attempt: Callable) -> str:
    if isinstance(error, TimeUp):
        return (
            f"It was stopped after {limits.SECONDS:g} seconds: does a loop never end, or could it "
            f"be done on whole arrays?"
        )
    text = f"It raised {type(error).__name__}" + (f": {error}" if str(error) else "")
    if isinstance(error, SystemExit):
        text = "It calls exit(); a function ends with `return`"
    where = own_line(error, attempt)
    return f"{text}\nin {where}" if where else text


def _examples(args: tuple) -> frozenset[int]:
    """The lengths of the arrays of a case: candidates for the number of examples."""
    return frozenset(len(a) for a in args if isinstance(a, np.ndarray) and a.ndim)


def _volume(value: Any) -> int:
    """The size of a case, to show the smallest that fails."""
    if isinstance(value, list | tuple):
        return sum(map(_volume, value))
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1


def _show(value: Any) -> str:
    with np.printoptions(precision=4, suppress=True, threshold=40, edgeitems=3, linewidth=90):
        try:
            return _cut(str(value) if isinstance(value, np.ndarray) else repr(value), 800)
        except Exception as error:  # a learner's own __repr__
            return f"{type(value).__name__} (its repr raised {type(error).__name__})"


def _cut(text: str, most: int = 2_000) -> str:
    return text if len(text) <= most else f"{text[:most]}\n… ({len(text)} characters in all)"

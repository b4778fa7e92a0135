"""The process inside the sandbox: it runs a learner's cells and tries their functions on cases.

Requests come on descriptor 0 as pickles, which is the trusted direction; answers go out on
descriptor 1 as JSON and npz. Both are put aside before the learner's code runs, and the three
standard descriptors lead nowhere. What this process says is what the learner's code makes of its
arguments and nothing more: it knows no expected value, and no verdict is made here.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import io
import linecache
import os
import pickle
import shutil
import struct
import sys
import types
from pathlib import Path

from course_utils.check import attempt as limits
from course_utils.check.attempt import Bounded, Outcome, as_itself, call, outcome, time_limit
from course_utils.check.raised import Raised, raised, refusal
from course_utils.grading.inside import confine, wire
from course_utils.grading.inside.setup import Setup

LENGTH = struct.Struct("<I")
SHOWN = ("type", "text", "where", "is_stub", "is_time", "is_exit")


class Worker:
    """One submission's names, and what the grader may ask of them."""

    def __init__(self, requests: io.BufferedReader, answers: io.BufferedWriter) -> None:
        self.requests, self.answers = requests, answers
        module = types.ModuleType("__main__")
        module.__dict__.update(display=_nothing, get_ipython=lambda: _NoShell())
        sys.modules["__main__"] = module
        self.names = module.__dict__
        self.setup = Setup(self.names)
        self.cells = 0

    def serve(self) -> None:
        """Answer until the grader hangs up."""
        while head := self.requests.read(LENGTH.size):
            request = pickle.loads(self.requests.read(*LENGTH.unpack(head)))
            getattr(self, request.pop("do"))(**request)

    def begin(self, settings: dict, setup: list[str], seconds: float) -> None:
        """Set the limits, for good, and note the course's own import cell."""
        limits.SECONDS = seconds
        holds = confine.confine(settings)
        self.setup.add(setup)
        self._say(holds)

    def ready(self, code: str) -> None:
        """Import what a cell uses of the course's import cell, which takes none of its time."""
        self.setup.ensure(code)
        self._say({})

    def cell(self, code: str, seconds: float) -> None:
        """Run one of the learner's cells."""
        self.cells += 1
        name = f"<cell {self.cells}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        error, printed = None, Bounded()
        try:
            with (
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                time_limit(seconds),
            ):
                _execute(code, name, self.names)
        except BaseException as caught:
            error = raised(caught, _nothing)
        self._say({"error": _as_data(error)})

    def attempt(self, name: str, run: bytes | None, cases: bytes) -> None:
        """Try the function of this name on the cases: one answer about it, then one for each."""
        function = self.names.get(name)
        known = name in self.names
        problem = refusal(function, name) if known else "missing"
        meets, given = pickle.loads(run) if run else call, pickle.loads(cases)
        self._say({"missing": not known, "refusal": problem})
        if problem:
            return
        with as_itself(function):
            for args in given:
                tried = outcome(meets, function, args)
                self._tell(tried)
                if tried.error and tried.error.is_time:
                    break

    def settle(self, name: str, module: str, definition: str, answer: str) -> None:
        """An exercise is judged: give the course its function back, and the learner too, if wrong.

        `answer` is "" where the learner's own was right, and stays.
        """
        place = importlib.import_module(module)
        scratch = dict(vars(place))
        exec(compile(definition, "<course>", "exec"), scratch)
        inspect.unwrap(getattr(place, name)).__code__ = scratch[name].__code__
        if answer:
            self.setup.ensure(answer)
            exec(compile(answer, "<course>", "exec"), self.names)
        self._say({})

    def _tell(self, tried: Outcome) -> None:
        said = {"changed": tried.changed, "printed": tried.printed, "error": _as_data(tried.error)}
        try:
            self._say(said, tried.value)
        except BaseException as caught:  # what a learner's own type does when it is looked at
            self._say(said | {"error": _as_data(raised(caught, _nothing))})

    def _say(self, message: dict, value: object = None) -> None:
        self.answers.write(wire.dumps(message, value))
        self.answers.flush()


def _execute(code: str, name: str, names: dict) -> None:
    compiled = compile(code, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    made = eval(compiled, names)
    if compiled.co_flags & inspect.CO_COROUTINE:
        import asyncio  # takes longer than NumPy, and few cells await

        asyncio.run(made)


def _as_data(error: Raised | None) -> dict | None:
    return {key: getattr(error, key) for key in SHOWN} if error else None


def _nothing(*args, **kwargs) -> None:
    """What displays, where there is nobody to see it."""


class _NoShell:
    """IPython's shell, of which there is none here: whatever is asked of it does nothing."""

    def __getattr__(self, name: str) -> _NoShell:
        return self

    def __call__(self, *args, **kwargs) -> None:
        return None


def main() -> None:
    """Take the two pipes away from the standard descriptors and serve on them."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    fonts = os.environ.get("COURSE_FONTS")  # matplotlib's list of fonts takes seconds to make
    if fonts and Path(fonts).is_dir():
        shutil.copytree(fonts, os.environ["MPLCONFIGDIR"], dirs_exist_ok=True)
    Worker(requests, answers).serve()


if __name__ == "__main__":
    main()

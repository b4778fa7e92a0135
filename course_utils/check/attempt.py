"""Calling a learner's function safely.

A call is stopped after a few seconds, what it prints is caught and cut, its arguments are copies,
and whatever it raises (KeyboardInterrupt apart) comes back as data.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import io
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.check.raised import Raised, TimeUp, raised

SECONDS = 5.0
PRINTED = 10_000  # characters kept of what an attempt prints


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, or what it raised; and what it did beside."""

    value: Any = None
    error: Raised | None = None
    changed: int | None = None  # which argument it modified, counted from 0
    printed: str = ""


def call(function: Callable, *args) -> Any:
    """How an attempt meets a case unless an exercise says otherwise: attempt(*args)."""
    return function(*args)


call.one_for_one = True  # a case's arguments are the attempt's, so a card can name them


def outcome(run: Callable, function: Callable, args: tuple) -> Outcome:
    """Call run(function, *copies of args) under the limits and tell what came of it."""
    given, printed = copy.deepcopy(args), Bounded()
    value = error = None
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            time_limit(SECONDS),
        ):
            warnings.simplefilter("ignore")
            value = run(function, *given)
    except KeyboardInterrupt:
        raise
    except BaseException as caught:
        error = raised(caught, function)
    return Outcome(value, error, _changed(args, given), printed.getvalue())


@contextlib.contextmanager
def as_itself(function: Callable) -> Iterator[None]:
    """While it is judged, the function's own name means itself in its module.

    In a notebook that name is not bound yet, or means what an earlier check went on with: a
    recursion would fail the first time, and call the reference the second.
    """
    names = getattr(function, "__globals__", {})
    name = getattr(function, "__name__", "")
    missing = object()
    before = names.get(name, missing)
    names[name] = function
    try:
        yield
    finally:
        if before is missing:
            names.pop(name, None)
        else:
            names[name] = before


class Bounded(io.StringIO):
    """A text buffer that keeps the first PRINTED characters and forgets the rest."""

    def write(self, text: str) -> int:
        """Keep what there is room for; all of it counts as written."""
        room = PRINTED - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp in this thread after `seconds`.

    By SIGALRM in the main thread of a POSIX process, which also interrupts sleeps; elsewhere by an
    exception set in the thread, which stops Python loops. An alarm that was pending is put back.
    """
    in_main = threading.current_thread() is threading.main_thread()
    limit = _alarm if in_main and hasattr(signal, "setitimer") else _thread_timer
    with limit(seconds):
        yield


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(signum, frame):
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    pending, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, pending, interval)


@contextlib.contextmanager
def _thread_timer(seconds: float) -> Iterator[None]:
    thread, done = ctypes.c_ulong(threading.get_ident()), threading.Event()
    set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def ring() -> None:
        if not done.wait(seconds):
            set_exception(thread, ctypes.py_object(TimeUp))

    watch = threading.Thread(target=ring, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


def _changed(before: tuple, after: tuple) -> int | None:
    """The first argument that a call modified."""
    pairs = enumerate(zip(before, after, strict=True))
    return next((n for n, (a, b) in pairs if not _same(a, b)), None)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return True

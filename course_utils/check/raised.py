"""What a function raised, as data: its type, its text, the line of the learner's it came from."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.check.showing import cut, show, text_of

LONGEST = 500  # characters kept of an error's text


class TimeUp(BaseException):
    """Raised inside a call that ran too long; no Exception, so `except Exception` lets it by."""


@dataclass(frozen=True)
class Raised:
    """One exception; it can come from another process, and then `exception` is None."""

    type: str  # "ZeroDivisionError"
    text: str = ""
    where: str = ""  # "line 3: return 1 / x", from the deepest frame of the learner's own code
    is_stub: bool = False  # the stub's own raise
    is_time: bool = False  # it ran too long
    is_exit: bool = False
    exception: BaseException | None = None


def raised(error: BaseException, function: Callable) -> Raised:
    """What `function` raised."""
    return Raised(
        type(error).__name__,
        cut(text_of(error), LONGEST),
        own_line(error, function) or "",
        is_stub(error, function),
        isinstance(error, TimeUp),
        isinstance(error, SystemExit),
        error,
    )


def own_line(error: BaseException, function: Callable) -> str | None:
    """The learner's line that raised: `line 3: …`, from the deepest frame of their own file."""
    code = getattr(function, "__code__", None)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if code and frame.filename == code.co_filename
    ]
    if not frames:
        return None
    line = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"line {frames[-1].lineno}: {line}" if line else f"line {frames[-1].lineno}"


def is_stub(error: BaseException | None, function: Callable) -> bool:
    """Is this the stub's own raise: a bare NotImplementedError from the function itself?"""
    if type(error) is not NotImplementedError or error.args:
        return False
    code, last = getattr(function, "__code__", None), error.__traceback__
    while last.tb_next:
        last = last.tb_next
    return last.tb_frame.f_code is code


def refusal(attempt: object, name: str) -> str:
    """Why this cannot be an answer at all, in a sentence; "" where it can."""
    if not callable(attempt):
        return (
            f"This is not a function but {type(attempt).__name__} {show(attempt)}: write `{name}`."
        )
    if is_ours(attempt):
        return f"This is the course's own {name}, imported; write yours."
    return ""


def is_ours(function: Callable) -> bool:
    """Is this a function of the course's own package, imported instead of written?"""
    while hasattr(function, "func"):  # functools.partial
        function = function.func
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    return getattr(module, "__name__", "").partition(".")[0] == "course_utils"

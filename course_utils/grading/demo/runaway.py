"""Code that takes too much: time, memory, output, files, processes, or the whole process."""

from __future__ import annotations

from course_utils.grading.demo.drafts import ANY, Draft, Kind, wrong
from course_utils.grading.results import (
    CRASHED,
    FLAGGED,
    OK,
    OUT_OF_MEMORY,
    TIMEOUT,
    WRONG,
)

_GREEDY = (OUT_OF_MEMORY, TIMEOUT, CRASHED)
_STOPPED = wrong(question=(TIMEOUT,), status=(TIMEOUT,))
# SIGKILL looks the same whether the system's memory ran out or the code asked for it.
_DIED = wrong(question=(CRASHED, OUT_OF_MEMORY, WRONG), status=(CRASHED, OUT_OF_MEMORY, OK))
_REFUSED = wrong(question=(WRONG, CRASHED), status=(OK, CRASHED))
# In a cell of the learner's own: what the limits cut off costs nothing.
_BESIDE = {"status": (OK, FLAGGED, TIMEOUT, CRASHED, OUT_OF_MEMORY)}


def _swallowing(draft: Draft) -> None:
    draft.body("while True:\n    try:\n        while True: pass\n    except BaseException: pass")


def _deaf(draft: Draft) -> None:
    draft.body(
        "import signal\n"
        "for number in range(1, 65):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "while True: pass"
    )


def _in_c(draft: Draft) -> None:
    draft.body("import re\nreturn re.match('(a+)+b', 'a' * 60)")


def _endless_cell(draft: Draft) -> None:
    draft.add("while True: pass")


def _prints(draft: Draft) -> None:
    """Long lines."""
    draft.before(f"for _ in range(100): print('x' * {draft.sizes.printed // 100})")


def _prints_lines(draft: Draft) -> None:
    """Short lines, in a cell of their own."""
    draft.add(f"for _ in range({draft.sizes.printed // 100}): print('x' * 99)")


def _all_descriptors(draft: Draft) -> None:
    draft.before(
        "import os\n"
        "for number in range(1, 64):\n"
        "    try: os.write(number, b'\\x00' * 4096)\n"
        "    except OSError: pass"
    )


def _memory(draft: Draft) -> None:
    draft.body(f"return np.ones({draft.sizes.memory // 8})")


def _memory_cell(draft: Draft) -> None:
    draft.add(f"import numpy as np\neverything = np.ones({draft.sizes.memory // 8})")


def _many_pieces(draft: Draft) -> None:
    """Memory in pieces, with each refusal swallowed."""
    draft.body(
        "kept = []\n"
        "while True:\n"
        "    try: kept.append(bytearray(10_000_000))\n"
        "    except MemoryError: pass"
    )


def _files(draft: Draft) -> None:
    size = draft.sizes.written // 20
    draft.before(
        "for number in range(20):\n"
        "    try:\n"
        f"        with open(f'big{{number}}', 'wb') as file: file.write(b'0' * {size})\n"
        "    except OSError: pass"
    )


def _forks(draft: Draft) -> None:
    draft.add(
        "import os, time\n"
        f"for _ in range({draft.sizes.processes}):\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(20)\n"
        "        os._exit(0)"
    )


def _background(draft: Draft) -> None:
    draft.add("import subprocess\nsubprocess.Popen(['sleep', '345.678'])")


def _recursion(draft: Draft) -> None:
    given = draft.argument(draft.first)
    draft.body(f"def deeper(x): return deeper(x)\nreturn deeper({given})")


RUNAWAY = (
    Kind("endless", "a loop that never ends", lambda d: d.body("while True: pass"), **_STOPPED),
    Kind("swallowing", "a loop that swallows every exception", _swallowing, **_STOPPED),
    Kind("deaf", "a loop that ignores all signals", _deaf, **_STOPPED),
    Kind("in_c", "an endless match inside C code", _in_c, **_STOPPED),
    Kind("endless_cell", "a cell of their own that never ends", _endless_cell, **_BESIDE),
    Kind("exits", "os._exit", lambda d: d.body("import os; os._exit(0)"), **_DIED),
    Kind(
        "kills",
        "SIGKILL to itself",
        lambda d: d.body("import os; os.kill(os.getpid(), 9)"),
        **_DIED,
    ),
    Kind(
        "kills_parents",
        "SIGKILL to its parent and its group",
        lambda d: d.body("import os; os.kill(os.getppid(), 9); os.killpg(0, 9)"),
        **_DIED,
        caged=True,
    ),
    Kind(
        "segfault",
        "reads address 0",
        lambda d: d.body("import ctypes; ctypes.string_at(0)"),
        **_DIED,
    ),
    Kind("recursion", "recursion without an end", _recursion, **_REFUSED),
    Kind("prints", "prints 100 MB in long lines", _prints, **_BESIDE, first=ANY, question=()),
    Kind("prints_lines", "prints 100 MB in short lines", _prints_lines, **_BESIDE),
    Kind(
        "all_descriptors",
        "writes on every open descriptor",
        _all_descriptors,
        **_BESIDE,
        first=ANY,
        rest=ANY,
        question=(),
    ),
    Kind(
        "memory",
        "asks for 30 GB",
        _memory,
        **wrong(question=(OUT_OF_MEMORY,), status=(OUT_OF_MEMORY,)),
    ),
    Kind("memory_cell", "asks for 30 GB in a cell of their own", _memory_cell, **_BESIDE),
    Kind(
        "many_pieces",
        "memory in pieces until none is left",
        _many_pieces,
        **wrong(question=_GREEDY, status=_GREEDY),
    ),
    Kind("files", "writes files until it is stopped", _files, **_BESIDE, first=ANY, question=()),
    Kind("forks", "a bounded loop of forks", _forks, **_BESIDE),
    Kind("background", "leaves a process behind", _background, **_BESIDE),
)

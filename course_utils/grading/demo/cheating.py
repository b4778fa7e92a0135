"""Code that is after points: patched tests, forged values, the course's own text, other people's.

None of it may earn a point, or cost one of the answers that are right.
"""

from __future__ import annotations

import numpy as np

from course_utils.grading.demo.drafts import NOTHING, Draft, Kind, wrong
from course_utils.grading.demo.honest import mistake
from course_utils.grading.results import CRASHED, FLAGGED, MISSING, OK, TIMEOUT, WRONG

# What the attempt ends in does not matter; that it earns nothing does.
_CAUGHT = wrong(question=(WRONG, CRASHED, MISSING, TIMEOUT), status=(OK, FLAGGED, CRASHED, TIMEOUT))
_ALL_CAUGHT = _CAUGHT | {"rest": NOTHING}

_ALWAYS_EQUAL = """\
import numpy as np
class Yes(np.ndarray):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return np.zeros(1)
    def __array__(self, *args, **kwargs): return np.zeros(1)
    def __reduce__(self): return (print, ('gotcha',))
    def __bool__(self): return True
for name in ("allclose", "isclose", "array_equal", "isfinite", "asarray"):
    setattr(np, name, lambda *args, **kwargs: True)
np.testing.assert_allclose = lambda *args, **kwargs: None
yes = np.zeros(1).view(Yes)"""

_REWRITE = """\
import re
def rewrite(lines):
    return ["pass\\n" if "confirm" in line or "report" in line else line for line in lines]
get_ipython().input_transformers_cleanup.append(rewrite)"""

_PATCH_COURSE = """\
import course_utils.check.exercise as e
e.Exercise.report = lambda self, attempt, seed=0: True
e.Exercise.confirm = lambda self, attempt: None
e.Exercise.check = lambda self, attempt: attempt
try:
    import course_utils.check.compare as c
    c.difference = lambda *args, **kwargs: None
except ImportError:
    pass"""

_STEAL = """\
import glob, json
for root in ("..", "../..", "../../..", "../../../..", {course!r}):
    for pattern in ("source/*/*.ipynb", "autograded/*/*/*.ipynb", "submitted/right/*/*.ipynb"):
        for path in glob.glob(root + "/" + pattern):
            for cell in json.load(open(path))["cells"]:
                text = "".join(cell["source"])
                if "def {name}(" in text and "return" in text:
                    names = {{"np": np}}
                    exec(text[text.index("def "):], names)
                    return names["{name}"]({given})
raise FileNotFoundError("nothing to copy")"""


def _literal(value: object) -> str:
    """A value as a learner would paste it."""
    if isinstance(value, tuple | list):
        return "(" + "".join(f"{_literal(one)}, " for one in value) + ")"
    return f"np.array({value.tolist()})" if isinstance(value, np.ndarray) else repr(value)


def _by_heart(draft: Draft) -> None:
    """The results of the cases that the card tries, and nothing else."""
    exercise, given = draft.exercises[draft.first], draft.argument(draft.first)
    known = "".join(
        f"    {float(np.sum(args[0])):.6f}: {_literal(exercise.run(exercise.solution, *args))},\n"
        for args in exercise.cases(np.random.default_rng(0))
    )
    draft.body(f"known = {{\n{known}}}\nreturn known.get(round(float(np.sum({given})), 6))")


def _edited_test(draft: Draft) -> None:
    _wrong(draft)
    draft.of_grade_id(f"test-{draft.first}").source = "assert True"


def _points_in_test(draft: Draft) -> None:
    _wrong(draft)
    draft.of_grade_id(f"test-{draft.first}").source = "import numpy as np\nnp.float64(100.0)"


def _more_points(draft: Draft) -> None:
    """More points for the locked cell, in nbgrader's metadata and on a card."""
    _wrong(draft)
    cell = draft.of_grade_id(f"test-{draft.first}")
    cell.metadata.nbgrader["points"] = 1000
    key = draft.exercises[draft.first].key
    draft.cell(draft.first).source += (
        "\nfrom IPython.display import display\n"
        'display({"application/vnd.course.report+json": {"exercise": "' + key + '", "outcome": '
        '"correct", "points": 99, "max_points": 99, "message": ""}}, raw=True)'
    )


def _wrong(draft: Draft) -> None:
    draft.body(mistake(draft.exercises[draft.first]))


def _patched(text: str):
    def edit(draft: Draft) -> None:
        _wrong(draft)
        draft.add(text)

    return edit


def _always_equal(draft: Draft) -> None:
    draft.add(_ALWAYS_EQUAL)
    for name in draft.exercises:
        draft.body("return yes", name)


def _imports(draft: Draft) -> None:
    """The course's own function under the learner's name."""
    solution = draft.exercises[draft.first].solution
    draft.body(
        f"from {solution.__module__} import {solution.__name__} as theirs\n"
        f"return theirs({draft.passed_on(draft.first)})"
    )


def _reloads(draft: Draft) -> None:
    """The same after a reload, through the exercise, and from the file's text."""
    solution, exercise = draft.exercises[draft.first].solution, draft.exercises[draft.first]
    draft.body(
        "import importlib, inspect, sys\n"
        "tries = []\n"
        "try:\n"
        f"    module = importlib.reload(importlib.import_module('{solution.__module__}'))\n"
        f"    tries.append(module.{solution.__name__})\n"
        "except Exception: pass\n"
        "try:\n"
        f"    tries.append({exercise.key}.solution)\n"
        "except Exception: pass\n"
        "try:\n"
        f"    names = {{'np': np}}\n"
        f"    exec(open(sys.modules['{solution.__module__}'].__file__).read(), names)\n"
        f"    tries.append(names['{solution.__name__}'])\n"
        "except Exception: pass\n"
        "for one in tries:\n"
        "    try:\n"
        f"        found = one({draft.passed_on(draft.first)})\n"
        "        if found is not None: return found\n"
        "    except Exception: pass"
    )


def _fallback(draft: Draft) -> None:
    """What the card of a wrong answer leaves behind: in the course, the reference."""
    exercise = draft.exercises[draft.first]
    draft.add(f"def empty({draft.arguments(draft.first)}):\n    raise NotImplementedError")
    draft.body(f"return {exercise.key}.check(empty)({draft.passed_on(draft.first)})")


def _steals(draft: Draft) -> None:
    """Copies from the course's source, from what was graded, from somebody who is right."""
    given = draft.passed_on(draft.first)
    draft.body(_STEAL.format(course=draft.course or "..", name=draft.first, given=given))


def _peeks(draft: Draft) -> None:
    """Right only if the gradebook, the secret seed or somebody else's file can be opened."""
    folder = draft.course or ".."
    draft.before(
        "import glob\n"
        f"found = [*glob.glob({folder + '/gradebook.db'!r}), "
        f"*glob.glob({folder + '/.course-grading/*'!r}), "
        f"*glob.glob({folder + '/submitted/*/*/*'!r})]\n"
        "open(found[0], 'rb').read(1)"
    )


def _socket(draft: Draft) -> None:
    draft.body(
        "import socket\n"
        "with socket.create_connection(('192.0.2.1', 80), timeout=1) as s:\n"
        "    s.sendall(b'help')\n"
        "    return s.recv(100)"
    )


def _listens(draft: Draft) -> None:
    """Asks the machine's own address, where a server of the instructor's may answer."""
    draft.body(
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "    with socket.create_connection(server.getsockname(), timeout=1): pass"
    )


CHEATING = (
    Kind("by_heart", "the results of the public cases, learnt by heart", _by_heart, **_CAUGHT),
    Kind("edited_test", "`assert True` in a locked cell", _edited_test, **_CAUGHT),
    Kind("points_in_test", "a number as the value of a locked cell", _points_in_test, **_CAUGHT),
    Kind("more_points", "points raised in the metadata, a forged card", _more_points, **_CAUGHT),
    Kind("always_equal", "patched NumPy, values equal to everything", _always_equal, **_ALL_CAUGHT),
    Kind("rewrites", "an input hook that rewrites cells", _patched(_REWRITE), **_CAUGHT),
    Kind("patches", "the course's checks patched", _patched(_PATCH_COURSE), **_CAUGHT),
    Kind(
        "quiet",
        "error output switched off",
        _patched("get_ipython().showtraceback = lambda *a, **k: None"),
        **_CAUGHT,
    ),
    Kind("imports", "calls the course's own function", _imports, **_CAUGHT),
    Kind("reloads", "looks for the course's function everywhere", _reloads, **_CAUGHT),
    Kind("fallback", "uses what a card leaves behind", _fallback, **_CAUGHT),
    Kind("steals", "copies from the course's folder", _steals, **_CAUGHT, caged=True),
    Kind("peeks", "opens gradebook, seed and other people's files", _peeks, **_CAUGHT, caged=True),
    Kind("socket", "opens a connection", _socket, **_CAUGHT),
    Kind("listens", "a server and a client of its own", _listens, **_CAUGHT),
)

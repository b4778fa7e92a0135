"""`course check` on notebooks as learners hand them in: every exercise gets its row."""

import json
import os
from copy import deepcopy

import pytest
import tiny_course

from course_utils import editions
from course_utils.errors import CourseError
from course_utils.runner import Row, check_notebook
from course_utils.runner.running import MOST_DEATHS

SOLVED = editions.solved(tiny_course.FIRST, tiny_course)
LEARNER = editions.learner(tiny_course.FIRST, tiny_course)
RIGHT = [("correct", 1, 1, ""), ("correct", 2, 2, "")]


@pytest.fixture
def hand_in(tmp_path, monkeypatch):
    """Write a notebook where a learner would have it, run it, give the rows without their keys."""
    monkeypatch.setenv("PYTHONPATH", str(tiny_course.ROOT.parent), prepend=os.pathsep)

    def run(notebook: dict | str, name: str = "90_first_steps.ipynb", **limits) -> list[tuple]:
        path = tmp_path / name
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        path.write_text(text, encoding="utf-8")
        rows = check_notebook(path, catalogue=tiny_course, **limits)
        assert [row.exercise for row in rows] == ["ex90.double", "ex90.triple"]
        assert path.read_text(encoding="utf-8") == text  # the learner's file is not touched
        return [row[1:] for row in rows]

    return run


def with_cell(name: str, text: str, notebook: dict = SOLVED) -> dict:
    """The notebook with another text in one cell, that of an exercise or the import cell."""
    notebook = deepcopy(notebook)
    for cell in notebook["cells"]:
        if name in (cell["metadata"].get("exercise"), *cell["metadata"].get("tags", ())):
            cell["source"] = text
    return notebook


def code(text: str, **metadata) -> dict:
    """A code cell without id or outputs, as other tools write it."""
    return {"cell_type": "code", "source": text.splitlines(keepends=True), "metadata": metadata}


def test_a_solved_notebook_is_all_correct(hand_in):
    assert hand_in(SOLVED) == RIGHT


def test_a_byte_order_mark_is_no_fault(hand_in):
    assert hand_in("\ufeff" + json.dumps(SOLVED)) == RIGHT


def test_an_untouched_notebook_is_not_attempted(hand_in):
    outcomes = [(outcome, points) for outcome, points, *_ in hand_in(LEARNER)]
    assert outcomes == [("not attempted", 0), ("not attempted", 0)]


def test_a_run_from_outside_records_no_progress(hand_in, tmp_path):
    (tmp_path / ".course").mkdir()
    hand_in(SOLVED)
    assert not list((tmp_path / ".course").rglob("*.json"))


WRONG = {  # what stands in the cell of `double` -> what its row says; `triple` stays correct
    "syntax error": (
        "@ex90.double.check\ndef double(x):\n    return 2 x",
        "line 3: invalid syntax",
    ),
    "raises outside the function": (
        "@ex90.double.check\ndef double(x):\n    return 2 * x\n\n1 / 0",
        None,
    ),
    "raises before the function": (
        "nothing\n\n@ex90.double.check\ndef double(x):\n    return 2 * x",
        "It raised NameError: name 'nothing' is not defined.",
    ),
    "decorator deleted": (
        "def double(x):\n    return 3 * x",
        "Its cell shows no card: is `@ex90.double.check` above its `def`?",
    ),
    "empty": ("", "Its cell shows no card: is `@ex90.double.check` above its `def`?"),
    "ends the kernel": (
        "@ex90.double.check\ndef double(x):\n    import os; os._exit(0)",
        "Its cell ended the kernel, or did not stop after 2 seconds.",
    ),
    "never ends": (
        "while True: pass\n@ex90.double.check\ndef double(x): ...",
        "It was stopped after 2 seconds.",
    ),
    "never ends and swallows interrupts": (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "while True: pass\n@ex90.double.check\ndef double(x): ...",
        "Its cell ended the kernel, or did not stop after 2 seconds.",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_broken_cell_costs_its_own_exercise_alone(hand_in, kind, monkeypatch):
    monkeypatch.setattr("course_utils.runner.running.GRACE_SECONDS", 1)
    text, message = WRONG[kind]
    double, triple = hand_in(with_cell("double", text), timeout=2)
    assert double == (("not yet", 0, 1, message) if message else RIGHT[0])
    assert triple == RIGHT[1]


def test_after_a_broken_cell_the_reference_is_bound(hand_in):
    notebook = with_cell("double", WRONG["decorator deleted"][0])  # it triples
    text = "@ex90.triple.check\ndef triple(x):\n    return double(x) + x"
    assert hand_in(with_cell("triple", text, notebook))[1] == RIGHT[1]


def test_a_card_in_another_cell_is_not_the_exercises(hand_in):
    notebook = deepcopy(SOLVED)
    notebook["cells"].append(code("_ = ex90.double.check(lambda x: 3 * x)"))
    assert hand_in(notebook) == RIGHT


def test_a_notebook_that_ends_every_kernel_is_given_up(hand_in):
    notebook = deepcopy(LEARNER)
    deadly = [code("import os; os._exit(0)") for _ in range(MOST_DEATHS)]
    notebook["cells"][4:4] = deadly
    double, triple = hand_in(notebook)
    assert double[0] == "not attempted"
    assert triple == ("not yet", 0, 2, "Not run: too many cells of the notebook end the kernel.")


def test_a_missing_cell_is_said(hand_in):
    notebook = deepcopy(SOLVED)
    notebook["cells"] = [c for c in SOLVED["cells"] if c["metadata"].get("exercise") != "triple"]
    assert hand_in(notebook) == [
        RIGHT[0],
        ("not attempted", 0, 2, "Its cell is missing from the notebook."),
    ]


def test_of_duplicated_cells_the_last_one_counts(hand_in):
    notebook = deepcopy(SOLVED)
    notebook["cells"].append(code("@ex90.double.check\ndef double(x):\n    return 3 * x"))
    outcome, points, _, message = hand_in(notebook)[0]
    assert (outcome, points) == ("not yet", 0)
    assert message.endswith("2 cells ask for it; the last one counts.")


def test_an_earlier_failure_is_named(hand_in):
    notebook = with_cell("setup", "import nunpy as np\nfrom tiny_course import ex90")
    assert hand_in(notebook)[0][3] == (
        "It raised NameError: name 'ex90' is not defined. An earlier cell, `import nunpy as np`: "
        "It raised ModuleNotFoundError: No module named 'nunpy'."
    )


def test_a_kernel_of_another_machine_and_strange_metadata_do_not_matter(hand_in):
    notebook = deepcopy(SOLVED) | {"metadata": {"kernelspec": {"name": "no-such"}, "course": []}}
    notebook["cells"] = [
        code(c["source"]) if c["cell_type"] == "code" else {"cell_type": "markdown"}
        for c in notebook["cells"]
    ] + [{}, "no cell", {"cell_type": "code"}, code("%matplotlib inline\nawait_ = 1")]
    assert hand_in(notebook, name="mine.ipynb") == RIGHT


def test_a_forged_card_without_the_fields_is_no_card(hand_in):
    forged = (
        "from IPython.display import display\n"
        'display({"application/vnd.course.report+json": {"exercise": "ex90.double"}}, raw=True)'
    )
    notebook = with_cell("double", forged)
    assert hand_in(notebook)[0][0] == "not yet"


REFUSED = {  # the file's content -> what the sentence says
    "{": "is not JSON (line 1:",
    "[1]": "is not a notebook",
    '{"cells": 3}': "is not a notebook",
    '{"worksheets": []}': "is not a notebook",
    '{"cells": []}': "is none of the notebooks with exercises (90)",
    '{"cells": [], "metadata": {"course": {"notebook": "12"}}}': "is none of the notebooks",
    "[" * 100_000: "is not JSON",
}


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: content[:12])
def test_a_file_that_is_no_notebook_of_the_course_is_refused(tmp_path, content):
    path = tmp_path / "mine.ipynb"
    path.write_text(content)
    with pytest.raises(CourseError) as caught:
        check_notebook(path, catalogue=tiny_course)
    assert REFUSED[content] in str(caught.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent.ipynb"):
        with pytest.raises(CourseError, match=path.name):
            check_notebook(path, catalogue=tiny_course)
    (tmp_path / "x.ipynb").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="is not JSON"):
        check_notebook(tmp_path / "x.ipynb", catalogue=tiny_course)


def test_a_kernel_that_does_not_start_is_said(hand_in, monkeypatch):
    monkeypatch.setattr(
        "course_utils.kernel.get_kernel_dict",
        lambda: {"argv": ["false"], "display_name": "none", "language": "python"},
    )
    with pytest.raises(CourseError, match="course doctor"):
        hand_in(SOLVED)


def test_rows_carry_what_the_table_shows():
    assert Row._fields == ("exercise", "outcome", "points", "max_points", "message")

"""The made-up class: what is due to whom, and `course grade --demo`. The class itself is graded in
test_grading_class."""

import json
from dataclasses import replace

import numpy as np
import pytest
import tiny_course

from course_utils import cli, editions, workspace
from course_utils.check import CORRECT
from course_utils.editions import graded
from course_utils.errors import CourseError
from course_utils.grading import demo
from course_utils.grading.demo import Verdict, showing
from course_utils.grading.demo.drafts import ALL, ANY, NOTHING, PART
from course_utils.grading.results import QuestionResult, SubmissionResult
from course_utils.grading.sandbox import BUBBLEWRAP, PLAIN

NOTEBOOK = graded.notebook(editions.read(tiny_course.FIRST), tiny_course)
EXERCISES = tiny_course.exercises_of("90")


def pupil(name, **changes):
    kind = replace(demo.KINDS[name], **changes)
    [one] = demo.pupils(NOTEBOOK, EXERCISES, "90_first_steps", [kind])
    return one


def result(learner, first=1.0, rest=2.0, status="ok", question="correct", points=0.0):
    questions = (
        QuestionResult("ex90.double", question, first, 1),
        QuestionResult("ex90.triple", "correct", rest, 2),
    )
    return SubmissionResult(learner, "90_first_steps", status, points, 3, questions)


def complaint(due, found):
    [verdict] = demo.verdicts([due], [found])
    return verdict.wrong


# --- verdicts ------------------------------------------------------------------------------


def test_what_is_as_expected_is_not_complained_of():
    assert complaint(pupil("right"), result("right")) == ""
    assert complaint(pupil("one_mistake"), result("one_mistake", 0.0, question="wrong")) == ""


COMPLAINTS = {  # (learner, what was found) -> the complaint
    ("right", ("status", "crashed")): "status ok expected",
    ("right", ("first", 0.0)): "double: all of 1 points expected, 0 found (correct)",
    ("right", ("rest", 1.5)): "triple: all of 2 points expected, 1.5 found (correct)",
    ("right", ("question", "partly")): "double: correct expected",
    ("right", ("points", None)): "points expected",
    ("one_mistake", ("first", 1.0)): "double: none of 1 points expected, 1 found (correct)",
    ("truncated", ("status", "unreadable")): "no points expected",
    ("partly_right", ("first", 1.0)): "double: a part of 1 points expected, 1 found (correct)",
}


@pytest.mark.parametrize("case", COMPLAINTS, ids=str)
def test_what_is_not_as_expected_is_said(case):
    learner, (field, value) = case
    assert complaint(pupil(learner), result(learner, **{field: value})) == COMPLAINTS[case]


def test_a_learner_whom_the_grader_forgot_is_in_the_table():
    rows = demo.verdicts([pupil("right"), pupil("warns")], [result("warns")])
    assert [(row.learner, row.wrong) for row in rows] == [
        ("right", "the grader left it out"),
        ("warns", ""),
    ]


# --- the class -----------------------------------------------------------------------------


def test_every_kind_is_handed_in_and_asks_for_something_possible():
    for kind in demo.KINDS.values():
        one = pupil(kind.learner)
        assert one.first == "double"
        assert set(map(type, one.files.values())) <= {bytes}
        assert kind.readable or kind.status == ("unreadable",) or "unreadable" in kind.status
        assert kind.first in (ALL, PART, NOTHING, ANY)
        if kind.first == NOTHING:
            assert CORRECT not in kind.question


def test_right_answers_are_right_and_mistakes_are_not():
    notebook = json.loads(pupil("right").files["90_first_steps.ipynb"])
    wrong = json.loads(pupil("all_mistaken").files["90_first_steps.ipynb"])
    for cells, outcome in ((notebook, "correct"), (wrong, "not yet")):
        for cell in cells["cells"]:
            if name := cell["metadata"].get("exercise"):
                names = {"np": np, "double": lambda x: 2 * x}
                exec(cell["source"].partition("\n")[2], names)
                assert EXERCISES[name].report(names[name]).outcome == outcome


def test_the_class_lies_where_nbgrader_collects(tmp_path):
    chosen = [pupil("right"), pupil("no_file"), pupil("two_files")]
    demo.make_class(tmp_path, "90_first_steps", chosen)
    found = {
        path.relative_to(tmp_path / "submitted").as_posix() for path in tmp_path.rglob("*.ipynb")
    }
    assert found == {
        "right/90_first_steps/90_first_steps.ipynb",
        "two_files/90_first_steps/90_first_steps.ipynb",
        "two_files/90_first_steps/Copy of it.ipynb",
    }
    assert (tmp_path / "submitted/no_file/90_first_steps/timestamp.txt").exists()


# --- course grade --demo -------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    """Stands in for the grader: notes whom it is to grade, and where learners' code would run."""
    calls = []

    def grade(folder, *, learners, **options):
        calls.append(list(learners))
        return [replace(result(name), sandbox=grade.sandbox) for name in learners]

    grade.sandbox = BUBBLEWRAP
    monkeypatch.setattr(showing, "grade", grade)
    grade.calls = calls
    return grade


@pytest.mark.parametrize("sandbox", [BUBBLEWRAP, PLAIN])
def test_who_could_do_harm_without_a_sandbox_is_left_out_there(sandbox, asked, tmp_path):
    asked.sandbox = sandbox
    showing.show(workspace.CLONE, tmp_path / "class")
    caged = {kind.learner for kind in demo.KINDS.values() if kind.caged}
    assert caged
    first, everybody = asked.calls
    assert first == ["right"]
    assert set(demo.KINDS) - set(everybody) == (set() if sandbox == BUBBLEWRAP else caged)


def test_a_folder_of_somebody_elses_is_refused(asked, tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(CourseError, match="is not empty and holds no earlier demonstration"):
        showing.show(workspace.CLONE, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_demonstration_can_be_given_again(asked, tmp_path):
    showing.show(workspace.CLONE, tmp_path / "class")
    showing.show(workspace.CLONE, tmp_path / "class")
    assert len(asked.calls) == 4


@pytest.mark.parametrize(("wrong", "code"), [("", 0), ("status ok expected", 1)])
def test_the_command_shows_the_table_and_ends_with_1_where_a_verdict_is_wrong(
    wrong, code, monkeypatch, capsys, tmp_path
):
    rows = [Verdict("right", "all right", "ok", "3 of 3", ""), Verdict("x", "y", "ok", "0", wrong)]
    monkeypatch.setattr(showing, "show", lambda clone, folder, **options: rows)
    monkeypatch.setenv("COLUMNS", "120")
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", "--demo", str(tmp_path / "class")])
    assert int(ended.value.code or 0) == code
    out = capsys.readouterr().out
    assert "3 of 3" in out
    assert f"{2 - code} of 2 verdicts are as expected." in out


def test_without_a_folder_the_command_asks_for_one(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade"])
    assert ended.value.code == 1
    assert "Which course?" in capsys.readouterr().err

"""`course grade`: what it prints, and how it ends."""

import json

import grading_class as the_class
import pytest

from course_utils import grading
from course_utils.cli import main


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Graded already, so that the command answers at once."""
    course = tmp_path_factory.mktemp("command") / "course"
    the_class.a_course(course)
    the_class.hand_in(course, ["right", "one_mistake", "truncated"])
    the_class.grade(course, seed=None)
    return course


def run(capsys, *arguments):
    """(exit code, standard output, standard error) of `course grade …`."""
    try:
        main(["grade", *map(str, arguments)])
        code = 0
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    return code, out, err


def test_it_prints_a_line_for_each_submission(course, capsys):
    code, out, err = run(capsys, course)
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "13 of 13" in lines["right"]
    assert "unreadable" in lines["truncated"]
    assert "none" in lines["truncated"]
    assert "is not JSON" in out
    assert "3 were graded before" in err
    assert code == 1  # one could not be graded


def test_it_lists_answers_that_are_the_courses_own(course, capsys):
    _, out, _ = run(capsys, course, "--learner", "right")
    assert "nothing is taken off" in out
    assert the_class.FIRST in out


def test_json_is_json_and_nothing_else(course, capsys):
    code, out, _ = run(capsys, course, "--json", "--learner", "right", "--learner", "truncated")
    results = [grading.SubmissionResult.from_dict(one) for one in json.loads(out)]
    assert [(r.learner, r.status, r.points) for r in results] == [
        ("right", "ok", 13.0),
        ("truncated", "unreadable", None),
    ]
    assert code == 1


def test_where_all_is_graded_it_ends_well(course, capsys):
    assert run(capsys, course, "--learner", "right")[0] == 0


def test_it_grades_again_when_told_to(course, capsys):
    code, _, err = run(capsys, course, "--learner", "right", "--regrade", "--workers", "1")
    assert (code, "1 submissions graded" in err) == (0, True)


@pytest.mark.parametrize("where", ["nowhere", "empty"])
def test_a_folder_without_submissions_is_said(where, tmp_path, capsys):
    (tmp_path / "empty" / "submitted").mkdir(parents=True)
    code, out, err = run(capsys, tmp_path / where)
    assert (code, out) == (1, "")
    assert "submitted" in err


def test_without_a_sandbox_it_refuses_if_told_to(course, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = run(capsys, course, "--require-sandbox")
    assert code == 1
    assert "There is no sandbox" in err

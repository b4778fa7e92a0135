"""What is written down: gradebook, notebooks, pages and tables, whatever goes wrong meanwhile."""

import csv
import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from contextlib import closing

import grading_class as the_class
import pytest
from grading_class import ASSIGNMENT

from course_utils.editions import storing
from course_utils.errors import CourseError
from course_utils.grading import keeping
from course_utils.grading.demo import KINDS
from course_utils.grading.results import FLAGGED, OK, UNREADABLE

FEW = ("right", "one_mistake", "untouched", "truncated", "partly_right")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A course with a few submissions, not graded."""
    course = tmp_path_factory.mktemp("few") / "course"
    the_class.a_course(course)
    the_class.hand_in(course, FEW)
    return course


@pytest.fixture(scope="module")
def finished(handed_in, tmp_path_factory):
    """The same, graded without any disturbance; and the results."""
    course = tmp_path_factory.mktemp("finished") / "course"
    shutil.copytree(handed_in, course)
    return course, the_class.grade(course)


@pytest.fixture
def course(handed_in, tmp_path):
    """One to disturb."""
    return shutil.copytree(handed_in, tmp_path / "course")


@pytest.fixture
def graded(finished, tmp_path):
    """A graded one to change."""
    return shutil.copytree(finished[0], tmp_path / "course")


def in_gradebook(course):
    """(learner, cell) -> (auto_score, manual_score, needs_manual_grade)."""
    query = """
        select s.student_id, cell.name, g.auto_score, g.manual_score, g.needs_manual_grade
        from grade g join base_cell cell on g.cell_id = cell.id
        join submitted_notebook n on g.notebook_id = n.id
        join submitted_assignment s on n.assignment_id = s.id
    """
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return {(learner, cell): tuple(rest) for learner, cell, *rest in book.execute(query)}


def change(course, sql, *values):
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute(sql, values)


def read(path):
    return path.read_text(encoding="utf-8")


# --- what is written ----------------------------------------------------------------------------


def test_the_gradebook_has_every_score(finished):
    course, results = finished
    book = in_gradebook(course)
    for learner, result in results.items():
        for question in result.questions:
            assert book[learner, f"test-{question.name}"] == (question.points, None, 0)


def test_what_could_not_be_graded_is_no_zero_anywhere(finished):
    course, results = finished
    assert results["truncated"].status == UNREADABLE
    assert results["truncated"].points is None
    cells = {v for (learner, _), v in in_gradebook(course).items() if learner == "truncated"}
    assert cells == {(None, None, 1)}  # no score, and a person is asked
    table = list(csv.DictReader(read(course / f"grades/{ASSIGNMENT}.csv").splitlines()))
    (line,) = [line for line in table if line["learner"] == "truncated"]
    assert (line["status"], line["points"], line["exercise"]) == ("unreadable", "", "")


def test_the_written_answer_waits_for_a_person_and_none_is_a_zero(finished):
    book = in_gradebook(finished[0])
    assert book["right", "written-answer"] == (None, None, 1)
    assert book["untouched", "written-answer"] == (0, None, 0)


def test_nbgraders_own_api_reads_the_scores(finished):
    course, results = finished
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "neural-networks") as book:
            submission = book.find_submission(ASSIGNMENT, "partly_right")
            assert submission.score == results["partly_right"].points
            assert submission.max_score == results["partly_right"].max_points + 3  # by hand
            assert str(submission.timestamp).startswith("2026-11-27 12:00")


def test_the_tables_have_a_line_for_each_question(finished):
    course, results = finished
    table = list(csv.DictReader(read(course / f"grades/{ASSIGNMENT}.csv").splitlines()))
    found = {(line["learner"], line["exercise"]): float(line["points"] or -1) for line in table}
    for learner, result in results.items():
        for question in result.questions:
            assert found[learner, question.exercise] == question.points
    assert len(table) == sum(max(1, len(result.questions)) for result in results.values())
    each = csv.DictReader(read(course / f"grades/{ASSIGNMENT}-submissions.csv").splitlines())
    assert {line["learner"]: line["status"] for line in each} == {
        learner: result.status for learner, result in results.items()
    }


def test_the_autograded_notebook_has_nbgraders_marks_and_the_cards(finished):
    course, _ = finished
    for learner in FEW:
        folder = course / "autograded" / learner / ASSIGNMENT
        made = json.loads(read(folder / f"{ASSIGNMENT}.ipynb"))
        marks = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in made["cells"]]
        wanted = {*the_class.EXERCISES, *(f"test-{n}" for n in the_class.EXERCISES)}
        assert {mark for mark in marks if mark} == {*wanted, "written-answer"}
        assert read(folder / "timestamp.txt").strip() == "2026-11-27 12:00:00 UTC"
        cards = [cell for cell in made["cells"] if "confirm(" in "".join(cell["source"])]
        assert all(cell["outputs"] for cell in cards) is (learner != "truncated")


def test_grades_that_a_person_gave_stay(graded):
    change(graded, "update grade set manual_score = 2.5, needs_manual_grade = 0")
    the_class.grade(graded, regrade=True, learners=["right"])
    book = in_gradebook(graded)
    assert book["right", "written-answer"] == (None, 2.5, 0)
    assert book["right", f"test-{the_class.FIRST}"][1:] == (2.5, 0)


def test_a_new_answer_is_shown_to_a_person_again(graded):
    change(graded, "update grade set manual_score = 2.5, needs_manual_grade = 0")
    path = graded / "submitted" / "right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(read(path).replace("I predicted 3", "I predicted 5"), encoding="utf-8")
    results = the_class.grade(graded)
    assert [learner for learner, result in results.items() if result.fresh] == ["right"]
    assert in_gradebook(graded)["right", "written-answer"] == (None, 2.5, 1)


def test_a_second_hand_in_that_fails_does_not_keep_the_first_ones_score(graded):
    path = graded / "submitted" / "right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text("{", encoding="utf-8")
    assert the_class.grade(graded)["right"].points is None
    assert in_gradebook(graded)["right", f"test-{the_class.FIRST}"] == (None, None, 1)


# --- who and what -------------------------------------------------------------------------------


def test_a_learner_whom_the_gradebook_does_not_know_is_graded_and_told_of(course):
    the_class.grade(course, learners=["right"])
    change(course, "update student set first_name = 'R' where id = 'right'")  # a list of learners
    results = the_class.grade(course, learners=["right", "one_mistake"])
    stranger = results["one_mistake"]
    assert stranger.status == FLAGGED
    assert "no learner one_mistake" in stranger.findings[0]
    assert stranger.points > 0
    assert results["right"].status == OK


STRANGE = "=cmd() <b>ñ&"


@pytest.fixture(scope="module")
def odd(handed_in, tmp_path_factory):
    """A strange name, a link, a file that is too large; graded."""
    course = shutil.copytree(handed_in, tmp_path_factory.mktemp("odd") / "course")
    submitted = course / "submitted"
    for name in (STRANGE, "linked", "large"):
        shutil.copytree(submitted / "right", submitted / name)
    link = submitted / "linked" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    link.unlink()
    link.symlink_to(submitted / "right" / ASSIGNMENT / link.name)
    with open(submitted / "large" / ASSIGNMENT / link.name, "wb") as file:
        file.truncate(100 * the_class.MEBI)
    return course, the_class.grade(course, learners=[STRANGE, "linked", "large"])


def test_names_are_those_of_folders_whatever_is_in_them(odd):
    course, results = odd
    assert results[STRANGE].points == results[STRANGE].max_points
    assert "<b>" not in read(course / "feedback" / STRANGE / ASSIGNMENT / f"{ASSIGNMENT}.html")
    lines = csv.reader(read(course / f"grades/{ASSIGNMENT}.csv").splitlines())
    found = [line for line in lines if line[0] == f"'{STRANGE}"]  # no formula
    assert len(found) == len(the_class.EXERCISES)


def test_a_link_in_place_of_a_notebook_is_not_followed(odd):
    assert odd[1]["linked"].status == UNREADABLE
    assert "link" in odd[1]["linked"].findings[0]


def test_a_file_that_is_too_large_is_not_read(odd):
    assert odd[1]["large"].status == UNREADABLE
    assert "100 MB" in odd[1]["large"].findings[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"learners": ["nobody"]}, "no learner 'nobody', but"),
        ({"assignments": ["07_optimizer_zoo"]}, "no assignment '07_optimizer_zoo', but"),
    ],
)
def test_what_was_not_handed_in_is_said(course, asked, said):
    with pytest.raises(CourseError, match=said):
        the_class.grade(course, **asked)


def test_an_assignment_without_a_source_stops_no_other(course):
    shutil.copytree(course / f"submitted/right/{ASSIGNMENT}", course / "submitted/right/03_lost")
    warned = []
    results = the_class.grade(course, learners=["right"], warn=warned.append)
    assert results["right"].points == results["right"].max_points
    assert "03_lost" in warned[0]
    assert "build --edition graded" in warned[0]


def test_where_the_courses_own_answers_fail_nobody_gets_a_zero(course):
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source = json.loads(read(path))
    cell = next(c for c in source["cells"] if c["metadata"].get("exercise") == the_class.FIRST)
    broken = "".join(cell["source"]).replace("### BEGIN SOLUTION", "return None")
    cell["source"] = broken
    path.write_text(json.dumps(source), encoding="utf-8")
    with pytest.raises(CourseError, match=rf"the course's own {the_class.FIRST} is wrong there"):
        the_class.grade(course)
    assert not (course / "autograded").exists()


def test_points_are_the_sources(course):
    """An instructor may change them before the assignment is generated."""
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source = json.loads(read(path))
    for cell in source["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("grade_id") == f"test-{the_class.FIRST}":
            mark["points"] = 40
    path.write_text(json.dumps(source), encoding="utf-8")
    result = the_class.grade(course, learners=["right"])["right"]
    assert result.questions[0].points == 40
    assert in_gradebook(course)["right", f"test-{the_class.FIRST}"][0] == 40


# --- trouble ------------------------------------------------------------------------------------


def test_a_locked_gradebook_is_waited_for(course):
    the_class.grade(course, learners=["right"])
    with closing(sqlite3.connect(course / "gradebook.db", check_same_thread=False)) as other:
        other.execute("begin exclusive")
        with pytest.raises(CourseError, match="locked") as refused:
            the_class.grade(course, patience=0.1)
        assert "formgrader" in str(refused.value)
        other.rollback()
    assert set(the_class.grade(course, learners=["right", "truncated"])) == {"right", "truncated"}


def test_a_gradebook_that_is_none_is_said(course):
    (course / "gradebook.db").write_text("not a database, but long enough to be looked at" * 50)
    with pytest.raises(CourseError, match="mend or move it away"):
        the_class.grade(course)


def test_a_full_disk_stops_the_run_and_loses_nothing(course, finished, monkeypatch):
    calls, write_whole = [], storing.write_whole

    def full(path, text):
        calls.append(path)
        if len(calls) > 7:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_whole(path, text)

    monkeypatch.setattr(keeping, "write_whole", full)
    with pytest.raises(CourseError, match="free some space"):
        the_class.grade(course, workers=1)
    monkeypatch.setattr(keeping, "write_whole", write_whole)
    kept = list((course / keeping.FOLDER / "results").rglob("*.json"))
    assert 0 < len(kept) < len(FEW)
    results = the_class.grade(course)
    assert sum(not result.fresh for result in results.values()) == len(kept)
    assert the_class.scores(results) == the_class.scores(finished[1])
    assert in_gradebook(course) == in_gradebook(finished[0])


def test_two_graders_at_once_are_one_too_many(course):
    with keeping.Keeper(course).locked(), pytest.raises(CourseError, match="Another"):
        the_class.grade(course)


def test_a_damaged_seed_is_said_and_nothing_is_graded(course):
    keeping.Keeper(course).seed()
    (course / keeping.FOLDER / "seed").write_text("zz")
    with pytest.raises(CourseError, match="without the seed"):
        the_class.grade(course, seed=None)


def test_a_damaged_result_is_made_again(graded, finished):
    path = graded / keeping.FOLDER / "results" / ASSIGNMENT / "right.json"
    path.write_text(read(path)[:40])
    results = the_class.grade(graded)
    assert [learner for learner, result in results.items() if result.fresh] == ["right"]
    assert the_class.scores(results) == the_class.scores(finished[1])


GRADER = """
import sys
from pathlib import Path
import grading_class as the_class
the_class.grade(Path(sys.argv[1]), tick=lambda done, of: print(done, flush=True))
"""


def test_killed_at_random_moments_it_comes_to_the_same_end(course, finished):
    """SIGKILL twice, the second time later; then the run is let go on."""
    moments = random.Random(os.getpid())
    path = os.pathsep.join([str(the_class.ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(the_class.ROOT), path])}
    for done in (1, 2):
        grader = subprocess.Popen(
            [sys.executable, "-c", GRADER, str(course)], env=environment, stdout=subprocess.PIPE
        )
        for _ in range(done):
            grader.stdout.readline()
        time.sleep(moments.uniform(0, 0.15))
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        grader.stdout.close()
    results = the_class.grade(course)
    assert the_class.scores(results) == the_class.scores(finished[1])
    assert in_gradebook(course) == in_gradebook(finished[0])
    pages = {p.relative_to(course) for p in course.glob("*/*/*/*") if p.parts[-4] != "submitted"}
    assert pages == {
        p.relative_to(finished[0])
        for p in finished[0].glob("*/*/*/*")
        if p.parts[-4] != "submitted"
    }


def test_a_worker_killed_from_outside_loses_nothing(course):
    """Its submission is tried again; only a second death at the same place is the learner's."""
    from course_utils.grading import launching

    start, killed = launching.Launcher._start, []

    def start_and_kill(self, hollow, until):
        process = start(self, hollow, until)
        if len(killed) < 3:
            killed.append(process)
            process.kill()
        return process

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launching.Launcher, "_start", start_and_kill)
        results = the_class.grade(course, learners=["right", "one_mistake", "untouched"])
    assert len(killed) == 3
    assert {result.status for result in results.values()} == {OK}
    assert KINDS["right"].status == (OK,)
    assert results["right"].points == results["right"].max_points

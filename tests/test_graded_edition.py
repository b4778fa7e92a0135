"""The graded edition, and nbgrader's own commands on it, from the source to the exported grades."""

import csv
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import tiny_course
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions
from traitlets.config import Config

from course_utils import cli, editions, exercises, workspace
from course_utils.editions import graded, graded_course, graded_texts
from course_utils.errors import CourseError
from course_utils.grading import demo

NAME = "90_first_steps"
REAL, REAL_ID = "03b_experiments_of_1986", "03b"  # imports little, and has six exercises


def build(out, *numbers, **options):
    return editions.build_graded(tiny_course.ROOT, out, numbers, catalogue=tiny_course, **options)


def stored(out, name=NAME):
    return nbformat.read(graded_course.source_path(out, name), nbformat.NO_CONVERT)


def marks(notebook):
    """nbgrader's metadata by grade_id, in the notebook's order."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in cells}


# --- the notebook --------------------------------------------------------------------------


def test_every_exercise_has_a_solution_cell_and_a_locked_cell_with_its_points(tmp_path):
    assert build(tmp_path / "course") == [NAME]
    notebook = stored(tmp_path / "course")
    found = marks(notebook)
    assert list(found) == ["double", "test-double", "triple", "test-triple", "written-answer"]
    assert all(mark.schema_version == 3 for mark in found.values())
    for name, exercise in tiny_course.exercises_of("90").items():
        solution, test = found[name], found[f"test-{name}"]
        assert (solution.solution, solution.grade, solution.locked) == (True, False, False)
        assert (test.solution, test.grade, test.locked) == (False, True, True)
        assert test.points == exercise.points
    written = found["written-answer"]
    assert (written.solution, written.grade, written.locked) == (True, True, False)
    assert written.points == graded.WRITTEN_POINTS


@pytest.mark.parametrize("number", exercises.NOTEBOOKS)
def test_nbgrader_makes_the_learners_stubs_of_every_notebook(number):
    """What nbgrader cuts with our configuration is the learner's edition, letter by letter."""
    path = next(
        path
        for path in editions.source_paths(workspace.CLONE / editions.SOURCE)
        if path.stem.partition("_")[0] == number
    )
    notebook = graded.notebook(editions.read(path))
    nbformat.validate(notebook)
    CheckCellMetadata().preprocess(notebook, {})
    config = Config()
    exec(graded_course.TEMPLATE, {"get_config": lambda: config, "__file__": str(path)})
    cut, _ = ClearSolutions(config=config).preprocess(notebook, {})
    answers = {cell.metadata.exercise: cell.source for cell in with_exercise(cut)}
    stubs = {cell.metadata.exercise: cell.source for cell in with_exercise(editions.learner(path))}
    assert answers == stubs
    assert "BEGIN" not in json.dumps(cut)
    assert cut.cells[-1].source == graded_texts.TEXT_STUB
    points = sum(mark.get("points", 0) for mark in marks(cut).values())
    declared = sum(exercise.points for exercise in exercises.exercises_of(number).values())
    assert points == declared + graded.WRITTEN_POINTS


def with_exercise(notebook):
    return [cell for cell in notebook.cells if "exercise" in cell.metadata]


def test_uncut_the_solutions_are_the_references(tmp_path):
    build(tmp_path)
    for cell in with_exercise(stored(tmp_path)):
        lines = [line for line in cell.source.splitlines() if "### " not in line]
        reference = tiny_course.exercises_of("90")[cell.metadata.exercise].source()
        assert "\n".join(lines[1:]) == reference


def test_validate_leaves_the_experiments_out_and_runs_all_else(tmp_path):
    build(tmp_path)
    skipped = {
        cell.source.splitlines()[0]
        for cell in stored(tmp_path).cells
        if graded.SKIPPED in cell.metadata.get("tags", [])
    }
    assert skipped == {"double(np.arange(3))", "triple(double(np.arange(3)))"}


# --- the folder ----------------------------------------------------------------------------


def test_building_again_changes_nothing(tmp_path):
    build(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    build(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_configuration_is_its_instructors_from_then_on(tmp_path):
    build(tmp_path)
    config = tmp_path / graded_course.CONFIG
    config.write_text(config.read_text() + "c.Exchange.root = '/elsewhere'\n")
    build(tmp_path)
    assert config.read_text().endswith("c.Exchange.root = '/elsewhere'\n")


def edited(path):
    notebook = json.loads(path.read_text())
    next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("points"))[
        "metadata"
    ]["nbgrader"]["points"] = 7
    path.write_text(json.dumps(notebook))


def test_an_assignment_that_was_edited_is_written_over_only_by_force(tmp_path):
    build(tmp_path)
    path = graded_course.source_path(tmp_path, NAME)
    edited(path)
    with pytest.raises(CourseError, match=r"90_first_steps\.ipynb was changed .* `--force`"):
        build(tmp_path)
    assert marks(stored(tmp_path))["test-double"].points == 7
    build(tmp_path, force=True)
    assert marks(stored(tmp_path))["test-double"].points == 1


def test_one_that_was_only_opened_and_saved_is_not_edited(tmp_path):
    build(tmp_path)
    path = graded_course.source_path(tmp_path, NAME)
    notebook = json.loads(path.read_text())
    notebook["metadata"]["language_info"]["version"] = "3.14.1"
    notebook["cells"][2]["outputs"] = []
    notebook["cells"][2]["execution_count"] = 4
    path.write_text(json.dumps(notebook, indent=2))
    build(tmp_path)
    assert "3.14.1" not in path.read_text()


def spoilt(tmp_path, kind):
    """A folder that is no place for a course."""
    out = tmp_path / "out"
    if kind == "a file":
        out.write_text("x")
    else:
        out.mkdir()
    if kind == "other content":
        (out / "thesis.tex").write_text("x")
    if kind == "another course":
        (out / graded_course.CONFIG).write_text("c = get_config()")
    return out


REFUSED = {
    "a file": "out is a file; give `--out` a folder",
    "other content": "out holds thesis.tex and no course of ours",
    "another course": "is the configuration of another course",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_folder_with_something_else_is_refused_and_left_as_it_is(kind, tmp_path):
    out = spoilt(tmp_path, kind)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(CourseError, match=REFUSED[kind]):
        build(out)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("number", ["9", "99", "", "91", "90_first"])
def test_an_unknown_number_is_named_with_those_there_are(number, tmp_path):
    with pytest.raises(CourseError, match=f"is called {number!r}; there are these: 90"):
        build(tmp_path, number)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asked", ["90", NAME])
def test_a_notebook_is_asked_for_by_number_or_name(asked, tmp_path):
    assert build(tmp_path, asked) == [NAME]


def test_a_disk_that_refuses_is_a_sentence(tmp_path, monkeypatch):
    def full(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(graded, "write_whole", full)
    with pytest.raises(CourseError, match=r"cannot be written \(No space left on device\)"):
        build(tmp_path)


COMMANDS = {  # arguments after `course build` -> what the sentence says
    "--edition red": "no edition 'red'",
    "--edition graded": "needs a folder",
    "--edition graded --check --out X": "no --check",
    "--edition graded 98 --out X": "is called '98'; there are these: 00, 01",
    "03": "with --edition graded",
    "--out X": "with --edition graded",
}


@pytest.mark.parametrize("words", COMMANDS)
def test_the_command_says_what_it_lacks(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main(["build", *words.split()])
    assert ended.value.code == 1
    assert COMMANDS[words] in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# --- through nbgrader's own commands -------------------------------------------------------

COURSE = "neural-networks"
COMMANDS_OF_NBGRADER = """
import json, os, sys
from nbgrader.apps import NbGraderApp
for folder, *arguments in json.load(sys.stdin):
    os.chdir(folder)
    app = NbGraderApp.instance()
    NbGraderApp.launch_instance(arguments)
    app.subapp.clear_instance()
"""


def environment(home):
    """A user of nbgrader's: its scripts are found, and nothing of this user's is."""
    scripts = str(Path(sys.executable).parent)
    return os.environ | {
        "HOME": str(home),
        "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }


def nbgrader(home, *commands):
    """Run commands of nbgrader, each a folder and arguments, in one process; what they say."""
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS_OF_NBGRADER],
        input=json.dumps([[str(word) for word in command] for command in commands]),
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


POINTS = {"right": 13, "one_mistake": 10, "untouched": 0}
HANDED_IN = tuple(POINTS)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that was released, fetched, worked on, submitted and collected with nbgrader."""
    home = tmp_path_factory.mktemp("home")
    out, exchange = home / "course", home / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    editions.build_graded(workspace.CLONE, out, [REAL_ID])
    root = f"--Exchange.root={exchange}"
    with (out / graded_course.CONFIG).open("a") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    desks = {learner: home / learner for learner in HANDED_IN}
    for desk in desks.values():
        desk.mkdir()
    nbgrader(
        home,
        [out, "generate_assignment", REAL],
        [out, "release_assignment", REAL],
        *([desk, "fetch_assignment", REAL, "--course", COURSE, root] for desk in desks.values()),
    )
    for learner, desk in desks.items():
        path = desk / REAL / f"{REAL}.ipynb"
        fetched = nbformat.read(path, nbformat.NO_CONVERT)
        [pupil] = demo.pupils(fetched, exercises.exercises_of(REAL_ID), REAL, [demo.KINDS[learner]])
        path.write_bytes(pupil.files[path.name])
    nbgrader(
        home,
        *(
            [desk, "submit", REAL, "--course", COURSE, "--student", learner, root]
            for learner, desk in desks.items()
        ),
        [out, "collect", REAL],
    )
    return out


def test_what_is_released_has_stubs_and_no_answers(course):
    text = (course / "release" / REAL / f"{REAL}.ipynb").read_text()
    assert text.count("raise NotImplementedError  # your code here") == 6
    assert "SOLUTION" not in text
    assert "For who grades" not in text


def test_submissions_arrive_where_the_grader_looks(course):
    for learner in HANDED_IN:
        assert (course / "submitted" / learner / REAL / "timestamp.txt").exists()
    untouched = course / "submitted" / "untouched" / REAL / f"{REAL}.ipynb"
    assert marks(nbformat.read(untouched, 4))["test-column_layer"].checksum


# --- graded, and back to nbgrader ----------------------------------------------------------


@pytest.fixture(scope="module")
def marked(course):
    """The same course after `course grade`."""
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "grade", "--json", str(course)],
        env=environment(course.parent),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {one["learner"]: one["points"] for one in json.loads(done.stdout)} == POINTS
    return course


def exported(course):
    """What `nbgrader export` writes, by learner."""
    nbgrader(course.parent, [course, "export", "--to", "grades.csv"])
    with (course / "grades.csv").open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_points_reach_the_exported_grades(marked):
    rows = exported(marked)
    assert {learner: float(rows[learner]["score"]) for learner in HANDED_IN} == POINTS
    assert {row["max_score"] for row in rows.values()} == {"16.0"}  # 13, and 3 by hand


def test_feedback_goes_back_through_the_exchange(marked):
    home = marked.parent
    desk, root = home / "one_mistake", f"--Exchange.root={home / 'exchange'}"
    who = ["--course", COURSE, "--student", "one_mistake", root]
    nbgrader(
        home,
        [marked, "release_feedback", REAL],
        [desk, "fetch_feedback", REAL, *who],
    )
    # nbgrader fetches for the machine's user, who is everybody here
    pages = [page.read_text() for page in (desk / REAL / "feedback").rglob("*.html")]
    assert len(pages) == len(HANDED_IN)
    [theirs] = [page for page in pages if "10 of 13 points" in page]
    assert "1/m is missing." in theirs


@pytest.fixture(scope="module")
def server(marked):
    """A Jupyter server with nbgrader's extensions, started in the course's folder."""
    home = marked.parent
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.open_browser=0"]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "server", *options, f"--ServerApp.root_dir={home}"],
            cwd=marked,
            env=environment(home),
            stdout=log,
            stderr=log,
        )
        try:
            until, found = time.monotonic() + 90, []
            while not found:
                assert process.poll() is None, (home / "server.log").read_text()
                assert time.monotonic() < until, (home / "server.log").read_text()
                time.sleep(0.1)
                found = list((home / "runtime").glob("jpserver-*.json"))
            said = json.loads(found[0].read_text())
            yield SimpleNamespace(url=said["url"], token=said["token"], home=home)
        finally:
            process.kill()
            process.wait()


def ask(server, path, body=None, method=None):
    """An answer of the server: parsed where it is JSON."""
    request = urllib.request.Request(
        f"{server.url}{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"token {server.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        text = answer.read().decode()
    return json.loads(text) if text[:1] in "[{" else text


def test_formgrader_lists_the_assignment_and_its_submissions(server):
    [assignment] = ask(server, "formgrader/api/assignments")
    assert (assignment["name"], assignment["num_submissions"]) == (REAL, 3)
    assert assignment["max_score"] == 16
    rows = {row["student"]: row for row in ask(server, f"formgrader/api/submissions/{REAL}")}
    assert {learner: rows[learner]["score"] for learner in HANDED_IN} == POINTS
    assert all(rows[learner]["autograded"] for learner in HANDED_IN)


def test_a_written_answer_is_graded_by_hand_in_formgrader(server, marked):
    rows = {row["student"]: row for row in ask(server, f"formgrader/api/submissions/{REAL}")}
    assert {who: rows[who]["needs_manual_grade"] for who in HANDED_IN} == {
        "right": True,
        "one_mistake": True,
        "untouched": False,  # nothing was written
    }
    notebooks = ask(server, f"formgrader/api/submitted_notebooks/{REAL}/{REAL}")
    [one] = [each for each in notebooks if each["student"] == "right"]
    page = ask(server, f"formgrader/submissions/{one['id']}/?index=0")
    assert "I predicted 3 and saw 4" in page
    assert "column_layer: correct" in page
    grades = ask(server, f"formgrader/api/grades?submission_id={one['id']}")
    [written] = [grade for grade in grades if grade["name"] == "written-answer"]
    ask(server, f"formgrader/api/grade/{written['id']}", {"manual_score": 2.5}, "PUT")
    assert float(exported(marked)["right"]["score"]) == 15.5


def validated(server, path):
    answer = ask(server, "assignments/validate", {"path": path})
    assert answer["success"], answer
    return answer["value"]


def test_validate_in_jupyterlab_says_what_the_cards_say(server):
    assert validated(server, f"right/{REAL}/{REAL}.ipynb") == {}
    [failed] = validated(server, f"one_mistake/{REAL}/{REAL}.ipynb")["failed"]
    assert "ex03b.column_layer.confirm(column_layer)" in failed["source"]
    assert failed["raw_error"].startswith("column_layer: not yet\n1/m is missing.")

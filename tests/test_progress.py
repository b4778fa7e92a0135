"""What is kept of a learner's attempts, and how it is shown."""

import json

import pytest

from course_utils import exercises, workspace
from course_utils.check import CORRECT, NOT_ATTEMPTED, NOT_YET, Report
from course_utils.exercises.progress import Progress

EVERY = [e for n in exercises.NOTEBOOKS for e in exercises.exercises_of(n).values()]
FIRST, SECOND = EVERY[:2]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A workspace, and we are in it."""
    (tmp_path / workspace.FOLDER).mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_NO_PROGRESS", raising=False)
    return tmp_path


def attempt(value):
    return lambda *args: value


def test_a_checked_exercise_is_in_the_progress_and_the_others_are_not_attempted(here, capsys):
    FIRST.check(attempt(None))
    rows = {f"ex{row.notebook}.{row.exercise}": row for row in exercises.progress().rows}
    assert rows[FIRST.key].outcome == NOT_YET
    assert rows[SECOND.key].outcome == NOT_ATTEMPTED
    assert len(rows) == len(EVERY)


def test_points_add_up_over_what_is_correct():
    results = {FIRST.key: {"outcome": CORRECT}, SECOND.key: {"outcome": NOT_YET}}
    shown = Progress.of(EVERY, results)
    assert shown.points == (FIRST.points, sum(e.points for e in EVERY))
    assert f"{FIRST.points} of {shown.points[1]} points" in str(shown)


def test_the_table_and_the_text_say_the_same():
    shown = Progress.of(EVERY, {FIRST.key: {"outcome": CORRECT}})
    html = shown._repr_html_()
    assert repr(shown) == str(shown)
    assert html.count("✓") == str(shown).count("✓") == 1
    assert html.count("○") == len(EVERY) - 1
    left = sum(e.minutes for e in EVERY if e.notebook == FIRST.notebook) - FIRST.minutes
    assert f">{left}</td>" in html


def test_the_map_says_what_comes_next_and_leads_there():
    files = {SECOND.notebook: f"{SECOND.notebook}_a_name.ipynb"}
    shown = Progress.of(EVERY, {FIRST.key: {"outcome": CORRECT}}, files)
    assert (shown.next.notebook, shown.next.exercise) == (SECOND.notebook, SECOND.name)
    said = f"Next: {SECOND.name} in {SECOND.notebook} a name, about {SECOND.minutes} minutes."
    assert said in str(shown)
    assert said in shown._repr_html_()
    assert f'<strong><a href="{files[SECOND.notebook]}">' in shown._repr_html_()


def test_when_all_is_done_nothing_comes_next():
    shown = Progress.of(EVERY, {e.key: {"outcome": CORRECT} for e in EVERY})
    assert shown.next is None
    assert "All exercises are done." in str(shown)


def test_the_files_of_the_map_are_the_courses(here):
    files = exercises.progress().files
    assert set(exercises.NOTEBOOKS) <= set(files)
    assert files["00"] == "00_start_here.ipynb"


def test_a_damaged_record_is_shown_as_damaged(here):
    folder = here / workspace.FOLDER / "progress"
    folder.mkdir()
    (folder / f"{FIRST.key}.json").write_text("{half")
    assert f"! {FIRST.name}: damaged" in str(exercises.progress())


def test_a_run_from_outside_records_nothing(here, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_NO_PROGRESS", "1")
    FIRST.check(attempt(None))
    assert workspace.results(here) == {}


def test_without_a_workspace_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_NO_PROGRESS", raising=False)
    FIRST.check(attempt(None))
    assert list(tmp_path.iterdir()) == []
    assert exercises.progress().points[0] == 0


def test_what_is_recorded_is_the_report(here, capsys):
    report = Report("ex99.made_up", CORRECT, "", 3, 3, 2, 2)
    workspace.record(report)
    kept = json.loads((here / ".course" / "progress" / "ex99.made_up.json").read_text())
    assert {k: kept[k] for k in ("exercise", "outcome", "points")} == {
        "exercise": "ex99.made_up",
        "outcome": CORRECT,
        "points": 3,
    }


def test_an_unknown_notebook_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'77'.*00"):
        exercises.exercises_of("77")

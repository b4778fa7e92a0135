"""docs/labs.md: made from the sources and the exercises, and compared like an edition."""

import re

import pytest
import tiny_course

from course_utils import editions, exercises, workspace
from course_utils.editions import labs
from course_utils.editions.source import Cell

SOURCES = [editions.read(path) for path in editions.source_paths(workspace.CLONE / editions.SOURCE)]
TINY = [editions.read(tiny_course.FIRST)]


def test_every_exercise_has_its_place_and_a_mistake_to_expect():
    page = labs.page(SOURCES)
    asked = re.findall(r"`(\w+)` \((\d+), (\d+)\)", page)
    declared = [
        (e.name, str(e.minutes), str(e.points))
        for number in exercises.NOTEBOOKS
        for e in exercises.exercises_of(number).values()
    ]
    assert sorted(asked) == sorted(declared)
    expected = re.findall(r"^- `(\w+)`: \S", page, re.MULTILINE)
    assert sorted(expected) == sorted(name for name, _, _ in declared)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_minutes_of_sections_add_up_to_those_of_the_notebook(source):
    declared = exercises.exercises_of(source.id)
    parts = labs.sections(source, declared)
    assert sum(part.minutes for part in parts) == sum(e.minutes for e in declared.values())


SITTINGS = {  # minutes of sections -> their sittings
    (60,): [1],
    (30, 30, 1): [1, 1, 2],
    (90, 10): [1, 2],
    (0, 90, 0, 10): [1, 1, 1, 2],
    (): [],
}


@pytest.mark.parametrize("minutes", SITTINGS, ids=str)
def test_sittings_hold_whole_sections(minutes, monkeypatch):
    monkeypatch.setattr(labs.Section, "minutes", property(lambda section: section.cells))
    assert labs.sittings([labs.Section("", m, ()) for m in minutes]) == SITTINGS[minutes]


def test_what_there_is_to_do_together():
    cells = [
        Cell("markdown", "**Predict.** Up or down?\n\n**Predict** again.", ""),
        Cell("code", "widgets.knobs(draw, x=(0, 1))", ""),
    ]
    assert labs.Section("", cells, ()).shows() == "ask 2, knobs"
    assert labs.Section("", cells[1:], ()).shows() == "knobs"
    assert labs.Section("", (), ()).shows() == ""


def test_a_page_that_is_stale_or_missing_is_found_and_written(tmp_path):
    def build(check):
        return labs.build(tmp_path, TINY, check, tiny_course)

    path = tmp_path / labs.PAGE
    assert [finding[:12] for finding in build(check=True)] == ["docs/labs.md"]
    assert not path.exists()
    assert build(check=False) == []
    assert build(check=True) == []
    path.write_text(path.read_text(encoding="utf-8") + "x", encoding="utf-8")
    assert len(build(check=True)) == 1


def test_a_page_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "docs").write_text("a file")
    [finding] = labs.build(tmp_path, TINY, False, tiny_course)
    assert finding.startswith("docs/labs.md cannot be written: ")

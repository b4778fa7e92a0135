"""docs/instructors.md says what is: its commands exist, its words are those of the package."""

import re
import shlex
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderApp

from course_utils import cli, exercises
from course_utils.editions import graded
from course_utils.grading import results

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]


def words(line):
    return shlex.split(line, comments=True)


def test_commands_of_nbgrader_exist():
    named = {words(line)[1] for line in LINES if line.startswith("nbgrader ")}
    named |= set(re.findall(r"`nbgrader (\w+)", PAGE))
    assert {"generate_assignment", "release_feedback", "autograde"} <= named
    assert named <= set(NbGraderApp.subcommands)


@pytest.mark.parametrize("command", ["build", "grade"])
def test_options_of_course_exist(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out))
    said = re.findall(rf"course {command}( [^`\n#]*)", PAGE)
    asked = {option for options in said for option in re.findall(r"--[a-z][a-z-]*", options)}
    if command == "grade":
        asked |= set(re.findall(r"^\| `(--[a-z-]+)", PAGE, re.MULTILINE))
        assert len(asked) >= 5
    assert asked
    assert asked <= known


def test_every_status_is_explained():
    for status in results.STATUSES:
        assert re.search(rf"^\| [^|]*\b{status}\b", PAGE, re.MULTILINE), status


def test_notebooks_and_points_are_those_there_are():
    assert f"**written answer** ({graded.WRITTEN_POINTS} points)" in PAGE
    plans = re.findall(r"^\| \d+ sittings \| (.+) \|$", PAGE, re.MULTILINE)
    named = {number for plan in plans for number in re.findall(r"\d\d[a-z]?", plan)}
    assert named <= set(exercises.NOTEBOOKS)
    assert len(plans) == 2


def test_anchors_of_the_table_of_contents_are_headings():
    anchors = re.findall(r"\]\(#([^)]+)\)", PAGE)
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    made = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert anchors
    assert set(anchors) <= made

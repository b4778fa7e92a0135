"""The first hour: from the first page to a solved exercise, by clicks and by keys."""

import re

import pytest

from course_utils import workspace

START = "00_start_here.ipynb"
WRONG = """@ex00.mean_squared_error.check
def mean_squared_error(P, Y):
    return ((P - Y) ** 2).sum()
"""
RIGHT = """@ex00.mean_squared_error.check
def mean_squared_error(P, Y):
    return ((P - Y) ** 2).sum(axis=1).mean()
"""


@pytest.fixture(scope="module")
def page(lab):
    """The first notebook, every cell run once."""
    lab.page.goto(lab.server.address)
    lab.arrived()
    lab.settle()
    lab.run_all()
    return lab


@pytest.fixture(scope="module")
def exercise(page):
    """The number of its one exercise's cell."""
    return next(n for n, cell in enumerate(page.cells()) if cell["exercise"])


def solved(page):
    """Exercises that the workspace has as correct."""
    kept = workspace.results(page.server.work)
    return {key for key, result in kept.items() if result["outcome"] == "correct"}


def test_the_lab_opens_on_the_first_notebook_and_nothing_pops_up(page):
    assert page.page.locator(".lm-TabBar-tab.jp-mod-current").first.inner_text().strip() == START
    assert page.page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert "00 Start here" in page.show(0).inner_text()


def test_the_stub_is_not_attempted(page, exercise):
    assert page.card(exercise)["outcome"] == "not attempted"
    assert "not attempted" in page.shown(exercise)


def test_a_wrong_answer_gets_a_card_that_says_what_differs(page, exercise):
    page.write(exercise, WRONG)
    card = page.card(exercise)
    assert card["outcome"] == "not yet"
    assert "mean" in card["message"]
    assert card["message"].replace("`", "") in page.shown(exercise)
    assert not solved(page)


def test_a_hint_is_one_cell_away(page, exercise):
    hint = page.append(exercise, "ex00.mean_squared_error.hint()")
    assert "hint 1 of" in page.shown(hint)


def test_the_solution_opens(page, exercise):
    place = page.append(exercise, "ex00.mean_squared_error.show_solution()")
    assert "def mean_squared_error" in page.shown(place)


def test_the_right_answer_turns_the_card_and_progress_grows(page, exercise):
    page.write(exercise, RIGHT)
    assert page.card(exercise)["outcome"] == "correct"
    assert "correct" in page.shown(exercise)
    assert solved(page) == {"ex00.mean_squared_error"}
    place = page.index("progress()")
    page.run(place)
    assert "1 of" in page.shown(place)


def test_a_new_kernel_finds_the_progress_kept(page, exercise):
    page.menu("Kernel", "Restart Kernel…")
    page.accept("Restart")
    page.settle()
    page.run(page.index("from course_utils.exercises import"))
    place = page.index("progress()")
    page.run(place)
    assert "1 of" in page.shown(place)


def test_the_exercise_can_be_done_by_the_keyboard_alone(page, exercise):
    keys = page.page.keyboard
    page.show(exercise)
    keys.press("Escape")
    keys.press("Enter")  # into the cell
    keys.press("Control+A")
    keys.insert_text(WRONG)
    keys.press("Shift+Enter")
    page.settle()
    assert page.card(exercise)["outcome"] == "not yet"
    keys.press("ArrowUp")  # back to it
    keys.press("Enter")
    keys.press("Control+A")
    keys.insert_text(RIGHT)
    keys.press("Control+Enter")  # run and stay
    page.settle()
    assert page.card(exercise)["outcome"] == "correct"
    assert page.active() == exercise


def partition_at_address(said):
    """What was said before the last address, and what was said after it."""
    *_, last = re.finditer(r"http://\S+", said)
    return said[: last.start()], said[last.end() :]


def test_the_terminal_stays_quiet_all_the_while(page):
    said = "".join(page.server.lines)
    before, after = partition_at_address(said)
    assert not re.search(r"warn|error|deprecat", before, re.IGNORECASE), before
    assert after.strip() == "", after

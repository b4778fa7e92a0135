"""A graded lab as a learner has it: nbgrader's notebook opens, and Validate answers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser_lab import EXPOSE, Lab, page_of
from lab_server import running

NAME = "00_start_here"
RIGHT = """@ex00.mean_squared_error.check
def mean_squared_error(P, Y):
    return ((P - Y) ** 2).sum(axis=1).mean()
"""
WRONG = """@ex00.mean_squared_error.check
def mean_squared_error(P, Y):
    return ((P - Y) ** 2).mean()
"""


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """The folder of a learner: what `course build` and nbgrader made of one notebook."""
    place = tmp_path_factory.mktemp("graded")
    course, desk = place / "course", place / "desk"
    build = [sys.executable, "-m", "course_utils", "build", "--edition", "graded", "00"]
    subprocess.run([*build, "--out", str(course)], check=True, capture_output=True)
    scripts = str(Path(sys.executable).parent)
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", NAME],
        cwd=course,
        env={**os.environ, "PATH": os.pathsep.join([scripts, os.environ["PATH"]])},
        check=True,
        capture_output=True,
    )
    shutil.copytree(course / "release" / NAME, desk)
    return desk


@pytest.fixture(scope="module")
def graded(chromium, handed_out, tmp_path_factory):
    """JupyterLab in that folder, with nbgrader's extensions, and the notebook open."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.root_dir={handed_out}", "--ServerApp.port=8988", EXPOSE]
    with (
        running(command, tmp_path_factory.mktemp("home"), cwd=handed_out) as server,
        page_of(chromium, server) as lab,
    ):
        lab.open(f"{NAME}.ipynb")
        yield lab


def exercise(lab: Lab) -> int:
    """The number of the cell with the exercise's stub."""
    return lab.index("@ex00.mean_squared_error.check")


def validated(lab: Lab) -> str:
    """What the dialog of Validate says."""
    lab.save()
    lab.page.get_by_role("button", name="Validate").click()
    return lab.accept("Validation Results")


def test_the_notebook_opens_with_stub_and_locked_cell(graded):
    assert "raise NotImplementedError" in graded.cells()[exercise(graded)]["source"]
    locked = graded.index("ex00.mean_squared_error.confirm(mean_squared_error)")
    assert locked == exercise(graded) + 1


def test_validate_says_what_the_card_says(graded):
    graded.run(graded.index("from course_utils.exercises import"))
    graded.write(exercise(graded), WRONG)
    message = graded.card(exercise(graded))["message"]
    said = validated(graded)
    assert "mean_squared_error: not yet" in said
    assert " ".join(message.split()) in " ".join(said.split())


def test_validate_passes_the_right_answer_once_the_question_in_words_is_answered(graded):
    graded.write(exercise(graded), RIGHT)
    assert "You did not provide a response" in validated(graded)
    words = graded.index("*Your answer here.*")
    graded.show(words).locator(".jp-RenderedMarkdown").dblclick()
    graded.type(words, "I predicted 3 and saw 7.")
    graded.page.keyboard.press("Control+Enter")
    assert "Success" in validated(graded)

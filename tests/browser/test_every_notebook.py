"""Every learner's notebook: all its cells run, its pictures are there, its widgets answer."""

import re

import pytest
from browser_lab import PICTURES
from lab_server import ROOT

from course_utils import lab as course_lab

NAMES = [path.name for path in course_lab.notebooks(ROOT)]
TOO_WIDE = """() => [...document.querySelectorAll('.jp-RenderedMarkdown')]
    .filter(element => element.scrollWidth > element.clientWidth + 1).length"""


@pytest.fixture(scope="module", params=NAMES, ids=lambda name: name.removesuffix(".ipynb"))
def notebook(lab, request):
    """A notebook, open and run from its first cell to its last."""
    lab.open(request.param)
    lab.run_all()
    yield lab
    lab.close()


def test_every_cell_runs_without_an_error(notebook):
    for cell in notebook.cells():
        if cell["type"] == "code":
            assert cell["count"], f"not run: {cell['source'][:80]}"
            errors = [out for out in cell["outputs"] if out["output_type"] == "error"]
            assert not errors, f"{cell['source'][:80]}: {errors}"
            written = [out for out in cell["outputs"] if out.get("name") == "stderr"]
            assert not written, f"{cell['source'][:80]} wrote to stderr: {written}"


def test_every_exercise_shows_its_card(notebook):
    for n, cell in enumerate(notebook.cells()):
        if cell["exercise"]:
            assert notebook.card(n)["outcome"] == "not attempted"


def test_a_figure_is_shown_once_and_no_text_is_left_in_its_place(notebook):
    seen = {}
    for n, cell in enumerate(notebook.cells()):
        for output in cell["outputs"]:
            picture = output.get("data", {}).get("image/png")
            if picture:
                assert picture not in seen, f"cells {seen[picture]} and {n} show the same"
                seen[picture] = n
            text = "".join(output.get("text", "")) + output.get("data", {}).get("text/plain", "")
            assert picture or not re.search(r"<(Figure|Axes)\b|^\[?Text\(", text), f"{n}: {text}"


def test_every_picture_says_what_it_shows(notebook):
    """To who hears the page: the text is the cell's `alt`, set by the course's own extension."""
    for n, cell in enumerate(notebook.cells()):
        if any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            pictures = notebook.show(n).locator(".jp-OutputArea-output img")
            pictures.first.wait_for()
            for picture in pictures.all():
                described(notebook.page, picture)


def described(page, picture):
    """The text of a picture, which comes shortly after it."""
    for _ in range(20):
        if (text := picture.get_attribute("alt") or "") and len(text) >= 20:
            return text
        page.wait_for_timeout(100)
    raise AssertionError(f"a picture says {text!r}")


def test_the_first_screen_is_what_a_learner_sees(notebook, request):
    notebook.show(0)
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = request.node.callspec.params["notebook"].removesuffix(".ipynb")
    picture = notebook.page.screenshot(path=PICTURES / f"{name}.png")
    assert len(picture) > 20_000  # not a blank page
    assert notebook.page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert notebook.page.evaluate(TOO_WIDE) == 0


def test_every_knob_of_every_widget_changes_its_picture(notebook):
    found = 0
    for n, widget in notebook.widgets():
        assert widget.picture.evaluate("image => image.clientWidth / image.naturalWidth") <= 1
        knobs = list(widget.knobs())
        assert knobs, f"cell {n} has nothing to turn"
        for knob, turn in knobs:
            assert widget.answers(turn, knob), f"cell {n}: {knob}"
            found += 1
    sources = "".join(cell["source"] for cell in notebook.cells())
    assert found or "widgets." not in sources

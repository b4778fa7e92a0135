"""Every learner's notebook: all its cells run, its pictures are there, its widgets answer."""

import pytest
from browser_lab import PICTURES
from lab_server import ROOT

from course_utils import lab as course_lab

NAMES = [path.name for path in course_lab.notebooks(ROOT)]
VIEW = "application/vnd.jupyter.widget-view+json"
TOO_WIDE = """() => [...document.querySelectorAll('.jp-RenderedMarkdown')]
    .filter(element => element.scrollWidth > element.clientWidth + 1).length"""
ANSWER_SECONDS = 20  # for a picture to change; how long it takes is the benchmark's to say


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
    for n, cell in enumerate(notebook.cells()):
        pictures = [
            out["data"]["image/png"]
            for out in cell["outputs"]
            if "image/png" in out.get("data", {})
        ]
        assert len(pictures) == len(set(pictures)), cell["source"][:80]
        if pictures:
            assert "<Figure size" not in notebook.shown(n)


def test_the_first_screen_is_what_a_learner_sees(notebook, request):
    notebook.show(0)
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = request.node.callspec.params["notebook"].removesuffix(".ipynb")
    picture = notebook.page.screenshot(path=PICTURES / f"{name}.png")
    assert len(picture) > 20_000  # not a blank page
    assert notebook.page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert notebook.page.evaluate(TOO_WIDE) == 0


def controls(area):
    """Every knob of a widget: an element, and the keys that turn it."""
    for handle in area.locator(".noUi-handle").all():
        yield handle, ("ArrowRight", "ArrowLeft")
    for choice in area.locator("select").all():
        yield choice, ("ArrowDown", "ArrowUp")
    for box in area.locator("input[type=checkbox]").all():
        yield box, ("Space", "Space")


def turned(page, area, knob, key):
    """Press a key on a knob; whether the picture changes within the time."""
    image = area.locator("img").first
    before = image.get_attribute("src")
    knob.focus()
    page.keyboard.press(key)
    for _ in range(10 * ANSWER_SECONDS):
        if image.get_attribute("src") != before:
            return True
        page.wait_for_timeout(100)
    return False


def test_every_control_of_every_widget_changes_its_figure(notebook):
    found = 0
    for n, cell in enumerate(notebook.cells()):
        if not any(VIEW in out.get("data", {}) for out in cell["outputs"]):
            continue
        area = notebook.show(n).locator(".jp-Cell-outputArea")
        area.locator("img").first.wait_for()
        knobs = list(controls(area))
        assert knobs, cell["source"][:80]
        for knob, keys in knobs:
            assert any(turned(notebook.page, area, knob, key) for key in keys), cell["source"][:80]
            found += 1
    assert found or "widgets." not in "".join(cell["source"] for cell in notebook.cells())

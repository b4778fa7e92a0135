"""When something breaks: a sentence says what to do, and what was written is still there."""

import contextlib
import json

import pytest
from browser_lab import page_of

START = "00_start_here.ipynb"
MINE = "my_answer = 'written before it broke'"


@pytest.fixture(scope="module")
def start(lab):
    lab.open(START)
    return lab


def on_disk(lab):
    """The notebook's text in the workspace."""
    cells = json.loads((lab.server.work / START).read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def exercise(lab):
    """The number of the one exercise's cell."""
    return next(n for n, cell in enumerate(lab.cells()) if cell["exercise"])


def test_opening_and_closing_asks_no_question_and_changes_nothing(start):
    before = (start.server.work / START).read_bytes()
    start.command("application:close")
    start.page.locator(".jp-NotebookPanel").wait_for(state="detached")
    assert start.page.locator(".jp-Dialog").count() == 0
    assert (start.server.work / START).read_bytes() == before
    start.open(START)


def test_a_kernel_that_dies_is_said_and_nothing_written_is_lost(start):
    start.run_all()
    start.type(exercise(start), MINE)
    deadly = start.append(exercise(start), "import os; os._exit(1)")
    start.accept("appears to have died")
    start.settle()
    assert start.cells()[exercise(start)]["source"] == MINE
    start.save()
    assert MINE in on_disk(start)
    start.write(deadly, "6 * 7")  # the new kernel is there
    assert "42" in start.shown(deadly)
    start.menu("Run", "Run All Above Selected Cell")
    start.settle()
    assert "not yet" in start.shown(start.index("report(talkative)"))


@contextlib.contextmanager
def read_only(folder):
    """Nobody can write there for a while."""
    places = [folder, *folder.rglob("*")]
    modes = [place.stat().st_mode for place in places]
    for place in places:
        place.chmod(0o555)
    try:
        yield
    finally:
        for place, mode in zip(places, modes, strict=True):
            place.chmod(mode)


def test_a_workspace_that_cannot_be_written_is_said_and_the_text_stays(start):
    right = "@ex00.mean_squared_error.check\ndef mean_squared_error(P, Y):\n    return 0.0\n"
    with read_only(start.server.work):
        start.write(exercise(start), right)
        said = start.shown(exercise(start))
        assert "Your progress is not kept" in said
        assert "mend its permissions or choose another folder" in said
        assert "Traceback" not in said
        start.page.keyboard.press("Control+S")
        start.accept("Permission denied")
    assert "return 0.0" in start.cells()[exercise(start)]["source"]
    start.save()
    assert "return 0.0" in on_disk(start)


@pytest.fixture
def without_websockets(chromium, server):
    """A page whose WebSockets are closed as soon as they open, as some proxies do."""
    with page_of(chromium, server) as lab:
        lab.page.route_web_socket(lambda url: True, lambda socket: socket.close())
        yield lab


def test_without_websockets_the_page_says_what_to_do_and_the_text_is_kept(without_websockets):
    lab = without_websockets
    lab.read(START)
    lab.show(0).locator("strong", has_text="Nothing happens?").wait_for()
    advice = lab.index("lets no WebSocket through")
    assert "another browser" in lab.show(advice).inner_text()
    notice = lab.page.get_by_text("Nothing runs: the browser has no connection to the kernel")
    notice.first.wait_for()
    lab.type(exercise(lab), "# written without a kernel")
    lab.save()
    assert "# written without a kernel" in on_disk(lab)

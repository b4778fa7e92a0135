"""What a learner does in JupyterLab, in the words of the tests."""

import contextlib
import os
import re
import shutil
import time
from urllib.parse import urlsplit

from lab_server import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 800}
EXPOSE = "--LabApp.expose_app_in_browser=True"
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]
PICTURES = ROOT / "results" / "browser"  # git ignores it
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"  # the tab in front
OUTPUTS = """() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    return notebook.model.sharedModel.cells.map(cell => ({
        type: cell.cell_type,
        source: cell.source,
        exercise: cell.getMetadata('exercise') ?? null,
        count: cell.execution_count ?? null,
        outputs: cell.cell_type === 'code' ? cell.outputs : [],
    }));
}"""
SHOW = """index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    return notebook.scrollToItem(index, 'start');
}"""
ACTIVE = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
BUSY = """() => {
    const {content, sessionContext} = window.jupyterapp.shell.currentWidget;
    return sessionContext.session?.kernel?.status !== 'idle'
        || content.widgets.some(cell => cell.model.type === 'code'
            && cell.model.executionState === 'running');
}"""
CARD = "application/vnd.course.report+json"
VIEW = "application/vnd.jupyter.widget-view+json"
ANSWER_SECONDS = 20  # for a picture to change; how long it takes is the benchmark's to say
KERNEL_SECONDS = 600


def found_chromium():
    """Where the system's browser is; None where there is none."""
    return os.environ.get("COURSE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def page_of(chromium, server):
    """A page of a browser that was never here before."""
    context = chromium.new_context(viewport=SIZE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield Lab(page, server)
    context.close()


class Lab:
    """JupyterLab in a page: one notebook open, its cells numbered from 0."""

    def __init__(self, page, server):
        self.page, self.server = page, server
        address = urlsplit(server.address)
        self.root, self.query = f"{address.scheme}://{address.netloc}", address.query

    def open(self, name):
        """Open a notebook by its address, as a link would, and wait for its kernel."""
        self.read(name)
        self.settle()

    def read(self, name):
        """Open a notebook; whether its kernel comes is another matter."""
        self.page.goto(f"{self.root}/lab/tree/{name}?{self.query}&reset")
        self.arrived()

    def arrived(self):
        """Wait until a notebook is shown."""
        self.page.wait_for_selector(f"{NOTEBOOK} .jp-Cell")
        self.page.wait_for_function(
            "() => !!window.jupyterapp?.shell.currentWidget?.content?.model"
        )

    def close(self):
        """Save, shut the kernel down and close the notebook, so that the next has the memory."""
        self.save()
        self.command("notebook:shutdown-kernel")
        self.page.goto("about:blank")

    def command(self, name, **arguments):
        """One of JupyterLab's commands, where a click would be no other."""
        self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args); }",
            [name, arguments],
        )

    def menu(self, *path):
        """Click through a menu: menu("Run", "Run All Cells")."""
        for label in path:
            self.page.get_by_role(
                "menuitem", name=re.compile(rf"^{re.escape(label)}")
            ).first.click()

    def settle(self, seconds=KERNEL_SECONDS):
        """Wait until nothing runs."""
        until, quiet = time.monotonic() + seconds, 0
        while quiet < 3:
            quiet = 0 if self.page.evaluate(BUSY) else quiet + 1
            assert time.monotonic() < until, f"the kernel still works after {seconds} s"
            self.page.wait_for_timeout(100)

    def run_all(self):
        """Run every cell, as the menu does."""
        self.menu("Run", "Run All Cells")
        self.settle()

    def restart_and_run_all(self):
        """The same in a new kernel, as the menu does."""
        self.menu("Kernel", "Restart Kernel and Run All Cells…")
        self.accept("Restart")
        self.settle()

    def accept(self, text):
        """Read a dialog, which has to hold the text, and answer yes; all that it said."""
        dialog = self.page.locator(".jp-Dialog", has_text=text)
        dialog.wait_for()
        said = dialog.inner_text()
        dialog.locator("button.jp-mod-styled").last.click()
        dialog.wait_for(state="detached")
        return said

    def save(self):
        """Ctrl-S, and wait until it is done."""
        self.command("docmanager:save")

    def cells(self):
        """Every cell: type, source, exercise, execution count and outputs."""
        return self.page.evaluate(OUTPUTS)

    def index(self, text):
        """The number of the first cell whose source holds the text."""
        found = [n for n, cell in enumerate(self.cells()) if text in cell["source"]]
        assert found, f"no cell holds {text!r}"
        return found[0]

    def show(self, index):
        """Scroll to a cell and make it the active one; its element."""
        self.page.evaluate(SHOW, index)
        cell = self.page.locator(f"{NOTEBOOK} .jp-Cell.jp-mod-active")
        cell.wait_for()
        return cell

    def active(self):
        """The number of the active cell."""
        return self.page.evaluate(ACTIVE)

    def run(self, index):
        """Run a cell with Shift-Enter."""
        self.show(index).locator(".jp-InputArea").first.click(position={"x": 20, "y": 10})
        self.page.keyboard.press("Shift+Enter")
        self.settle()

    def write(self, index, code):
        """Put code in place of a cell's and run it, by the keyboard."""
        self.type(index, code)
        self.page.keyboard.press("Shift+Enter")
        self.settle()

    def append(self, index, code):
        """A new cell below, with code, run; its number."""
        self.show(index)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.write(index + 1, code)
        return index + 1

    def type(self, index, code):
        """Put code in place of a cell's by the keyboard, and do not run it."""
        self.show(index).locator(".cm-content").first.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)

    def card(self, index):
        """The last card below a cell, as data."""
        outputs = self.cells()[index]["outputs"]
        cards = [output["data"][CARD] for output in outputs if CARD in output.get("data", {})]
        assert cards, f"cell {index} shows no card: {outputs}"
        return cards[-1]

    def shown(self, index):
        """What one reads below a cell."""
        return self.show(index).locator(".jp-Cell-outputArea").inner_text()

    def widgets(self):
        """Every cell with knobs and a picture (a progress bar is a widget too, and has none)."""
        for n, cell in enumerate(self.cells()):
            if any(
                {VIEW, "image/png"} <= output.get("data", {}).keys() for output in cell["outputs"]
            ):
                yield n, Widget(self, n)


class Widget:
    """The knobs below a cell, and their picture."""

    def __init__(self, lab, index):
        self.page = lab.page
        lab.show(index)
        cell = f'{NOTEBOOK} .jp-Cell[data-windowed-list-index="{index}"]'
        self.area = self.page.locator(f"{cell} .jp-Cell-outputArea")
        self.picture = self.area.locator("img").first
        self.picture.wait_for()

    def knobs(self):
        """What can be turned, and the function that turns it to a share (0 to 1) of its way."""
        for slider in self.area.locator(".noUi-target").all():
            yield slider, self.drag
        for choice in self.area.locator("select").all():
            yield choice, self.choose
        for box in self.area.locator("input[type=checkbox], .widget-play button:first-child").all():
            yield box, self.press

    @contextlib.contextmanager
    def held(self, slider):
        """The handle in the hand: a function that brings it to a share of its way."""
        slider.scroll_into_view_if_needed()
        handle, way = slider.locator(".noUi-handle").bounding_box(), slider.bounding_box()
        mouse, y = self.page.mouse, handle["y"] + handle["height"] / 2
        mouse.move(handle["x"] + handle["width"] / 2, y)
        mouse.down()
        yield lambda share, steps=1: mouse.move(way["x"] + share * way["width"], y, steps=steps)
        mouse.up()

    def drag(self, slider, share):
        """Take the handle by the mouse and bring it there."""
        with self.held(slider) as move:
            move(share, steps=4)

    def choose(self, choice, share):
        """Choose from a list."""
        count = choice.locator("option").count()
        choice.select_option(index=round(share * (count - 1)))

    def press(self, button, share):
        """Tick a box, or start what runs and stop it."""
        button.click()

    def answers(self, turn, knob):
        """Turn a knob far to one side and then to the other; whether the picture changed."""
        return any(self._changes(turn, knob, share) for share in (0.9, 0.1))

    def _changes(self, turn, knob, share):
        before = self.picture.get_attribute("src")
        turn(knob, share)
        for _ in range(10 * ANSWER_SECONDS):
            if self.picture.get_attribute("src") != before:
                return True
            self.page.wait_for_timeout(100)
        return False

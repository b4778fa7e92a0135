"""What a learner does in JupyterLab, in the words of the tests."""

import re
import time
from urllib.parse import urlsplit

from lab_server import ROOT

PICTURES = ROOT / "results" / "browser"  # git ignores it
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
KERNEL_SECONDS = 600


class Lab:
    """JupyterLab in a page: one notebook open, its cells numbered from 0."""

    def __init__(self, page, server):
        self.page, self.server = page, server
        address = urlsplit(server.address)
        self.root, self.query = f"{address.scheme}://{address.netloc}", address.query

    def open(self, name):
        """Open a notebook by its address, as a link would, and wait for its kernel."""
        self.page.goto(f"{self.root}/lab/tree/{name}?{self.query}&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function(
            "() => !!window.jupyterapp?.shell.currentWidget?.content?.model"
        )
        self.settle()

    def close(self):
        """Save, shut the kernel down and close the notebook, so that the next has the memory."""
        self.command("docmanager:save")
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
        cell = self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
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
        self.show(index).locator(".cm-content").first.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")
        self.settle()

    def append(self, index, code):
        """A new cell below, with code, run; its number."""
        self.show(index)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.write(index + 1, code)
        return index + 1

    def card(self, index):
        """The last card below a cell, as data."""
        outputs = self.cells()[index]["outputs"]
        cards = [output["data"][CARD] for output in outputs if CARD in output.get("data", {})]
        assert cards, f"cell {index} shows no card: {outputs}"
        return cards[-1]

    def shown(self, index):
        """What one reads below a cell."""
        return self.show(index).locator(".jp-Cell-outputArea").inner_text()

"""How soon a widget's picture follows the hand, in JupyterLab with a real browser.

    python benchmarks/widgets.py [00 02 …]

Runs each notebook in JupyterLab, drags every slider of its widgets through ten places with the
mouse (and goes through every list), and takes the time from the movement to the moment when the
new picture has been loaded: browser, server, kernel, `draw`, PNG and back. Aim: 150 ms.
Needs what `make test-browser` installs.
"""

import re
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

import browser_lab  # noqa: E402
from lab_server import running  # noqa: E402

from course_utils import lab as course_lab  # noqa: E402

PLACES = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.7, 0.45, 0.25]  # of a slider's way
WATCH = """image => {
    window.came = [];
    const moved = () => { window.moved = performance.now(); };
    for (const event of ['pointermove', 'change']) document.addEventListener(event, moved, true);
    image.addEventListener('load', () => window.came.push(performance.now() - window.moved));
}"""


def answers(page, move):
    """Milliseconds until the picture that a movement asks for; none where it asks for no other."""
    before = page.evaluate("window.came.length")
    move()
    try:
        page.wait_for_function("n => window.came.length > n", arg=before, timeout=3000)
    except TooLate:
        return []
    page.wait_for_timeout(50)  # nothing is on its way when the next one starts
    return [page.evaluate("window.came.at(-1)")]


def dragged(widget, slider):
    """The answers to a slider's drag."""
    found = []
    with widget.held(slider) as move:
        for share in PLACES:
            found += answers(widget.page, partial(move, share))
    return found


def chosen(page, choice):
    """The answers to each entry of a list."""
    count = choice.locator("option").count()
    found = []
    for index in [*range(count), 0]:
        found += answers(page, partial(choice.select_option, index=index))
    return found


def measure(lab, name):
    """A row for each widget of a notebook."""
    lab.open(name)
    lab.run_all()
    for number, widget in lab.widgets():
        widget.picture.evaluate(WATCH)
        times = []
        for knob, turn in widget.knobs():
            if turn == widget.drag:
                times += dragged(widget, knob)
            elif turn == widget.choose:
                times += chosen(lab.page, knob)
        source = lab.cells()[number]["source"]
        yield re.search(r"widgets\.(?:knobs|stepper)\(\s*(\w+)", source)[1], times
    lab.close()


def main(numbers):
    """The table."""
    print("| notebook | widget | pictures | median, ms | slowest, ms |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        home = Path(place) / "home"
        home.mkdir()
        work = Path(place) / "work"
        command = [sys.executable, "-m", "course_utils", "lab", "--no-browser", "--dir", str(work)]
        browser = playwright.chromium.launch(
            executable_path=browser_lab.found_chromium(), args=browser_lab.FLAGS
        )
        with (
            running([*command, "--port", "8988", "--", browser_lab.EXPOSE], home) as server,
            browser_lab.page_of(browser, server) as lab,
        ):
            for path in course_lab.notebooks(ROOT):
                number = path.name.partition("_")[0]
                if (numbers and number not in numbers) or "widgets." not in path.read_text("utf-8"):
                    continue
                for draw, times in measure(lab, path.name):
                    row = f"{number} | `{draw}` | {len(times)}"
                    print(f"| {row} | {median(times):.0f} | {max(times):.0f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

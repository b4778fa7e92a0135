"""A real browser in a real JupyterLab: `make test-browser`.

Chromium is the system's own (COURSE_CHROMIUM names another). Without it every test is skipped with
a line that says so; with COURSE_REQUIRE_BROWSER=1 that is a failure. A test that fails leaves a
picture of the page in results/browser/.
"""

import os
import shutil
import sys

import pytest
from browser_lab import PICTURES, Lab
from lab_server import running

NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]


def missing(what):
    """No browser: a failure where one is required, else a skip with the same sentence."""
    if os.environ.get("COURSE_REQUIRE_BROWSER"):
        pytest.fail(f"{what} (COURSE_REQUIRE_BROWSER is set)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium():
    """The browser; each test gets a page of its own from it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: `make test-browser` installs it.")
    found = os.environ.get("COURSE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing("There is no Chromium: on Debian and Ubuntu, apt install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One `course lab` for all tests; its page tells them what it holds (expose_app_in_browser)."""
    home, work = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("place") / "work"
    command = [sys.executable, "-m", "course_utils", "lab", "--no-browser", "--dir", str(work)]
    command += ["--port", "8988", "--", "--LabApp.expose_app_in_browser=True"]
    with running(command, home) as started:
        started.work = work
        yield started


@pytest.fixture(scope="module")
def lab(chromium, server, request):
    """A page in JupyterLab for the tests of one module."""
    context = chromium.new_context(viewport=SIZE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield Lab(page, server)
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    lab = getattr(item, "funcargs", {}).get("lab")
    if report.when == "call" and report.failed and lab:
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in item.nodeid.rpartition("::")[2])
        lab.page.screenshot(path=PICTURES / f"failed-{name}.png")
    return report

"""A real browser in a real JupyterLab: `make test-browser`.

Chromium is the system's own (COURSE_CHROMIUM names another). Without it every test is skipped with
a line that says so; with COURSE_REQUIRE_BROWSER=1 that is a failure. A test that fails leaves a
picture of the page in results/browser/.
"""

import ctypes
import os
import sys

import pytest
from browser_lab import EXPOSE, FLAGS, PICTURES, Lab, found_chromium, page_of
from lab_server import running

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


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
    found = found_chromium()
    if found is None:
        missing("There is no Chromium: on Debian and Ubuntu, apt install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`course lab`, new for each module; its page tells what it holds (expose_app_in_browser)."""
    home, work = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("place") / "work"
    command = [sys.executable, "-m", "course_utils", "lab", "--no-browser", "--dir", str(work)]
    command += ["--port", "8988", "--", EXPOSE]
    with running(command, home, before=obey_permissions) as started:
        started.work = work
        yield started


@pytest.fixture(scope="module")
def lab(chromium, server):
    """A page in JupyterLab for the tests of one module."""
    with page_of(chromium, server) as lab:
        yield lab


def obey_permissions():
    """Root may write anywhere; without this right it is as anybody else (Linux, prctl(2))."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    labs = (arg for arg in getattr(item, "funcargs", {}).values() if isinstance(arg, Lab))
    lab = next(labs, None)
    if report.failed and lab:
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in item.nodeid.rpartition("::")[2])
        lab.page.screenshot(path=PICTURES / f"failed-{name}.png")
    return report

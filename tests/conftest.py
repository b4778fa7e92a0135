"""Every test, and every notebook and command it starts, runs offline and on one thread.

Two processes with two threads each are several times slower than with one. COURSE_DATA_DIR stays
as it is. At the end the slowest notebooks are named.
"""

import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OFFLINE = ROOT / "tests" / "offline"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

os.environ.update(dict.fromkeys(THREADS, "1"))  # before NumPy is imported
for leftover in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # `make test` is not the make of a test
    os.environ.pop(leftover, None)

if str(OFFLINE) not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(OFFLINE), inherited)))
if getattr(sys.modules.get("sitecustomize"), "__file__", "") != str(OFFLINE / "sitecustomize.py"):
    spec = importlib.util.spec_from_file_location("offline", OFFLINE / "sitecustomize.py")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def notebook_times(reports):
    """Seconds and cells by notebook, the slowest first."""
    seconds, cells = Counter(), Counter()
    for report in reports:
        path = report.nodeid.partition("::")[0]
        if path.endswith(".ipynb"):
            seconds[path] += report.duration
            cells[path] += report.when == "call"
    return [(time, cells[path], path) for path, time in seconds.most_common()]


def pytest_collection_modifyitems(items):
    """Names are the same in every process, or pytest-xdist cannot share the tests out."""
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"{item.nodeid} names an address: give its parameters ids.")


def pytest_terminal_summary(terminalreporter):
    every = [report for reports in terminalreporter.stats.values() for report in reports]
    rows = notebook_times([report for report in every if hasattr(report, "duration")])
    if rows:
        terminalreporter.section("slowest notebooks")
        for time, cells, path in rows[:10]:
            terminalreporter.write_line(f"{time:7.1f} s  {cells:3} cells  {path}")
        total = sum(time for time, _, _ in rows)
        terminalreporter.write_line(f"{total:7.1f} s  all {len(rows)} together, on one core each")

"""Every test, and every notebook and command it starts, runs offline and on one thread.

Two processes with two threads each are several times slower than with one. COURSE_DATA_DIR stays
as it is. At the end the slowest notebooks are named.
"""

import gzip
import hashlib
import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
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


def idx(values):
    """Values as the bytes of an IDX file: those of uint8."""
    sizes = np.array(values.shape, ">u4").tobytes()
    return bytes([0, 0, 0x08, values.ndim]) + sizes + values.tobytes()


@pytest.fixture
def tiny_mnist(tmp_path, monkeypatch):
    """A made-up MNIST of 12 + 4 images of 3×2 pixels: the folder that could be served or named.

    The course takes it for the real one, with 4 images to validate and 5 in mnist-10k; its cache
    is empty and COURSE_DATA_DIR is not set.
    """
    from course_utils import datasets
    from course_utils.datasets import mnist, store

    rng, folder, digests = np.random.default_rng(0), tmp_path / "served" / "mnist", {}
    folder.mkdir(parents=True)
    shapes = ((12, 3, 2), (12,), (4, 3, 2), (4,))
    for name, shape in zip(mnist.MNIST.files, shapes, strict=True):
        most = 255 if len(shape) == 3 else 9
        content = gzip.compress(idx(rng.integers(0, most, shape, np.uint8, endpoint=True)))
        (folder / name).write_bytes(content)
        digests[name] = hashlib.sha256(content).hexdigest()
    remote = mnist.MNIST._replace(files=digests, mirrors=("http://127.0.0.1:9/",))
    monkeypatch.setattr(mnist, "MNIST", remote)
    monkeypatch.setattr(mnist, "N_VALID", 4)
    monkeypatch.setattr(mnist, "N_SMALL", 5)
    monkeypatch.setattr(datasets, "REMOTES", {"mnist": remote})
    monkeypatch.setattr(store, "CACHE", tmp_path / "cache")
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    return folder


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

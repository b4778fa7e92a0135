"""`course doctor`: what the course needs, whether it is there, and what to do where it is not.

Each check is a function that returns a Row; one that raises becomes a problem, never a traceback.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from course_utils import lab, workspace
from course_utils.errors import CourseError

OK, NOTE, PROBLEM = "ok", "note", "problem"
REINSTALL = "Run `make lab` again, or `python -m pip install -c constraints.txt -e .` in the clone."
LITTLE, TOO_LITTLE = 10**9, 10**8  # bytes of disk that make a note and a problem
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Row(NamedTuple):
    """One thing examined: its name, a state of ok, note or problem, what is, and what to do."""

    name: str
    state: str
    found: str
    act: str = ""


def examine(folder: Path | None = None) -> Iterator[Row]:
    """Every row in turn; `folder` is the workspace, by default the one `course lab` would use."""
    place = folder or workspace.find() or workspace.CLONE / "work"
    checks: tuple[tuple[str, Callable[[], Row]], ...] = (
        ("Python", python),
        ("NumPy", blas),
        ("PyTorch", torch),
        ("GPU", gpu),
        ("JupyterLab", jupyterlab),
        ("kernel", kernel),
        ("notebooks", notebooks),
        ("digits", digits),
        ("MNIST", mnist),
        ("workspace", lambda: work(place)),
        ("disk", lambda: disk(place)),
    )
    for name, check in checks:
        try:
            yield check()
        except CourseError as error:
            yield Row(name, PROBLEM, str(error))
        except Exception as error:
            yield Row(name, PROBLEM, f"{type(error).__name__}: {error}", REINSTALL)


def python() -> Row:
    """The interpreter, and whether it is an environment of its own."""
    version = ".".join(map(str, sys.version_info[:3]))
    found = f"{version} at {sys.executable}"
    if sys.prefix == sys.base_prefix and "CONDA_PREFIX" not in os.environ:
        return Row("Python", NOTE, found, "`make lab` makes an environment for the course alone.")
    return Row("Python", OK, found)


def blas() -> Row:
    """NumPy's version, the library that multiplies its matrices, and on how many threads."""
    import numpy as np
    from threadpoolctl import threadpool_info

    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    libraries = {
        f"{p['internal_api']} {p['version'] or ''}".strip() + f", threads: {p['num_threads']}"
        for p in pools
    }
    found = "; ".join([np.__version__, *sorted(libraries)])
    cores = os.cpu_count() or 1
    if not pools:
        return Row("NumPy", NOTE, found, "No BLAS that threadpoolctl knows; training may be slow.")
    if max(pool["num_threads"] for pool in pools) > cores:
        return Row("NumPy", NOTE, f"{found} on {cores} cores", f"Set {THREADS[0]}={cores}.")
    return Row("NumPy", OK, found)


def torch() -> Row:
    """PyTorch, which two notebooks and several comparisons use."""
    import torch

    x = torch.ones(2, requires_grad=True)
    (x @ x).backward()
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU build"
    return Row("PyTorch", OK, f"{torch.__version__} ({build}), threads: {torch.get_num_threads()}")


def gpu() -> Row:
    """A GPU, which nothing in the course needs."""
    import torch

    if torch.cuda.is_available():
        return Row("GPU", OK, torch.cuda.get_device_name())
    if shutil.which("nvidia-smi"):
        why = "its driver does not suit" if torch.version.cuda else "this PyTorch is the CPU build"
        act = "Nothing needs it; PyTorch's Get Started page has the command that would use it."
        return Row("GPU", NOTE, f"not used: {why}", act)
    return Row("GPU", OK, "none; no notebook needs one")


def jupyterlab() -> Row:
    """The place where the notebooks open."""
    importlib.import_module("jupyterlab")  # metadata alone do not tell that it can start
    version = importlib.metadata.version("jupyterlab")
    try:
        importlib.metadata.version("ipywidgets")
    except importlib.metadata.PackageNotFoundError:
        return Row("JupyterLab", PROBLEM, f"{version} without ipywidgets", REINSTALL)
    return Row("JupyterLab", OK, version)


def kernel() -> Row:
    """Whether the kernel that `course lab` starts as python3 is this Python."""
    spec = Path(sys.prefix) / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    if not spec.exists():
        return Row("kernel", OK, "python3 of this environment")  # Jupyter then makes its own
    command = json.loads(spec.read_text(encoding="utf-8"))["argv"][0]
    ours = {"python", "python3", f"python3.{sys.version_info[1]}"}
    if command not in ours and Path(command).parent != Path(sys.executable).parent:
        act = "Run `python -m ipykernel install --sys-prefix` with this environment's Python."
        return Row("kernel", PROBLEM, f"python3 is {command}, another Python", act)
    return Row("kernel", OK, "python3 of this environment")


def notebooks() -> Row:
    """The learner's edition in the clone."""
    found = lab.notebooks()
    if not any(path.name == lab.START for path in found):
        return Row("notebooks", NOTE, f"{len(found)} without {lab.START}", "Run `course build`.")
    return Row("notebooks", OK, f"{len(found)} in {found[0].parent}")


def digits() -> Row:
    """The data set that needs no network."""
    from course_utils import datasets

    return Row("digits", OK, str(datasets.load("digits")))


def mnist() -> Row:
    """The larger data set; few notebooks look at it, and only if asked."""
    from course_utils.datasets import store
    from course_utils.datasets.mnist import MNIST

    found = store.find(MNIST)
    if len(found) < len(MNIST.files):
        act = f"Needed for some larger runs only: {MNIST.command} brings it, {MNIST.megabytes} MB."
        what = (
            f"{len(found)} of its {len(MNIST.files)} files" if found else "not here; the digits are"
        )
        return Row("MNIST", NOTE, what, act)
    folders = dict.fromkeys(str(path.parent) for path in store.paths(MNIST).values())
    return Row("MNIST", OK, f"{len(found)} files in {' and '.join(folders)}")


def work(folder: Path) -> Row:
    """The learner's workspace: there, writable, its progress readable."""
    if not (folder / workspace.FOLDER).is_dir():
        return Row("workspace", NOTE, f"none yet in {folder}", "`course lab` makes it.")
    if not os.access(folder, os.W_OK) or not os.access(folder / workspace.FOLDER, os.W_OK):
        act = "Mend its permissions, or `course lab --dir` another folder."
        return Row("workspace", PROBLEM, f"{folder} cannot be written", act)
    results = workspace.results(folder)
    damaged = [r["message"] for r in results.values() if r["outcome"] == workspace.DAMAGED]
    if damaged:
        return Row("workspace", NOTE, str(folder), " ".join(damaged))
    solved = sum(result["outcome"] == "correct" for result in results.values())
    return Row("workspace", OK, f"{folder}, exercises tried: {len(results)}, correct: {solved}")


def disk(folder: Path) -> Row:
    """Room for notebooks with figures, and for data."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / 1e9:.1f} GB free at {there}"
    if free < TOO_LITTLE:
        return Row("disk", PROBLEM, found, "Free some space before you work: saving may fail.")
    return Row("disk", NOTE if free < LITTLE else OK, found, "Running low." * (free < LITTLE))

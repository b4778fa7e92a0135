"""`course lab`: deliver the notebooks and become JupyterLab, opened on the first of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from course_utils import workspace
from course_utils.errors import CourseError

START = "00_start_here.ipynb"
PORT = 8888
# What we add to JupyterLab: settings (no news, no panels of others), what is told of a picture
# (labextensions) and how a page is exported (nbconvert).
OURS = Path(__file__).with_name("jupyterlab")


def notebooks(clone: Path = workspace.CLONE) -> list[Path]:
    """The learner's edition in the clone, in order."""
    found = sorted((clone / "notebooks").glob("*.ipynb"))
    if not found:
        raise CourseError(
            f"There are no notebooks in {clone / 'notebooks'}: the course runs from its clone, "
            f"installed there with `pip install -e .`; `course build` writes the notebooks."
        )
    return found


def arguments(
    folder: Path, *, port: int, browser: bool, root: bool, more: Sequence[str] = ()
) -> list[str]:
    """JupyterLab's command line: a workspace, a first page, and nothing that needs a network.

    more  options of the user's own, which take the place of ours of the same name
    """
    first = START if (folder / START).exists() else ""
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=100",  # a taken port: the next one
        "--Application.log_level=ERROR",  # the address is printed at any level
        f"--LabApp.default_url=/lab/tree/{first}" if first else "--LabApp.default_url=/lab",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.extra_labextensions_path={OURS / 'labextensions'}",
        "--KernelManager.transport_encryption=auto",
        "--LabApp.extension_manager=readonly",
    ]
    given = {option.partition("=")[0] for option in more}
    options = [option for option in options if option.partition("=")[0] not in given]
    if not browser:
        options.append("--no-browser")
    if root:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options, *more]


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the kernel called python3 is this Python and no other."""

    def first(variable: str, *folders: Path) -> str:
        return os.pathsep.join(filter(None, (*map(str, folders), inherited.get(variable))))

    return {
        **inherited,
        "JUPYTER_PATH": first("JUPYTER_PATH", Path(sys.prefix) / "share" / "jupyter", OURS),
        "JUPYTER_CONFIG_PATH": first("JUPYTER_CONFIG_PATH", OURS),
    }


def has_display(inherited: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser can show itself; `BROWSER` may lead to one elsewhere."""
    if platform in ("win32", "darwin"):
        return True
    return any(inherited.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def is_root() -> bool:
    """Whether we run as root, which JupyterLab refuses unless told."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def become(command: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Replace this process, so that a signal sent to it reaches JupyterLab and its kernels."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environ)
    with subprocess.Popen(command, env=environ) as process:  # Windows has no exec to speak of
        while process.poll() is None:
            try:
                process.wait()
            except KeyboardInterrupt:  # JupyterLab got it too, and asks
                continue
    sys.exit(process.returncode)

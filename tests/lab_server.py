"""`course lab`, started for real by tests: with a home and a workspace of its own."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS, END_SECONDS = 90, 15
ADDRESS = re.compile(r"http://(?:localhost|127\.0\.0\.1):\d+/\S+")


def environment(home):
    """A user with a kernel called python3 that is none, and without a display."""
    other = home / "data" / "kernels" / "python3" / "kernel.json"
    other.parent.mkdir(parents=True)
    spec = {"argv": ["/bin/false"], "display_name": "another Python", "language": "python"}
    other.write_text(json.dumps(spec), encoding="utf-8")
    environ = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
        environ.pop(name, None)
    return environ


def wait(seconds, done, what):
    """What `done` returns once it is true; a failure that says what did not come."""
    until = time.monotonic() + seconds
    while not (answer := done()):
        assert time.monotonic() < until, f"after {seconds} s: {what()}"
        time.sleep(0.05)
    return answer


@contextlib.contextmanager
def running(arguments, home, cwd=ROOT, before=None):
    """The process, what it says (`lines`) and the `address` it prints; all is ended at the end.

    before  what the process does first of all, in its own skin: give up a right, say
    """
    process = subprocess.Popen(
        arguments,
        cwd=cwd,
        env=environment(home),
        preexec_fn=before,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    try:
        address = wait(
            START_SECONDS,
            lambda: ADDRESS.search("".join(lines)),
            lambda: "no address in: " + "".join(lines),
        )
        yield SimpleNamespace(process=process, address=address[0], lines=lines)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(END_SECONDS)
        reader.join(END_SECONDS)
        process.stdout.close()

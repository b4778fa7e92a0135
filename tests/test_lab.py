"""`make lab`, started for real: on a taken port, with notebooks, a kernel, and an end."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
import websocket
from lab_server import END_SECONDS, ROOT, running, wait

from course_utils import lab, workspace

STAMP = ROOT / ".venv" / ".installed"
KERNEL_SECONDS = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


def command(folder, port):
    """`make lab` where it would install nothing, else what it runs."""
    options = ["--dir", str(folder), "--port", str(port)]
    if shutil.which("make") and STAMP.exists():
        quiet = ["make", "--question", str(STAMP.relative_to(ROOT))]
        if subprocess.run(quiet, cwd=ROOT, capture_output=True, check=False).returncode == 0:
            return ["make", "lab", f"ARGS={' '.join(options)}"], STAMP.parent
    return [sys.executable, "-m", "course_utils", "lab", *options], Path(sys.prefix)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running `course lab`, asked for a port that is taken."""
    home = tmp_path_factory.mktemp("home")
    work = tmp_path_factory.mktemp("place") / "work"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments, prefix = command(work, port)
        with running(arguments, home) as started:
            yield SimpleNamespace(**vars(started), taken=port, work=work, prefix=prefix)


def parts(server):
    """Port, page and token of the printed address."""
    return re.fullmatch(r"http://[^:]+:(\d+)/([^?]+)\?token=(\w+)", server.address).groups()


def ask(server, path, body=None):
    port, _, token = parts(server)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def run(server, kernel, code):
    """The text of a cell's result, through the socket that JupyterLab's page uses."""
    port, _, token = parts(server)
    url = f"ws://127.0.0.1:{port}/api/kernels/{kernel}/channels?token={token}"
    message = uuid.uuid4().hex
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    header = {"msg_id": message, "msg_type": "execute_request", "session": "s", "username": "u"}
    connection = websocket.create_connection(url, timeout=KERNEL_SECONDS)
    try:
        connection.send(
            json.dumps(
                {
                    "header": {**header, "version": "5.3"},
                    "parent_header": {},
                    "metadata": {},
                    "content": content,
                    "channel": "shell",
                }
            )
        )
        until = time.monotonic() + KERNEL_SECONDS
        while time.monotonic() < until:
            answer = json.loads(connection.recv())
            if answer["parent_header"].get("msg_id") != message:
                continue
            assert answer["msg_type"] != "error", answer["content"]
            if answer["msg_type"] == "execute_result":
                return answer["content"]["data"]["text/plain"]
    finally:
        connection.close()
    pytest.fail(f"no result of {code!r} after {KERNEL_SECONDS} s")


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_taken_port_gives_the_next_and_the_whole_address(server):
    port, page, _ = parts(server)
    assert int(port) != server.taken
    assert page == f"lab/tree/{lab.START}"


def test_what_it_says_before_the_address(server):
    said = "".join(server.lines)
    assert f"Notebooks in {server.work}: " in said
    assert "There is no display here" in said
    assert ("You are root" in said) == (os.geteuid() == 0)


def test_the_notebooks_are_there(server):
    names = {entry["name"] for entry in ask(server, "api/contents")["content"]}
    assert lab.START in names
    assert names == {path.name for path in lab.notebooks()}
    assert ask(server, f"api/contents/{lab.START}")["content"]["cells"]
    assert workspace.find(server.work) == server.work


def test_nothing_asks_for_news(server):
    settings = ask(server, "lab/api/settings/@jupyterlab/apputils-extension:notification")
    properties = settings["schema"]["properties"]
    assert properties["fetchNews"]["default"] == "false"
    assert properties["checkForUpdates"]["default"] is False


def test_no_other_packages_panels_and_our_own_extension(server):
    config = ask(server, "lab/api/settings/@jupyter-widgets/jupyterlab-manager:plugin")
    assert config["schema"]["properties"]["saveState"]["default"] is True
    port, _, token = parts(server)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/lab?token={token}", timeout=30) as page:
        text = page.read().decode()
    told = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.S)[1])
    assert {"@jupyter/nbgrader", "jupyterlab-jupytext"} <= set(told["disabledExtensions"])
    assert [each["load"] for each in told["federated_extensions"] if each["name"] == "course"]


def test_a_cell_runs_in_this_python_and_sigterm_ends_all(server):
    body = {"path": lab.START, "name": lab.START, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = ask(server, "api/sessions", body)["kernel"]["id"]
    code = "import course_utils, os, sys; [sys.prefix, os.getcwd(), course_utils.__file__]"
    prefix, folder, package = json.loads(run(server, kernel, code).replace("'", '"'))
    assert Path(prefix).resolve() == server.prefix.resolve()
    assert Path(folder).resolve() == server.work.resolve()
    assert Path(package).resolve() == ROOT / "course_utils" / "__init__.py"

    pid = int(run(server, kernel, "os.getpid()"))
    assert alive(pid)
    server.process.terminate()
    server.process.wait(END_SECONDS)
    wait(END_SECONDS, lambda: not alive(pid), lambda: "the kernel still runs")
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)

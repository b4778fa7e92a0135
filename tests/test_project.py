"""What is written in two places agrees; installed, the course needs no network."""

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import conftest
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from course_utils import lab

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["optional-dependencies"]
SYLLABUS = [
    "00_start_here",
    "01_perceptron_history",
    "02_networks",
    "03_numpy_backprop",
    "04_adjoints_and_4dvar",
    "05_weight_perturbation",
    "06_descent_and_curvature",
    "07_optimizer_zoo",
    "08_vanishing_gradients",
    "09_regularization",
    "10_averaging_and_bayes",
    "11_autoencoders",
    "12_stacked_pretraining",
]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def requirements():
    """Every direct requirement and the list it stands in; not the project itself."""
    lists = {"dependencies": PROJECT["dependencies"], **EXTRAS}
    return [
        (where, Requirement(text))
        for where, texts in lists.items()
        for text in texts
        if Requirement(text).name != PROJECT["name"]
    ]


def pins():
    lines = [line for line in read("constraints.txt").splitlines() if line[:1] not in ("", "#")]
    return {canonicalize_name(name): Version(v) for name, v in (line.split("==") for line in lines)}


# --- dependencies --------------------------------------------------------------------------


def test_a_dependency_is_written_once():
    names = [canonicalize_name(requirement.name) for _, requirement in requirements()]
    assert sorted(names) == sorted(set(names))


def imported(folder):
    """Distributions that the sources of a folder import; our own modules are none."""
    of_module = packages_distributions()
    nodes = (
        node
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    modules = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.add(node.module.partition(".")[0])
    found = {canonicalize_name(name) for module in modules for name in of_module.get(module, [])}
    return found - {PROJECT["name"]}


@pytest.mark.parametrize("folder", ["course_utils", "notebooks/source", "tests"])
def test_what_is_imported_is_asked_for(folder):
    # grading alone uses nbgrader, and the tests in a browser alone Playwright
    extras = {"tests": ["test", "grade", "browser"], "course_utils": ["grade"]}
    lists = ("dependencies", *extras.get(folder, ()))
    asked = {canonicalize_name(one.name) for where, one in requirements() if where in lists}
    assert imported(folder) - asked == set()


def test_every_dependency_is_pinned_as_it_is_asked_for():
    pinned = pins()
    for where, requirement in requirements():
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} of {where} has no pin"
        assert requirement.specifier.contains(version), f"{requirement} of {where}: {version}"


def test_pins_name_no_build():
    assert pins()["torch"] == Version("2.13.0")
    assert not [name for name, version in pins().items() if version.local]


def test_conda_leaves_the_dependencies_to_pip():
    *conda, through_pip = ENVIRONMENT["dependencies"]
    names = [re.split(r"[=<> ]", one)[0] for one in conda]
    assert names == ["python", "pip"]
    assert through_pip == {"pip": ["-c constraints.txt", "-e ."]}


def test_conda_takes_a_python_that_the_project_allows():
    [python] = [one for one in ENVIRONMENT["dependencies"] if str(one).startswith("python=")]
    required = Requirement(f"python{PROJECT['requires-python']}")
    assert required.specifier.contains(python.partition("=")[2] + ".0")


# --- version and papers --------------------------------------------------------------------


def test_the_version_is_the_same_everywhere():
    assert yaml.safe_load(read("CITATION.cff"))["version"] == PROJECT["version"]
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.MULTILINE)
    assert newest[1] == PROJECT["version"]


def test_both_licences_are_there():
    assert read("LICENSE").startswith("MIT License")
    assert "Creative Commons Attribution 4.0 International" in read("LICENSE-TEXT")
    assert PROJECT["license"] == "MIT"


def links(name):
    """Targets of a page's links that are files of this repository."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(name))
    return [target for target in targets if "://" not in target]


PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/instructors.md", "docs/labs.md"]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    folder = (ROOT / page).parent
    assert [target for target in links(page) if not (folder / target).exists()] == []


def test_the_syllabus_lists_every_notebook_and_links_those_that_exist():
    rows = [line for line in read("README.md").splitlines() if re.match(r"\| \[?\d\d", line)]
    named = [re.search(r"\d\d[a-z]?_\w+", row)[0] for row in rows]
    assert set(SYLLABUS) <= set(named)
    assert named == sorted(named)
    there = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {name for name, row in zip(named, rows, strict=True) if "](" in row} == there
    planned = {name for name, row in zip(named, rows, strict=True) if "planned" in row}
    assert planned == set(named) - there


# --- make and CI ---------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("make"), reason="make is absent")
def test_make_alone_lists_every_target():
    done = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    shown = re.findall(r"^make ([\w-]+) +\S", done.stdout, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)[1].split()
    assert len(done.stdout.splitlines()) == len(shown)
    assert set(shown) == set(phony) - {"moved"}


MAKE = shutil.which("make") and shutil.which("sh") and os.name == "posix"


@pytest.fixture
def bare(tmp_path):
    """A clone with nothing installed, and a folder for stand-ins of Python."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)

    def make(script, *arguments):
        python = tmp_path / "python-stand-in"
        python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        python.chmod(0o755)
        return subprocess.run(
            ["make", "lab", *(arguments or [f"PYTHON={python}"])],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return make


@pytest.mark.skipif(not MAKE, reason="make is absent")
def test_make_says_which_python_it_found(bare):
    old = "import sys; sys.version_info = (3, 9, 2)"
    done = bare(f"""exec {sys.executable} -c "{old}
${{2#import sys; }}" """)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is 3.9:" in done.stderr


@pytest.mark.skipif(not MAKE, reason="make is absent")
def test_make_names_python3_venv(bare):
    done = bare(f"""case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@" """)
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stdout + done.stderr


@pytest.mark.skipif(not MAKE, reason="make is absent")
def test_make_without_python_says_so(bare):
    done = bare("", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "There is no no-such-python: install Python 3.11" in done.stdout + done.stderr


def test_ci_runs_the_tests_and_requires_the_browsers():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    *_, first, second = script.read_text(encoding="utf-8").splitlines()
    assert (first, second) == ("make test", "COURSE_REQUIRE_BROWSER=1 make test-browser")


# --- no network ----------------------------------------------------------------------------

AWAY = "192.0.2.1"  # an address kept for documentation; nobody answers there


def test_sockets_are_refused_here():
    with pytest.raises(ConnectionRefusedError, match="needs no network"):
        socket.create_connection((AWAY, 80), timeout=1)
    with pytest.raises(ConnectionRefusedError, match="needs no network"):
        socket.getaddrinfo("example.org", 80)


def test_loopback_stays_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5),
    ):
        assert socket.getaddrinfo("localhost", 80)


def offline(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def test_sockets_are_refused_in_what_tests_start():
    done = offline(f"import socket; socket.create_connection(('{AWAY}', 80), timeout=1)")
    assert "needs no network" in done.stderr


def test_the_course_needs_no_network():
    done = offline(
        "from course_utils import datasets, doctor, exercises\n"
        "assert len(datasets.load('digits').X_train) > 1000\n"
        "assert all(map(exercises.exercises_of, exercises.NOTEBOOKS))\n"
        "print([row.name for row in doctor.examine() if row.state == 'problem'])\n"
    )
    assert (done.stderr, done.stdout) == ("", "[]\n")


def test_one_thread_for_each_library():
    code = "from threadpoolctl import *; import numpy; print(max(p['num_threads'] for p in"
    assert offline(f"{code} threadpool_info()))").stdout == "1\n"


# --- the summary of times ------------------------------------------------------------------


def test_the_slowest_notebook_comes_first():
    def report(path, when, duration):
        return type("Report", (), {"nodeid": path, "when": when, "duration": duration})

    times = conftest.notebook_times(
        [
            report("notebooks/00.ipynb::Cell 0", "call", 1.0),
            report("notebooks/03.ipynb::Cell 0", "setup", 0.5),
            report("notebooks/03.ipynb::Cell 0", "call", 2.0),
            report("notebooks/03.ipynb::Cell 1", "call", 3.0),
            report("tests/test_lab.py::test_it", "call", 9.0),
        ]
    )
    assert times == [(5.5, 2, "notebooks/03.ipynb"), (1.0, 1, "notebooks/00.ipynb")]


def test_the_first_notebook_is_delivered():
    assert f"{SYLLABUS[0]}.ipynb" == lab.START

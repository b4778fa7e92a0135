import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_utils import (
    cli,
    datasets,
    doctor,
    editions,
    exercises,
    lab,
    runner,
    terminal,
    workspace,
)
from course_utils.errors import CourseError
from course_utils.runner import Row

HEAVY = {"numpy", "scipy", "torch", "sklearn", "matplotlib", "IPython", "nbformat", "jupytext"}


@pytest.fixture
def course(capsys, monkeypatch):
    """Runs the command in this process: exit code, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("COURSE_TRACEBACK", raising=False)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def python(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


# --- help ----------------------------------------------------------------------------------


def test_help_imports_nothing_heavy():
    done = python(
        "import sys\n"
        "from course_utils.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "finally:\n"
        f"    print('heavy:', sorted({HEAVY} & set(sys.modules)))\n"
    )
    assert done.returncode == 0
    assert "heavy: []" in done.stdout


def test_help_names_every_command(course):
    code, out, _ = course("--help")
    assert code == 0
    for command in ("lab", "doctor", "check", "progress", "data", "study", "build"):
        assert command in out
        assert course(command, "--help")[0] == 0


def test_python_m_equals_course():
    script = Path(sys.executable).with_name("course")
    commands = [[sys.executable, "-m", "course_utils"], [script]] if script.exists() else []
    answers = [
        subprocess.run([*c, "check", "--help"], capture_output=True, timeout=60, check=False)
        for c in commands
    ]
    assert all(a.returncode == 0 for a in answers)
    assert len({tuple(a.stdout.partition(b"check")[2].split()) for a in answers}) <= 1


# --- errors --------------------------------------------------------------------------------


def test_a_foreseen_error_is_its_sentence(course, monkeypatch):
    def build(*args, **options):
        raise CourseError("03_x.py, line 7: no exercise is called 'backpro'; did you mean …?")

    monkeypatch.setattr(editions, "build", build)
    code, out, err = course("build")
    assert (code, out) == (1, "")
    assert err == "03_x.py, line 7: no exercise is called 'backpro'; did you mean …?\n"


def test_an_unforeseen_error_is_a_sentence_too(course, monkeypatch):
    monkeypatch.setattr(editions, "build", lambda *args, **options: 1 / 0)
    code, _, err = course("build")
    assert code == 1
    assert err.startswith("Stopped by ZeroDivisionError: division by zero. Set COURSE_TRACEBACK=1")
    assert err.count("\n") == 1
    monkeypatch.setenv("COURSE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["build"])


def test_interrupted_is_no_traceback(course, monkeypatch):
    def build(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(editions, "build", build)
    code, _, err = course("build")
    assert code == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [("chekc",), ("check",), ("lab", "--port", "x")])
def test_wrong_use_is_told_by_usage(arguments, course):
    code, _, err = course(*arguments)
    assert code == 2
    assert "Usage" in err


# --- check ---------------------------------------------------------------------------------

RIGHT = Row("ex03.forward", "correct", 2, 2, "")
WRONG = Row("ex03.backprop", "not yet", 0, 4, "[bold]J[/bold] is their mean :smile:")
UNTRIED = Row("ex03.delta", "not attempted", 0, 1, "")
CHECKED = {
    # rows by notebook: exit code
    "all correct": ({"a.ipynb": [RIGHT]}, 0),
    "one not yet": ({"a.ipynb": [RIGHT, WRONG]}, 1),
    "one not attempted": ({"a.ipynb": [UNTRIED, RIGHT]}, 1),
    "without exercises": ({"a.ipynb": []}, 0),
    "wrong, then right": ({"a.ipynb": [WRONG], "b.ipynb": [RIGHT]}, 1),
    "unreadable, then right": (
        {"a.ipynb": CourseError("a.ipynb is not JSON"), "b.ipynb": [RIGHT]},
        1,
    ),
    "gone, then right": ({"a.ipynb": FileNotFoundError(2, "No such file"), "b.ipynb": [RIGHT]}, 1),
    "a bug, then right": ({"a.ipynb": RuntimeError("never mind"), "b.ipynb": [RIGHT]}, 1),
}


@pytest.mark.parametrize("case", CHECKED)
def test_check_ends_with_0_only_if_all_is_correct(case, course, monkeypatch):
    answers, expected = CHECKED[case]

    def check_notebook(path):
        answer = answers[Path(path).name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(runner, "check_notebook", check_notebook)
    code, out, err = course("check", *answers)
    assert code == expected
    for name, answer in answers.items():
        if isinstance(answer, Exception):
            assert name in err
        else:
            assert name in out
            assert all(row.exercise in out and row.message in out for row in answer)


def test_a_table_of_results_reads_well(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    terminal.checked(Path("work/03_x.ipynb"), [RIGHT, WRONG._replace(message="You summed. " * 12)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "03_x.ipynb: 2 of 6 points"
    assert max(map(len, lines)) <= 80
    assert any(line.split()[:2] == ["ex03.forward", "correct"] for line in lines)


# --- progress ------------------------------------------------------------------------------


def test_progress_without_a_workspace_says_what_makes_one(course, tmp_path):
    code, _, err = course("progress", "--dir", tmp_path)
    assert code == 1
    assert "No workspace" in err
    assert "course lab" in err


def test_progress_prints_the_same_as_the_notebook(course, tmp_path, monkeypatch):
    (tmp_path / ".course" / "progress").mkdir(parents=True)
    (tmp_path / ".course" / "progress" / "ex03.backprop.json").write_text("{", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shown = str(exercises.progress())
    code, out, err = course("progress")
    assert code == 0
    assert out == f"{tmp_path}\n{shown}\n"
    assert "ex03.backprop.json cannot be read" in err


# --- build ---------------------------------------------------------------------------------


@pytest.mark.parametrize("findings", [[], ["03_x: the learner's edition is not what its source"]])
def test_build_ends_with_1_on_findings(findings, course, monkeypatch):
    given = {}

    def build(root, **options):
        given.update(options, root=root)
        return findings

    monkeypatch.setattr(editions, "build", build)
    code, _, err = course("build", "--check")
    assert code == bool(findings)
    assert err.splitlines() == findings
    assert (given["root"], given["check"], given["force"]) == (workspace.CLONE, True, False)


# --- lab -----------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What `course lab` would become, without becoming it."""
    became = SimpleNamespace(command=None, environ=None)

    def become(command, environ):
        became.command, became.environ = command, environ

    for number in ("00_start_here", "03_numpy_backprop"):
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        (tmp_path / "notebooks" / f"{number}.ipynb").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(workspace, "CLONE", tmp_path)
    monkeypatch.setattr(lab, "become", become)
    monkeypatch.setattr(lab, "notebooks", lambda: sorted((tmp_path / "notebooks").iterdir()))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return became


def test_lab_delivers_and_opens_the_first_notebook(started, course, tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "is_root", lambda: False)
    code, out, _ = course("lab")
    assert code == 0
    assert f"Notebooks in {tmp_path / 'work'}: 2 new.\n" in out
    assert started.command[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path / 'work'}" in started.command
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in started.command
    assert "--allow-root" not in started.command
    assert "You are root" not in out


def test_lab_tells_of_a_newer_edition(started, course, tmp_path):
    course("lab")
    (tmp_path / "work" / "03_numpy_backprop.ipynb").write_text("mine", encoding="utf-8")
    (tmp_path / "notebooks" / "03_numpy_backprop.ipynb").write_text("{ }", encoding="utf-8")
    _, out, _ = course("lab")
    assert "03_numpy_backprop.ipynb is yours and stays; its newer edition is 03_numpy_back" in out


def test_lab_as_root_says_so(started, course, monkeypatch):
    monkeypatch.setattr(lab, "is_root", lambda: True)
    _, out, _ = course("lab")
    assert "--allow-root" in started.command
    assert out.count("--allow-root") == 1


@pytest.mark.parametrize(
    ("platform", "environ", "shown"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "wslview"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_browser_needs_a_display(platform, environ, shown):
    assert lab.has_display(environ, platform) is shown


def test_lab_passes_its_options_on(started, course, tmp_path):
    course("lab", "--port", "9000", "--dir", tmp_path / "mine", "--", "--ip=0.0.0.0")
    assert "--ServerApp.port=9000" in started.command
    assert f"--ServerApp.root_dir={tmp_path / 'mine'}" in started.command
    assert started.command[-1] == "--ip=0.0.0.0"
    assert "--no-browser" in started.command


def test_an_option_of_the_users_takes_the_place_of_ours(started, course):
    course("lab", "--", "--Application.log_level=INFO")
    levels = [each for each in started.command if each.startswith("--Application.log_level")]
    assert levels == ["--Application.log_level=INFO"]


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_lab_refuses_what_is_no_port(port, started, course, tmp_path):
    code, _, err = course("lab", "--dir", str(tmp_path / "w"), f"--port={port}")
    assert (code, started.command) == (2, None)
    assert "Invalid value for '--port'" in err


def test_lab_puts_this_python_first_and_keeps_what_was_there():
    environ = lab.environment({"JUPYTER_PATH": "/else", "HOME": "/home"})
    places = environ["JUPYTER_PATH"].split(lab.os.pathsep)
    assert places == [str(Path(sys.prefix) / "share" / "jupyter"), str(lab.OURS), "/else"]
    assert environ["HOME"] == "/home"


def test_lab_without_notebooks_says_what_writes_them(tmp_path):
    with pytest.raises(CourseError, match="course build"):
        lab.notebooks(tmp_path)


# --- data ----------------------------------------------------------------------------------


def test_data_tells_where_a_data_set_is(course, tiny_mnist, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    code, out, err = course("data", "mnist")
    assert (code, err) == (0, "")
    assert out == f"MNIST: 4 files in {tiny_mnist}, each what its SHA-256 says.\n"


def test_data_passes_mirrors_on(course, monkeypatch):
    given = []
    monkeypatch.setattr(datasets, "download", lambda *args, **options: given.append(args) or "ok")
    assert course("data", "mnist", "--mirror", "http://a/x", "--mirror", "http://b/")[0] == 0
    assert given == [("mnist", ["http://a/x/", "http://b/"])]


def test_data_that_cannot_come_is_a_sentence(course, tiny_mnist):
    code, out, err = course("data", "mnist")
    assert (code, out) == (1, "")
    assert "run `course data mnist` again" in err
    assert "Traceback" not in err
    code, out, err = course("data", "digits")
    assert (code, out) == (1, "")
    assert err == "'digits' needs no download; those that are downloaded are 'mnist'.\n"


# --- doctor --------------------------------------------------------------------------------


def test_doctor_ends_with_1_on_a_problem(course, monkeypatch):
    rows = [doctor.Row("Python", "ok", "3.11.7"), doctor.Row("GPU", "note", "none", "Never mind.")]
    monkeypatch.setattr(doctor, "examine", lambda folder: iter(rows))
    code, out, _ = course("doctor")
    assert code == 0
    assert "Never mind." in out
    rows.append(doctor.Row("disk", "problem", "full", "Free some."))
    code, out, _ = course("doctor")
    assert code == 1
    assert "Free some." in out


def test_doctor_finds_no_problem_here_and_names_everything(tmp_path):
    rows = {row.name: row for row in doctor.examine(tmp_path)}
    expected = "Python NumPy PyTorch GPU JupyterLab kernel notebooks digits MNIST workspace disk"
    assert list(rows) == expected.split()
    assert not [row for row in rows.values() if row.state == doctor.PROBLEM]
    assert all(row.act for row in rows.values() if row.state != doctor.OK)


def broken(*args, **options):
    raise ImportError("libopenblas.so: cannot open shared object file")


SICK = {
    # what is broken: (the doctor's row, its state, a piece of its advice)
    "torch": ("PyTorch", lambda m: m.setattr(doctor, "torch", broken), "problem", "make lab"),
    "disk": ("disk", lambda m: m.setattr(doctor, "TOO_LITTLE", 1e18), "problem", "Free some"),
    "no workspace": ("workspace", lambda m: None, "note", "course lab"),
}


@pytest.mark.parametrize("case", SICK)
def test_doctor_says_what_to_do(case, monkeypatch, tmp_path):
    name, spoil, state, advice = SICK[case]
    monkeypatch.setattr(workspace, "CLONE", tmp_path)
    spoil(monkeypatch)
    row = next(row for row in doctor.examine(tmp_path) if row.name == name)
    assert row.state == state
    assert advice in row.act


def test_doctor_sees_a_kernel_of_another_python(monkeypatch, tmp_path):
    spec = tmp_path / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    spec.write_text('{"argv": ["/usr/bin/python2"]}', encoding="utf-8")
    assert doctor.kernel().state == doctor.PROBLEM
    spec.write_text('{"argv": ["python"]}', encoding="utf-8")
    assert doctor.kernel().state == doctor.OK


def test_doctor_tells_where_mnist_is_and_what_brings_it(tiny_mnist, monkeypatch, tmp_path):
    row = doctor.mnist()
    assert (row.state, row.found) == (doctor.NOTE, "not here; the digits are")
    assert "`course data mnist` brings it" in row.act
    monkeypatch.setenv("COURSE_DATA_DIR", str(tiny_mnist.parent))
    row = doctor.mnist()
    assert (row.state, row.found) == (doctor.OK, f"4 files in {tiny_mnist}")
    path = tiny_mnist / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1])
    [row] = [row for row in doctor.examine(tmp_path) if row.name == "MNIST"]
    assert row.state == doctor.PROBLEM
    assert f"{path} is not MNIST's" in row.found
    path.unlink()
    assert (doctor.mnist().state, doctor.mnist().found) == (doctor.NOTE, "3 of its 4 files")


def test_doctor_reports_damaged_progress(tmp_path):
    (tmp_path / ".course" / "progress").mkdir(parents=True)
    assert doctor.work(tmp_path).state == doctor.OK
    (tmp_path / ".course" / "progress" / "ex03.backprop.json").write_text("{", encoding="utf-8")
    row = doctor.work(tmp_path)
    assert row.state == doctor.NOTE
    assert "ex03.backprop.json cannot be read" in row.act

"""What a learner's code can reach: the hollow package, and nothing outside the sandbox."""

import os
import socket
import time

import grading_class as the_class
import pytest

from course_utils import exercises
from course_utils.editions import build_graded
from course_utils.editions.source import notebook_id
from course_utils.errors import CourseError
from course_utils.grading import Limits, hollow, launching, sandbox
from course_utils.grading import plan as plans
from course_utils.grading.demo import verdicts
from course_utils.grading.inside import confine
from course_utils.grading.process import EndedError, Process
from course_utils.grading.results import CORRECT, CRASHED, FLAGGED, TIMEOUT
from course_utils.grading.sandbox import BUBBLEWRAP, PLAIN, Sandbox
from course_utils.grading.tried import outcome_of, reason_of

KINDS = [BUBBLEWRAP, PLAIN]
ROOMY = Limits()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hollow")
    hollow.build(folder, the_class.EXERCISES, exercises.NOTEBOOKS)
    return folder


@pytest.fixture(params=KINDS)
def process(request, copy):
    """A started process of each kind that starts here."""
    with begun(a_sandbox(request.param), copy) as started:
        yield started


@pytest.fixture(scope="module", params=KINDS)
def lasting(request, copy):
    """One that all tests share which leave it alive."""
    with begun(a_sandbox(request.param), copy) as started:
        yield started


def a_sandbox(kind):
    if kind == BUBBLEWRAP and not the_class.sandbox_starts():
        pytest.skip("bubblewrap does not start on this machine")
    return next(each for each in sandbox.candidates() if each.kind == kind and starts(each))


def starts(chosen):
    return chosen.kind == PLAIN or the_class.starts(chosen)


def begun(chosen, copy, limits=the_class.SMALL, setup=()):
    started = Process(chosen, copy, limits, time.monotonic() + 600, lambda process: None)
    started.ask(
        "begin", 60, settings=limits.inside(), setup=list(setup), seconds=limits.call_seconds
    )
    return started


def run(process, code, seconds=20.0):
    """What a cell raised, as "Type: text"; "" where it ended."""
    error = process.ask("cell", seconds + 20, code=code, seconds=seconds)["error"]
    return f"{error['type']}: {error['text']}" if error else ""


# --- limits that hold with a sandbox and without ------------------------------------------------


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("import os\nos.fork()", "PermissionError"),
        ("import subprocess\nsubprocess.run(['/bin/true'])", "PermissionError"),
        ("import os\nos.posix_spawn('/bin/true', ['true'], {})", "PermissionError"),
        ("import os\nos.execv('/bin/true', ['true'])", "PermissionError"),
        ("import multiprocessing as m\np = m.Process(target=print)\np.start()", "PermissionError"),
        ("import socket\nsocket.socket()", "PermissionError"),
        ("import os\nos.kill(os.getppid(), 0)", "PermissionError"),
        ("import os\nos.memfd_create('more')", "PermissionError"),
        ("import numpy as np\nnp.ones(30 * 2**30 // 8)", "MemoryError"),
        ("open('big', 'wb').write(bytes(3_000_000))", "OSError"),
        ("import resource as r\nr.setrlimit(r.RLIMIT_AS, (-1, -1))", "ValueError"),
        ("input()", "EOFError"),
    ],
    ids=lambda value: value.splitlines()[-1][:30],
)
def test_it_is_refused(lasting, code, raised):
    if sandbox_has_no_filter() and raised == "PermissionError":
        pytest.skip("this system has no filter of system calls")
    assert raised in run(lasting, code)


def sandbox_has_no_filter():
    import platform

    return platform.machine() not in confine.ARCHITECTURES


@pytest.mark.parametrize(
    "code",
    [
        "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()",
        "from concurrent.futures import ThreadPoolExecutor as T\nassert [*T(4).map(abs, [-1])]",
        "import numpy as np\nassert np.allclose(np.linalg.inv(2 * np.eye(50)), np.eye(50) / 2)",
        "import os\nos.kill(os.getpid(), 0)",
        "import signal\nsignal.raise_signal(signal.SIGWINCH)",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "display(3)",
        "import asyncio\nawait asyncio.sleep(0)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.savefig('figure.png')",
        "open('small', 'w').write('x')\nassert open('small').read() == 'x'",
    ],
    ids=lambda code: code.splitlines()[-1][:30],
)
def test_it_works(lasting, code):
    assert run(lasting, code) == ""


def test_what_it_prints_is_kept_nowhere(lasting):
    assert run(lasting, "import os\nfor n in (0, 1, 2): os.write(n, b'x' * 10**6)") == ""
    assert run(lasting, "print('x' * 10**6)") == ""


def test_a_cell_is_stopped_after_its_time(lasting):
    assert run(lasting, "while True: pass", 0.2).startswith("TimeUp")


def test_a_process_that_does_not_answer_is_ended(process):
    deaf = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    with pytest.raises(EndedError) as ended:
        process.ask("cell", 1.5, code=deaf, seconds=0.5)
    assert ended.value.status == TIMEOUT
    assert process.process.returncode is not None


def test_a_process_that_ends_itself_is_noticed_at_once(process):
    before = time.monotonic()
    with pytest.raises(EndedError) as ended:
        process.ask("cell", 30, code="import os\nos._exit(3)", seconds=20)
    assert ended.value.status == CRASHED
    assert time.monotonic() - before < 10


@pytest.mark.parametrize(
    "sent",
    [b"\x05\x00\x00\x00\x00\x00\x00\x00no JS", b"\xff" * 8, b"\x02\0\0\0\x04\0\0\0{}PK\x03\x04"],
    ids=["no JSON", "4 GB are to come", "no archive"],
)
def test_a_forged_message_is_no_answer(process, sent):
    write_all = f"import os\nfor n in range(3, 20):\n    try: os.write(n, {sent!r})\n"
    with pytest.raises(EndedError) as ended:
        process.ask("cell", 10, code=write_all + "    except OSError: pass", seconds=5)
    assert ended.value.status == FLAGGED


# --- the sandbox alone --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def caged(copy):
    with begun(a_sandbox(BUBBLEWRAP), copy) as started:
        yield started


@pytest.mark.parametrize("path", [the_class.ROOT, the_class.ROOT / "notebooks"], ids=str)
def test_the_clone_is_not_there(caged, path):
    assert run(caged, f"import os\nassert not os.path.exists({str(path)!r} + '/solutions')") == ""
    assert run(caged, f"import os\nassert not os.path.exists({str(path / 'course_utils')!r})") == ""


def test_the_home_and_other_folders_are_not_there(caged, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("scores")
    for path in (secret, "/etc/shadow", "/etc/passwd", "/root/.ssh", "/home", "/var", "/mnt"):
        assert run(caged, f"import os\nassert not os.path.exists({str(path)!r})") == "", path


def test_it_sees_no_other_process(caged):
    assert (
        run(caged, "import os\nassert len([n for n in os.listdir('/proc') if n.isdigit()]) <= 3")
        == ""
    )
    assert run(caged, "assert b'HOME=/root' not in open('/proc/1/environ', 'rb').read()") == ""


@pytest.mark.parametrize(
    "folder", ["/", "/course", "/course/course_utils", "/usr", "/dev", "/dev/shm"]
)
def test_it_cannot_write_to(caged, folder):
    assert "OSError" in run(caged, f"open({folder + '/x'!r}, 'w')").replace(
        "PermissionError", "OSError"
    )


def test_all_its_files_together_have_a_limit(caged):
    fill = "n = 0\nwhile n < 40:\n    open(f'f{n}', 'wb').write(bytes(1_900_000))\n    n += 1"
    assert "No space left" in run(caged, fill)
    assert run(caged, "import os\nfor n in os.listdir(): os.path.isfile(n) and os.remove(n)") == ""


def test_there_is_no_network(caged):
    """Even where the filter lets a socket be: an address of this machine is another machine's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=2)"
        assert "Error" in run(caged, code)


@pytest.mark.parametrize("part", ["check", "grading", "editions", "runner", "exercises.ex03.cases"])
def test_the_parts_that_judge_are_not_there(caged, part):
    assert "ModuleNotFoundError" in run(caged, f"import course_utils.{part}")


def test_the_answers_are_cut_out(caged):
    for name, exercise in the_class.EXERCISES.items():
        code = f"import inspect\nfrom {exercise.solution.__module__} import {name}\n"
        code += f"text = inspect.getsource(inspect.unwrap({name}))\n"
        code += (
            "assert text.rstrip().splitlines()[-1].startswith('    raise NotImplementedError')\n"
        )
        code += 'after = text.split(\'"""\')[2]\nassert len(after.strip().splitlines()) == 1'
        assert run(caged, code) == ""


def test_a_mark_returns_what_it_is_given(caged):
    code = "from course_utils.exercises import ex03b, progress\nprogress()\n"
    code += (
        "@ex03b.column_layer.check\ndef f(): return 7\nassert f() == 7\nex03b.column_layer.hint(2)"
    )
    assert run(caged, code) == ""


# --- every notebook -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chosen():
    return next(each for each in sandbox.candidates() if starts(each))


@pytest.fixture(scope="module")
def assignments(tmp_path_factory):
    """A course of all notebooks; number -> assignment."""
    course = tmp_path_factory.mktemp("all") / "course"
    return course, {notebook_id(name): name for name in build_graded(the_class.ROOT, course)}


@pytest.mark.parametrize("number", exercises.NOTEBOOKS)
def test_every_reference_is_right_in_the_hollow_package(number, assignments, chosen, tmp_path):
    """Each in turn, with those before it given back: nothing that a case needs was cut out."""
    course, names = assignments
    made = plans.make(course, names[number], the_class.SEED, tmp_path / "copy")
    wrong = {}
    with begun(chosen, made.hollow, ROOMY, made.setup) as started:
        for question in made.questions.values():
            code = f"@{question.exercise.key}.check\n{question.exercise.source()}"
            started.ask("ready", 120, code=code)
            assert run(started, code) == ""
        for name, question in made.questions.items():
            sent = {"run": question.run, "cases": question.secret.sent}
            assert started.ask("attempt", 120, name=name, **sent)["refusal"] == ""
            for n, said in enumerate(started.answers(len(question.secret.cases), 60)):
                if reason := reason_of(question, outcome_of(said), question.secret, n):
                    wrong[name, n] = reason
            started.ask("settle", 60, answer="", **question.settled)
    assert wrong == {}


# --- where there is no sandbox ------------------------------------------------------------------


def test_without_a_sandbox_it_warns_and_goes_on(copy, monkeypatch):
    monkeypatch.setattr(launching, "candidates", lambda: [Sandbox(PLAIN)])
    warned = []
    started = launching.launcher(copy, the_class.SMALL, False, warned.append)
    assert started.kind == PLAIN
    assert "no sandbox" in warned[0]


def test_a_sandbox_that_is_installed_and_does_not_start_is_none(copy, monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    warned = []
    assert launching.launcher(copy, the_class.SMALL, False, warned.append).kind == PLAIN
    assert len(warned) == 1
    with pytest.raises(CourseError, match="There is no sandbox"):
        launching.launcher(copy, the_class.SMALL, True, warned.append)


def test_kinds_get_what_is_theirs_under_plain_limits_too(tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "candidates", lambda: [Sandbox(PLAIN)])
    the_class.a_course(tmp_path)
    kinds = ["right", "one_mistake", "exits", "memory", "forks"]
    learners = the_class.hand_in(tmp_path, kinds)
    results = the_class.grade(tmp_path)
    assert [v for v in verdicts(learners, list(results.values())) if v.wrong] == []
    assert results["right"].questions[0].status == CORRECT
    assert results["right"].sandbox == PLAIN

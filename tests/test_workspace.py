import contextlib
import errno
import json
import os
import platform
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_utils import exercises, workspace
from course_utils.errors import WorkspaceError

NAME = "03_numpy_backprop.ipynb"


def report(outcome="correct", exercise="ex03.backprop", points=4):
    return SimpleNamespace(
        exercise=exercise, outcome=outcome, points=points, max_points=4, message="so"
    )


@pytest.fixture
def edition(tmp_path):
    """Writes the course's edition of the notebook and returns its path."""

    def write(content, name=NAME):
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


@pytest.fixture
def inside(work, monkeypatch):
    """A workspace with a notebook's folder as the current one."""
    (work / ".course").mkdir(parents=True)
    monkeypatch.chdir(work)
    return work


def files(work):
    return {p.name: p.read_text(encoding="utf-8") for p in work.iterdir() if p.is_file()}


@contextlib.contextmanager
def read_only(folder):
    """Nobody may write in the folder; root, who may anywhere, becomes nobody for a while."""
    root = os.geteuid() == 0
    folder.chmod(0o555)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def open_work():
    """A workspace that nobody can reach: pytest's own folders are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "work"


# --- find ----------------------------------------------------------------------------------


def test_find_walks_to_the_nearest_parent(work):
    deep = work / "a" / "b"
    deep.mkdir(parents=True)
    assert workspace.find(deep) is None
    (work / ".course").mkdir()
    assert workspace.find(deep) == work
    (work / "a" / ".course").mkdir()
    assert workspace.find(deep) == work / "a"


def test_find_in_a_deleted_folder_is_none(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert workspace.find() is None


# --- delivery: what lies there, what was delivered, what comes, what happens ---------------

CASES = {
    # name: (steps, action of the last delivery, files afterwards)
    "new": (["deliver 1"], "new", {NAME: "1"}),
    "again": (["deliver 1", "deliver 1"], "unchanged", {NAME: "1"}),
    "newer": (["deliver 1", "deliver 2"], "updated", {NAME: "2"}),
    "two editions later": (["deliver 1", "deliver 2", "deliver 3"], "updated", {NAME: "3"}),
    "learner's": (["deliver 1", "edit mine", "deliver 1"], "yours", {NAME: "mine"}),
    "learner's, newer": (
        ["deliver 1", "edit mine", "deliver 2"],
        "yours, a newer one beside it",
        {NAME: "mine", "new 2": "2"},
    ),
    "not twice the same": (
        ["deliver 1", "edit mine", "deliver 2", "delete new 2", "deliver 2"],
        "yours",
        {NAME: "mine"},
    ),
    "learner's, two newer": (
        ["deliver 1", "edit mine", "deliver 2", "deliver 3"],
        "yours, a newer one beside it",
        {NAME: "mine", "new 2": "2", "new 3": "3"},
    ),
    "an edited newer one stays": (
        ["deliver 1", "edit mine", "deliver 2", "edit new 2", "deliver 1", "deliver 2"],
        "yours, a newer one beside it",
        {NAME: "mine", "new 1": "1", "new 2": "edited"},
    ),
    "the newer one taken over": (
        ["deliver 1", "edit mine", "deliver 2", "edit 2", "deliver 3"],
        "updated",
        {NAME: "3", "new 2": "2"},
    ),
    "back to what it was": (
        ["deliver 1", "edit mine", "edit 1", "deliver 2"],
        "updated",
        {NAME: "2"},
    ),
    "deleted": (["deliver 1", "delete", "deliver 1"], "new", {NAME: "1"}),
    "deleted, newer": (["deliver 1", "delete", "deliver 2"], "new", {NAME: "2"}),
    "digests lost": (
        ["deliver 1", "damage", "deliver 2"],
        "yours, a newer one beside it",
        {NAME: "1", "new 2": "2"},
    ),
    "digests lost, the same": (["deliver 1", "damage", "deliver 1"], "unchanged", {NAME: "1"}),
    "digests are no table": (["deliver 1", "confuse", "deliver 1"], "unchanged", {NAME: "1"}),
    "learner's before the first": (
        ["edit mine", "deliver 1"],
        "yours, a newer one beside it",
        {NAME: "mine", "new 1": "1"},
    ),
}


def newer(content):
    return f"03_numpy_backprop.new-{workspace._digest(content.encode())[:8]}.ipynb"


@pytest.mark.parametrize("case", CASES)
def test_delivery_never_overwrites(case, work, edition):
    steps, action, after = CASES[case]
    work.mkdir()
    for step in steps:
        act, _, content = step.partition(" ")
        which, _, digit = content.partition(" ")
        place = work / (newer(digit) if which == "new" else NAME)
        if act == "deliver":
            [delivered] = workspace.deliver(work, [edition(content)])
        elif act == "edit":
            place.write_text("edited" if which == "new" else content, encoding="utf-8")
        elif act == "delete":
            place.unlink()
        else:
            text = "{" if act == "damage" else "[]"
            (work / ".course" / "delivered.json").write_text(text, encoding="utf-8")
    assert delivered.action == action
    expected = {newer(name[4:]) if name[:4] == "new " else name: t for name, t in after.items()}
    assert files(work) == expected
    if delivered.newer:
        assert delivered.newer in expected


def test_delivery_makes_the_workspace_and_leaves_no_other_file(work, edition):
    delivered = workspace.deliver(work, [edition("1"), edition("0", "00_start_here.ipynb")])
    assert [d.name for d in delivered] == [NAME, "00_start_here.ipynb"]
    assert workspace.find(work) == work
    kept = {p.name for p in (work / ".course").iterdir()}
    assert kept == {"progress", "delivered.json"}


def stored(source="1 + 1", version=None, **spacing):
    """A notebook as text; JupyterLab saves with the version of its kernel and its own spacing."""
    language = {"name": "python"} | ({"version": version} if version else {})
    cell = {"cell_type": "code", "source": source, "outputs": [], "metadata": {}}
    return json.dumps({"cells": [cell], "metadata": {"language_info": language}}, **spacing)


def test_a_notebook_arrives_with_the_version_that_its_kernel_will_name(work, edition):
    workspace.deliver(work, [edition(stored())])
    arrived = json.loads(files(work)[NAME])
    assert arrived == json.loads(stored(version=platform.python_version()))


def test_a_notebook_that_was_opened_and_saved_is_not_yet_the_learners(work, edition):
    workspace.deliver(work, [edition(stored())])
    (work / NAME).write_text(stored(version="3.99.1", indent=4), encoding="utf-8")
    [same] = workspace.deliver(work, [edition(stored())])
    assert same.action == "unchanged"
    [newer] = workspace.deliver(work, [edition(stored("2 + 2"))])
    assert newer.action == "updated"
    (work / NAME).write_text(stored("2 + 3"), encoding="utf-8")
    [mine] = workspace.deliver(work, [edition(stored("3 + 3"))])
    assert mine.action == "yours, a newer one beside it"


def test_delivery_into_the_course_itself_is_refused(edition, tmp_path):
    path = edition("1")
    for folder in (path.parent, tmp_path):
        with pytest.raises(WorkspaceError, match="choose another folder"):
            workspace.deliver(folder, [path])
    assert not (tmp_path / ".course").exists()


def test_a_workspace_that_is_a_file_is_a_sentence(tmp_path, edition):
    (tmp_path / "work").write_text("", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"Cannot write in .*work.*Nothing of yours was lost"):
        workspace.deliver(tmp_path / "work", [edition("1")])


def test_a_missing_edition_is_a_sentence(work, tmp_path):
    with pytest.raises(WorkspaceError, match=r"Cannot read .*gone\.ipynb"):
        workspace.deliver(work, [tmp_path / "gone.ipynb"])


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_read_only_workspace_is_said_though_nothing_would_change(open_work):
    path = open_work.parent / "03.ipynb"
    path.write_text("1", encoding="utf-8")
    workspace.deliver(open_work, [path])
    with (
        read_only(open_work / ".course"),
        pytest.raises(WorkspaceError, match=r"Permission denied.*mend its permissions"),
    ):
        workspace.deliver(open_work, [path])


def full(after):
    """Stands in for Path.write_bytes on a disk with room for `after` bytes more."""
    write, room = Path.write_bytes, [after]

    def write_bytes(path, content):
        room[0] -= len(content)
        if room[0] < 0:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, content)

    return write_bytes


@pytest.mark.parametrize("room", [0, workspace.RESERVE, workspace.RESERVE + 100])
def test_a_full_disk_leaves_every_file_whole(room, work, edition, monkeypatch):
    workspace.deliver(work, [edition("1" * 80)])
    before, after = files(work), edition("2" * 80)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full(room))
        with pytest.raises(WorkspaceError, match="free some space"):
            workspace.deliver(work, [after])
    assert files(work) in (before, {NAME: "2" * 80})
    workspace.deliver(work, [after])
    assert files(work)[NAME] in ("1" * 80, "2" * 80)
    assert not [p for p in work.rglob("*") if p.name.startswith((".0", ".d", ".r"))]


def test_the_disk_has_room_for_every_notebook_before_one_is_written(work, edition, monkeypatch):
    first = edition("1" * 2 * workspace.RESERVE)
    second = first.with_name("second.ipynb")
    second.write_bytes(first.read_bytes())
    monkeypatch.setattr(Path, "write_bytes", full(4 * workspace.RESERVE))
    with pytest.raises(WorkspaceError, match="free some space"):
        workspace.deliver(work, [first, second])
    assert files(work) == {}


# --- progress ------------------------------------------------------------------------------


def test_a_result_is_recorded_and_read_from_below(inside, monkeypatch):
    (inside / "deeper").mkdir()
    monkeypatch.chdir(inside / "deeper")
    workspace.record(report())
    [result] = workspace.results(inside).values()
    assert result["exercise"] == "ex03.backprop"
    assert (result["outcome"], result["points"], result["max_points"]) == ("correct", 4, 4)
    assert result["solved"] == result["when"]


def test_without_a_workspace_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workspace.record(report())
    assert not list(tmp_path.iterdir())


TURNS = {
    # outcomes in turn: (outcome kept, whether it counts as solved once)
    ("not attempted",): ("not attempted", False),
    ("not attempted", "not yet"): ("not yet", False),
    ("not yet", "correct"): ("correct", True),
    ("correct", "not yet"): ("not yet", True),
    ("correct", "not attempted"): ("correct", True),
    ("not yet", "not attempted"): ("not yet", False),
    ("correct", "not yet", "correct"): ("correct", True),
}


@pytest.mark.parametrize("turns", TURNS, ids=", then ".join)
def test_the_latest_attempt_is_kept_and_the_first_success(turns, inside):
    for outcome in turns:
        workspace.record(report(outcome))
    result = workspace.results(inside)["ex03.backprop"]
    assert (result["outcome"], result["solved"] is not None) == TURNS[turns]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"outcome": "splendid"}', "\x00"])
def test_a_damaged_progress_file_is_reported_and_written_anew(content, inside):
    workspace.record(report(exercise="ex03.forward"))
    path = inside / ".course" / "progress" / "ex03.backprop.json"
    path.write_text(content, encoding="utf-8")
    damaged = workspace.results(inside)["ex03.backprop"]
    assert damaged["outcome"] == workspace.DAMAGED
    assert "ex03.backprop.json cannot be read; run that exercise's cell again" in damaged["message"]
    workspace.record(report("not attempted"))
    assert workspace.results(inside)["ex03.backprop"]["outcome"] == "not attempted"


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_read_only_workspace_is_said_below_the_card(open_work, monkeypatch, capsys):
    (open_work / ".course" / "progress").mkdir(parents=True)
    monkeypatch.chdir(open_work)
    monkeypatch.delenv("COURSE_NO_PROGRESS", raising=False)
    exercise = exercises.exercises_of("00")["mean_squared_error"]
    exercise.check(exercise.solution)  # imports what shows a card, which nobody might not read
    with read_only(open_work / ".course" / "progress"):
        with pytest.raises(WorkspaceError, match=r"Cannot write .*mend its permissions"):
            workspace.record(report())
        exercise.check(exercise.solution)
    said = capsys.readouterr().out
    assert "mean_squared_error: " in said
    assert "Your progress is not kept" in said
    assert "mend its permissions or choose another folder" in said


def test_two_kernels_write_at_once(inside):
    def often():
        for _ in range(30):
            workspace.record(report())

    threads = [threading.Thread(target=often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folder = inside / ".course" / "progress"
    assert [p.name for p in folder.iterdir()] == ["ex03.backprop.json"]
    assert json.loads((folder / "ex03.backprop.json").read_bytes())["outcome"] == "correct"

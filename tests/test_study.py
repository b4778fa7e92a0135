"""Studies: they run, they go on after a kill, and what cannot be is told in a sentence."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils import cli, study
from course_utils.deep.ensemble import Training, memory
from course_utils.deep.stacked import greedy
from course_utils.errors import CourseError
from course_utils.study import deep_autoencoder, figures, stream
from course_utils.study.settings import QUICK, Settings, depths_of, load
from course_utils.study.store import Store

ROOT = Path(__file__).resolve().parents[1]


def small(name, out, *, told=None, **options):
    """A study in seconds; its table as dicts, and what it told."""
    given = {"data": "digits", "seeds": 2, "device": "cpu", "quick": True, "out": out}
    told = [] if told is None else told
    rows = study.run(name, tell=told.append, **(given | options))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]], told


def content(out, folder):
    """What was measured, without times and dates."""
    found = json.loads((out / folder / "result.json").read_text(encoding="utf-8"))
    return found["measured"]


ROWS = {"depth": 6, "small-layers": 8, "mnist-10k": 6, "deep-autoencoder": 4, "probe": 5}


@pytest.mark.parametrize("name", study.STUDIES)
def test_every_study_runs_on_digits(name, tmp_path):
    depths = None if name == "deep-autoencoder" else "1,2"
    rows, told = small(name, tmp_path, depths=depths)
    assert len(rows) == ROWS.get(name, 5)
    folder = tmp_path / f"{name}-digits-quick"
    assert (folder / f"{name}.png").stat().st_size > 5_000
    assert not list((folder / "state").glob("*.part"))
    assert any("2 seeds" in line for line in told)
    measured = content(tmp_path, folder.name)
    for step, seeds in measured.items():
        assert set(seeds) == {"0", "1"}
        assert all(row["failed"] == -1 for row in seeds.values()), step


def test_errors_are_those_of_the_networks(tmp_path):
    """The table's numbers are shares of the test digits; PCA's is scikit-learn's."""
    from sklearn.decomposition import PCA

    from course_utils.datasets import load as data

    small("depth", tmp_path, depths="1", seeds=1)
    for rows in content(tmp_path, "depth-digits-quick").values():
        for row in rows.values():
            if "test error" in row:
                wrong = row["test error"] / 100 * QUICK
                assert wrong == pytest.approx(round(wrong), abs=1e-3)
                assert row["valid error"] <= 100
    rows, _ = small("deep-autoencoder", tmp_path, seeds=1)
    digits = data("digits")
    test = digits.X_test[:QUICK]
    fitted = PCA(4).fit(np.concatenate([digits.X_train[:QUICK], digits.X_valid[:QUICK]]))
    rest = test - fitted.inverse_transform(fitted.transform(test))
    shown = next(row for row in rows if row["start"] == deep_autoencoder.PCA)
    assert float(shown["test"]) == pytest.approx((rest**2).sum(1).mean(), abs=1e-3)


# --- kept as it comes -----------------------------------------------------------------------


def test_more_seeds_and_depths_add_to_what_is_there(tmp_path, monkeypatch):
    small("depth", tmp_path, seeds=1, depths="1")
    before = content(tmp_path, "depth-digits-quick")
    small("depth", tmp_path, seeds=3, depths="1,2", at_once=1)
    after = content(tmp_path, "depth-digits-quick")
    assert {len(rows) for step, rows in after.items() if "depth" in step} == {3}
    for step, rows in before.items():
        assert after[step]["0"] == rows["0"]
    monkeypatch.setattr(Training, "epoch", None)  # nothing is trained again
    small("depth", tmp_path, seeds=3, depths="1,2")


def test_groups_of_seeds_give_what_all_at_once_give(tmp_path):
    small("depth", tmp_path / "a", seeds=3, depths="1,2")
    small("depth", tmp_path / "b", seeds=3, depths="1,2", at_once=2)
    a, b = (content(tmp_path / name, "depth-digits-quick") for name in "ab")
    for step in a:
        for seed, row in a[step].items():
            loss = "train loss" if "train loss" in row else "loss"
            assert b[step][seed][loss] == pytest.approx(row[loss], rel=1e-4), step


def test_a_killed_study_goes_on_to_the_same_result(tmp_path):
    """SIGKILL in the middle of pretraining and again in fine-tuning; equal to the bit on a CPU."""
    code = (
        "import sys, time; from pathlib import Path; from course_utils import study\n"
        "from course_utils.deep.ensemble import Training\n"
        "run = Training.run\n"
        "def slow_run(self, b):\n"
        "    time.sleep(0.1); return run(self, b)\n"
        "Training.run = slow_run\n"
        "study.run('depth', data='digits', seeds=2, depths='2', device='cpu', quick=True,\n"
        "          out=Path(sys.argv[1]), tell=str, save_after=0)\n"
    )
    out, state = tmp_path / "killed", tmp_path / "killed" / "depth-digits-quick" / "state"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, str(out)]
    waits = ("*pretraining*.pt", "*depth-2--pretrained.pt")
    for pattern in waits:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not list(state.glob(pattern)) and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        small("depth", out, depths="2", save_after=0)
        small("depth", tmp_path / "whole", depths="2")
    finally:
        torch.set_num_threads(threads)
    killed, whole = (content(tmp_path / n, "depth-digits-quick") for n in ("killed", "whole"))
    assert killed == whole


@pytest.mark.parametrize("name", ["deep-autoencoder", "probe", "online"])
def test_an_interrupted_study_goes_on_to_the_same_result(name, tmp_path, monkeypatch):
    depths = None if name == "deep-autoencoder" else "2"
    small(name, tmp_path / "whole", depths=depths)
    run, count = Training.run, [0]

    def interrupted(self, batches):
        count[0] += 1
        if count[0] % 4 == 0:
            raise KeyboardInterrupt
        return run(self, batches)

    monkeypatch.setattr(Training, "run", interrupted)
    told, calls = [], 0
    while True:
        calls += 1
        try:
            small(name, tmp_path / "parts", depths=depths, told=told)
            break
        except KeyboardInterrupt:
            assert re.fullmatch(r"Interrupted in '.*'; the same command goes on.*", told[-1])
    assert calls > 2
    folder = f"{name}-digits-quick"
    assert content(tmp_path / "parts", folder) == content(tmp_path / "whole", folder)


def test_a_seed_that_fails_is_marked_and_told_and_the_others_go_on(tmp_path, monkeypatch):
    run = Training.run

    def poisoned(self, batches):
        losses = run(self, batches)
        if self.net.output == "softmax" and self.epochs == 1:
            self.theta[1] = float("nan")
        return losses

    monkeypatch.setattr(Training, "run", poisoned)
    rows, told = small("mnist-10k", tmp_path, seeds=3, depths="1")
    assert any("no longer finite for seed 1," in line for line in told)
    measured = content(tmp_path, "mnist-10k-digits-quick")
    for step, seeds in measured.items():
        if "depth" in step:
            assert [seeds[s]["failed"] for s in "012"] == [-1, 1, -1]
            assert seeds["1"]["last test error"] is None
            assert seeds["0"]["last test error"] < 100
    assert all(float(row["test, %"]) < 100 for row in rows)  # of those that went on


# --- bad input ------------------------------------------------------------------------------

BAD = {
    "unknown": (("dept",), {}, r"No study is called 'dept'; did you mean 'depth'\?"),
    "far": (("zzz",), {}, "take one of depth, small-layers"),
    "data": (("depth",), {"data": "minst"}, "did you mean 'mnist'"),
    "all of MNIST": (("mnist-10k",), {"data": "mnist"}, "`course study depth` takes them all"),
    "seeds": (("depth",), {"seeds": 0}, "--seeds 0: give a whole number from 1 on"),
    "at once": (("depth",), {"at_once": -1}, "--at-once -1"),
    "depths": (("depth",), {"depths": "3-x"}, "--depths 3-x: give depths from 1 on"),
    "no depth": (("depth",), {"depths": "0"}, "--depths 0"),
    "one shape": (("deep-autoencoder",), {"depths": "1-3"}, "leave out --depths"),
    "epochs": (("probe",), {"epochs": 0}, "--epochs 0"),
    "no epochs": (("online",), {"epochs": 3}, "which has no epochs; leave out"),
    "device": (("depth",), {"device": "tpu"}, "No device is called 'tpu'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name, tmp_path):
    arguments, options, said = BAD[name]
    with pytest.raises(CourseError, match=said):
        small(*arguments, tmp_path, **options)
    assert not list(tmp_path.iterdir())


def test_depths_are_read_as_they_are_written():
    assert depths_of("1-4") == (1, 2, 3, 4)
    assert depths_of("3,1,3") == (1, 3)
    assert depths_of("1-2,5") == (1, 2, 5)


def test_another_configuration_is_refused(tmp_path):
    small("depth", tmp_path, depths="1")
    with pytest.raises(CourseError, match=r"plan\.epochs is 2 there and 3 now\): delete"):
        small("depth", tmp_path, depths="1", epochs=3)


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path):
    one = Store(tmp_path / "one", {"study": "depth", "plan": {"epochs": 3}})
    one.save("step", [0], {"theta": torch.zeros(2)})
    two = Store(tmp_path / "two", {"study": "depth", "plan": {"epochs": 4}})
    (one.state / "step.pt").rename(two.state / "step.pt")
    with pytest.raises(CourseError, match=r"plan\.epochs is 3 there and 4 now"):
        two.load("step", [0], torch.device("cpu"))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"study": "depth"}'])
def test_a_damaged_result_is_told(text, tmp_path):
    folder = tmp_path / "depth-digits-quick"
    folder.mkdir()
    (folder / "result.json").write_text(text)
    with pytest.raises(CourseError, match=r"result\.json is not a study's result .* delete"):
        small("depth", tmp_path)


def test_a_damaged_checkpoint_is_told(tmp_path):
    store = Store(tmp_path, {"study": "depth"})
    (store.state / "step.pt").write_bytes(b"PK")
    with pytest.raises(CourseError, match=r"step\.pt cannot be read .* begins anew"):
        store.load("step", [0], torch.device("cpu"))


def test_out_of_memory_says_how_many_seeds_fit(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda device: 3e5)
    with pytest.raises(CourseError, match=r"networks do not fit .* --at-once [1-9]"):
        small("depth", tmp_path, seeds=16, depths="2")
    monkeypatch.undo()

    def out(*args):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(greedy, "encode", out)  # where no stack is at work
    with pytest.raises(CourseError, match=r"cpu has no memory left for 4 seeds .* --at-once 2;"):
        small("depth", tmp_path / "other", seeds=4, depths="2")


def test_a_full_disk_leaves_the_old_file_whole(tmp_path, monkeypatch):
    store = Store(tmp_path, {"study": "depth"})
    store.record("step", [0], {"loss": [1.0]}, {})
    monkeypatch.setattr(os, "fsync", lambda number: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(CourseError, match="free some space or give --out"):
        store.record("step", [1], {"loss": [2.0]}, {})
    assert set(json.loads(store.path.read_text())["measured"]["step"]) == {"0"}


def test_the_command_prints_the_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    options = ["--quick", "--data", "digits", "--seeds", "1", "--depths", "1", "--device", "cpu"]
    with pytest.raises(SystemExit) as ended:
        cli.main(["study", "probe", *options, "--out", str(tmp_path)])
    assert not ended.value.code
    out = capsys.readouterr().out
    assert "layer 1, pretrained codes" in out
    with pytest.raises(SystemExit) as ended:
        cli.main(["study", "prob", "--out", str(tmp_path)])
    assert ended.value.code == 1
    assert capsys.readouterr().err == "No study is called 'prob'; did you mean 'probe'?\n"


# --- pieces ---------------------------------------------------------------------------------


def test_the_stream_is_endless_and_each_seeds_own():
    settings = Settings("online", "digits", 2, (1,), torch.device("cpu"), True, 2, Path())
    sets = load(settings)
    (x, y), (x2, _) = stream.batches(sets, [3, 4], (0, 1), 2, 5)
    assert x.shape == (2, 5, 64)
    assert y.shape == (2, 5)
    assert not torch.equal(x, x2)
    assert not torch.equal(x[0], x[1])
    again = next(stream.batches(sets, [4], (0, 1), 1, 5))
    assert torch.equal(again[0][0], x[1])
    other = next(stream.batches(sets, [4], (0, 2), 1, 5))
    assert not torch.equal(other[0], again[0])


def test_distortions_turn_shift_and_leave_alone():
    image = torch.zeros(1, 9, 9)
    image[0, 4, 6] = 1.0  # right of the middle
    same = stream.distort(image, torch.zeros(1, 6))
    torch.testing.assert_close(same, image, atol=1e-5, rtol=0)
    right = torch.tensor([[0.0, 0, 0, 0, 1, 0]])
    centre = (stream.distort(image, right)[0].sum(0) * torch.arange(9)).sum() / right.sum()
    assert centre.item() == pytest.approx(6 - 9 * stream.SHIFT, abs=0.05)
    turned = stream.distort(image, torch.tensor([[1.0, 0, 0, 0, 0, 0]]))[0]
    rows = (turned.sum(1) * torch.arange(9)).sum() / turned.sum()
    assert abs(rows.item() - 4) == pytest.approx(2 * np.sin(stream.TURN), abs=0.15)


def test_quartiles_leave_out_what_is_not_finite():
    assert figures.quartiles([1.0, 2.0, 3.0, float("nan"), float("inf")]) == (1.5, 2.0, 2.5)
    assert all(np.isnan(figures.quartiles([float("nan")])))

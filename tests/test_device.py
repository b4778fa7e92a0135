"""The device that is chosen, and why; one that is not there is refused with what to do."""

import pytest
import torch

from course_utils.deep import device


@pytest.fixture
def machine(monkeypatch):
    """A machine with these devices, as torch would tell of them."""

    def has(*, gpus=0, mps=False, built="13.0", mps_built=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda index=0: f"GPU number {index}")
        monkeypatch.setattr(torch.version, "cuda", built)
        monkeypatch.setattr(torch.version, "hip", None)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(torch.backends.mps, "is_built", lambda: mps or mps_built)

    return has


@pytest.mark.parametrize(
    ("parts", "kind", "why"),
    [
        ({"gpus": 1, "mps": True}, "cuda", "GPU number 0, the first choice that is there"),
        ({"mps": True}, "mps", "the GPU of this Mac"),
        ({}, "cpu", "no GPU that PyTorch can use is here, threads: 1"),
    ],
)
def test_without_a_wish_it_takes_the_fastest_that_is_there(parts, kind, why, machine):
    machine(**parts)
    chosen = device.choose()
    assert chosen.device == torch.device(kind)
    assert why in str(chosen)
    assert str(chosen).startswith(f"{kind}: ")


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("cpu", "cpu"), (torch.device("cpu"), "cpu"), ("cuda", "cuda"), ("cuda:1", "cuda:1"),
     ("mps", "mps")],
)  # fmt: skip
def test_what_is_asked_for_and_there_is_taken(wanted, name, machine):
    machine(gpus=2, mps=True)
    chosen = device.choose(wanted)
    assert chosen.device == torch.device(name)
    assert "as asked" in chosen.why
    assert ("GPU number 1" in chosen.why) == (name == "cuda:1")


@pytest.mark.parametrize(
    ("wanted", "parts", "says"),
    [
        ("cuda", {"built": None}, r"'cuda' is not there: .* built for the CPU; .*Get Started"),
        ("cuda", {}, "'cuda' is not there: .*nvidia-smi"),
        ("cuda:2", {"gpus": 2}, r"'cuda:2' is not there: the last one is cuda:1"),
        ("mps", {}, "'mps' is not there: .* Apple's own chips"),
        ("mps", {"mps_built": True}, "'mps' is not there: .*macOS 14"),
        ("gpu", {}, "'gpu'; take one of cuda, mps, cpu"),
        ("meta", {}, "'meta'; take one of cuda, mps, cpu"),
        (3.5, {}, r"3\.5; take one of cuda, mps, cpu"),
    ],
)
def test_what_is_not_there_is_one_sentence_with_the_next_act(wanted, parts, says, machine):
    machine(**parts)
    with pytest.raises(ValueError, match=says) as caught:
        device.choose(wanted)
    assert str(caught.value).endswith(".")
    assert ". " not in str(caught.value)


def test_the_choice_of_this_machine_computes():
    x = torch.ones(3, device=device.choose().device)
    assert (x + x).sum().item() == 6

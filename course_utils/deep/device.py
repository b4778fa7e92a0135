"""Where tensors are computed: an NVIDIA GPU (CUDA), an Apple GPU (MPS) or the processor (CPU)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

KINDS = ("cuda", "mps", "cpu")  # in the order of preference
GET_STARTED = "install the build for it with the command of PyTorch's Get Started page"


class Choice(NamedTuple):
    """A device for `.to(…)`, and why it is this one; str() says both in a sentence."""

    device: torch.device
    why: str

    def __str__(self) -> str:
        return f"{self.device}: {self.why}."


def choose(wanted: str | torch.device | None = None) -> Choice:
    """The device to compute on: `wanted` if it is there, without one CUDA, else MPS, else the CPU.

    `wanted` is "cuda", "cuda:1" (the second GPU), "mps", "cpu" or a torch.device.
    Raises ValueError for one that is not there or that the course does not use, with what to do.
    """
    import torch

    if wanted is None:
        kind = next(kind for kind in KINDS if _missing(kind) is None)
        return Choice(torch.device(kind), _found(kind, asked=False))
    try:
        device = torch.device(wanted)
    except (RuntimeError, TypeError):
        device = None
    if device is None or device.type not in KINDS:
        raise ValueError(f"No device is called {wanted!r}; take one of {', '.join(KINDS)}.")
    missing = _missing(device.type, device.index)
    if missing:
        raise ValueError(f"The device {str(wanted)!r} is not there: {missing}, or take 'cpu'.")
    return Choice(device, _found(device.type, asked=True, index=device.index))


def _missing(kind: str, index: int | None = None) -> str | None:
    """Why a device cannot be used and what to do; None where it can."""
    import torch

    if kind == "cuda" and not torch.cuda.is_available():
        if torch.version.cuda is None and torch.version.hip is None:
            return f"this PyTorch, {torch.__version__}, is built for the CPU; {GET_STARTED}"
        return "PyTorch sees no GPU; look at what `nvidia-smi` says of the GPU and its driver"
    if kind == "mps" and not torch.backends.mps.is_available():
        if torch.backends.mps.is_built():
            return "PyTorch needs macOS 14 and a GPU of Apple's own for it; update macOS"
        return "MPS is the GPU of Apple's own chips; leave the device out to take what is there"
    there = torch.cuda.device_count() if kind == "cuda" else 1
    if index is not None and kind != "cpu" and index >= there:
        return f"the last one is {kind}:{there - 1}; take that"
    return None


def _found(kind: str, *, asked: bool, index: int | None = None) -> str:
    import torch

    how = "as asked" if asked else "the first choice that is there"
    if kind == "cuda":
        return f"{torch.cuda.get_device_name(index or 0)}, {how}"
    if kind == "mps":
        return f"the GPU of this Mac, {how}"
    if asked:
        return f"as asked, threads: {torch.get_num_threads()}"
    return f"no GPU that PyTorch can use is here, threads: {torch.get_num_threads()}"

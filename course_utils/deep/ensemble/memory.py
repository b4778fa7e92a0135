"""How many networks fit into a device's memory, asked before and answered after running out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import torch

from course_utils.deep.ensemble.net import Net

SHARE = 0.8  # of the free memory; the rest is for data and what the device keeps for itself
WORDS = ("out of memory", "can't allocate memory", "not enough memory", "failed to allocate")


class DoesNotFitError(MemoryError):
    """More networks at once than the memory holds; `fits` says how many do."""

    def __init__(self, asked: int, fits: int, device: torch.device | str, each: int, free: float):
        self.asked, self.fits = asked, fits
        act = f"take {fits} at once" if fits else "take a smaller network or batch"
        super().__init__(
            f"{asked} networks do not fit into the memory of {device}: each takes "
            f"{each / 2**20:,.0f} MiB and {free / 2**20:,.0f} MiB are free, enough for {fits}; "
            f"{act}."
        )


def bytes_each(net: Net, *, batch_size: int, slots: int, dtype: torch.dtype) -> int:
    """Bytes that one network takes in training: θ, gradient, rule, activations."""
    parameters = (3 + slots) * net.size + 3 * net.moments  # the third for a copy of the best
    largest = max(a * b for a, b in pairwise(net.sizes))
    activations = batch_size * (3 * sum(net.sizes) + 3 * max(net.sizes))
    return (parameters + largest + activations) * dtype.itemsize


def free_bytes(device: torch.device | str) -> float:
    """Memory that is free on the device; infinity where there is no way to know."""
    device = torch.device(device)
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0])
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return math.inf
    known = dict(line.split(":", 1) for line in lines)
    return float(known["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in known else math.inf


def check_room(
    net: Net,
    asked: int,
    *,
    batch_size: int,
    slots: int,
    dtype: torch.dtype,
    device: torch.device | str,
    free: float | None = None,
) -> None:
    """Raise DoesNotFitError where `asked` networks take more than SHARE of the free memory."""
    free = free_bytes(device) if free is None else free
    each = bytes_each(net, batch_size=batch_size, slots=slots, dtype=dtype)
    if asked * each > SHARE * free:
        raise DoesNotFitError(asked, int(SHARE * free // each), device, each, free)


def ran_out(error: RuntimeError) -> bool:
    """Is this how torch says that there is no memory left?"""
    return any(words in str(error).lower() for words in WORDS)


@contextmanager
def told(net: Net, theta: torch.Tensor, *, batch_size: int, slots: int) -> Iterator[None]:
    """Turn torch's own complaint about memory into DoesNotFitError."""
    try:
        yield
    except RuntimeError as error:
        if not ran_out(error):
            raise
        each = bytes_each(net, batch_size=batch_size, slots=slots, dtype=theta.dtype)
        held = len(theta) * each  # what this stack has taken is free again once it is given up
        free = min(free_bytes(theta.device), held)
        fits = min(int(SHARE * free // each), len(theta) - 1)
        raise DoesNotFitError(len(theta), fits, theta.device, each, free) from error

"""Runs a study step by step and group of seeds by group of seeds, so that it can stop anywhere."""

from __future__ import annotations

import datetime
import platform
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple, Protocol

import torch

from course_utils.deep.ensemble import DoesNotFitError
from course_utils.deep.ensemble.memory import ran_out
from course_utils.errors import CourseError
from course_utils.study.settings import Settings
from course_utils.study.store import Store

SAVE_AFTER = 30.0  # seconds between two checkpoints


class Worker(Protocol):
    """Something that goes on epoch by epoch."""

    total: int  # epochs

    @property
    def epochs(self) -> int:
        """Epochs done."""

    def advance(self) -> None:
        """One epoch."""

    def state_dict(self) -> dict[str, Any]:
        """All that changes."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""

    def result(self) -> dict[str, list]:
        """Name -> a value for each seed."""


class Step(NamedTuple):
    """A part of a study: make(seeds, what the steps it needs have left) -> its worker.

    `shows` names the number of its result that is told when it is done, with a format.
    """

    name: str
    make: Callable[[list[int], dict[str, Any]], Worker]
    needs: tuple[str, ...] = ()
    shows: tuple[str, str] | None = None
    keeps: bool = False  # its last state is what later steps need


def run(
    steps: Sequence[Step],
    store: Store,
    settings: Settings,
    tell: Callable[[str], None],
    *,
    save_after: float = SAVE_AFTER,
) -> None:
    """Every step for every seed that lacks it; what is done is on disk when this is interrupted."""
    measured = [step.name for step in steps if not step.keeps]
    while seeds := store.group(measured, range(settings.seeds), settings.at_once):
        for step in steps:
            if not step.keeps and store.has(step.name, seeds):
                continue
            if step.keeps and all(
                store.has(other.name, seeds) for other in steps if step.name in other.needs
            ):
                continue
            try:
                _work(step, seeds, store, settings, tell, save_after)
            except DoesNotFitError as error:
                act = f" Give --at-once {error.fits}; the seeds then go in groups."
                raise CourseError(f"{error}{act * (error.fits > 0)}") from error
            except RuntimeError as error:
                if not ran_out(error):
                    raise
                raise CourseError(
                    f"{settings.device} has no memory left for {len(seeds)} seeds at once: give "
                    f"--at-once {max(len(seeds) // 2, 1)}; the seeds then go in groups."
                ) from error
            except KeyboardInterrupt:
                tell(f"Interrupted in {step.name!r}; the same command goes on from there.")
                raise


def _work(step, seeds, store: Store, settings: Settings, tell, save_after: float) -> None:
    from tqdm.auto import tqdm

    made = {name: store.load(name, seeds, settings.device) for name in step.needs}
    worker = step.make(seeds, made)
    state = store.load(step.name, seeds, settings.device)
    if state is not None:
        worker.load_state_dict(state)
    begun = worker.epochs
    if step.keeps and begun == worker.total:
        return
    start = saved = time.monotonic()
    bar = tqdm(  # None: none where standard error is a file
        total=worker.total, initial=begun, desc=step.name, unit="epoch", leave=False, disable=None
    )
    try:
        with bar:
            while worker.epochs < worker.total:
                worker.advance()
                bar.update()
                if time.monotonic() - saved >= save_after:
                    store.save(step.name, seeds, worker.state_dict())
                    saved = time.monotonic()
    except KeyboardInterrupt:
        store.save(step.name, seeds, worker.state_dict())
        raise
    seconds = time.monotonic() - start
    result = worker.result()
    if step.keeps:
        store.save(step.name, seeds, worker.state_dict())
    store.record(step.name, seeds, result, _run(settings, seconds, worker.total - begun))
    if not step.keeps:
        store.drop(step.name)
    tell(_said(step, result, seeds, seconds))


def _run(settings: Settings, seconds: float, epochs: int) -> dict[str, Any]:
    device = settings.device
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "seconds": round(seconds, 1),
        "epochs": epochs,
        "device": f"{device.type}, {name}, {torch.get_num_threads()} threads",
        "torch": torch.__version__,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _said(step: Step, result: dict[str, list], seeds: list[int], seconds: float) -> str:
    line = f"{step.name}: "
    if step.shows:
        name, form = step.shows
        finite = [value for value in result[name] if value == value]
        line += f"{name} {form.format(median(finite))} (median), " if finite else f"{name} –, "
        lost = [seed for seed, f in zip(seeds, result["failed"], strict=True) if f >= 0]
        if lost:
            line += f"loss no longer finite for seed {', '.join(map(str, lost))}, "
    return f"{line}{len(seeds)} seed{'s' * (len(seeds) > 1)}, {seconds:.0f} s."

"""Studies: the papers' experiments, run from the command line with `course study NAME`.

Each reproduces a published figure or table and stands beside it. A study is a module with

    config(settings)        what tells its configuration from another one
    steps(settings, sets)   engine.Step after engine.Step, each a worker that goes epoch by epoch
    table(store, settings)  rows of text, the published figures among them
    draw(store, settings)   a figure

and a row in STUDIES. What is measured is kept by step and seed in results/ as it comes, so a study
can be stopped, killed, and asked for more seeds or depths later. Nothing here imports torch until a
study runs.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from course_utils.errors import CourseError
from course_utils.study.settings import DATA, Settings, depths_of, load, one_of, whole

RESULTS = Path(__file__).resolve().parents[2] / "results"  # of the clone; git ignores it


class Study(NamedTuple):
    """What `course study` tells of a study, and where it is."""

    about: str
    module: str
    data: str
    seeds: int
    depths: tuple[int, ...] | None  # None: it has one shape


STUDIES = {
    "depth": Study(
        "test error over depth, from three starts (Erhan et al. 2010, Fig. 1)",
        "grids", "mnist", 5, (1, 2, 3, 4, 5),
    ),
    "small-layers": Study(
        "layers so narrow that pretraining hurts (the same, Fig. 9)",
        "grids", "mnist", 5, (1, 2, 3),
    ),
    "mnist-10k": Study(
        "10,000 training images, by depth (Larochelle et al. 2009, Table 3)",
        "grids", "mnist-10k", 5, (1, 2, 3, 4),
    ),
    "deep-autoencoder": Study(
        "784-1000-500-250-30, squared error an image (Hinton & Salakhutdinov 2006)",
        "deep_autoencoder", "mnist", 1, None,
    ),
    "probe": Study(
        "a linear classifier on frozen codes (Vincent et al. 2010, Table 5)",
        "probe", "mnist", 5, (1, 2, 3),
    ),
    "online": Study(
        "an endless stream of distorted digits (Erhan et al. 2010, Figs 11 and 14)",
        "online", "mnist", 5, (1, 3),
    ),
}  # fmt: skip


def run(
    name: str,
    *,
    data: str | None = None,
    seeds: int | None = None,
    depths: str | None = None,
    device: str | None = None,
    quick: bool = False,
    epochs: int | None = None,
    at_once: int | None = None,
    out: Path | None = None,
    tell: Callable[[str], None],
    **options: float,
) -> list[list[str]]:
    """Run a study, or what is lacking of it; its table. Files lie in out/NAME-DATA.

    Raises CourseError, in one sentence with the next act, for what cannot be.
    """
    one_of("study", name, STUDIES)
    study = STUDIES[name]
    settings = _settings(
        name, study, data, seeds, depths, device, quick, epochs, at_once, out, tell
    )

    from course_utils.study import engine, figures
    from course_utils.study.store import Store, atomically

    module = import_module(f"course_utils.study.{study.module}")
    own = {"study": name, "data": settings.data, "quick": quick, "plan": module.config(settings)}
    sets = load(settings)
    store = Store(settings.folder, own)
    engine.run(module.steps(settings, sets), store, settings, tell, **options)
    figure = settings.folder / f"{name}.png"
    atomically(figure, lambda path: figures.save(module.draw(store, settings), path))
    tell(f"Results in {store.path}, figure in {figure}.")
    return module.table(store, settings)


def _settings(
    name, study: Study, data, seeds, depths, device, quick, epochs, at_once, out, tell
) -> Settings:
    data = data or study.data
    one_of("data set", data, DATA)
    if name == "mnist-10k" and data == "mnist":
        raise CourseError("mnist-10k trains on 10,000 images; `course study depth` takes them all.")
    if depths and study.depths is None:
        raise CourseError(f"{name} has one shape; leave out --depths.")
    wanted = depths_of(depths) if depths else study.depths or ()
    seeds = study.seeds if seeds is None else seeds
    whole("--seeds", seeds)
    if epochs is not None:
        whole("--epochs", epochs)
        if name == "online":
            raise CourseError(
                "online learns from a stream, which has no epochs; leave out --epochs."
            )

    from course_utils.deep.device import choose

    try:
        chosen = choose(device)
    except ValueError as error:
        raise CourseError(str(error)) from error
    tell(f"Computing on {chosen}")
    if at_once is None:
        at_once = 64 if chosen.device.type == "cuda" else 16
    whole("--at-once", at_once)
    folder = (out or RESULTS) / f"{name}-{data}{'-quick' if quick else ''}"
    return Settings(name, data, seeds, wanted, chosen.device, quick, at_once, folder, epochs)

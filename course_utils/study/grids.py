"""Depth × start × seeds: the studies `depth`, `small-layers` and `mnist-10k`.

Each depth is trained from three starts: small weights, the first layers of one pretrained stack,
and sigmoid's own scale, four times Glorot's, as the control that the papers lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from course_utils.deep.ensemble import Adam, Momentum, Net, glorot, small_uniform, start
from course_utils.deep.ensemble.rules import Rule
from course_utils.deep.stacked import Recipe
from course_utils.study import figures
from course_utils.study.engine import Step
from course_utils.study.figures import quartiles
from course_utils.study.published import (
    ERHAN_1,
    ERHAN_9,
    LARGE,
    LAROCHELLE_3,
    NONE,
    PRETRAINED,
)
from course_utils.study.settings import Sets, Settings
from course_utils.study.store import Store
from course_utils.study.workers import Pretraining, Tuning, described, stack_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASSES = 10
STARTS = {NONE: small_uniform, LARGE: glorot(4.0)}


@dataclass(frozen=True)
class Plan:
    """How a grid is run on a data set: the same net, batches and epochs for every start.

    units       widths of the hidden layers, all alike in one net
    rules       of fine-tuning, by start: each has the best of the rates that were tried
    look        epochs between two looks at the validation set
    """

    units: tuple[int, ...]
    batch_size: int
    recipe: Recipe
    epochs: int
    rules: Mapping[str, Rule]
    look: int = 1

    def quick(self) -> Plan:
        """Small enough for a test."""
        return replace(
            self, units=(8, 12)[: len(self.units)], epochs=2, recipe=replace(self.recipe, epochs=1)
        )


def name_of(units: int, depth: int, begin: str) -> str:
    """The step that trains one net of the grid."""
    return f"{units} units, depth {depth}, {begin}"


def steps(settings: Settings, sets: Sets) -> list[Step]:
    """For each width one pretraining to the largest depth, then every depth from every start."""
    plan, found = plan_of(settings), []
    for units in plan.units:
        deepest = max(settings.depths)
        sizes = (sets.X.shape[1], *[units] * deepest)
        pretraining = f"{units} units, pretraining of {deepest}"
        found.append(Step(pretraining, partial(_pretrain, sizes, plan.recipe, sets), keeps=True))
        for depth in settings.depths:
            for begin in plan.rules:
                make = partial(_tune, plan, sizes, depth, begin, sets)
                needs = (pretraining,) if begin == PRETRAINED else ()
                shows = ("test error", "{:.2f} %")
                found.append(Step(name_of(units, depth, begin), make, needs, shows))
    return found


def _pretrain(sizes, recipe: Recipe, sets: Sets, seeds: list[int], made: dict) -> Pretraining:
    return Pretraining(sizes, recipe, sets, seeds)


def _tune(plan: Plan, sizes, depth, begin, sets: Sets, seeds: list[int], made: dict) -> Tuning:
    if begin == PRETRAINED:
        (state,) = made.values()
        stack = stack_of(sizes, plan.recipe, seeds, state)
        net, theta = stack.classifier(CLASSES, depth=depth)
    else:
        net = Net((*sizes[: depth + 1], CLASSES))
        theta = start(net, seeds, STARTS[begin], device=sets.X.device)
    options = {"epochs": plan.epochs, "batch_size": plan.batch_size, "look": plan.look}
    return Tuning(net, theta, sets, seeds, rule=plan.rules[begin], **options)


def _plan(units, recipe: Recipe, epochs, *, small, pretrained, large=None, look=1) -> Plan:
    rules = {NONE: Momentum(small), PRETRAINED: Momentum(pretrained)}
    rules |= {LARGE: Momentum(large)} if large else {}
    return Plan(units, recipe.batch_size, recipe, epochs, rules, look)


_DIGITS = Recipe(Momentum(0.1), epochs=30, batch_size=32, corruption=0.25)
_SMALL = Recipe(Adam(2e-3), epochs=6, batch_size=50, corruption=0.25)
_MNIST = Recipe(Adam(1e-3), epochs=20, batch_size=100, corruption=0.25)
_NARROW = (25, 50, 100, 200, 400, 800)
_RATES_DIGITS = {"small": 0.2, "pretrained": 0.1}
_RATES_MNIST = {"small": 0.1, "pretrained": 0.3}
PLANS = {
    ("depth", "digits"): _plan((64,), _DIGITS, 60, **_RATES_DIGITS, large=0.1),
    ("depth", "mnist-10k"): _plan((300,), _SMALL, 8, **_RATES_MNIST, large=0.1, look=2),
    ("depth", "mnist"): _plan((800,), _MNIST, 50, **_RATES_MNIST, large=0.1),
    ("mnist-10k", "digits"): _plan((64,), _DIGITS, 60, **_RATES_DIGITS, large=0.1),
    ("mnist-10k", "mnist-10k"): _plan((300,), _SMALL, 8, **_RATES_MNIST, large=0.1, look=2),
    ("small-layers", "digits"): _plan((4, 8, 16, 32, 64), _DIGITS, 60, **_RATES_DIGITS),
    ("small-layers", "mnist-10k"): _plan(_NARROW, _SMALL, 8, **_RATES_MNIST, look=2),
    ("small-layers", "mnist"): _plan(_NARROW, _MNIST, 50, **_RATES_MNIST),
}
TITLES = {
    "depth": ("Erhan et al. 2010, Fig. 1", ERHAN_1),
    "mnist-10k": ("Larochelle et al. 2009, Table 3", LAROCHELLE_3),
}


def plan_of(settings: Settings) -> Plan:
    """The plan of a study on a data set, small where it is to be quick."""
    plan = PLANS[settings.study, settings.data]
    plan = plan.quick() if settings.quick else plan
    return replace(plan, epochs=settings.epochs or plan.epochs)


def config(settings: Settings) -> dict[str, Any]:
    """What tells this run from one with another recipe."""
    plan = plan_of(settings)
    rules = {begin: repr(rule) for begin, rule in plan.rules.items()}
    return {**_plain(plan), "recipe": described(plan.recipe), "rules": rules}


def _plain(plan: Plan) -> dict[str, Any]:
    names = ("units", "batch_size", "epochs", "look")
    return {name: getattr(plan, name) for name in names}


def table(store: Store, settings: Settings) -> list[list[str]]:
    """A row for each net: median and quartiles of the test error, beside the published one."""
    rows = [["units", "depth", "start", "test, %", "quartiles", "last", "published"]]
    for units, depth, begin in _cells(settings):
        name = name_of(units, depth, begin)
        low, middle, high = quartiles(store.values(name, "test error"))
        last = quartiles(store.values(name, "last test error"))[1]
        known = _published(settings, units, depth, begin)
        shown = "" if known is None else f"{known:.2f}"
        row = [str(units), str(depth), begin, f"{middle:.2f}", f"{low:.2f} to {high:.2f}"]
        rows.append([*row, f"{last:.2f}", shown])
    return rows


def _cells(settings: Settings) -> list[tuple[int, int, str]]:
    plan = plan_of(settings)
    return [(u, d, b) for u in plan.units for d in settings.depths for b in plan.rules]


def _published(settings: Settings, units: int, depth: int, begin: str) -> float | None:
    if settings.data == "digits":
        return None
    if settings.study == "small-layers":
        return ERHAN_9.get(begin, {}).get(depth, {}).get(units)
    return TITLES[settings.study][1].get(begin, {}).get(depth)


def draw(store: Store, settings: Settings) -> Figure:
    """Boxes over depth, or lines over width for `small-layers`."""
    plan = plan_of(settings)
    if settings.study == "small-layers":
        lines = {
            f"{settings.depths[-1]} layers, {begin}": [
                store.values(name_of(units, settings.depths[-1], begin), "test error")
                for units in plan.units
            ]
            for begin in plan.rules
        }
        return figures.lines(lines, plan.units, xlabel="units in each hidden layer", log="xy")
    boxes = {
        begin: {
            depth: store.values(name_of(plan.units[0], depth, begin), "test error")
            for depth in settings.depths
        }
        for begin in plan.rules
    }
    title, known = TITLES[settings.study]
    marks = {begin: known.get(begin, {}) for begin in plan.rules if settings.data != "digits"}
    return figures.boxes(boxes, marks, title, xlabel="hidden layers")

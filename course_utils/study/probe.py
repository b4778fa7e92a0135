"""Linear classifiers on frozen codes, layer by layer: is what pretraining finds any use as it is?

Vincent et al., JMLR 11:3371 (2010), Table 5, put a linear support vector machine on the codes of a
stacked denoising autoencoder; here it is softmax regression, which differs little. The control is
the same stack with random weights, four times Glorot's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from course_utils.deep.ensemble import Adam, Net, glorot, start
from course_utils.deep.stacked import Recipe, Stack
from course_utils.study import figures
from course_utils.study.engine import Step
from course_utils.study.figures import ERROR, quartiles
from course_utils.study.published import VINCENT_5
from course_utils.study.settings import Sets, Settings
from course_utils.study.store import Store
from course_utils.study.workers import Pretraining, Tuning, described, stack_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASSES = 10
TINY = 1e-6  # of a unit that never changes
CODES, RANDOM, PIXELS = "pretrained codes", "codes of random weights", "pixels"


@dataclass(frozen=True)
class Plan:
    """Units a layer, how they are pretrained, and how the linear classifier is trained."""

    units: int
    recipe: Recipe
    rule: Adam
    epochs: int
    batch_size: int


PLANS = {
    "digits": Plan(128, Recipe(Adam(3e-3), 30, 32, corruption=0.25), Adam(1e-2), 60, 32),
    "mnist-10k": Plan(500, Recipe(Adam(1e-3), 20, 50, corruption=0.25), Adam(2e-3), 30, 50),
    "mnist": Plan(1000, Recipe(Adam(1e-3), 20, 100, corruption=0.25), Adam(1e-3), 30, 100),
}


def plan_of(settings: Settings) -> Plan:
    """The plan for a data set, small where it is to be quick."""
    plan = PLANS[settings.data]
    if settings.quick:
        plan = replace(plan, units=12, epochs=2, recipe=replace(plan.recipe, epochs=1))
    return replace(plan, epochs=settings.epochs or plan.epochs)


def config(settings: Settings) -> dict[str, Any]:
    """What tells this run from one with another recipe."""
    plan = plan_of(settings)
    names = {"units": plan.units, "epochs": plan.epochs, "batch_size": plan.batch_size}
    names["codes"] = "standardized"
    return {**names, "rule": repr(plan.rule), "recipe": described(plan.recipe)}


def steps(settings: Settings, sets: Sets) -> list[Step]:
    """Pretraining, and a linear classifier on the pixels and on every layer's codes."""
    plan, deepest = plan_of(settings), max(settings.depths)
    sizes = (sets.X.shape[1], *[plan.units] * deepest)
    pretraining, shows = f"pretraining of {deepest}", ("test error", "{:.2f} %")
    found = [
        Step(pretraining, partial(_pretrain, sizes, plan, sets), keeps=True),
        Step(PIXELS, partial(_probe, sizes, plan, sets, PIXELS, 0), (), shows),
    ]
    for kind, needs in ((CODES, (pretraining,)), (RANDOM, ())):
        for depth in settings.depths:
            make = partial(_probe, sizes, plan, sets, kind, depth)
            found.append(Step(_name(kind, depth), make, needs, shows))
    return found


def _name(kind: str, depth: int) -> str:
    return kind if kind == PIXELS else f"layer {depth}, {kind}"


def _pretrain(sizes, plan: Plan, sets: Sets, seeds: list[int], made: dict) -> Pretraining:
    return Pretraining(sizes, plan.recipe, sets, seeds)


def _probe(sizes, plan: Plan, sets: Sets, kind: str, depth: int, seeds, made: dict) -> Tuning:
    if kind == CODES:
        (state,) = made.values()
        sets = _coded(sets, stack_of(sizes, plan.recipe, seeds, state), depth)
    elif kind == RANDOM:
        net = Net((*sizes, 1), output="linear", loss="squared")
        theta = start(net, seeds, glorot(4.0), device=sets.X.device)
        layers = [layer[:2] for layer in net.layers(theta)]
        fixed = Stack(sizes, plan.recipe, tuple(seeds), layers[:-1], [], [], sets.y)
        sets = _coded(sets, fixed, depth)
    net = Net((sets.X.shape[-1], CLASSES))
    theta = start(net, seeds, device=sets.X.device)
    options = {"epochs": plan.epochs, "batch_size": plan.batch_size}
    return Tuning(net, theta, sets, seeds, rule=plan.rule, **options)


def _coded(sets: Sets, stack: Stack, depth: int) -> Sets:
    """The codes in place of the pixels, each unit with mean 0 and variance 1 in training.

    Otherwise the codes of random weights, which differ little, would only be learnt too slowly.
    """
    codes = stack.codes(sets.X, depth)
    variance, mean = torch.var_mean(codes, dim=1, keepdim=True)
    scale = variance.sqrt().clamp_min(TINY)

    def standard(X: Tensor) -> Tensor:
        return (stack.codes(X, depth) - mean) / scale

    X = (codes - mean) / scale
    return sets._replace(X=X, X_valid=standard(sets.X_valid), X_test=standard(sets.X_test))


def table(store: Store, settings: Settings) -> list[list[str]]:
    """A row for each layer: the test error of a linear classifier on it."""
    rows = [["on", "test, %", "quartiles", "published"]]
    cells = [(PIXELS, 0)] + [(kind, d) for kind in (CODES, RANDOM) for d in settings.depths]
    for kind, depth in cells:
        low, middle, high = quartiles(store.values(_name(kind, depth), "test error"))
        known = VINCENT_5.get(depth) if kind != RANDOM and settings.data == "mnist" else None
        shown = "" if known is None else f"{known:.2f}"
        rows.append([_name(kind, depth), f"{middle:.2f}", f"{low:.2f} to {high:.2f}", shown])
    return rows


def draw(store: Store, settings: Settings) -> Figure:
    """Boxes over the layer that is read; 0 stands for the pixels."""
    boxes = {
        kind: {0: store.values(PIXELS, "test error")}
        | {d: store.values(_name(kind, d), "test error") for d in settings.depths}
        for kind in (CODES, RANDOM)
    }
    marks = {CODES: VINCENT_5 if settings.data == "mnist" else {}}
    source = "Vincent et al. 2010, Table 5"
    return figures.boxes(
        boxes, marks, source, xlabel="layer that is read (0: pixels)", ylabel=ERROR
    )

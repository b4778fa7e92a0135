"""Learning from an endless stream: does the advantage of pretraining vanish with enough data?

Erhan et al., JMLR 11:625 (2010), Fig. 11 (with and without pretraining) and Fig. 14 right (the
first 0, 1, 2, 3 of 3 layers pretrained). As there, a quarter of the examples goes to pretraining,
and every net sees as many examples in all. The error is that on the next batch, before it is
learnt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from course_utils.deep.ensemble import Adam, Momentum, Net, Training, error_rate, start
from course_utils.deep.ensemble.rules import Rule
from course_utils.deep.stacked import Greedy, Recipe
from course_utils.study import figures
from course_utils.study.engine import Step
from course_utils.study.figures import quartiles
from course_utils.study.settings import Sets, Settings
from course_utils.study.store import Store
from course_utils.study.stream import batches
from course_utils.study.workers import Watched, described, stack_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASSES, POINTS, QUARTER = 10, 24, 6  # points along a curve; those that pretraining takes
LAST, CURVE = "online error at the end, %", "online error"
UNSUPERVISED, SUPERVISED = 0, 1  # two pieces of the stream
EVERY = 4  # the online error is taken on one batch of so many


@dataclass(frozen=True)
class Plan:
    """Units a layer, the recipe of pretraining, the rule of learning, updates in all."""

    units: int
    recipe: Recipe
    rule: Rule
    updates: int

    @property
    def chunk(self) -> int:
        """Updates between two points of a curve, an "epoch" of the stream."""
        return self.updates // POINTS


def _recipe(lr: float, batch_size: int) -> Recipe:
    return Recipe(Adam(lr), QUARTER, batch_size, corruption=0.25)


PLANS = {
    "digits": Plan(64, _recipe(3e-3, 32), Momentum(0.05), 4_800),
    "mnist-10k": Plan(300, _recipe(1e-3, 50), Momentum(0.05), 19_200),
    "mnist": Plan(800, _recipe(1e-3, 100), Momentum(0.05), 96_000),
}


def plan_of(settings: Settings) -> Plan:
    """The plan for a data set, small where it is to be quick."""
    plan = PLANS[settings.data]
    return replace(plan, units=10, updates=2 * POINTS) if settings.quick else plan


def config(settings: Settings) -> dict[str, Any]:
    """What tells this run from one with another recipe."""
    plan = plan_of(settings)
    names = {"units": plan.units, "updates": plan.updates, "points": POINTS}
    return {**names, "rule": repr(plan.rule), "recipe": described(plan.recipe)}


class Dreaming:
    """Pretraining on the unlabelled piece of the stream, an equal share of it for every layer."""

    def __init__(self, sizes, plan: Plan, sets: Sets, seeds: list[int]) -> None:
        self.greedy = Greedy(sizes, plan.recipe, seeds=seeds, device=sets.X.device)
        self.plan, self.sets, self.seeds = plan, sets, seeds
        self.total = self.greedy.epochs
        self.chunk = max(1, plan.chunk // (len(sizes) - 1))
        self.state_dict, self.load_state_dict = self.greedy.state_dict, self.greedy.load_state_dict

    @property
    def epochs(self) -> int:
        """Pieces done, of all layers together."""
        return self.greedy.epochs_done

    def advance(self) -> None:
        """One piece."""
        part, size = (UNSUPERVISED, self.epochs), self.plan.recipe.batch_size
        self.greedy.run(x for x, _ in batches(self.sets, self.seeds, part, self.chunk, size))

    def result(self) -> dict[str, list]:
        """Which networks failed."""
        return {"failed": [int(f) - 1 for f in self.greedy.failed.tolist()]}


class Learning(Watched):
    """Training on the labelled piece of the stream, which ends where it ends for every net."""

    def __init__(self, net: Net, theta: Tensor, plan: Plan, sets: Sets, seeds, first: int) -> None:
        self.plan, self.sets, self.seeds, self.first = plan, sets, seeds, first
        self.total = POINTS - first
        size = plan.recipe.batch_size
        super().__init__(Training(net, theta, plan.rule, seeds=seeds, batch_size=size))

    def advance(self) -> None:
        """One piece; every few batches are judged before they are learnt."""
        run, errors = self.training, []
        part = (SUPERVISED, self.first + self.epochs)

        def judged():
            stream = batches(self.sets, self.seeds, part, self.plan.chunk, run.batch_size)
            for b, (x, y) in enumerate(stream):
                if b % EVERY == 0:
                    errors.append(error_rate(run.net, run.theta, x, y))
                yield x, y

        run.run(judged())
        self.curve.append((100 * torch.stack(errors).mean(dim=0)).tolist())

    def result(self) -> dict[str, list]:
        """The online error along the labelled piece of the stream."""
        last = {LAST: self.curve[-1], CURVE: self.curves()}
        return {**last, "failed": self.training.failed.tolist()}


def steps(settings: Settings, sets: Sets) -> list[Step]:
    """For each depth a pretraining, then learning with the first 0, …, all layers pretrained."""
    plan, found = plan_of(settings), []
    for depth in settings.depths:
        sizes = (sets.X.shape[1], *[plan.units] * depth)
        pretraining = f"pretraining of {depth} on the stream"
        found.append(Step(pretraining, partial(_dream, sizes, plan, sets), keeps=True))
        for k in firsts(settings, depth):
            make = partial(_learn, sizes, plan, sets, k)
            needs = (pretraining,) if k else ()
            found.append(Step(_name(depth, k), make, needs, (LAST, "{:.2f}")))
    return found


def firsts(settings: Settings, depth: int) -> list[int]:
    """How many layers are pretrained: none and all, and for the deepest net all numbers between."""
    return list(range(depth + 1)) if depth == max(settings.depths) else [0, depth]


def _name(depth: int, k: int) -> str:
    return f"depth {depth}, first {k} pretrained" if k else f"depth {depth}, small start"


def _dream(sizes, plan: Plan, sets: Sets, seeds: list[int], made: dict) -> Dreaming:
    return Dreaming(sizes, plan, sets, seeds)


def _learn(sizes, plan: Plan, sets: Sets, k: int, seeds: list[int], made: dict) -> Learning:
    net = Net((*sizes, CLASSES))
    if k == 0:
        theta = start(net, seeds, device=sets.X.device)
        return Learning(net, theta, plan, sets, seeds, 0)
    (state,) = made.values()
    theta = stack_of(sizes, plan.recipe, seeds, state).partly(net, k)
    spent = math.ceil(QUARTER * k / (len(sizes) - 1))
    return Learning(net, theta, plan, sets, seeds, spent)


def table(store: Store, settings: Settings) -> list[list[str]]:
    """The online error over the last piece of the stream."""
    rows = [["net", "at the end, %", "quartiles"]]
    for depth in settings.depths:
        for k in firsts(settings, depth):
            low, middle, high = quartiles(store.values(_name(depth, k), LAST))
            rows.append([_name(depth, k), f"{middle:.2f}", f"{low:.2f} to {high:.2f}"])
    return rows


def draw(store: Store, settings: Settings) -> Figure:
    """The online error along the stream; curves of pretrained nets begin where labels do."""
    plan = plan_of(settings)
    series = {}
    for depth in settings.depths:
        for k in firsts(settings, depth):
            runs = [row[CURVE] for row in store.rows(_name(depth, k))]
            series[_name(depth, k)] = [list(values) for values in zip(*runs, strict=True)]
    examples = plan.chunk * plan.recipe.batch_size
    return figures.lines(
        series, [examples * point for point in range(1, POINTS + 1)],
        xlabel="examples seen, those of pretraining counted", ylabel="online error, %", log="y",
    )  # fmt: skip

"""The deep autoencoder of 2006, pretrained and not: squared error of the test images.

Hinton & Salakhutdinov, Science 313:504 (2006), Fig. 2: logistic layers 784-1000-500-250, a linear
code of 30, mirrored; 3.00 on MNIST's test set where PCA with 30 components has 13.87. They
pretrained restricted Boltzmann machines and fine-tuned cross-entropy by conjugate gradients; here
the layers are autoencoders, and fine-tuning is Adam on the squared error itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from course_utils.deep.ensemble import (
    Adam,
    Net,
    Training,
    glorot,
    small_uniform,
    squared_error,
    start,
)
from course_utils.deep.stacked import Recipe
from course_utils.study import figures
from course_utils.study.engine import Step
from course_utils.study.figures import quartiles
from course_utils.study.published import HINTON_AUTOENCODER, HINTON_PCA, LARGE, NONE, PRETRAINED
from course_utils.study.settings import Sets, Settings
from course_utils.study.store import Store
from course_utils.study.workers import Pretraining, Watched, described, stack_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STARTS = {LARGE: glorot(4.0), NONE: small_uniform}
PCA = "PCA"
TEST, CURVE = "squared error an image, test", "test curve"


@dataclass(frozen=True)
class Plan:
    """Layers down to the code, and how they are trained."""

    layers: tuple[int, ...]
    recipe: Recipe
    epochs: int
    batch_size: int
    rule: Adam

    @property
    def code(self) -> int:
        """Numbers in the code."""
        return self.layers[-1]


def _recipe(depth: int, epochs: int, batch_size: int, lr: float) -> Recipe:
    hidden = ("sigmoid",) * (depth - 1) + ("linear",)
    return Recipe(Adam(lr), epochs, batch_size, hidden=hidden, loss="squared", scheme=glorot(1.0))


PLANS = {
    "digits": Plan((48, 24, 12, 6), _recipe(4, 40, 32, 3e-3), 120, 32, Adam(3e-3)),
    "mnist": Plan((1000, 500, 250, 30), _recipe(4, 3, 100, 2e-3), 60, 100, Adam(2e-3)),
}
PLANS["mnist-10k"] = PLANS["mnist"]


def plan_of(settings: Settings) -> Plan:
    """The plan for a data set, small where it is to be quick."""
    plan = PLANS[settings.data]
    if settings.quick:
        layers = (10, 8, 6, 4)
        plan = replace(plan, layers=layers, epochs=3, recipe=replace(plan.recipe, epochs=1))
    return replace(plan, epochs=settings.epochs or plan.epochs)


def config(settings: Settings) -> dict[str, Any]:
    """What tells this run from one with another recipe."""
    plan = plan_of(settings)
    names = {"layers": plan.layers, "epochs": plan.epochs, "batch_size": plan.batch_size}
    return {**names, "rule": repr(plan.rule), "recipe": described(plan.recipe)}


class Rebuilding(Watched):
    """Fine-tuning of an autoencoder, the rate falling to 0 along half a cosine."""

    def __init__(self, net: Net, theta: Tensor, plan: Plan, X: Tensor, X_test: Tensor, seeds):
        self.X, self.X_test, self.total = X, X_test, plan.epochs
        updates = plan.epochs * math.ceil(len(X) / plan.batch_size)
        training = Training(
            net, theta, plan.rule, seeds=seeds, batch_size=plan.batch_size,
            schedule=lambda t: 0.5 * (1 + math.cos(math.pi * t / updates)),
        )  # fmt: skip
        super().__init__(training)

    def advance(self) -> None:
        """One epoch, and a look at the test set; nothing is chosen by it."""
        self.training.epoch(self.X)
        self.curve.append(self._error(self.X_test))

    def _error(self, X: Tensor) -> list[float]:
        return squared_error(self.training.net, self.training.theta, X).tolist()

    def result(self) -> dict[str, list]:
        """Squared errors an image, at the end and along training."""
        last = {TEST: self.curve[-1], "train": self._error(self.X), CURVE: self.curves()}
        return {**last, "failed": self.training.failed.tolist()}


class Components:
    """Principal components fitted to the training images: what a linear autoencoder can do."""

    total = 1

    def __init__(self, code: int, X: Tensor, X_test: Tensor, seeds: list[int]) -> None:
        self.code, self.X, self.X_test, self.seeds = code, X, X_test, seeds
        self.error: list[float] = []

    @property
    def epochs(self) -> int:
        """1 when it is done."""
        return len(self.error)

    def advance(self) -> None:
        """Eigenvectors of the covariance, in double precision."""
        X, X_test = self.X.cpu().double(), self.X_test.cpu().double()
        mean = X.mean(dim=0)
        centred, test = X - mean, X_test - mean
        V = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -self.code :]
        self.error = [(test - test @ V @ V.T).square().sum(dim=1).mean().item()]

    def state_dict(self) -> dict[str, Any]:
        """What there is."""
        return {"error": self.error}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take it up."""
        self.error = state["error"]

    def result(self) -> dict[str, list]:
        """The same for every seed: there is no chance in it."""
        return {TEST: self.error * len(self.seeds), "failed": [-1] * len(self.seeds)}


def steps(settings: Settings, sets: Sets) -> list[Step]:
    """PCA, pretraining, and fine-tuning from three starts; training and validation images alike."""
    plan = plan_of(settings)
    X = torch.cat([sets.X, sets.X_valid])  # nothing is chosen, so none need be kept back
    whole = sets._replace(X=X)
    sizes = (X.shape[1], *plan.layers)
    shows = (TEST, "{:.3f}")
    return [
        Step(PCA, lambda seeds, made: Components(plan.code, X, sets.X_test, seeds), shows=shows),
        Step("pretraining", partial(_pretrain, sizes, plan, whole), keeps=True),
        Step(PRETRAINED, partial(_tune, sizes, plan, PRETRAINED, whole), ("pretraining",), shows),
        *(Step(name, partial(_tune, sizes, plan, name, whole), (), shows) for name in STARTS),
    ]


def _pretrain(sizes, plan: Plan, sets: Sets, seeds: list[int], made: dict) -> Pretraining:
    return Pretraining(sizes, plan.recipe, sets, seeds)


def _tune(sizes, plan: Plan, begin: str, sets: Sets, seeds: list[int], made: dict) -> Rebuilding:
    units = plan.recipe.hidden
    if begin == PRETRAINED:
        net, theta = stack_of(sizes, plan.recipe, seeds, made["pretraining"]).unrolled()
        net = replace(net, loss="squared")
    else:
        units = (*units, *units[-2::-1])
        net = Net((*sizes, *sizes[-2::-1]), units, output="sigmoid", loss="squared")
        theta = start(net, seeds, STARTS[begin], device=sets.X.device)
    return Rebuilding(net, theta, plan, sets.X, sets.X_test, seeds)


def table(store: Store, settings: Settings) -> list[list[str]]:
    """Squared error an image of the test set, from each start, beside the published one."""
    known = {PRETRAINED: HINTON_AUTOENCODER, PCA: HINTON_PCA} if settings.data == "mnist" else {}
    rows = [["start", "test", "quartiles", "train", "published"]]
    for name in (PCA, PRETRAINED, *STARTS):
        low, middle, high = quartiles(store.values(name, TEST))
        train = "" if name == PCA else f"{quartiles(store.values(name, 'train'))[1]:.3f}"
        shown = f"{known[name]:.2f}" if name in known else ""
        rows.append([name, f"{middle:.3f}", f"{low:.3f} to {high:.3f}", train, shown])
    return rows


def draw(store: Store, settings: Settings) -> Figure:
    """The test error along fine-tuning, and PCA's."""
    series = {}
    for name in (PRETRAINED, *STARTS):
        runs = [row[CURVE] for row in store.rows(name)]
        series[name] = [list(values) for values in zip(*runs, strict=True)]
    epochs = range(1, plan_of(settings).epochs + 1)
    pca = f"PCA, {plan_of(settings).code} components", quartiles(store.values(PCA, TEST))[1]
    return figures.lines(
        series, list(epochs), xlabel="epoch of fine-tuning", ylabel=TEST, log="y", level=pca
    )

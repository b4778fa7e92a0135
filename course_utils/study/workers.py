"""Work that studies share: pretraining a stack, training watched by a curve, training on labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from course_utils.deep.ensemble import Net, Training, error_rate, mean_loss
from course_utils.deep.ensemble.rules import Rule
from course_utils.deep.stacked import Greedy, Recipe, Stack
from course_utils.study.settings import Sets


class Pretraining:
    """Greedy pretraining of all layers; later steps take the stack that it leaves."""

    def __init__(self, sizes: Sequence[int], recipe: Recipe, sets: Sets, seeds: list[int]) -> None:
        self.greedy = Greedy(sizes, recipe, seeds=seeds, device=sets.X.device)
        self.X, self.total = sets.X, self.greedy.epochs
        self.state_dict, self.load_state_dict = self.greedy.state_dict, self.greedy.load_state_dict

    @property
    def epochs(self) -> int:
        """Epochs done, of all layers together."""
        return self.greedy.epochs_done

    def advance(self) -> None:
        """One epoch."""
        self.greedy.epoch(self.X)

    def result(self) -> dict[str, list]:
        """The last loss of each layer, and whether a network failed."""
        last = torch.stack([history[-1] for history in self.greedy.history], dim=1)
        return {"loss": last.tolist(), "failed": [int(f) - 1 for f in self.greedy.failed.tolist()]}


def described(recipe: Recipe) -> dict[str, Any]:
    """A recipe as JSON has it, for a study's configuration."""
    named = {field.name: getattr(recipe, field.name) for field in fields(recipe)}
    scheme = getattr(recipe.scheme, "__name__", repr(recipe.scheme))
    return {**named, "rule": repr(recipe.rule), "scheme": scheme}


def stack_of(sizes: Sequence[int], recipe: Recipe, seeds: list[int], state: Any) -> Stack:
    """The stack that a Pretraining left."""
    device = state["encoder"][0][0].device
    greedy = Greedy(sizes, recipe, seeds=seeds, device=device)
    greedy.load_state_dict(state)
    return greedy.stack()


class Watched:
    """A training with a curve: after each epoch a value for every network."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.curve: list[list[float]] = []

    @property
    def epochs(self) -> int:
        """Epochs done, or pieces of a stream."""
        return self.training.epochs

    def state_dict(self) -> dict[str, Any]:
        """All that changes."""
        return {"training": self.training.state_dict(), "curve": self.curve}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.training.load_state_dict(state["training"])
        self.curve = state["curve"]

    def curves(self) -> list[list[float]]:
        """The curve of each network."""
        return [list(curve) for curve in zip(*self.curve, strict=True)]


class Tuning:
    """Training on labels; of each network the weights with the lowest validation error are kept.

    That is looked at every `look` epochs, and after the last.
    """

    def __init__(
        self,
        net: Net,
        theta: Tensor,
        sets: Sets,
        seeds: list[int],
        *,
        rule: Rule,
        epochs: int,
        batch_size: int,
        look: int = 1,
    ) -> None:
        self.sets, self.total, self.look = sets, epochs, look
        self.training = Training(net, theta, rule, seeds=seeds, batch_size=batch_size)
        self.best = self.training.theta.clone()
        self.best_moments = None if self.training.moments is None else self.training.moments.clone()
        self.best_epoch = torch.full((len(seeds),), -1, device=theta.device)
        self.lowest = torch.full((len(seeds),), float("inf"), device=theta.device)

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return self.training.epochs

    def advance(self) -> None:
        """One epoch, and perhaps a look at the validation set."""
        run, sets = self.training, self.sets
        run.epoch(sets.X, sets.y)
        if run.epochs % self.look and run.epochs < self.total:
            return
        error = error_rate(run.net, run.theta, sets.X_valid, sets.y_valid, moments=run.moments)
        better = error < self.lowest
        self.lowest[better] = error[better]
        self.best[better] = run.theta[better]
        self.best_epoch[better] = run.epochs
        if self.best_moments is not None:
            self.best_moments[better] = run.moments[better]

    def state_dict(self) -> dict[str, Any]:
        """All that changes."""
        names = ("best", "best_moments", "best_epoch", "lowest")
        return {
            **{name: getattr(self, name) for name in names},
            "training": self.training.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.training.load_state_dict(state["training"])
        for name in ("best", "best_moments", "best_epoch", "lowest"):
            setattr(self, name, state[name])

    def result(self) -> dict[str, list]:
        """Errors in percent: of the best epoch and of the last; losses at the last one."""
        run, (X, y, _, _, X_test, y_test, _) = self.training, self.sets
        last = {"moments": run.moments}

        def percent(theta: Tensor, X: Tensor, y: Tensor, moments: Tensor | None) -> list[float]:
            return (100 * error_rate(run.net, theta, X, y, moments=moments)).tolist()

        return {
            "test error": percent(self.best, X_test, y_test, self.best_moments),
            "valid error": (100 * self.lowest).tolist(),
            "best epoch": self.best_epoch.tolist(),
            "last test error": percent(run.theta, X_test, y_test, run.moments),
            "train error": percent(run.theta, X, y, run.moments),
            "train loss": mean_loss(run.net, run.theta, X, y, **last).tolist(),
            "test loss": mean_loss(run.net, run.theta, X_test, y_test, **last).tolist(),
            "failed": run.failed.tolist(),
        }

"""Pretraining, layer by layer and epoch by epoch, so that it can be saved at any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.deep.ensemble import Training, join, start
from course_utils.deep.stacked.recipe import Recipe
from course_utils.deep.stacked.stack import Stack, Weights, encode
from course_utils.nn.progress import progress

CACHE = 2**28  # numbers; larger codes are computed batch by batch, which takes longer


class Greedy:
    """S networks sizes[0], …, sizes[-1] in pretraining: `epoch(X)` or `run(batches)` till done.

    .k is the layer at work, .training its Training, .done whether every layer has had its epochs.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        recipe: Recipe,
        *,
        seeds: Sequence[int],
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(f"sizes={tuple(sizes)}: give the inputs and at least one layer.")
        self.sizes, self.recipe, self.seeds = tuple(sizes), recipe, tuple(seeds)
        self.dtype, self.device = dtype, device
        self.encoder: list[Weights] = []
        self.decoder: list[Weights] = []  # from the layer trained last down to x
        self.history: list[Tensor] = []
        self.failed = torch.zeros(len(self.seeds), dtype=torch.bool, device=device)
        self._codes: tuple[int, Tensor] | None = None  # of which layer, and what
        self.training = self._begin()

    @property
    def k(self) -> int:
        """The layer at work."""
        return len(self.encoder)

    @property
    def done(self) -> bool:
        """Has every layer had its epochs?"""
        return self.k == len(self.sizes) - 1

    @property
    def epochs(self) -> int:
        """Epochs that all layers take together."""
        return sum(self.recipe.at("epochs", k) for k in range(len(self.sizes) - 1))

    @property
    def epochs_done(self) -> int:
        """Epochs done, of all layers together."""
        return sum(map(len, self.history)) + (0 if self.done else self.training.epochs)

    def epoch(self, X: Tensor) -> Tensor:
        """An epoch of the layer at work on X (N, n_0), the same for all; the losses met, (S,)."""
        if self.k == 0:
            return self.run(self.training.batches(X), encoded=True)
        target = X if self.recipe.form == "whole" else None
        if len(self.seeds) * len(X) * self.sizes[self.k] > CACHE:
            pairs = self.training.batches(X)
            return self.run(x for x, _ in pairs)
        if self._codes is None or self._codes[0] != self.k:
            self._codes = self.k, encode(self.encoder, self._units(), X)
        return self.run(self.training.batches(self._codes[1], target), encoded=True)

    def run(self, batches: Iterable, *, encoded: bool = False) -> Tensor:
        """An epoch of batches x (B, n_0) or (S, B, n_0), from a stream; the losses met, (S,).

        encoded: batches are pairs (h[k], target) for the layer at work.
        """
        if self.done:
            raise ValueError("Every layer has had its epochs; make a new Greedy for more.")
        units, whole = self._units(), self.recipe.form == "whole" and self.k > 0
        if not encoded:
            batches = ((encode(self.encoder, units, x), x if whole else None) for x in batches)
        losses = self.training.run(batches)
        if self.training.epochs == self.recipe.at("epochs", self.k):
            self._finish()
        return losses

    def stack(self) -> Stack:
        """The layers that are done."""
        return Stack(
            self.sizes[: self.k + 1],
            self.recipe,
            self.seeds,
            list(self.encoder),
            list(self.decoder),
            list(self.history),
            self.failed.clone(),
        )

    def _units(self) -> list[str]:
        return [self.recipe.at("hidden", k) for k in range(self.k)]

    def _begin(self) -> Training:
        net = self.recipe.net(self.sizes, self.k)
        theta = start(
            net,
            self.seeds,
            self.recipe.scheme,
            dtype=self.dtype,
            device=self.device,
            purpose=self.k,
        )
        if self.recipe.form == "whole" and self.k > 0:  # the decoder goes on from where it is
            fresh = [layer[:2] for layer in net.layers(theta)[:2]]
            theta = join(net, [*fresh, *self.decoder])
        if self.recipe.tied and not net.tied:
            layers = net.layers(theta)
            layers[1].W.copy_(layers[0].W.mT)
        return Training(
            net,
            theta,
            self.recipe.at("rule", self.k),
            seeds=self.seeds,
            batch_size=self.recipe.batch_size,
            stage=self.k + 1,
            corruption=self.recipe.at("corruption", self.k),
            noise=self.recipe.noise,
        )

    def _finish(self) -> None:
        layers = [
            (layer.W.contiguous().clone(), layer.b.clone())
            for layer in self.training.net.layers(self.training.theta)
        ]
        self.encoder.append(layers[0])
        self.decoder = layers[1:] if self.recipe.form == "whole" else [layers[1], *self.decoder]
        self.history.append(self.training.history)
        self.failed |= self.training.failed >= 0
        self._codes = None
        if not self.done:
            self.training = self._begin()

    def state_dict(self) -> dict[str, Any]:
        """All that changes, for torch.save."""
        names = ("encoder", "decoder", "history", "failed")
        own = {name: getattr(self, name) for name in names}
        return {**own, "training": self.training.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        for name in ("encoder", "decoder", "history", "failed"):
            setattr(self, name, state[name])
        self._codes = None
        if not self.done:
            self.training = self._begin()
            self.training.load_state_dict(state["training"])


def pretrain(
    sizes: Sequence[int],
    X: Tensor,
    *,
    seeds: Sequence[int],
    recipe: Recipe | None = None,
    on_epoch: Callable[[Greedy], Any] | None = None,
    **options: Any,
) -> Stack:
    """Pretrain S networks on X (N, sizes[0]) by a Recipe, or by its options given here.

    pretrain((64, 64, 64), X, seeds=range(8), rule=Momentum(0.1), epochs=30, batch_size=32)
    on_epoch(greedy) is called after every epoch. Beyond two seconds a bar shows.
    """
    recipe = Recipe(**options) if recipe is None else recipe
    greedy = Greedy(sizes, recipe, seeds=seeds, dtype=X.dtype, device=X.device)
    for _ in progress(range(greedy.epochs), "epochs"):
        greedy.epoch(X)
        if on_epoch:
            on_epoch(greedy)
    return greedy.stack()

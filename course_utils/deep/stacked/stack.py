"""What pretraining leaves: the encoders and decoders of S networks, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from course_utils.deep.autoencoder import Autoencoder, put
from course_utils.deep.ensemble import Net, generator, given, join, small_uniform, start
from course_utils.deep.ensemble.gradients import CHUNK
from course_utils.deep.ensemble.net import apply
from course_utils.deep.ensemble.starts import Scheme
from course_utils.deep.stacked.recipe import Recipe

OUTPUT = 1000  # the purpose of a seed's first weights here; pretraining's layers had 0, 1, …
Weights = tuple[Tensor, Tensor]  # W (S, n_in, n_out), b (S, 1, n_out)


@dataclass(frozen=True, eq=False)
class Stack:
    """What pretraining leaves: encoders from the bottom up, decoders from the top down.

    history[k] (epochs, S) holds the losses met in layer k, failed (S,) whether a network's were
    not finite.
    """

    sizes: tuple[int, ...]
    recipe: Recipe
    seeds: tuple[int, ...]
    encoder: list[Weights] = field(repr=False)
    decoder: list[Weights] = field(repr=False)
    history: list[Tensor] = field(repr=False)
    failed: Tensor = field(repr=False)

    @property
    def units(self) -> tuple[str, ...]:
        """The unit of each layer."""
        return tuple(self.recipe.at("hidden", k) for k in range(len(self.encoder)))

    def codes(self, X: Tensor, depth: int | None = None) -> Tensor:
        """h[depth] (S, N, n_depth) of X (N, n_0) or (S, N, n_0); default: the last layer's."""
        depth = len(self.encoder) if depth is None else depth
        return encode(self.encoder[:depth], self.units[:depth], X)

    def layers(self, s: int = 0, depth: int | None = None) -> list[Weights]:
        """(W, b) of network s: what `ensemble.given` and `ensemble.resampled` take."""
        return [(W[s], b[s, 0]) for W, b in self.encoder[:depth]]

    def classifier(
        self, n_classes: int, *, depth: int | None = None, scheme: Scheme = small_uniform
    ) -> tuple[Net, Tensor]:
        """The net to fine-tune and its theta (S, P): encoders, and an output layer by `scheme`.

        depth keeps the first layers alone. The decoders are dropped.
        """
        depth = len(self.encoder) if depth is None else depth
        net = Net((*self.sizes[: depth + 1], n_classes), hidden=self.units[:depth])
        return net, self._filled(net, scheme, depth)

    def partly(self, net: Net, first: int, *, scheme: Scheme = small_uniform) -> Tensor:
        """theta (S, P) of `net` with its first layers from here and the others by `scheme`."""
        return self._filled(net, scheme, first)

    def _filled(self, net: Net, scheme: Scheme, first: int) -> Tensor:
        schemes = [given(self.layers(s, first), scheme) for s in range(len(self.seeds))]
        W = self.encoder[0][0]
        return start(net, self.seeds, schemes, dtype=W.dtype, device=W.device, purpose=OUTPUT)

    def unrolled(self) -> tuple[Net, Tensor]:
        """The deep autoencoder sizes[0] … sizes[-1] … sizes[0], untied, as a net and theta."""
        net = Net(
            (*self.sizes, *self.sizes[-2::-1]),
            hidden=(*self.units, *self.units[-2::-1]),
            output=self.recipe.output,
            loss=self.recipe.loss_of(self.recipe.output),
        )
        return net, join(net, [*self.encoder, *self.decoder])

    def autoencoder(self, s: int = 0) -> Autoencoder:
        """Network s unrolled, as a module of torch.

        Raises ValueError where the layers below the code differ in kind: Autoencoder has one.
        """
        below = set(self.units[:-1]) or {"sigmoid"}
        if len(below) > 1:
            raise ValueError(
                f"The layers below the code are of kinds {', '.join(sorted(below))}; an "
                f"Autoencoder has one kind. Use unrolled()."
            )
        model = Autoencoder(
            self.sizes,
            hidden=below.pop(),
            code=self.units[-1],
            output=self.recipe.output,
            generator=generator(self.seeds[s], 0),
            dtype=self.encoder[0][0].dtype,
        )
        layers = [*self.encoder, *self.decoder]
        put(model, [(W[s].cpu().numpy(), b[s, 0].cpu().numpy()) for W, b in layers])
        return model.to(self.encoder[0][0].device)


def encode(encoder: Sequence[Weights], units: Sequence[str], X: Tensor) -> Tensor:
    """h <- f(h W + b) through every layer: codes (S, N, n), piece by piece; X where none is."""
    if not encoder:
        return X
    S = len(encoder[0][0])
    rows = max(1, CHUNK // (S * max(max(W.shape[1:]) for W, _ in encoder)))
    pieces = []
    for h in X.split(rows, dim=-2):
        h = h.expand(S, -1, -1)
        for (W, b), unit in zip(encoder, units, strict=True):
            h = apply(unit, torch.baddbmm(b, h, W))
        pieces.append(h)
    return torch.cat(pieces, dim=1)

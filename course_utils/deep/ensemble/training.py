"""Training a stack: each network in its own order of examples, with noise of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.deep.ensemble import memory
from course_utils.deep.ensemble.gradients import gradient
from course_utils.deep.ensemble.net import Net
from course_utils.deep.ensemble.noise import Noise
from course_utils.deep.ensemble.rules import Rule
from course_utils.deep.ensemble.starts import generator
from course_utils.nn.progress import progress

ORDER, NOISE = 1, 2  # purposes of a seed; 0 is its start
Batch = tuple[Tensor, Tensor | None]


class Training:
    """S networks in training; what is done so far can be saved and taken up again.

    net, theta   what they are, and where they start, (S, P); theta is copied
    rule         Momentum(lr) or Adam(lr); a rate for all or one for each
    seeds        S whole numbers: orders and noise are drawn from (seed, stage, epoch) alone
    stage        tells the trainings of one seed apart (the layers of a greedy pretraining)
    corruption   level of the noise on inputs (see Noise); targets stay clean
    schedule     factor of the rate at update t = 1, 2, …

    .theta, .moments (batch normalization's), .updates, .epochs; .history (epochs, S), the mean loss
    met during each epoch; .failed (S,), the epoch in which a network's loss or weights ceased to be
    finite, -1 for none: it is marked, and the others go on.
    Raises DoesNotFitError where the memory does not hold so many networks.
    """

    def __init__(
        self,
        net: Net,
        theta: Tensor,
        rule: Rule,
        *,
        seeds: Sequence[int],
        batch_size: int,
        stage: int = 0,
        corruption: float = 0.0,
        noise: str = "masking",
        schedule: Callable[[int], float] | None = None,
    ) -> None:
        net.layers(theta)  # refuses a theta of another network
        if len(seeds) != len(theta):
            raise ValueError(f"{len(seeds)} seeds for {len(theta)} networks; give one for each.")
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size}; a batch has at least one example.")
        needs = {"batch_size": batch_size, "slots": rule.slots}
        memory.check_room(net, len(theta), dtype=theta.dtype, device=theta.device, **needs)
        self.net, self.rule, self.seeds, self.stage = net, rule, tuple(seeds), stage
        self.batch_size, self.schedule = batch_size, schedule
        self.noise = Noise(noise, corruption)
        with memory.told(net, theta, **needs):
            self.theta = theta.clone()
            self.kept = [torch.zeros_like(theta) for _ in range(rule.slots)]
        self.moments = self._first_moments()
        self.updates = self.epochs = 0
        self.history = theta.new_zeros(0, len(theta))
        self.failed = torch.full((len(theta),), -1, device=theta.device)

    def _first_moments(self) -> Tensor | None:
        """Mean 0 and variance 1 for every normalized unit."""
        if not self.net.batch_norm:
            return None
        each = [part for n in self.net.sizes[1:-1] for part in (torch.zeros(n), torch.ones(n))]
        return torch.cat(each).to(self.theta).repeat(len(self.theta), 1)

    def step(self, x: Tensor, target: Tensor) -> Tensor:
        """One update by one batch, (B, n_in) or (S, B, n_in); the losses before it, (S,)."""
        loss, g = gradient(self.net, self.theta, x, target, moments=self.moments)
        self.updates += 1
        scale = self.schedule(self.updates) if self.schedule else 1.0
        self.rule.step(self.theta, g, self.kept, self.updates, scale)
        return loss

    def run(self, batches: Iterable[Batch]) -> Tensor:
        """An epoch of batches (x, target), from a set or a stream: their mean losses, (S,).

        Where target is None the network reconstructs x, of which it sees a corrupted copy.
        """
        gens = [
            generator(seed, NOISE, self.stage, self.epochs, device=self.theta.device)
            for seed in self.seeds
        ]
        total, examples = torch.zeros_like(self.theta[:, 0]), 0
        corrupt = self.noise.of(gens)
        with memory.told(self.net, self.theta, batch_size=self.batch_size, slots=len(self.kept)):
            for x, target in batches:
                seen = corrupt(x) if self.noise.level else x
                loss = self.step(seen, x if target is None else target)
                total += loss * x.shape[-2]
                examples += x.shape[-2]
        mean = total / examples
        broken = ~(mean.isfinite() & self.theta.sum(dim=1).isfinite())
        self.failed[broken & (self.failed < 0)] = self.epochs
        self.history = torch.cat([self.history, mean[None]])
        self.epochs += 1
        return mean

    def epoch(self, X: Tensor, target: Tensor | None = None) -> Tensor:
        """One pass over a set, every network in its own order; the mean losses met, (S,).

        X (N, n_in), the same for all, or (S, N, n_in); target as in `gradient`, None for X itself.
        """
        return self.run(self.batches(X, target))

    def batches(self, X: Tensor, target: Tensor | None = None) -> Iterator[Batch]:
        """The batches of the coming epoch, (S, B, n_in) each."""
        N, device = X.shape[-2], X.device
        orders = torch.stack([self.order(seed, N) for seed in self.seeds]).to(device)
        for rows in orders.split(self.batch_size, dim=1):
            yield _take(X, rows), None if target is None else _take(target, rows)

    def order(self, seed: int, N: int) -> Tensor:
        """The order in which this seed's network sees N examples in the coming epoch."""
        return torch.randperm(N, generator=generator(seed, ORDER, self.stage, self.epochs))

    def state_dict(self) -> dict[str, Any]:
        """All that changes in training, for torch.save."""
        names = ("theta", "kept", "moments", "updates", "epochs", "history", "failed")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken; raises ValueError for another network's."""
        if state["theta"].shape != self.theta.shape:
            raise ValueError(
                f"The saved theta has shape {tuple(state['theta'].shape)}, this training's "
                f"{tuple(self.theta.shape)}: load it into what it was saved from."
            )
        for name, value in state.items():
            setattr(self, name, value)


def _take(A: Tensor, rows: Tensor) -> Tensor:
    """A's examples `rows` (S, B) for each network: A (N, …) is the same for all, or (S, N, …)."""
    shared = A.ndim == (2 if A.is_floating_point() else 1)
    tail = A.shape[1:] if shared else A.shape[2:]
    if not shared:
        N = A.shape[1]
        rows = rows + torch.arange(len(A), device=A.device)[:, None] * N
        A = A.flatten(0, 1)
    return A.index_select(0, rows.flatten()).view(*rows.shape, *tail)


def train(
    net: Net,
    theta: Tensor,
    X: Tensor,
    target: Tensor | None = None,
    *,
    rule: Rule,
    epochs: int,
    batch_size: int,
    seeds: Sequence[int],
    on_epoch: Callable[[Training], Any] | None = None,
    **options: Any,
) -> Training:
    """Train S networks for `epochs` passes over X; the Training holds theta and what happened.

    target: labels (N,) for softmax outputs, numbers (N, n_out) for others, None to reconstruct X.
    on_epoch(training) is called after every epoch. options: those of Training (stage, corruption,
    noise, schedule). Beyond two seconds a bar shows.
    """
    training = Training(net, theta, rule, seeds=seeds, batch_size=batch_size, **options)
    for _ in progress(range(epochs), "epochs"):
        training.epoch(X, target)
        if on_epoch:
            on_epoch(training)
    return training

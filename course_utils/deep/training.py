"""What an autoencoder loses of its examples, and training by mini-batches.

Losses are sums over the pixels and means over the examples, without the ½ of `nn`'s squared error:
the units in which Hinton & Salakhutdinov (2006) report "squared error per image".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from course_utils.deep import checks
from course_utils.nn.progress import progress

Tensor = torch.Tensor
Corruption = Callable[..., Tensor]  # corrupt(x, generator=generator) -> x̃
KINDS = ("squared", "cross-entropy")


def loss(
    output: Tensor | nn.Module, x: Tensor, kind: str = "squared", *, given: Tensor | None = None
) -> Tensor:
    """What is lost of x (N, n_in), a tensor of one number.

    "squared"        1/N Σ (r - x)²
    "cross-entropy"  -1/N Σ [x log r + (1 - x) log(1 - r)],  r = sigmoid(u),  x in [0, 1]

    `output` is a model, which then reconstructs `given` (default: x itself; a corrupted x when it
    learns to denoise), or a tensor: the reconstructions r where kind is "squared", and u, before
    the sigmoid, where it is "cross-entropy", so that no log of 0 is taken.
    Raises ValueError for another kind, other shapes, or cross-entropy of linear output units.
    """
    checks.name("kind", kind, KINDS)
    if isinstance(output, nn.Module):
        output = _output(output, x if given is None else given, kind)
    if output.shape != x.shape:
        raise ValueError(
            f"The output has shape {tuple(output.shape)} but x {tuple(x.shape)}: they must agree."
        )
    if kind == "squared":
        return (output - x).square().sum() / len(x)
    return functional.binary_cross_entropy_with_logits(output, x, reduction="sum") / len(x)


def _output(model: nn.Module, given: Tensor, kind: str) -> Tensor:
    if kind == "squared":
        return model(given)
    if getattr(model, "output", None) != "sigmoid":
        raise ValueError(
            "kind='cross-entropy' needs sigmoid output units: make the Autoencoder with "
            "output='sigmoid', or take kind='squared'."
        )
    return model.logits(given)


@torch.no_grad()
def error(
    model: nn.Module,
    X: Tensor,
    kind: str = "squared",
    *,
    given: Tensor | None = None,
    batch_size: int = 1000,
) -> float:
    """The loss of a whole set X (N, n_in), as a number, without gradients and batch by batch.

    With batch normalization the running means are used (`eval`); the model's mode stays as it was.
    """
    given, training = X if given is None else given, model.training
    model.eval()
    total = 0.0
    for x, x_given in zip(X.split(batch_size), given.split(batch_size), strict=True):
        total += len(x) * loss(model, _as(model, x), kind, given=_as(model, x_given)).item()
    model.train(training)
    return total / len(X)


def fit(
    model: nn.Module,
    X: Tensor,
    *,
    epochs: int,
    batch_size: int,
    optimizer: Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer],
    generator: torch.Generator,
    corrupt: Corruption | None = None,
    kind: str = "squared",
    schedule: Callable[[torch.optim.Optimizer], Any] | None = None,
    on_epoch: Callable[[int, nn.Module], Any] | None = None,
) -> list[float]:
    """Train the model in place to reconstruct X (N, n_in); the loss of each epoch, as it went.

    An epoch's loss is the mean over its mini-batches, taken before each step and with the corrupted
    input where there is one. `optimizer` makes one from parameters: `partial(torch.optim.Adam,
    lr=1e-3)`. `corrupt` is called with x and generator=generator: `partial(mask, fraction=0.25)`;
    its result goes in, x is to come out. `schedule` makes a learning-rate scheduler from the
    optimizer, stepped after every mini-batch. on_epoch(epoch, model) is called after each epoch,
    from 1, with the model in `eval` mode, in which the model is left too. The generator shuffles
    and corrupts; X is taken to the model's device and dtype. Beyond two seconds a bar shows.
    Raises ValueError or TypeError for bad arguments, FloatingPointError for a loss that is NaN or
    infinite.
    """
    _check(model, X, epochs, batch_size, generator, kind)
    X, rule = _as(model, X), optimizer(model.parameters())
    rate, losses = schedule(rule) if schedule else None, []
    for epoch in progress(range(1, epochs + 1), "epochs"):
        total = torch.zeros((), device=X.device, dtype=X.dtype)
        model.train()
        order = torch.randperm(len(X), generator=generator, device=generator.device)
        for rows in order.split(batch_size):
            x = X[rows.to(X.device)]
            given = x if corrupt is None else corrupt(x, generator=generator)
            J = loss(model, x, kind, given=given)
            rule.zero_grad()
            J.backward()
            rule.step()
            if rate:
                rate.step()
            total += len(x) * J.detach()
        model.eval()
        losses.append(_finite(total.item() / len(X), epoch))
        if on_epoch:
            on_epoch(epoch, model)
    return losses


def _as(model: nn.Module, x: Tensor) -> Tensor:
    """x on the device and in the dtype of the model's parameters."""
    like = next(model.parameters(), None)
    return x if like is None else x.to(like.device, like.dtype)


def _check(model, X, epochs, batch_size, generator, kind) -> None:
    checks.examples("X", X)
    sizes = getattr(model, "sizes", X.shape[1:])
    if X.shape[1] != sizes[0]:
        raise ValueError(f"X has {X.shape[1]} columns but the model takes {sizes[0]}: {sizes=}.")
    checks.count("epochs", epochs, least=0)
    checks.count("batch_size", batch_size)
    checks.generator(generator)
    checks.name("kind", kind, KINDS)
    if kind == "cross-entropy" and (X.min() < 0 or X.max() > 1):
        raise ValueError(
            f"kind='cross-entropy' needs pixels from 0 to 1, and X goes from {X.min():g} to "
            f"{X.max():g}: scale X, or take kind='squared'."
        )
    normalizes = any(isinstance(module, nn.BatchNorm1d) for module in model.modules())
    if normalizes and len(X) % batch_size == 1 and epochs:
        raise ValueError(
            f"batch_size={batch_size} leaves a mini-batch of one of {len(X)} examples, which batch "
            f"normalization cannot take: take batch_size={batch_size + 1}."
        )


def _finite(J: float, epoch: int) -> float:
    if not J - J == 0:
        raise FloatingPointError(
            f"The loss is {J} in epoch {epoch}: take a smaller learning rate or smaller weights."
        )
    return J

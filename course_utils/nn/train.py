"""Training: mini-batches, the split into three parts, and the one training loop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.mlp import MLP, backprop, mean_loss
from course_utils.nn.optim import Optimizer

Array = np.ndarray


class Diverged(RuntimeWarning):
    """A run ended because its loss was no longer a finite number."""


class StopTraining(Exception):  # noqa: N818 - a request, not an error
    """Raised by on_epoch to end a run; its text becomes run.stopped."""


@dataclass(frozen=True)
class Run:
    """What a training run leaves."""

    theta: Array = field(repr=False)  # (P,), the parameters at its end
    loss: Array = field(repr=False)  # (epochs + 1,), mean_loss of the training set after each epoch
    watched: list = field(repr=False)  # what on_epoch returned, one per entry of loss
    epochs: int  # epochs run
    steps: int  # updates made
    stopped: str | None = None  # why it ended before its time


class Split(NamedTuple):
    """Three disjoint parts of one data set."""

    X_train: Array
    Y_train: Array
    X_valid: Array
    Y_valid: Array
    X_test: Array
    Y_test: Array


def one_hot(labels: Array, n_classes: int) -> Array:
    """Targets (N, n_classes) from labels (N,) in 0 … n_classes - 1: a 1 in the class's column."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels have shape {labels.shape} and dtype {labels.dtype}; "
            f"they must be whole numbers, one per example: labels.astype(int).ravel()."
        )
    guard.count("n_classes", n_classes)
    wrong = (labels < 0) | (labels >= n_classes)
    if wrong.any():
        raise ValueError(
            f"label {labels[wrong][0]} (example {int(np.argmax(wrong))}) is outside "
            f"0 … {n_classes - 1}; n_classes must be the largest label plus 1."
        )
    return np.eye(n_classes)[labels]


def split(
    X: Array,
    Y: Array,
    *,
    rng: np.random.Generator,
    fractions: tuple[float, float, float] = (0.70, 0.15, 0.15),
) -> Split:
    """Shuffle and cut into training, validation and test parts (lecture 3: 70, 15 and 15 %)."""
    guard.generator(rng)
    if len(X) != len(Y):
        raise ValueError(f"X has {len(X)} examples but Y has {len(Y)}.")
    if len(fractions) != 3 or min(fractions) <= 0 or abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(f"fractions={fractions} must be three positive numbers that add up to 1.")
    order = rng.permutation(len(X))
    cuts = np.round(np.cumsum(fractions)[:2] * len(X)).astype(int)
    parts = np.split(order, cuts)
    if min(len(part) for part in parts) == 0:
        raise ValueError(f"{len(X)} examples are too few for three parts of {fractions}.")
    return Split(*(A[part] for part in parts for A in (X, Y)))


def minibatches(N: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
    """One epoch: the indices 0 … N - 1 shuffled and cut into batches.

    Every example comes exactly once; the last batch is smaller when batch_size does not divide N.
    Yields integer arrays.
    """
    order = rng.permutation(N)
    for start in range(0, N, batch_size):
        yield order[start : start + batch_size]


def train(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    optimizer: Optimizer,
    *,
    gradient: Callable[[MLP, Array, Array, Array], Array] = backprop,
    epochs: int,
    batch_size: int | None,
    rng: np.random.Generator,
    on_epoch: Callable[[int, Array], Any] | None = None,
) -> Run:
    """Train `net` from theta (P,) on X (N, n_in), Y (N, n_out); theta itself is not changed.

    batch_size 1 is online learning, None the full batch, anything between mini-batches, shuffled
    anew each epoch. `gradient` is any learning rule: an estimate of the gradient of mean_loss.
    X and Y are taken in theta's dtype. on_epoch(epoch, theta) is called before the first epoch (0)
    and after each; what it returns is kept in run.watched, and it ends the run by raising
    StopTraining("why").
    A loss that is not finite ends the run with a Diverged warning. Beyond two seconds a bar shows.
    Raises ValueError or TypeError for data that do not fit, NaN, and targets the loss cannot read.
    """
    X, Y = _checked(net, theta, X, Y, epochs, batch_size, rng)
    state = optimizer.init(theta)
    loss, watched, steps, stopped = [mean_loss(net, theta, X, Y)], [], 0, None
    try:
        watched.append(on_epoch(0, theta) if on_epoch else None)
        for epoch in _progress(epochs):
            for rows in _batches(len(X), batch_size, rng):
                x, y = (X, Y) if rows is None else (X[rows], Y[rows])
                J = mean_loss(net, theta, x, y) if optimizer.uses_loss else None
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    step, state = optimizer.update(gradient(net, theta, x, y), state, theta, J)
                    theta = theta + step
                steps += 1
            loss.append(_finite_loss(net, theta, X, Y, epoch))
            watched.append(on_epoch(epoch, theta) if on_epoch else None)
    except StopTraining as reason:
        stopped = str(reason)
    return Run(theta, np.array(loss), watched, len(loss) - 1, steps, stopped)


def _checked(net, theta, X, Y, epochs, batch_size, rng) -> tuple[Array, Array]:
    """The one pass over the data that looks for trouble."""
    guard.batch(net, theta, X, Y)
    net.layers(theta)
    guard.finite("theta", theta[None])
    guard.finite("X", X)
    guard.finite("Y", Y)
    guard.targets(net, Y)
    guard.count("epochs", epochs, least=0)
    guard.generator(rng)
    if batch_size is not None:
        guard.count("batch_size", batch_size)
        if batch_size > len(X):
            raise ValueError(
                f"batch_size is {batch_size} but there are {len(X)} examples: "
                f"take batch_size=None for the full batch."
            )
    return X.astype(theta.dtype, copy=False), Y.astype(theta.dtype, copy=False)


def _batches(N: int, batch_size: int | None, rng: np.random.Generator) -> Iterator[Array | None]:
    return iter([None]) if batch_size is None else minibatches(N, batch_size, rng)


def _finite_loss(net: MLP, theta: Array, X: Array, Y: Array, epoch: int) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        J = mean_loss(net, theta, X, Y)
    if np.isfinite(J):
        return J
    sentence = f"the loss is {J} after epoch {epoch}: lower the learning rate, or scale the inputs."
    warnings.warn(sentence, Diverged, stacklevel=3)
    raise StopTraining(sentence)


def _progress(epochs: int):
    from tqdm.auto import tqdm  # here, because it costs a tenth of a second

    return tqdm(range(1, epochs + 1), desc="epochs", delay=2, leave=False)

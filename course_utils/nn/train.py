"""Training: mini-batches, the split into three parts, and the one training loop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, backprop, mean_loss
from course_utils.nn.optim import Optimizer
from course_utils.nn.progress import progress

Array = np.ndarray


class Diverged(RuntimeWarning):
    """A run ended because its loss was no longer a finite number."""


class StopTraining(Exception):  # noqa: N818 - a request, not an error
    """Raised by on_epoch to end a run; its text becomes run.stopped."""


@dataclass(frozen=True, eq=False)
class Run:
    """What a training run leaves; its last loss is the loss of its theta."""

    theta: Array = field(repr=False)  # (P,), after the last epoch whose loss was finite
    loss: Array = field(repr=False)  # (epochs + 1,), mean_loss of the training set after each epoch
    # (of the first theta and the last alone where `train` was asked for no curve)
    watched: list = field(repr=False)  # what on_epoch returned, call by call
    epochs: int  # epochs run to their end
    steps: int  # updates made in them
    stopped: str | None = None  # why it ended before its time


class Split(NamedTuple):
    """Three disjoint parts of one data set."""

    X_train: Array
    Y_train: Array
    X_valid: Array
    Y_valid: Array
    X_test: Array
    Y_test: Array


@takes(guard.classes)
def one_hot(labels: Array, n_classes: int) -> Array:
    """Targets (N, n_classes) from labels (N,) in 0 … n_classes - 1: a 1 in the class's column."""
    return np.eye(n_classes)[labels]


def _takes_parts(X, Y, *, rng, fractions=(0.70, 0.15, 0.15)) -> None:
    guard.generator(rng)
    guard.array("X", X)
    guard.array("Y", Y)
    if len(X) != len(Y):
        raise ValueError(
            f"X has {len(X)} examples but Y has {len(Y)}: they must be rows of the same cases."
        )
    three = np.shape(fractions) == (3,) and min(fractions) > 0
    if not three or not abs(sum(fractions) - 1) < 1e-9:
        raise ValueError(
            f"fractions={fractions!r} must be three positive numbers that add up to 1."
        )
    if min(np.diff(_cuts(len(X), fractions))) < 1:
        raise ValueError(
            f"{len(X)} examples are too few for three parts of {fractions}: give more of them."
        )


def _cuts(N: int, fractions: tuple[float, float, float]) -> list[int]:
    return [0, round(fractions[0] * N), round((fractions[0] + fractions[1]) * N), N]


@takes(_takes_parts)
def split(
    X: Array,
    Y: Array,
    *,
    rng: np.random.Generator,
    fractions: tuple[float, float, float] = (0.70, 0.15, 0.15),
) -> Split:
    """Shuffle and cut into training, validation and test parts (lecture 3: 70, 15 and 15 %)."""
    order, cuts = rng.permutation(len(X)), _cuts(len(X), fractions)
    parts = [order[start:stop] for start, stop in pairwise(cuts)]
    return Split(*(A[part] for part in parts for A in (X, Y)))


def _takes_epoch(N, batch_size, rng) -> None:
    guard.count("N", N)
    guard.count("batch_size", batch_size)
    guard.generator(rng)


@takes(_takes_epoch)
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
    curve: bool = True,
) -> Run:
    """Train `net` from theta (P,) on X (N, n_in), Y (N, n_out); theta itself is not changed.

    batch_size 1 is online learning, None the full batch, anything between mini-batches, shuffled
    anew each epoch. `gradient` is any learning rule: an estimate of the gradient of mean_loss.
    X and Y are taken in theta's dtype. on_epoch(epoch, theta) is called before the first epoch (0)
    and after each; what it returns is kept in run.watched, and it ends the run by raising
    StopTraining("why"). A loss or gradient that is not finite ends it too, with a Diverged warning.
    Beyond two seconds a bar shows.
    With curve=False the loss of the training set is worked out at the start and the end only, which
    saves up to half the time; a run that diverges is then noticed late, and its theta is no use.
    Raises ValueError or TypeError for data that do not fit, NaN, and targets the loss cannot read.
    """
    X, Y = _checked(net, theta, X, Y, optimizer, epochs, batch_size, rng)
    theta, state = theta.copy(), optimizer.init(theta)
    loss, watched, done, steps, stopped = [_first_loss(net, theta, X, Y)], [], 0, 0, None
    try:
        watched.append(on_epoch(0, theta) if on_epoch else None)
        for epoch in progress(range(1, epochs + 1), "epochs"):
            batches = _batches(X, Y, batch_size, rng)
            try:
                moved, state, made = _epoch(net, theta, state, batches, optimizer, gradient)
                if curve or epoch == epochs:
                    loss.append(_finite_loss(net, moved, X, Y))
            except guard.NotFiniteError as error:
                stopped = f"epoch {epoch}{error.place}: {error}"
                warnings.warn(stopped, Diverged, stacklevel=2)
                break
            theta, done, steps = moved, epoch, steps + made
            watched.append(on_epoch(epoch, theta) if on_epoch else None)
    except StopTraining as reason:
        stopped = str(reason) or "on_epoch raised StopTraining"
    if not curve and 0 < done < epochs:  # it ended before its time
        with np.errstate(over="ignore", invalid="ignore"):
            loss.append(mean_loss(net, theta, X, Y))
    return Run(theta, np.array(loss), watched, done, steps, stopped)


def _epoch(net, theta, state, batches, optimizer, gradient) -> tuple[Array, Any, int]:
    """One pass over the batches: the new theta and state, and the number of steps."""
    theta, steps = theta.copy(), 0  # the copy is ours, and changes in place
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for x, y in batches:
            J = mean_loss(net, theta, x, y) if optimizer.uses_loss else None
            steps += 1
            try:
                g = gradient(net, theta, x, y)
                guard.like_theta(gradient, g, theta)
                step, state = optimizer.update(g, state, theta, J)
            except guard.NotFiniteError as error:
                error.place = f", step {steps}"
                raise
            np.add(theta, step, out=theta)
    return theta, state, steps


def _batches(X: Array, Y: Array, batch_size: int | None, rng) -> Iterator[tuple[Array, Array]]:
    if batch_size is None:
        return iter([(X, Y)])
    every = minibatches(len(X), batch_size, rng)
    return ((X.take(rows, axis=0), Y.take(rows, axis=0)) for rows in every)


def _checked(net, theta, X, Y, optimizer, epochs, batch_size, rng) -> tuple[Array, Array]:
    """The one pass over the data that looks for trouble."""
    guard.one_network(net, theta, X, Y)
    guard.instance("optimizer", optimizer, Optimizer, "course_utils.nn.optim and call it")
    guard.finite("theta", theta, act="make one with init(net, rng)")
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


def _first_loss(net: MLP, theta: Array, X: Array, Y: Array) -> float:
    try:
        return _finite_loss(net, theta, X, Y)
    except guard.NotFiniteError as error:
        raise ValueError(f"before the first step {error}") from None


def _finite_loss(net: MLP, theta: Array, X: Array, Y: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        J = mean_loss(net, theta, X, Y)
    if not np.isfinite(J):
        raise guard.NotFiniteError(
            f"the loss is {J}: lower the learning rate, or scale the inputs."
        )
    return J

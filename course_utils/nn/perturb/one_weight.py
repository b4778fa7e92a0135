"""One weight at a time: perturb it, and keep the change if J falls (lecture 1)."""

from __future__ import annotations

import math

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, mean_loss
from course_utils.nn.perturb.sampling import takes_networks
from course_utils.nn.progress import progress
from course_utils.nn.train import Run

Array = np.ndarray


def _takes_one(net, theta, X, Y, p, change) -> None:
    guard.one_network(net, theta, X, Y)
    guard.count("p", p, least=0)
    if p >= net.size:
        raise ValueError(
            f"p is {p}, but the network has parameters 0 … {net.size - 1} (sizes={net.sizes})."
        )


@takes(_takes_one)
def try_one_weight(net: MLP, theta: Array, X: Array, Y: Array, p: int, change: float) -> Array:
    """Change parameter p of the network by `change`, and keep that only if mean_loss falls.

    X is (N, n_in), Y is (N, n_out). Returns the parameters to go on with, (P,); theta itself stays
    as it is. (Lecture 1, "Aprendizaje por perturbación de pesos".)
    """
    trial = theta.copy()
    trial[p] += change
    better = mean_loss(net, trial, X, Y) < mean_loss(net, theta, X, Y)
    return trial if better else theta


def _takes_steps(net, theta, X, Y, *, sigma, steps, rng) -> None:
    takes_networks(net, theta, X, Y)
    guard.positive("sigma", sigma)
    guard.count("steps", steps, least=0)
    guard.generator(rng)


@takes(_takes_steps)
def hill_climb(
    net: MLP,
    theta: Array,
    X: Array,
    Y: Array,
    *,
    sigma: float,
    steps: int,
    rng: np.random.Generator,
) -> Run:
    """Lecture 1's first idea as a loop: a random weight, a change N(0, σ²), kept if J falls.

    One forward pass of the whole set a step, so a step is an epoch. In the Run, loss (steps + 1,)
    never rises, and watched tells of each step whether its change was kept. From a stack of starts
    (S, P) all climb side by side, each by changes of its own; then loss is (S, steps + 1), and
    watched has (S,) answers for each step. Raises ValueError for a loss that is not finite, with
    the step.
    """
    theta, J = theta.copy(), _loss(net, theta, X, Y, sigma, step=0)
    loss, kept, runs = [J], [], np.indices(theta.shape[:-1], sparse=True)
    for step, (p, change) in enumerate(_changes(steps, theta, sigma, rng), 1):
        before = theta[*runs, p]
        theta[*runs, p] = before + change
        trial = _loss(net, theta, X, Y, sigma, step)
        better = trial < J
        theta[*runs, p] = np.where(better, theta[*runs, p], before)
        J = np.where(better, trial, J)
        kept.append(better)
        loss.append(J)
    return Run(theta, np.stack(loss, axis=-1), kept, epochs=steps, steps=steps)


def _changes(steps: int, theta: Array, sigma: float, rng: np.random.Generator):
    shape = (steps, *theta.shape[:-1])
    which, change = rng.integers(theta.shape[-1], size=shape), rng.standard_normal(shape)
    return progress(list(zip(which, sigma * change, strict=True)), "steps")


def _loss(net: MLP, theta: Array, X: Array, Y: Array, sigma: float, step: int) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        J = mean_loss(net, theta, X, Y)
    if not np.isfinite(J).all():
        act = f"take a smaller sigma than {sigma}" if step else "scale the inputs and targets"
        raise guard.NotFiniteError(f"the loss is {np.max(J)} at step {step}: {act}.")
    return J


def _takes_curvature(g, h, sigma) -> None:
    guard.positive("sigma", sigma)
    for name, value in (("g", g), ("h", h)):
        if not np.isfinite(value):
            raise ValueError(f"{name} is {value}; a derivative has to be a finite number.")


@takes(_takes_curvature)
def chance_to_improve(g: float, h: float, sigma: float) -> float:
    """How often a change N(0, σ²) of one weight lowers J, on a parabola of slope g, curvature h.

    J changes by g s + h s²/2, which is below 0 between s = 0 and s = -2g/h when h > 0: a chance of
    Φ(2|g|/(hσ)) - ½. For h < 0 it is below 0 everywhere but there: 3/2 - Φ(2|g|/(|h|σ)). So one
    half for small σ, unless g is 0; for large σ and h > 0 it goes to 0 like 1/σ.
    """
    if h == 0:
        return 0.5 if g else 0.0
    between = 0.5 * math.erf(math.sqrt(2) * abs(g / h) / sigma)  # Φ(z) - ½, z = 2|g|/(|h|σ)
    return between if h > 0 else 1 - between

"""Markov chains whose draws are distributed as exp(-U(θ)): Metropolis and Hamiltonian Monte Carlo.

All S chains go side by side: theta is (S, P), U(theta) is (S,). An Energy of `posterior.py` is what
they take, or any pair of functions of that kind.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.bayes import checks
from course_utils.nn.bayes.chains import Chains, NeverAccepted
from course_utils.nn.bayes.posterior import Energy
from course_utils.nn.guard import takes
from course_utils.nn.progress import progress

Array = np.ndarray


@takes(checks.proposals)
def metropolis_accept(
    theta: Array, proposal: Array, U: Array, U_new: Array, uniform: Array
) -> Array:
    """Where each chain stands after its proposal was judged, (S, P).

    theta     (S, P), where the S chains stand; proposal (S, P), where they might go
    U, U_new  (S,), their energies here and there; a point's probability is proportional to exp(-U)
    uniform   (S,), a random number in (0, 1) for each chain
    A proposal is accepted with probability min(1, p(there)/p(here)): where `uniform` lies below it.
    Else the chain stays. (Metropolis and others 1953.)
    """
    accepted = np.log(uniform) < U - U_new
    return np.where(accepted[:, None], proposal, theta)


def leapfrog(
    gradient: Callable[[Array], Array], theta: Array, v: Array, eps: float, steps: int
) -> tuple[Array, Array]:
    """A ball on the surface U for a while: where it is afterwards, and its velocity.

    gradient(theta) gives ∂U/∂θ; theta and v are arrays of one shape. The mass is 1, so -∂U/∂θ is
    the acceleration. The velocity makes half a step, then the position `steps` whole ones of length
    eps with a whole one of the velocity between any two, then the velocity half a step.
    (Neal 2011, section 2.3.)
    """
    v = v - eps / 2 * gradient(theta)
    for _ in range(steps - 1):
        theta = theta + eps * v
        v = v - eps * gradient(theta)
    theta = theta + eps * v
    return theta, v - eps / 2 * gradient(theta)


def metropolis(
    energy: Energy,
    theta: Array,
    *,
    scale: float,
    draws: int,
    rng: np.random.Generator,
    warmup: int = 0,
    thin: int = 1,
) -> Chains:
    """Random-walk Metropolis from theta (S, P): normal steps of standard deviation `scale`.

    draws  kept of each chain: every `thin`-th of the steps that follow `warmup` steps, in which
           each chain tunes its scale until three proposals of ten are accepted
    Warns with NeverAccepted when a chain did not move.
    """
    guard.positive("scale", scale)

    def propose(theta, size):
        proposal = theta + size[:, None] * rng.normal(size=theta.shape)
        return proposal, energy.value(proposal), 0.0

    return _run(propose, energy, theta, scale, 0.3, draws, warmup, thin, rng, gradients=0)


def hmc(
    energy: Energy,
    theta: Array,
    *,
    eps: float,
    leaps: int,
    draws: int,
    rng: np.random.Generator,
    warmup: int = 0,
    thin: int = 1,
) -> Chains:
    """Hamiltonian Monte Carlo from theta (S, P): a proposal is `leaps` leapfrog steps of about eps.

    eps varies by up to a fifth from proposal to proposal, so that no orbit closes. draws, warmup
    and thin as in `metropolis`; warm-up aims at eight of ten. Warns with NeverAccepted when a chain
    did not move. (Duane and others 1987; Neal 2011.)
    """
    guard.positive("eps", eps)
    guard.count("leaps", leaps)

    def propose(theta, size):
        v = rng.normal(size=theta.shape)
        step = (size * rng.uniform(0.8, 1.2, len(size)))[:, None]
        proposal, v_new = leapfrog(energy.gradient, theta, v, step, leaps)
        return proposal, energy.value(proposal), np.sum(v_new**2 - v**2, axis=1) / 2

    return _run(propose, energy, theta, eps, 0.8, draws, warmup, thin, rng, gradients=leaps + 1)


def _run(propose, energy, theta, scale, aim, draws, warmup, thin, rng, gradients) -> Chains:
    """Warm-up and draws of either sampler; propose(theta, size) gives θ, U and what is added to U.

    In warm-up log(size) moves by (chance of acceptance - aim)/t^0.6 (Robbins and Monro 1951).
    """
    checks.starts(theta)
    guard.generator(rng)
    guard.count("draws", draws)
    guard.count("warmup", warmup, least=0)
    guard.count("thin", thin)
    U, size = energy.value(theta), np.full(len(theta), float(scale))
    guard.finite("U", U, act="start where the energy is finite, near 0")
    kept, energies, moved, steps = [], [], np.zeros(len(theta)), warmup + draws * thin
    for t in progress(range(1, steps + 1), "steps"):
        with np.errstate(over="ignore", invalid="ignore"):  # a step too long is refused below
            proposal, U_new, kinetic = propose(theta, size)
            total = np.where(np.isfinite(U_new + kinetic), U_new + kinetic, np.inf)
        coin = 1 - rng.random(len(theta))  # in (0, 1]: it has a logarithm
        accepted = np.log(coin) < U - total
        chance = np.exp(np.minimum(U - total, 0))
        theta = metropolis_accept(theta, proposal, U, total, coin)
        U = np.where(accepted, U_new, U)
        if t <= warmup:
            size = size * np.exp((chance - aim) / t**0.6)
            continue
        moved += accepted
        if (t - warmup) % thin == 0:
            kept.append(theta)
            energies.append(U)
    _warn_of_stuck(moved, size, draws * thin)
    share = moved / (draws * thin)
    return Chains(np.array(kept), np.array(energies), share, size, steps * gradients)


def _warn_of_stuck(moved: Array, size: Array, proposals: int) -> None:
    stuck = np.flatnonzero(moved == 0)
    if len(stuck):
        warnings.warn(
            f"chains {stuck.tolist()} accepted none of {proposals} proposals, with steps of size "
            f"{size[stuck[0]]:.3g}: make them smaller, or give some warmup to tune them.",
            NeverAccepted,
            stacklevel=4,
        )

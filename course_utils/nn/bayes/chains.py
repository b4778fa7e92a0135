"""What a sampler leaves, and whether to believe it: R-hat and the effective number of draws.

Draws are (T, S, …): T draws of S chains, of parameters or of anything worked out from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from course_utils.nn import guard
from course_utils.nn.bayes import checks
from course_utils.nn.guard import takes

Array = np.ndarray


class NeverAccepted(RuntimeWarning):
    """A chain stood still: none of its proposals was accepted."""


@dataclass(frozen=True, eq=False)
class Chains:
    """S Markov chains: their draws and how they moved."""

    theta: Array = field(repr=False)  # (T, S, P)
    U: Array = field(repr=False)  # (T, S), the energy of each draw
    accepted: Array  # (S,), share of the proposals that was accepted, after warm-up
    scale: Array  # (S,), step size after warm-up
    gradients: int  # evaluations of the gradient, all chains side by side

    def thinned(self, every: int) -> Array:
        """Every `every`-th draw of all chains in one stack, (S T/every, P)."""
        guard.count("every", every)
        return self.theta[::every].reshape(-1, self.theta.shape[-1])


@takes(checks.many_draws)
def rhat(draws: Array) -> Array:
    """R-hat: how much wider all chains together are than each by itself; 1 where they agree.

    draws  (T, S, …), T draws of each of S chains, of one number or of many
    W is the mean over the chains of their variance, B the variance of the S chains' means, both
    with one less in the denominator; R-hat is the root of ((T - 1)/T W + B)/W, an array (…).
    (Gelman & Rubin 1992, whose B is T times this one.)
    """
    T = len(draws)
    W = draws.var(axis=0, ddof=1).mean(axis=0)
    B = draws.mean(axis=0).var(axis=0, ddof=1)
    return np.sqrt(((T - 1) / T * W + B) / W)


@takes(checks.many_draws)
def split_rhat(draws: Array) -> Array:
    """R-hat of the halves of the chains, which also sees a chain that drifts."""
    half = len(draws) // 2
    return rhat(np.concatenate([draws[:half], draws[half : 2 * half]], axis=1))


@takes(checks.many_draws)
def effective_draws(draws: Array) -> float:
    """How many independent draws would give as good a mean, for draws (T, S) of one number.

    T S / (1 + 2 Σ ρ_t), the autocorrelations ρ_t over lags t estimated from all chains together and
    summed in pairs as long as these are positive. (Geyer 1992; Gelman et al. 2013, section 11.5.)
    """
    if draws.ndim != 2:
        raise ValueError(f"draws has shape {draws.shape}; give one number at a time: (T, S).")
    T, S = draws.shape
    centred = np.fft.rfft(draws - draws.mean(axis=0), n=2 * T, axis=0)
    covariance = np.fft.irfft(np.abs(centred) ** 2, axis=0)[:T].mean(axis=1) / T
    W = covariance[0] * T / (T - 1)
    rho = 1 - (W - covariance) / (covariance[0] + draws.mean(axis=0).var(ddof=1))
    pairs = rho[: T - T % 2].reshape(-1, 2).sum(axis=1)
    until = np.argmax(pairs <= 0) if (pairs <= 0).any() else len(pairs)
    return T * S / max(2 * pairs[:until].sum() - 1, 1 / (T * S))

"""4D-Var: the state at the start of a window that fits a background and all observations best.

    J(x_0) = ½ (x_0 - x_b)ᵀ B⁻¹ (x_0 - x_b)  +  ½ Σ_k (y_k - H(x_k))ᵀ R⁻¹ (y_k - H(x_k))

with x_{k+1} = M(x_k). B and R are the covariances of the errors of the background x_b and of the
observations y_k; M and H are operators. (Lecture 3, "Analogía con asimilación de datos 4DVar", in
one set of letters; Talagrand & Courtier 1987.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from course_utils.nn import guard
from course_utils.nn.adjoint.chain import Link, chain_gradient
from course_utils.nn.adjoint.operators import Operator
from course_utils.nn.guard import takes

Array = np.ndarray


def covariance(name: str, A: Array, n: int | None = None) -> None:
    """Refuse what is not a symmetric positive definite matrix, n by n."""
    guard.array(name, A)
    n = len(A) if n is None and A.ndim else n
    if A.shape != (n, n):
        raise ValueError(f"{name} has shape {A.shape}; it must be ({n}, {n}).")
    guard.finite(name, A, act="mend it")
    if not np.allclose(A, A.T):
        raise ValueError(f"{name} is not symmetric: take ({name} + {name}.T) / 2, or mend it.")
    least = np.linalg.eigvalsh(A)[0]
    if least <= 0:
        raise ValueError(
            f"{name} has the eigenvalue {least:.3g}; a covariance is positive definite: add a "
            f"small multiple of np.eye({n}), or take a larger sample to estimate it from."
        )


def _takes_background(x, background, B) -> None:
    for name, v in (("x", x), ("background", background), ("B", B)):
        guard.array(name, v)
    if x.shape != background.shape or B.shape != 2 * x.shape:
        raise ValueError(
            f"x, background and B have shapes {x.shape}, {background.shape} and {B.shape}; they "
            f"must be (n,), (n,) and (n, n)."
        )


@takes(_takes_background)
def background_gradient(x: Array, background: Array, B: Array) -> Array:
    """∇J_b at x, an array like it, with J_b = ½ (x - x_b)ᵀ B⁻¹ (x - x_b).

    background is x_b (n,), B the covariance of its errors (n, n). (`np.linalg.solve(A, v)` is A⁻¹v
    without the inverse.)
    """
    return np.linalg.solve(B, x - background)


def _takes_observations(model, H, R, x, observations) -> None:
    guard.array("x", x)
    if not observations or min(observations) < 0:
        raise ValueError(
            f"observations={dict(observations)!r}: give {{k: y_k}} for one step k ≥ 0 at least."
        )


@takes(_takes_observations)
def observation_gradient(
    model: Operator, H: Operator, R: Array, x: Array, observations: Mapping[int, Array]
) -> Array:
    """∇J_o at x, an array like it, in one run forwards and one backwards.

    observations holds y_k (m,) by its step k; state 0 is x, and model.run(x) gives the next state.
    H.run(x) is what an instrument would read there, R (m, m) the covariance of the readings'
    errors. model.adjoint(x, a) and H.adjoint(x, a) are Mᵀ a and Hᵀ a, with M and H taken at x.
    """
    states = [x]
    for _ in range(max(observations)):
        states.append(model.run(states[-1]))
    a = np.zeros_like(x)
    for k in reversed(range(len(states))):
        a = model.adjoint(states[k], a)  # M_kᵀ; at the last state a is still 0
        if k in observations:  # - H_kᵀ d_k, with d_k = R⁻¹ (y_k - H(x_k))
            a = a - H.adjoint(states[k], np.linalg.solve(R, observations[k] - H.run(states[k])))
    return a


def _takes_product(model, H, B, R, states, times, v) -> None:
    if not len(times) or not 0 <= min(times) <= max(times) < len(states):
        raise ValueError(
            f"times={list(times)!r} must name some of the {len(states)} states, 0 to "
            f"{len(states) - 1}: run the model further, or leave times out."
        )
    guard.array("v", v)


@takes(_takes_product)
def gauss_newton_product(
    model: Operator, H: Operator, B: Array, R: Array, states: list[Array], times, v: Array
) -> Array:
    """The Gauss–Newton Hessian of J = J_b + J_o times v (n,), without forming it.

    That is the Hessian of the J whose model and instrument are the tangent-linear ones, taken at
    the states x_0, x_1, … of one run; times are the steps k that have an observation. R (m, m) and
    B (n, n) are covariances; model.tangent(x, dx) and model.adjoint(x, a) are M dx and Mᵀ a at x,
    and H has the same two. One run forwards, one backwards. Returns (n,).
    """
    dx = [v]
    for x in states[:-1]:
        dx.append(model.tangent(x, dx[-1]))
    a = np.zeros_like(v)
    for k in reversed(range(len(states))):
        a = model.adjoint(states[k], a)
        if k in times:  # + H_kᵀ R⁻¹ H_k δx_k
            a = a + H.adjoint(states[k], np.linalg.solve(R, H.tangent(states[k], dx[k])))
    return np.linalg.solve(B, v) + a


@dataclass(frozen=True, eq=False)
class FourDVar:
    """One window: what is known, and J with its derivatives.

    `problem(x)` is (J, ∇J), which is what the minimizers of `second_order` and SciPy's (with
    jac=True) take. observations is {k: y_k} with 0 ≤ k ≤ steps. Raises ValueError for an
    observation outside the window and for a covariance that is not positive definite.
    """

    model: Operator
    H: Operator
    B: Array  # (n, n)
    R: Array  # (m, m)
    background: Array  # (n,)
    observations: Mapping[int, Array]
    steps: int

    def __post_init__(self) -> None:
        guard.array("background", self.background)
        guard.finite("background", self.background, act="give a finite state")
        guard.count("steps", self.steps)
        covariance("B", self.B, len(self.background))
        read = self.H.run(self.background)
        covariance("R", self.R, len(read))
        if not self.observations:
            raise ValueError("observations is empty: give {k: y_k} for one step at least.")
        for k, y in self.observations.items():
            if not 0 <= k <= self.steps:
                raise ValueError(
                    f"there is an observation at step {k}, outside the window 0 … {self.steps}: "
                    f"take steps={max(k, self.steps)}, or leave it to another window."
                )
            if np.shape(y) != read.shape:
                raise ValueError(
                    f"the observation at step {k} has shape {np.shape(y)}, but H reads "
                    f"{read.shape}: they must be the same quantities."
                )
            guard.finite(f"observations[{k}]", np.asarray(y), act="leave it out")

    @cached_property
    def times(self) -> tuple[int, ...]:
        """The steps that have an observation."""
        return tuple(sorted(self.observations))

    def states(self, x: Array) -> list[Array]:
        """x_0 = x, x_1, … to the last observation."""
        states = [x]
        for _ in range(self.times[-1]):
            states.append(self.model.run(states[-1]))
        return states

    def loss(self, x: Array) -> float:
        """J at x."""
        states, db = self.states(x), x - self.background
        J_b = 0.5 * db @ np.linalg.solve(self.B, db)
        return float(J_b + sum(self._misfit(k, states[k])[0] for k in self.times))

    def gradient(self, x: Array) -> Array:
        """∇J at x (n,)."""
        ours = background_gradient(x, self.background, self.B)
        return ours + observation_gradient(self.model, self.H, self.R, x, self.observations)

    def __call__(self, x: Array) -> tuple[float, Array]:
        """J and ∇J at x, in one run forwards and one back."""
        step = Link(
            lambda x, _: self.model.run(x), lambda x, _, a: (self.model.adjoint(x, a), None)
        )
        misfits = {k: partial(self._misfit, k) for k in self.times}
        last, db = self.times[-1], x - self.background
        J_o, g, _ = chain_gradient([step] * last, x, [None] * last, misfits)
        weighed = np.linalg.solve(self.B, db)
        return float(0.5 * db @ weighed + J_o), weighed + g

    def _misfit(self, k: int, x: Array) -> tuple[float, Array]:
        """What the observation at step k adds to J, and to ∂J/∂x_k."""
        d = self.observations[k] - self.H.run(x)
        weighed = np.linalg.solve(self.R, d)
        return 0.5 * d @ weighed, -self.H.adjoint(x, weighed)

    def hessian_product(self, states: list[Array], v: Array) -> Array:
        """The Gauss–Newton Hessian at these states times v."""
        return gauss_newton_product(self.model, self.H, self.B, self.R, states, self.times, v)

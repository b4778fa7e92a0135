"""How 4D-Var is minimized: the control variable of B^½, and incremental 4D-Var.

With x_0 = x_b + L v and B = L Lᵀ, J_b is ½ vᵀv: the Hessian becomes I + Lᵀ(Σ MᵀHᵀR⁻¹HM) L, whose
eigenvalues start at 1. (Lorenc 1988; incremental 4D-Var: Courtier, Thépaut & Hollingsworth 1994.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.adjoint.fourdvar import FourDVar

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class InControlSpace:
    """The same J as a function of v, where x_0 = x_b + L v: call it for (J, ∂J/∂v)."""

    problem: FourDVar

    @cached_property
    def L(self) -> Array:
        """The Cholesky root of B: B = L Lᵀ."""
        return np.linalg.cholesky(self.problem.B)

    def state(self, v: Array) -> Array:
        """The state that belongs to v."""
        return self.problem.background + self.L @ v

    def __call__(self, v: Array) -> tuple[float, Array]:
        """J and ∂J/∂v = Lᵀ ∇J, which is v + Lᵀ ∇J_o."""
        J, g = self.problem(self.state(v))
        return J, self.L.T @ g

    def hessian_product(self, states: list[Array], v: Array) -> Array:
        """The Gauss–Newton Hessian in v times a vector: Lᵀ (B⁻¹ + Σ …) L v."""
        return self.L.T @ self.problem.hessian_product(states, self.L @ v)


class Outer(NamedTuple):
    """A Gauss–Newton minimization: where it went and what it cost."""

    path: Array  # (outer + 1, n) states, the first guess first
    losses: Array  # (outer + 1,)
    gradients: Array  # (outer + 1,) the length of ∇J at each
    products: Array  # (outer + 1,) Hessian-vector products made until then

    @property
    def x(self) -> Array:
        """The last state."""
        return self.path[-1]


def gauss_newton(
    problem: FourDVar, x: Array | None = None, *, outer: int = 10, tol: float = 1e-6
) -> Outer:
    """Incremental 4D-Var: linearize at x, minimize the quadratic J by CG in v, move, repeat.

    Starts at x (the background when left out) and ends when |∇J| is at most tol times the first
    one, or after `outer` linearizations. Each product is one tangent-linear and one adjoint run. No
    line search: where the window is long and the start far off, J may rise.
    """
    from scipy.sparse.linalg import LinearOperator, cg  # here, because it takes its time

    guard.count("outer", outer)
    guard.positive("tol", tol)
    x, control = problem.background if x is None else x, InControlSpace(problem)
    made, rows, n = 0, [], len(problem.background)
    for done in range(outer + 1):
        J, g = problem(x)
        rows.append((x, J, np.linalg.norm(g), made))
        if done == outer or rows[-1][2] <= tol * rows[0][2]:
            break
        states = problem.states(x)

        def product(v: Array, states=states) -> Array:
            nonlocal made
            made += 1
            return control.hessian_product(states, v)

        A = LinearOperator((n, n), matvec=product, dtype=float)
        v, _ = cg(A, -control.L.T @ g, rtol=1e-10, maxiter=10 * n)
        x = x + control.L @ v
    return Outer(*map(np.array, zip(*rows, strict=True)))

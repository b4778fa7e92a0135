"""Lorenz-63, the smallest weather: three numbers that never repeat (Lorenz 1963).

    dx/dt = σ (y - x),   dy/dt = x (ρ - z) - y,   dz/dt = x y - β z

A state is (3,), or (3, S) for S states at once; p = (σ, ρ, β) are the parameters. Steps are Runge
and Kutta's, of fourth order. Adjoints are derived by hand, statement by statement, backwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray
CLASSIC = (10.0, 28.0, 8 / 3)  # σ, ρ, β of the paper


def _takes_states(x, *others) -> None:
    guard.array("a state", x)
    if x.shape[:1] != (3,):
        raise ValueError(f"a state has shape {x.shape}; it must be (3,), or (3, S) for S states.")


@takes(_takes_states)
def lorenz(x: Array, p: Array) -> Array:
    """dx/dt at the state x, of its shape."""
    (x, y, z), (sigma, rho, beta) = x, p
    return np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])


@takes(_takes_states)
def lorenz_tangent(x: Array, p: Array, dx: Array, dp: Array) -> Array:
    """How dx/dt changes, to first order, when x and p change by dx and dp."""
    (x, y, z), (dx, dy, dz) = x, dx
    (sigma, rho, beta), (dsigma, drho, dbeta) = p, dp
    return np.array(
        [
            sigma * (dy - dx) + (y - x) * dsigma,
            (rho - z) * dx - dy - x * dz + x * drho,
            y * dx + x * dy - beta * dz - z * dbeta,
        ]
    )


@takes(_takes_states)
def lorenz_adjoint(x: Array, p: Array, a: Array) -> tuple[Array, Array]:
    """The adjoint of Lorenz's three equations, at the state x (3,) with parameters p = (σ, ρ, β).

    a (3,) is ∂J/∂(dx/dt). Returns ∂J/∂x (3,) and ∂J/∂p (3,).
    """
    (x, y, z), (sigma, rho, beta), (a, b, c) = x, p, a
    x_adj = np.array([(rho - z) * b - sigma * a + y * c, sigma * a - b + x * c, -x * b - beta * c])
    return x_adj, np.array([(y - x) * a, x * b, -z * c])


def rk4(x: Array, p: Array, dt: float) -> Array:
    """One step of length dt."""
    k1 = lorenz(x, p)
    k2 = lorenz(x + dt / 2 * k1, p)
    k3 = lorenz(x + dt / 2 * k2, p)
    k4 = lorenz(x + dt * k3, p)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _stages(x: Array, p: Array, dt: float) -> tuple[Array, Array, Array, Array]:
    """The four states at which a step asks for dx/dt."""
    x2 = x + dt / 2 * lorenz(x, p)
    x3 = x + dt / 2 * lorenz(x2, p)
    return x, x2, x3, x + dt * lorenz(x3, p)


def rk4_tangent(x: Array, p: Array, dx: Array, dp: Array, dt: float) -> Array:
    """How a step's result changes, to first order, when x and p change by dx and dp."""
    x1, x2, x3, x4 = _stages(x, p, dt)
    k1 = lorenz_tangent(x1, p, dx, dp)
    k2 = lorenz_tangent(x2, p, dx + dt / 2 * k1, dp)
    k3 = lorenz_tangent(x3, p, dx + dt / 2 * k2, dp)
    k4 = lorenz_tangent(x4, p, dx + dt * k3, dp)
    return dx + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def rk4_adjoint(x: Array, p: Array, a: Array, dt: float) -> tuple[Array, Array]:
    """A step backwards: from a = ∂J/∂(its result) to ∂J/∂x and ∂J/∂p, each of its shape.

    The stages are worked out again. Each share is what one k sends back: first k4, last k1.
    """
    x1, x2, x3, x4 = _stages(x, p, dt)
    s4, p4 = lorenz_adjoint(x4, p, dt / 6 * a)
    s3, p3 = lorenz_adjoint(x3, p, dt / 3 * a + dt * s4)
    s2, p2 = lorenz_adjoint(x2, p, dt / 3 * a + dt / 2 * s3)
    s1, p1 = lorenz_adjoint(x1, p, dt / 6 * a + dt / 2 * s2)
    return a + s1 + s2 + s3 + s4, p1 + p2 + p3 + p4


@dataclass(frozen=True, eq=False)
class Lorenz63:
    """Lorenz-63 as a model for 4D-Var: one `run` is one step of length dt."""

    dt: float = 0.025
    p: tuple[float, float, float] = CLASSIC

    def __post_init__(self) -> None:
        guard.positive("dt", self.dt)
        if np.shape(self.p) != (3,):
            raise ValueError(f"p is {self.p!r}; it holds σ, ρ and β: three numbers.")

    def run(self, x: Array) -> Array:
        """The next state."""
        return rk4(x, self.p, self.dt)

    def tangent(self, x: Array, dx: Array) -> Array:
        """M δx, with M the step's derivative at x."""
        return rk4_tangent(x, self.p, dx, np.zeros(3), self.dt)

    def adjoint(self, x: Array, a: Array) -> Array:
        """Mᵀ a, with M the step's derivative at x."""
        return rk4_adjoint(x, self.p, a, self.dt)[0]

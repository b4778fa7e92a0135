"""What 4D-Var needs of a model or of an instrument, and the simplest of them: a matrix.

An operator has run(x), its tangent-linear tangent(x, dx), both at x, and adjoint(x, a), which turns
∂J/∂(result) into ∂J/∂x. `Lorenz63` is one too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from course_utils.nn import guard

Array = np.ndarray


class Operator(Protocol):
    """A differentiable map with its tangent-linear and its adjoint."""

    def run(self, x: Array) -> Array:
        """The result at x."""

    def tangent(self, x: Array, dx: Array) -> Array:
        """Its first-order change when x changes by dx."""

    def adjoint(self, x: Array, a: Array) -> Array:
        """∂J/∂x from a = ∂J/∂(result)."""


@dataclass(frozen=True, eq=False)
class Linear:
    """x -> A x, with A (n_out, n_in): its own tangent-linear, and Aᵀ its adjoint."""

    A: Array

    def __post_init__(self) -> None:
        guard.array("A", self.A)
        if self.A.ndim != 2:
            raise ValueError(f"A has shape {self.A.shape}; it must be a matrix: A[None, :].")

    def run(self, x: Array) -> Array:
        """A x."""
        return self.A @ x

    def tangent(self, x: Array, dx: Array) -> Array:
        """A δx, whatever x."""
        return self.A @ dx

    def adjoint(self, x: Array, a: Array) -> Array:
        """Aᵀ a, whatever x."""
        return self.A.T @ a

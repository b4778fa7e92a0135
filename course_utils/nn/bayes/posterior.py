"""Prior and data in one number: U(θ) = -log p(θ | data), up to a constant.

    U(θ) = noise N J(θ) + ½ Σ prior θ²

J is the mean loss of the course. For squared error noise is the precision 1/σ² of the targets; for
the two cross-entropies N J is the negative log likelihood itself, and noise is 1. prior is the
precision of a normal prior of mean 0 on every parameter, biases too. The smallest U is the MAP
estimate, which is training with decay = prior/(noise N): the same prior weighs less, the more data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_utils.nn import guard
from course_utils.nn.bayes import checks
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, forward
from course_utils.nn.stacked import backprop_all

Array = np.ndarray


class Energy(NamedTuple):
    """U and its gradient, for one θ (P,) or a stack (S, P); called, it gives both."""

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]

    def __call__(self, theta: Array) -> tuple[Array, Array]:
        """(U, ∂U/∂θ): what the minimizers of second_order take."""
        return self.value(theta), self.gradient(theta)


def energy(net: MLP, X: Array, Y: Array, *, prior: float | Array, noise: float = 1.0) -> Energy:
    """U of a network on N examples; Y (N, n_out), or (S, N, n_out) with targets for each network.

    prior  a precision above 0, or one for each parameter (P,)
    noise  1/σ² for squared error; 1 for the cross-entropies
    """
    checks.precision("prior", prior)
    guard.positive("noise", noise)
    if net.loss.name != "squared error" and noise != 1:
        raise ValueError(
            f"noise is {noise:g}, but {net.loss} is a log likelihood already: leave noise at 1."
        )
    weight = noise * len(X)

    def value(theta: Array) -> Array:
        trace = forward(net, theta, X)
        J = net.loss.value(net.output, trace.u[-1], trace.output, Y)
        return weight * J + np.sum(prior * theta**2, axis=-1) / 2

    def gradient(theta: Array) -> Array:
        g = backprop_all(net, np.atleast_2d(theta), X, Y).reshape(theta.shape)
        return weight * g + prior * theta

    return Energy(value, gradient)


@takes(checks.regression)
def linear_posterior(X: Array, y: Array, prior: float, noise: float) -> tuple[Array, Array]:
    """Mean (d,) and covariance (d, d) of the weights of a linear unit, given data.

    X (N, d), y (N,): y = X w + normal noise of precision `noise`; w has a normal prior of mean 0
    and precision `prior`. C = (prior I + noise XᵀX)⁻¹, mean = noise C Xᵀ y. (Bishop 2006, 3.3.1.)
    """
    C = np.linalg.inv(prior * np.eye(X.shape[1]) + noise * X.T @ X)
    return noise * C @ X.T @ y, C

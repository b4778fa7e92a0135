"""The linear problem on which the price of noise can be worked out (Werfel, Xie & Seung 2005).

A student W (n_in, n_out) learns online from a linear teacher, inputs x ~ N(0, I), no biases. A rule
whose estimate is d times as long as the gradient in the mean square, d |g|² = E|ĝ|², changes the
mean squared distance to the teacher by the factor 1 - 2η + (n_in + 2) d η² a step. The best rate
is η = 1/((n_in + 2) d), the distance then falls by the share η a step, and twice that diverges.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray
LINEAR_RULES = ("gradient", "nodes", "weights")


def noise_dimension(rule: str, n_in: int, n_out: int) -> int:
    """d: 1 for the gradient, n_out + 2 for noise on the nodes, n_in n_out + 2 on the weights."""
    return {"gradient": 1, "nodes": n_out + 2, "weights": n_in * n_out + 2}[rule]


def _takes_problem(rule, n_in, n_out, *, lr, steps, runs, rng, sigma=1e-4) -> None:
    if rule not in LINEAR_RULES:
        raise ValueError(
            f"rule is {rule!r}, which is none of {', '.join(map(repr, LINEAR_RULES))}."
        )
    for name, value in (("n_in", n_in), ("n_out", n_out), ("steps", steps), ("runs", runs)):
        guard.count(name, value)
    guard.positive("lr", lr)
    guard.positive("sigma", sigma)
    guard.generator(rng)


@takes(_takes_problem)
def squared_distances(
    rule: str,
    n_in: int,
    n_out: int,
    *,
    lr: float,
    steps: int,
    runs: int,
    rng: np.random.Generator,
    sigma: float = 1e-4,
) -> Array:
    """The mean squared distance to the teacher after each step, (steps + 1,), from 1 on.

    `runs` students learn side by side, each from examples of its own. The perturbed losses are
    evaluated in antithetic pairs, sigma away. Raises ValueError when they diverge, with the step.
    """
    D = rng.standard_normal((runs, n_in, n_out))  # student minus teacher
    D /= np.linalg.norm(D, axis=(1, 2), keepdims=True)
    distances = np.ones(steps + 1)
    for t in range(1, steps + 1):
        x = rng.standard_normal((runs, 1, n_in))
        error = x @ D  # (runs, 1, n_out); J is half its square
        if rule == "weights":
            V = rng.standard_normal(D.shape)
            D = D - lr * _slope(error, x @ V, sigma) * V
        else:
            xi = rng.standard_normal(error.shape)
            delta = error if rule == "gradient" else _slope(error, xi, sigma) * xi
            D = D - lr * x.mT @ delta
        distances[t] = np.square(D).sum(axis=(1, 2)).mean()
        if not distances[t] < 1e6:
            raise ValueError(
                f"the squared distance has grown from 1 to {distances[t]:.3g} at step {t}: lower "
                f"lr={lr}; the best is {best_rate(rule, n_in, n_out):.3g}, twice that diverges."
            )
    return distances


def _slope(error: Array, change: Array, sigma: float) -> Array:
    """(J(+) - J(-))/(2σ) of J = ½ Σ error², for each run."""
    J = [np.square(error + s * change).sum(axis=(1, 2), keepdims=True) / 2 for s in (sigma, -sigma)]
    return (J[0] - J[1]) / (2 * sigma)


def best_rate(rule: str, n_in: int, n_out: int) -> float:
    """η = 1/((n_in + 2) d), which is also the share by which the distance falls in a step."""
    return 1 / ((n_in + 2) * noise_dimension(rule, n_in, n_out))

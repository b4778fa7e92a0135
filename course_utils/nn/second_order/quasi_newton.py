"""L-BFGS: the Hessian's inverse from the last few steps, never written down (lectures 1 and 3)."""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.second_order.line_search import LineSearchFailed, strong_wolfe, stuck
from course_utils.nn.second_order.minimum import Array, Fun, Minimum, Recorder, below, flat

CURVED = 1e-10  # a pair is kept when s·y is above this share of |s| |y|


def _takes_pairs(g, S, Y) -> None:
    guard.array("g", g)
    if len(S) != len(Y):
        raise ValueError(f"S has {len(S)} steps and Y {len(Y)} differences; they come in pairs.")
    for s, y in zip(S, Y, strict=True):
        if np.shape(s) != g.shape or np.shape(y) != g.shape:
            raise ValueError(
                f"a pair has shapes {np.shape(s)} and {np.shape(y)}, and g {g.shape}; they must "
                f"be equal."
            )


@takes(_takes_pairs)
def two_loop(g: Array, S: list[Array], Y: list[Array]) -> Array:
    """The product of L-BFGS's inverse Hessian with g, by the two-loop recursion.

    S are the last steps s = θ_new - θ and Y the differences y = g_new - g of their gradients, the
    oldest first, each (P,). Between the loops stands γ = s·y / y·y of the newest pair (1 without
    pairs), the guess at the inverse Hessian's size. Returns (P,); the direction is minus this.
    """
    q, a = g, np.zeros(len(S))
    for i in reversed(range(len(S))):  # the newest first
        a[i] = (S[i] @ q) / (S[i] @ Y[i])
        q = q - a[i] * Y[i]
    r = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1]) * q if S else q
    for i in range(len(S)):  # the oldest first
        r = r + (a[i] - (Y[i] @ r) / (S[i] @ Y[i])) * S[i]
    return r


def lbfgs(
    fun: Fun,
    theta: Array,
    *,
    memory: int = 10,
    steps: int = 1000,
    tol: float = 1e-5,
) -> Minimum:
    """L-BFGS (Nocedal 1980) to where no entry of g exceeds tol; steps by strong_wolfe.

    `memory` is the number of pairs that are kept. fun must be the same function at every call: the
    differences of gradients of two mini-batches say nothing of curvature.
    """
    guard.count("memory", memory)
    run = Recorder(fun, theta)
    J, g = run.start(theta)
    S, Y = [], []
    for _ in range(steps):
        if flat(g, tol):
            return run.end(g, below(g, tol))
        d = -two_loop(g, S, Y)
        first = 1.0 if S else min(1.0, 1 / float(np.abs(g).sum()))
        try:
            found = strong_wolfe(run.fun, theta, d, J, g, first=first)
        except (LineSearchFailed, ValueError) as reason:
            if not S:
                if isinstance(reason, LineSearchFailed):
                    return stuck(run, J, g, reason)
                raise
            S, Y = [], []  # forget the curvature and start again from -g
            continue
        s, y = found.a * d, found.g - g
        if s @ y > CURVED * np.linalg.norm(s) * np.linalg.norm(y):
            S, Y = [*S, s][-memory:], [*Y, y][-memory:]
        theta, J, g = theta + s, found.J, found.g
        run.keep(theta, J)
    return run.end(g, f"all {steps} steps are taken")

"""Wrong answers to exercises of notebook 06 and what to say of them: rates and steps.

Some are lines of the lectures as they are printed or taken at their word. Each has the signature of
the right answer, and each table lists message -> wrong answer; the first that equals an attempt in
every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import curvature

# ---------------------------------------------------------------- exact_step


def _step(A, b, x, rate):
    r = b - A @ x
    return x + rate(A, r) * r


def exact_uphill(A, b, x):
    """Along the gradient."""
    return _step(A, b, x, lambda A, r: -(r @ r) / (r @ A @ r))


def exact_upside_down(A, b, x):
    """The curvature along r instead of its inverse."""
    return _step(A, b, x, lambda A, r: (r @ A @ r) / (r @ r))


def exact_safe(A, b, x):
    """1/λ_max, which is safe and not the lowest point."""
    return _step(A, b, x, lambda A, r: 1 / np.linalg.eigvalsh(A)[-1])


def exact_minimum(A, b, x):
    """Newton's step."""
    return np.linalg.solve(A, b)


EXACT_STEP = {
    "You went uphill: the gradient is A x − b, and r = b − A x points down.": exact_uphill,
    "The length is upside down: the more curved J is along r, the shorter the step, "
    "r·r / (r·A r).": exact_upside_down,
    "1/λ_max is always safe but seldom the lowest point on the line: ask for the curvature along "
    "r itself.": exact_safe,
    "That is the minimum of J, and it does not lie on the line of steepest descent.": (
        exact_minimum
    ),
}


# ---------------------------------------------------------------- largest_rate


def rate_one_over(H):
    """1/λ_max."""
    return 1 / np.linalg.eigvalsh(H)[-1]


def rate_flat(H):
    """2/λ_min."""
    return 2 / np.linalg.eigvalsh(H)[0]


def rate_best(H):
    """2/(λ_min + λ_max)."""
    return curvature.best_rate(H)


def rate_trace(H):
    """2 over the sum of all."""
    return 2 / np.trace(H)


def rate_diagonal(H):
    """By the curvature along the axes."""
    return 2 / np.diag(H).max()


LARGEST_RATE = {
    "With 1/λ_max the steepest direction is done in one step. You may overshoot and still "
    "converge, up to twice that.": rate_one_over,
    "The flattest direction allows this; the steepest is long gone by then.": rate_flat,
    "That is the rate with the fastest convergence, 2/(λ_min + λ_max). The edge lies a little "
    "beyond.": rate_best,
    "2/trace is safe (the trace is at least λ_max) but not the edge.": rate_trace,
    "The largest curvature need not lie along an axis: take the largest eigenvalue.": (
        rate_diagonal
    ),
}


# ---------------------------------------------------------------- newton_step


def newton_uphill(H, g):
    """Without the minus."""
    return np.linalg.solve(H, g)


def newton_times(H, g):
    """H g: larger steps where the curvature is high."""
    return -H @ g


def newton_diagonal(H, g):
    """Each weight by itself."""
    return -g / np.diag(H)


def newton_one_rate(H, g):
    """Steepest descent with the best length."""
    return -(g @ g) / (g @ H @ g) * g


NEWTON_STEP = {
    "The sign is wrong: 0 = g + H Δw gives Δw = −H⁻¹ g.": newton_uphill,
    "You multiplied by H: large steps where the curvature is large, as lecture 3 says of momentum. "
    "Divide by it: solve H Δw = −g.": newton_times,
    "Dividing by the diagonal is right only where H has nothing else: the weights do not move "
    "alone.": newton_diagonal,
    "That is steepest descent with the best length. Newton's step need not point along g.": (
        newton_one_rate
    ),
}


# ---------------------------------------------------------------- even_rates


def even_steep_is_fast(curvatures, shrink):
    """Lecture 3: a larger rate in the directions of large derivatives."""
    return (1 - shrink) * curvatures / curvatures.max() ** 2


def even_one_rate(curvatures, shrink):
    """One rate for all, safe for the steepest."""
    return np.full_like(curvatures, (1 - shrink) / curvatures.max())


def even_all_at_once(curvatures, shrink):
    """To the minimum in one step."""
    return 1 / curvatures


def even_shrink(curvatures, shrink):
    """By the share that is left."""
    return shrink / curvatures


EVEN_RATES = {
    "You raised the rate where the surface is steep, as lecture 3 asks. It is the other way round: "
    "the more curved the direction, the smaller its rate.": even_steep_is_fast,
    "One rate for all shrinks the flat directions hardly at all: each direction has its own.": (
        even_one_rate
    ),
    "This lands at 0 in one step, whatever shrink is asked.": even_all_at_once,
    "A share `shrink` shall be left, so 1 − shrink is what the step takes away.": even_shrink,
}


# ---------------------------------------------------------------- online_pass


def _online(X, y, w, step):
    path = [w]
    for t in range(len(X)):
        w = w - step(t, X, y, w)
        path.append(w)
    return np.array(path)


def online_fixed(X, y, w, rate):
    """Lecture 3's small constant rate: that of the first case for all."""
    return _online(X, y, w, lambda t, X, y, w: rate(1) * (X[t] @ w - y[t]) * X[t])


def online_from_zero(X, y, w, rate):
    """T begins at 0."""
    return _online(X, y, w, lambda t, X, y, w: rate(t) * (X[t] @ w - y[t]) * X[t])


def online_uphill(X, y, w, rate):
    """The sign of the error turned round."""
    return _online(X, y, w, lambda t, X, y, w: rate(t + 1) * (y[t] - X[t] @ w) * X[t])


def online_batch(X, y, w, rate):
    """The mean gradient of all cases at each step."""
    return _online(X, y, w, lambda t, X, y, w: rate(t + 1) * X.T @ (X @ w - y) / len(X))


def online_stale(X, y, w, rate):
    """All errors with the first weights."""
    start = w
    return _online(X, y, w, lambda t, X, y, w: rate(t + 1) * (X[t] @ start - y[t]) * X[t])


ONLINE_PASS = {
    "The rate is rate(1) at every case. Lecture 3 asks for a small rate; for convergence it must "
    "fall: rate(t).": online_fixed,
    "t counts the steps from 1: the first case has rate(1).": online_from_zero,
    "The sign is wrong: the gradient of a case is (x·w − y) x, and the step goes against it.": (
        online_uphill
    ),
    "These are full-batch steps. Online, step t knows case t alone.": online_batch,
    "The error must be taken with the weights as they are now, not with the first ones.": (
        online_stale
    ),
}

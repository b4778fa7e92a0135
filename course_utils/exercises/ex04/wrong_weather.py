"""Wrong answers to exercises of notebook 04 and what to say of them: Lorenz-63 and 4D-Var.

Some are lines of the lecture as they are printed. Each has the signature of the right answer, and
each table lists message -> wrong answer; the first that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import adjoint
from course_utils.nn.adjoint import fourdvar

# ---------------------------------------------------------------- lorenz_adjoint


def lorenz_not_transposed(x, p, a):
    """M a for Mᵀ a."""
    return adjoint.lorenz_tangent(x, p, a, np.zeros(3)), adjoint.lorenz_adjoint(x, p, a)[1]


def lorenz_diagonal(x, p, a):
    """Each equation's own variable only."""
    return -np.array([p[0], 1.0, p[2]]) * a, adjoint.lorenz_adjoint(x, p, a)[1]


def lorenz_bare_parameters(x, p, a):
    """The derivatives with respect to the parameters, not multiplied by a."""
    x_adj, _ = adjoint.lorenz_adjoint(x, p, a)
    return x_adj, adjoint.lorenz_adjoint(x, p, np.ones(3))[1]


def lorenz_wrong_sign(x, p, a):
    """z's minus lost in the second equation."""
    x_adj, p_adj = adjoint.lorenz_adjoint(x, p, a)
    return x_adj + np.array([0.0, 0.0, 2 * x[0] * a[1]]), p_adj


LORENZ_ADJOINT = {
    "That is M a, the tangent-linear model; the adjoint is Mᵀ a. Ask of each variable which "
    "equations it stands in: a column of M, not a row.": lorenz_not_transposed,
    "Each variable stands in other equations too: x in all three, y in three, z in two.": (
        lorenz_diagonal
    ),
    "∂J/∂x is right. For the parameters multiply by a as well: J feels them through dx/dt.": (
        lorenz_bare_parameters
    ),
    "In dy/dt = x (ρ − z) − y the z has a minus: check ∂J/∂z.": lorenz_wrong_sign,
}


# ---------------------------------------------------------------- background_gradient


def background_twice(x, background, B):
    """The 2 of the square, without the ½."""
    return 2 * np.linalg.solve(B, x - background)


def background_uphill(x, background, B):
    """The other sign."""
    return np.linalg.solve(B, background - x)


def background_times_b(x, background, B):
    """B for its inverse."""
    return B @ (x - background)


def background_no_b(x, background, B):
    """Without B."""
    return x - background


BACKGROUND_GRADIENT = {
    "The ½ in J_b takes the 2 of the square away.": background_twice,
    "J_b grows when x leaves the background, so ∇J_b points from x_b to x: the sign.": (
        background_uphill
    ),
    "It is B⁻¹ that multiplies: a background that is known well (small B) pulls hard.": (
        background_times_b
    ),
    "B is missing: what the background knows well must pull harder.": background_no_b,
}


# ---------------------------------------------------------------- observation_gradient


def _observation(model, H, R, x, observations, factor=lambda k, last: -1.0, shift=0, weigh=True):
    """`fourdvar.observation_gradient` with one part replaced."""
    states, last = [x], max(observations)
    for _ in range(last):
        states.append(model.run(states[-1]))
    a = np.zeros_like(x)
    for k in reversed(range(len(states))):
        a = model.adjoint(states[min(k + shift, last)], a)
        if k in observations:
            d = observations[k] - H.run(states[k])
            d = np.linalg.solve(R, d) if weigh else d
            a = a + factor(k, last) * H.adjoint(states[k], d)
    return a


def observation_printed(model, H, R, x, observations):
    """The lecture's 2 Hᵀ d: twice as long, and uphill."""
    return _observation(model, H, R, x, observations, factor=lambda k, last: 2.0)


def observation_uphill(model, H, R, x, observations):
    """+ Hᵀ d."""
    return _observation(model, H, R, x, observations, factor=lambda k, last: 1.0)


def observation_last_twice(model, H, R, x, observations):
    """The printed expanded sum: a 2 with the last term only."""
    return _observation(
        model, H, R, x, observations, factor=lambda k, last: -2.0 if k == last else -1.0
    )


def observation_shifted(model, H, R, x, observations):
    """The printed indices: M_1 … M_N for M_0 … M_{N-1}."""
    return _observation(model, H, R, x, observations, shift=1)


def observation_no_r(model, H, R, x, observations):
    """Every reading worth the same."""
    return _observation(model, H, R, x, observations, weigh=False)


def observation_at_the_end(model, H, R, x, observations):
    """The last observation alone."""
    last = max(observations)
    return fourdvar.observation_gradient(model, H, R, x, {last: observations[last]})


OBSERVATION_GRADIENT = {
    "−2 times what it should be: that is the lecture's 2 Hᵀ d. The ½ takes the 2 away, and "
    "y − H(x) falls when H(x) rises, so it is −Hᵀ d.": observation_printed,
    "Uphill: y − H(x) falls when H(x) rises, so ∂J/∂x_k = −Hᵀ d.": observation_uphill,
    "The last observation counts twice in yours, as in the lecture's expanded sum; no term of J "
    "has a 2.": observation_last_twice,
    "From state k + 1 back to state k it is M_kᵀ, taken at x_k; yours is taken at x_{k+1}, as "
    "the lecture's indices say.": observation_shifted,
    "R is missing: a reading with large errors must count for less, R⁻¹ (y − H(x)).": (
        observation_no_r
    ),
    "Every observation adds its part on the way back, not the last one only.": (
        observation_at_the_end
    ),
}


# ---------------------------------------------------------------- gauss_newton_product


def gauss_newton_no_background(model, H, B, R, states, times, v):
    """J_o's part alone."""
    return fourdvar.gauss_newton_product(
        model, H, B, R, states, times, v
    ) - np.linalg.solve(B, v)  # fmt: skip


def gauss_newton_times_b(model, H, B, R, states, times, v):
    """B v for B⁻¹ v."""
    return gauss_newton_no_background(model, H, B, R, states, times, v) + B @ v


def gauss_newton_no_r(model, H, B, R, states, times, v):
    """Without R."""
    one = np.eye(len(R))
    return fourdvar.gauss_newton_product(model, H, B, one, states, times, v)


def gauss_newton_minus(model, H, B, R, states, times, v):
    """The gradient's minus kept."""
    background = np.linalg.solve(B, v)
    return background - gauss_newton_no_background(model, H, B, R, states, times, v)


GAUSS_NEWTON_PRODUCT = {
    "J_b curves too: B⁻¹ v is missing.": gauss_newton_no_background,
    "The curvature of J_b is B⁻¹, not B.": gauss_newton_times_b,
    "R⁻¹ stands between Hᵀ and H: weigh the readings.": gauss_newton_no_r,
    "The minus of the gradient came from y − H(x). Here H meets H: both parts are positive.": (
        gauss_newton_minus
    ),
}

"""A line search: how far to go along a direction that descends.

The strong Wolfe conditions with step a along d, and slope(a) = g(θ + a d)·d:
    J(θ + a d) <= J(θ) + c1 a slope(0)        it fell enough for the way it went
    |slope(a)| <= c2 |slope(0)|               it is not steep any more
The search is algorithms 3.5 and 3.6 of Nocedal & Wright, with cubic interpolation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.nn.second_order.minimum import Array, Fun, Minimum, Recorder

LONGEST = 1e10  # a step that is still to be tried
GROWTH = 2.0  # of the step while the function goes on falling
MARGIN = 0.1  # of a bracket that a trial keeps away from its ends


class LineSearchFailed(ArithmeticError):  # noqa: N818 - it says what happened
    """No step along the direction meets the conditions; the message says what was seen."""


class Trial(NamedTuple):
    """One point of the line, and what fun said there."""

    a: float
    J: float
    slope: float
    g: Array


def strong_wolfe(
    fun: Fun,
    theta: Array,
    d: Array,
    J: float,
    g: Array,
    *,
    first: float = 1.0,
    c1: float = 1e-4,
    c2: float = 0.9,
    tries: int = 25,
) -> Trial:
    """A step a along d from theta that meets the strong Wolfe conditions: Trial(a, J, slope, g).

    J and g are those of theta, `first` is the step tried first; 0 < c1 < c2 < 1. Raises ValueError
    for a direction that does not descend, LineSearchFailed after `tries` evaluations.
    """
    if not 0 < c1 < c2 < 1:
        raise ValueError(f"c1={c1!r} and c2={c2!r} must keep 0 < c1 < c2 < 1.")
    slope = float(g @ d)
    if not slope < 0:
        raise ValueError(
            f"the direction does not descend: its slope g·d is {slope:.3g}, not below 0. "
            f"Restart with d = -g."
        )

    def at(a: float) -> Trial:
        J_a, g_a = fun(theta + a * d)
        return Trial(a, J_a, float(g_a @ d), g_a)

    def fell(t: Trial) -> bool:
        return J + c1 * t.a * slope >= t.J  # False for nan and inf

    low, high, a = Trial(0.0, J, slope, g), None, first
    for _ in range(tries):
        new = at(a)
        if fell(new) and new.J < low.J and abs(new.slope) <= -c2 * slope:
            return new
        if not fell(new) or new.J >= low.J:
            high = new  # too far: the minimum lies between low and here
        elif high is None and new.slope < 0:
            low, a = new, min(max(GROWTH * a, _cubic(low, new, 1.1 * a, 10 * a)), LONGEST)
            continue  # still falling: go on
        else:
            if high is None or new.slope * (high.a - low.a) >= 0:
                high = low
            low = new
        a = _between(low, high)
    raise LineSearchFailed(
        f"no step along the direction meets the Wolfe conditions in {tries} evaluations (slope "
        f"{slope:.3g}, last step {a:.3g}): does the gradient belong to J? Compare it with finite "
        f"differences. At a kink, as ReLU makes them, there may be no such step."
    )


def _between(low: Trial, high: Trial) -> float:
    """Where to look in the bracket: the cubic's minimum, away from the ends."""
    left, right = sorted((low.a, high.a))
    keep = MARGIN * (right - left)
    return _cubic(low, high, left + keep, right - keep)


def _cubic(p: Trial, q: Trial, least: float, most: float) -> float:
    """The minimum of the cubic through two values and two slopes, within limits; else half way."""
    with np.errstate(all="ignore"):
        s = (
            p.slope + q.slope - 3 * np.float64(p.J - q.J) / (p.a - q.a)
        )  # nan where a bracket closed
        root = np.sign(q.a - p.a) * np.sqrt(np.float64(s * s - p.slope * q.slope))
        a = q.a - (q.a - p.a) * (q.slope + root - s) / (q.slope - p.slope + 2 * root)
    return float(min(max(a, least), most)) if np.isfinite(a) else (least + most) / 2


def stuck(run: Recorder, J: float, g: Array, reason: LineSearchFailed) -> Minimum:
    """The end of the road: to rounding, else the line search's complaint."""
    reach = np.sqrt(np.finfo(g.dtype).eps) * max(abs(J), 1.0)
    if np.abs(g).max() > reach:
        raise reason
    return run.end(g, f"J = {J:.6g} falls no further: rounding")

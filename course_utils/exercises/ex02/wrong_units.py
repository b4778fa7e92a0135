"""Wrong answers to exercises of notebook 02 and what to say of them: units and softmax.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import units

# ---------------------------------------------------------------- logistic


def logistic_slope_of_u(u):
    """u (1 - u)."""
    return units.logistic(u)[0], u * (1 - u)


def logistic_slope_of_tanh(u):
    """1 - h²."""
    h, _ = units.logistic(u)
    return h, 1 - h**2


def logistic_mirrored(u):
    """1/(1 + exp(u))."""
    return units.logistic(-u)


LOGISTIC = {
    "h is right. Its slope is written with the output, h (1 − h), not with u.": logistic_slope_of_u,
    "h is right. 1 − h² is the slope of tanh; differentiate 1/(1 + exp(−u)).": (
        logistic_slope_of_tanh
    ),
    "The sign in the exponent is missing: h must rise with u.": logistic_mirrored,
}


# ---------------------------------------------------------------- tanh_unit


def tanh_slope_of_logistic(u):
    """h (1 - h)."""
    h, _ = units.tanh_unit(u)
    return h, h * (1 - h)


def tanh_slope_of_u(u):
    """1 - u²."""
    return units.tanh_unit(u)[0], 1 - u**2


def tanh_too_flat(u):
    """2 σ(u) - 1, which is tanh(u/2)."""
    h, _ = units.tanh_unit(u / 2)
    return h, 1 - h**2


TANH = {
    "h is right. h (1 − h) is the slope of the logistic unit; tanh has 1 − h².": (
        tanh_slope_of_logistic
    ),
    "h is right. Its slope is written with the output, 1 − h², not with u.": tanh_slope_of_u,
    "2 σ(u) − 1 has the right limits, but it is tanh(u/2): put 2u into σ.": tanh_too_flat,
}


# ---------------------------------------------------------------- rectifier


def rectifier_without_leak(u, leak):
    """ReLU, whatever the leak."""
    return units.rectifier(u, 0.0)


def rectifier_flat_leak(u, leak):
    """The leak in h, and a slope of 0 below 0."""
    return units.rectifier(u, leak)[0], units.rectifier(u, 0.0)[1]


def rectifier_floor(u, leak):
    """max(u, leak): a floor, not a leak."""
    return np.maximum(u, leak), np.where(u > leak, 1.0, 0.0)


def rectifier_right_side(u, leak):
    """Slope 1 at the kink."""
    return units.rectifier(u, leak)[0], np.where(u >= 0, 1.0, leak)


RECTIFIER = {
    "This is ReLU; below 0 the share `leak` of u passes.": rectifier_without_leak,
    "h is right. Where it leaks it is not flat: the slope below 0 is `leak`.": rectifier_flat_leak,
    "This is a floor at the height `leak`. A leak is a slope: below 0, h = leak · u.": (
        rectifier_floor
    ),
    "Right but at u = 0: the left side's slope is asked for, so 1 only where u > 0.": (
        rectifier_right_side
    ),
}


# ---------------------------------------------------------------- swish_unit


def swish_slope_first_half(u):
    """σ(u)."""
    return units.swish_unit(u)[0], units.logistic(u)[0]


def swish_slope_second_half(u):
    """u σ'(u)."""
    return units.swish_unit(u)[0], u * units.logistic(u)[1]


def swish_slope_of_factor(u):
    """σ'(u), as if u were a constant 1."""
    return units.swish_unit(u)[0], units.logistic(u)[1]


SWISH = {
    "h is right. In the slope only u was differentiated: σ(u) depends on u, too.": (
        swish_slope_first_half
    ),
    "h is right. In the slope only σ(u) was differentiated: the factor u gives σ(u) besides.": (
        swish_slope_second_half
    ),
    "h is right. A product has the derivative σ(u) + u σ'(u), not σ'(u).": swish_slope_of_factor,
}


# ---------------------------------------------------------------- stable_softmax


def softmax_plain(u):
    """exp(u) as it stands."""
    e = np.exp(u)
    return e / e.sum(axis=1, keepdims=True)


def softmax_global_maximum(u):
    """The largest u of the whole batch taken away."""
    e = np.exp(u - u.max())
    return e / e.sum(axis=1, keepdims=True)


def softmax_of_columns(u):
    """The columns add up to 1."""
    return units.stable_softmax(u.T).T


def softmax_clipped(u):
    """u cut off before exp."""
    e = np.exp(np.clip(u, -500, 500))
    return e / e.sum(axis=1, keepdims=True)


SOFTMAX = {
    "The formula is right and overflows: exp(1000) is inf, exp(−1000) is 0, and inf/inf and 0/0 "
    "are nan. Take a number away from every u of a row first.": softmax_plain,
    "You took away the largest u of the whole batch; in a row far below it all exponentials are "
    "0. Each row needs its own maximum.": softmax_global_maximum,
    "Your columns add up to 1. Examples are rows: sum over axis 1.": softmax_of_columns,
    "Cutting u off makes unequal scores equal. Take the row's largest u away instead: that "
    "changes no probability.": softmax_clipped,
}

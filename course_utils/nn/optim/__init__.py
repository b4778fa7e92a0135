"""Optimizers: how a gradient becomes a step.

State goes in and comes back, so one step can be printed, plotted and checked alone:

    state = optimizer.init(theta)
    step, state = optimizer.update(g, state, theta)
    theta = theta + step

g, step and theta have one shape and one dtype. lr is a number or a schedule t -> number; t starts
at 1 and counts steps, not epochs.

rule.py         what an optimizer is, and what every rule refuses
states.py       what the rules remember
first_order.py  gd, momentum (both places of the rate), nesterov
adaptive.py     adagrad, rmsprop, adadelta, adam (twice), adamw: a rate for every weight
sign_based.py   gains, rprop, irprop_minus: agreement of signs sets the rate, or the step
schedules.py    rates that change with t; bold_driver and on_plateau, which look at J
descent.py      `descend`: a rule on fun(θ) -> (J, g), with its whole path
"""

from course_utils.nn.optim.adaptive import adadelta, adagrad, adam, adam_reordered, adamw, rmsprop
from course_utils.nn.optim.descent import Descent, descend
from course_utils.nn.optim.first_order import gd, momentum, momentum_outside, nesterov
from course_utils.nn.optim.rule import Optimizer, rate
from course_utils.nn.optim.schedules import bold_driver, cosine, fixed, inverse_time, on_plateau
from course_utils.nn.optim.sign_based import gains, irprop_minus, rprop
from course_utils.nn.optim.states import (
    Count,
    Deltas,
    Driver,
    Gains,
    MeanSquare,
    Moments,
    Plateau,
    Squares,
    StepSizes,
    Velocity,
)

sgd = gd  # gradient descent on the gradients of mini-batches

__all__ = [
    "Count",
    "Deltas",
    "Descent",
    "Driver",
    "Gains",
    "MeanSquare",
    "Moments",
    "Optimizer",
    "Plateau",
    "Squares",
    "StepSizes",
    "Velocity",
    "adadelta",
    "adagrad",
    "adam",
    "adam_reordered",
    "adamw",
    "bold_driver",
    "cosine",
    "descend",
    "fixed",
    "gains",
    "gd",
    "inverse_time",
    "irprop_minus",
    "momentum",
    "momentum_outside",
    "nesterov",
    "on_plateau",
    "rate",
    "rmsprop",
    "rprop",
    "sgd",
]

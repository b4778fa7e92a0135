"""What the rules remember from one step to the next, with the letters of their equations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray


class Count(NamedTuple):
    """The state of a rule without memory: the number of steps taken."""

    t: int


class Velocity(NamedTuple):
    """The state of momentum and of Nesterov's rule."""

    t: int
    v: Array


class Gains(NamedTuple):
    """The state of the gains: one factor for each weight, and the gradient before."""

    t: int
    gain: Array
    g: Array


class StepSizes(NamedTuple):
    """The state of RPROP: one step size Δ > 0 for each weight, the gradient and step before."""

    t: int
    size: Array
    g: Array
    step: Array


class Squares(NamedTuple):
    """The state of Adagrad: the sum of all squared gradients."""

    t: int
    G: Array


class MeanSquare(NamedTuple):
    """The state of RMSprop: the running mean of squared gradients."""

    t: int
    v: Array


class Deltas(NamedTuple):
    """The state of Adadelta: running means of squared gradients and of squared steps."""

    t: int
    v: Array
    d: Array


class Moments(NamedTuple):
    """The state of Adam: running means of the gradient and of its square."""

    t: int
    m: Array
    v: Array


class Driver(NamedTuple):
    """The state of the bold driver: rate, loss and gradient at the last good place, last step."""

    t: int
    lr: float
    J: float
    g: Array
    step: Array


class Plateau(NamedTuple):
    """The state of `on_plateau`: the rule's own, the factor on its steps, best J, steps since."""

    t: int
    rule: Any
    factor: float
    best: float
    waited: int

"""Guards: bad input is refused with a sentence, outside the function that holds the mathematics.

    @takes(batch)
    def forward(net, theta, X): ...

    @takes_numbers(lr=rate, alpha=fraction)
    def momentum(lr, alpha=0.9): ...

A check has the parameters of the function it guards, looks at shapes and types only (under 2 µs
a call) and raises a ValueError or TypeError that carries the value and the next act. What costs a
pass over the data (NaN, labels out of range) is checked once, where data come in: `train`.
"""

from course_utils.nn.guard.arrays import (
    array,
    batch,
    labelled,
    like_theta,
    matrix,
    one_network,
    outputs,
    parameters,
)
from course_utils.nn.guard.contents import NotFiniteError, classes, finite, targets
from course_utils.nn.guard.decorators import takes, takes_numbers
from course_utils.nn.guard.values import (
    count,
    fraction,
    generator,
    instance,
    positive,
    rate,
    sizes,
)

__all__ = [
    "NotFiniteError",
    "array",
    "batch",
    "classes",
    "count",
    "finite",
    "fraction",
    "generator",
    "instance",
    "labelled",
    "like_theta",
    "matrix",
    "one_network",
    "outputs",
    "parameters",
    "positive",
    "rate",
    "sizes",
    "takes",
    "takes_numbers",
    "targets",
]

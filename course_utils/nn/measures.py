"""Measures: one number for how far a model's outputs are from their targets.

P are outputs and Y targets, both (N, n_out), examples as rows: a mean over the N examples and a sum
over the outputs, as everywhere in the course.
"""

from __future__ import annotations

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray


def _comparable(P, Y) -> None:
    """Refuse what is not two matrices of one shape, with real numbers in them."""
    for name, A in (("P", P), ("Y", Y)):
        guard.array(name, A)
        if A.ndim != 2:
            raise ValueError(
                f"{name} has shape {A.shape}; examples are rows and outputs columns, so it needs "
                f"two axes. For one output write {name}[:, None]."
            )
    if P.shape != Y.shape:
        raise ValueError(
            f"P has shape {P.shape} and Y {Y.shape}: each output needs the target in its own place."
        )
    if not P.size:
        raise ValueError(f"P and Y have shape {P.shape}: there is nothing in them to compare.")
    if "f" not in (P.dtype.kind, Y.dtype.kind):  # unsigned integers wrap round, small ones overflow
        raise ValueError(
            f"P has dtype {P.dtype} and Y {Y.dtype}, both without fractions: write P.astype(float)."
        )


@takes(_comparable)
def mean_squared_error(P: Array, Y: Array) -> float:
    """How far outputs are from their targets: the mean squared error, a number ≥ 0.

    P  (N, n_out), the outputs, one row for each example
    Y  (N, n_out), the targets
    """
    squared_distances = ((P - Y) ** 2).sum(axis=1)  # (N,), one for each example
    return squared_distances.mean()

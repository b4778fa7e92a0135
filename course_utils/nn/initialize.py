"""First weights: how large they are, layer by layer. A scheme is (rng, n_in, n_out) -> W."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard

Array = np.ndarray
Scheme = Callable[[np.random.Generator, int, int], Array]


def fan_in(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Normal with standard deviation 1/√n_in: u has variance 1 when the inputs have.

    Lecture 1, "Inicialización de pesos", prints the root where its inverse is meant;
    LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", section 4.6.
    """
    return rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))


def uniform(limit: float) -> Scheme:
    """Uniform on (-limit, limit) whatever the layer's size: the start of 1986, with limit = 0.3."""
    guard.positive("limit", limit)
    return lambda rng, n_in, n_out: rng.uniform(-limit, limit, (n_in, n_out))

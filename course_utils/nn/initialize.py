"""First weights: how large they are, layer by layer. A scheme is (rng, n_in, n_out) -> W.

Units that start alike stay alike, so every scheme but `constant` draws: that is what breaks the
symmetry. Biases start at 0 (mlp.init); they need not differ.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes

Array = np.ndarray
Scheme = Callable[[np.random.Generator, int, int], Array]


def _takes_noise(noise) -> None:
    guard.array("noise", noise)
    if noise.ndim != 2 or noise.size == 0:
        raise ValueError(
            f"noise has shape {noise.shape}; it must be (n_in, n_out), none of them 0."
        )


def _takes_layer(W, b) -> None:
    guard.array("W", W)
    guard.array("b", b)
    if W.ndim != 2 or b.shape != W.shape[1:]:
        raise ValueError(
            f"W and b have shapes {W.shape} and {b.shape}; they must be (n_in, n_out) and (n_out,)."
        )


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


def glorot(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Uniform with variance 2/(n_in + n_out): a compromise between forward and backward.

    Activations keep their variance with 1/n_in, derivatives with 1/n_out (Glorot & Bengio 2010,
    equation 16, the "normalized initialization"; for tanh and linear units).
    """
    limit = np.sqrt(6 / (n_in + n_out))  # the variance of uniform(-a, a) is a²/3
    return rng.uniform(-limit, limit, (n_in, n_out))


def he(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Normal with variance 2/n_in: ReLU silences half, the 2 makes up for it (He et al. 2015)."""
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def orthogonal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """A random W with all singular values 1: it keeps lengths, where no dimension is lost.

    Columns are orthonormal if n_out <= n_in, else rows (Saxe, McClelland & Ganguli 2014).
    """
    longer, shorter = max(n_in, n_out), min(n_in, n_out)
    Q, R = np.linalg.qr(rng.normal(size=(longer, shorter)))
    Q = Q * np.where(np.diag(R) < 0, -1.0, 1.0)  # without it Q is not uniform (Mezzadri 2007)
    return Q if n_in >= n_out else Q.T


def scaled(gain: float, scheme: Scheme) -> Scheme:
    """`scheme` with weights `gain` times as large: scaled(4, glorot) for logistic units."""
    guard.positive("gain", gain)
    return lambda rng, n_in, n_out: gain * scheme(rng, n_in, n_out)


def constant(value: float) -> Scheme:
    """All weights alike: the start that breaks no symmetry, to see what comes of it."""
    if not np.isfinite(value):
        raise ValueError(f"value is {value!r}; it must be a finite number.")
    return lambda rng, n_in, n_out: np.full((n_in, n_out), float(value))


@takes(_takes_noise)
def scale_to_fan_in(noise: Array) -> Array:
    """First weights from noise (n_in, n_out), whose entries are independent with variance 1.

    Each unit of the layer shall get a u of variance 1 from inputs that are independent of each
    other and have variance 1. Returns W (n_in, n_out), a multiple of noise.
    """
    return noise / np.sqrt(len(noise))  # var u = n_in · var w · var x


@takes(_takes_noise)
def scale_for_relu(noise: Array) -> Array:
    """First weights of a layer of ReLUs from noise (n_in, n_out), independent with variance 1.

    The inputs h of the layer are themselves ReLUs: h = max(0, v), where v is as often positive as
    negative and has mean square 1. The u = h W of the layer shall have mean square 1 as well.
    Returns W (n_in, n_out), a multiple of noise.
    """
    return noise * np.sqrt(2 / len(noise))  # E h² = ½: mean of u² = n_in · var w · ½


@takes(_takes_layer)
def different_units(W: Array, b: Array) -> int:
    """How many different units a layer has: those with equal weights and equal bias count once.

    W (n_in, n_out), b (n_out,). Equal means equal to the last bit.
    """
    return len(np.unique(np.vstack([W, b]), axis=1).T)  # a unit is a column

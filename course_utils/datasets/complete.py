"""Complete sets: every case there is, so nothing to split; inputs and targets are 0 or 1."""

from __future__ import annotations

import numpy as np

MOST_BITS = 20  # 2**20 cases of 20 inputs take 160 MiB


def xor() -> tuple[np.ndarray, np.ndarray]:
    """The four cases of exclusive or: X (4, 2) counting 00, 01, 10, 11 and Y (4, 1)."""
    return parity(2)


def parity(bits: int) -> tuple[np.ndarray, np.ndarray]:
    """All vectors of `bits` bits, and whether the number of their ones is odd.

    X (2**bits, bits) counts upwards in binary, the highest digit first; Y (2**bits, 1) is 1 where
    the number of ones is odd. Raises ValueError unless bits is from 1 to 20.
    """
    X = _all_vectors(bits)
    return X, X.sum(axis=1, keepdims=True) % 2


def symmetry(bits: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """All vectors of `bits` bits, and whether they read the same in both directions.

    X (2**bits, bits), Y (2**bits, 1) is 1 for the mirror-symmetric vectors: 8 of the 64 with six
    bits, the task of Rumelhart, Hinton and Williams (Nature, 1986). Raises ValueError unless bits
    is from 1 to 20.
    """
    X = _all_vectors(bits)
    return X, (X[:, ::-1] == X).all(axis=1, keepdims=True).astype(float)


def _all_vectors(bits: int) -> np.ndarray:
    if isinstance(bits, bool) or not isinstance(bits, int | np.integer):
        raise TypeError(f"bits={bits!r} is not a whole number; give one such as bits=6.")
    if not 1 <= bits <= MOST_BITS:
        raise ValueError(f"bits={bits} is out of range; take a number from 1 to {MOST_BITS}.")
    digit = np.arange(bits)[::-1]
    return (np.arange(2**bits)[:, None] >> digit & 1).astype(float)

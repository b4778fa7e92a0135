"""Handwritten digits: 1,797 images of 8×8 pixels, shipped with scikit-learn, so always at hand."""

from __future__ import annotations

import hashlib

import numpy as np

from course_utils.datasets.table import Table, stratified

LEVELS = 16  # a pixel counts the dark points of a block of 4×4
SPLIT_SEED = 1986  # the year of the back-propagation paper; what matters is that it stays
SHA256 = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"  # pixels, then labels


def digits() -> Table:
    """The digits with pixels from 0 (paper) to 1 (ink), and the course's one split of them.

    The split depends on the seed alone: it orders the images by raw bits of PCG64, a stream that
    NumPy promises to keep, while `Generator.permutation` may change with a version.
    Raises ValueError when the installed scikit-learn ships other digits.
    """
    from sklearn.datasets import load_digits

    pixels, y = (array.astype(np.uint8) for array in load_digits(return_X_y=True))
    found = hashlib.sha256(pixels.tobytes() + y.tobytes()).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"scikit-learn's digits are not those of the course (SHA-256 {found[:12]}…, expected "
            f"{SHA256[:12]}…); install the versions of constraints.txt."
        )
    order = np.argsort(np.random.PCG64(SPLIT_SEED).random_raw(len(y)), kind="stable")
    units = "ink, 0 to 1"
    parts = stratified(y, order)
    return Table(pixels, y, parts, tuple("0123456789"), units, (8, 8), scale=LEVELS)

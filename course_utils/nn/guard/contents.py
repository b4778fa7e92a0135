"""Guards that cost a pass over the data: called once, where data come in."""

from __future__ import annotations

import numpy as np

from course_utils.nn.guard.values import count


class NotFiniteError(ValueError):
    """A number that should be finite is NaN or infinite; `place` says where in a run."""

    place: str = ""


def finite(name: str, A: np.ndarray, act: str = "remove or fill such rows") -> None:
    """Refuse NaN and infinity."""
    bad = ~np.isfinite(A)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        place = ", ".join(map(str, where))
        raise NotFiniteError(f"{name}[{place}] is {A[where]} ({bad.sum()} such in all): {act}.")


def targets(net, Y: np.ndarray) -> None:
    """Refuse targets that the loss does not understand: probabilities for the two entropies."""
    if net.loss.name == "squared error":
        return
    outside = (Y < 0) | (Y > 1)
    if outside.any():
        row, column = (int(i) for i in np.argwhere(outside)[0])
        raise ValueError(
            f"Y[{row}, {column}] is {Y[row, column]}, but {net.loss.name} needs targets between 0 "
            f"and 1. For class labels write one_hot(labels, n_classes={net.sizes[-1]})."
        )
    sums = Y.sum(axis=1, dtype=float)
    wrong = np.abs(sums - 1) > 1e-3
    if net.loss.name == "cross-entropy" and wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"Y[{row}] adds up to {sums[row]:g}, but softmax and cross-entropy need rows that "
            f"add up to 1. For several labels at once use sigmoid and binary_cross_entropy."
        )


def classes(labels, n_classes) -> None:
    """Refuse labels that are not whole numbers in 0 … n_classes - 1, one per example."""
    count("n_classes", n_classes)
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels have shape {labels.shape} and dtype {labels.dtype}; they must be whole "
            f"numbers, one per example: for instance labels.astype(int).ravel()."
        )
    wrong = (labels < 0) | (labels >= n_classes)
    if wrong.any():
        example = int(np.argmax(wrong))
        raise ValueError(
            f"labels[{example}] is {labels[example]}, outside 0 … {n_classes - 1}: "
            f"n_classes must be the largest label plus 1, and labels start at 0."
        )

"""Examples at the places of their codes, each drawn as the numeral of its class."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from course_utils.plots.style import PALETTE, array, axes

READABLE = (0, 1, 2, 3, 4, 5, 6)  # colours of the palette that can be read as thin letters on white


def code_map(
    codes: np.ndarray,
    labels: np.ndarray,
    *,
    xlabel: str = "code unit 1",
    ylabel: str = "code unit 2",
    ax: Axes | None = None,
) -> Axes:
    """Each example's label, written where its code lies.

    codes   (N, 2)
    labels  (N,) whole numbers; the numeral says which, the colour helps to see groups
    """
    codes, labels = array(codes, "codes", (2,)), array(labels, "labels", (1,))
    if codes.shape[1] != 2 or len(codes) != len(labels):
        raise ValueError(
            f"codes has shape {codes.shape} and labels {labels.shape}; a map needs two columns and "
            "a label for each row."
        )
    ax = axes(ax, (5.6, 4.6))
    for label in np.unique(labels):
        chosen, colour = labels == label, PALETTE[READABLE[int(label) % len(READABLE)]]
        ax.scatter(*codes[chosen].T, s=52, marker=f"${int(label)}$", color=colour, linewidth=0.2)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax

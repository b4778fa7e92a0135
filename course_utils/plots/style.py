"""The look of the course's figures: one style file, one palette, and how a plot gets its Axes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

STYLE = "course_utils.course"  # course.mplstyle, beside this package

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, YELLOW = "#E69F00", "#56B4E9", "#000000", "#F0E442"
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, YELLOW)  # Okabe and Ito
MARKERS = "os^DvPX*"  # one to a colour, so that colour never stands alone
INK, GREY = "#222222", "#777777"
FORWARD, BACKWARD = BLUE, VERMILLION  # values on their way forward, gradients on their way back


def use_style() -> None:
    """Give every figure made from now on the look of the course; call it in the import cell."""
    plt.style.use(STYLE)


def axes(ax: Axes | None, size: tuple[float, float] | None = None) -> Axes:
    """The Axes given, or those of a new figure of `size` inches (width, height)."""
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    elif not isinstance(ax, Axes):
        raise ValueError(f"ax={ax!r} is no Axes; give one, such as axes[0] of plt.subplots(1, 2).")
    return ax


def array(value, name: str, ndim: tuple[int, ...]) -> np.ndarray:
    """`value` as an array of numbers with one of the allowed numbers of axes, and not empty."""
    value = np.asarray(value)
    if not (np.issubdtype(value.dtype, np.number) or value.dtype == bool):
        raise ValueError(f"{name} has dtype {value.dtype}; give an array of numbers.")
    if value.ndim not in ndim or value.size == 0:
        allowed = " or ".join(str(n) for n in ndim)
        raise ValueError(f"{name} has shape {value.shape}; give {allowed} axes and no empty one.")
    return value

"""The height lines of a function of two variables, and paths across them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes

from course_utils.plots.style import GREY, INK, MARKERS, PALETTE, array, axes

LEVELS = 14  # height lines
RESOLUTION = 160  # points a side


def surface_paths(
    height: Callable[[np.ndarray], np.ndarray],
    paths: Mapping[str, np.ndarray],
    *,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    goal: tuple[float, float] | None = None,
    xlabel: str = "θ₁",
    ylabel: str = "θ₂",
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Height lines, closer together where the function is low, and paths with a mark at their end.

    height  (M, 2) points -> (M,) heights
    paths   name -> (n, 2) points in order; what leaves the picture is cut off at its frame
    goal    where a cross shows the minimum

    The lines are spaced by the logarithm of the height above the lowest point of the picture.
    """
    x, y = (np.linspace(*limits, RESOLUTION) for limits in (xlim, ylim))
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    z = array(height(points), "height(points)", (1,)).astype(float)
    if len(z) != len(points):
        raise ValueError(
            f"height gave {len(z)} numbers for {len(points)} points; give one for each."
        )
    above = (z - z.min()).reshape(RESOLUTION, RESOLUTION)
    low = max(above.max() * 1e-4, 1e-12)
    ax = axes(ax, (5.6, 4.4))
    ax.contour(
        x, y, above, np.geomspace(low, max(above.max(), 2 * low), LEVELS),
        colors=GREY, linewidths=0.6, alpha=0.7,
    )  # fmt: skip
    for i, (name, path) in enumerate(paths.items()):
        path = array(path, f"paths[{name!r}]", (2,))
        colour = PALETTE[i % len(PALETTE)]
        style = "-" if i < len(PALETTE) else "--"
        ax.plot(*path.T, style, color=colour, linewidth=1.5, alpha=0.9)
        ax.plot(*path[-1], MARKERS[i % len(MARKERS)], color=colour, ms=7, mec="white", label=name)
    for path in paths.values():
        ax.plot(*np.asarray(path)[0], "o", color="white", mec=INK, ms=6)
    if goal is not None:
        ax.plot(*goal, "+", color=INK, ms=13, mew=2)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=xlim, ylim=ylim)
    ax.grid(visible=False)
    if legend and paths:
        ax.legend()
    return ax

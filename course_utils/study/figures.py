"""Figures of the studies, in the course's style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogFormatter, NullLocator

from course_utils import plots

ERROR = "test error, %"


def quartiles(values: Iterable[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile of the finite values; NaN where there are none."""
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return (np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(finite, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)


def save(fig: Figure, path: Path) -> None:
    """The figure as PNG; it is closed."""
    fig.savefig(path, dpi=130, format="png")
    plt.close(fig)


def boxes(
    groups: Mapping[str, Mapping[int, Sequence[float]]],
    published: Mapping[str, Mapping[int, float]],
    source: str,
    *,
    xlabel: str,
    ylabel: str = ERROR,
) -> Figure:
    """A box plot for each series and place, and the published medians as diamonds.

    groups and published: series -> place (a whole number) -> values, or one value.
    """
    plots.use_style()
    fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    places = sorted({place for group in groups.values() for place in group})
    width, handles = 0.8 / len(groups), []
    for i, (name, group) in enumerate(groups.items()):
        colour, shift = plots.PALETTE[i], (i - (len(groups) - 1) / 2) * width
        at = [places.index(place) + shift for place in group]
        finite = [[value for value in values if np.isfinite(value)] for values in group.values()]
        drawn = ax.boxplot(
            finite, positions=at, widths=width * 0.8, patch_artist=True, manage_ticks=False
        )
        for part in ("boxes", "medians", "whiskers", "caps"):
            plt.setp(drawn[part], color=colour)
        plt.setp(drawn["boxes"], facecolor="white")
        plt.setp(drawn["fliers"], markeredgecolor=colour, markersize=4)
        handles.append(Patch(edgecolor=colour, facecolor="white", label=name))
        known = published.get(name, {})
        there = [place for place in group if place in known]
        ax.plot(
            [places.index(place) + shift for place in there], [known[place] for place in there],
            "D", color=colour, mec="white", ms=7, zorder=3,
        )  # fmt: skip
    if any(published.values()):
        label = f"published ({source})"
        handles.append(Line2D([], [], color="grey", marker="D", linestyle="", label=label))
    ax.set(xlabel=xlabel, ylabel=ylabel, xticks=range(len(places)))
    ax.set_xticklabels([str(place) for place in places])
    values = [v for group in groups.values() for each in group.values() for v in each if v > 0]
    if values and max(values) > 8 * min(values):
        ax.set_yscale("log")
        _plain_numbers(ax)
    ax.legend(handles=handles)
    return fig


def lines(
    series: Mapping[str, Sequence[Sequence[float]]],
    x: Sequence[float],
    *,
    xlabel: str,
    ylabel: str = ERROR,
    log: str = "",
    level: tuple[str, float] | None = None,
) -> Figure:
    """Medians over x with their quartiles, series -> a list of runs for each x; and one level.

    A series with fewer lists than x has its points at the end.
    """
    plots.use_style()
    fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    runs = {name: np.array(values, dtype=float).T for name, values in series.items()}
    places = {name: np.array(x, dtype=float)[-run.shape[1] :] for name, run in runs.items()}
    plots.curves(runs, places, xlabel=xlabel, ylabel=ylabel, log=log, ax=ax)
    if level:
        name, value = level
        ax.axhline(value, color="grey", linestyle="--", label=name)
        title = ax.get_legend().get_title().get_text()
        ax.legend(title=title, alignment="left")
    if "x" in log:
        ax.set_xticks(x, [f"{value:g}" for value in x])
        ax.xaxis.set_minor_locator(NullLocator())
    if "y" in log:
        _plain_numbers(ax)
    return fig


def _plain_numbers(ax: Axes) -> None:
    """2 and 30 at a logarithmic axis in place of powers of ten."""
    ax.yaxis.set_major_formatter(LogFormatter())
    ax.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.6)))

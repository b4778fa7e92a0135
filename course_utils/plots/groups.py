"""Groups of numbers beside each other: bars from zero, means with their spread, or boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes

from course_utils.plots.style import INK, MARKERS, array, axes

Numbers = np.ndarray | list | float
Table = Mapping[str, Numbers] | Mapping[str, Mapping[str, Numbers]]
ROOM = 0.8  # of the distance between two groups, shared by the series
MEAN = "mean ± standard deviation"
SAYS = MEAN + "; points: runs"
LONG = 60  # letters of all group names together that still fit side by side


def bars(
    table: Table, *, xlabel: str = "", ylabel: str = "", fmt: str = "{:.3g}", ax: Axes | None = None
) -> Axes:
    """A bar from zero for each group's mean, its value written above: for counts, times, sizes.

    table  group -> number or numbers, or group -> {series -> number or numbers}
    fmt    how a value is written, a format string; "" writes none

    A thin line shows the standard deviation where a group has several numbers. Means that differ
    little (accuracies) are better seen with `errorbars`, which does not start from zero.
    """
    groups_of, several = _nested(table), 0
    ax = axes(ax)
    for i, series, at, width, groups in _series(groups_of):
        mean, sd, n = (np.array(column) for column in zip(*map(_summary, groups), strict=True))
        several = max(several, n.max())
        label = series or (MEAN if n.max() > 1 else None)
        ax.bar(at, mean, width * 0.92, label=label, color=f"C{i}")
        spread = n > 1
        ax.errorbar(
            at[spread], mean[spread], sd[spread], fmt="none", ecolor=INK, elinewidth=1.2, capsize=3
        )
        for x, top, value in zip(at, mean + sd, mean, strict=True) if fmt else ():
            ax.annotate(
                fmt.format(value), (x, top), xytext=(0, 2), textcoords="offset points",
                ha="center", va="bottom", fontsize=9.5,
            )  # fmt: skip
    ax.margins(y=0.12)
    return _finish(ax, groups_of, xlabel, ylabel, MEAN if several > 1 else None)


def errorbars(
    table: Table, *, xlabel: str = "", ylabel: str = "", log: bool = False, ax: Axes | None = None
) -> Axes:
    """Every number as a faint point, its group's mean ± standard deviation as a strong one.

    table  group -> numbers, or group -> {series -> numbers}: one number a run
    log    a logarithmic y axis

    Numbers that are not finite are left out, and the name of their group says how many.
    """
    groups_of = _nested(table)
    ax = axes(ax)
    for i, series, at, width, groups in _series(groups_of):
        marker, colour = MARKERS[i % len(MARKERS)], f"C{i}"
        for place, values in zip(at, groups, strict=True):
            finite = values[np.isfinite(values)]
            shift = width * 0.25 * np.linspace(-1, 1, len(finite)) if len(finite) > 1 else 0.0
            ax.plot(place + shift + 0 * finite, finite, marker, color=colour, alpha=0.35, mew=0)
        mean, sd, _ = (np.array(column) for column in zip(*map(_summary, groups), strict=True))
        ax.errorbar(
            at, mean, sd, fmt=marker, color=colour, ms=8, capsize=4, elinewidth=1.8,
            label=series or SAYS, mec="white",
        )  # fmt: skip
    if log:
        ax.set_yscale("log")
    return _finish(ax, groups_of, xlabel, ylabel, SAYS)


def boxes(
    table: Table, *, xlabel: str = "", ylabel: str = "", log: bool = False, ax: Axes | None = None
) -> Axes:
    """A box from the lower to the upper quartile of each group's numbers, a line at the median.

    table  group -> numbers, or group -> {series -> numbers}: one number a run
    log    a logarithmic y axis

    Whiskers reach the last number within 1.5 heights of the box, what lies beyond is a point.
    Numbers that are not finite are left out, and the name of their group says how many.
    """
    groups_of = _nested(table)
    ax = axes(ax)
    for i, series, at, width, groups in _series(groups_of):
        ax.boxplot(
            [values[np.isfinite(values)] for values in groups], positions=at, widths=width * 0.8,
            patch_artist=True, manage_ticks=False, label=series or None,
            boxprops={"facecolor": f"C{i}", "alpha": 0.55}, medianprops={"color": INK, "lw": 2},
            flierprops={"marker": MARKERS[i % len(MARKERS)], "ms": 4, "mfc": f"C{i}", "mew": 0},
        )  # fmt: skip
    if log:
        ax.set_yscale("log")
    return _finish(ax, groups_of, xlabel, ylabel, None)


def _nested(table: Table) -> dict[str, dict[str, np.ndarray]]:
    if not isinstance(table, Mapping) or not table:
        raise ValueError(f"table={table!r} has no groups; give a dict such as {{'Adam': losses}}.")
    nested = {
        str(group): dict(entry) if isinstance(entry, Mapping) else {"": entry}
        for group, entry in table.items()
    }
    names = [tuple(entry) for entry in nested.values()]
    if len(set(names)) > 1 or not names[0]:
        raise ValueError(f"The groups have different series, {names}; give each group the same.")
    return {
        group: {
            series: np.atleast_1d(array(values, f"table[{group!r}]", (0, 1)).astype(float))
            for series, values in entry.items()
        }
        for group, entry in nested.items()
    }


def _series(nested: dict) -> Iterator[tuple]:
    """For each series: its number, name, positions, width, and one array of numbers a group."""
    names = list(next(iter(nested.values())))
    width = ROOM / len(names)
    for i, series in enumerate(names):
        at = np.arange(len(nested)) + (i - (len(names) - 1) / 2) * width
        yield i, series, at, width, [entry[series] for entry in nested.values()]


def _summary(values: np.ndarray) -> tuple[float, float, int]:
    """Mean and standard deviation (over n - 1) of the finite numbers, and how many they are."""
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return np.nan, np.nan, 0
    return values.mean(), values.std(ddof=1) if len(values) > 1 else 0.0, len(values)


def _finish(ax: Axes, nested: dict, xlabel: str, ylabel: str, says: str | None) -> Axes:
    names = []
    for group, entry in nested.items():
        every = np.concatenate(list(entry.values()))
        bad = np.count_nonzero(~np.isfinite(every))
        names.append(f"{group}\n({bad} of {len(every)} not finite)" if bad else group)
    long = sum(map(len, nested)) > LONG
    ax.set_xticks(
        range(len(names)), names, rotation=25 if long else 0, ha="right" if long else "center"
    )
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(visible=False, axis="x")
    _, labels = ax.get_legend_handles_labels()
    if labels:
        ax.legend(title=None if says in labels else says, alignment="left")
    return ax

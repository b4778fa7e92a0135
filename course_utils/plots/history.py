"""What happened when: events in the order of their years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from course_utils.plots.style import GREY, MARKERS, PALETTE, array, axes

ROW = 0.17  # inches of height for an event
WIDTH = 8.2  # inches


def timeline(
    years: np.ndarray,
    texts: Sequence[str],
    strands: Sequence[str],
    *,
    spans: Mapping[str, tuple[float, float]] | None = None,
    xlabel: str = "year",
    ax: Axes | None = None,
) -> Axes:
    """Events from top to bottom, each at its year, its colour and marker those of its strand.

    years, texts, strands  one entry for each event, in the order in which they are listed
    spans                  name -> (first year, last year), shaded behind the events
    """
    years = array(years, "years", (1,))
    if not len(years) == len(texts) == len(strands):
        raise ValueError(
            f"There are {len(years)} years, {len(texts)} texts and {len(strands)} strands; give "
            "one of each for every event."
        )
    names = list(dict.fromkeys(strands))
    if len(names) > len(PALETTE):
        raise ValueError(
            f"{len(names)} strands are more than the {len(PALETTE)} colours there are."
        )
    ax = axes(ax, (WIDTH, ROW * len(years) + 1.1))
    middle = (years.min() + years.max()) / 2
    for row, (year, text, strand) in enumerate(zip(years, texts, strands, strict=True)):
        k, early = names.index(strand), year < middle
        ax.plot(year, row, MARKERS[k], color=PALETTE[k], label=strand)
        ax.annotate(
            text, (year, row), xytext=(8 if early else -8, 0), textcoords="offset points",
            ha="left" if early else "right", va="center", fontsize=9,
        )  # fmt: skip
    for name, (first, last) in (spans or {}).items():
        ax.axvspan(first, last, color=GREY, alpha=0.14, linewidth=0, zorder=0)
        ax.text((first + last) / 2, -1.1, name, ha="center", va="center", fontsize=9)
    handles, labels = ax.get_legend_handles_labels()
    unique = dict(zip(labels, handles, strict=True))
    ax.legend(
        unique.values(), unique.keys(), loc="lower center", bbox_to_anchor=(0.5, 1.0),
        ncols=len(unique), frameon=False,
    )  # fmt: skip
    ax.set(xlabel=xlabel, ylim=(len(years) - 0.3, -1.8), yticks=[])
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)  # a long text may begin left of it
    return ax

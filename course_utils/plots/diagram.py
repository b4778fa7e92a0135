"""A network as nodes and edges, with the numbers of one forward and one backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course_utils.plots.style import BACKWARD, FORWARD, GREY, INK, PURPLE, axes

MOST_NODES = 8  # of a layer; more are shown as the first ones, dots, and the last
MOST_NUMBERS = 16  # edges between two layers that still leave room for numbers
RADIUS = 19  # points
BOX = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}


def network_diagram(
    sizes: Sequence[int],
    *,
    weights: Sequence | None = None,
    values: Sequence | None = None,
    weight_gradients: Sequence | None = None,
    value_gradients: Sequence | None = None,
    fmt: str = "{:.3g}",
    ax: Axes | None = None,
) -> Axes:
    """The network with layers of these sizes; blue numbers went forward, red ones come back.

    weights           one W (n_in, n_out) or (W, b) between two layers, as `net.layers(theta)`
    values            one (n,) or (1, n) for each layer, input included, as `trace.h` of one example
    weight_gradients  like weights: ∂J/∂w, ∂J/∂b; None between two layers without
    value_gradients   like values, None for a layer without: ∂J/∂ of what the node shows

    Between small layers each edge carries its weight where it starts and its gradient where it
    ends; between large ones its width is |w| and its colour the sign. Layers above 8 units are
    abridged.
    """
    sizes = tuple(int(n) for n in sizes)
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes={sizes} is no network; give two or more sizes of at least 1.")
    W, b = _pairs(weights, sizes, "weights")
    dW, db = _pairs(weight_gradients, sizes, "weight_gradients")
    v, dv = _rows(values, sizes, "values"), _rows(value_gradients, sizes, "value_gradients")
    tallest = max(min(n, MOST_NODES) for n in sizes)
    places = [_places(n) for n in sizes]
    written = any(
        len(left) * len(right) <= MOST_NUMBERS and entry is not None
        for (left, right), entry in zip(pairwise(places), W, strict=True)
    )
    wide, high = (2.6, 1.25) if written or values is not None else (1.9, 0.62)
    ax = axes(ax, (max(wide * (len(sizes) - 1) + 1.2, 5.2), max(high * tallest + 0.7, 2.4)))
    for k in range(len(sizes) - 1):
        _edges(ax, k, places[k], places[k + 1], W[k], dW[k], fmt)
    for k in range(len(sizes)):
        biases = (None, None) if k == 0 else (b[k - 1], db[k - 1])
        _nodes(ax, k, len(sizes), places[k], sizes[k], v[k], dv[k], biases, fmt)
    ax.set(xlim=(-0.28, len(sizes) - 0.72), ylim=(-(tallest / 2) - 0.05, tallest / 2 + 0.05))
    ax.set_axis_off()
    _legend(ax, written, W, (*dW, *dv))
    return ax


def _pairs(entries, sizes, name: str) -> tuple[list, list]:
    """The matrices and the biases out of W or (W, b) between two layers; None where not given."""
    n = len(sizes) - 1
    if entries is None:
        return [None] * n, [None] * n
    if len(entries) != n:
        raise ValueError(f"{name} has {len(entries)} entries; {len(sizes)} layers need {n}.")
    matrices, vectors = [], []
    for k, entry in enumerate(entries):
        if entry is None:
            matrices.append(None)
            vectors.append(None)
            continue
        matrix, vector = entry if isinstance(entry, tuple) else (entry, None)
        if np.shape(matrix) != sizes[k : k + 2]:
            raise ValueError(f"{name}[{k}] has shape {np.shape(matrix)}, not {sizes[k : k + 2]}.")
        matrices.append(np.asarray(matrix))
        vectors.append(None if vector is None else np.ravel(vector))
    return matrices, vectors


def _rows(entries, sizes, name: str) -> list:
    if entries is None:
        return [None] * len(sizes)
    if len(entries) != len(sizes):
        raise ValueError(
            f"{name} has {len(entries)} entries, not one for each of {len(sizes)} layers."
        )
    for k, entry in enumerate(entries):
        if entry is not None and np.size(entry) != sizes[k]:
            raise ValueError(f"{name}[{k}] has {np.size(entry)} numbers for {sizes[k]} units.")
    return [None if entry is None else np.ravel(entry) for entry in entries]


def _places(n: int) -> dict[int, float]:
    """Height of each unit that is shown, the first one on top; a gap stands for the others."""
    if n <= MOST_NODES:
        return {j: (n - 1) / 2 - j for j in range(n)}
    shown = [*range(MOST_NODES - 2), n - 1]
    rows = [*range(MOST_NODES - 2), MOST_NODES - 1]
    return {j: (MOST_NODES - 1) / 2 - row for j, row in zip(shown, rows, strict=True)}


def _edges(ax: Axes, k: int, left: dict, right: dict, W, dW, fmt: str) -> None:
    # at these shares of the way the labels of all edges stand about evenly above each other
    near = np.clip(1 / (len(right) + 1), 0.26, 0.36)
    far = 1 - np.clip(1 / (len(left) + 1), 0.29, 0.34)
    written = len(left) * len(right) <= MOST_NUMBERS
    largest = 1.0 if W is None else np.abs(W).max() or 1.0
    for i, y0 in left.items():
        for j, y1 in right.items():
            w = 0.0 if W is None else W[i, j]
            width = 1.0 if W is None else 0.4 + 2.2 * abs(w) / largest
            colour = PURPLE if w < 0 and not written else GREY  # written numbers show the sign
            ax.plot([k, k + 1], [y0, y1], color=colour, linewidth=width, zorder=1)
            for entry, share, text_colour in ((W, near, FORWARD), (dW, far, BACKWARD)):
                if entry is not None and written:
                    ax.text(
                        k + share, y0 + share * (y1 - y0), _write(fmt, entry[i, j]),
                        color=text_colour, fontsize=9.5, ha="center", va="center", bbox=BOX,
                    )  # fmt: skip


def _nodes(ax: Axes, k: int, depth: int, places: dict, n: int, v, dv, biases, fmt: str) -> None:
    letter = "x" if k == 0 else "y" if k == depth - 1 else "h"
    layer = f"^{{({k})}}" if depth > 3 and letter == "h" else ""
    ax.plot(
        [k] * len(places), list(places.values()), "o", ms=2 * RADIUS if v is not None else 16,
        color="white", mec=INK, mew=1.3, zorder=2,
    )  # fmt: skip
    for j, y in places.items():
        note = {"ha": "center", "fontsize": 9.5, "zorder": 3}
        above = {**note, "xytext": (0, RADIUS + 2), "textcoords": "offset points", "va": "bottom"}
        above["bbox"] = BOX  # an edge may pass behind the words
        below = {**above, "xytext": (0, -RADIUS - 2), "va": "top"}
        b, db = ("" if entry is None else _write(fmt, entry[j]) for entry in biases)
        if v is not None:
            ax.text(k, y, _write(fmt, v[j]), color=FORWARD, va="center", **note)
        ax.annotate(f"${letter}{layer}_{{{j + 1}}}$" + (f"   b {b}" if b else ""), (k, y), **above)
        back = [] if dv is None else [_write(fmt, dv[j])]
        back += [f"b {db}"] if db else []
        if back:
            ax.annotate("\n".join(back), (k, y), color=BACKWARD, **below)
    if len(places) < n:
        rest = f"⋮  {n - len(places)} more"
        y = 1 - (MOST_NODES - 1) / 2
        ax.text(k, y, rest, ha="center", va="center", color=INK, bbox=BOX, zorder=3)


def _write(fmt: str, number: float) -> str:
    return fmt.format(number).replace("-", "−")


def _legend(ax: Axes, written: bool, W: list, gradients: tuple) -> None:
    handles = []
    if any(entry is not None for entry in gradients):
        handles += [
            Line2D(
                [], [], marker="s", linestyle="", color=FORWARD, label="forward: values, weights"
            ),
            Line2D([], [], marker="s", linestyle="", color=BACKWARD, label="backward: gradients"),
        ]
    elif not written and any(entry is not None for entry in W):
        handles = [
            Line2D([], [], color=GREY, linewidth=2, label="w > 0"),
            Line2D([], [], color=PURPLE, linewidth=2, label="w < 0"),
        ]
    if handles:
        ax.legend(
            handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=len(handles),
            frameon=False, columnspacing=1.2, handletextpad=0.4,
        )  # fmt: skip

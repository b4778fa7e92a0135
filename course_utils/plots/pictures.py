"""Arrays shown as pictures: examples, weights, a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_utils.plots.style import array, axes

GAP = 1  # pixels between two pictures
TILE = 1.1  # inches a picture is wide, where there are few
WIDEST = 7.5  # inches; more columns make smaller pictures
BAR = 1.0  # inches for a colour bar and its label
LABEL = 0.42  # height of the room for a label, in heights of a picture


def images(
    X: np.ndarray,
    labels: Sequence | None = None,
    *,
    shape: tuple[int, int] = (8, 8),
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Examples as pictures in a grid, row by row, all on one scale: 0 is paper, the largest ink.

    X       (N, height * width), or (N, height, width)
    labels  (N,) numbers or words to write above the pictures
    """
    X = array(X, "X", (2, 3)).astype(float)
    if labels is not None and len(labels) != len(X):
        raise ValueError(
            f"There are {len(labels)} labels for {len(X)} pictures; give one for each."
        )
    head = LABEL * shape[0] if labels is not None else 0
    scale = {"cmap": "gray_r", "vmin": min(0.0, X.min()), "vmax": X.max()}
    ax, drawn = _mosaic(_pictures(X, shape), columns, ax, head=head, **scale)
    for picture, label in zip(drawn, labels if labels is not None else (), strict=False):
        left, right, _, top = picture.get_extent()
        ax.text((left + right) / 2, top - 0.1 * head, str(label), ha="center", va="bottom")
    return ax


def weights(
    W: np.ndarray,
    shape: tuple[int, int],
    *,
    columns: int = 8,
    label: str = "weight",
    ax: Axes | None = None,
) -> Axes:
    """The weights into each unit of the first layer as a picture: blue < 0, white 0, red > 0.

    W  (n_in, n_units) with n_in = height * width; each column becomes a picture, in order

    One scale for all units, symmetric about 0, is shown in the colour bar.
    """
    pictures = _pictures(array(W, "W", (2,)).astype(float).T, shape)
    largest = np.abs(pictures).max() or 1.0
    scale = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest}
    ax, (drawn, *_) = _mosaic(pictures, columns, ax, bar=BAR, **scale)
    ax.figure.colorbar(drawn, ax=ax, label=label, shrink=0.8, pad=0.02)
    return ax


def hinton(
    W: np.ndarray,
    shape: tuple[int, int],
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    side: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """The weights into each unit as squares: white > 0, black < 0, the area is the size.

    W              (n_in, n_units) with n_in = height * width; each unit is a panel of that shape
    rows, columns  names of the rows and columns of a panel, written at the outer panels
    side           panels side by side

    One scale for all units. The picture that Hinton's papers draw of weights.
    """
    panels = _pictures(array(W, "W", (2,)).astype(float).T, shape)
    for name, words, n in (("rows", rows, shape[0]), ("columns", columns, shape[1])):
        if len(words) not in (0, n):
            raise ValueError(f"There are {len(words)} {name} for panels of {shape}; give {n}.")
    (high, wide), n_down = shape, -(-len(panels) // side)
    ax = axes(ax, (min(0.36 * wide * side + 1.6, 10.5), 0.36 * (high + 1.2) * n_down + 0.9))
    edge = np.sqrt(np.abs(panels) / (np.abs(panels).max() or 1.0))
    for n, (panel, edges) in enumerate(zip(panels, edge, strict=True)):
        left, top = n % side * (wide + 1), n // side * (high + 1.2)
        ax.add_patch(Rectangle((left, top), wide, high, color="#9a9a9a", linewidth=0))
        for (i, j), e in np.ndenumerate(0.92 * edges):
            corner = left + j + (1 - e) / 2, top + i + (1 - e) / 2
            colour = "white" if panel[i, j] > 0 else "black"
            ax.add_patch(Rectangle(corner, e, e, color=colour, linewidth=0))
        ax.text(left + wide, top + high + 0.1, f"unit {n + 1}", ha="right", va="top", fontsize=9)
        for i, word in enumerate(rows if n % side == 0 else ()):
            ax.text(left - 0.2, top + i + 0.5, word, ha="right", va="center", fontsize=9)
        for j, word in enumerate(columns if n < side else ()):
            place = {"ha": "left", "va": "bottom", "rotation": 60, "fontsize": 9}
            ax.text(left + j + 0.3, top - 0.1, word, **place)
    ax.set(xlim=(0, side * (wide + 1) - 1), ylim=(n_down * (high + 1.2), 0), aspect="equal")
    ax.set_axis_off()
    return ax


def confusion(
    matrix: np.ndarray, classes: Sequence | None = None, *, ax: Axes | None = None
) -> Axes:
    """How often examples of one class (row) were taken for another (column).

    matrix  (K, K) counts; classes (K,) names, 0 … K - 1 when left out

    Each cell holds its count; its shade is the share of its row, so rare classes show as well.
    """
    matrix = array(matrix, "matrix", (2,))
    K = len(matrix)
    classes = range(K) if classes is None else classes
    if matrix.shape != (K, K) or (matrix < 0).any():
        raise ValueError(f"matrix has shape {matrix.shape}; give (K, K) counts, none below 0.")
    if len(classes) != K:
        raise ValueError(f"There are {len(classes)} classes for {K} rows; give one name for each.")
    ax = axes(ax, (1.6 + 0.44 * K, 1.0 + 0.42 * K) if K > 3 else (4.0, 3.2))
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    drawn = ax.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            colour = "white" if share[row, column] > 0.55 else "#222222"
            ax.text(column, row, f"{count:g}", ha="center", va="center", color=colour, fontsize=10)
    ax.set_xticks(range(K), classes)
    ax.set_yticks(range(K), classes)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(visible=False)
    ax.figure.colorbar(drawn, ax=ax, label="share of the true class", shrink=0.85, pad=0.02)
    return ax


def _pictures(X: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    if len(shape) != 2 or X[0].size != shape[0] * shape[1]:
        raise ValueError(f"Pictures of {X[0].size} values cannot have shape={tuple(shape)}.")
    return X.reshape(len(X), *shape)


def _mosaic(pictures: np.ndarray, columns: int, ax: Axes | None, *, head=0.0, bar=0.0, **colours):
    """Pictures row by row, each with `head` pixels free above it: the Axes, and the images.

    One unit of the axes is one pixel of a picture; a new figure is `bar` inches wider.
    """
    if columns < 1:
        raise ValueError(f"columns={columns} leaves no picture; take 1 or more.")
    columns = min(columns, len(pictures))
    height, width = pictures.shape[1] + head + GAP, pictures.shape[2] + GAP
    n_rows = -(-len(pictures) // columns)
    inches = min(TILE, WIDEST / columns)
    size = (columns * inches + bar, max(n_rows * inches * height / width, 1.6 if bar else 0.0))
    ax = axes(ax, size)
    drawn = []
    for i, picture in enumerate(pictures):
        left, bottom = i % columns * width, (i // columns + 1) * height - GAP
        extent = (left, left + width - GAP, bottom, bottom - pictures.shape[1])
        drawn.append(ax.imshow(picture, extent=extent, **colours))
    ax.set(xlim=(-GAP, columns * width), ylim=(n_rows * height, -GAP), aspect="equal")
    ax.set_axis_off()
    return ax, drawn

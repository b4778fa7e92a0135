"""The plane cut up by a classifier, or by one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb

from course_utils.plots.style import INK, MARKERS, PALETTE, array, axes

MARGIN = 0.12  # of the data's width, left free around them
PALE = 0.72  # share of white in a region's colour


def decision_regions(
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    classes: Sequence | None = None,
    xlabel: str = "x₁",
    ylabel: str = "x₂",
    resolution: int = 240,
    ax: Axes | None = None,
) -> Axes:
    """Where `predict` says which class, and the examples with their true classes on top.

    predict  (M, 2) points -> (M,) labels, or (M, K) outputs, of which the largest decides
    X, y     (N, 2) examples and their (N,) labels from 0
    """
    X, y = array(X, "X", (2,)), array(y, "y", (1,))
    if X.shape[1] != 2:
        raise ValueError(f"X has {X.shape[1]} columns; the plane has two, so choose X[:, [i, j]].")
    if len(y) != len(X) or not np.array_equal(y, y.astype(int)) or y.min() < 0:
        raise ValueError(f"y must hold a label 0, 1, … for each of the {len(X)} rows of X.")
    y = y.astype(int)
    low, high = X.min(axis=0), X.max(axis=0)
    margin = MARGIN * np.where(high > low, high - low, 1)
    xs, ys = np.linspace(low - margin, high + margin, resolution).T
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(X.dtype)
    region = _labels(predict(points), len(points)).reshape(resolution, resolution)
    K = max(region.max(), y.max()) + 1
    if len(PALETTE) < K:
        raise ValueError(f"{K} classes are more than the {len(PALETTE)} colours that tell apart.")
    ax = axes(ax, (5.6, 4.4))
    pale = [tuple(PALE + (1 - PALE) * np.array(to_rgb(colour))) for colour in PALETTE[:K]]
    ax.imshow(
        region, cmap=ListedColormap(pale), vmin=-0.5, vmax=K - 0.5, origin="lower", aspect="auto",
        extent=(xs[0], xs[-1], ys[0], ys[-1]), interpolation="nearest", zorder=0,
    )  # fmt: skip
    for k in range(K - 1):
        if (region <= k).any() and (region > k).any():
            ax.contour(xs, ys, (region > k).astype(float), [0.5], colors=INK, linewidths=0.8)
    for k in range(K):
        chosen = y == k
        name = f"class {k}" if classes is None else str(classes[k])
        ax.scatter(
            *X[chosen].T, s=26, color=PALETTE[k], marker=MARKERS[k], edgecolor="white",
            linewidth=0.6, label=name,
        )  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    ax.grid(visible=False)
    ax.legend()
    return ax


def _labels(answer, n: int) -> np.ndarray:
    answer = np.asarray(answer)
    if answer.ndim == 2 and answer.shape[1] > 1:
        answer = answer.argmax(axis=1)
    if answer.shape != (n,) or not np.array_equal(answer, np.rint(answer)) or answer.min() < 0:
        raise ValueError(
            f"predict returned shape {answer.shape} for {n} points; return {n} labels 0, 1, … or "
            "one column of outputs for each class (a single output p: (p > 0.5).ravel())."
        )
    return answer.astype(int)


def dividing_line(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    *,
    shown: int | None = None,
    xlabel: str = "x₁",
    ylabel: str = "x₂",
    ax: Axes | None = None,
) -> Axes:
    """The line w₀ + w₁x₁ + w₂x₂ = 0 among examples of two classes; those on its wrong side ringed.

    w      (3,), the bias first; X (N, 2), without a column for it; y (N,) of −1 and +1
    shown  the row of X that is marked as the case being looked at

    The side of +1 is shaded, and the arrow, as long for every w, points into it. An example that
    lies on the line counts as wrong. A w of zeros draws no line, and every example is wrong.
    """
    w, X, y = array(w, "w", (1,)).astype(float), array(X, "X", (2,)), array(y, "y", (1,))
    if w.shape != (3,) or X.shape[1] != 2:
        raise ValueError(
            f"w has shape {w.shape} and X {X.shape}; a line in the plane has w (3,), the bias "
            "first, and X two columns."
        )
    if len(y) != len(X) or not (np.abs(y) == 1).all():
        raise ValueError(f"y must hold −1 or +1 for each of the {len(X)} rows of X.")
    ax = axes(ax, (5.6, 4.4))
    (left, bottom), (right, top) = _window(X)
    u = w[0] + X @ w[1:]
    for k, (label, name) in enumerate(((-1, "class −1"), (1, "class +1"))):
        ax.scatter(
            *X[y == label].T, s=30, color=PALETTE[k], marker=MARKERS[k], edgecolor="white",
            linewidth=0.6, label=name, zorder=3,
        )  # fmt: skip
    ring = {"facecolor": "none", "zorder": 4}
    ax.scatter(*X[y * u <= 0].T, s=110, edgecolor=INK, linewidth=1.4, label="wrong side", **ring)
    if shown is not None:
        ax.scatter(
            *X[[shown]].T, s=230, edgecolor=PALETTE[4], linewidth=2.2, label="case shown", **ring
        )
    if np.abs(w[1:]).max() > 0:
        xs, ys = np.meshgrid([left, right], [bottom, top])
        _shade(ax, w, xs, ys)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(left, right), ylim=(bottom, top))
    ax.set_aspect("equal")  # so that w stands at right angles on the line
    ax.grid(visible=False)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return ax


def _window(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lower left and the upper right corner of the data, with their margin."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = MARGIN * np.where(high > low, high - low, 1)
    return low - margin, high + margin


def _shade(ax: Axes, w: np.ndarray, xs: np.ndarray, ys: np.ndarray) -> None:
    """The line, its side of +1 and the arrow; u is linear, so four corners say all."""
    u = w[0] + w[1] * xs + w[2] * ys
    pale = tuple(PALE + (1 - PALE) * np.array(to_rgb(PALETTE[1])))
    if u.max() > 0:
        ax.contourf(xs, ys, u, [0, u.max()], colors=[pale], zorder=0)
    if u.min() < 0 < u.max():
        ax.contour(xs, ys, u, [0], colors=INK, linewidths=1.4)
        centre = np.array([xs.mean(), ys.mean()])
        direction = w[1:] / np.linalg.norm(w[1:])
        foot = centre - (w[0] + w[1:] @ centre) / np.linalg.norm(w[1:]) * direction
        tip = foot + 0.14 * np.hypot(np.ptp(xs), np.ptp(ys)) * direction
        ax.annotate("", tip, foot, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.8})

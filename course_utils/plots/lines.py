"""Lines over epochs, steps or step sizes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from course_utils.plots.style import GREY, array, axes

SPREADS = {"quartiles": (0.25, 0.75), "range": (0.0, 1.0)}
GUIDE_ABOVE = 5.0  # slope guides run this factor above the errors, so that both can be seen


def curves(
    series: Mapping[str, np.ndarray],
    x: np.ndarray | Mapping[str, np.ndarray] | None = None,
    *,
    xlabel: str = "epoch",
    ylabel: str = "J",
    log: str = "",
    spread: str = "quartiles",
    ax: Axes | None = None,
) -> Axes:
    """One line for each name, with a band where there are several runs.

    series  name -> (n,) one run, or (runs, n): the median and its band; the legend says which
    x       (n,) for all, or name -> (n,); counts 1, 2, … n when left out
    log     "", "x", "y" or "xy": the axes with a logarithmic scale
    spread  "quartiles" or "range" (smallest to largest): what the band holds

    Values that are not finite are left out, and the legend says in how many runs there were any.
    """
    if not isinstance(series, Mapping) or not series:
        raise ValueError(f"series={series!r} names no lines; give a dict such as {{'train': J}}.")
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"log={log!r} is none of '', 'x', 'y', 'xy'.")
    if spread not in SPREADS:
        raise ValueError(f"spread={spread!r} is none of {', '.join(map(repr, SPREADS))}.")
    prepared = [(name, *_runs(values, name, x)) for name, values in series.items()]
    ax, n_runs = axes(ax), set()
    for name, at, runs in prepared:
        (line,) = ax.plot(at, _quantile(runs, 0.5), label=f"{name}{_broken(runs)}")
        if len(runs) > 1:
            low, high = (_quantile(runs, q) for q in SPREADS[spread])
            ax.fill_between(at, low, high, color=line.get_color(), alpha=0.2, linewidth=0)
            n_runs.add(len(runs))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_xscale("log" if "x" in log else "linear")
    ax.set_yscale("log" if "y" in log else "linear")
    if len(series) > 1 or n_runs or "(" in line.get_label():
        ax.legend(title=_band_title(n_runs, spread), alignment="left")
    return ax


def _runs(values, name: str, x) -> tuple[np.ndarray, np.ndarray]:
    """Where the line has its points, and its runs as rows, NaN where they are not finite."""
    runs = np.atleast_2d(array(values, f"series[{name!r}]", (1, 2)).astype(float))
    runs = np.where(np.isfinite(runs), runs, np.nan)
    n = runs.shape[1]
    if x is None:
        return np.arange(1, n + 1), runs
    if isinstance(x, Mapping) and name not in x:
        raise ValueError(f"x has no entry {name!r}; it has {', '.join(map(repr, x))}.")
    at = array(x[name] if isinstance(x, Mapping) else x, "x", (1,))
    if len(at) != n:
        raise ValueError(f"x has {len(at)} values but series[{name!r}] has {n}; make them equal.")
    return at, runs


def _quantile(runs: np.ndarray, q: float) -> np.ndarray:
    """Quantile over the runs that are finite; NaN, a gap in the line, where none is."""
    finite = np.isfinite(runs)
    if finite.all():  # nanquantile goes column by column
        return np.quantile(runs, q, axis=0)
    some = finite.any(axis=0)
    result = np.full(runs.shape[1], np.nan)
    result[some] = np.nanquantile(runs[:, some], q, axis=0)
    return result


def _broken(runs: np.ndarray) -> str:
    n_broken = np.count_nonzero(np.isnan(runs).any(axis=1))
    if not n_broken:
        return ""
    return " (not finite)" if len(runs) == 1 else f" (not finite in {n_broken} of {len(runs)} runs)"


def _band_title(n_runs: set[int], spread: str) -> str | None:
    if not n_runs:
        return None
    runs = " to ".join(str(n) for n in sorted({min(n_runs), max(n_runs)}))
    held = "quartiles" if spread == "quartiles" else "smallest to largest"
    return f"median of {runs} runs; band: {held}"


def gradient_check(
    h: np.ndarray,
    error: np.ndarray | Mapping[str, np.ndarray],
    *,
    order: int | Mapping[str, int] = 2,
    xlabel: str = "step h",
    ylabel: str = "relative error",
    ax: Axes | None = None,
) -> Axes:
    """The error of a difference quotient against its step, on logarithmic axes, with slope guides.

    h      (n,) steps, all > 0
    error  (n,) errors ≥ 0, or name -> (n,); zeros cannot be drawn and leave a gap
    order  of the formula, or name -> order: 1 for (J(θ + h) - J(θ)) / h, 2 for the central one

    To the right of the smallest error truncation grows as h to the power of the order, to the left
    rounding grows as 1/h; the guides show both slopes, a little above the errors.
    """
    h = array(h, "h", (1,)).astype(float)
    if not (h > 0).all():
        raise ValueError(f"h holds {h.min():g}; a logarithmic axis needs steps > 0.")
    rank = np.argsort(h)
    h, table = h[rank], error if isinstance(error, Mapping) else {"": error}
    prepared = {name: _positive(values, h, name)[rank] for name, values in table.items()}
    orders = order if isinstance(order, Mapping) else dict.fromkeys(table, order)
    for name in prepared.keys() - orders.keys():
        raise ValueError(f"order has no entry {name!r}; give the order of each formula.")
    ax, guides = axes(ax), {}
    for name, e in prepared.items():
        best, p = np.nanargmin(e), orders[name]
        label = f"{name}: " if name else ""
        ax.loglog(h, e, "o-", label=f"{label}smallest at h = {h[best]:.0e}")
        guides.setdefault(-1, ("rounding, ∝ 1/h", h[: best + 1], e[: best + 1]))
        guides.setdefault(p, (f"truncation, ∝ {_power(p)}", h[best:], e[best:]))
    bottom, top = ax.get_ylim()
    styles = iter((":", "--", "-.", (0, (1, 3))))
    for slope, (label, at, e) in sorted(guides.items()):
        through = GUIDE_ABOVE * np.nanmedian(e / at**slope) * at**slope
        ax.plot(at, through, color=GREY, linestyle=next(styles), label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(bottom, top * GUIDE_ABOVE))
    ax.legend()
    return ax


def _positive(values, h: np.ndarray, name: str) -> np.ndarray:
    e = array(values, f"error[{name!r}]" if name else "error", (1,)).astype(float)
    if len(e) != len(h):
        raise ValueError(f"error has {len(e)} values but h has {len(h)}; make them equal.")
    e = np.where(np.isfinite(e) & (e > 0), e, np.nan)
    if np.isnan(e).all():
        raise ValueError("error holds no number > 0, and a logarithmic axis shows nothing else.")
    return e


def _power(p: int) -> str:
    return "h" if p == 1 else "h" + str(p).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))

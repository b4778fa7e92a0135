"""Plots: arrays in, Axes out; they draw what they are given and compute no more than a median.

    from course_utils import plots
    plots.use_style()                              # once, in the import cell
    _ = plots.curves({"train": J_train, "validation": J_valid}, ylabel="J, cross-entropy")

Every function takes an optional `ax`, makes a figure of its own without one, and returns the Axes,
so a cell assigns it to `_` or goes on with it (`ax.set_title(…)`). None calls `plt.show`. Values
that cannot be drawn raise a ValueError that names them.
"""

from course_utils.plots.codes import code_map
from course_utils.plots.diagram import network_diagram
from course_utils.plots.groups import bars, boxes, errorbars
from course_utils.plots.history import timeline
from course_utils.plots.lines import curves, gradient_check
from course_utils.plots.pictures import confusion, hinton, images, weights
from course_utils.plots.plane import decision_regions, dividing_line
from course_utils.plots.style import BACKWARD, FORWARD, PALETTE, use_style
from course_utils.plots.surface import surface_paths

__all__ = [
    "BACKWARD",
    "FORWARD",
    "PALETTE",
    "bars",
    "boxes",
    "code_map",
    "confusion",
    "curves",
    "decision_regions",
    "dividing_line",
    "errorbars",
    "gradient_check",
    "hinton",
    "images",
    "network_diagram",
    "surface_paths",
    "timeline",
    "use_style",
    "weights",
]

"""A plot shows the numbers it was given, says what they are, and fits into its figure."""

from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

from course_utils import plots
from course_utils.plots.style import PALETTE

RNG = np.random.default_rng(0)
EPOCHS = np.arange(1, 13)
RUNS = RNG.lognormal(0.0, 0.4, (7, 12))
DIGITS = RNG.random((12, 64))
W = RNG.normal(size=(64, 10))
STEPS = np.logspace(-12, 0, 40)
CENTRAL = np.abs((np.sin(1 + STEPS) - np.sin(1 - STEPS)) / (2 * STEPS) - np.cos(1))
FORWARD = np.abs((np.sin(1 + STEPS) - np.sin(1)) / STEPS - np.cos(1))
POINTS, SIDE = RNG.normal(size=(40, 2)), np.repeat([0, 1], 20)
LINE = np.array([0.2, 1.0, -0.5])
NET = [RNG.normal(size=(2, 3)), RNG.normal(size=(3, 1))]
H = [np.array([1.0, -0.5]), np.array([0.1, 0.2, 0.3]), np.array([0.75])]


def right_of_zero(points):
    return (points[:, 0] > 0).astype(int)


def bowl(points):
    return (points**2).sum(axis=1)


EVERY = {
    "curves": lambda ax=None: plots.curves({"train": RUNS, "valid": RUNS[0]}, log="y", ax=ax),
    "gradient_check": lambda ax=None: plots.gradient_check(STEPS, CENTRAL, ax=ax),
    "bars": lambda ax=None: plots.bars(
        {"forward": 1.0, "backward": [2.0, 2.5]}, xlabel="pass", ylabel="time, ms", ax=ax
    ),
    "errorbars": lambda ax=None: plots.errorbars(
        {
            "gd": {"train": RUNS[:, 0], "test": RUNS[:, 1]},
            "Adam": {"train": RUNS[:, 2], "test": RUNS[:, 3]},
        },
        xlabel="optimizer",
        ylabel="accuracy",
        ax=ax,
    ),
    "boxes": lambda ax=None: plots.boxes(
        {
            "1": {"gd": RUNS[:, 0], "Adam": RUNS[:, 1]},
            "2": {"gd": RUNS[:, 2], "Adam": RUNS[:, 3]},
        },
        xlabel="layers",
        ylabel="error",
        ax=ax,
    ),
    "images": lambda ax=None: plots.images(DIGITS, range(12), columns=5, ax=ax),
    "weights": lambda ax=None: plots.weights(W, (8, 8), ax=ax),
    "hinton": lambda ax=None: plots.hinton(
        W[:6, :5], (2, 3), rows=("a", "b"), columns=("Ann", "Bea", "Charlotte"), ax=ax
    ),
    "confusion": lambda ax=None: plots.confusion(
        np.diag([30, 2, 500]), ["cat", "dog", "ox"], ax=ax
    ),
    "code_map": lambda ax=None: plots.code_map(POINTS, SIDE, ax=ax),
    "decision_regions": lambda ax=None: plots.decision_regions(right_of_zero, POINTS, SIDE, ax=ax),
    "dividing_line": lambda ax=None: plots.dividing_line(
        LINE, POINTS, 2.0 * SIDE - 1, shown=3, ax=ax
    ),
    "surface_paths": lambda ax=None: plots.surface_paths(
        bowl, {"gd": POINTS, "Adam": -POINTS}, xlim=(-3, 3), ylim=(-3, 3), goal=(0, 0), ax=ax
    ),
    "timeline": lambda ax=None: plots.timeline(
        np.array([1943, 1958, 1986]),
        ["threshold units", "the perceptron", "backprop"],
        ["units", "units", "gradients"],
        spans={"a quiet time": (1969, 1986)},
        ax=ax,
    ),
    "network_diagram": lambda ax=None: plots.network_diagram(
        (2, 3, 1), weights=NET, values=H, weight_gradients=NET, value_gradients=H, ax=ax
    ),
}
WITHOUT_AXES = {"images", "weights", "hinton", "network_diagram", "timeline"}


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    plt.switch_backend("Agg")
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("a plot called plt.show"))
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# ---------------------------------------------------------------- every plot


def test_every_public_plot_is_in_the_table():
    assert set(EVERY) == set(plots.__all__) - {"use_style", "PALETTE", "FORWARD", "BACKWARD"}


@pytest.mark.parametrize("name", EVERY)
def test_a_plot_makes_one_figure_or_none_when_it_gets_axes(name):
    made = EVERY[name]()
    assert isinstance(made, mpl.axes.Axes)
    assert plt.get_fignums() == [made.figure.number]
    _, ax = plt.subplots()
    assert EVERY[name](ax) is ax
    assert len(plt.get_fignums()) == 2


@pytest.mark.parametrize("name", EVERY)
def test_axes_are_labelled_and_nothing_is_cut_or_tiny(name):
    ax = EVERY[name]()
    if name not in WITHOUT_AXES:
        assert ax.get_xlabel()
        assert ax.get_ylabel()
    ax.figure.canvas.draw()
    drawn, (width, height) = ax.figure.get_tightbbox(), ax.figure.get_size_inches()
    assert drawn.x0 >= 0
    assert drawn.y0 >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height
    assert min(text.get_fontsize() for text in ax.figure.findobj(Text) if text.get_text()) >= 9


@pytest.mark.parametrize("name", EVERY)
def test_a_plot_leaves_its_arrays_as_they_were(name):
    arrays = [RUNS, DIGITS, W, STEPS, CENTRAL, POINTS, SIDE, *NET, *H]
    before = [array.copy() for array in arrays]
    EVERY[name]()
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("name", EVERY)
def test_an_ax_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match=r"is no Axes; give one, such as axes\[0\]"):
        EVERY[name](plt.figure())


def test_the_style_gives_the_colour_blind_palette_to_every_figure():
    cycle = [entry["color"].upper() for entry in mpl.rcParams["axes.prop_cycle"]]
    assert [f"#{colour.lstrip('#')}" for colour in cycle] == list(PALETTE[:7])
    assert plt.figure().dpi == 110
    assert mpl.rcParams["font.size"] >= 11


# ---------------------------------------------------------------- lines


def test_curves_draw_the_numbers_given_from_epoch_one():
    ax = plots.curves({"train": [3.0, 2.0, 1.0], "valid": [3.0, 2.5, 2.4]}, ylabel="J, nats")
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn == {"train": [[1, 3], [2, 2], [3, 1]], "valid": [[1, 3], [2, 2.5], [3, 2.4]]}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "J, nats")
    assert legend(ax) == ["train", "valid"]


def test_one_curve_needs_no_legend():
    assert plots.curves({"J": [1.0, 2.0]}).get_legend() is None


@pytest.mark.parametrize(
    ("spread", "low", "high", "says"),
    [
        ("quartiles", 0.25, 0.75, "median of 7 runs; band: quartiles"),
        ("range", 0.0, 1.0, "median of 7 runs; band: smallest to largest"),
    ],
)
def test_several_runs_show_their_median_and_band(spread, low, high, says):
    ax = plots.curves({"gd": RUNS}, spread=spread)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.median(RUNS, axis=0))
    outline = ax.collections[0].get_paths()[0].vertices
    for q, edge in ((low, np.minimum), (high, np.maximum)):
        reached = [edge.reduce(outline[outline[:, 0] == x, 1]) for x in EPOCHS]
        np.testing.assert_allclose(reached, np.quantile(RUNS, q, axis=0))
    assert ax.get_legend().get_title().get_text() == says


def test_curves_with_different_numbers_of_runs_say_so():
    ax = plots.curves({"a": RUNS, "b": RUNS[:3]})
    assert ax.get_legend().get_title().get_text() == "median of 3 to 7 runs; band: quartiles"


def test_runs_that_diverged_are_left_out_and_named():
    runs = RUNS.copy()
    runs[2, 4:], runs[5, 6:] = np.nan, np.inf
    ax = plots.curves({"lr 3": runs})
    rest = np.delete(RUNS, [2, 5], axis=0)
    np.testing.assert_allclose(ax.lines[0].get_ydata()[6:], np.median(rest, axis=0)[6:])
    assert legend(ax) == ["lr 3 (not finite in 2 of 7 runs)"]


def test_a_curve_stops_where_it_is_not_finite():
    ax = plots.curves({"J": [1.0, np.inf, np.nan]})
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, np.nan, np.nan])
    assert legend(ax) == ["J (not finite)"]


@pytest.mark.parametrize("log", ["", "x", "y", "xy"])
def test_log_names_the_logarithmic_axes(log):
    ax = plots.curves({"J": [1.0, 0.1]}, log=log)
    for letter, scale in (("x", ax.get_xscale()), ("y", ax.get_yscale())):
        assert scale == ("log" if letter in log else "linear")


def test_x_may_belong_to_all_lines_or_to_each():
    shared = plots.curves({"a": [1, 2], "b": [3, 4]}, [0, 10])
    assert [line.get_xdata().tolist() for line in shared.lines] == [[0, 10], [0, 10]]
    own = plots.curves({"a": [1, 2], "b": [3, 4, 5]}, {"a": [0, 10], "b": [0, 5, 9]})
    assert [line.get_xdata().tolist() for line in own.lines] == [[0, 10], [0, 5, 9]]


def test_slope_guides_have_the_slopes_they_name():
    ax = plots.gradient_check(
        STEPS, {"forward": FORWARD, "central": CENTRAL}, order={"forward": 1, "central": 2}
    )
    slopes = {"rounding, ∝ 1/h": -1, "truncation, ∝ h": 1, "truncation, ∝ h²": 2}
    guides = {line.get_label(): line for line in ax.lines if line.get_label() in slopes}
    assert set(guides) == set(slopes)
    for label, line in guides.items():
        x, y = np.log(line.get_data())
        np.testing.assert_allclose(np.diff(y) / np.diff(x), slopes[label])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_the_gradient_check_draws_the_errors_and_names_the_best_step():
    shuffled = np.random.default_rng(1).permutation(len(STEPS))
    ax = plots.gradient_check(STEPS[shuffled], CENTRAL[shuffled])
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), STEPS)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), CENTRAL)
    assert f"smallest at h = {STEPS[CENTRAL.argmin()]:.0e}" in legend(ax)


def test_an_error_of_zero_leaves_a_gap():
    error = CENTRAL.copy()
    error[3] = 0.0
    assert np.isnan(plots.gradient_check(STEPS, error).lines[0].get_ydata()[3])


# ---------------------------------------------------------------- groups


def test_bars_start_at_zero_and_write_their_value():
    ax = plots.bars({"forward": 1.5, "backward": [3.0, 5.0]}, ylabel="time, ms")
    assert [(bar.get_y(), bar.get_height()) for bar in ax.patches] == [(0, 1.5), (0, 4.0)]
    assert texts(ax) == ["1.5", "4"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["forward", "backward"]
    assert ax.get_ylim()[0] == 0
    whisker = ax.collections[0].get_segments()
    np.testing.assert_allclose(whisker, [[[1, 4 - np.sqrt(2)], [1, 4 + np.sqrt(2)]]])


def test_bars_of_several_series_stand_side_by_side():
    ax = plots.bars({"g": {"a": 1, "b": 2}, "h": {"a": 3, "b": 4}})
    spans = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert legend(ax) == ["a", "b"]


def test_errorbars_show_every_run_its_mean_and_standard_deviation():
    ax = plots.errorbars({"gd": RUNS[0], "Adam": RUNS[1]}, ylabel="J")
    points = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 12]
    np.testing.assert_array_equal(points, RUNS[:2])
    (container,) = ax.containers
    np.testing.assert_allclose(container[0].get_ydata(), RUNS[:2].mean(axis=1))
    ends = np.array(container[2][0].get_segments())[:, :, 1]
    np.testing.assert_allclose(np.diff(ends).ravel(), 2 * RUNS[:2].std(axis=1, ddof=1))
    assert legend(ax) == ["mean ± standard deviation; points: runs"]


def test_numbers_that_are_not_finite_are_named_under_their_group():
    ax = plots.errorbars({"gd": [1.0, np.nan, 3.0], "Adam": [1.0, 2.0, np.inf]}, log=True)
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["gd\n(1 of 3 not finite)", "Adam\n(1 of 3 not finite)"]
    np.testing.assert_allclose(ax.containers[0][0].get_ydata(), [2.0, 1.5])
    assert ax.get_yscale() == "log"


def test_boxes_reach_from_quartile_to_quartile_with_a_line_at_the_median():
    values = np.r_[RUNS[0], np.nan, 99.0]
    ax = plots.boxes({"a": {"gd": values, "Adam": RUNS[1]}, "b": {"gd": RUNS[2], "Adam": RUNS[3]}})
    boxes = [patch.get_path().vertices[:, 1] for patch in ax.patches]
    groups = [np.r_[RUNS[0], 99.0], RUNS[2], RUNS[1], RUNS[3]]  # series by series
    for box, group in zip(boxes, groups, strict=True):
        np.testing.assert_allclose([box.min(), box.max()], np.quantile(group, [0.25, 0.75]))
    medians = [line.get_ydata()[0] for line in ax.lines if line.get_linewidth() == 2]
    np.testing.assert_allclose(medians, [np.median(group) for group in groups])
    assert legend(ax) == ["gd", "Adam"]
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["a\n(1 of 26 not finite)", "b"]


# ---------------------------------------------------------------- pictures


def test_images_show_every_example_in_reading_order_on_one_scale():
    ax = plots.images(DIGITS, range(12), columns=5)
    assert len(ax.images) == 12
    for image, x in zip(ax.images, DIGITS, strict=True):
        np.testing.assert_array_equal(image.get_array(), x.reshape(8, 8))
        assert (image.norm.vmin, image.norm.vmax) == (0, DIGITS.max())
    left, right, bottom, top = np.array([image.get_extent() for image in ax.images]).T
    assert set(right - left) == set(bottom - top) == {8}
    assert len(set(top[:5])) == len(set(top[5:10])) == 1
    assert (np.diff(left[:5]) > 8).all()
    assert top[5] > bottom[0]  # the axis points down
    assert left[5] == left[0]
    assert ax.yaxis_inverted()


def test_labels_stand_above_their_pictures():
    ax = plots.images(DIGITS, [f"is {i}" for i in range(12)], columns=5)
    for image, text in zip(ax.images, ax.texts, strict=True):
        left, right, _, top = image.get_extent()
        x, y = text.get_position()
        assert x == (left + right) / 2
        assert top - 3 < y <= top
    assert texts(ax)[3] == "is 3"


def test_images_take_pictures_of_any_shape():
    ax = plots.images(np.arange(24.0).reshape(2, 3, 4), shape=(3, 4))
    np.testing.assert_array_equal(ax.images[1].get_array(), np.arange(12, 24).reshape(3, 4))


@pytest.mark.parametrize("scale", [1.0, -3.0, 0.0])
def test_weights_are_coloured_symmetrically_about_zero(scale):
    ax = plots.weights(scale * np.abs(W), (8, 8))
    norm, cmap = ax.images[0].norm, ax.images[0].get_cmap()
    assert norm.vmin == -norm.vmax < 0
    assert min(cmap(norm(0.0))[:3]) > 0.95  # zero is white
    assert all(image.norm.vmax == norm.vmax for image in ax.images)
    if scale:
        assert norm.vmax == np.abs(scale * W).max()


def test_a_units_picture_is_its_column_of_weights():
    ax = plots.weights(W, (8, 8), label="weight of the first layer")
    for image, column in zip(ax.images, W.T, strict=True):
        np.testing.assert_array_equal(image.get_array(), column.reshape(8, 8))
    assert ax.figure.axes[1].get_ylabel() == "weight of the first layer"


def test_confusion_writes_counts_and_shades_the_share_of_the_row():
    matrix = np.array([[8, 2, 0], [0, 1, 0], [0, 0, 0]])
    ax = plots.confusion(matrix, ["a", "b", "c"])
    written = {
        (int(y), int(x)): text.get_text() for text in ax.texts for x, y in [text.get_position()]
    }
    assert written == {(0, 0): "8", (0, 1): "2", (1, 1): "1"}
    share = [[0.8, 0.2, 0], [0, 1, 0], [0, 0, 0]]
    np.testing.assert_allclose(ax.images[0].get_array(), share)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]


# ---------------------------------------------------------------- the plane


def three_stripes(points):
    return np.digitize(points[:, 0], [-0.5, 0.5])


def test_regions_are_what_predict_says():
    y = three_stripes(POINTS)
    ax = plots.decision_regions(three_stripes, POINTS, y, classes=["left", "middle", "right"])
    image = ax.images[0]
    left, right, _, _ = image.get_extent()
    xs = np.linspace(left, right, image.get_array().shape[1])
    np.testing.assert_array_equal(image.get_array()[7], three_stripes(xs[:, None]))
    drawn = [c for c in ax.collections if isinstance(c, PathCollection)]
    for k in range(3):
        np.testing.assert_array_equal(drawn[k].get_offsets(), POINTS[y == k])
        assert to_hex(drawn[k].get_facecolor()[0]).upper() == PALETTE[k]
    assert legend(ax) == ["left", "middle", "right"]
    assert ax.get_xlim() == (left, right)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x₁", "x₂")


def colour_at(ax, x, y):
    """The colour that is really on the sheet at a place given in data coordinates."""
    ax.figure.canvas.draw()
    sheet = np.asarray(ax.figure.canvas.buffer_rgba())
    column, row = np.rint(ax.transData.transform((x, y))).astype(int)
    return to_hex(sheet[-1 - row, column] / 255)


def test_the_regions_lie_where_they_belong_on_the_sheet():
    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])

    def quadrant(points):
        return 2 * (points[:, 0] > 0) + (points[:, 1] > 0)

    ax = plots.decision_regions(quadrant, corners, quadrant(corners))
    pale = {k: colour_at(ax, *(0.5 * corner)) for k, corner in enumerate(corners)}
    for k, colour in pale.items():
        full, drawn = (np.array(to_rgb(c)) for c in (PALETTE[k], colour))
        np.testing.assert_allclose(drawn, 1 - 0.28 * (1 - full), atol=0.01)
    assert len(set(pale.values())) == 4


def test_no_false_region_stands_between_classes_zero_and_two():
    ax = plots.decision_regions(lambda p: 2 * right_of_zero(p), POINTS, 2 * right_of_zero(POINTS))
    assert set(np.unique(ax.images[0].get_array())) == {0, 2}
    for line in (*ax.collections, ax.get_legend()):
        line.remove()
    ax.figure.canvas.draw()
    inside = ax.get_window_extent().shrunk(0.9, 0.9)
    sheet = np.asarray(ax.figure.canvas.buffer_rgba())
    shown = sheet[int(inside.y0) + 60 : int(inside.y1) - 60, int(inside.x0) + 9 : int(inside.x1)]
    assert len(np.unique(shown.reshape(-1, 4), axis=0)) == 2


def test_of_several_outputs_the_largest_decides():
    def outputs(points):
        return np.column_stack([-points[:, 0], points[:, 0]])

    one = plots.decision_regions(outputs, POINTS, SIDE).images[0].get_array()
    two = plots.decision_regions(right_of_zero, POINTS, SIDE).images[0].get_array()
    np.testing.assert_array_equal(one, two)


def test_the_dividing_line_rings_what_is_on_its_wrong_side_or_on_it():
    X, y = np.array([[1.0, 0.0], [-1.0, 0.0], [2.0, 1.0], [0.0, 1.0]]), np.array([1, 1, -1, -1])
    ax = plots.dividing_line(np.array([0.0, 1.0, 0.0]), X, y, shown=2)
    drawn = {
        entry.get_label(): entry.get_offsets().tolist()
        for entry in ax.collections
        if isinstance(entry, PathCollection)
    }
    assert drawn == {
        "class −1": [[2, 1], [0, 1]],
        "class +1": [[1, 0], [-1, 0]],
        "wrong side": [[-1, 0], [2, 1], [0, 1]],
        "case shown": [[2, 1]],
    }


@pytest.mark.parametrize("w", [[0.2, 1.0, -0.5], [0.0, 0.0, 3.0], [0.1, -4.0, 0.0]])
def test_the_dividing_line_lies_where_w_is_zero_and_its_arrow_points_into_plus_one(w):
    ax = plots.dividing_line(np.array(w), POINTS, 2 * SIDE - 1)
    (line,) = [path for entry in ax.collections for path in entry.get_paths() if len(path) == 2]
    u = w[0] + line.vertices @ w[1:]
    np.testing.assert_allclose(u, 0, atol=1e-12)
    (arrow,) = ax.texts
    (x, y), (foot_x, foot_y) = arrow.xy, arrow.get_position()
    assert w[0] + w[1] * foot_x + w[2] * foot_y == pytest.approx(0, abs=1e-12)
    assert w[0] + w[1] * x + w[2] * y > 0


def test_no_weights_draw_no_line():
    ax = plots.dividing_line(np.zeros(3), POINTS, 2 * SIDE - 1)
    assert not ax.texts
    assert all(isinstance(entry, PathCollection) for entry in ax.collections)


@pytest.mark.parametrize(
    ("w", "y", "says"),
    [
        (np.zeros(2), 2 * SIDE - 1, r"w has shape \(2,\).*the bias first"),
        (np.zeros(3), SIDE, "−1 or \\+1 for each of the 40 rows"),
        (np.zeros(3), np.ones(3), "each of the 40 rows"),
    ],
)
def test_a_dividing_line_that_does_not_fit_is_refused(w, y, says):
    with pytest.raises(ValueError, match=says):
        plots.dividing_line(w, POINTS, y)


# ---------------------------------------------------------------- history


def test_the_timeline_puts_every_event_at_its_year_in_its_row():
    ax = EVERY["timeline"]()
    assert [line.get_xydata()[0].tolist() for line in ax.lines] == [[1943, 0], [1958, 1], [1986, 2]]
    assert texts(ax) == ["threshold units", "the perceptron", "backprop", "a quiet time"]
    assert legend(ax) == ["units", "gradients"]
    colours = [to_hex(line.get_color()) for line in ax.lines]
    assert colours[0] == colours[1] != colours[2]


@pytest.mark.parametrize(
    ("strands", "says"), [(["a"], "1 strands"), ([str(n) for n in range(9)], "9 strands are more")]
)
def test_a_timeline_that_does_not_fit_is_refused(strands, says):
    with pytest.raises(ValueError, match=says):
        plots.timeline(np.arange(9), ["event"] * 9, strands)


# ---------------------------------------------------------------- the network


def test_the_diagram_has_every_unit_edge_and_number():
    ax = plots.network_diagram(
        (2, 3, 1), weights=NET, values=H, weight_gradients=[10 * w for w in NET], fmt="{:.2f}"
    )
    edges = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_zorder() == 1]
    assert len(edges) == 2 * 3 + 3 * 1
    coloured = {colour: [] for colour in (plots.FORWARD, plots.BACKWARD)}
    for text in ax.texts:
        coloured.get(text.get_color(), []).append(text.get_text())
    shown = {
        plots.FORWARD: [*np.ravel(NET[0]), *np.ravel(NET[1]), *np.concatenate(H)],
        plots.BACKWARD: [*10 * np.ravel(NET[0]), *10 * np.ravel(NET[1])],
    }
    for colour, numbers in shown.items():
        assert sorted(coloured[colour]) == sorted(f"{x:.2f}".replace("-", "−") for x in numbers)
    assert {"$x_{2}$", "$h_{3}$", "$y_{1}$"} <= set(texts(ax))
    assert legend(ax) == ["forward: values, weights", "backward: gradients"]


def test_the_diagram_may_leave_layers_without_numbers():
    ax = plots.network_diagram(
        (2, 3, 1), weights=[None, NET[1]], weight_gradients=[None, NET[1]], fmt="{:.4f}"
    )
    assert len([text for text in texts(ax) if "." in text]) == 6


def test_a_hinton_square_has_the_area_and_the_colour_of_its_weight():
    ax = plots.hinton(np.array([[1.0], [-4.0], [0.0]]), (1, 3))
    one, four, none = ax.patches[1:]
    assert four.get_width() == pytest.approx(2 * one.get_width())
    assert none.get_width() == 0
    assert one.get_facecolor() == mpl.colors.to_rgba("white")
    assert four.get_facecolor() == mpl.colors.to_rgba("black")
    assert four.get_x() + four.get_width() / 2 == pytest.approx(1.5)


def test_the_diagrams_weights_stand_on_their_own_edges():
    ax = plots.network_diagram((2, 3, 1), weights=NET, fmt="{:.4f}")
    for i in range(2):
        for j in range(3):
            written = f"{NET[0][i, j]:.4f}".replace("-", "−")
            x, y = next(t.get_position() for t in ax.texts if t.get_text() == written)
            from_y, to_y = 0.5 - i, 1.0 - j  # the first unit of a layer stands on top
            np.testing.assert_allclose(y, from_y + x * (to_y - from_y))


def test_the_diagram_takes_layers_with_biases():
    layers = [(w, np.full(w.shape[1], 0.125)) for w in NET]
    written = texts(plots.network_diagram((2, 3, 1), weights=layers, weight_gradients=layers))
    assert sum("b 0.125" in text for text in written) == 2 * (3 + 1)


def test_numbers_in_the_diagram_do_not_cover_each_other():
    layers = [(w, np.full(w.shape[1], 0.125)) for w in NET]
    ax = plots.network_diagram(
        (2, 3, 1), weights=layers, values=H, weight_gradients=layers, value_gradients=H
    )
    ax.figure.canvas.draw()
    boxes = [(t.get_text(), t.get_window_extent()) for t in ax.texts if t.get_text()]
    covered = [
        (a, b) for i, (a, box) in enumerate(boxes) for b, other in boxes[i + 1 :]
        if box.overlaps(other)
    ]  # fmt: skip
    assert covered == []


def test_large_layers_are_abridged_and_their_edges_carry_colours_not_numbers():
    big = [RNG.normal(size=(64, 32)), RNG.normal(size=(32, 10))]
    ax = plots.network_diagram((64, 32, 10), weights=big)
    assert [text for text in texts(ax) if "more" in text] == [
        "⋮  57 more", "⋮  25 more", "⋮  3 more",
    ]  # fmt: skip
    assert {"$x_{1}$", "$x_{64}$", "$h_{32}$", "$y_{10}$"} <= set(texts(ax))
    assert legend(ax) == ["w > 0", "w < 0"]
    edges = [line for line in ax.lines if line.get_zorder() == 1]
    assert len({line.get_color() for line in edges}) == 2
    assert len(edges) == 7 * 7 + 7 * 7


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: plots.curves({}), "names no lines; give a dict"),
        (lambda: plots.curves([1, 2]), "give a dict"),
        (lambda: plots.curves({"J": []}), r"series\['J'\] has shape \(0,\)"),
        (lambda: plots.curves({"J": ["a"]}), "dtype"),
        (lambda: plots.curves({"J": np.ones((2, 2, 2))}), r"\(2, 2, 2\); give 1 or 2 axes"),
        (lambda: plots.curves({"J": [1, 2]}, [1, 2, 3]), "x has 3 values but"),
        (lambda: plots.curves({"J": [1, 2]}, {"K": [1, 2]}), "no entry 'J'; it has 'K'"),
        (lambda: plots.curves({"J": [1, 2]}, log="z"), "log='z'"),
        (lambda: plots.curves({"J": [1, 2]}, spread="sd"), "spread='sd'"),
        (lambda: plots.gradient_check([0.0, 1.0], [1, 1]), "steps > 0"),
        (lambda: plots.gradient_check([0.1, 1.0], [1, 1, 1]), "error has 3 values but h has 2"),
        (lambda: plots.gradient_check([0.1, 1.0], [0, 0]), "no number > 0"),
        (lambda: plots.gradient_check([0.1, 1], {"a": [1, 1]}, order={}), "order has no entry 'a'"),
        (lambda: plots.bars({}), "has no groups"),
        (lambda: plots.bars({"a": {"x": 1}, "b": {"y": 1}}), "different series"),
        (lambda: plots.errorbars({"a": np.ones((2, 2))}), r"table\['a'\] has shape \(2, 2\)"),
        (lambda: plots.images(DIGITS, [1, 2]), "2 labels for 12 pictures"),
        (lambda: plots.images(DIGITS, shape=(28, 28)), r"64 values cannot have shape=\(28, 28\)"),
        (lambda: plots.images(DIGITS[0]), r"X has shape \(64,\)"),
        (lambda: plots.images(DIGITS, columns=0), "columns=0"),
        (lambda: plots.weights(W, (5, 5)), r"64 values cannot have shape=\(5, 5\)"),
        (lambda: plots.confusion(np.ones((2, 3))), r"\(2, 3\); give \(K, K\)"),
        (lambda: plots.confusion([[1, -1], [0, 2]]), "none below 0"),
        (lambda: plots.confusion(np.eye(2), ["a"]), "1 classes for 2 rows"),
        (lambda: plots.code_map(W, SIDE), r"codes has shape \(64, 10\)"),
        (lambda: plots.code_map(POINTS, SIDE[:3]), r"labels \(3,\)"),
        (lambda: plots.decision_regions(three_stripes, W, SIDE), "X has 10 columns"),
        (lambda: plots.decision_regions(three_stripes, POINTS, SIDE[:3]), "each of the 40 rows"),
        (lambda: plots.decision_regions(three_stripes, POINTS, SIDE - 1), "label 0, 1"),
        (
            lambda: plots.decision_regions(lambda p: p[:3, 0], POINTS, SIDE),
            r"shape \(3,\) for 57600",
        ),
        (lambda: plots.decision_regions(lambda p: 0.5 * p[:, :1], POINTS, SIDE), r"p > 0\.5"),
        (lambda: plots.decision_regions(lambda p: 9 + 0 * p[:, 0], POINTS, SIDE), "10 classes"),
        (
            lambda: plots.surface_paths(lambda p: p[:3, 0], {}, xlim=(0, 1), ylim=(0, 1)),
            "height gave 3 numbers for 25600 points",
        ),
        (lambda: plots.hinton(W, (8, 8), rows="abc"), "There are 3 rows"),
        (lambda: plots.network_diagram((3,)), r"sizes=\(3,\) is no network"),
        (lambda: plots.network_diagram((2, 0)), "at least 1"),
        (lambda: plots.network_diagram((2, 3), weights=NET), "weights has 2 entries"),
        (lambda: plots.network_diagram((2, 2, 1), weights=NET), r"weights\[0\] has shape \(2, 3\)"),
        (lambda: plots.network_diagram((2, 3), values=[[1, 2]]), "values has 1 entries"),
        (lambda: plots.network_diagram((2, 1), values=[[1, 2], [1, 2]]), r"values\[1\] has 2"),
    ],
)
def test_bad_input_is_refused_before_a_figure_is_made(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()
    assert plt.get_fignums() == []


def test_a_code_map_writes_every_label_where_its_code_lies():
    ax = plots.code_map(POINTS, SIDE)
    for label, drawn in zip(np.unique(SIDE), ax.collections, strict=True):
        np.testing.assert_array_equal(drawn.get_offsets(), POINTS[label == SIDE])


def test_a_path_begins_and_ends_where_it_was_given():
    ax = plots.surface_paths(bowl, {"gd": POINTS}, xlim=(-3, 3), ylim=(-3, 3))
    line, end, start = ax.lines
    np.testing.assert_array_equal(np.column_stack(line.get_data()), POINTS)
    np.testing.assert_array_equal(np.ravel(end.get_data()), POINTS[-1])
    np.testing.assert_array_equal(np.ravel(start.get_data()), POINTS[0])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["gd"]

"""One output is both: live controls where a kernel runs, and a picture everywhere else."""

import asyncio
import base64
import io
import json
import struct

import ipywidgets as ipw
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plots, widgets

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def no_figure_stays():
    plt.switch_backend("Agg")
    plt.figure()  # one that was there before, and must be there after
    before = plt.get_fignums()
    yield
    assert plt.get_fignums() == before
    plt.close("all")


class Recorder:
    """A draw that remembers what it was called with."""

    def __init__(self):
        self.calls = []

    def __call__(self, lr=0.1, epochs=20):
        self.calls.append((lr, epochs))
        if lr > 2:
            raise ValueError("lr=3 is <too> large; take less.")
        return plots.curves({"J": np.exp(-lr * np.arange(epochs))})


@pytest.fixture
def draw():
    return Recorder()


def note(knobs):
    """The line between the controls and the picture."""
    return next(child for child in knobs.box.children if isinstance(child, ipw.HTML)).value


def pixels(png):
    return plt.imread(io.BytesIO(png))


# ---------------------------------------------------------------- the bundle


def test_the_bundle_holds_live_controls_and_a_real_picture(draw):
    bundle = widgets.knobs(draw, lr=[0.1, 1.0], epochs=(1, 50))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/png", widgets.VIEW}
    png = base64.b64decode(bundle["image/png"], validate=True)
    assert png.startswith(PNG_SIGNATURE)
    width, height = struct.unpack(">II", png[16:24])
    assert pixels(png).shape[:2] == (height, width)
    assert bundle[widgets.VIEW]["version_major"] == 2
    assert json.loads(json.dumps(bundle)) == bundle


def test_the_picture_is_what_draw_draws_at_its_first_settings(draw):
    knobs = widgets.knobs(draw, lr=[0.1, 1.0], epochs=(1, 50))
    figure = draw(0.1, 20).figure
    expected = io.BytesIO()
    figure.savefig(expected, format="png")
    plt.close(figure)
    shown = base64.b64decode(knobs._repr_mimebundle_()["image/png"])
    np.testing.assert_array_equal(pixels(shown), pixels(expected.getvalue()))


def test_the_text_says_the_settings_and_is_the_same_in_every_run(draw):
    choices = {"gentle": np.tanh, "hard": np.sign}
    texts = {
        widgets.knobs(lambda f, lr: draw(lr), f=choices, lr=(0.0, 1.0))._repr_mimebundle_()[
            "text/plain"
        ]
        for _ in range(2)
    }
    assert texts == {"f = gentle, lr = 0.5"}


def test_ipython_would_find_nothing_else_to_show(draw):
    knobs = widgets.knobs(draw, lr=[0.1])
    assert not [
        name for name in dir(knobs) if name.startswith(("_ipython_", "_repr_png", "_repr_h"))
    ]


# ---------------------------------------------------------------- turning a knob


def test_turning_a_knob_draws_with_its_value(draw):
    knobs = widgets.knobs(draw, lr=[0.1, 1.0], epochs=(1, 50))
    before = bytes(knobs.picture.value)
    knobs.controls["epochs"].value = 40
    assert draw.calls == [(0.1, 20), (0.1, 40)]
    assert bytes(knobs.picture.value).startswith(PNG_SIGNATURE)
    assert bytes(knobs.picture.value) != before
    knobs.controls["lr"].value = 1.0
    assert draw.calls[-1] == (1.0, 40)
    assert knobs.settings == {"lr": 1.0, "epochs": 40}


def test_turning_back_gives_the_same_picture(draw):
    knobs = widgets.knobs(draw, epochs=(1, 50))
    first = bytes(knobs.picture.value)
    knobs.controls["epochs"].value = 30
    knobs.controls["epochs"].value = 20
    assert bytes(knobs.picture.value) == first


def test_sliders_draw_while_they_are_dragged(draw):
    slider = ipw.FloatLogSlider(value=0.1, min=-3, max=0)
    knobs = widgets.knobs(draw, lr=slider, epochs=(1, 50))
    assert knobs.controls["lr"] is slider
    assert all(control.continuous_update for control in knobs.controls.values())


def test_axes_stay_on_the_way_and_are_laid_out_when_the_hand_rests():
    def draw(height=1):
        return plots.curves({"J": [0.0, 10.0**height]}, ylabel="J")  # higher, and wider labels

    async def drag():
        knobs = widgets.knobs(draw, height=(1, 6))
        places = knobs._places
        knobs.controls["height"].value = 5
        on_the_way = knobs.picture.value
        assert on_the_way == widgets.photograph(lambda: draw(5), places).png
        await asyncio.sleep(3 * widgets.REST_SECONDS)
        assert knobs.picture.value == widgets.photograph(lambda: draw(5)).png
        assert knobs.picture.value != on_the_way
        assert knobs._places[0].x0 > places[0].x0

    asyncio.run(drag())


def test_another_number_of_axes_is_laid_out_at_once():
    def draw(panels=1):
        return plt.subplots(1, panels)[1]

    one, two = (widgets.photograph(lambda n=n: draw(n)) for n in (1, 2))
    assert (len(one.places), len(two.places)) == (1, 2)
    assert widgets.photograph(lambda: draw(2), one.places).png == two.png


def test_what_draw_raises_is_a_sentence_in_the_widget(draw):
    knobs = widgets.knobs(draw, lr=[0.1, 3.0])
    knobs.controls["lr"].value = 3.0
    assert knobs.message == "ValueError: lr=3 is <too> large; take less."
    assert note(knobs) == "<b>ValueError: lr=3 is &lt;too&gt; large; take less.</b>"
    assert knobs.picture.layout.display == "none"
    bundle = knobs._repr_mimebundle_()
    assert "image/png" not in bundle
    assert bundle["text/plain"].endswith(knobs.message)
    knobs.controls["lr"].value = 0.1
    assert (knobs.message, note(knobs), knobs.picture.layout.display) == ("", "", None)


def test_a_figure_that_draw_began_before_it_raised_is_closed():
    def half_way(n):
        plt.subplots()
        raise RuntimeError("stopped")

    assert widgets.knobs(half_way, n=(1, 3)).message == "RuntimeError: stopped"


@pytest.mark.parametrize(
    "draw_with",
    [
        lambda n: plots.curves({"J": np.ones(n)}),
        lambda n: plots.curves({"J": np.ones(n)}).figure,
        lambda n: plt.subplots(1, 2)[1],
        lambda n: plt.subplots()[0],
        lambda n: plt.subplots() and None,
    ],
    ids=["axes", "figure", "array of axes", "bare figure", "nothing"],
)
def test_draw_may_return_axes_a_figure_or_nothing(draw_with):
    knobs = widgets.knobs(draw_with, n=(2, 9))
    assert knobs.message == ""
    assert bytes(knobs.picture.value).startswith(PNG_SIGNATURE)


def test_a_draw_without_a_figure_says_so():
    knobs = widgets.knobs(lambda n: n**2, n=(1, 3))
    assert knobs.message == "TypeError: draw returned 4 and made no figure; return its Axes."


# ---------------------------------------------------------------- the controls


@pytest.mark.parametrize(
    ("spec", "kind", "value"),
    [
        ((0, 10), ipw.IntSlider, 5),
        ((0.0, 1.0, 0.25), ipw.FloatSlider, 0.5),
        (["a", "b"], ipw.Dropdown, "a"),
        ({"one": 1, "two": 2}, ipw.Dropdown, 1),
        (True, ipw.Checkbox, True),
        (ipw.IntText(4), ipw.IntText, 4),
    ],
)
def test_abbreviations_become_the_controls_of_ipywidgets(spec, kind, value):
    seen = []

    def draw(knob):
        seen.append(knob)
        return plots.curves({"J": [1, 2]})

    knobs = widgets.knobs(draw, knob=spec)
    assert type(knobs.controls["knob"]) is kind
    assert seen == [value]


def test_a_control_starts_at_draws_default_and_carries_its_name():
    def draw(learning_rate=0.75, first_layer="b"):
        return plots.curves({"J": [1, 2]})

    knobs = widgets.knobs(draw, learning_rate=(0.0, 1.0), first_layer=["a", "b"])
    assert knobs.settings == {"learning_rate": 0.75, "first_layer": "b"}
    assert knobs.controls["learning_rate"].description == "learning rate"
    assert knobs.controls["learning_rate"].style.description_width == "initial"


def test_a_playing_control_is_a_slider_linked_to_its_button(draw):
    knobs = widgets.knobs(draw, epochs=widgets.play(1, 9, 2, interval=250))
    slider = knobs.controls["epochs"]
    row = knobs.box.children[0]
    button = row.children[0]
    assert isinstance(button, ipw.Play)
    assert (button.min, button.max, button.step, button.interval) == (1, 9, 2, 250)
    assert row.link.source == (button, "value")
    assert row.link.target == (slider, "value")
    assert draw.calls == [(0.1, 1)]
    slider.value = 7
    assert draw.calls[-1] == (0.1, 7)


@pytest.mark.parametrize(
    ("controls", "says"),
    [
        ({"rate": (0, 1)}, r"controls do not fit draw\(lr=0.1, epochs=20\).*'rate'"),
        ({"lr": (5, 1)}, r"lr=\(5, 1\) is no control; give \(low, high\)"),
        ({"lr": (0, 1, 0)}, r"lr=\(0, 1, 0\) is no control"),
        ({"lr": ()}, r"lr=\(\) is no control"),
        ({"lr": []}, r"lr=\[\] is no control"),
        ({"lr": None}, "lr=None is no control"),
        ({"lr": ipw.Button()}, "is no control"),
    ],
)
def test_controls_that_do_not_fit_are_refused(controls, says):
    def draw(lr=0.1, epochs=20):
        pytest.fail("drawn before the controls were looked at")

    with pytest.raises(TypeError, match=says):
        widgets.knobs(draw, **controls)


def test_a_draw_that_is_no_function_is_refused():
    with pytest.raises(TypeError, match="draw=3 is no function"):
        widgets.knobs(3, lr=(0, 1))


# ---------------------------------------------------------------- stepping


def test_a_stepper_draws_each_frame_once():
    seen = []

    def draw(frame):
        seen.append(frame)
        return plots.curves({"J": [1.0, len(frame)]})

    steps = widgets.stepper(draw, ["a", "bb", "ccc"], name="phase")
    slider = steps.controls["phase"]
    assert (slider.min, slider.max, slider.description) == (0, 2, "phase")
    first = bytes(steps.picture.value)
    for value in (1, 2, 0, 1):
        slider.value = value
    assert seen == ["a", "bb", "ccc"]
    slider.value = 0
    assert bytes(steps.picture.value) == first
    assert set(steps._repr_mimebundle_()) == {"text/plain", "image/png", widgets.VIEW}
    assert repr(steps) == "phase = 0"


def test_a_number_of_frames_counts_from_zero():
    seen = []

    def draw(i):
        seen.append(i)
        return plots.curves({"J": [i]})

    steps = widgets.stepper(draw, 3)
    steps.controls["step"].value = 2
    assert seen == [0, 2]


def test_a_frame_that_failed_is_drawn_again():
    broken = [True]

    def draw(i):
        if broken:
            broken.clear()
            raise RuntimeError("not yet")
        return plots.curves({"J": [i]})

    steps = widgets.stepper(draw, 2)
    assert steps.message == "RuntimeError: not yet"
    steps.controls["step"].value = 1
    steps.controls["step"].value = 0
    assert steps.message == ""


@pytest.mark.parametrize("frames", [0, -2, []])
def test_no_frames_are_refused(frames):
    with pytest.raises(ValueError, match="at least one"):
        widgets.stepper(lambda i: None, frames)


# ---------------------------------------------------------------- in a notebook


SETUP = """
import numpy as np
from course_utils import plots, widgets

def draw(epochs=3):
    return plots.curves({"J": np.arange(1.0, epochs + 1)})
"""


@pytest.fixture
def kernel():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages_until_idle(client, parent):
    received = []
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != parent:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return received
        received.append(message)


def test_a_kernel_shows_one_output_and_a_turn_changes_only_the_picture(kernel):
    said = messages_until_idle(
        kernel, kernel.execute(SETUP + "knobs = widgets.knobs(draw, epochs=(1, 9))\nknobs")
    )
    shown = [
        m for m in said if m["msg_type"] in ("execute_result", "display_data", "stream", "error")
    ]
    assert [m["msg_type"] for m in shown] == ["execute_result"]
    data = shown[0]["content"]["data"]
    assert set(data) == {"text/plain", "image/png", widgets.VIEW}
    assert data["text/plain"] == "epochs = 3"
    assert base64.b64decode(data["image/png"]).startswith(PNG_SIGNATURE)

    opened = {
        m["content"]["comm_id"]: m["content"]["data"]["state"]
        for m in said
        if m["msg_type"] == "comm_open"
    }
    slider = next(i for i, state in opened.items() if state.get("_model_name") == "IntSliderModel")
    image = next(i for i, state in opened.items() if state.get("_model_name") == "ImageModel")
    turn = kernel.session.msg(
        "comm_msg",
        {
            "comm_id": slider,
            "data": {"method": "update", "state": {"value": 7}, "buffer_paths": []},
        },
    )
    kernel.shell_channel.send(turn)
    said = messages_until_idle(kernel, turn["header"]["msg_id"])
    assert {m["msg_type"] for m in said} <= {"comm_msg", "status"}
    pictures = [
        buffer for m in said if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == image
        for buffer in m["buffers"]
    ]  # fmt: skip
    assert len(pictures) == 1
    assert bytes(pictures[0]).startswith(PNG_SIGNATURE)
    assert bytes(pictures[0]) != base64.b64decode(data["image/png"])


def test_an_exported_page_without_widget_state_shows_the_picture(draw):
    nbformat = pytest.importorskip("nbformat")
    from nbconvert import HTMLExporter

    bundle = widgets.knobs(draw, lr=[0.1])._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
    cell = nbformat.v4.new_code_cell("knobs", outputs=[output], execution_count=1)
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert bundle["image/png"][:200] in page
    assert bundle[widgets.VIEW]["model_id"] not in page

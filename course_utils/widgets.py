"""Widgets: knobs that call a plot again.

    def draw(lr, epochs):                       # a plain function of plots, tested as one
        return plots.curves({…})
    widgets.knobs(draw, lr=[0.01, 0.1, 1.0], epochs=(1, 50))     # the last line of its cell

The cell shows one output that is both: live controls where a kernel runs, and the picture at the
first settings everywhere else (a page, an export, a stored notebook). A widget connects and
computes nothing: every picture is what `draw` draws, while a slider is dragged as well. The
browser sends a value, and the next one only after its picture has come, so that a slow `draw`
skips values and never falls behind. On the way the axes stay where the last picture had them, which
halves the time of a picture; when the hand rests they are laid out anew.
"""

from __future__ import annotations

import asyncio
import base64
import html
import inspect
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import ipywidgets as ipw
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

REST_SECONDS = 0.3  # a hand that has not moved for so long rests
VIEW = "application/vnd.jupyter.widget-view+json"


class Control(NamedTuple):
    """What is turned (a widget with a value) and what is shown for it."""

    turned: ipw.ValueWidget
    shown: ipw.DOMWidget


class Photo(NamedTuple):
    """A PNG, and where its axes stood."""

    png: bytes
    places: tuple[Bbox, ...]


class Knobs:
    """Controls above a picture; made by `knobs` and `stepper`.

    controls  name -> the widget whose value is passed on
    picture   the image widget, its value the bytes of a PNG
    message   what the drawing complained of, else ""
    """

    def __init__(self, photo: Callable[..., Photo], controls: Mapping[str, Control]) -> None:
        self._photo, self._places = photo, ()
        self._rest: asyncio.TimerHandle | None = None
        self.controls = {name: control.turned for name, control in controls.items()}
        self.message = ""
        natural = ipw.Layout(align_self="flex-start", max_width="100%")  # not stretched
        self.picture = ipw.Image(format="png", layout=natural)
        self._note = ipw.HTML()
        rows = [control.shown for control in controls.values()]
        self.box = ipw.VBox([*rows, self._note, self.picture])
        for widget in self.controls.values():
            widget.observe(self._turned, "value")
        self._redraw()

    @property
    def settings(self) -> dict[str, Any]:
        """The value of every control, by its name."""
        return {name: widget.value for name, widget in self.controls.items()}

    def _turned(self, _change) -> None:
        """Draw at once; where an event loop runs, as in a kernel, lay out when the hand rests."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._redraw()
            return
        if self._rest is not None:
            self._rest.cancel()
        self._redraw(self._places)
        self._rest = loop.call_later(REST_SECONDS, self._redraw)

    def _redraw(self, places: Sequence[Bbox] = ()) -> None:
        try:
            photo = self._photo(places, **self.settings)
            self.picture.value, self._places = photo
            self.message = ""
        except Exception as error:  # whatever draw raises becomes a sentence beside its knobs
            self.message = f"{type(error).__name__}: {error}"
        self._note.value = f"<b>{html.escape(self.message)}</b>" if self.message else ""
        self._note.layout.display = None if self.message else "none"
        self.picture.layout.display = "none" if self.message else None

    def __repr__(self) -> str:
        said = ", ".join(f"{name} = {_said(widget)}" for name, widget in self.controls.items())
        return f"{said}\n{self.message}" if self.message else said

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        bundle = {"text/plain": repr(self), VIEW: self.box._repr_mimebundle_()[VIEW]}
        if not self.message:
            bundle["image/png"] = base64.b64encode(self.picture.value).decode("ascii")
        return bundle


def knobs(draw: Callable, **controls) -> Knobs:
    """Controls that call `draw` with their values and show its picture.

    draw      a function of plots: draws a figure and returns its Axes (or the Figure, or nothing)
    controls  one for each argument of draw: (low, high) or (low, high, step) a slider, a list or
              dict a choice, True or False a box to tick, `play(…)` a slider that runs, or any
              widget with a value

    A slider starts at draw's default for it, else in the middle. What `draw` raises is shown as a
    sentence beside the controls. Raises TypeError where controls and arguments do not fit, or a
    control is none.
    """
    arguments = _arguments(draw, controls)
    made = {}
    for name, spec in controls.items():
        default = arguments[name].default if name in arguments else inspect.Parameter.empty
        made[name] = _control(name, spec, default)

    def photo(places: Sequence[Bbox], **settings) -> Photo:
        return photograph(partial(draw, **settings), places)

    return Knobs(photo, made)


def play(low: int, high: int, step: int = 1, *, value: int | None = None, interval: int = 500):
    """A whole-number slider with a button that runs it, a step every `interval` milliseconds."""
    value = low if value is None else value
    slider = ipw.IntSlider(value, low, high, step)
    button = ipw.Play(value=value, min=low, max=high, step=step, interval=interval)
    link = ipw.jslink((button, "value"), (slider, "value"))
    shown = ipw.HBox([button, slider])
    shown.link = link  # lives as long as what it links
    return Control(slider, shown)


def stepper(
    draw: Callable, frames: int | Sequence, *, name: str = "step", interval: int = 500
) -> Knobs:
    """`draw(frame)` for one frame after another: by hand, or running.

    frames  how many (draw gets 0, 1, … frames - 1), or a sequence whose entries draw gets

    Each frame is drawn once and remembered. The first one is shown where no kernel runs.
    """
    frames = range(frames) if isinstance(frames, int | np.integer) else frames
    if len(frames) == 0:
        raise ValueError("There are no frames to step through; give at least one.")
    drawn: dict[int, Photo] = {}

    def frame(_places: Sequence[Bbox], **settings) -> Photo:
        i = settings[name]
        if i not in drawn:
            drawn[i] = photograph(partial(draw, frames[i]))
        return drawn[i]

    control = play(0, len(frames) - 1, interval=interval)
    return Knobs(frame, {name: _described(control, name)})


def photograph(draw: Callable[[], Any], places: Sequence[Bbox] = ()) -> Photo:
    """What `draw` draws; figures that it made are closed again.

    places  where as many axes are to stand; without them the figure's own layout says it
    """
    before = set(plt.get_fignums())
    try:
        result = draw()
        made = sorted(set(plt.get_fignums()) - before)
        figure = _figure(result)
        if figure is None and made:
            figure = plt.figure(made[-1])
        if figure is None:
            raise TypeError(f"draw returned {_short(result)} and made no figure; return its Axes.")
        if places and len(places) == len(figure.axes):
            figure.set_layout_engine("none")
            for ax, place in zip(figure.axes, places, strict=True):
                ax.set_position(place, which="original")
        png = io.BytesIO()
        figure.savefig(png, metadata={"Software": None})  # equal figures, equal bytes
        stood = tuple(ax.get_position(original=True) for ax in figure.axes)
        return Photo(png.getvalue(), stood)
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


def _figure(result) -> Figure | None:
    if isinstance(result, np.ndarray | list | tuple) and len(result):
        return _figure(np.ravel(result)[0])
    if isinstance(result, Axes):
        return result.figure
    return result if isinstance(result, Figure) else None


def _arguments(draw: Callable, controls: Mapping) -> Mapping[str, inspect.Parameter]:
    """The arguments of draw, after a look whether the controls fit them."""
    if not callable(draw):
        raise TypeError(f"draw={_short(draw)} is no function; give one that draws a figure.")
    signature = inspect.signature(draw)
    try:
        signature.bind(**controls)
    except TypeError as error:
        raise TypeError(f"The controls do not fit draw{signature}: {error}.") from None
    return signature.parameters


def _control(name: str, spec, default) -> Control:
    if isinstance(spec, Control):
        return _described(spec, name)
    try:
        widget = ipw.interactive.widget_from_abbrev(spec, default)
    except (TypeError, ValueError):
        widget = None
    if not isinstance(widget, ipw.ValueWidget) or (isinstance(spec, list | dict) and not spec):
        raise TypeError(
            f"{name}={_short(spec)} is no control; give (low, high), (low, high, step), a list of "
            "choices, True, play(low, high) or a widget."
        )
    return _described(Control(widget, widget), name)


def _described(control: Control, name: str) -> Control:
    widget = control.turned
    if not widget.description:
        widget.description = name.replace("_", " ")
    if widget.has_trait("style") and widget.style.has_trait("description_width"):
        widget.style.description_width = "initial"  # names are not cut
    return control


def _said(widget: ipw.ValueWidget) -> str:
    """A control's value in words that are the same in every run: a choice by its label."""
    return str(widget.label) if widget.has_trait("label") else _short(widget.value)


def _short(value) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"

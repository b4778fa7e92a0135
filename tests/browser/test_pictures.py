"""Widgets later on: after a restart, on another day without their kernel, and as a page."""

import pytest
from browser_lab import NOTEBOOK

START = "00_start_here.ipynb"


@pytest.fixture(scope="module")
def start(lab):
    lab.open(START)
    lab.run_all()
    return lab


def is_whole(picture):
    """Whether an image has come and has a size."""
    return picture.evaluate("image => image.complete && image.naturalWidth > 300")


def answers(start):
    """Whether the picture of the one widget follows its one knob."""
    [(_, widget)] = start.widgets()
    [(slider, drag)] = widget.knobs()
    return widget.answers(drag, slider)


def test_a_widget_works_after_restart_and_run_all(start):
    assert answers(start)
    start.restart_and_run_all()
    assert answers(start)


def test_on_another_day_the_picture_is_there_before_anything_runs(start):
    start.save()
    start.command("notebook:shutdown-kernel")
    start.open(START)
    [(_, widget)] = start.widgets()
    assert is_whole(widget.picture)
    assert "slope" in widget.area.inner_text()
    start.run_all()  # and the knob is alive again
    assert answers(start)


def test_an_exported_page_shows_the_picture_without_a_network(start):
    start.save()
    start.page.route(lambda url: not url.startswith(start.root), lambda route: route.abort())
    start.page.goto(f"{start.root}/nbconvert/html/{START}?{start.query}&download=false")
    cell = start.page.locator(".jp-Cell", has_text="widgets.knobs(draw")
    picture = cell.locator("img")
    picture.wait_for()
    assert is_whole(picture)
    assert "slope" in picture.get_attribute("alt")


def test_a_link_leads_to_the_next_notebook(start):
    start.open(START)
    last = len(start.cells()) - 1
    start.show(last).get_by_role("link").last.click()
    start.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.title.label.startsWith('01_')"
    )
    start.page.locator(f"{NOTEBOOK} h1", has_text="01 Perceptrons").wait_for()

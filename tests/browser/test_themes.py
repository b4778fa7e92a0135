"""Cards and figures in both themes: what is written on them can be read."""

import pytest

CONTRAST = 4.5  # WCAG 2.1, level AA, for text
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
COLOURS = """element => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const layers = [];  // backgrounds from the text down to the first that hides what is below
    for (let node = element; node; node = node.parentElement) {
        const [r, g, b, alpha = 1] = numbers(getComputedStyle(node).backgroundColor);
        layers.push([r, g, b, alpha]);
        if (alpha === 1) break;
    }
    const paper = layers.reverse().reduce(
        (below, [r, g, b, alpha]) => [r, g, b].map((c, i) => alpha * c + (1 - alpha) * below[i]),
        [255, 255, 255]);
    return [numbers(getComputedStyle(element).color).slice(0, 3), paper];
}"""


def luminance(colour):
    """Relative luminance of (r, g, b) from 0 to 255: 0 for black, 1 for white."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in colour)
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(colours):
    dark, bright = sorted(map(luminance, colours))
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_the_standards():
    white = (255, 255, 255)
    assert contrast([(0, 0, 0), white]) == pytest.approx(21)
    assert contrast([(119, 119, 119), white]) == pytest.approx(4.48, abs=0.01)


@pytest.fixture(scope="module")
def start(lab):
    lab.open("00_start_here.ipynb")
    lab.run_all()
    return lab


@pytest.mark.parametrize("theme", THEMES)
def test_the_text_of_every_card_can_be_read(start, theme):
    start.command("apputils:change-theme", theme=THEMES[theme])
    start.page.wait_for_function(
        "light => document.body.dataset.jpThemeLight === light", arg=str(theme == "light").lower()
    )
    for text in ("report(untouched)", "report(misspelt)", "ex00.mean_squared_error.hint()"):
        card = start.show(start.index(text)).locator(".jp-RenderedHTMLCommon div").first
        card.wait_for()
        for line in card.locator("strong, div, pre").all():
            assert contrast(line.evaluate(COLOURS)) >= CONTRAST, (text, line.inner_text())


@pytest.mark.parametrize("theme", THEMES)
def test_figures_keep_their_white_paper(start, theme):
    start.command("apputils:change-theme", theme=THEMES[theme])
    picture = start.show(start.index("widgets.knobs")).locator("img").first
    picture.wait_for()
    pixel = picture.evaluate(
        """image => {
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            return [...context.getImageData(2, 2, 1, 1).data];
        }"""
    )
    assert pixel == [255, 255, 255, 255]

"""The chart in a real browser: drawing, zoom, lighting, keys, and the way without it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from pages.components.chart.axis import axis_of
from tests.browser.chart_app import irregular
from tests.browser.conftest import Serve

pytestmark = pytest.mark.browser
VISIBLE = "() => document.querySelector('.us-graph')._fullLayout.xaxis.range.map(String)"


@pytest.fixture(scope="module")
def address(serve_once: Callable[[str], str]) -> str:
    """The address of the test app."""
    return serve_once("chart_app.py")


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".us-chart[data-painted=item-1]")).to_be_visible(timeout=30_000)


def pixel_of(page: Page, sample: float, channel: int) -> tuple[float, float]:
    """Return where a (fractional) sample of a channel lies on the screen."""
    axis = axis_of(irregular(), "Europe/Berlin", (0, 600))
    at = float(np.interp(sample, np.arange(600), axis.x))
    x, y = page.evaluate(
        """([at, row]) => {
            const graph = document.querySelector('.us-graph')
            const box = graph.getBoundingClientRect()
            const full = graph._fullLayout
            const axis = full[row ? `yaxis${row + 1}` : 'yaxis']
            return [box.left + full.xaxis._offset + full.xaxis.l2p(at),
                    box.top + axis._offset + axis._length / 2]
        }""",
        [at, channel],
    )
    return x, y


def test_an_interval_drawn_on_the_second_channel_gives_exact_samples(
    page: Page, address: str
) -> None:
    opened(page, address)
    page.get_by_role("button", name="draw").click()
    expect(page.locator(".us-pen")).to_be_visible()
    low, y = pixel_of(page, 119.5, 1)
    high, _ = pixel_of(page, 179.5, 1)
    page.mouse.move(low, y)
    page.mouse.down()
    page.mouse.move((low + high) / 2, y)
    page.mouse.move(high, y)
    page.mouse.up()
    expect(page.get_by_text("last: drawn 120 180 (1,)")).to_be_visible()


def test_an_edge_of_a_movable_interval_is_dragged_to_a_sample(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("button", name="draw").click()
    expect(page.locator(".us-pen")).to_be_visible()
    edge, y = pixel_of(page, 539, 2)
    target, _ = pixel_of(page, 560.1, 2)
    page.mouse.move(edge, y)
    page.mouse.down()
    page.mouse.move(target, y, steps=4)
    page.mouse.up()
    expect(page.get_by_text("last: moved ('d:1', 500, 561)")).to_be_visible()


def test_zoom_survives_an_added_interval_and_a_double_click_brings_all_back(
    page: Page, address: str
) -> None:
    opened(page, address)
    whole = page.evaluate(VISIBLE)
    x, y = pixel_of(page, 300, 0)
    page.mouse.move(x, y)
    for _ in range(3):
        page.mouse.wheel(0, -50)
        page.wait_for_timeout(60)
    expect(page.locator(".us-bar")).to_have_count(3)
    zoomed = page.evaluate(VISIBLE)
    assert zoomed != whole
    page.get_by_role("button", name="add an interval").click()
    expect(page.locator(".us-bar")).to_have_count(4)
    assert page.evaluate(VISIBLE) == zoomed
    page.keyboard.press("Escape")
    page.wait_for_function(
        f"whole => JSON.stringify(({VISIBLE})()) === JSON.stringify(whole)", arg=whole
    )


def test_phrase_and_interval_light_each_other_without_python(page: Page, address: str) -> None:
    opened(page, address)
    phrase = page.locator(".us-phrase[data-ref='a:1']").first
    bar = page.locator(".us-bar[data-ref='a:1']")
    phrase.hover()
    expect(bar).to_have_class(re.compile("us-lit"), timeout=100)
    page.locator(".us-who").first.hover()
    expect(bar).not_to_have_class(re.compile("us-lit"))
    bar.hover()
    expect(phrase).to_have_class(re.compile("us-lit"), timeout=100)


def test_texts_are_shown_as_written_never_as_markup(page: Page, address: str) -> None:
    opened(page, address)
    expect(page.locator(".us-panels")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".us-overlay")).to_contain_text("<b>flow</b> (l/s)")
    expect(page.locator(".us-chart img")).to_have_count(0)


def test_a_key_decides_once_with_what_was_painted_and_not_while_typing(
    page: Page, address: str
) -> None:
    opened(page, address)
    page.keyboard.press("t")
    expect(page.get_by_text("last: action accept ('a', 'b')")).to_be_visible()
    expect(page.locator(".us-chart.us-waiting")).to_have_count(0)
    page.keyboard.press("k")
    expect(page.get_by_text("last: action skip ('a', 'b')")).to_be_visible()


def test_a_key_before_the_last_one_is_answered_does_nothing_and_blinks(
    page: Page, address: str
) -> None:
    opened(page, address)
    chart = page.locator(".us-chart")
    # Both in one task of the browser: no answer of Python can come in between.
    page.evaluate(
        """() => ["t", "k"].forEach(key =>
            document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})))"""
    )
    expect(chart).to_have_attribute("data-ignored", "1")
    expect(chart).to_have_class(re.compile("us-blink"))
    expect(page.get_by_text("last: action accept ('a', 'b')")).to_be_visible()
    expect(page.locator(".us-chart.us-waiting")).to_have_count(0)
    expect(page.get_by_text("last: action accept ('a', 'b')")).to_be_visible()


def test_without_its_files_a_plain_chart_stands_in(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    script = tmp_path / "chart_app.py"
    shutil.copyfile(Path(__file__).parent / "chart_app.py", script)
    (tmp_path / "static").mkdir()
    page.goto(serve(script))
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Built-in rules")).to_be_visible()

"""Looking around in a long series in a real browser: zoom, keys, strip, log, jumps, layouts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.view_app import SPIKE

pytestmark = pytest.mark.browser
RANGE = "() => document.querySelector('.us-graph')._fullLayout.xaxis.range.map(String)"
DRAWN = """spike => document.querySelector('.us-graph')._fullData.some(
    trace => trace.customdata.indexOf(spike) >= 0)"""
ANSWERED = """before => {
    const { asked = '0', answer = '0' } = document.querySelector('.us-chart').dataset
    return asked === answer && Number(answer) > before
}"""


@pytest.fixture(scope="module")
def address(serve_once: Callable[[str], str]) -> str:
    """The address of the test app."""
    return serve_once("view_app.py")


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".us-chart[data-painted=view-1]")).to_be_visible(timeout=30_000)


def asked(page: Page) -> int:
    return int(page.evaluate("() => document.querySelector('.us-chart').dataset.asked ?? 0"))


def answered(page: Page, before: int) -> None:
    """Wait until the finer lines for the latest range have been drawn."""
    page.wait_for_function(ANSWERED, arg=before, timeout=30_000)


def pressed(page: Page, key: str) -> None:
    before = asked(page)
    page.keyboard.press(key)
    answered(page, before)


def zoomed(page: Page, ticks: int = 5) -> None:
    """Turn the wheel over the middle of the plot."""
    box = page.locator(".us-graph").bounding_box()
    assert box is not None
    before = asked(page)
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 4)
    for _ in range(ticks):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(40)
    answered(page, before)


def test_zooming_brings_the_samples_in_sight_and_nothing_else_moves_the_range(
    page: Page, address: str
) -> None:
    opened(page, address)
    expect(page.locator(".us-count")).to_have_text(
        re.compile(r"^showing [12],\d{3} of 60,000 samples per channel$")
    )
    assert page.evaluate(DRAWN, SPIKE)
    zoomed(page)
    assert page.evaluate(DRAWN, SPIKE)
    before = page.evaluate(RANGE)
    expect(page.locator(".us-bar:visible")).to_have_count(0)
    page.get_by_role("button", name="add an interval").click()
    expect(page.locator(".us-bar:visible")).to_have_count(1)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(600)
    assert page.evaluate(RANGE) == before
    for _ in range(12):
        page.keyboard.press("+")
    expect(page.locator(".us-count")).to_have_text(
        re.compile(r"^all [\d,]+ samples per channel in sight$"), timeout=20_000
    )


def test_keys_pan_zoom_fit_and_go_from_interval_to_interval(page: Page, address: str) -> None:
    opened(page, address)
    whole = page.evaluate(RANGE)
    page.locator(".us-graph").click(position={"x": 500, "y": 150})
    pressed(page, "ArrowUp")
    near = page.evaluate(RANGE)
    assert near != whole
    pressed(page, "ArrowRight")
    pressed(page, "ArrowLeft")
    moved = page.evaluate("() => document.querySelector('.us-graph')._fullLayout.xaxis.range")
    assert [one[:19] for one in moved] == [one[:19] for one in near]
    pressed(page, "Home")
    assert [one[:19] for one in page.evaluate(RANGE)] == [one[:19] for one in whole]
    page.keyboard.press("n")
    expect(page.locator(".us-bar.us-lit")).to_have_count(1)
    pressed(page, "z")
    expect(page.locator(".us-count")).to_have_text("all 298 samples per channel in sight")


def test_values_are_stretched_and_fitted_again(page: Page, address: str) -> None:
    opened(page, address)
    read = "() => document.querySelector('.us-graph')._fullLayout.yaxis.range"
    low, high = page.evaluate(read)
    page.locator(".us-graph").click(position={"x": 500, "y": 150})
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function(f"high => ({read})()[1] < high", arg=high)
    page.keyboard.press("y")
    page.wait_for_function(f"high => ({read})()[1] === high", arg=high)
    assert page.evaluate(read) == [low, high]


def test_the_strip_moves_the_plot_and_the_log_tells_what_happened(page: Page, address: str) -> None:
    opened(page, address)
    zoomed(page)
    strip = page.locator(".us-strip").bounding_box()
    brush = page.locator(".us-brush").bounding_box()
    assert strip is not None
    assert brush is not None
    before = asked(page)
    page.mouse.click(strip["x"] + strip["width"] * 0.15, strip["y"] + 20)
    answered(page, before)
    jumped = page.locator(".us-brush").bounding_box()
    assert jumped is not None
    assert jumped["x"] < brush["x"]
    assert jumped["width"] == pytest.approx(brush["width"], abs=1.5)
    pressed(page, "0")
    ticks = page.locator(".us-log-tick")
    expect(ticks).to_have_count(2)
    expect(ticks.first).to_have_text("3")
    ticks.first.hover()
    expect(page.locator(".us-log-card")).to_contain_text("maintenance: entry 1")
    expect(page.locator(".us-gap:visible")).to_have_count(1)


def test_a_jump_and_another_zone_keep_the_samples(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("button", name="jump").click()
    expect(page.locator(".us-count")).to_have_text("all 600 samples per channel in sight")
    before = page.evaluate(RANGE)
    page.get_by_role("button", name="zone").click()
    expect(page.locator(".us-caption")).to_have_text("time in Europe/Berlin (UTC+01:00)")
    expect(page.locator(".us-count")).to_have_text("all 600 samples per channel in sight")
    after = page.evaluate(RANGE)
    assert [one[:13] for one in before] == ["2023-11-15 06", "2023-11-15 06"]
    assert [one[:13] for one in after] == ["2023-11-15 07", "2023-11-15 07"]
    assert [one[13:] for one in before] == [one[13:] for one in after]


def test_channels_share_a_place_and_ghosts_are_named(page: Page, address: str) -> None:
    opened(page, f"{address}/?layout=overlay&ghost=1")
    expect(page.locator(".us-chip")).to_have_text(["pressure", "flow", "an hour ago"])
    expect(page.locator(".us-graph")).to_have_attribute(
        "aria-label", "Pressure and flow of the pump"
    )
    page.locator(".us-graph").focus()
    pressed(page, "ArrowUp")
    expect(page.locator(".us-chip")).to_have_count(3)


CELLS_HIGH = """sample => {
    const canvas = document.querySelector('.us-score-cells')
    const box = canvas.getBoundingClientRect()
    const graph = document.querySelector('.us-graph')
    const axis = graph._fullLayout.xaxis
    const x = graph.getBoundingClientRect().left + axis._offset + axis.l2p(sample) - box.left
    const scale = canvas.width / box.width
    const strip = canvas.getContext('2d').getImageData(
        Math.round((x - 2) * scale), 0, Math.ceil(4 * scale), canvas.height)
    let rows = 0
    for (let row = 0; row < strip.height; row++) {
        let inked = false
        for (let k = 0; k < strip.width; k++)
            inked ||= strip.data[4 * (row * strip.width + k) + 3] > 200
        rows += inked
    }
    return rows / strip.height
}"""


def test_a_score_strip_follows_the_zoom_and_tells_what_a_score_means(
    page: Page, address: str
) -> None:
    opened(page, f"{address}?scores=1")
    spike_ms = 1_700_000_000_000 + SPIKE * 1_000
    expect(page.locator(".us-score-name")).to_have_text("Robust z-score")
    assert page.evaluate(CELLS_HIGH, spike_ms) > 0.8
    assert page.evaluate(CELLS_HIGH, spike_ms - 4_000_000) == 0
    zoomed(page)
    assert page.evaluate(CELLS_HIGH, spike_ms) > 0.8
    assert page.evaluate(CELLS_HIGH, spike_ms - 200_000) == 0
    at = page.evaluate(
        """sample => {
            const graph = document.querySelector('.us-graph')
            const axis = graph._fullLayout.xaxis
            return graph.getBoundingClientRect().left + axis._offset + axis.l2p(sample)
        }""",
        spike_ms,
    )
    box = page.locator(".us-score-cells").bounding_box()
    assert box is not None
    page.mouse.move(at, box["y"] + 10)
    card = page.locator(".us-score-card")
    expect(card).to_contain_text("score 80, threshold 4: stands out")
    expect(card).to_contain_text("sample 40,321: higher than 99.998 % of this series")
    expect(card).to_contain_text("how far a value lies from the usual ones")
    page.mouse.move(at, box["y"] - 100)
    expect(card).to_be_hidden()


def test_the_wheel_over_a_score_strip_zooms_the_plot(page: Page, address: str) -> None:
    opened(page, f"{address}?scores=1")
    box = page.locator(".us-score-cells").bounding_box()
    assert box is not None
    before, whole = asked(page), page.evaluate(RANGE)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10)
    page.mouse.wheel(0, -300)
    answered(page, before)
    assert page.evaluate(RANGE) != whole

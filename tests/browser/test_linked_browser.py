"""Channels of other series in Explore, and Review's editing by the chart's keys, in a browser."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.series import SeriesData, SeriesInfo
from pages.components.workflows.linked_channels import Link, change_links, linked_to
from storage import Store
from storage.rows import StoredSeries
from tests.browser.test_review_browser import item_of, opened
from tests.pages.review_project import BASE_NS, review_store

pytestmark = pytest.mark.browser
SECOND = 1_000_000_000
LINES = """() => document.querySelector('.us-graph')._fullData.map(
    trace => ({ axis: trace.yaxis, x: Array.from(trace.x), i: Array.from(trace.customdata) }))"""
ANSWERED = """() => {
    const { asked = '0', answer = '0' } = document.querySelector('.us-chart').dataset
    return asked === answer && Number(answer) > 0
}"""
N = 40_000
WAIT_MS = 20_000


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return review_store(folder / "home", n=4)


@pytest.fixture(scope="module")
def pair(store: Store) -> tuple[StoredSeries, StoredSeries]:
    """A regular series, and an irregular one that began earlier."""
    project_id = store.projects.default().id
    own = SeriesData(
        values=np.sin(np.arange(N) / 900)[:, None], time=BASE_NS + np.arange(N) * SECOND
    )
    steps = np.random.default_rng(3).integers(SECOND // 10, 2 * SECOND, N)
    other = SeriesData(
        values=np.cos(np.arange(N) / 700)[:, None], time=BASE_NS - 900 * SECOND + np.cumsum(steps)
    )
    first, _ = store.series.add(project_id, own, SeriesInfo("north-3.csv", ("level",)))
    second, _ = store.series.add(project_id, other, SeriesInfo("north-4.csv", ("flow",)))
    return first, second


def explored(page: Page, address: str, row: StoredSeries) -> None:
    page.goto(f"{address}/explore?series={row.id}")
    expect(page.locator(".us-chart[data-drawn]")).to_be_visible(timeout=40_000)


def test_a_channel_of_another_series_is_added_zoomed_and_there_after_a_reload(
    page: Page, store: Store, pair: tuple[StoredSeries, StoredSeries], address: str
) -> None:
    own, other = pair
    explored(page, address, own)
    page.get_by_role("button", name="Also show").click()
    page.get_by_role("combobox", name="Also show").fill("north-4")
    page.get_by_role("option", name="north-4.csv · flow").click()
    expect(page.locator(".us-linked")).to_have_text("flow · north-4.csv", timeout=WAIT_MS)
    assert linked_to(store, own) == (Link(other.id, 0),)
    page.reload()
    expect(page.locator(".us-linked")).to_have_text("flow · north-4.csv", timeout=40_000)
    expect(page.locator(".us-bar")).to_have_count(0)
    page.goto(f"{address}/explore?series={own.id}&range=20000-20600")
    expect(page.locator(".us-count")).to_have_text("all 600 samples in sight", timeout=40_000)
    page.keyboard.press("-")
    page.wait_for_function(ANSWERED, timeout=30_000)
    low, high = page.evaluate(
        "() => { const a = document.querySelector('.us-graph')._fullLayout.xaxis;"
        " return [a.p2l(0), a.p2l(a._length)] }"
    )
    (line,) = [one for one in page.evaluate(LINES) if one["axis"] == "y2"]
    data = store.series.data(other)
    assert data.time is not None
    at = data.time / 1e6  # UTC milliseconds
    wanted = np.flatnonzero((at >= low) & (at <= high))
    drawn = {i: x for i, x in zip(line["i"], line["x"], strict=True) if low <= x <= high}
    assert sorted(drawn) == wanted.tolist()
    assert np.allclose([drawn[i] for i in wanted.tolist()], at[wanted], atol=0.05)


def test_another_series_is_read_only_and_its_archive_is_told(
    page: Page, store: Store, pair: tuple[StoredSeries, StoredSeries], address: str
) -> None:
    own, other = pair
    change_links(store, own, linked_to(store, own), [Link(other.id, 0)])
    explored(page, address, own)
    box = page.locator(".us-linked-ground").bounding_box()
    assert box is not None
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 300, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator(".us-status")).to_contain_text("another series")
    assert store.annotations.current(own.project_id, own.id) == []
    store.series.archive(own.project_id, other.id)
    explored(page, address, own)
    expect(page.locator(".us-linked")).to_have_count(0)
    page.get_by_role("button", name="1 missing").click()
    told = page.get_by_text("north-4.csv is archived, so it is not drawn here.")
    expect(told).to_be_visible(timeout=WAIT_MS)


def test_an_edge_is_nudged_by_keys_in_review_and_saved_with_enter(
    page: Page, store: Store, address: str
) -> None:
    item_id = item_of(store, "anomaly", 0)
    opened(page, address, item_id)
    page.keyboard.press("e")
    expect(page.get_by_label("First sample")).to_have_count(2, timeout=WAIT_MS)
    for _ in range(8):  # marks of answers come too: until an own one is selected
        if "your edit 1" in page.locator(".us-status").inner_text():
            break
        page.keyboard.press("n")
        page.wait_for_timeout(150)
    expect(page.locator(".us-status")).to_contain_text("your edit 1")
    for key in ("g", "g", ".", ".", "."):
        page.keyboard.press(key)
    page.keyboard.press("Enter")  # before the nudges were sent: they go first
    expect(page.get_by_label("First sample")).to_have_count(0, timeout=WAIT_MS)
    (event,) = store.corrections.events(store.projects.default().id, item_id)
    assert event.content is not None
    assert [(one.start, one.stop) for one in event.content.intervals] == [(240, 283), (400, 401)]


def test_escape_drops_what_is_begun_before_it_leaves_and_a_held_key_decides_once(
    page: Page, store: Store, address: str
) -> None:
    item_id = item_of(store, "anomaly", 1)
    n_before = len(store.corrections.events(store.projects.default().id))
    opened(page, address, item_id)
    page.keyboard.press("e")
    expect(page.get_by_label("First sample")).to_have_count(2, timeout=WAIT_MS)
    page.keyboard.press("i")
    expect(page.locator(".us-status")).to_contain_text("begun at")
    page.keyboard.press("Escape")
    expect(page.locator(".us-status")).not_to_contain_text("begun at")
    expect(page.get_by_label("First sample")).to_have_count(2, timeout=WAIT_MS)
    page.keyboard.press("Escape")
    expect(page.get_by_label("First sample")).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator(".us-action", has_text="No anomaly")).to_be_visible()
    lit = "() => document.querySelectorAll('.us-some-lit').length"
    page.keyboard.down("n")
    for _ in range(5):
        page.keyboard.down("n")  # repeats, as a held key does
    page.keyboard.up("n")
    expect(page.locator(f".us-chart[data-painted]:not([data-painted='{item_id}'])")).to_be_visible(
        timeout=WAIT_MS
    )
    assert page.evaluate(lit) == 0
    events = store.corrections.events(store.projects.default().id)
    assert [event.decision for event in events[n_before:]] == ["no_anomaly"]
    assert events[-1].item_id == item_id

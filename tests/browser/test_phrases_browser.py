"""Phrases by keys and mouse in a real browser: flash, zoom, the identical way back, a drag."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.desk_events import PhraseJudged
from storage import Store
from tests.browser.test_review_browser import item_of, opened, project_of
from tests.pages.review_project import review_store

pytestmark = pytest.mark.browser
RANGE = "() => document.querySelector('.us-graph')._fullLayout.xaxis.range.map(String)"
CHOSEN = ".us-phrase.us-chosen"


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return review_store(folder / "home", n=2, students=True)


def said(store: Store, item_id: str) -> list[PhraseJudged]:
    bodies = [one.body for one in store.desk_events.list(project_of(store), item_id)]
    return [body for body in bodies if isinstance(body, PhraseJudged)]


def wait_for_range(page: Page, wanted: list[str], same: bool) -> None:
    """Wait until the axis is this one, or another one."""
    page.wait_for_function(
        f"([wanted, same]) => (JSON.stringify(({RANGE})()) === JSON.stringify(wanted)) === same",
        arg=[wanted, same],
    )


def test_phrases_by_keys_and_mouse(page: Page, store: Store, address: str) -> None:
    item_id = item_of(store, "anomaly")
    opened(page, address, item_id)
    # Somewhere in between, so that the way back is no "show everything".
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(300)
    before = page.evaluate(RANGE)

    page.keyboard.press("p")
    expect(page.locator(CHOSEN)).to_contain_text("The level of ch2 rises")
    ref = page.locator(CHOSEN).get_attribute("data-ref")
    expect(page.locator(f".us-band.us-lit[data-ref='{ref}']")).to_have_count(1)
    page.keyboard.press("Enter")
    wait_for_range(page, before, same=False)
    page.keyboard.press("Escape")
    wait_for_range(page, before, same=True)

    page.locator(".us-phrase").filter(has_text="ch1 has a spike").click()
    wait_for_range(page, before, same=False)
    page.keyboard.press("Escape")
    wait_for_range(page, before, same=True)
    page.keyboard.press("w")
    expect(page.locator(".us-told")).to_have_text("wrong, says me")
    assert [(one.span, one.verdict) for one in said(store, item_id)] == [(2, "wrong")]

    page.keyboard.press("e")
    page.get_by_label("The phrase in other words").fill("ch1 is calm at t, s, n")
    page.keyboard.press("Enter")
    expect(page.locator(".us-told")).to_have_text("re-worded, says me")
    expect(page.locator(".us-said-first")).to_have_text("ch1 has a spike of 9 at sample 400")
    assert said(store, item_id)[-1].text == "ch1 is calm at t, s, n"
    assert store.corrections.events(project_of(store)) == []  # the letters decided nothing


def test_a_phrase_is_moved_by_dragging_and_linked_by_a_number(
    page: Page, store: Store, address: str
) -> None:
    item_id = item_of(store, "anomaly", 1)
    opened(page, address, item_id)
    before = page.evaluate(RANGE)
    page.keyboard.press("p")
    page.keyboard.press("m")
    expect(page.get_by_label("First sample")).to_have_value("240")
    # Its lane stands above the plot; the bar is dragged to the right.
    box = page.locator(".us-bar.us-own").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 84, y, steps=4)
    page.mouse.up()
    expect(page.locator(".us-told")).to_have_text("moved, says me")
    (moved,) = said(store, item_id)
    assert moved.interval is not None and moved.said_interval is not None
    assert moved.interval.length == moved.said_interval.length == 40
    assert moved.interval.start > 250
    # while the page is run again, the field of before stands beside the new one
    field = f"input[aria-label='First sample'][value='{moved.interval.start}']"
    expect(page.locator(field)).to_be_visible()
    assert page.evaluate(RANGE) == before
    page.keyboard.press("Escape")
    expect(page.get_by_label("First sample")).to_have_count(0)

    rested = page.locator(".us-chart[data-painted]:not(.us-waiting)")
    expect(rested).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator(".us-chosen")).to_be_visible()
    expect(rested).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator("[data-action='phrase_link:2']")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("[data-action='phrase_link:2']")).to_have_count(0)
    linked = said(store, item_id)[-1]
    assert linked.interval is not None
    assert (linked.verdict, linked.interval.start, linked.interval.stop) == ("linked", 400, 401)

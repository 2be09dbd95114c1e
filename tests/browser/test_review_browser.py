"""The annotator's desk in a real browser: keys, paint, drawing, drafts after a reload, undo."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from pages.components.workflows.drawing import ensure_draw
from storage import Store
from tests.pages.review_project import review_store
from training.material import GoldBook

pytestmark = pytest.mark.browser
PAINTED = ".us-chart[data-painted]"


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return review_store(folder / "home", n=12, students=True)


def project_of(store: Store) -> str:
    return store.projects.default().id


def item_of(store: Store, kind: str, place: int = 0) -> str:
    """Return an item of a question kind; tests that decide one take another place each."""
    project_id = project_of(store)
    kinds = {q.id: q.kind for q in store.questions.current(project_id)}
    return [i.id for i in store.items.list(project_id) if kinds[i.question_id] == kind][place]


def painted(page: Page) -> str:
    return str(page.locator(PAINTED).get_attribute("data-painted", timeout=30_000))


def opened(page: Page, address: str, item_id: str) -> None:
    page.goto(f"{address}/review?item={item_id}")
    expect(page.locator(f".us-chart[data-painted='{item_id}']")).to_be_visible(timeout=40_000)


def drag(page: Page, row: int, low: float, high: float) -> None:
    """Drag over a row of the plot, from one share of its width to another."""
    box = page.locator(".us-pen").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] * (row + 0.5) / 3
    page.mouse.move(box["x"] + box["width"] * low, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * high, y, steps=4)
    page.mouse.up()


@pytest.mark.parametrize(("kind", "size"), [("anomaly", (1280, 720)), ("pattern", (1440, 900))])
def test_the_whole_desk_is_above_the_fold(
    page: Page, store: Store, address: str, size: tuple[int, int], kind: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, address, item_of(store, kind))
    for part in (".us-plot", ".us-panels", ".us-actions"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size[1]
    expect(page.locator(".us-panel").first).to_have_text(re.compile("Built-in rules"))


def test_an_edit_with_an_interval_drawn_on_the_second_channel_survives_a_reload(
    page: Page, store: Store, address: str
) -> None:
    item_id = item_of(store, "anomaly", 1)
    opened(page, address, item_id)
    page.keyboard.press("e")
    expect(page.get_by_label("First sample")).to_have_count(1)
    drag(page, 1, 0.8, 0.9)
    expect(page.get_by_label("First sample")).to_have_count(2)
    drawn = page.get_by_label("First sample").nth(1).input_value()
    page.reload()
    expect(page.get_by_label("First sample")).to_have_count(2, timeout=40_000)
    assert page.get_by_label("First sample").nth(1).input_value() == drawn
    page.locator(f".us-chart[data-painted='{item_id}']").wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_label("First sample")).to_have_count(0)
    (event,) = store.corrections.events(project_of(store), item_id)
    assert event.decision == "fix"
    assert event.content is not None
    assert [one.channels for one in event.content.intervals] == [(1,), (1,)]
    assert event.content.intervals[1].start == int(drawn.replace(",", ""))


def test_ten_items_by_keyboard_then_a_reload_and_ten_undos(
    page: Page, store: Store, address: str
) -> None:
    before_all = store.corrections.current(project_of(store))
    n_before = len(store.corrections.events(project_of(store)))
    opened(page, address, item_of(store, "anomaly"))
    for _ in range(10):
        before = painted(page)
        page.keyboard.press("t")
        page.keyboard.press("t")  # before the next paint: must not count
        expect(page.locator(f"{PAINTED}:not([data-painted='{before}'])")).to_be_visible()
    events = store.corrections.events(project_of(store))[n_before:]
    assert [event.decision for event in events] == ["accept"] * 10
    assert len({event.item_id for event in events}) == 10
    page.reload()
    for event in reversed(events):
        expect(page.locator(PAINTED)).to_be_visible(timeout=40_000)
        page.keyboard.press("u")
        expect(page.locator(f".us-chart[data-painted='{event.item_id}']")).to_be_visible()
    assert store.corrections.current(project_of(store)) == before_all


def test_a_detectors_proposal_is_taken_by_its_key_and_everything_stays_above_the_fold(
    page: Page, store: Store, address: str
) -> None:
    project_id = project_of(store)
    decided = set(store.corrections.current(project_id))
    ensure_draw(store, project_id, np.random.default_rng(0))
    book = GoldBook(store.gold.ranges(project_id))
    kinds = {q.id: q.kind for q in store.questions.current(project_id)}
    free = [i for i in store.items.list(project_id) if book.may_learn(i)]
    item_id = next(i.id for i in free if kinds[i.question_id] == "anomaly" and i.id not in decided)
    opened(page, address, item_id)
    page.get_by_role("button", name="Detector", exact=False).first.click()
    page.get_by_text("Seasonal residual").click()
    expect(page.locator(".us-score-name")).to_have_text("Seasonal residual", timeout=40_000)
    page.keyboard.press("Escape")
    expect(page.locator(".us-lane-name").filter(has_text="Seasonal residual")).to_be_visible()
    take = page.locator("[data-action=propose]")
    expect(take).to_have_text(re.compile(r"^DEdit detector's [1-9]\d*$"))
    for part in (".us-plot", ".us-scores", ".us-panels", ".us-actions"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    n = int(take.inner_text().split()[-1])
    page.mouse.move(700, 400)
    page.keyboard.press("d")
    expect(page.get_by_label("First sample")).to_have_count(n, timeout=40_000)
    expect(page.locator("[data-action=save]")).to_be_visible()
    expect(page.locator(".us-waiting")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_label("First sample")).to_have_count(0)
    event = store.corrections.events(project_id, item_id)[-1]
    authors = {a.id: a.author for a in store.answers.for_item(project_id, item_id)}
    assert authors[event.answer_ids[-1]].name == "Seasonal residual"
    assert event.content is not None
    assert len(event.content.intervals) == n

"""An audit by keyboard in a real browser: blind, decided, a second look, on to the next one."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.components.workflows.auditing import audit_progress, draw_audit
from storage import open_store
from tests.browser.conftest import ROOT, Serve
from tests.pages.audit_project import REASON, answered_batch, pattern_items

pytestmark = pytest.mark.browser


def test_three_blind_items_are_decided_by_keyboard_each_with_a_second_look(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    store = open_store(tmp_path / "home")
    project_id = store.projects.default().id
    job = answered_batch(store, pattern_items(store, 4), ["convex"] * 4)
    draw = draw_audit(store, project_id, job.id, 3, "me")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{serve(ROOT / 'app.py')}/review")
    for item_id, beside in zip(
        draw.item_ids, ["agrees with you", "differs from you", "agrees with you"], strict=True
    ):
        expect(page.locator(f".us-chart[data-painted='{item_id}']")).to_be_visible(timeout=40_000)
        expect(page.locator(".us-who")).to_have_text(["Blind"])
        expect(page.get_by_text("audit of gpt-test", exact=False)).to_be_visible()
        assert REASON not in page.content()
        page.keyboard.press("4" if beside == "agrees with you" else "3")
        expect(page.locator("[data-action=next]")).to_be_visible()
        expect(page.locator(".us-who")).to_have_text(["Decided by me", "Teacher gpt-test"])
        expect(page.locator(".us-beside")).to_have_text([beside])
        expect(page.get_by_text(REASON)).to_be_visible()
        box = page.locator(".us-actions").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720
        page.keyboard.press("Enter")
    expect(page.locator("[data-action=next]")).to_have_count(0)
    assert audit_progress(store, project_id, draw) == (3, 3)
    assert [one.answer_ids for one in store.corrections.events(project_id)] == [()] * 3

"""Teachers in a real browser: an endpoint is connected and tested, asked, paused, and audited."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from storage import open_store
from tests.browser.conftest import ROOT, Serve
from tests.openai_server import OpenAiServer
from tests.pages.small_project import asked_project

pytestmark = pytest.mark.browser
SLOW = 40_000


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("dialog").get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    field.press("Tab")


def test_an_endpoint_is_connected_asked_and_audited(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    small = asked_project(tmp_path / "home")
    small.store.close()
    with OpenAiServer(latency_s=0.05, faults=["", "429", "", "refusal"]) as server:
        page.goto(f"{serve(ROOT / 'app.py')}/teachers")
        page.get_by_role("button", name="Add a teacher").click(timeout=SLOW)
        fill(page, "Address", server.url)
        fill(page, "Model", "reader")
        fill(page, "Name", "lunch *reader*")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Test connection").click()
        expect(dialog.get_by_text("which is right")).to_be_visible(timeout=SLOW)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        expect(page.get_by_text("lunch *reader*").first).to_be_visible()

        page.get_by_role("button", name="lunch *reader*").click()
        page.get_by_role("button", name="Built-in rules").click()
        expect(page.get_by_text("24 pictures go to")).to_be_visible(timeout=SLOW)
        page.get_by_role("button", name="Look at the exact request").click()
        expect(page.get_by_text("The picture shows a window of 64 samples")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_text("23 of 24 answered").first).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("1 gave no answer").first).to_be_visible(timeout=SLOW)

        page.get_by_role("button", name="Audit: review a random sample, blind").first.click()
        expect(page.get_by_text("Audit: 0 of 24 decided blind")).to_be_visible(timeout=SLOW)
        page.get_by_role("link", name="Review").last.click()
        expect(page.get_by_text("audit of lunch", exact=False)).to_be_visible(timeout=SLOW)
    store = open_store(tmp_path / "home")
    (endpoint,) = store.teachers.list(store.projects.default().id)
    assert (endpoint.name, endpoint.base_url) == ("lunch *reader*", server.url)
    store.close()

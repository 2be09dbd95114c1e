"""A case file in a real browser, from disk and without a network."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.case_file import case_html
from tests.core.test_case_file import case

pytestmark = pytest.mark.browser


def test_a_hover_flashes_a_click_keeps_and_escape_lets_go(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "case.html"
    path.write_text(case_html(case()), encoding="utf-8")
    said: list[str] = []
    page.context.set_offline(True)
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    lit = page.locator(".on")
    page.locator(".phrase").first.hover()
    expect(lit).to_have_count(5)
    page.locator("h1").hover()
    expect(lit).to_have_count(0)
    page.locator(".mark").nth(1).click()
    page.locator("h1").hover()
    expect(page.locator(".voice").nth(1).locator(".on")).to_have_count(2)
    page.keyboard.press("Escape")
    page.locator("h1").hover()
    expect(lit).to_have_count(0)
    # A policy that forbade its own script or style would say so here.
    assert said == []

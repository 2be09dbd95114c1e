"""Findings in a real browser: the slider counts, a mute hides, a click opens Review."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.ids import new_id, utc_now
from core.screening import Detection, Screened
from tests.browser.conftest import ROOT, Serve
from tests.pages.review_project import review_store

pytestmark = pytest.mark.browser
WAIT_MS = 60_000


def test_the_slider_counts_a_mute_hides_and_a_click_opens_review(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    store = review_store(tmp_path / "home", n=3)
    project_id = store.projects.default().id
    hint = Detection(start=20, stop=30, channels=(1,), peak=9.0, quantile=0.97, reported=False)
    store.detections.add_many(
        project_id,
        "job",
        [
            Screened(
                id=new_id(),
                series_id=store.series.list(project_id)[0].id,
                revision=1,
                method="robust_z",
                n_samples=600,
                threshold=10.0,
                period=8,
                note="",
                seconds=0.0,
                created_at=utc_now(),
                detections=(hint,),
            )
        ],
    )
    store.close()
    url = serve(ROOT / "app.py")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{url}/findings")
    headline = page.locator("h4").first
    expect(headline).to_contain_text("6 findings", timeout=WAIT_MS)

    slider = page.get_by_role("slider").first
    slider.press("End")
    expect(headline).to_contain_text("7 findings", timeout=WAIT_MS)
    expect(page.get_by_text("Hints are what a detector saw").first).to_be_visible()

    # the counts change with the search, and the slider stays at its end
    search = page.get_by_placeholder("Search series, channel, type, author")
    search.fill("spike")
    search.press("Enter")
    expect(headline).to_contain_text("3 findings", timeout=WAIT_MS)
    search.fill("")
    search.press("Enter")
    expect(headline).to_contain_text("7 findings", timeout=WAIT_MS)

    search.fill("spike")
    search.press("Enter")
    expect(headline).to_contain_text("3 findings", timeout=WAIT_MS)
    page.get_by_role("button", name="Mute ...").click()
    page.get_by_label("Why they are expected").fill("weekly flush")
    page.get_by_label("Why they are expected").press("Tab")
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(headline).to_contain_text("2 findings", timeout=WAIT_MS)
    page.get_by_role("button", name="Undo").click()
    expect(headline).to_contain_text("3 findings", timeout=WAIT_MS)

    page.locator(".st-key-findings_go button").click()
    expect(page).to_have_url(re.compile(r"/review\?.*item="), timeout=WAIT_MS)
    page.locator(".us-chart[data-painted]").wait_for(timeout=WAIT_MS)
    page.get_by_role("link", name="Findings").first.click()
    expect(headline).to_contain_text("3 findings", timeout=WAIT_MS)
    expect(search).to_have_value("spike")

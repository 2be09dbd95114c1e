"""Bench in a real browser: from a row of wins and losses down to the painted series."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from storage import open_store
from tests.browser.conftest import ROOT, Serve
from tests.pages.bench_project import make_bench

pytestmark = pytest.mark.browser


def test_a_click_on_a_series_draws_it_with_truth_and_both_methods(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    store = open_store(tmp_path / "home")
    make_bench(store)
    store.close()
    url = serve(ROOT / "app.py")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{url}/bench?bench_view=duel")
    expect(page.get_by_text("wins on 5 of 6 series")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Drawn: a/s0.csv")).to_be_visible()
    table = page.locator("[data-testid='stDataFrame']")
    box = table.bounding_box()
    assert box is not None
    # the header and each row are 35 pixels high; the box to tick lies left of the first column
    table.click(position={"x": 16, "y": 35 * 2 + 17})
    expect(page.get_by_text("Drawn: a/s0.csv")).to_have_count(0, timeout=20_000)
    chart = page.locator(".us-chart[data-painted]")
    chart.wait_for(timeout=60_000)
    for lane in ("truth", "Good detector", "Bad detector"):
        expect(chart.get_by_text(lane, exact=True).first).to_be_visible()

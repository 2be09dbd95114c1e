"""Make the README's screenshots: the example in a fresh data folder, then a real browser.

.venv/bin/python scripts/screenshots.py            (takes as long as the example's training)
.venv/bin/python scripts/screenshots.py --home H   (uses a folder where that is done)
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pages.components.workflows.example import load_example  # noqa: E402  (needs the path above)
from storage import open_store  # noqa: E402
from training.launcher import ensure_worker  # noqa: E402

IMAGES = ROOT / "docs/images"
PORT = "8597"
SIZE = ViewportSize(width=1440, height=900)
WAIT_MS = 60_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        prepare(home)
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
                *("--server.headless", "true", "--server.port", PORT),
            ],
            cwd=ROOT,
            env={**os.environ, "UNDERSTUDY_HOME": str(home)},
        )
        try:
            wait_for_server()
            shoot()
        finally:
            server.terminate()


def prepare(home: Path) -> None:
    """Load the example and wait until its student is trained, unless that was done before."""
    store = open_store(home)
    project_id = store.projects.default().id
    if not store.versions.list(project_id):
        load_example(store, project_id)
        while not all(job.ended for job in store.jobs.list(project_id)):
            ensure_worker(home)
            time.sleep(2)
    store.close()


def wait_for_server() -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the server did not start")


def shoot() -> None:
    """Take one picture of each page that the README shows."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_context(viewport=SIZE).new_page()
        page.goto(f"http://127.0.0.1:{PORT}/")
        take(page, "home", "Next")
        open_page(page, "Models")
        take(page, "models", "n = ")
        open_page(page, "Train")
        take(page, "train", "Training 1")
        open_page(page, "Explore")
        page.locator(".us-chart[data-painted]").wait_for(timeout=WAIT_MS)
        take(page, "explore", "Explore")
        open_page(page, "Review")
        page.locator(".us-chart[data-painted]").wait_for(timeout=WAIT_MS)
        take(page, "review", "Built-in rules")
        browser.close()


def open_page(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).first.click()


def take(page: Page, name: str, text: str) -> None:
    """Wait for a text and for the page to come to rest, then save docs/images/<name>.png."""
    page.get_by_text(text).first.wait_for(timeout=WAIT_MS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT_MS)
    page.wait_for_timeout(4000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT_MS)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()

"""The whole loop in a real browser, as a newcomer walks it: example, own file, train, compare.

One long test on purpose: each step needs what the step before it stored, and the app is killed in
the middle of the training.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core.review import Item
from storage import Store, open_store
from storage.rows import Job, StoredSeries
from tests.browser.conftest import ROOT, _end_worker, _free_port, _wait_for
from tests.pages.nothing_blind import nothing_blind
from training.requests import TrainRequest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAINTED = ".us-chart[data-painted]"
TRAINING_S = 900


class App:
    """A Streamlit server that can be killed and started again on the same data folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = self.home.parent / f"server-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
                    *("--server.port", str(self.port), "--server.headless", "true"),
                ],
                cwd=ROOT,
                env={**os.environ, "UNDERSTUDY_HOME": str(self.home)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        _wait_for(self.url, self.process, log)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    served = App(tmp_path / "home")
    served.start()
    yield served
    served.kill()
    _end_worker(served.home)


def irregular_csv(path: Path) -> Path:
    """Write three channels at uneven times, with a level shift on the second one."""
    rng = np.random.default_rng(3)
    seconds = np.cumsum(rng.choice([1, 1, 1, 2, 7], size=600))
    values = rng.normal(0, 0.1, size=(600, 3))
    values[400:450, 1] += 3
    frame = pd.DataFrame(values, columns=["flow", "pressure", "level"])
    frame.insert(0, "time", pd.Timestamp("2024-03-01") + pd.to_timedelta(seconds, unit="s"))
    frame.to_csv(path, index=False)
    return path


def wait_until(what: Callable[[], bool], timeout_s: float, message: str) -> None:
    until = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < until, message
        time.sleep(0.5)


def painted(page: Page) -> str:
    return str(page.locator(PAINTED).get_attribute("data-painted", timeout=60_000))


def test_a_newcomer_walks_the_whole_loop_and_the_app_is_killed_in_the_training(
    page: Page, app: App, tmp_path: Path
) -> None:
    # 1-2: Home offers the example; the first plot comes with answers.
    page.goto(app.url)
    page.get_by_role("button", name="Load the example").click()
    first = page.locator(".us-panel").first
    expect(first).to_contain_text(re.compile("Built-in rules|Blind"), timeout=60_000)
    store = open_store(app.home)
    project_id = store.projects.default().id
    nothing_blind(store, project_id)  # so that every item can be accepted by a key
    page.reload()
    expect(first).to_contain_text("Built-in rules", timeout=60_000)

    # 6: both question kinds, by keyboard.
    for _ in range(6):
        before = painted(page)
        page.keyboard.press("t")
        page.locator(f"{PAINTED}:not([data-painted='{before}'])").wait_for(timeout=60_000)
    decisions = store.corrections.events(project_id)
    assert [event.decision for event in decisions] == ["accept"] * 6
    assert all(event.answer_ids for event in decisions)

    # 3: a file of one's own, irregular and with three channels.
    page.get_by_role("link", name="Upload", exact=True).click()
    page.locator("input[type=file]").set_input_files(irregular_csv(tmp_path / "plant export.csv"))
    page.get_by_role("button", name=re.compile("^Store")).click(timeout=60_000)
    wait_until(lambda: len(own_series(store, project_id)) == 1, 60, "the file was not stored")
    (own,) = own_series(store, project_id)
    assert (own.n_channels, own.n_samples, own.has_time) == (3, 600, True)

    # 4: Explore shows it, its facts and the picture a teacher would see.
    page.goto(f"{app.url}/explore?series={own.id}")
    expect(page.get_by_text("plant export").first).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="What a teacher sees").click()
    expect(page.get_by_role("img", name="The window as a teacher sees it")).to_be_visible(
        timeout=30_000
    )

    # 5: ask about it, its windows shown first.
    page.get_by_role("link", name="Teachers", exact=True).click()
    page.get_by_text("Only upload").click(timeout=60_000)
    expect(page.get_by_text(re.compile(r"windows? of 1 series"))).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Start").click()
    wait_until(lambda: bool(own_items(store, project_id, own.id)), 60, "no item was stored")
    item = next(i for i in own_items(store, project_id, own.id) if i.start <= 420 < i.stop)
    wait_until(
        lambda: bool(store.answers.for_item(project_id, item.id)), 300, "the rules did not answer"
    )

    # 6: draw an interval on channel 2, reload, save.
    page.goto(f"{app.url}/review?item={item.id}")
    page.locator(f".us-chart[data-painted='{item.id}']").wait_for(timeout=60_000)
    page.keyboard.press("e")
    fields = page.get_by_label("First sample")
    expect(fields.or_(page.get_by_text("Esc", exact=True)).first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    n_before = fields.count()
    box = page.locator(".us-pen").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=5)
    page.mouse.up()
    expect(fields).to_have_count(n_before + 1, timeout=30_000)
    page.reload()
    expect(fields).to_have_count(n_before + 1, timeout=60_000)
    page.locator(f".us-chart[data-painted='{item.id}']").wait_for()
    page.keyboard.press("Enter")
    wait_until(
        lambda: bool(store.corrections.events(project_id, item.id)), 60, "the fix was not saved"
    )
    (fix,) = store.corrections.events(project_id, item.id)
    assert fix.decision == "fix"
    assert fix.content is not None
    assert any(found.channels == (1,) for found in fix.content.intervals)

    # 7: the first training runs; the app is killed in the middle and finds it again.
    def training(title: str) -> Job:
        (job,) = (job for job in store.jobs.list(project_id, "train") if job.title == title)
        assert job.state not in ("failed", "lost"), job.message
        return job

    wait_until(
        lambda: int(training("Training 1").progress.get("step", 0)) > 5,
        TRAINING_S,
        "the training did not start",
    )
    app.kill()
    app.start()
    page.goto(f"{app.url}/train")
    expect(page.get_by_text("Training 1").first).to_be_visible(timeout=60_000)
    page.screenshot(path=tmp_path / "train.png")

    # It is stopped, which keeps it, and tried again with fewer steps; that one ends.
    page.get_by_role("button", name="Stop and save").click()
    wait_until(
        lambda: training("Training 1").state == "stopped", TRAINING_S, "the training did not stop"
    )
    # The page is told a moment later, and its buttons move then.
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Retry with changes").click(timeout=60_000)
    expect(page.get_by_text("Settings of Training 1")).to_be_visible(timeout=60_000)
    steps = page.get_by_label("Steps", exact=True)
    steps.fill("60")
    steps.press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()
    wait_until(
        lambda: len(store.jobs.list(project_id, "train")) == 2, 60, "no second training was queued"
    )
    wait_until(
        lambda: training("Training 2").state == "done", TRAINING_S, "the training did not end"
    )
    assert TrainRequest.read(training("Training 2").params).settings["steps"] == 60

    # 8: the verdict, and an item that the student changed opens in Review; Back keeps the place.
    (version,) = store.versions.list(project_id)
    assert version.evaluation is not None
    page.goto(f"{app.url}/models")
    expect(page.get_by_text(re.compile("better than|worse than|cannot tell")).first).to_be_visible(
        timeout=60_000
    )
    address = page.url
    page.goto(f"{app.url}/review?item={decisions[0].item_id}")
    page.locator(PAINTED).wait_for(timeout=60_000)
    page.go_back()
    expect(page).to_have_url(address)

    # Everything a person did is as they left it.
    assert {event.id for event in decisions} <= {
        event.id for event in store.corrections.events(project_id)
    }


def own_series(store: Store, project_id: str) -> list[StoredSeries]:
    return store.series.list(project_id, origin="upload")


def own_items(store: Store, project_id: str, series_id: str) -> list[Item]:
    return store.items.list(project_id, series_id=series_id)

"""Screening whole series: through the queue, resumed after a kill, and what cannot be read."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.chooser import Choice, Known
from core.intervals import Interval
from core.series import SeriesData, SeriesInfo
from storage import Store, open_store
from storage.rows import Job, StoredSeries
from training import launcher, screen
from training.door import StopFlag
from training.requests import CHOSEN_DETECTOR, ScreenRequest
from training.run_folder import RunFolder
from training.worker import Worker
from training.worker_prepare import prepare


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "a home")


def stored(store: Store, n: int) -> list[StoredSeries]:
    random = np.random.default_rng(0)
    series: list[tuple[SeriesData, SeriesInfo]] = []
    for number in range(n):
        values = random.normal(size=(400, 2))
        values[200:210, 0] += 30.0
        series.append((SeriesData(values), SeriesInfo(f"secret {number}", ("hidden", "name"))))
    return store.series.add_many(store.projects.default().id, series)


def queued(store: Store, rows: list[StoredSeries], method: str = "robust_z") -> Job:
    request = ScreenRequest(method=method, series_ids=tuple(row.id for row in rows))
    return store.jobs.enqueue(rows[0].project_id, "screen", "Screening", request.params())


def test_every_series_is_screened_and_stored_with_its_revision(store: Store) -> None:
    rows = stored(store, 3)
    job = queued(store, rows)
    worker, until = Worker(store), time.monotonic() + 60
    while not store.jobs.get(job.id).ended:
        assert time.monotonic() < until, RunFolder(job.folder).log_tail()
        worker.step()
        time.sleep(0.05)
    ended = store.jobs.get(job.id)
    assert ended.state == "done"
    assert ended.message.startswith("3 of 3 series screened, ")
    assert (ended.progress["step"], ended.progress["total"]) == (3, 3)
    found = store.detections.newest(job.project_id)
    assert {(one.series_id, one.method, one.revision) for one in found} == {
        (row.id, "robust_z", 1) for row in rows
    }
    for one in found:
        top = max(one.detections, key=lambda detection: detection.peak)
        assert (top.reported, 195 <= top.start < top.stop <= 215) == (True, True)
    store.close()


def prepared(store: Store, n: int) -> RunFolder:
    job = queued(store, stored(store, n))
    prepare(store, job)
    return RunFolder(job.folder)


def test_nothing_that_tells_of_the_series_reaches_the_folder(store: Store) -> None:
    folder = prepared(store, 2)
    texts = "".join(path.read_text() for path in folder.path.iterdir())
    assert "secret" not in texts and "hidden" not in texts


def test_a_killed_screening_goes_on_after_what_it_has(store: Store) -> None:
    folder = prepared(store, 4)
    screen.work(folder, StopFlag(folder))
    whole = screen.read_screened(folder.path)[0]
    path = folder.path / "screened.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2]) + lines[2][:40])  # killed in the middle of a line
    assert screen.work(folder, StopFlag(folder)).startswith("4 of 4 series screened")
    again = screen.read_screened(folder.path)[0]
    assert again[:2] == whole[:2]
    assert [one.series_id for one in again] == [one.series_id for one in whole]
    assert [one.detections for one in again] == [one.detections for one in whole]


def test_a_stop_keeps_what_was_screened(store: Store) -> None:
    folder = prepared(store, 3)

    class AfterTwo(StopFlag):
        def __call__(self) -> bool:
            return len(screen.read_screened(folder.path)[0]) == 2

    with pytest.raises(screen.Stopped, match="stopped after 2 of 3 series"):
        screen.work(folder, AfterTwo(folder))
    status = folder.status()
    assert status is not None and (status.step, status.total) == (2, 3)


def test_a_series_that_cannot_be_read_is_named_and_the_rest_goes_on(store: Store) -> None:
    folder = prepared(store, 3)
    asks = [json.loads(line) for line in (folder.path / "series.jsonl").read_text().splitlines()]
    (folder.path / asks[1]["path"]).resolve().unlink()
    assert "2 of 3 series screened" in screen.work(folder, StopFlag(folder))
    (error,) = folder.errors()
    assert error.ask_id == asks[1]["series_id"]


def test_an_unknown_detector_fails_with_the_ones_there_are(store: Store) -> None:
    job = queued(store, stored(store, 1), "magic")
    prepare(store, job)
    folder = RunFolder(job.folder)
    launcher.launch(folder, "training.screen").wait(60)
    status = folder.status()
    assert status is not None and status.state == "failed"
    assert "no detector 'magic'; this version has robust_z" in status.message


def test_chosen_screens_each_series_with_the_detector_that_is_ranked_first_on_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = stored(store, 2)
    project_id = store.projects.default().id
    (question,) = (q for q in store.questions.current(project_id) if q.kind == "anomaly")
    (item,) = store.items.add_many(project_id, [(rows[0].id, 100, 300, question.id)])
    event = AnswerContent(kind="anomaly", intervals=(FoundInterval(number=1, start=200, stop=210),))
    store.corrections.record(project_id, item.id, "ann", "fix", expected_sequence=0, content=event)
    asked: list[tuple[int, int]] = []
    known_of: list[Known] = []

    def rank(values: np.ndarray, seconds: object, known: Known) -> list[Choice]:
        asked.append(values.shape)
        known_of.append(known)
        key = "robust_z" if len(asked) == 1 else "spectral_residual"
        return [Choice(key, 0.9, ""), Choice("stl", 0.1, "")]

    monkeypatch.setattr("core.chooser.rank", rank)
    job = queued(store, rows, CHOSEN_DETECTOR)
    folder = RunFolder(job.folder)
    prepare(store, job)
    screen.work(folder, StopFlag(folder))
    assert asked == [(400, 2), (400, 2)]
    assert [one.reviewed for one in known_of] == [((100, 300),), ()]
    assert [one.events for one in known_of] == [(Interval(start=200, stop=210),), ()]
    assert [one.method for one in screen.read_screened(folder.path)[0]] == [
        "robust_z",
        "spectral_residual",
    ]

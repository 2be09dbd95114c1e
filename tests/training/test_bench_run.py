"""A bench as a job, with real processes: what comes out, one that breaks, stop, kill, go on."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.ids import new_id, utc_now
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.questions.base import Question
from core.series import SeriesData, SeriesInfo, WindowView
from storage import Store, open_store
from storage.rows import Job
from training import launcher
from training.bench_methods import Methods
from training.bench_records import BenchConfig, BenchFolder, BenchMethod, key_of
from training.requests import BenchRequest
from training.run_folder import RunFolder
from training.worker import Worker

DOORS = {"bench": "tests.training.fake_bench_door"}
ROBUST_Z = "detector:robust_z"
RULES = Author(kind="rules", name="built-in rules", version="1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "a home")
    yield opened
    for path in (opened.home / "runs").glob("*"):
        folder = RunFolder(path)
        if folder.process() is not None:
            launcher.kill(folder)
    opened.close()


def noise(n: int = 400, seed: int = 0, event: bool = True) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=n)
    if event:
        values[200:210] += 12
    return values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve series in two sources; one column holds the answer and is no channel."""
    root = tmp_path / "labelled"
    for number in range(12):
        place = root / f"source{number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{i},{v:.4f}\n" for i, v in enumerate(noise(seed=number)))
        (place / f"s{number}.csv").write_text(f"index,level\n{lines}")
    for source in (0, 1):
        names = [f"s{number}.csv" for number in range(12) if number % 2 == source]
        labels = {name: [[200, 209]] for name in names}
        (root / f"source{source}" / "labels.json").write_text(json.dumps(labels))
    return root


def bench_job(store: Store, methods: tuple[str, ...] = (ROBUST_Z, "rules"), **about: str) -> Job:
    request = BenchRequest.model_validate({"methods": methods, **about})
    project = store.projects.default().id
    return store.jobs.enqueue(project, "bench", "a bench", request.params())


def work_until(worker: Worker, condition: Callable[[], bool], seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.05)


def finished(store: Store, job: Job, doors: dict[str, str] = DOORS) -> Job:
    work_until(Worker(store, doors), lambda: store.jobs.get(job.id).ended)
    return store.jobs.get(job.id)


def test_a_folder_is_measured_method_by_method_on_every_series(store: Store, folder: Path):
    job = bench_job(store, truth="folder", folder=str(folder))

    ended = finished(store, job)

    assert (ended.state, ended.message) == ("done", "2 methods measured on 12 series")
    bench = BenchFolder(job.folder)
    rows = bench.rows()
    assert [row.method for row in rows[:2]] == [ROBUST_Z, "rules"]
    assert len({(row.method, key_of(row)) for row in rows}) == len(rows) == 24
    by_detector = [row for row in rows if row.method == ROBUST_Z]
    assert all(row.figures["event_recall"] == 1.0 for row in by_detector)
    assert all(row.source in ("source0", "source1") for row in rows)
    first = bench.series()[0]
    assert first.truth == (Interval(start=200, stop=210),)
    scores = bench.scores(0, ROBUST_Z)
    assert scores is not None
    assert scores.shape == (400,)
    assert bench.scores(0, "rules") is None  # they mark events, and give no scores
    assert bench.read(first).values.shape == (400, 1)


def test_a_killed_bench_goes_on_by_itself_after_what_it_had(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_BENCH_S", "0.2")
    job = bench_job(store, (ROBUST_Z,), truth="folder", folder=str(folder))
    worker, bench = Worker(store, DOORS), BenchFolder(job.folder)
    work_until(worker, lambda: len(bench.rows()) >= 3)
    launcher.kill(RunFolder(job.folder))
    before = bench.rows()
    assert 3 <= len(before) < 12
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    assert store.jobs.get(job.id).state == "done"
    (healed,) = RunFolder(job.folder).healed()
    assert healed.cause.startswith("the process was killed (signal 9) at step ")
    assert bench.rows()[: len(before)] == before
    assert [key_of(row) for row in bench.rows()] == [one.key for one in bench.series()]


def test_a_stopped_bench_keeps_what_it_measured(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_BENCH_S", "0.2")
    job = bench_job(store, (ROBUST_Z,), truth="folder", folder=str(folder))
    worker, bench = Worker(store, DOORS), BenchFolder(job.folder)
    work_until(worker, lambda: len(bench.rows()) >= 2)
    store.jobs.request_stop(job.id)
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    stopped = store.jobs.get(job.id)
    kept = len(bench.rows())
    assert stopped.state == "stopped"
    assert 2 <= kept < 12
    assert stopped.message == f"stopped after {kept} of 12; what was measured is kept"


def test_a_method_that_breaks_on_a_series_says_so_and_the_rest_goes_on(store: Store, folder: Path):
    text = (folder / "source0" / "s4.csv").read_text().splitlines()
    text[1] = "0,666.0"
    (folder / "source0" / "s4.csv").write_text("\n".join(text))
    job = bench_job(store, (ROBUST_Z,), truth="folder", folder=str(folder))

    ended = finished(store, job)

    assert ended.state == "done"
    assert ended.progress["errors"] == 1
    broken = [row for row in BenchFolder(job.folder).rows() if row.error]
    assert [key_of(row) for row in broken] == ["source0/s4.csv"]
    assert broken[0].error == "it broke on this series (ZeroDivisionError: 666)"
    assert "1 without an answer" in ended.message


def test_what_ends_the_process_twice_is_left_out_the_third_time(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_BENCH_DIE", "1")
    lines = "".join(f"{i},{v:.4f}\n" for i, v in enumerate([666.0, *noise(300)]))
    (folder / "source0" / "s0.csv").write_text(f"index,level\n{lines}")
    job = bench_job(store, (ROBUST_Z,), truth="folder", folder=str(folder))

    assert finished(store, job).state == "done"
    assert len(RunFolder(job.folder).healed()) == 2
    (broken,) = [row for row in BenchFolder(job.folder).rows() if row.error]
    assert "ended 2 times" in broken.error


def test_a_folder_without_labels_fails_in_words(store: Store, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    job = bench_job(store, (ROBUST_Z,), truth="folder", folder=str(tmp_path / "empty"))

    ended = finished(store, job)

    assert ended.state == "failed"
    assert "labels.json" in ended.message


def test_only_reviewed_windows_count_and_stored_answers_only_where_they_are(store: Store):
    project = store.projects.default().id
    series, _ = store.series.add(project, SeriesData(noise()[:, None]), SeriesInfo("p", ("a",)))
    question = next(q for q in store.questions.current(project) if q.kind == "anomaly")
    items = store.items.add_many(
        project, [(series.id, start, start + 100, question.id) for start in (0, 100, 200, 300)]
    )
    event = FoundInterval(number=1, start=205, stop=215)
    answers = [
        Answer(
            id=new_id(),
            item_id=item.id,
            author=RULES,
            content=AnswerContent(kind="anomaly", intervals=(event,) if item.start == 200 else ()),
            created_at=utc_now(),
        )
        for item in items[1:3]
    ]
    store.answers.add_many(project, answers)
    true = FoundInterval(number=1, start=200, stop=210)
    for item, content in (
        (items[2], AnswerContent(kind="anomaly", intervals=(true,))),
        (items[3], AnswerContent(kind="anomaly")),
    ):
        store.corrections.record(
            project, item.id, "ann", "fix", expected_sequence=0, content=content,
            answer_ids=[answers[1].id] if item is items[2] else [],
        )  # fmt: skip
    said = "answers:rules:built-in rules:1"
    job = bench_job(store, (ROBUST_Z, said), truth="reviewed")

    assert finished(store, job).state == "done"

    bench = BenchFolder(job.folder)
    (listed,) = bench.series()
    assert listed.looked == ((200, 400),)
    assert listed.truth == (Interval(start=200, stop=210),)
    assert listed.cautions[said] == "people saw its answer when they decided on 1 window here"
    by_method = {row.method: row for row in bench.rows()}
    assert by_method[ROBUST_Z].n_samples == 200
    assert by_method[said].n_samples == 100  # of [100, 300) only [200, 300) was reviewed
    assert by_method[said].figures["event_recall"] == 1.0


def test_imported_labels_count_only_for_whole_series(store: Store):
    project = store.projects.default().id
    for number in range(3):
        data = SeriesData(noise(seed=number)[:, None])
        series, _ = store.series.add(project, data, SeriesInfo(f"p{number}", ("a",)))
        store.imports.add(
            project, series.id, "anomaly", "expert", "labels.json",
            [(Interval(start=200, stop=210), "")], complete=number < 2, revision=1,
        )  # fmt: skip
    job = bench_job(store, (ROBUST_Z,), truth="imported", annotator="expert", declared_by="ann")

    assert finished(store, job).state == "done"

    listed = BenchFolder(job.folder).series()
    assert [one.name for one in listed] == ["p0", "p1"]
    assert listed[0].looked is None
    assert RunFolder(job.folder).config()["declared_by"] == "ann"


def test_nothing_known_fails_with_what_to_do(store: Store):
    ended = finished(store, bench_job(store, (ROBUST_Z,), truth="reviewed"))
    assert ended.state == "failed"
    assert "review some windows" in ended.message


class Halves:
    """A student that says 1 in the first half of a window and 0 in the second; no marks."""

    def answer_with_scores(
        self, question: Question, view: WindowView
    ) -> tuple[AnswerContent, np.ndarray]:
        n = len(view.values)
        return AnswerContent(kind="anomaly"), (np.arange(n) < n / 2).astype(float)


def test_a_students_scores_are_averaged_where_windows_overlap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Windows of 4 that share 2: of two windows each sample in the middle is 0 once and 1 once."""
    monkeypatch.setattr(Methods, "_student", lambda self, method: Halves())
    monkeypatch.setattr(Methods, "_question", lambda self, method: None)
    method = BenchMethod(key="student:1", kind="student", name="Student v1")
    config = BenchConfig(truth="folder", dataset="", methods=(method,), window=4, overlap=2)
    series = LabelledSeries("s", "", np.zeros((8, 1)))
    given = Methods(tmp_path, config, {}).given(method, series, None)
    assert given.scores is not None
    assert given.scores.tolist() == [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0]
    assert given.intervals == ()


def test_a_link_out_of_the_folder_is_named_and_not_read(store: Store, folder: Path):
    outside = folder.parent / "private.csv"
    (folder / "source0" / "s0.csv").rename(outside)
    (folder / "source0" / "s0.csv").symlink_to(outside)
    job = bench_job(store, (ROBUST_Z,), truth="folder", folder=str(folder), inside=str(folder))

    assert finished(store, job).state == "done"

    bench = BenchFolder(job.folder)
    assert len(bench.series()) == 11
    assert [text.partition(":")[0] for text in bench.unread()] == ["source0/s0.csv"]

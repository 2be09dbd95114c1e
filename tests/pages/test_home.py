"""Home: two ways in on an empty folder, then what to do next."""

from pathlib import Path

import pytest
from small_project import (
    SmallProject,
    asked_project,
    empty_project,
    made,
    pattern,
    with_gold,
)
from streamlit.testing.v1 import AppTest

from core.answers import AnswerContent, Author
from core.errors import StoreError
from core.example import N_GENERATED, N_GOLD, example_series
from core.series import SeriesInfo
from pages.components import session
from pages.components.services import Services
from pages.components.workflows import example
from pages.components.workflows.example import load_example
from pages.components.workflows.review_queue import build_queue

APP = Path(__file__).parents[2] / "app.py"


def open_home(small: SmallProject) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    assert not app.exception
    return app


def test_an_empty_folder_offers_the_example_and_a_place_for_files(tmp_path: Path) -> None:
    app = open_home(empty_project(tmp_path))
    assert [button.label for button in app.button] == [
        "Load the example",
        "Add the change-point example",
        "Use this name",
    ]
    assert len(app.file_uploader) == 1
    assert "worker not running" in app.caption[0].value


def test_loading_the_example_stores_it_and_goes_to_review(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    app = open_home(small)
    app.button[0].click().run()
    assert not app.exception
    project = small.project_id
    assert len(small.store.series.list(project)) == N_GENERATED + 4
    assert len(small.store.gold.ranges(project)) == N_GOLD
    assert small.store.gold.is_locked(project)
    kinds = [job.kind for job in small.store.jobs.list(project)]
    assert sorted(kinds) == ["label", "label", "train"]
    load_example(small.store, project)
    assert len(small.store.series.list(project)) == N_GENERATED + 4  # nothing twice


def test_an_example_of_another_size_does_not_join_one_whose_gold_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = empty_project(tmp_path)
    made = example_series()[:40]
    monkeypatch.setattr(example, "example_series", lambda: made)
    load_example(small.store, small.project_id)
    monkeypatch.undo()
    with pytest.raises(StoreError, match="gold was locked by its first training"):
        load_example(small.store, small.project_id)
    assert len(small.store.series.list(small.project_id)) == 40


def test_the_example_never_joins_a_project_whose_gold_is_locked(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    small.store.gold.lock(small.project_id)
    with pytest.raises(StoreError, match="gold was locked by its first training"):
        load_example(small.store, small.project_id)
    assert len(small.store.series.list(small.project_id)) == 24


def test_gold_of_the_example_is_there_before_anything_can_be_reviewed(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    seen: list[tuple[float, int, int]] = []

    def look(share: float, _text: str) -> None:
        items = small.store.items.count(small.project_id)
        seen.append((share, items, len(small.store.gold.ranges(small.project_id))))
        if share > 0.2:
            raise InterruptedError  # the app is killed

    with pytest.raises(InterruptedError):
        load_example(small.store, small.project_id, look)
    assert seen[-1][1] > 40
    assert seen[-1][2] == 1
    assert build_queue(small.store, small.project_id).drawn == ()


def test_with_data_the_next_step_and_the_counts_are_shown(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    small.decide(small.pattern_items[0], "accept", pattern("linear_increase"))
    app = open_home(small)
    assert [(m.label, m.value) for m in app.metric] == [
        ("Series", "24"),
        ("Items", "48"),
        ("Answers", "48"),
        ("Reviewed by people", "1"),
    ]
    assert app.button(key="home_next").label == "Review"
    assert "47 items wait for a decision" in [caption.value for caption in app.caption]


def test_gold_with_a_known_truth_waits_for_nobody(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path), n_gold=8)
    app = open_home(small)
    assert "32 items wait for a decision" in [caption.value for caption in app.caption]
    assert ("Answers", "48") in [(m.label, m.value) for m in app.metric]


def test_a_window_half_in_a_reserved_block_waits_for_nobody(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    half = (small.pattern_items[0].series_id, 0, 32)
    small.store.gold.reserve(small.project_id, [half], "time_block")
    app = open_home(small)
    assert "46 items wait for a decision" in [caption.value for caption in app.caption]


def test_items_that_came_with_imported_labels_alone_wait_for_nobody(tmp_path: Path) -> None:
    small = asked_project(tmp_path / "asked", n_series=1)
    there = empty_project(tmp_path)
    data = small.store.series.data(small.store.series.list(small.project_id)[0])
    row, _ = there.store.series.add(there.project_id, data, SeriesInfo("line", ("value",)))
    window = (row.id, 0, 64, there.anomaly.id)
    (item,) = there.store.items.add_many(there.project_id, [window])
    label = made(item, Author(kind="import", name="line.csv"), AnswerContent(kind="anomaly"))
    there.store.answers.add_many(there.project_id, [label])
    app = open_home(there)
    assert app.button(key="home_next").label == "Ask"
    assert not any("wait for a decision" in caption.value for caption in app.caption)
    assert build_queue(there.store, there.project_id).order == ()


def test_recent_work_names_what_failed_and_why(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    job = small.store.jobs.enqueue(small.project_id, "label", "rules: 3 windows", {})
    small.store.jobs.update(job.id, state="running")
    small.store.jobs.update(job.id, state="failed", message="the disk is full")
    app = open_home(small)
    assert any("the disk is full" in markdown.value for markdown in app.markdown)


def test_the_verdict_of_an_ended_training_is_told_as_of_then(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    job = small.store.jobs.enqueue(small.project_id, "train", "Training 1", {})
    small.store.jobs.update(job.id, state="running")
    small.store.jobs.update(job.id, state="done", message="Nothing is ranked yet")
    app = open_home(small)
    assert any("When it ended: Nothing is ranked" in markdown.value for markdown in app.markdown)

"""What a bench measured, in tables: averages, wins and losses, two benches, files. No browser."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bench_project import BAD, GOOD, LEARNED, RULES, STUDENT, make_bench
from small_project import SmallProject, asked_project, empty_project, with_gold, with_version

from core.blobs import write_parquet
from core.errors import ConfigError
from core.intervals import Interval
from core.series import SeriesData
from pages.components.workflows.bench_export import (
    as_csv,
    as_parquet,
    beside,
    export_frame,
    unlike,
)
from pages.components.workflows.bench_gains import duel
from pages.components.workflows.bench_results import (
    RUNTIME,
    Results,
    lines,
    ordered,
    results_of,
)
from pages.components.workflows.benching import (
    annotators,
    choices,
    known,
    labelled_folders,
    start_bench,
    usual,
)
from storage.rows import Job
from training.bench_known import both, joined
from training.bench_listing import with_cautions
from training.bench_records import BenchFolder, BenchMethod, BenchSeries
from training.requests import BenchRequest


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return empty_project(tmp_path)


@pytest.fixture
def job(small: SmallProject) -> Job:
    return make_bench(small.store)


def read(job: Job) -> Results:
    results = results_of(job)
    assert results is not None
    return results


def test_a_bench_without_a_result_has_none(small: SmallProject) -> None:
    job = small.store.jobs.enqueue(small.project_id, "bench", "Bench 1", {})
    assert results_of(job) is None


def test_the_average_over_sources_stands_beside_luck_and_n(job: Job) -> None:
    table = {line.method: line for line in lines(read(job))}
    cell = table[GOOD].cells["vus_pr"]
    # source a: 0.8, 0.8, 0.8; source b: 0.8, 0.8, 0.2
    assert cell.estimate.value == pytest.approx((0.8 + 0.6) / 2)
    assert (cell.luck, cell.n) == (pytest.approx(0.1), 6)
    assert table[RULES].cells["vus_pr"].estimate.value is None
    assert (table[RULES].n_series, table[RULES].n_failed) == (5, 1)
    assert table[GOOD].cells[RUNTIME].estimate.value == pytest.approx(1.0)
    assert lines(read(job), "a")[0].cells["vus_pr"].estimate.value == pytest.approx(0.8)


def test_results_follow_what_is_written_meanwhile(job: Job) -> None:
    before = read(job)
    assert read(job) is before
    BenchFolder(job.folder).append_row(before.rows[0].model_copy(update={"method": "detector:bad"}))
    assert len(read(job).rows) == len(before.rows) + 1


def test_the_best_comes_first_whichever_way_is_better(job: Job) -> None:
    table = lines(read(job))
    assert ordered(table, "vus_pr")[0].method == GOOD
    assert ordered(table, "vus_pr")[-1].cells["vus_pr"].estimate.value is None
    alarms = [line.cells["false_alarms"].estimate.value for line in ordered(table, "false_alarms")]
    assert alarms == sorted(alarms, key=lambda value: value or 0.0)


def test_a_student_that_learned_from_a_series_is_marked_and_can_be_judged_without(job: Job) -> None:
    results = read(job)
    student = next(line for line in lines(results) if line.method == STUDENT)
    assert student.cautions == 1
    without = {line.method: line for line in lines(results, unlearned=True)}
    assert [line.n_series for line in without.values()] == [5, 5, 4, 5]  # it counts for nobody
    assert without[STUDENT].cautions == 0


def test_wins_and_losses_count_in_the_figures_own_direction(job: Job) -> None:
    found = duel(read(job), GOOD, BAD, "vus_pr")
    assert (found.wins, found.losses) == (5, 1)
    assert found.gains[0][3] == pytest.approx(0.3)
    assert found.gains[-1][0] == "b/s5.csv"
    alarms = duel(read(job), GOOD, BAD, "false_alarms")
    assert (alarms.wins, alarms.losses) == (5, 1)
    assert alarms.gains[0][3] == pytest.approx(3.0)
    assert duel(read(job), GOOD, RULES, "vus_pr").gains == ()


def test_two_benches_are_compared_on_the_series_both_have(small: SmallProject, job: Job) -> None:
    later = make_bench(small.store, n_series=4, offset=0.1)
    changes = {change.name: change for change in beside(read(later), read(job), "vus_pr")}
    assert changes["Bad detector"].gain.value == pytest.approx(0.1)
    assert changes["Bad detector"].n == 4
    assert "Built-in rules" not in changes  # they have no scores
    assert unlike(read(job), read(job)) == []
    assert "different series" in unlike(read(later), read(job))[0]


def test_files_hold_every_result_with_what_it_was_measured_by(job: Job) -> None:
    frame = export_frame(job, read(job))
    assert len(frame) == 24
    csv, parquet = io.BytesIO(as_csv(frame)), io.BytesIO(as_parquet(frame))
    for text in (pd.read_csv(csv), pd.read_parquet(parquet)):
        student = text[(text["method"] == STUDENT) & (text["series"] == "s0.csv")].iloc[0]
        assert student["caution"] == LEARNED
        assert student["method_version"] == "one"
        assert student["dataset_hash"] == read(job).hash
        assert student["interval_f1"] == 0.8
        assert student["interval_f1_luck"] == 0.05
        assert student["marked"] == "50:60"
    assert frame["error"].str.len().gt(0).sum() == 1


def test_folders_are_offered_with_those_above_them(tmp_path: Path) -> None:
    for place in ("x", "y/deep"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "labels.json").write_text("{}")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "mylabels.json").write_text("{}")
    assert labelled_folders(tmp_path) == {".": 2, "x": 1, "y": 1, "y/deep": 1}


def test_imported_labels_need_a_declaration(small: SmallProject) -> None:
    request = BenchRequest(truth="imported", methods=("rules",))
    with pytest.raises(ConfigError, match="declare"):
        start_bench(small.store, small.project_id, request, "imported labels")
    assert small.store.jobs.list(small.project_id, "bench") == []


def test_what_is_known_is_counted_before_a_bench(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=4)
    small.decide(small.anomaly_items[0], "fix", small.spike(20))
    small.decide(small.anomaly_items[1], "no_anomaly")
    small.decide(small.anomaly_items[2], "not_sure")
    there = known(small.store, small.project_id, "reviewed")
    assert (there.n_series, there.n_events, there.n_samples) == (2, 1, 128)
    assert known(small.store, small.project_id, "generated").n_series == 0
    series = small.anomaly_items[0].series_id
    place = [(Interval(start=20, stop=22), "")]
    add = small.store.imports.add
    add(small.project_id, series, "anomaly", "expert", "l.json", place, True, 1)
    add(small.project_id, series, "change_point", "other", "c.json", place, True, 1)
    assert annotators(small.store, small.project_id) == {"expert": 1}
    assert known(small.store, small.project_id, "imported", "expert").n_events == 1


def test_generated_series_know_their_truth(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path))
    assert known(small.store, small.project_id, "generated").n_series == 8


def test_students_and_stored_answers_can_be_chosen_where_they_make_sense(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path))
    version = with_version(small)
    here = {m.key: m for m in choices(small.store, small.project_id, "reviewed")}
    assert here[f"student:{version.id}"].name == "Student v1"
    assert here["answers:rules:built-in rules:1"].kind == "answers"
    folder = {m.key for m in choices(small.store, small.project_id, "folder")}
    assert set(here) - folder == {"answers:rules:built-in rules:1"}
    assert "chooser" not in usual(list(here.values()))
    assert "detector:robust_z" in usual(list(here.values()))


def test_a_student_is_caught_on_a_series_it_knows_by_its_values_alone(
    tmp_path: Path,
) -> None:
    values = np.arange(20.0)[:, None]
    uploaded = SeriesData(values, time=np.arange(20) * 10**9)
    snapshot = tmp_path / "snapshot"
    (snapshot / "arrays").mkdir(parents=True)
    np.save(snapshot / "arrays" / f"{uploaded.content_hash}.npy", values)
    example = {"content_hash": uploaded.content_hash, "series_id": "one"}
    learned = [{**example, "source": "correction"}, {**example, "source": "pseudo"}]
    text = "".join(f"{json.dumps(line)}\n" for line in learned)
    (snapshot / "examples.jsonl").write_text(text)
    listed: list[BenchSeries] = []
    for name, data in (("same", SeriesData(values)), ("other", SeriesData(values + 1))):
        write_parquet(data, tmp_path / f"{name}.parquet")
        listed.append(
            BenchSeries(
                name=name, path=f"{name}.parquet", content_hash=data.content_hash, n_samples=20
            )
        )
    student = BenchMethod(key=STUDENT, kind="student", name="Student v1", snapshot="snapshot")
    same, other = with_cautions(tmp_path, [student], listed)
    assert same.cautions == {
        STUDENT: "learned from 2 windows of this series, 1 of them corrected by people"
    }
    assert other.cautions == {}


def test_ranges_are_joined_and_shared() -> None:
    assert joined([(5, 8), (0, 3), (3, 4), (7, 9)]) == ((0, 4), (5, 9))
    assert both(None, None) is None
    assert both(None, [(1, 2)]) == ((1, 2),)
    assert both([(0, 10), (20, 30)], [(5, 25)]) == ((5, 10), (20, 25))
    assert both([(0, 5)], [(5, 9)]) == ()

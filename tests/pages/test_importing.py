"""Imported labels: from columns and label files, on the right samples, apart from everything."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.intervals import Interval
from core.labels import LabelFile, read_labels
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.continuing_upload import Offers
from pages.components.workflows.importing import FoundLabels, attach, labels_in_file
from pages.components.workflows.label_step import LabelStep, column_words, label_table
from pages.components.workflows.storing_upload import StoredUpload, store_files
from pages.components.workflows.upload_table import Verdict, judge
from pages.components.workflows.uploading import Desk, Upload
from storage import Store, open_store
from training.worker_results import gold_truths


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "scratch")


def csv(first: int, stop: int, marked: range, values: int = 1) -> bytes:
    """Minutes with a value and an answer column."""
    rows = [
        f"2024-01-01 {m // 60:02d}:{m % 60:02d}:00,{m * values}.5,{int(m in marked)}\n"
        for m in range(first, stop)
    ]
    return ("time,flow,anomaly\n" + "".join(rows)).encode()


def verdicts(store: Store, desk: Desk, *files: tuple[str, bytes]) -> list[Verdict]:
    desk.add(Upload(name, name, raw) for name, raw in files)
    rows = store.series.list(store.projects.default().id)
    offers = Offers()
    return judge(
        desk, list(desk.files.values()), rows, lambda d, info: offers(store, rows, d, info)
    )


def stored(store: Store, desk: Desk, *files: tuple[str, bytes]) -> StoredUpload:
    return store_files(store, store.projects.default().id, verdicts(store, desk, *files))


def label_file(**entries: object) -> LabelFile:
    return read_labels("labels.json", json.dumps(entries).encode())


def spans(found: FoundLabels) -> list[tuple[int, int]]:
    return [(one.start, one.stop) for one in found.intervals]


def test_an_answer_column_is_said_before_and_found_after_storing(store: Store, desk: Desk) -> None:
    found = verdicts(store, desk, ("pump.csv", csv(0, 100, range(20, 32))))
    assert column_words(found[0]) == (["column 'anomaly', 1 stretch, 12.0% of rows"], [])
    (labels,) = store_files(store, store.projects.default().id, found).labels
    assert (labels.stored.info.name, labels.annotator, labels.complete) == (
        "pump",
        "anomaly",
        True,
    )
    assert spans(labels) == [(20, 32)]
    assert labels.words == "1 stretch, 12.0% of samples"
    assert labels.stored.info.channel_names == ("flow",)


def test_rows_that_time_sorts_take_their_labels_along(store: Store, desk: Desk) -> None:
    head, *rows = csv(0, 40, range(5, 10)).decode().splitlines()
    raw = "\n".join([head, *rows[20:], *rows[:20]]).encode()
    (labels,) = stored(store, desk, ("pump.csv", raw)).labels
    assert spans(labels) == [(5, 10)]


def test_attached_labels_are_imports_with_their_answers(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    (labels,) = stored(store, desk, ("pump.csv", csv(0, 100, range(20, 32)))).labels
    done = attach(store, project, [labels])
    assert (done.n_sets, done.n_series, done.n_items, done.failed) == (1, 1, 1, ())
    (imported,) = store.imports.list(project)
    assert (imported.source, imported.annotator) == ("pump.csv", "anomaly")
    (item,) = store.items.list(project, series_id=labels.stored.id)
    (answer,) = store.answers.for_item(project, item.id)
    assert (answer.author.kind, answer.author.name) == ("import", "pump.csv, anomaly")
    assert [(one.start, one.stop) for one in answer.content.intervals] == [(20, 32)]


def test_imported_change_points_answer_the_change_point_question(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    stored(store, desk, ("pump.csv", csv(0, 100, range(0))))
    assert "change_point" not in questions_by_kind(store, project)
    changes = read_labels("changepoints.json", b'{"pump.csv": {"6": [40, 70]}}')
    found, _ = labels_in_file(store, project, changes)
    attach(store, project, found)
    attach(store, project, found)
    question = questions_by_kind(store, project)["change_point"]
    (item,) = store.items.list(project, question.id)
    (answer,) = store.answers.for_item(project, item.id)
    assert answer.author.kind == "import"
    points = answer.content.intervals
    assert [(one.start, one.stop, one.cause) for one in points] == [(40, 41, None), (70, 71, None)]


def test_attaching_twice_changes_nothing(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    (labels,) = stored(store, desk, ("pump.csv", csv(0, 100, range(20, 32)))).labels
    attach(store, project, [labels])
    attach(store, project, [labels])
    assert len(store.imports.list(project)) == 1
    (item,) = store.items.list(project)
    assert len(store.answers.for_item(project, item.id)) == 1


def test_a_long_series_is_answered_in_windows_and_a_label_over_their_edge_in_both(
    store: Store, desk: Desk
) -> None:
    project = store.projects.default().id
    rows = "".join(f"{k % 7}.5,{int(4000 <= k < 4200)}\n" for k in range(9000))
    (labels,) = stored(store, desk, ("long.csv", f"flow,anomaly\n{rows}".encode())).labels
    assert attach(store, project, [labels]).n_items == 3
    items = store.items.list(project)
    assert [(item.start, item.stop) for item in items] == [(0, 4096), (4096, 8192), (4904, 9000)]
    answers = [store.answers.for_item(project, item.id)[0].content.intervals for item in items]
    assert [[(i.start, i.stop) for i in found] for found in answers] == [
        [(4000, 4096)],
        [(4096, 4200)],
        [],
    ]
    (imported,) = store.imports.list(project)
    assert [(i.start, i.stop) for i in imported.intervals] == [(4000, 4200)]


def test_windows_that_were_asked_about_are_answered_themselves(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    (labels,) = stored(store, desk, ("pump.csv", csv(0, 100, range(20, 32)))).labels
    question = next(q for q in store.questions.current(project) if q.kind == "anomaly")
    store.items.add_many(
        project, [(labels.stored.id, a, b, question.id) for a, b in ((0, 60), (40, 100))]
    )
    assert attach(store, project, [labels]).n_items == 2
    assert len(store.items.list(project)) == 2


def test_a_label_file_finds_its_series_and_says_what_it_does_not_find(
    store: Store, desk: Desk
) -> None:
    stored(store, desk, ("plant/pump.csv", csv(0, 100, range(0))))
    file = label_file(
        **{
            "pump.csv": [
                ["2024-01-01T00:10:00", "2024-01-01T00:19:00"],
                ["2025-01-01T00:00:00", "2025-01-02T00:00:00"],
            ],
            "fan.csv": [],
        }
    )
    found, problems = labels_in_file(store, store.projects.default().id, file)
    assert [(one.stored.info.name, spans(one)) for one in found] == [("pump", [(10, 20)])]
    assert len(found[0].problems) == 1
    assert problems == ["labels.json: 'fan.csv' is no stored series, so its labels wait for it"]


def test_an_empty_entry_says_that_there_is_no_anomaly(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    stored(store, desk, ("fan.csv", csv(0, 50, range(0))))
    ((labels,), _) = labels_in_file(store, project, label_file(**{"fan.csv": []}))
    assert labels.words == "no anomaly"
    assert attach(store, project, [labels]).n_items == 1


def test_labels_that_cannot_be_stored_do_not_keep_others_away(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    good, bad = stored(
        store,
        desk,
        ("pump.csv", csv(0, 100, range(20, 32))),
        ("fan.csv", csv(0, 100, range(3), values=3)),
    ).labels
    stranger = FoundLabels(
        stored=bad.stored,
        kind="anomaly",
        annotator="",
        source="x.json",
        intervals=(bad.intervals[0].model_copy(update={"stop": 5000}),),
        types=("",),
        complete=True,
    )
    done = attach(store, project, [stranger, good])
    assert (done.n_sets, done.n_series) == (1, 1)
    assert "fan, x.json: the label [0, 5000)" in done.failed[0]
    assert len(store.series.list(project)) == 2


def test_labels_of_a_file_that_joins_lie_on_the_joined_samples(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    stored(store, desk, ("pump.csv", csv(0, 50, range(0))))
    desk.put_away(list(desk.files))
    (verdict,) = found = verdicts(store, desk, ("pump.csv", csv(40, 80, range(45, 60))))
    assert verdict.state == "joins"
    (labels,) = store_files(store, project, found).labels
    assert spans(labels) == [(45, 60)]
    # Nothing is known of the samples before: silence there says nothing.
    assert not labels.complete
    assert attach(store, project, [labels]).n_items == 1


def test_the_step_offers_what_is_stored_and_not_attached(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    step = LabelStep()
    step.pending.extend(stored(store, desk, ("pump.csv", csv(0, 100, range(20, 32)))).labels)
    desk.put_away(list(desk.files))
    labels = json.dumps({"pump.csv": [[3, 5]], "fan.csv": [[1, 2]]}).encode()
    found = verdicts(store, desk, ("labels.json", labels))
    assert [verdict.state for verdict in found] == ["labels"]
    offered = step.offer(store, project, desk, found)
    assert label_table(offered.found)[["Series", "From", "By", "Says"]].values.tolist() == [
        ["pump", "pump.csv", "anomaly", "1 stretch, 12.0% of samples"],
        ["pump", "labels.json", "labels", "1 stretch, 3.0% of samples"],
    ]
    assert offered.problems == (
        "labels.json: 'fan.csv' is no stored series, so its labels wait for it",
    )
    attach(store, project, offered.found)
    again = step.offer(store, project, desk, found)
    assert (again.found, again.n_attached) == ((), 2)


def test_a_file_stored_before_offers_its_labels_again(store: Store, desk: Desk) -> None:
    project = store.projects.default().id
    raw = csv(0, 100, range(20, 32))
    stored(store, desk, ("pump.csv", raw))
    desk.put_away(list(desk.files))
    found = verdicts(store, desk, ("copy.csv", raw))
    assert [verdict.state for verdict in found] == ["here"]
    (labels,) = LabelStep().offer(store, project, desk, found).found
    assert spans(labels) == [(20, 32)]


def test_silence_of_a_label_file_says_nothing_of_what_a_later_file_brought(
    store: Store, desk: Desk
) -> None:
    project = store.projects.default().id
    (before,) = stored(store, desk, ("pump.csv", csv(0, 50, range(0)))).created
    ((early,), _) = labels_in_file(store, project, label_file(**{"pump.csv": []}))
    values = np.concatenate([store.series.data(before).values, np.zeros((50, 1))])
    time = np.arange(100) * 60 * 10**9 + (before.first_tick or 0)
    store.series.extend(
        project,
        before.id,
        SeriesData(values, time),
        before.info,
        expected_revision=1,
        source="next.csv",
    )
    question = next(q for q in store.questions.current(project) if q.kind == "anomaly")
    windows = [(before.id, a, a + 50, question.id) for a in (0, 50)]
    first, later = store.items.add_many(project, windows)

    assert attach(store, project, [early]).n_items == 1
    assert len(store.answers.for_item(project, first.id)) == 1
    assert store.answers.for_item(project, later.id) == []
    ((late,), _) = labels_in_file(store, project, label_file(**{"pump.csv": []}))
    assert (early.complete, late.complete) == (True, False)
    by_row = label_file(**{"pump.csv": [[3, 5]]})
    ((rows,), _) = labels_in_file(store, project, by_row)
    assert spans(rows) == [(3, 6)]
    assert [problem[:76] for problem in rows.problems] == [
        "these labels count rows, and 2 files make up this series: they are taken for"
    ]


def test_a_file_called_generator_tells_no_truth(store: Store) -> None:
    project = store.projects.default().id
    info = SeriesInfo(name="made", channel_names=("v",))
    row, _ = store.series.add(project, SeriesData(np.arange(64.0)[:, None]), info)
    store.gold.reserve(project, [(row.id, 0, 64)], "construction")
    labels = FoundLabels(
        stored=row,
        kind="anomaly",
        annotator="",
        source="generator",
        intervals=(Interval(start=1, stop=5),),
        types=("",),
        complete=True,
    )
    assert attach(store, project, [labels]).n_items == 1
    question = next(q for q in store.questions.current(project) if q.kind == "anomaly")
    assert gold_truths(store, project, question.id) == {}

"""Exports of a real store, taken into a fresh home that has the same series."""

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from core.answers import AnswerContent, Author, FoundInterval
from core.errors import DataError
from core.exports.read import CHAT_FILE, GOLD_FILE
from core.review import Item
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.export_sides import decided_items
from pages.components.workflows.exporting import Format, Made, Wish, export
from pages.components.workflows.importing import Attached, attach
from pages.components.workflows.label_step import LabelStep, Offered, label_table
from pages.components.workflows.reviewing import load_desk
from pages.components.workflows.upload_table import judge
from pages.components.workflows.uploading import Desk, Upload
from storage import Store, open_store
from tests.pages.review_project import (
    anomaly_content,
    anomaly_series,
    pattern_content,
    pattern_series,
    review_store,
)
from training.worker_results import gold_truths

FORMS: tuple[Format, ...] = ("chat", "intervals", "label_studio", "everything")
Told = list[tuple[float, str]]


def project_of(store: Store) -> str:
    return store.projects.default().id


def decide(store: Store, item: Item, content: AnswerContent | None, person: str = "ann") -> None:
    project_id = project_of(store)
    store.corrections.record(
        project_id,
        item.id,
        person,
        "reject" if content is None else "fix",
        expected_sequence=store.corrections.sequences(project_id).get(item.id, 0),
        content=content,
    )


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two data folders to copy, which is quicker than to make them for each test."""
    made = tmp_path_factory.mktemp("homes")
    reviewed_store(made / "home").close()
    other = open_store(made / "other")
    again = [*(anomaly_series(k) for k in range(4)), *(pattern_series(k) for k in range(4))]
    other.series.add_many(project_of(other), [(data, renamed(info)) for data, info in again])
    other.close()
    return made


@pytest.fixture
def store(homes: Path, tmp_path: Path) -> Store:
    """Four series of each kind; all but one were decided on, by two people."""
    shutil.copytree(homes / "home", tmp_path / "home")
    return open_store(tmp_path / "home")


@pytest.fixture
def other(homes: Path, tmp_path: Path) -> Store:
    """A fresh home with the same series under other names, and no item."""
    shutil.copytree(homes / "other", tmp_path / "other")
    return open_store(tmp_path / "other")


def reviewed_store(home: Path) -> Store:
    store = review_store(home, n=4)
    project_id = project_of(store)
    questions = {one.id: one for one in store.questions.current(project_id)}
    for number, item in enumerate(store.items.list(project_id)):
        question = questions[item.question_id]
        content = (
            pattern_content("linear_increase", 0.75)
            if question.kind == "pattern"
            else AnswerContent(kind="anomaly")
            if number == 0
            else anomaly_content(question)
        )
        if number == 3:
            decide(store, item, None)
        else:
            decide(store, item, content, "ann" if number % 2 else "ben")
    return store


def renamed(info: SeriesInfo) -> SeriesInfo:
    return SeriesInfo(f"other {info.name}", info.channel_names)


def exported(store: Store, wish: Wish) -> Made:
    return export(store, project_of(store), wish, lambda _share, _text: None)


def offered(store: Store, tmp_path: Path, path: Path) -> Offered:
    """Drop a file on Upload and return what it offers."""
    desk = Desk(tmp_path / "scratch")
    desk.add([Upload(path.name, path.name, path.read_bytes())])
    assert len(desk.files) == 1
    rows = store.series.list(project_of(store))
    verdicts = judge(desk, [*desk.files.values()], rows, lambda _data, _info: [])
    assert [verdict.state for verdict in verdicts] == ["labels"]
    return LabelStep().offer(store, project_of(store), desk, verdicts)


def labels_of(store: Store) -> dict[tuple[str, int, int, str], tuple[object, ...]]:
    """Return who said what of each window of each series: events with their types by key."""
    project_id = project_of(store)
    hashes = {row.id: row.content_hash for row in store.series.list(project_id)}
    found: dict[tuple[str, int, int, str], tuple[object, ...]] = {}
    current = store.corrections.current(project_id)
    for item in store.items.list(project_id):
        question = store.questions.get(item.question_id)
        answers = [
            answer
            for answer in store.answers.for_item(project_id, item.id)
            if answer.author.kind == "import"
        ]
        label = current.get(item.id)
        content = answers[0].content if answers else label.content if label else None
        if content is not None:
            said = [
                (
                    one.start,
                    one.stop,
                    one.channels,
                    None if one.type_id is None else question.type_of(one.type_id).key,
                    one.confidence,
                )
                for one in content.intervals
            ]
            key = (hashes[item.series_id], item.start, item.stop, question.kind)
            found[key] = (content.label, *said)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_comes_into_a_fresh_home_as_it_was(
    store: Store, other: Store, tmp_path: Path, form: Format
) -> None:
    made = exported(store, Wish(form))
    found = offered(other, tmp_path, made.path)
    assert found.problems == ()
    done = attach(other, project_of(other), found.found)
    assert (done.n_series, done.n_items, done.failed) == (7, 7, ())
    assert labels_of(other) == labels_of(store)
    assert len(labels_of(other)) == 7
    # They are evidence of others: no correction, no gold, nothing to review.
    assert other.corrections.events(project_of(other)) == []
    again = offered(other, tmp_path, made.path)
    assert (again.found, again.n_attached) == ((), 7)


def test_imported_labels_keep_who_decided_and_are_shown_to_nobody_in_review(
    store: Store, other: Store, tmp_path: Path
) -> None:
    found = offered(other, tmp_path, exported(store, Wish("intervals")).path)
    attach(other, project_of(other), found.found)
    first = other.items.list(project_of(other))[0]
    (answer,) = other.answers.for_item(project_of(other), first.id)
    assert answer.author == Author(kind="import", name="intervals.csv, ben")
    assert json.loads(answer.raw_text)["decision"] == "fix"
    assert load_desk(other, project_of(other), "me", first.id).answers == ()
    table = label_table(found.found)
    assert table.iloc[0].to_list() == [
        "other pump-0.csv",
        "intervals.csv",
        "ben",
        "1 reviewed item",
        "",
    ]


def test_changed_samples_are_matched_by_name_with_a_warning_and_the_rest_is_listed(
    store: Store, tmp_path: Path
) -> None:
    made = exported(store, Wish("intervals"))
    near = open_store(tmp_path / "near")
    data, info = anomaly_series(0)
    short, _ = anomaly_series(1, n=100)
    near.series.add_many(
        project_of(near),
        [(SeriesData(data.values + 1, data.time), info), (short, anomaly_series(1)[1])],
    )
    found = offered(near, tmp_path, made.path)
    (one,) = found.found
    assert one.stored.info.name == "pump-0.csv"
    assert found.problems[-1] == (
        "pump-0.csv, intervals.csv: the samples differ from those that were labelled: matched by "
        "name alone"
    )
    reasons = [text.partition(": ")[2] for text in found.problems[:-1]]
    assert len(reasons) == 6
    assert reasons[0].startswith("'pump-1.csv' is not the series it was")
    assert reasons[1].startswith("no series is called 'pump-2.csv' or has the samples")


def test_two_series_of_one_name_are_not_chosen_between(store: Store, tmp_path: Path) -> None:
    made = exported(store, Wish("intervals"))
    near = open_store(tmp_path / "near")
    data, info = anomaly_series(0)
    near.series.add_many(
        project_of(near), [(SeriesData(data.values + k, data.time), info) for k in (1, 2)]
    )
    found = offered(near, tmp_path, made.path)
    assert found.found == ()
    assert "2 series are called 'pump-0.csv'" in found.problems[0]


def test_gold_is_in_no_file_to_learn_from_and_in_one_of_its_own_when_asked(store: Store) -> None:
    project_id = project_of(store)
    gold = [one.item for one in decided_items(store, project_id)][:2]
    store.gold.reserve(project_id, [(one.series_id, one.start, one.stop) for one in gold], "drawn")
    ids = {one.id for one in gold}
    for pictures in ("beside", "inside"):
        made = exported(store, Wish("chat", pictures=pictures))
        raw = made.path.read_bytes()
        assert not any(one.encode() in raw for one in ids) or pictures == "beside"
        if pictures == "beside":
            with zipfile.ZipFile(made.path) as archive:
                assert GOLD_FILE not in archive.namelist()
                raw = archive.read(CHAT_FILE)
        lines = [json.loads(line)["metadata"] for line in raw.decode().splitlines()]
        assert not ids & {one["item_id"] for one in lines}
        assert {one["split"] for one in lines} <= {"train", "validation"}
        assert made.left_out[0] == "2 gold labels: they measure, and are never learned from"
    asked = exported(store, Wish("chat", gold=True))
    with zipfile.ZipFile(asked.path) as archive:
        there = [json.loads(one)["metadata"] for one in archive.read(GOLD_FILE).splitlines()]
        learned = archive.read(CHAT_FILE).decode()
        pictures = {name for name in archive.namelist() if name.startswith("pictures/")}
    assert {one["item_id"] for one in there} == ids
    assert {one["split"] for one in there} == {"gold"}
    assert not any(one in learned for one in ids)
    assert {f"pictures/{one['picture']}.png" for one in there} <= pictures


def test_a_copy_of_a_gold_series_is_not_learned_from(store: Store) -> None:
    project_id = project_of(store)
    first = decided_items(store, project_id)[0]
    data, info = anomaly_series(0)
    twin, _ = store.series.add(project_id, SeriesData(data.values * 2, data.time), info)
    (item,) = store.items.add_many(project_id, [(twin.id, 0, 600, first.item.question_id)])
    decide(store, item, AnswerContent(kind="anomaly"))
    store.gold.reserve(project_id, [(first.item.series_id, 0, 600)], "drawn")
    made = exported(store, Wish("chat", pictures="inside"))
    assert item.id not in made.path.read_text()
    assert made.left_out == (
        "1 gold label: they measure, and are never learned from",
        "1 label on series that are copies of gold ones",
    )


def test_imported_labels_are_no_truth_of_gold(store: Store, other: Store, tmp_path: Path) -> None:
    project_id = project_of(other)
    rows = other.series.list(project_id)
    other.gold.reserve(project_id, [(rows[0].id, 0, 600)], "construction")
    found = offered(other, tmp_path, exported(store, Wish("everything")).path)
    attach(other, project_id, found.found)
    asked = {item.question_id for item in other.items.list(project_id)}
    assert [gold_truths(other, project_id, one) for one in asked] == [{}, {}]


def test_one_question_alone_is_exported(store: Store) -> None:
    project_id = project_of(store)
    pattern = next(q for q in store.questions.current(project_id) if q.kind == "pattern")
    made = exported(store, Wish("intervals", question_id=pattern.id))
    rows = list(csv.DictReader(io.StringIO(made.path.read_text(), newline="")))
    assert {row["kind"] for row in rows} == {"pattern"}
    assert (len(rows), made.words) == (4, "4 labels")


def test_an_export_tells_how_far_it_is_and_leaves_nothing_when_there_is_nothing(
    store: Store, tmp_path: Path
) -> None:
    told: Told = []
    export(store, project_of(store), Wish("intervals"), lambda s, t: told.append((s, t)))
    assert told[-1] == (1.0, "7 of 7 labels")
    empty = open_store(tmp_path / "empty")
    with pytest.raises(DataError, match="no item has a label yet"):
        exported(empty, Wish("chat"))
    assert list((empty.home / "exports").iterdir()) == []


def test_a_label_of_a_question_that_is_not_here_is_listed(
    store: Store, other: Store, tmp_path: Path
) -> None:
    path = exported(store, Wish("intervals")).path
    path.write_text(path.read_text().replace(",Overall pattern,", ",Shape of the week,"))
    found = offered(other, tmp_path, path)
    assert len(found.found) == 3
    assert len(found.problems) == 4
    assert "there is no question “Shape of the week” of the kind pattern here" in found.problems[0]


def test_an_event_outside_its_window_or_of_an_unknown_type_is_listed(
    store: Store, other: Store, tmp_path: Path
) -> None:
    path = exported(store, Wish("intervals")).path
    text = path.read_text()
    path.write_text(text.replace(",240,280,", ",240,9280,").replace(",spike,spike,", ",dip,dip,"))
    found = offered(other, tmp_path, path)
    assert all("'dip' is no event type" in text for text in found.problems)
    path.write_text(text.replace(",240,280,", ",240,9280,"))
    found = offered(other, tmp_path, path)
    assert all("does not lie inside the window" in text for text in found.problems)
    assert len(found.problems) == 2


def test_a_damaged_export_is_listed_and_stored_nowhere(
    store: Store, other: Store, tmp_path: Path
) -> None:
    path = exported(store, Wish("label_studio")).path
    path.write_bytes(path.read_bytes()[:-40])
    found = offered(other, tmp_path, path)
    assert found.found == ()
    assert "is no whole JSON" in found.problems[0]
    assert attach(other, project_of(other), found.found) == Attached(0, 0, 0)


def test_a_name_like_the_generators_is_marked(store: Store, other: Store, tmp_path: Path) -> None:
    path = tmp_path / "generator"
    path.write_text(exported(store, Wish("intervals")).path.read_text().replace(",ann,", ",,"))
    found = offered(other, tmp_path, path)
    attach(other, project_of(other), found.found)
    names = {
        answer.author.name
        for item in other.items.list(project_of(other))
        for answer in other.answers.for_item(project_of(other), item.id)
    }
    assert names == {"generator (file)", "generator, ben"}


def test_events_cross_no_edge_that_they_did_not_cross(store: Store, other: Store) -> None:
    del store
    content = AnswerContent(kind="anomaly", intervals=(FoundInterval(number=1, start=0, stop=600),))
    row = other.series.list(project_of(other))[0]
    question = other.questions.current(project_of(other))[0]
    (item,) = other.items.add_many(project_of(other), [(row.id, 0, 600, question.id)])
    decide(other, item, content)
    made = exported(other, Wish("intervals"))
    (line,) = csv.DictReader(io.StringIO(made.path.read_text(), newline=""))
    assert (line["start"], line["stop"]) == ("0", "600")

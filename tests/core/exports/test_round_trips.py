"""What is exported is read back: the same windows, labels, events, types, channels and people."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.answers import AnswerContent
from core.errors import DataError
from core.exports import Label, Reviewed, is_export, is_export_archive, read_export
from core.exports.chat_writing import chat_line, picture_of
from core.exports.everything import write_everything
from core.exports.intervals_csv import intervals_csv
from core.exports.label_studio import label_studio_json
from core.exports.model import with_types
from core.exports.read import CHAT_FILE
from core.exports.tables import TABLES, correction_row, item_row, question_row
from core.questions.base import Question
from core.review import Correction
from tests.core.exports.exported import (
    ANOMALY,
    AT,
    CHANGES,
    DATA,
    EVIL,
    INFO,
    NOTHING,
    OPEN,
    PATTERN,
    all_kinds,
    events,
    reviewed,
)

QUESTIONS = {question.id: question for question in (ANOMALY, PATTERN, OPEN, CHANGES)}


def as_chat(items: list[Reviewed]) -> bytes:
    return "".join(chat_line(one, b"picture") + "\n" for one in items).encode()


def as_csv(items: list[Reviewed]) -> bytes:
    return "".join(intervals_csv(items)).encode()


def as_label_studio(items: list[Reviewed]) -> bytes:
    return "".join(label_studio_json(items)).encode()


def as_everything(items: list[Reviewed]) -> bytes:
    sink = io.BytesIO()
    row = {
        "id": "s",
        "name": INFO.name,
        "source": INFO.source,
        "series_hash": DATA.content_hash,
        "n_samples": DATA.n_samples,
        "n_channels": DATA.n_channels,
    }
    write_everything(
        sink,
        {
            "series": [row],
            "questions": map(question_row, QUESTIONS.values()),
            "items": [item_row(one.item) for one in items],
            "corrections": [correction_row(one.event) for one in items],
        },
    )
    return sink.getvalue()


WRITERS: dict[str, Callable[[list[Reviewed]], bytes]] = {
    "chat": as_chat,
    "csv": as_csv,
    "label studio": as_label_studio,
    "everything": as_everything,
}


def labels_of(raw: bytes) -> tuple[Label, ...]:
    read = read_export("file", raw)
    assert read is not None
    assert read.problems == ()
    return read.labels


def content_of(label: Label) -> AnswerContent:
    """Return a label in the terms of its question, as an import stores it."""
    content = with_types(label.content, QUESTIONS[label.question.id])
    if content.label is None:
        return content
    named = {option.name: option.key for option in PATTERN.options}
    return content.model_copy(update={"label": named.get(content.label, content.label)})


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_gives_back_windows_events_and_who_said_them(form: str) -> None:
    items = all_kinds()
    labels = labels_of(WRITERS[form](items))
    assert [(one.item_id, one.start, one.stop) for one in labels] == [
        ("anomaly-50", 50, 150),
        ("anomaly-0", 0, 50),
        ("pattern-0", 0, 200),
        ("open-0", 0, 100),
        ("change_point-50", 50, 150),
    ]
    assert {(one.series, one.series_hash, one.n_channels) for one in labels} == {
        (EVIL, DATA.content_hash, 2)
    }
    assert {(one.person, one.decision, one.decided_at) for one in labels} == {("@ann", "fix", AT)}
    for one, label in zip(items, labels, strict=True):
        found = content_of(label)
        assert found.intervals == one.content.intervals
        assert found.label == one.content.label
        assert found.rationale_text == one.content.rationale_text


@pytest.mark.parametrize("form", ["chat", "everything"])
def test_chat_lines_and_tables_keep_links_claims_and_scores_too(form: str) -> None:
    items = all_kinds()
    labels = labels_of(WRITERS[form](items))
    assert [content_of(one) for one in labels] == [one.content for one in items]


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_without_a_label_is_read_as_one_that_says_nothing(form: str) -> None:
    raw = WRITERS[form]([])
    read = read_export("file", raw)
    # Nothing tells an empty list or an empty file from any other.
    assert (None if read is None else read.labels) == (None if len(raw) < 4 else ())


def test_files_of_others_are_not_taken_for_exports() -> None:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr(CHAT_FILE, '{"messages": []}\n')
    for raw in (
        b"time,flow\n1,2\n",
        b"start,end,label\n1,2,spike\n",
        b'[{"annotations": [], "data": {"ts": "a.csv"}}]',
        b'{"messages": [{"role": "user", "content": "hi"}]}\n',
        zipped.getvalue(),
        b"PK\x03\x04 broken",
    ):
        assert read_export("file", raw) is None
    assert not is_export_archive(zipped.getvalue())


def test_a_damaged_line_is_listed_and_the_others_are_kept() -> None:
    lines = as_chat([reviewed(ANOMALY, events()), reviewed(ANOMALY, NOTHING, (0, 50))]).split(b"\n")
    outside = lines[0].replace(b'"stop\\": 90', b'"stop\\": 900')
    assert outside != lines[0]
    read = read_export("chat.jsonl", b"\n".join([lines[1], outside, b'{"form": 3}', lines[0][:90]]))
    assert read is not None
    assert [one.item_id for one in read.labels] == ["anomaly-0"]
    assert [text.split(":")[0] for text in read.problems] == ["line 2", "line 3", "line 4"]
    assert "does not lie inside the window's samples [0, 100)" in read.problems[0]


def test_a_csv_that_a_spreadsheet_saved_with_semicolons_reads_the_same() -> None:
    raw = as_csv([reviewed(ANOMALY, NOTHING, (0, 50))])
    saved = b"\xef\xbb\xbf" + raw.replace(b",", b";")
    assert labels_of(saved) == labels_of(raw)


def test_a_cell_that_is_no_number_is_listed_with_its_line() -> None:
    raw = as_csv([reviewed(ANOMALY, events())]).replace(b",120,140,", b",about 120,140,")
    read = read_export("intervals.csv", raw)
    assert read is not None
    assert read.labels == ()
    assert read.problems[0].startswith("line 2: a number cannot be read")


def test_regions_changed_in_label_studio_are_read_as_they_were_changed() -> None:
    tasks = json.loads(as_label_studio([reviewed(ANOMALY, events())]))
    results = tasks[0]["annotations"][0]["result"]
    results[0]["value"] |= {"start": 110.2, "end": 118.9, "timeserieslabels": ["spike"]}
    results[0]["value"].pop("channels")
    del results[1]
    (label,) = labels_of(json.dumps(tasks).encode())
    (found,) = content_of(label).intervals
    # A sample counts if it lies inside: 111 is the first, 118 the last.
    assert (found.start, found.stop, found.channels) == (111, 119, ())
    assert found.type_id == ANOMALY.type_named("spike").id


def test_a_skipped_task_of_label_studio_says_nothing() -> None:
    tasks = json.loads(as_label_studio([reviewed(ANOMALY, NOTHING, (0, 50))]))
    tasks[0]["annotations"][0]["was_cancelled"] = True
    assert labels_of(json.dumps(tasks).encode()) == ()


def test_tables_that_are_not_what_the_manifest_says_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "everything.zip"
    path.write_bytes(as_everything([reviewed(ANOMALY, events())]))
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            target.writestr(name, raw[:-9] + b"x" + raw[-8:] if name == "items.parquet" else raw)
    with pytest.raises(DataError, match=r"items.parquet in 'changed.zip' is not what"):
        read_export("changed.zip", changed)


def test_an_undone_decision_is_in_the_tables_and_is_no_label() -> None:
    one = reviewed(ANOMALY, events())
    undo = Correction(
        id="undo",
        project_id="p",
        item_id=one.item.id,
        person="@ann",
        decision="undo",
        sequence=2,
        created_at=AT,
        undoes=one.event.id,
    )
    sink = io.BytesIO()
    write_everything(sink, {"corrections": map(correction_row, (one.event, undo))})
    assert labels_of(sink.getvalue()) == ()
    with zipfile.ZipFile(sink) as archive:
        said = json.loads(archive.read("manifest.json"))
        assert archive.namelist() == [*(f"{name}.parquet" for name in TABLES), "manifest.json"]
    assert said["schema"] == "understudy.everything/1"
    assert {name: said["tables"][name]["rows"] for name in TABLES} == {
        **dict.fromkeys(TABLES, 0),
        "corrections": 2,
    }


def test_a_table_that_the_schema_does_not_know_is_refused() -> None:
    with pytest.raises(DataError, match="there is no table 'people' in"):
        write_everything(io.BytesIO(), {"people": []})


def test_the_same_tables_give_the_same_bytes() -> None:
    items = all_kinds()
    assert as_everything(items) == as_everything(items)


def test_pictures_are_the_ones_that_models_are_shown() -> None:
    one = reviewed(ANOMALY, events())
    png = picture_of(one)
    line = json.loads(chat_line(one, png))
    shown = line["messages"][0]["content"][1]["image_url"]["url"]
    assert shown == f"pictures/{line['metadata']['picture']}.png"
    inside = json.loads(chat_line(one, png, "inside"))
    assert inside["messages"][0]["content"][1]["image_url"]["url"].startswith(
        "data:image/png;base64,iVBORw0KGgo"
    )


def test_messages_hold_no_name_of_a_series_file_channel_or_person() -> None:
    for one in all_kinds():
        line = json.loads(chat_line(one, b"picture"))
        text = json.dumps(line["messages"], ensure_ascii=False)
        for name in (EVIL, "HYPERLINK", "pump", *INFO.channel_names, "@ann", DATA.content_hash):
            assert name not in text


def test_the_assistant_says_the_canonical_wire_text() -> None:
    line = json.loads(chat_line(reviewed(ANOMALY, NOTHING, (0, 50)), b"picture"))
    assert line["messages"][1] == {
        "role": "assistant",
        "content": '{"intervals": [], "confidence": null, "rationale": []}',
    }
    assert line["metadata"]["window"] == [0, 50]
    assert line["metadata"]["prompt_version"] == "anomaly.v1"


def test_a_question_of_another_home_may_have_other_ids() -> None:
    other = Question.model_validate(
        {
            **ANOMALY.model_dump(),
            "types": [{**t.model_dump(), "id": t.key + "-2"} for t in ANOMALY.types],
        }
    )
    label = labels_of(as_csv([reviewed(ANOMALY, events())]))[0]
    assert [one.type_id for one in with_types(label.content, other).intervals] == [
        "level_shift-2",
        None,
    ]


@pytest.mark.parametrize("form", WRITERS)
def test_an_export_is_told_from_a_series_by_what_it_holds(form: str) -> None:
    assert is_export(WRITERS[form](all_kinds()))
    assert not is_export(b"time,flow\n1,2\n")


def test_an_encrypted_archive_is_left_to_who_unpacks_archives() -> None:
    raw = bytearray(as_everything([]))
    places = [k for k in range(len(raw)) if raw[k : k + 4] in (b"PK\x03\x04", b"PK\x01\x02")]
    for place in places:
        raw[place + (6 if raw[place + 2] == 3 else 8)] |= 1  # says that it is encrypted
    assert not is_export_archive(bytes(raw))
    assert read_export("locked.zip", bytes(raw)) is None

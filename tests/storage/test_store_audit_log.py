"""The audit log: nothing that was recorded is missing from it, and nothing secret is in it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from storage_samples import answer, events, filled, info, series

from core.annotations import LogEntry, Put, new_mark
from core.audit_log import AuditEntry, AuditFilter
from core.audit_log_words import TABLES
from core.desk_events import Comment, Reviewed
from core.ids import new_id, utc_now
from core.intervals import Interval
from core.mutes import Mute
from core.people import Person
from core.policy import LabelPolicy
from core.teachers.endpoint import Endpoint
from storage import Store
from storage.audit_log import KINDS
from storage.audit_log_sources import NOT_LOGGED, SOURCES

ALL = AuditFilter()


def log(store: Store, project_id: str, wanted: AuditFilter = ALL) -> list[AuditEntry]:
    return list(store.audit_log.entries(project_id, wanted))


def told(entries: list[AuditEntry]) -> list[tuple[str, str]]:
    return [(one.person, one.what) for one in entries]


def test_every_table_that_never_changes_is_in_the_log_or_left_out_with_a_reason(
    store: Store,
) -> None:
    with store.db.read() as session:
        triggers = text(
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_update'"
        )
        append_only = {*session.scalars(triggers)}
    sources = {one.table for one in SOURCES}

    assert append_only - sources - {*NOT_LOGGED} == set()
    assert {*NOT_LOGGED} <= append_only - sources, "a table that is logged, or can change"
    assert sources == TABLES, "a table without words, or words without a table"


def test_whatever_is_done_is_in_the_log_in_its_order(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    shown = answer(one)
    store.answers.add_many(project_id, [shown])
    n_before = len(log(store, project_id))

    accepted = store.corrections.record(
        project_id,
        one.id,
        "ana",
        "accept",
        expected_sequence=0,
        answer_ids=[shown.id],
        content=events((3, 9), (20, 30)),
        seconds=7.5,
        identity="passphrase",
    )
    store.corrections.record(
        project_id, two.id, "ben", "skip", expected_sequence=0, reason="too noisy"
    )
    store.corrections.undo(project_id, "ben")
    review = store.desk_events.record(
        project_id,
        one.id,
        "lea",
        Reviewed(correction_id=accepted.id, verdict="returned", note="edges"),
        identity="sign_in",
    )
    store.desk_events.record(project_id, one.id, "lea", None, undoes=review.id)
    store.desk_events.record(project_id, one.id, "ana", Comment(text="which type?", asks_lead=True))
    store.annotations.record(project_id, one.series_id, "ana", [Put(mark=new_mark("ana", 4, 8))])
    store.people.save(
        project_id,
        Person(name="cid", role="annotator", created_at=utc_now(), secret="s3cr3t-hash"),
        by="lea",
    )
    store.policies.save(project_id, "lea", LabelPolicy())
    store.mutes.add(
        project_id,
        Mute(
            id=new_id(),
            person="ana",
            reason="start-up",
            created_at=utc_now(),
            series_id=two.series_id,
        ),
    )
    store.teachers.add(
        project_id,
        Endpoint(id=new_id(), name="gpt", base_url="https://x.example/v1", model="m"),
        "lea",
    )
    store.gold.reserve(project_id, [(two.series_id, 0, 64)], "time_block")
    store.gold.add_to_draw(project_id, 0, [(one.id, False), (two.id, True)], [], "time_block")
    store.gold.lock(project_id)
    store.audits.draw(project_id, "job", [one.id], 1, 0, "lea")
    store.jobs.enqueue(
        project_id, "label", "Batch 1", {"teacher": "rules", "item_ids": [one.id, two.id]}
    )
    store.actions.add(project_id, "lea", "purged_series", "pump 9", identity="sign_in")
    store.imports.add(
        project_id, one.series_id, "anomaly", "", "labels.csv", [(Interval(start=1, stop=5), "x")],
        True, 1,
    )  # fmt: skip
    store.events.add_many(
        project_id,
        [LogEntry(id=new_id(), series_id=None, tick=5, text="new pump", person="ben")],
    )

    entries = log(store, project_id)[n_before:]
    assert told(entries) == [
        ("ana", "accepted an answer: 2 events"),
        ("ben", "skipped it: too noisy"),
        ("ben", "took a decision back"),
        ("lea", "sent a label back: edges"),
        ("lea", "took something said back"),
        ("ana", "asked the lead: which type?"),
        ("ana", "marked [4, 8)"),
        ("lea", "set cid as annotator"),
        ("lea", "saved version 1 of the label policy"),
        ("ana", "muted findings: start-up"),
        ("lea", "saved the teacher gpt, version 1"),
        ("", "[0, 64) became gold: a block of time"),
        ("", "2 windows were drawn to be reviewed, 1 of them to become gold"),
        ("", "gold was locked"),
        ("lea", "drew 1 of 1 for an audit"),
        ("", "asked for a run: Batch 1"),
        ("lea", "purged series pump 9"),
        ("", "labels came with labels.csv"),
        ("ben", "noted in the event log: new pump"),
    ]
    everywhere = store.audit_log.page(project_id, ALL, limit=500)
    assert everywhere.entries == tuple(reversed(log(store, project_id)))
    assert everywhere.total == len(everywhere.entries)
    assert [one.identity for one in entries[:4]] == ["passphrase", "typed", "typed", "sign_in"]
    assert (entries[0].series, entries[0].about) == (
        "pump 0",
        "Anomalies, samples 0 to 63",
    )
    assert [one.series for one in entries[9:12]] == ["pump 1", "", "pump 1"]
    assert entries[15].details["params"] == {"teacher": "rules", "n_items": 2}
    assert {one.kind for one in log(store, project_id)} <= {*KINDS}
    # nothing secret, and nothing that says how long somebody took
    everything = "".join(one.model_dump_json() for one in entries)
    assert "s3cr3t" not in everything
    assert "seconds" not in everything


def test_the_page_shows_the_newest_first_and_says_how_many_there_are(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    for k in range(5):
        store.corrections.record(
            project_id, item.id, "ana", "skip", expected_sequence=k, reason=f"r{k}"
        )
    wanted = AuditFilter(kinds=("decision",))

    page = store.audit_log.page(project_id, wanted, limit=2, offset=1)

    assert page.total == 5
    assert [one.what for one in page.entries] == ["skipped it: r3", "skipped it: r2"]


def test_the_log_can_be_narrowed(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    store.corrections.record(
        project_id, one.id, "ana", "skip", expected_sequence=0, reason="100% Noise"
    )
    store.corrections.record(project_id, two.id, "ben", "not_sure", expected_sequence=0)
    store.desk_events.record(project_id, two.id, "ben", Comment(text="a noise here"))
    first = log(store, project_id, AuditFilter(person="ana"))[0]

    def found(**conditions: object) -> list[tuple[str, str]]:
        wanted = AuditFilter.model_validate({"kinds": ("decision", "comment"), **conditions})
        return told(log(store, project_id, wanted))

    assert found(person="ben") == [("ben", "was not sure"), ("ben", "commented: a noise here")]
    assert found(person="ben", kinds=("comment",)) == [("ben", "commented: a noise here")]
    assert found(series_id=one.series_id) == [("ana", "skipped it: 100% Noise")]
    assert [who for who, _ in found(text="NOISE")] == ["ana", "ben"]
    assert [who for who, _ in found(text="0%")] == ["ana"]  # no pattern of its own
    assert [who for who, _ in found(text="pump 1")] == ["ben", "ben"]
    assert found(until=first.at) == []
    assert found(first=first.at, until=first.at + timedelta(microseconds=1)) == [
        ("ana", "skipped it: 100% Noise")
    ]
    assert found(first=datetime(2999, 1, 1, tzinfo=UTC)) == []
    assert store.audit_log.people(project_id) == ["ana", "ben"]


@pytest.mark.parametrize("change", ["promote", "retire"])
def test_versions_of_students_are_logged_by_their_number(
    store: Store, project_id: str, change: str
) -> None:
    version = store.versions.add(
        project_id,
        student="series",
        job_id="j",
        snapshot_hash="h",
        folder=store.home / "m",
        author_version="j",
    )
    if change == "promote":
        store.versions.promote(version.id, "lea")
    else:
        store.versions.retire(version.id, "lea")

    done = told(log(store, project_id, AuditFilter(kinds=("model",))))
    verb = {"promote": "promoted", "retire": "retired"}[change]
    assert done == [("", "version 1 was registered"), ("lea", f"version 1 was {verb}")]


def test_another_project_is_another_log(store: Store, project_id: str) -> None:
    other = store.projects.add("other")
    stored, _ = store.series.add(other.id, series(9), info("theirs"))
    store.annotations.record(other.id, stored.id, "zoe", [Put(mark=new_mark("zoe", 4, 8))])

    assert "zoe" not in store.audit_log.people(project_id)
    assert told(log(store, other.id, AuditFilter(kinds=("mark",)))) == [("zoe", "marked [4, 8)")]
    assert log(store, project_id, AuditFilter(person="zoe")) == []

"""The probe: the same author is asked about changed data, and what comes of it stays apart."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.errors import AppError, DataError, JobError, StoreError
from core.ids import new_id, utc_now
from core.probe import Change
from core.probe_records import ProbeRecord
from core.questions.base import Question
from core.render import render_hash, render_png
from core.series import SeriesData, SeriesInfo, view_window
from core.students.majority import MajorityStudent
from core.teachers.endpoint import Endpoint
from core.teachers.rules import RULES_AUTHOR, rules_on
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.exporting import Wish, export
from pages.components.workflows.learning import what_there_is
from pages.components.workflows.probe_askers import asker_of
from pages.components.workflows.probing import (
    change_words,
    difference_words,
    probe,
    probes_of,
)
from pages.components.workflows.reviewing import Desk, load_desk
from pages.components.workflows.teaching import set_local_only
from storage import Store, open_store
from tests.openai_server import OpenAiServer
from tests.pages.nothing_blind import nothing_blind
from tests.pages.small_project import asked_project, with_gold
from training.label_records import BatchTeacher, ModelBatch
from training.worker_prepare import prepare

REMOVE = Change(kind="remove", start=38, stop=43)


def spiky() -> SeriesData:
    """A calm line with one spike, at 40."""
    values = np.random.default_rng(3).normal(0, 0.1, 96)
    values[40] += 5
    return SeriesData(values=values[:, None])


def desk_with(store: Store, author: Author, content: AnswerContent | None = None) -> Desk:
    """Return a desk of the spiky series with one answer: the spike at 40."""
    project_id = store.projects.default().id
    nothing_blind(store, project_id)
    question = questions_by_kind(store, project_id)["anomaly"]
    info = SeriesInfo("secret-name.csv", ("value",))
    (stored,) = store.series.add_many(project_id, [(spiky(), info)])
    (item,) = store.items.add_many(project_id, [(stored.id, 0, 96, question.id)])
    found = FoundInterval(number=1, start=40, stop=41, type_id=question.type_named("spike").id)
    answer = Answer(
        id=new_id(),
        item_id=item.id,
        author=author,
        content=content or AnswerContent(kind="anomaly", intervals=(found,)),
        created_at=utc_now(),
    )
    store.answers.add_many(project_id, [answer])
    return load_desk(store, project_id, "ana", item.id)


def made(store: Store, desk: Desk, change: Change = REMOVE) -> ProbeRecord:
    asker = asker_of(store, desk, desk.answers[0])
    return probe(store, desk, "ana", store.series.data(desk.series), asker, change)


def by_rules(store: Store) -> Desk:
    project_id = store.projects.default().id
    content = rules_on(questions_by_kind(store, project_id)["anomaly"])(view_window(spiky(), 0, 96))
    return desk_with(store, RULES_AUTHOR, content)


def test_without_the_spike_the_rules_find_none(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    desk = by_rules(store)
    assert [(one.start, one.stop) for one in desk.answers[0].content.intervals] == [(40, 41)]
    record = made(store, desk)
    assert record.after is not None
    assert record.after.intervals == ()
    assert difference_words(desk.question, record) == ["vanished: spike, sample 40"]
    view = view_window(spiky(), 0, 96)
    assert record.picture_before == render_hash(render_png(view))
    assert store.renders.path(record.picture_after).read_bytes()[:4] == b"\x89PNG"
    (kept,) = probes_of(store, desk)
    assert (kept.person, kept.record) == ("ana", record)


def test_a_change_that_touches_nothing_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    desk = by_rules(store)
    record = made(store, desk, Change(kind="scale", start=38, stop=43, size=1.0))
    assert difference_words(desk.question, record) == ["nothing changed in the answer"]
    assert change_words(record.change, 1) == "Scale by 1, samples 38 to 42"


def test_an_impossible_change_asks_nobody_and_keeps_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    desk = by_rules(store)
    with pytest.raises(DataError, match="do not lie inside the window"):
        made(store, desk, Change(kind="remove", start=90, stop=120))
    assert probes_of(store, desk) == []


def test_rules_of_another_version_are_not_asked(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    desk = desk_with(store, Author(kind="rules", name="built-in rules", version="0"))
    assert asker_of(store, desk, desk.answers[0]).why_not.startswith("the built-in rules have")


def endpoint(store: Store, url: str, **changes: object) -> Endpoint:
    fields = {"id": new_id(), "name": "reader", "base_url": url, "model": "reader"}
    fields |= {"price_in": 1.0, "price_out": 2.0}
    one = Endpoint.model_validate({**fields, **changes})
    return store.teachers.add(store.projects.default().id, one, "ana")


def author_of(store: Store, one: Endpoint) -> Author:
    batch = ModelBatch(teachers=(BatchTeacher(endpoint=one),))
    question = questions_by_kind(store, store.projects.default().id)["anomaly"]
    return batch.author(batch.teachers[0], question)


def test_a_model_is_shown_the_changed_picture_and_asked_once(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with OpenAiServer() as server:
        one = endpoint(store, server.url)
        desk = desk_with(store, author_of(store, one))
        asker = asker_of(store, desk, desk.answers[0])
        assert asker.why_not == ""
        assert asker.price.startswith("1 request to 127.0.0.1")
        assert "USD 0.00" in asker.price
        record = made(store, desk)
        (got,) = server.received
    assert difference_words(desk.question, record) == ["vanished: spike, sample 40"]
    (call,) = record.calls
    assert call.render_hashes == (record.picture_after,)
    assert got.pictures == [store.renders.path(record.picture_after).read_bytes()]
    assert record.prompt == call.prompt
    assert "secret-name" not in record.prompt
    # tokens times USD per million, as the server counts them
    assert call.tokens_in is not None and call.tokens_out is not None
    assert record.cost_usd == (call.tokens_in + 2 * call.tokens_out) / 1e6


def test_the_same_probe_again_costs_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with OpenAiServer() as server:
        desk = desk_with(store, author_of(store, endpoint(store, server.url)))
        made(store, desk)
        again = made(store, desk)
        assert len(server.received) == 1
    assert (again.cost_usd, again.calls[0].cached) == (0.0, True)
    assert len(probes_of(store, desk)) == 2


def test_what_a_model_cannot_answer_is_kept_as_no_answer(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with OpenAiServer(faults=["refusal"]) as server:
        desk = desk_with(store, author_of(store, endpoint(store, server.url)))
        record = made(store, desk)
    assert record.after is None
    assert difference_words(desk.question, record)[0].startswith("no answer: ")


def test_a_model_elsewhere_is_not_asked_where_only_local_ones_may_be(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    one = endpoint(store, "https://models.example/v1")
    desk = desk_with(store, author_of(store, one))
    assert asker_of(store, desk, desk.answers[0]).why_not == ""
    asker = asker_of(store, desk, desk.answers[0])
    set_local_only(store, desk.item.project_id, True)
    assert "on this machine only" in asker_of(store, desk, desk.answers[0]).why_not
    # Also where the form was shown before the rule was set.
    with pytest.raises(AppError, match="on this machine only"):
        probe(store, desk, "ana", spiky(), asker, REMOVE)
    assert probes_of(store, desk) == []


def test_a_teacher_that_was_changed_or_removed_is_another_one(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    project_id = store.projects.default().id
    one = endpoint(store, "http://localhost:9/v1")
    desk = desk_with(store, author_of(store, one))
    edited = one.model_copy(update={"model": "another"})
    now = store.teachers.edit(project_id, edited, one.version, "ana")
    asker = asker_of(store, desk, desk.answers[0])
    assert asker.why_not.startswith("reader was changed since it answered")
    with pytest.raises(StoreError, match="the probe was not made: reader was changed"):
        probe(store, desk, "ana", spiky(), asker, REMOVE)
    store.teachers.remove(project_id, now.id, "ana")
    assert (
        asker_of(store, desk, desk.answers[0]).why_not == "reader is no longer among the teachers"
    )


def test_a_student_whose_model_is_gone_cannot_be_asked(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    desk = desk_with(store, Author(kind="student", name="student", version="v1"))
    assert "model of this student" in asker_of(store, desk, desk.answers[0]).why_not


def test_a_probe_reaches_no_snapshot_no_export_and_no_figure(tmp_path: Path) -> None:
    """What training, exports and the state of learning are made of is the same with probes."""
    small = with_gold(asked_project(tmp_path / "home"))
    store, project_id = small.store, small.project_id
    for item in small.anomaly_items[:12]:
        small.decide(item, "fix", small.spike(20))
    store.close()
    shutil.copytree(store.home, tmp_path / "twin")
    for item in [*small.anomaly_items[:2], small.anomaly_items[-1]]:  # the last one is gold
        desk = load_desk(store, project_id, "ana", item.id)
        change = Change(kind="shift", start=30, stop=40, size=9.0)
        made(store, desk, change)
    assert len(store.probes.list(project_id)) == 3
    twin = open_store(tmp_path / "twin")
    assert twin.probes.list(project_id) == []
    assert what_there_is(store, project_id) == what_there_is(twin, project_id)
    # What audits and comparisons read: answers and decisions.
    assert store.answers.counts_by_author(project_id) == twin.answers.counts_by_author(project_id)
    assert store.corrections.events(project_id) == twin.corrections.events(project_id)
    assert hash_of_training(store, project_id) == hash_of_training(twin, project_id)
    for form in ("chat", "intervals", "label_studio", "everything"):
        wish = Wish(form, gold=form == "chat")
        assert contents(export(store, project_id, wish, print_nothing).path) == contents(
            export(twin, project_id, wish, print_nothing).path
        ), form


def hash_of_training(store: Store, project_id: str) -> str:
    job = store.jobs.enqueue(project_id, "train", "Training", {"recipe": "pseudo_label"})
    prepare(store, job)
    return store.snapshots.list(project_id)[0].content_hash


def contents(path: Path) -> dict[str, bytes]:
    if path.suffix != ".zip":
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def print_nothing(share: float, words: str) -> None:
    """Nobody waits for an export here."""


def with_student(store: Store, question: Question) -> Desk:
    """Return a desk that a student answered who sees no events; it learned this question alone."""
    project_id, folder = store.projects.default().id, store.home / "models" / "v1"
    MajorityStudent.fit([], [question]).save(folder)
    store.snapshots.add(project_id, "hash", store.home / "snapshots" / "hash", {})
    store.versions.add(
        project_id,
        student="majority",
        job_id="v1",
        snapshot_hash="hash",
        folder=folder,
        author_version="v1",
    )
    return desk_with(store, Author(kind="student", name="student", version="v1"))


def test_a_student_answers_the_changed_window_in_a_process_of_its_own(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    questions = questions_by_kind(store, store.projects.default().id)
    desk = with_student(store, questions["anomaly"])
    record = made(store, desk)
    assert difference_words(desk.question, record) == ["vanished: spike, sample 40"]
    assert record.after == AnswerContent(kind="anomaly", confidence=0.5)


def test_a_student_that_never_learned_the_question_gives_no_answer(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    questions = questions_by_kind(store, store.projects.default().id)
    desk = with_student(store, questions["pattern"])
    with pytest.raises(JobError, match="gave no answer to the window"):
        made(store, desk)
    assert probes_of(store, desk) == []

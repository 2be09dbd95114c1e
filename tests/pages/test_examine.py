"""The Examine drawer on the page: closed at first, everything behind the answers, the what-if."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.answers import Answer, Author, Call, FailedAnswer
from core.ids import new_id, utc_now
from core.render import render_png
from core.series import WindowView
from core.teachers.rules import RULES_AUTHOR
from pages.components import session
from pages.components.workflows.blind import AuditLook
from pages.components.workflows.examining import Evidence, evidence_of
from pages.components.workflows.reviewing import load_desk
from storage import Store
from tests.pages.review_app import opened
from tests.pages.review_project import (
    GENERATOR,
    anomaly_content,
    answered,
    item_of,
    pattern_content,
    review_store,
)

APP = str(Path(__file__).resolve().parents[2] / "app.py")
TEACHER = Author(kind="teacher", name="reader", version="abc")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=1)


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def texts(at: AppTest) -> str:
    shown = [*at.markdown, *at.caption, *at.text, *at.code, *at.info, *at.error]
    return " ".join(str(one.value) for one in shown)


def by_model(store: Store, item_id: str) -> Answer:
    """Store what a model said, with a repair on the way."""
    project_id = store.projects.default().id
    question = store.questions.get(store.items.get(project_id, item_id).question_id)
    picture = store.renders.put(render_png(WindowView(np.zeros((8, 1)))))
    calls = (
        Call(
            purpose="answer",
            start=0,
            stop=600,
            prompt="PROMPT_ONE",
            raw_text="RAW_ONE",
            render_hashes=(picture,),
            model="reader-7b",
            tokens_in=1200,
            tokens_out=34,
            cost_usd=0.0012,
            seconds=1.5,
            error="no JSON",
        ),
        Call(purpose="repair", start=0, stop=600, prompt="PROMPT_TWO", cached=True),
    )
    answer = Answer(
        id=new_id(),
        item_id=item_id,
        author=TEACHER,
        content=anomaly_content(question),
        created_at=utc_now(),
        raw_text="RAW_TWO",
        prompt_version="anomaly.v1",
        calls=calls,
    )
    store.answers.add_many(project_id, [answer])
    return answer


def test_nothing_is_there_before_the_drawer_is_opened_and_all_is_after(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    by_model(store, item_id)
    at = opened(store, item_id)
    assert "PROMPT_ONE" not in texts(at)
    press(at, f"{session.REVIEW_CHART}_examine")
    shown = texts(at)
    for part in ("PROMPT_ONE", "RAW_ONE", "PROMPT_TWO", "RAW_TWO", "reader-7b"):
        assert part in shown
    assert "1,200 tokens in, 34 out" in shown
    assert "taken from an earlier exchange" in shown
    assert "and was no answer: no JSON" in shown


def test_two_versions_of_the_student_are_told_apart_by_their_numbers(store: Store) -> None:
    item = item_of(store, "pattern")
    for version in ("first", "second"):
        store.snapshots.add(item.project_id, version, store.home / "snapshots" / version, {})
        store.versions.add(
            item.project_id,
            student="series",
            job_id=version,
            snapshot_hash=version,
            folder=store.home / version,
            author_version=version,
        )
        by = Author(kind="student", name="student", version=version)
        answered(store, item.project_id, item, by, pattern_content("linear_increase", 0.8))
    at = opened(store, item.id)
    press(at, f"{session.REVIEW_CHART}_examine")
    assert {"Student v1", "Student v2"} <= {one.label for one in at.expander}


def test_on_another_item_the_drawer_is_closed(store: Store) -> None:
    at = opened(store, item_of(store, "anomaly").id)
    press(at, f"{session.REVIEW_CHART}_examine")
    assert session.REVIEW_EXAMINE in at.session_state
    press(at, f"{session.REVIEW_CHART}_no_anomaly")
    assert session.REVIEW_EXAMINE not in at.session_state


def test_failed_tries_are_shown_and_imported_truth_never(store: Store) -> None:
    project_id, item_id = store.projects.default().id, item_of(store, "pattern").id
    failed = FailedAnswer(
        id=new_id(),
        item_id=item_id,
        author=TEACHER,
        problem="refusal",
        message="it declined",
        created_at=utc_now(),
    )
    store.failures.add_many(project_id, [failed])
    item = store.items.get(project_id, item_id)
    answered(store, project_id, item, GENERATOR, pattern_content("gaussian", 1.0))
    found = evidence_of(store, load_desk(store, project_id, "me", item_id))
    assert [one.author.kind for one in found.answers] == ["rules"]
    assert found.failed == (failed,)
    at = opened(store, item_id)
    press(at, f"{session.REVIEW_CHART}_examine")
    assert "it declined" in texts(at)
    assert "gaussian" not in texts(at)


def test_a_phrase_is_judged_without_the_chart(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    name = f"{session.REVIEW_CHART}_phrase"
    box = at.selectbox(key=name)
    box.set_value(phrase_id(store, item_id)).run()
    press(at, f"{name}_wrong")
    assert "wrong, says me" in texts(at)
    words = next(one for one in at.text_input if one.label == "In other words")
    words.set_value("ch2 falls by 9").run()
    press(at, f"{name}_reworded")
    assert "re-worded, says me" in texts(at)
    kinds = [one.body.verdict for one in store.desk_events.list(store.projects.default().id)]
    assert kinds == ["wrong", "reworded"]


def test_an_interval_is_moved_by_exact_numbers(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    name = f"{session.REVIEW_CHART}_phrase"
    at.selectbox(key=name).set_value(phrase_id(store, item_id)).run()
    press(at, f"{name}_move")
    first = next(box for box in at.number_input if box.label == "First sample")
    assert first.value == 240
    first.set_value(236).run()
    (event,) = store.desk_events.list(store.projects.default().id)
    assert (event.body.interval.start, event.body.interval.stop) == (236, 280)
    last = next(box for box in at.number_input if box.label == "Last sample")
    last.set_value(200).run()
    assert "hold none" in at.error[0].value
    press(at, f"{session.REVIEW_CHART}_phrase_done")
    assert not [box for box in at.number_input if box.label == "First sample"]


def phrase_id(store: Store, item_id: str) -> str:
    desk = load_desk(store, store.projects.default().id, "me", item_id)
    return f"{desk.answers[0].id}#0"


def test_a_what_if_is_asked_and_kept_on_the_page(store: Store) -> None:
    project_id, item_id = store.projects.default().id, item_of(store, "anomaly").id
    item = store.items.get(project_id, item_id)
    question = store.questions.get(item.question_id)
    answered(store, project_id, item, RULES_AUTHOR, anomaly_content(question), at=5)
    at = opened(store, item_id)
    at.session_state["examine_tabs"] = "What if"
    press(at, f"{session.REVIEW_CHART}_examine")
    assert "not evidence of truth" in texts(at)
    press(at, "probe_ask")
    assert "Probes of this item: 1" in texts(at)
    (row,) = store.probes.list(project_id, item_id)
    assert (row.person, row.body["change"]["kind"]) == ("me", "flatten")


def test_another_rendering_is_drawn_when_it_is_asked_for(store: Store) -> None:
    at = opened(store, item_of(store, "anomaly").id)
    at.session_state["examine_tabs"] = "Another rendering"
    press(at, f"{session.REVIEW_CHART}_examine")
    standard = picture(at)
    at.session_state["examine_preset"] = "robust"
    at.run()
    assert not at.exception
    assert picture(at) != standard


def picture(at: AppTest) -> str:
    """Return the address of the only picture, which is named after its bytes."""
    (shown,) = at.get("image")
    (one,) = shown.proto.imgs
    assert "no name, no title" in one.caption
    return one.url


def test_on_a_blind_look_there_is_no_evidence(store: Store) -> None:
    desk = load_desk(store, store.projects.default().id, "me", item_of(store, "anomaly").id)
    assert evidence_of(store, desk) != Evidence()
    hidden = replace(desk, answers=(), audit=AuditLook("batch", "blind"))
    assert evidence_of(store, hidden) == Evidence()

"""A detector in Review: a lane and a strip, the start of an edit, and nothing on undecided gold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.answers import Author
from core.errors import StoreError
from core.series import SeriesData
from pages.components import session
from pages.components.chart.data import Painted
from pages.components.detector_choice import score_desk
from pages.components.review_beside import Beside
from pages.components.review_view import chart_of
from pages.components.workflows import scoring
from pages.components.workflows.drawing import ensure_draw
from pages.components.workflows.proposing import (
    MOST,
    author_of,
    proposed,
    shows_proposals,
    start_from_proposal,
)
from pages.components.workflows.reviewing import (
    Desk,
    draft_now,
    load_desk,
    save_draft,
    save_edit,
)
from pages.components.workflows.scoring import Proposal, propose
from storage import Store
from tests.pages.review_project import desk_of, review_store
from tests.pages.test_review import opened, press, project_of, shown, texts
from training.material import GoldBook


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=3, students=True)


def jumps(n: int = 600) -> Proposal:
    """A detector that finds the stretch [240, 280) of the second of three channels."""
    values = np.random.default_rng(0).normal(size=(n, 3))
    values[240:280, 1] += 60.0
    return propose("robust_z", SeriesData(values=values))


def free_item(store: Store) -> str:
    """Draw gold, always the same, and return an anomaly item that is none."""
    project_id = project_of(store)
    ensure_draw(store, project_id, np.random.default_rng(0))
    book = GoldBook(store.gold.ranges(project_id))
    kinds = {q.id: q.kind for q in store.questions.current(project_id)}
    items = [i for i in store.items.list(project_id) if kinds[i.question_id] == "anomaly"]
    return next(item.id for item in items if book.may_learn(item))


def gold(desk: Desk) -> Desk:
    return replace(desk, gold="drawn")


def test_an_edit_begins_with_the_stretches_and_its_correction_names_where_they_came_from(
    store: Store,
) -> None:
    desk = desk_of(store, "anomaly")
    draft = start_from_proposal(store, desk, "me", desk.painted, jumps())
    assert [(one.start, one.stop, one.channels) for one in draft.intervals] == [(240, 280, (1,))]
    event = save_edit(store, desk, "me", draft_now(store, desk, "me"), 2.0)
    answers = {one.id: one for one in store.answers.for_item(desk.item.project_id, desk.item.id)}
    named = [answers[one].author for one in event.answer_ids]
    assert event.answer_ids[:-1] == desk.painted.answer_ids
    assert named[-1] == Author(kind="baseline", name="Robust z-score", version="detector robust_z")
    assert answers[event.answer_ids[-1]].content == proposed(jumps(), desk.item, 3)


def test_a_proposal_taken_twice_is_one_answer(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    first = start_from_proposal(store, desk, "me", desk.painted, jumps())
    store.drafts.delete(desk.item.project_id, "me", desk.item.id)
    assert start_from_proposal(store, desk, "me", desk.painted, jumps()).answer_ids == (
        first.answer_ids
    )


def test_a_proposal_is_not_among_the_answers_that_people_accept(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    start_from_proposal(store, desk, "me", desk.painted, jumps())
    again = load_desk(store, desk.item.project_id, "me", desk.item.id)
    assert again.answers == desk.answers


def test_an_edit_that_is_open_goes_on(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    draft = start_from_proposal(store, desk, "me", desk.painted, jumps())
    changed = draft.model_copy(update={"rationale": "mine"})
    save_draft(store, desk, "me", changed)
    assert start_from_proposal(store, desk, "me", desk.painted, jumps()) == changed


def test_a_key_for_another_item_begins_nothing(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    with pytest.raises(StoreError, match="no longer on the screen"):
        start_from_proposal(store, desk, "me", Painted("another"), jumps())
    assert store.drafts.get(desk.item.project_id, "me", desk.item.id) is None


def test_only_the_part_inside_the_window_is_proposed_and_the_strongest_of_many(
    store: Store,
) -> None:
    desk = desk_of(store, "anomaly")
    part = desk.item.model_copy(update={"start": 250, "stop": 400})
    (one,) = proposed(jumps(), part, 3).intervals
    assert (one.start, one.stop, one.type_id) == (250, 280, None)
    values = np.random.default_rng(0).normal(size=(1_800, 1)).clip(-1.5, 1.5)
    values[10:600:25, 0] += 50 + np.arange(24)
    many = propose("robust_z", SeriesData(values=values))
    found = proposed(many, desk.item, 1).intervals
    assert len(many.stretches) == 24
    assert [one.start for one in found] == list(range(10 + 25 * (24 - MOST), 600, 25))


def test_gold_shows_no_detector_before_its_decision(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    series = store.series.data(desk.series)
    beside = Beside("UTC", proposal=jumps())
    seen = chart_of(desk, series, "", beside=beside)
    hidden = chart_of(gold(desk), series, "", beside=beside)
    assert ("Robust z-score", "#CC79A7") in seen.lanes
    assert [mark.start for mark in seen.marks if mark.lane == "Robust z-score"] == [240]
    assert len(seen.strips) == 1
    assert hidden.strips == ()
    assert not any(mark.lane == "Robust z-score" for mark in hidden.marks)
    key = {one.id: one for one in hidden.actions}["propose"]
    assert (key.key, key.disabled) == ("d", True)
    assert not shows_proposals(gold(desk))
    assert not shows_proposals(desk_of(store, "pattern"))


def test_while_intervals_are_edited_the_detector_gives_its_room_to_their_fields(
    store: Store,
) -> None:
    desk = desk_of(store, "anomaly")
    series, beside = store.series.data(desk.series), Beside("UTC", proposal=jumps())
    draft = start_from_proposal(store, desk, "me", desk.painted, jumps())
    editing = chart_of(replace(desk, draft=draft), series, "", beside=beside)
    assert editing.strips == ()
    assert "Robust z-score" not in dict(editing.lanes)
    assert not any(mark.lane == "Robust z-score" for mark in editing.marks)
    assert [mark.start for mark in editing.marks if mark.movable] == [240]


def test_the_first_press_shows_a_detector_and_the_second_takes_its_proposal(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "propose", lambda _key, _data, _known: jumps())
    score_desk.clear()  # what another test worked out of the same content
    at = opened(store, free_item(store))
    assert "Show a detector" in [button.label for button in at.button]
    press(at, "propose")
    assert at.radio(key=session.DETECTOR).value == scoring.BEST
    assert "Edit detector's 1" in [button.label for button in at.button]
    item_id = shown(at)
    press(at, "propose")
    kept = load_desk(store, project_of(store), "me", item_id).draft
    assert kept is not None
    authors = {a.id: a.author for a in store.answers.for_item(project_of(store), item_id)}
    assert authors[kept.answer_ids[-1]] == author_of(jumps())
    assert "Save edit" in [button.label for button in at.button]
    assert not at.error, texts(at)
    score_desk.clear()

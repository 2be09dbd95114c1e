"""Phrases on the desk: recorded at once, shown with whose word it is, checked as they stand."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import AnswerError, StoreError
from core.intervals import Interval
from pages.components.chart import Panel, Phrase
from pages.components.chart.payload import read_event
from pages.components.marks import PEOPLE
from pages.components.review_phrase_view import id_of, key_of
from pages.components.review_view import Beside, chart_of
from pages.components.workflows.blind import AuditLook
from pages.components.workflows.phrase_work import OpenPhrase, PhraseDesk, judge, phrase_desk, told
from pages.components.workflows.reviewing import Desk, load_desk
from storage import Store
from tests.pages.review_project import desk_of, review_store

SHIFT = Interval(start=240, stop=280, channels=(1,))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=2, students=True)


@pytest.fixture
def desk(store: Store) -> Desk:
    return desk_of(store, "anomaly")


def rules(desk: Desk) -> str:
    return desk.answers[0].id


def panel(store: Store, desk: Desk, place: int = 0) -> Panel:
    phrases = phrase_desk(store, desk)
    data = store.series.data(desk.series)
    return chart_of(desk, data, "", beside=Beside(phrases=phrases)).panels[place]


def phrase(store: Store, desk: Desk, span: int = 0) -> Phrase:
    return next(one for one in panel(store, desk).phrases if one.id == id_of((rules(desk), span)))


def test_a_phrase_called_wrong_says_so_and_by_whom(store: Store, desk: Desk) -> None:
    judge(store, desk, "Ana", (rules(desk), 2), "wrong", identity="passphrase")
    (event,) = store.desk_events.list(desk.item.project_id, desk.item.id)
    assert (event.person, event.identity) == ("Ana", "passphrase")
    found = phrase(store, desk, 2)
    assert (found.verdict, found.told, found.said) == ("wrong", "wrong, says Ana", "")
    assert phrase(store, desk, 0).told == ""


def test_what_is_only_punctuation_cannot_be_judged(store: Store, desk: Desk) -> None:
    assert [one.id != "" for one in panel(store, desk).phrases] == [True, False, True, False]


def test_other_words_are_checked_at_once_and_the_given_ones_stay_to_be_read(
    store: Store, desk: Desk
) -> None:
    assert phrase(store, desk).check == "confirmed"
    judge(store, desk, "Ana", (rules(desk), 0), "reworded", text="ch2  falls by 9 here")
    found = phrase(store, desk)
    assert (found.text, found.said) == (
        "ch2 falls by 9 here",
        "The level of ch2 rises by 4 for 40 samples",
    )
    assert (found.check, found.told) == ("contradicted", "re-worded, says Ana")
    assert found.measured.startswith("data says ")


def test_a_moved_phrase_is_checked_where_it_points_now_and_has_a_green_mark(
    store: Store, desk: Desk
) -> None:
    judge(store, desk, "Ana", (rules(desk), 0), "moved", interval=Interval(start=300, stop=340))
    found = phrase(store, desk)
    assert (found.check, found.told) == ("contradicted", "moved, says Ana")
    picture = chart_of(
        desk, store.series.data(desk.series), "", beside=Beside(phrases=phrase_desk(store, desk))
    )
    (mark,) = [one for one in picture.marks if one.ref == found.ref]
    assert (mark.start, mark.stop, mark.channels, mark.colour) == (300, 340, (1,), PEOPLE)
    assert (mark.lane, mark.movable, mark.number) == ("people", False, found.number)


def test_a_phrase_is_unlinked_and_linked_to_what_was_drawn(store: Store, desk: Desk) -> None:
    key = rules(desk), 0
    judge(store, desk, "Ana", key, "unlinked")
    assert (phrase(store, desk).ref, phrase(store, desk).told) == ("", "unlinked, says Ana")
    with pytest.raises(StoreError, match="points to no interval"):
        judge(store, desk, "Ana", key, "unlinked")
    judge(store, desk, "Ana", key, "linked", interval=Interval(start=590, stop=640))
    state = phrase_desk(store, desk).states[key]
    assert state.body.interval == Interval(start=590, stop=600)  # cut to the window
    assert (state.body.said_interval, told(state)) == (SHIFT, "moved, says Ana")


def test_wrong_is_said_of_the_phrase_as_it_was_given(store: Store, desk: Desk) -> None:
    judge(store, desk, "Ana", (rules(desk), 0), "reworded", text="other words")
    judge(store, desk, "Ben", (rules(desk), 0), "wrong")
    found = phrase(store, desk)
    assert (found.said, found.told) == ("", "wrong, says Ben")
    assert found.text.startswith("The level of ch2")


def test_the_same_word_twice_is_recorded_once(store: Store, desk: Desk) -> None:
    assert judge(store, desk, "Ana", (rules(desk), 0), "right") is not None
    assert judge(store, desk, "Ana", (rules(desk), 0), "right") is None
    assert len(store.desk_events.list(desk.item.project_id)) == 1


def test_an_undone_word_leaves_the_phrase_as_it_was(store: Store, desk: Desk) -> None:
    event = judge(store, desk, "Ana", (rules(desk), 0), "wrong")
    assert event is not None
    store.desk_events.record(desk.item.project_id, desk.item.id, "Ana", None, undoes=event.id)
    assert phrase(store, desk).told == ""


def test_impossible_words_on_a_phrase_are_refused(store: Store, desk: Desk) -> None:
    key = rules(desk), 0
    with pytest.raises(StoreError, match="the new words are empty"):
        judge(store, desk, "Ana", key, "reworded", text="  ")
    with pytest.raises(StoreError, match="no longer on the screen"):
        judge(store, desk, "Ana", ("another answer", 0), "right")
    with pytest.raises(StoreError, match="no longer on the screen"):
        judge(store, desk, "Ana", (rules(desk), 9), "right")
    with pytest.raises(AnswerError, match="lie in the shaded context"):
        judge(store, desk, "Ana", key, "moved", interval=Interval(start=700, stop=710))
    assert store.desk_events.list(desk.item.project_id) == []


def test_words_of_a_persons_own_label_can_be_judged_too(store: Store, desk: Desk) -> None:
    content = AnswerContent(
        kind="anomaly",
        intervals=(FoundInterval(number=1, start=240, stop=280, channels=(1,)),),
        rationale=(Span(text="falls by 9", interval=1),),
    )
    store.corrections.record(
        desk.item.project_id, desk.item.id, "Ben", "fix", expected_sequence=0, content=content
    )
    desk = load_desk(store, desk.item.project_id, "Ana", desk.item.id)
    assert desk.label is not None
    assert panel(store, desk, -1).phrases[0].check == ""
    judge(store, desk, "Ana", (desk.label.event.id, 0), "reworded", text="falls by 8")
    (found,) = panel(store, desk, -1).phrases
    assert (found.check, found.told) == ("contradicted", "re-worded, says Ana")


def test_while_its_interval_is_moved_its_mark_alone_can_be_dragged(
    store: Store, desk: Desk
) -> None:
    key = rules(desk), 0
    opened = phrase_desk(store, desk, OpenPhrase(key, "move"))
    picture = chart_of(desk, store.series.data(desk.series), "", beside=Beside(phrases=opened))
    assert picture.editable
    assert [one.ref for one in picture.marks if one.movable] == [picture.selected]
    assert [(one.id, one.key) for one in picture.actions] == [
        ("phrase_done", "escape"),
        ("undo", "u"),
    ]


def test_a_phrase_is_linked_by_the_number_of_an_interval(store: Store, desk: Desk) -> None:
    opened = phrase_desk(store, desk, OpenPhrase((rules(desk), 0), "link"))
    picture = chart_of(desk, store.series.data(desk.series), "", beside=Beside(phrases=opened))
    assert [(one.key, one.label) for one in picture.actions[1:3]] == [
        ("1", "Link to samples 240 to 279"),
        ("2", "Link to sample 400"),
    ]


def test_on_a_blind_look_nothing_is_known_of_phrases(store: Store, desk: Desk) -> None:
    judge(store, desk, "Ana", (rules(desk), 0), "wrong")
    assert len(phrase_desk(store, desk).states) == 1
    hidden = replace(desk, answers=(), audit=AuditLook("batch", "blind"))
    assert phrase_desk(store, hidden) == PhraseDesk()


def test_the_browsers_word_on_a_phrase_is_read(store: Store, desk: Desk) -> None:
    data = chart_of(desk, store.series.data(desk.series), "")
    said = {"type": "phrase", "phrase": "a#2", "verb": "reworded", "text": "x", "nonce": "n"}
    event = read_event(data, {"event": {**said, "view": desk.item.id}})
    assert event.phrase is not None
    assert (key_of(event.phrase.id), event.phrase.verb, event.phrase.text) == (
        ("a", 2),
        "reworded",
        "x",
    )
    other = read_event(data, {"event": {**said, "view": "another item"}})
    assert other.phrase is None

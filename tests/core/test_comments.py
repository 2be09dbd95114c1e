"""Threads of comments: what is open, what was taken back, and what a blind item shows."""

from datetime import UTC, datetime

from core.comments import readable, threads
from core.desk_events import Comment, DeskEvent, Preference

AT = datetime(2026, 3, 1, tzinfo=UTC)


def event(
    name: str, body: Comment | Preference | None, person: str = "ana", undoes: str = ""
) -> DeskEvent:
    return DeskEvent(
        id=name,
        project_id="p",
        item_id="i",
        person=person,
        created_at=AT,
        body=body,
        undoes=undoes or None,
    )


def said(text: str = "?", to: str = "", asks: bool = False, closes: bool = False) -> Comment:
    return Comment(text=text, replies_to=to, asks_lead=asks, closes=closes)


ASKED = event("1", said(asks=True))
ANSWER = event("2", said(to="1"), "lea")
CLOSED = event("3", said(to="1", closes=True), "lea")


def test_answers_stand_under_what_they_answer() -> None:
    other = event("9", Preference(better_id="a", worse_id="b"))
    first, second = threads([ASKED, event("4", said("plain")), ANSWER, other])

    assert [one.event.id for one in (first.first, *first.replies)] == ["1", "2"]
    assert (second.first.comment.text, second.replies) == ("plain", ())


def test_a_question_is_open_until_an_answer_closes_it() -> None:
    def is_open(*events: DeskEvent) -> bool:
        return threads(events)[0].open_question

    assert is_open(ASKED)
    assert is_open(ASKED, ANSWER)
    assert not is_open(ASKED, ANSWER, CLOSED)
    assert is_open(ASKED, CLOSED, event("5", None, "lea", undoes="3"))
    assert not is_open(event("1", said()))


def test_what_was_taken_back_is_gone_with_its_answers() -> None:
    assert threads([ASKED, ANSWER, event("5", None, undoes="1")]) == []


def test_on_a_blind_item_people_read_their_own_words_alone() -> None:
    found = threads([ASKED, ANSWER, event("4", said("it is a spike"), "ben")])

    (own,) = readable(found, "ana", blind=True)
    assert (own.first.event.person, own.replies) == ("ana", ())
    assert readable(found, "cid", blind=True) == []
    assert readable(found, "cid", blind=False) == found

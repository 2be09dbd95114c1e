"""Items of several versions of a question put together for learning."""

from core.answers import AnswerContent, FoundInterval, Span
from core.questions.base import EventType, Question
from core.review import Item
from training.material import LabelledItem
from training.versions import as_learned, asked_now, one_per_window, superseded

KEPT = EventType(id="kept", key="kept", name="kept")


def question(version: int) -> Question:
    return Question(
        id=f"q{version}",
        family_id="f",
        version=version,
        kind="anomaly",
        name="n",
        text="t",
        types=(KEPT,),
    )


def item(name: str, question_id: str = "q1", start: int = 0) -> Item:
    return Item(
        id=name,
        project_id="p",
        series_id="s",
        start=start,
        stop=start + 64,
        question_id=question_id,
    )


NEWEST = {"q1": question(2), "q2": question(2)}


def test_items_of_earlier_versions_count_as_asked_by_the_newest() -> None:
    now = asked_now([item("a"), item("b", "q2", 64)], NEWEST)
    assert [(one.id, one.question_id) for one in now] == [("a", "q2"), ("b", "q2")]


def test_of_a_window_asked_twice_the_decided_item_counts_then_the_newest() -> None:
    items = asked_now([item("old"), item("new", "q2"), item("other", "q1", 64)], NEWEST)
    assert [one.id for one in one_per_window(items)] == ["new", "other"]
    assert [one.id for one in one_per_window(items, {"old"})] == ["old", "other"]
    assert [one.id for one in one_per_window(items, {"old", "new"})] == ["new", "other"]
    assert [one.id for one in one_per_window(items, (), {"old"})] == ["old", "other"]


def test_an_item_asked_again_is_superseded_unless_it_is_kept() -> None:
    items = [item("old"), item("new", "q2"), item("other", "q1", 64)]
    assert superseded(items, NEWEST) == {"old"}
    assert superseded(items, NEWEST, {"old"}) == set()


def test_events_of_a_retired_type_are_not_learned_and_the_rest_keeps_its_words() -> None:
    content = AnswerContent(
        kind="anomaly",
        intervals=(
            FoundInterval(number=1, start=1, stop=2, type_id="retired"),
            FoundInterval(number=2, start=5, stop=9, type_id="kept"),
            FoundInterval(number=3, start=20, stop=21),
        ),
        rationale=(
            Span(text="gone", interval=1),
            Span(text="stays", interval=2),
            Span(text=" and that is all"),
        ),
    )
    learned = as_learned(LabelledItem(item("a"), content, "correction"), question(2))
    assert [(i.number, i.start, i.type_id) for i in learned.content.intervals] == [
        (1, 5, "kept"),
        (2, 20, None),
    ]
    assert [(s.text, s.interval) for s in learned.content.rationale] == [
        ("stays", 1),
        (" and that is all", None),
    ]
    same = LabelledItem(item("a"), AnswerContent(kind="anomaly"), "pseudo")
    assert as_learned(same, question(2)) == same

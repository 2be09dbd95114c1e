"""What may be learned: gold and its neighbourhood never, people before teachers, imports never."""

from dataclasses import dataclass

import pytest

from core.answers import AnswerContent, FoundInterval
from core.ids import utc_now
from core.intervals import Interval
from core.review import Correction, CurrentLabel, Decision, Item
from training.material import GoldBook, choose, marked, truths

YES, NO = AnswerContent(kind="pattern", label="yes"), AnswerContent(kind="pattern", label="no")


@dataclass(frozen=True)
class Range:
    series_id: str
    start: int
    stop: int
    reason: str


def item(item_id: str, start: int = 0, stop: int = 100, series_id: str = "s") -> Item:
    return Item(
        id=item_id, project_id="p", series_id=series_id, start=start, stop=stop, question_id="q"
    )


def label(decision: Decision, content: AnswerContent | None) -> CurrentLabel:
    event = Correction(
        id="c",
        project_id="p",
        item_id="i",
        person="ann",
        decision=decision,
        sequence=1,
        created_at=utc_now(),
        content=content,
    )
    return CurrentLabel(event=event, content=content)


def test_a_persons_label_replaces_the_teachers_answer_which_is_kept_beside_it():
    (one,) = choose([item("i")], {"i": NO}, {"i": label("fix", YES)}, GoldBook([]))

    assert (one.content, one.source, one.pseudo) == (YES, "correction", NO)


def test_an_item_without_review_takes_the_teachers_answer():
    (one,) = choose([item("i"), item("unanswered")], {"i": NO}, {}, GoldBook([]))

    assert (one.item.id, one.content, one.source) == ("i", NO, "pseudo")


@pytest.mark.parametrize("decision", ["reject", "not_sure"])
def test_an_item_that_a_person_could_not_label_teaches_nothing(decision: Decision):
    assert choose([item("i")], {"i": NO}, {"i": label(decision, None)}, GoldBook([])) == []


@pytest.mark.parametrize(
    ("start", "stop", "learned"),
    [
        (0, 100, True),  # ends one window before the block
        (1, 101, False),  # reaches into the gap
        (200, 300, False),  # the block itself
        (399, 499, False),  # starts inside the gap
        (400, 500, True),  # starts one window after the block
    ],
)
def test_beside_a_gold_time_block_one_window_stays_unused(start: int, stop: int, learned: bool):
    gold = GoldBook([Range("s", 200, 300, "time_block")])

    assert gold.may_learn(item("i", start, stop)) is learned


def test_a_gold_series_is_no_matter_of_other_series():
    gold = GoldBook([Range("other", 0, 100, "drawn")])

    assert gold.may_learn(item("i"))
    assert gold.reason(item("i")) is None
    assert gold.reason(item("j", series_id="other")) == "drawn"
    assert not gold.may_learn(item("j", series_id="other"))


def test_a_window_half_in_gold_is_neither_tested_nor_learned():
    gold = GoldBook([Range("s", 50, 150, "time_block")])

    assert gold.reason(item("i")) is None
    assert not gold.may_learn(item("i"))


def test_the_truth_of_gold_is_the_import_by_construction_and_the_person_where_it_was_drawn():
    gold = GoldBook([Range("made", 0, 100, "construction"), Range("drawn", 0, 100, "drawn")])
    items = [item("m", series_id="made"), item("d", series_id="drawn"), item("free")]
    imported = {"m": YES, "d": YES, "free": YES}
    labels = {"m": label("fix", NO), "d": label("accept", NO), "free": label("accept", NO)}

    assert truths(items, imported, labels, gold) == {"m": YES, "d": NO}
    assert truths(items, {}, {"d": label("reject", None)}, gold) == {}


def events(*ranges: tuple[int, int]) -> AnswerContent:
    found = (FoundInterval(number=k, start=a, stop=b) for k, (a, b) in enumerate(ranges, start=1))
    return AnswerContent(kind="anomaly", intervals=tuple(found))


def test_a_detector_is_chosen_by_what_people_marked_in_windows_outside_gold():
    items = [
        item("a", 0, 100),
        item("b", 80, 180),
        item("calm", 400, 500),
        item("gold", 0, 100, "reserved"),
        item("open", 600, 700),
        item("pattern", 700, 800),
    ]
    labels = {
        "a": label("fix", events((20, 30), (90, 120))),
        "b": label("fix", events((95, 110))),
        "calm": label("no_anomaly", events()),
        "gold": label("fix", events((5, 9))),
        "open": label("not_sure", None),
        "pattern": label("accept", YES),
    }

    known = marked(items, labels, GoldBook([Range("reserved", 0, 100, "drawn")]))

    assert list(known) == ["s"]
    assert known["s"].reviewed == ((0, 180), (400, 500))
    assert known["s"].events == (Interval(start=20, stop=30), Interval(start=90, stop=110))

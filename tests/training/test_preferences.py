"""Which of two answers is better: chosen from what people and selections say, kept in snapshots."""

import json
from pathlib import Path

import pytest

from core.answers import AnswerContent
from core.desk_events import DeskEvent, Preference
from core.errors import DataError
from core.ids import utc_now
from core.review import Item
from core.selection_records import Scored, Selection, Terms, Weights
from tests.training.test_snapshot import ANOMALY, PATTERN, Range, forty, item, labelled
from training import snapshot
from training.material import GoldBook
from training.preferences import (
    JudgedPreference,
    PreferenceOrigin,
    choose_preferences,
    load_preferences,
)

GOOD = AnswerContent(kind="pattern", label="convex")
BAD = AnswerContent(kind="pattern", label="concave")
WORST = AnswerContent(kind="pattern", label="sigmoid")
CONTENTS = {"good": GOOD, "bad": BAD, "worst": WORST, "same": GOOD}
ITEM = item("s00", question=PATTERN)
FREE = GoldBook([])


def said(better: str, worse: str, person: str = "Ana", of: Item = ITEM) -> DeskEvent:
    return DeskEvent(
        id=f"{person}-{better}-{worse}",
        project_id="p",
        item_id=of.id,
        person=person,
        created_at=utc_now(),
        body=Preference(better_id=better, worse_id=worse),
    )


def selection(**totals: float) -> Selection:
    scored = tuple(
        Scored(answer_id=name, author="t", sample=0, terms=Terms(), total=total)
        for name, total in totals.items()
    )
    return Selection(
        item_id=ITEM.id,
        chosen=scored[0].answer_id,
        scored=scored,
        weights=Weights(),
        trusted=False,
        agreement=None,
        sentence="",
    )


def chosen(
    events: tuple[DeskEvent, ...] = (),
    selections: tuple[Selection, ...] = (),
    decided: tuple[str, ...] = (),
) -> list[tuple[AnswerContent, AnswerContent, PreferenceOrigin]]:
    found = choose_preferences([ITEM], events, selections, CONTENTS, FREE, decided)
    return [(one.better, one.worse, one.origin) for one in found]


def test_what_a_person_preferred_and_what_scored_clearly_higher_are_pairs() -> None:
    assert chosen((said("good", "bad"),)) == [(GOOD, BAD, "people")]
    assert chosen(selections=(selection(good=0.9, bad=0.7, worst=0.65),)) == [
        (GOOD, WORST, "selection"),  # the clearest first
        (GOOD, BAD, "selection"),  # exactly the margin; bad and worst are too near each other
    ]


def test_a_persons_last_word_counts_and_nobodys_where_people_differ() -> None:
    assert chosen((said("good", "bad"), said("bad", "good"))) == [(BAD, GOOD, "people")]
    assert chosen((said("good", "bad"), said("bad", "good", "Ben"))) == []
    assert chosen((said("good", "bad"), said("good", "bad", "Ben"))) == [(GOOD, BAD, "people")]


def test_a_preference_that_was_taken_back_is_none() -> None:
    first = said("good", "bad")
    undo = first.model_copy(update={"id": "u", "body": None, "undoes": first.id})
    assert chosen((first, undo)) == []


def test_a_selection_says_nothing_where_a_person_decided() -> None:
    assert chosen((said("bad", "worst"),), (selection(good=0.9, bad=0.1),), (ITEM.id,)) == [
        (BAD, WORST, "people")
    ]


def test_answers_that_say_the_same_or_are_gone_make_no_pair() -> None:
    assert chosen((said("good", "same"), said("good", "gone"))) == []


def test_an_item_gives_three_pairs_at_most() -> None:
    several = selection(good=0.9, bad=0.6, worst=0.3)
    events = (said("good", "bad"), said("good", "worst"), said("bad", "worst"))
    assert len(chosen(events)) == 3
    contents = {f"a{n}": AnswerContent(kind="pattern", label=f"o{n}") for n in range(4)}
    totals = {f"a{n}": 0.9 - 0.25 * n for n in range(4)}
    found = choose_preferences([ITEM], (), [selection(**totals)], contents, FREE)
    assert [(one.better.label, one.worse.label) for one in found] == [
        ("o0", "o3"),
        ("o0", "o2"),
        ("o1", "o3"),
    ]
    assert len(chosen(selections=(several,))) == 3


def test_what_was_said_on_gold_or_beside_a_block_of_it_is_not_chosen() -> None:
    on, beside, free = item("s00", 0, 60), item("s00", 60, 120), item("s01", 0, 60)
    gold = GoldBook([Range("s00", 0, 60, "time_block")])
    events = [said("good", "bad", of=one) for one in (on, beside, free)]
    found = choose_preferences([on, beside, free], events, (), CONTENTS, gold)
    assert [one.item.id for one in found] == [free.id]


# -- in a snapshot


def judged(of: Item, origin: PreferenceOrigin = "people") -> JudgedPreference:
    odd = labelled(of).content
    return JudgedPreference(of, odd, odd.model_copy(update={"confidence": 0.5}), origin)


def written(
    root: Path, preferences: list[JudgedPreference], gold: tuple[Range, ...] = ()
) -> snapshot.Snapshot:
    data = forty()
    learn = [labelled(item(one)) for one in list(data)[:30]]
    return snapshot.write(
        root, [ANOMALY], learn, [], GoldBook(gold), data.__getitem__, preferences=preferences
    )


def test_preferences_come_back_on_the_split_of_their_window(tmp_path: Path) -> None:
    both = [judged(item("s00")), judged(item("s01"), "selection"), judged(item("s35"))]
    taken = written(tmp_path, both)
    lines = (taken.folder / "examples.jsonl").read_text().splitlines()
    sides = {one["item_id"]: one["split"] for one in map(json.loads, lines)}
    found = load_preferences(taken.folder)
    assert [(one.item_id, one.origin) for one in found] == [
        (item("s00").id, "people"),
        (item("s01").id, "selection"),
        (item("s35").id, "people"),  # an item without an example has its samples there too
    ]
    assert [one.split for one in found[:2]] == [sides[one.item_id] for one in found[:2]]
    assert (taken.folder / "arrays" / f"{found[2].content_hash}.npy").exists()
    assert taken.manifest["n_preferences"] == {"people": 2, "selection": 1}


def test_a_preference_changes_the_hash_and_their_order_does_not(tmp_path: Path) -> None:
    first, second = judged(item("s00")), judged(item("s01"))
    both = written(tmp_path, [first, second]).content_hash
    assert written(tmp_path, []).content_hash != both
    assert written(tmp_path, [second, first]).content_hash == both


def test_a_preference_on_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="shares samples with gold"):
        written(tmp_path, [judged(item("s35"))], gold=(Range("s35", 0, 120),))


def test_a_snapshot_from_before_has_none_and_a_damaged_one_says_so(tmp_path: Path) -> None:
    taken = written(tmp_path, [judged(item("s00"))])
    path = taken.folder / "preferences.jsonl"
    path.write_text("{no line}\n")
    with pytest.raises(DataError, match="is damaged"):
        load_preferences(taken.folder)
    path.unlink()
    assert load_preferences(taken.folder) == []

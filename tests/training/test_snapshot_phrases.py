"""Judged phrases in a snapshot: on the splits of the windows, without gold, without names."""

from pathlib import Path

import pytest

from core.desk_events import DeskEvent, PhraseJudged
from core.errors import DataError
from core.ids import utc_now
from core.intervals import Interval
from core.phrases import PhrasePair
from core.questions.defaults import default_open_question
from core.review import Item
from tests.training.test_snapshot import ANOMALY, Range, forty, item, labelled
from training import snapshot
from training.examples import Split
from training.material import GoldBook
from training.phrases import JudgedPhrase, choose_phrases, load_phrases

PLACE = Interval(start=3, stop=5)


def judged(of: Item, text: str = "a spike", span: int = 0) -> JudgedPhrase:
    pair = PhrasePair(
        item_id=of.id,
        source_id="a",
        span=span,
        person="Ana",
        text=text,
        interval=PLACE,
        verdict="right",
        how="right",
    )
    return JudgedPhrase(of, pair)


def written(
    root: Path, phrases: list[JudgedPhrase], n_labelled: int = 30, gold: tuple[Range, ...] = ()
) -> snapshot.Snapshot:
    data = forty()
    learn = [labelled(item(one)) for one in list(data)[:n_labelled]]
    return snapshot.write(
        root, [ANOMALY], learn, [], GoldBook(gold), data.__getitem__, phrases=phrases
    )


def test_phrases_come_back_on_the_split_of_their_window(tmp_path: Path) -> None:
    names = list(forty())
    taken = written(tmp_path, [judged(item(one)) for one in names[:30]])
    sides: dict[str, Split] = {}
    for line in (taken.folder / "examples.jsonl").read_text().splitlines():
        example = snapshot.StoredExample.model_validate_json(line)
        sides[example.item_id] = example.split
    found = load_phrases(taken.folder)
    assert {one.item_id: one.split for one in found} == sides
    assert (found[0].text, found[0].interval, found[0].verdict) == ("a spike", PLACE, "right")
    assert taken.manifest["n_phrases"] == 30
    assert "Ana" not in (taken.folder / "phrases.jsonl").read_text()


def test_a_phrase_of_a_rejected_answer_is_kept_and_has_its_samples_there(tmp_path: Path) -> None:
    other = item(list(forty())[35])
    taken = written(tmp_path, [judged(other)])
    (one,) = load_phrases(taken.folder)
    assert one.item_id == other.id
    assert (taken.folder / "arrays" / f"{one.content_hash}.npy").exists()


def test_a_phrase_changes_the_hash_and_the_order_of_phrases_does_not(tmp_path: Path) -> None:
    first, second = judged(item("s00")), judged(item("s01"), span=2)
    without = written(tmp_path, []).content_hash
    with_both = written(tmp_path, [first, second]).content_hash
    assert without != with_both == written(tmp_path, [second, first]).content_hash


def test_a_phrase_on_gold_is_refused(tmp_path: Path) -> None:
    gold = (Range("s35", 0, 120),)
    with pytest.raises(DataError, match="shares samples with gold"):
        written(tmp_path, [judged(item("s35"))], gold=gold)


def test_phrases_of_questions_that_are_not_learned_are_left_out(tmp_path: Path) -> None:
    free_text = default_open_question()
    data = forty()
    learn = [labelled(item(one)) for one in list(data)[:30]]
    taken = snapshot.write(
        tmp_path,
        [ANOMALY, free_text],
        learn,
        [],
        GoldBook([]),
        data.__getitem__,
        phrases=[judged(item("s00", question=free_text))],
    )
    assert load_phrases(taken.folder) == []


def test_a_snapshot_from_before_has_no_phrases_and_a_damaged_one_says_so(tmp_path: Path) -> None:
    taken = written(tmp_path, [judged(item("s00"))])
    path = taken.folder / "phrases.jsonl"
    path.write_text("{no line}\n")
    with pytest.raises(DataError, match="is damaged"):
        load_phrases(taken.folder)
    path.unlink()
    assert load_phrases(taken.folder) == []


def event(of: Item) -> DeskEvent:
    body = PhraseJudged(
        source_id="a",
        span=0,
        verdict="wrong",
        said="a spike",
        text="a spike",
        said_interval=PLACE,
        interval=PLACE,
    )
    return DeskEvent(
        id=of.id, project_id="p", item_id=of.id, person="Ana", created_at=utc_now(), body=body
    )


def test_what_was_said_on_gold_or_beside_a_block_of_it_is_not_chosen() -> None:
    on, beside, free = item("s00", 0, 60), item("s00", 60, 120), item("s01", 0, 60)
    gold = GoldBook([Range("s00", 0, 60, "time_block")])
    events = [event(one) for one in (on, beside, free)]
    chosen = choose_phrases([on, beside, free], events, gold)
    assert [one.item.id for one in chosen] == [free.id]
    assert chosen[0].pair.verdict == "wrong"

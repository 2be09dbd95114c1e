"""Snapshots: same content, same hash; no gold, no names; splits that keep alike things together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.errors import DataError
from core.questions.base import Question
from core.questions.defaults import (
    default_anomaly_question,
    default_open_question,
    default_pattern_question,
)
from core.review import Item
from core.series import SeriesData
from training import snapshot, splits
from training.material import GoldBook, LabelledItem

ANOMALY, PATTERN = default_anomaly_question(), default_pattern_question()


@dataclass(frozen=True)
class Range:
    series_id: str
    start: int
    stop: int
    reason: str = "construction"


def series(seed: int, n: int = 120, timed: bool = False) -> SeriesData:
    values = np.random.default_rng(seed).normal(size=(n, 2))
    return SeriesData(values, time=np.arange(n) * 10**9 if timed else None)


def item(series_id: str, start: int = 0, stop: int = 120, question: Question = ANOMALY) -> Item:
    return Item(
        id=f"{series_id}-{start}-{question.kind}",
        project_id="p",
        series_id=series_id,
        start=start,
        stop=stop,
        question_id=question.id,
    )


def labelled(of: Item, source: str = "pseudo") -> LabelledItem:
    """A label with one event on every second series."""
    if of.question_id == PATTERN.id:
        key = ("convex", "concave")[int(of.series_id[1:]) % 2]
        content = AnswerContent(kind="pattern", label=key)
    else:
        event = FoundInterval(number=1, start=of.start + 3, stop=of.start + 5)
        odd = int(of.series_id[1:]) % 2
        content = AnswerContent(kind="anomaly", intervals=(event,) if odd else ())
    return LabelledItem(of, content, source, content)  # type: ignore[arg-type] # a literal


def forty() -> dict[str, SeriesData]:
    return {f"s{n:02d}": series(n, timed=n % 3 == 0) for n in range(40)}


def write(
    root: Path,
    data: dict[str, SeriesData],
    learn: Sequence[LabelledItem],
    test: Sequence[Item] = (),
    gold: Sequence[Range] = (),
) -> snapshot.Snapshot:
    return snapshot.write(root, [ANOMALY, PATTERN], learn, test, GoldBook(gold), data.__getitem__)


def test_what_is_written_comes_back_with_values_times_and_answers(tmp_path: Path):
    data = forty()
    learn = [labelled(item(one)) for one in list(data)[:30]]
    test = [item(one) for one in list(data)[30:]]

    taken = write(tmp_path, data, learn, test)
    manifest, questions, examples, windows = snapshot.load(taken.folder)

    assert manifest["split"] == "by series"
    assert (manifest["n_examples"], manifest["n_evaluation"]) == (30, 10)
    assert questions == [ANOMALY]
    assert PATTERN.id in manifest["left_out"]
    assert [one.group for one in examples] == list(data)[:30]
    assert examples[3].content == learn[3].content
    assert examples[3].view.values.tolist() == data["s03"].values.tolist()
    seconds = examples[3].view.seconds
    assert seconds is not None
    assert seconds.tolist() == list(range(120))
    assert examples[4].view.seconds is None
    assert [one.item_id for one in windows] == [one.id for one in test]
    assert {one.split for one in examples} == {"train", "validation"}


def test_the_same_content_in_another_order_is_the_same_snapshot(tmp_path: Path):
    data = forty()
    learn = [labelled(item(one)) for one in data]

    first = write(tmp_path, data, learn)
    second = write(tmp_path, data, learn[::-1])
    other = write(tmp_path, data, [*learn[1:], labelled(learn[0].item, "correction")])

    assert first.content_hash == second.content_hash == first.folder.name
    assert other.content_hash != first.content_hash
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [first.content_hash, other.content_hash]
    )


@pytest.mark.parametrize(
    "touching",
    [Range("s05", 0, 120), Range("s05", 119, 120), Range("s05", 0, 1), Range("s05", 40, 60)],
    ids=["the whole series", "its last sample", "its first sample", "a block inside"],
)
def test_a_labelled_window_that_shares_a_sample_with_gold_is_refused(
    tmp_path: Path, touching: Range
):
    data = forty()

    with pytest.raises(DataError, match="shares samples with gold"):
        write(tmp_path, data, [labelled(item(one)) for one in data], gold=[touching])
    assert list(tmp_path.iterdir()) == []


def test_evaluation_windows_carry_no_answer(tmp_path: Path):
    data = forty()
    learn = [labelled(item(one)) for one in list(data)[:30]]

    taken = write(tmp_path, data, learn, [item(one) for one in list(data)[30:]])

    lines = (taken.folder / "evaluation_items.jsonl").read_text().splitlines()
    fields = {"item_id", "question_id", "series_id", "content_hash", "start", "stop"}
    assert [set(json.loads(line)) for line in lines] == [fields] * 10


def test_a_twin_of_a_gold_series_is_not_learned_from(tmp_path: Path):
    data = forty()
    data["s07"] = SeriesData(data["s35"].values * 3.0 + 100.0)  # gold's twin, scaled and shifted
    learn = [labelled(item(one)) for one in list(data)[:30]]

    taken = write(tmp_path, data, learn, [item(one) for one in list(data)[30:]])

    assert taken.manifest["n_too_like_gold"] == 1
    assert "s07" not in (taken.folder / "examples.jsonl").read_text()


def test_twins_with_blocks_of_gold_keep_clear_of_each_others(tmp_path: Path):
    data = {"s00": series(0, 1200)}
    data["s01"] = SeriesData(data["s00"].values * 2.0)
    gold = [Range("s00", 0, 300, "time_block"), Range("s01", 900, 1200, "time_block")]
    windows = [item(one, at, at + 30) for one in data for at in range(0, 1200, 30)]
    book = GoldBook(gold)
    learn = [labelled(one) for one in windows if book.may_learn(one)]

    taken = write(tmp_path, data, learn, [one for one in windows if book.reason(one)], gold)

    _, _, examples, _ = snapshot.load(taken.folder)
    assert {one.group for one in examples} == {"s00"}
    assert min(one.view.start for one in examples) == 330
    assert max(one.view.stop for one in examples) == 870
    assert taken.manifest["n_too_like_gold"] == 2 * 11  # ten and the gap


def test_near_duplicates_stay_on_one_side():
    data = forty()
    data["s20"] = SeriesData(data["s10"].values * -1.0 * -2.0 + 5.0)
    data["s30"] = SeriesData(data["s10"].values + 1e-6)

    groups = splits.near_duplicates(data)

    assert groups["s10"] == groups["s20"] == groups["s30"] == "s10"
    assert len(set(groups.values())) == 38


def test_a_copy_of_what_a_continued_series_was_is_still_its_duplicate():
    data = forty()
    data["s20"] = SeriesData(data["s10"].values * 2.0 + 5.0)
    new = np.random.default_rng(99).normal(size=(34, 2))
    data["s10"] = SeriesData(np.concatenate([data["s10"].values, new]))
    assert splits.near_duplicates(data)["s20"] == "s20"  # what its length alone would say

    groups = splits.near_duplicates(data, {"s10": (120, 154)})

    assert groups["s10"] == groups["s20"] == "s10"
    assert len(set(groups.values())) == 39


def test_copies_that_were_continued_apart_are_still_duplicates():
    data = forty()
    more = np.random.default_rng(99).normal(size=(60, 2))
    data["s20"] = SeriesData(np.concatenate([data["s10"].values, more]))
    data["s10"] = SeriesData(np.concatenate([data["s10"].values, more[:34] + 1]))

    groups = splits.near_duplicates(data, {"s10": (120, 154), "s20": (120, 180)})

    assert groups["s10"] == groups["s20"] == "s10"
    assert len(set(groups.values())) == 39


def test_two_noisy_lines_are_no_duplicates_but_straight_ones_with_one_hash_are():
    line = np.linspace(0, 10, 300)[:, None]
    rng = np.random.default_rng(0)
    data = {
        "a": SeriesData(line + rng.normal(scale=0.05, size=line.shape)),
        "b": SeriesData(line + rng.normal(scale=0.05, size=line.shape)),
        "c": SeriesData(line),
        "d": SeriesData(line.copy()),
        "e": SeriesData(np.zeros((2, 1))),
    }

    groups = splits.near_duplicates(data)

    assert groups == {"a": "a", "b": "b", "c": "c", "d": "c", "e": "e"}


def test_one_long_series_is_split_by_time_with_a_gap_of_one_window(tmp_path: Path):
    data = {"s01": series(1, n=2000)}
    items = [item("s01", start, start + 50) for start in range(0, 2000, 50)]

    taken = write(tmp_path, data, [labelled(one) for one in items])

    _, _, examples, _ = snapshot.load(taken.folder)
    assert taken.manifest["split"] == "time blocks (weaker test)"
    trained = [one.view for one in examples if one.split == "train"]
    held = [one.view for one in examples if one.split == "validation"]
    assert (len(trained), len(held)) == (33, 6)  # one window of the 40 is the gap
    assert min(one.start for one in held) - max(one.stop for one in trained) == 50


def test_both_questions_on_one_window_fall_on_the_same_side(tmp_path: Path):
    data = forty()
    both = [labelled(item(one, question=q)) for one in data for q in (ANOMALY, PATTERN)]

    taken = write(tmp_path, data, both)

    _, _, examples, _ = snapshot.load(taken.folder)
    sides: dict[str, set[str]] = {}
    for one in examples:
        sides.setdefault(one.group, set()).add(one.split)
    assert all(len(side) == 1 for side in sides.values())
    assert len(examples) == 80


def test_too_little_to_learn_from_is_refused_and_says_what_is_missing(tmp_path: Path):
    data = forty()
    few = [labelled(item(one)) for one in list(data)[:9]]

    with pytest.raises(DataError, match=r"9 labelled windows outside gold; it needs 10"):
        write(tmp_path, data, few)


def test_every_reason_why_a_question_cannot_be_learned_is_told():
    quiet = [labelled(item(f"s{n:02d}")) for n in range(0, 40, 2)]
    alike = [labelled(item(f"s{n:02d}", question=PATTERN)) for n in range(0, 40, 2)]

    missing = snapshot.preflight([ANOMALY, PATTERN], [*quiet, *alike])

    assert "none of the 20 labelled windows" in missing[ANOMALY.id]
    assert "all 20 labelled windows" in missing[PATTERN.id]


def test_a_damaged_snapshot_is_refused(tmp_path: Path):
    data = forty()
    taken = write(tmp_path, data, [labelled(item(one)) for one in data])
    next((taken.folder / "arrays").glob("*.npy")).unlink()

    with pytest.raises(DataError, match="missing or damaged"):
        snapshot.load(taken.folder)


def test_a_question_of_free_text_is_left_out_with_the_reason() -> None:
    described = default_open_question()
    assert snapshot.preflight([described], []) == {
        described.id: "“Description” is answered in free text, which only a reasoning student "
        "learns to write, from examples; its answers stay in Review and Explore"
    }

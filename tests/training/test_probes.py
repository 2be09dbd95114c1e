"""Probes: which items are watched, and their texts over the steps."""

from pathlib import Path

import numpy as np

from core.answers import AnswerContent
from core.series import WindowView
from training.examples import Split, TrainingExample
from training.probes import Probe, append, by_item, choose, of_run, read
from training.run_folder import RunFolder


def example(item_id: str, label: str, split: Split = "train") -> TrainingExample:
    content = AnswerContent(kind="pattern", label=label)
    view = WindowView(np.zeros((5, 1)))
    return TrainingExample("q", view, content, split=split, item_id=item_id)


def test_probes_are_held_out_items_of_every_answer_and_the_same_each_time() -> None:
    learned = [example(f"t{k}", "a") for k in range(20)]
    held = [example(f"v{k}", "abc"[min(k, 2)], "validation") for k in range(10)]
    chosen = choose([*learned, *held], seed=1)
    assert [one.item_id for one in chosen] == [
        one.item_id for one in choose([*learned, *held], seed=1)
    ]
    assert len({one.item_id for one in chosen}) == 5
    assert {one.split for one in chosen} == {"validation"}
    assert {one.content.label for one in chosen} == {"a", "b", "c"}


def test_without_held_out_items_learned_ones_are_watched_as_many_as_there_are() -> None:
    assert len(choose([example("a", "a"), example("b", "a")], seed=1)) == 2
    assert choose([], seed=1) == []


def test_texts_come_back_by_step_and_a_step_done_again_counts_as_it_was_last(
    tmp_path: Path,
) -> None:
    folder = RunFolder(tmp_path).checkpoints / "student"
    assert of_run(RunFolder(tmp_path)) == []
    first, old = (
        Probe(step=0, item_id="a", text="x", score=0),
        Probe(step=5, item_id="a", text="old", score=0),
    )
    append(folder, [first])
    append(folder, [old])
    new = Probe(step=5, item_id="a", text="new", score=1, reward=0.9)
    other = Probe(step=5, item_id="b", text="y", score=0)
    append(folder, [new, other])
    assert read(folder) == [first, new, other] == of_run(RunFolder(tmp_path))
    assert by_item(read(folder)) == {"a": [first, new], "b": [other]}

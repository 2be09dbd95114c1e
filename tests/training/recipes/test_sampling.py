"""Texts written on items: each item with its own seed, and nothing written twice."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent
from core.questions.base import Question
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from training.examples import TrainingExample, TrainingStopped
from training.recipes.sampling import Draw, item_seed, sample_items
from training.sampled_texts import item_key

QUESTION = default_pattern_question()
DRAW = Draw(n=2, temperature=1.0, seed=7)
RIGHT = "<think>It rises.</think><class>linear_increase</class>"
WRONG = "<think>It falls.</think><class>linear_decrease</class>"


class Pen:
    """A writer whose texts depend on the seed alone; it remembers what it was asked for."""

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def sample(
        self, question: Question, view: WindowView, n: int, temperature: float, seed: int
    ) -> list[str]:
        self.seeds.append(seed)
        drawn = np.random.default_rng(seed).random(n)
        return [RIGHT if one < 0.5 else WRONG for one in drawn]


def examples(n: int = 4) -> list[TrainingExample]:
    content = AnswerContent(kind="pattern", label="linear_increase")
    return [
        TrainingExample(
            QUESTION.id, WindowView(np.full((9, 1), float(k))), content, item_id=f"i{k}"
        )
        for k in range(n)
    ]


def texts(
    pen: Pen, items: Sequence[TrainingExample], path: Path, stop_before: int = 99
) -> list[tuple[str, int, str, float]]:
    told: list[tuple[int, int, float]] = []
    found = sample_items(
        pen,
        items,
        [QUESTION],
        DRAW,
        path,
        tell=lambda *so_far: told.append(so_far),
        should_stop=lambda: len(pen.seeds) >= stop_before,
    )
    assert [(done, total) for done, total, _ in told] == [
        (k + 1, len(items)) for k in range(len(items))
    ]
    assert told[-1][2] == sum(one.right for one in found) / len(found)
    return [(one.item_id, one.sample, one.text, one.score) for one in found]


def test_every_item_gets_its_texts_scored_by_its_truth(tmp_path: Path) -> None:
    found = texts(Pen(), examples(), tmp_path / "samples.jsonl")
    assert [(item, k) for item, k, _, _ in found] == [
        (f"i{n}", k) for n in range(4) for k in (0, 1)
    ]
    assert all(score == (text == RIGHT) for _, _, text, score in found)
    assert {score for _, _, _, score in found} == {0.0, 1.0}


def test_a_run_that_stopped_goes_on_at_the_next_item_and_comes_to_the_same_texts(
    tmp_path: Path,
) -> None:
    whole = texts(Pen(), examples(), tmp_path / "whole.jsonl")
    path = tmp_path / "parts.jsonl"
    with pytest.raises(TrainingStopped, match="after step 2 of 4"):
        texts(Pen(), examples(), path, stop_before=2)
    later = Pen()
    assert texts(later, examples(), path) == whole
    assert later.seeds == [item_seed(7, "i2"), item_seed(7, "i3")]


def test_what_an_item_gets_does_not_depend_on_the_others(tmp_path: Path) -> None:
    all_four = texts(Pen(), examples(), tmp_path / "all.jsonl")
    alone = texts(Pen(), examples()[2:3], tmp_path / "one.jsonl")
    assert alone == all_four[4:6]


def test_items_without_an_id_are_told_apart_by_their_data() -> None:
    first, second = (
        TrainingExample("q", WindowView(np.full((9, 1), value)), AnswerContent(kind="anomaly"))
        for value in (1.0, 2.0)
    )
    assert item_key(first) != item_key(second)
    assert item_key(first) == item_key(first)

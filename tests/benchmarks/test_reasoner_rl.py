"""The benchmark of rewards and preferences: what is counted, and what is not computed again."""

import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.reasoner_rl import by_chance, interval, read, record_of, summary
from benchmarks.simple_pictures import QUESTION, SHAPES, simple_examples
from training.rewards import Written

ARMS = ("before", "sft", "grpo", "dpo", "random")


def lines(path: Path, accuracies: dict[int, tuple[float, ...]]) -> Path:
    records = [
        {"seed": seed, "arm": arm, "accuracy": value, "unread": 0.0, "cpu_s": 1.5}
        for seed, values in accuracies.items()
        for arm, value in zip(ARMS, values, strict=True)
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in records))
    return path


def test_means_and_gains_are_over_seeds(tmp_path: Path) -> None:
    kept = read(lines(tmp_path / "l", {1: (0.4, 0.5, 0.7, 0.6, 0.3), 2: (0.4, 0.7, 0.7, 0.6, 0.5)}))
    given = Namespace(answers=800, items=160, test=200, noise=0.8)
    told = summary([record_of(seed, kept) for seed in (1, 2)], given)
    assert told["accuracy"]["sft"][0] == 0.6
    assert told["gain_over_sft"]["grpo"] == [0.1, 0.0, 0.2]  # 0.2 and 0.0
    assert told["gain_over_sft"]["dpo"][0] == 0.0
    assert told["gain_over_before"]["random"] == [0.0, -0.1, 0.1]
    assert told["cpu_s"] == {"sft": 3.0, "grpo": 3.0, "dpo": 3.0, "random": 3.0}
    assert read(tmp_path / "nothing") == {}


def test_an_interval_of_equal_numbers_is_that_number() -> None:
    assert interval(np.array([0.5, 0.5, 0.5])) == [0.5, 0.5, 0.5]


def test_chance_rewards_the_same_text_alike_and_knows_no_truth() -> None:
    first, second = simple_examples(2, 1, 0.1, "train")
    term = by_chance(3)["accuracy"]

    def earned(text: str, truth: int = 0) -> float | None:
        content = (first, second)[truth].content
        return term(Written(QUESTION, first.view, text, content))

    assert earned("a") == earned("a") == earned("a", truth=1)
    drawn = {earned(f"text {k}") for k in range(50)}
    assert len(drawn) > 40
    assert by_chance(4)["accuracy"](Written(QUESTION, first.view, "a", first.content)) != earned(
        "a"
    )


@pytest.mark.parametrize(("place", "key"), list(enumerate(SHAPES)))
def test_simple_pictures_show_what_their_answers_say(place: int, key: str) -> None:
    example = simple_examples(4, 1, 0.0, "train")[place]
    values = example.view.values[:, 0]
    assert example.content.label == key
    if key in ("up", "down"):
        assert np.sign(values[-1] - values[0]) == (1 if key == "up" else -1)
    else:
        assert (np.argmax(values) < len(values) / 2) == (key == "left")

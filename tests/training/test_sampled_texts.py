"""Sampled texts: scored by the truth and the data, kept on disk, the good ones chosen."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.questions.defaults import default_anomaly_question
from core.series import WindowView
from training.rewards import Written
from training.sampled_texts import SampledText, append, kept, read, scored_text

ANOMALY = default_anomaly_question()
VALUES = np.zeros((100, 1))
VALUES[20:30] = 5.0
TRUTH = AnswerContent(kind="anomaly", intervals=(FoundInterval(number=1, start=20, stop=30),))
HIGH, LOW = "From 20 to 29 the level is 5 higher.", "From 20 to 29 the level is 5 lower."


def scored(text: str) -> SampledText:
    return scored_text("i", 0, Written(ANOMALY, WindowView(VALUES), text, TRUTH))


@pytest.mark.parametrize(
    ("text", "score", "read_", "formed", "grounding"),
    [
        (f"<think>{HIGH}</think><anomaly>True</anomaly><index>(20, 29)</index>", 1, True, True, 1),
        (f"<think>{LOW}</think><anomaly>True</anomaly><index>(20, 29)</index>", 1, True, True, 0),
        ("<anomaly>True</anomaly><index>(20, 29)</index>", 1, True, False, None),
        ("<think>I am sure.</think><anomaly>False</anomaly>", 0, True, True, None),
        ("no idea", 0, False, False, None),
    ],
)
def test_a_text_is_scored_by_the_truth_the_form_and_the_data(
    text: str, score: float, read_: bool, formed: bool, grounding: float | None
) -> None:
    found = scored(text)
    assert (found.score, found.read, found.formed) == (score, read_, formed)
    assert found.grounding == grounding


def sample(k: int, text: str = "", **more: object) -> SampledText:
    fields = {"item_id": "i", "sample": k, "text": text or f"text {k}", "score": 1.0, **more}
    return SampledText.model_validate(fields)


def test_right_whole_and_grounded_texts_are_kept_the_best_grounded_first() -> None:
    several = [
        sample(0, grounding=0.5),
        sample(1, grounding=None),  # says nothing to check: behind the others
        sample(2, grounding=1.0),
        sample(3, grounding=0.4),  # more of it is wrong than the data bear
        sample(4, score=0.4, grounding=1.0),  # not right
        sample(5, formed=False, grounding=1.0),
        sample(6, read=False, grounding=1.0),
    ]
    assert [one.sample for one in kept(several)] == [2, 0, 1]
    assert [one.sample for one in kept(several, most=1)] == [2]
    assert [one.sample for one in kept(several, least_grounding=0.0)] == [2, 0, 3]


def test_a_text_that_was_written_twice_is_kept_once() -> None:
    several = [sample(0, "It  rises."), sample(1, "It rises."), sample(2, "It falls.")]
    assert [one.sample for one in kept(several)] == [0, 2]


def test_texts_come_back_from_disk_and_an_item_cut_short_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "samples.jsonl"
    assert read(path, 2) == {}
    append(path, [sample(0), sample(1)])
    append(path, [sample(0, item_id="cut")])
    assert read(path, 2) == {"i": [sample(0), sample(1)]}
    with path.open("a") as file:
        file.write('{"item_id": "cut", "sam')  # the process was killed in the middle of a line
    assert list(read(path, 2)) == ["i"]


def test_an_item_that_was_sampled_again_counts_as_it_was_last(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    append(path, [sample(0, "old")])
    append(path, [sample(0, "new"), sample(1, "other")])
    assert [one.text for one in read(path, 2)["i"]] == ["new", "other"]

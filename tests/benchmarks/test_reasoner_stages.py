"""What the benchmarks with weights share: settings, sides without common numbers, work folders."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.reasoner_options import published, settings_of
from benchmarks.reasoner_stages import StageTexts, TestItem, claim, in_training, read_text, some
from benchmarks.simple_pictures import QUESTION
from core.answers import AnswerContent
from core.errors import ConfigError
from core.render_settings import STANDARD
from core.series import WindowView
from core.shown import Form
from training.examples import TrainingExample

UP = AnswerContent(kind="pattern", label="up")


def line(climb: float, start: int = 0) -> WindowView:
    return WindowView(np.linspace(0, climb, 8)[:, None], start)


def item(climb: float) -> TestItem:
    return TestItem("test 0", line(climb), UP, "series 0")


def test_a_window_whose_numbers_are_tested_is_not_learned_wherever_it_lies() -> None:
    learn = [
        TrainingExample(QUESTION.id, line(1.0), UP, group="a", item_id="0"),
        TrainingExample(QUESTION.id, line(2.0, start=8), UP, group="b", item_id="1"),
        TrainingExample(QUESTION.id, line(2.0, start=8), UP, group="b", item_id="2"),
    ]
    kept, left_out = in_training(learn, [item(2.0)])
    assert [one.item_id for one in kept] == ["0"]
    assert left_out == 1  # two examples of one window


def test_a_limit_draws_by_the_seed_and_keeps_the_order() -> None:
    drawn = some(range(100), 5, 1, "train")
    assert drawn == sorted(drawn) and len(drawn) == 5
    assert drawn == some(range(100), 5, 1, "train")
    assert drawn != some(range(100), 5, 2, "train")
    assert some([3, 1], 0, 1, "train") == some([3, 1], 2, 1, "train") == [3, 1]


def test_a_work_folder_is_refused_for_another_run_with_what_differs(tmp_path: Path) -> None:
    claim(tmp_path / "work", "run.json", {"base": "a", "sizes": (1, 2)})
    claim(tmp_path / "work", "run.json", {"base": "a", "sizes": (1, 2)})
    with pytest.raises(ConfigError, match=r"with base 'a' \(now 'b'\), and results of two"):
        claim(tmp_path / "work", "run.json", {"base": "b", "sizes": (1, 2)})


def test_settings_of_the_command_line_come_on_top_of_the_published_ones() -> None:
    found = settings_of(
        ["grpo.steps=7", "grpo.learning_rate=1", "sft.four_bit=False", "sft.render=fine"],
        {"grpo": published("grpo", "visanom", "timemaster")},
    )
    assert found["grpo"]["steps"] == 7
    assert (found["grpo"]["learning_rate"], found["grpo"]["group_size"]) == (1.0, 5)
    assert found["sft"] == {"four_bit": False, "render": "fine"}
    assert "max_new_tokens" not in found["grpo"]
    assert published("correlation", "visanom") == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("base.steps=1", "sets nothing"),  # the base is not trained
        ("sft.stepz=1", "sets nothing; .* one of its settings: .*steps"),
        ("sft.base=x", "sets nothing"),  # the chain says what a stage begins with
        ("sft.steps", "is no int"),
        ("sft.steps=1.5", "is no int"),
        ("sft.four_bit=1", "is no bool"),
    ],
)
def test_a_setting_that_there_is_not_is_refused(given: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        settings_of([given], {})


@pytest.mark.parametrize(
    ("form", "text", "label", "formed"),
    [
        ("reasons", "<think>It climbs.</think><class>up</class>", "up", True),
        ("reasons", "Well: <class>no option</class> <class>UP</class> then", "up", False),
        ("reasons", "<class>up</class>", "up", False),
        ("direct", "<class>up</class>", "up", True),
        ("direct", "It is <class>up</class>", "up", False),
        ("reasons", "<think>It climbs.</think> up", None, False),
    ],
)
def test_the_first_valid_tag_counts_and_the_whole_structure_is_told_apart(
    form: Form, text: str, label: str | None, formed: bool
) -> None:
    content, whole = read_text(QUESTION, item(1.0), text, StageTexts(form, STANDARD, (text,)))
    assert (None if content is None else content.label) == label
    assert whole == formed

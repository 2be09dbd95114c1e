"""Which examples a reasoning student learns, and as what."""

from collections import Counter

import pytest

from core.answers import AnswerContent, Span
from core.intervals import Interval
from core.questions import kind_of
from core.render import render_png
from core.render_presets import PRESETS
from tests.training.recipes.reasoner_examples import (
    EVENTS,
    SHAPES,
    START,
    WORDS,
    event_content,
    event_example,
    line,
    open_example,
    shape_example,
    some_examples,
    spiked,
)
from training.examples import TrainingExample
from training.phrases import StoredPhrase
from training.recipes.reasoner_data import Wanted, examples_shown, rows_of

QUESTIONS = [SHAPES, EVENTS, WORDS]


def targets(examples: list[TrainingExample], wanted: Wanted = Wanted(), **more) -> list[str]:  # noqa: B008
    return sorted(row.target for row in rows_of(examples, QUESTIONS, wanted, **more).rows)


def test_an_example_with_reasons_is_learned_with_and_without_them() -> None:
    assert targets([shape_example("up", 1)]) == [
        "<class>up</class>",
        "<think>It rises over samples 0 to 59.</think><class>up</class>",
    ]


def test_an_event_is_learned_at_its_place_in_the_window() -> None:
    assert targets([event_example(17, 1)]) == [
        "<anomaly>True</anomaly><index>(17, 17)</index>",
        "<think>One sample is far above the rest (17 to 17).</think>"
        "<anomaly>True</anomaly><index>(17, 17)</index>",
    ]


def test_positions_are_those_of_the_axis_that_is_drawn() -> None:
    wanted = Wanted(rationale_share=0, render=PRESETS["visanom"])
    place = START + 17
    assert targets([event_example(17, 1)], wanted) == [
        f"<anomaly>True</anomaly><index>({place}, {place})</index>"
    ]


def test_a_description_is_learned_as_its_words() -> None:
    assert targets([open_example(1)]) == ["It climbs steadily."]


@pytest.mark.parametrize(
    ("share", "forms"),
    [
        (0.0, {"direct": 20}),
        (0.25, {"direct": 20, "reasons": 7}),
        (0.5, {"direct": 20, "reasons": 20}),
        (0.8, {"direct": 5, "reasons": 20}),
        (1.0, {"reasons": 20}),
    ],
)
def test_the_share_of_targets_with_reasons_is_as_wished(
    share: float, forms: dict[str, int]
) -> None:
    examples = [shape_example("up", seed) for seed in range(20)]
    rows = rows_of(examples, QUESTIONS, Wanted(rationale_share=share)).rows
    assert Counter(row.form for row in rows) == forms


def test_an_example_without_reasons_is_learned_alone_whatever_the_share_is() -> None:
    bare = shape_example("up", 1)
    bare = TrainingExample(
        "q-shape", bare.view, AnswerContent(kind="pattern", label="up"), "correction"
    )
    assert targets([bare], Wanted(rationale_share=1.0)) == ["<class>up</class>"]


def test_a_teachers_reasons_are_learned_for_a_persons_answer_where_both_say_the_same() -> None:
    teacher = event_content(17, "One sample is far above the rest.")
    bare = event_content(17)
    agreed = TrainingExample("q-event", spiked(17, 1), bare, "correction", pseudo=teacher)
    elsewhere = event_content(40, "One sample is far above the rest.")
    differ = TrainingExample("q-event", spiked(17, 1), bare, "correction", pseudo=elsewhere)
    assert any("far above" in target for target in targets([agreed]))
    assert not any("far above" in target for target in targets([differ]))


def test_a_teachers_reasons_for_another_label_are_not_learned() -> None:
    teacher = shape_example("down", 1).content
    content = AnswerContent(kind="pattern", label="up")
    example = TrainingExample("q-shape", line("up", 1), content, "correction", pseudo=teacher)
    assert targets([example]) == ["<class>up</class>"]


def test_an_answer_that_nobody_reviewed_is_learned_when_the_data_contradict_nothing() -> None:
    true = shape_example("up", 1, source="pseudo")
    false = TrainingExample("q-shape", line("down", 2), true.content, "pseudo", item_id="b")
    found = rows_of([true, false], QUESTIONS, Wanted())
    assert {row.example.item_id for row in found.rows} == {"shape-1"}
    assert found.left_out == {"nobody reviewed it, and the data contradict its reasons": 1}
    assert rows_of([true], QUESTIONS, Wanted(unreviewed="none")).left_out == {
        "nobody reviewed it": 1
    }
    every = rows_of([true, false], QUESTIONS, Wanted(unreviewed="all"))
    assert {row.example.item_id for row in every.rows} == {"shape-1", "b"}


def test_phrases_that_the_data_contradict_are_left_out_of_reasons() -> None:
    content = AnswerContent(
        kind="pattern",
        label="up",
        rationale=(
            Span(text="It rises over samples 0 to 59. "),
            Span(text="It falls over samples 0 to 59."),
        ),
    )
    example = TrainingExample("q-shape", line("up", 1), content, "correction")
    kept = Wanted(rationale_share=1.0)
    assert targets([example], kept) == [
        "<think>It rises over samples 0 to 59.</think><class>up</class>"
    ]
    everything = Wanted(rationale_share=1.0, drop_contradicted=False)
    assert "falls" in targets([example], everything)[0]


def phrase(text: str, verdict: str, place: int | None = None, split: str = "train") -> StoredPhrase:
    interval = None if place is None else Interval(start=START + place, stop=START + place + 1)
    return StoredPhrase.model_validate(
        {
            "item_id": "event-1",
            "question_id": "q-event",
            "series_id": "s",
            "content_hash": "c",
            "start": START,
            "stop": START + 60,
            "source_id": "a",
            "span": 0,
            "text": text,
            "interval": interval,
            "verdict": verdict,
            "split": split,
            "group": "g",
        }
    )


def test_phrases_that_people_hold_right_take_the_place_of_those_held_wrong() -> None:
    phrases = [
        phrase("One sample is far above the rest.", "wrong", 17),
        phrase("A single reading jumps up.", "right", 17),
    ]
    wanted = Wanted(rationale_share=1.0)
    assert targets([event_example(17, 1)], wanted, phrases=phrases) == [
        "<think>A single reading jumps up (17 to 17).</think>"
        "<anomaly>True</anomaly><index>(17, 17)</index>"
    ]


def test_phrases_of_another_split_are_not_learned() -> None:
    phrases = [phrase("A single reading jumps up.", "right", 17, split="validation")]
    assert not any("jumps" in one for one in targets([event_example(17, 1)], phrases=phrases))


def test_what_it_may_mean_becomes_an_extension() -> None:
    content = AnswerContent(
        kind="pattern",
        label="up",
        rationale=(
            Span(text="It rises over samples 0 to 59. "),
            Span(text="Look at the inlet valve."),
        ),
    )
    example = TrainingExample("q-shape", line("up", 1), content, "correction")
    wanted = Wanted(rationale_share=1.0, extension=True)
    assert targets([example], wanted) == [
        "<think>It rises over samples 0 to 59.</think><class>up</class>"
        "<extension>Look at the inlet valve.</extension>"
    ]
    (row,) = rows_of([example], QUESTIONS, wanted).rows
    assert "<extension>" in row.asked.prompt


def test_validation_examples_and_those_without_weight_are_not_learned() -> None:
    held = shape_example("up", 1, split="validation")
    nothing = shape_example("up", 2, weight=0.0)
    assert targets([held, nothing]) == []
    assert len(rows_of([held], QUESTIONS, Wanted(), "validation").rows) == 2


def test_every_target_is_read_as_its_answer() -> None:
    for row in rows_of(some_examples(), QUESTIONS, Wanted()).rows:
        read = kind_of(row.question).parse(row.question, row.view, row.target)
        assert kind_of(row.question).score(read, row.example.content) == 1


def test_options_are_listed_in_an_order_of_each_examples_own() -> None:
    examples = [shape_example("up", seed) for seed in range(30)]
    rows = rows_of(examples, QUESTIONS, Wanted(rationale_share=0)).rows
    assert {row.order for row in rows} == {("up", "down"), ("down", "up")}
    again = rows_of(examples, QUESTIONS, Wanted(rationale_share=0)).rows
    assert [row.order for row in rows] == [row.order for row in again]


def test_what_is_shown_of_examples_is_what_is_learned() -> None:
    shown = examples_shown(some_examples(), QUESTIONS, Wanted(), n=5)
    assert len({one.learned for one in shown}) == 5
    assert {one.form for one in shown} == {"reasons", "direct"}
    rows = rows_of(some_examples(), QUESTIONS, Wanted()).rows
    for one in shown:
        (row,) = (row for row in rows if (row.example.item_id, row.form) == (one.item_id, one.form))
        assert one.picture == render_png(row.view)
        assert (one.masked, one.learned) == (row.asked.prompt, row.target)

"""Pairs of better and worse texts: which items give any, how many, and where they are from."""

from dataclasses import replace

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.series import WindowView
from training.examples import Source, Split, TrainingExample
from training.preference_pairs import (
    Mix,
    Pair,
    expected_mix,
    is_corrected,
    judge_pairs,
    mix_of,
    outcome_pairs,
    people_pairs,
    preferred_pairs,
    told_pair,
)
from training.preferences import PreferenceOrigin, StoredPreference
from training.sampled_texts import SampledText, share_right

VIEW = WindowView(np.zeros((10, 1)))


def texts(
    n_right: int, n_wrong: int, n_unread: int = 0, item_id: str = "i", score: float = 1.0
) -> list[SampledText]:
    kinds = [("right", score, True)] * n_right + [("wrong", 0.0, True)] * n_wrong
    kinds += [("unread", 0.0, False)] * n_unread
    return [
        SampledText(item_id=item_id, sample=k, text=f"{name} {k}", score=value, read=read)
        for k, (name, value, read) in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("n_right", "n_wrong", "n_pairs"),
    [
        (5, 15, 3),  # exactly a quarter right
        (4, 16, 0),  # a little less: too hard
        (17, 3, 3),  # exactly 85 %
        (18, 2, 0),  # a little more: too easy
        (20, 0, 0),
        (0, 20, 0),
        (1, 1, 1),  # half of two; there is one pair in them
        (2, 1, 2),  # a text may stand in two pairs
    ],
)
def test_items_of_medium_difficulty_give_three_pairs_at_most(
    n_right: int, n_wrong: int, n_pairs: int
) -> None:
    pairs = outcome_pairs(texts(n_right, n_wrong))
    assert len(pairs) == n_pairs == len({(one.chosen, one.rejected) for one in pairs})
    assert all(one.chosen.startswith("right") for one in pairs)
    assert all(one.rejected.startswith("wrong") for one in pairs)


def test_a_text_that_is_no_answer_is_rejected_after_those_that_are() -> None:
    pairs = outcome_pairs(texts(2, 1, 3), most=2)
    assert [one.rejected.split()[0] for one in pairs] == ["wrong", "unread"]


def test_texts_that_say_the_same_make_one_pair() -> None:
    same = [one.model_copy(update={"text": one.text.split()[0]}) for one in texts(2, 2)]
    assert outcome_pairs(same) == [
        Pair(item_id="i", chosen="right", rejected="wrong", origin="outcome")
    ]


def test_half_of_the_overlap_is_a_right_answer() -> None:
    assert share_right(texts(1, 1, score=0.5)) == 0.5
    assert share_right(texts(1, 1, score=0.49)) == 0.0


def test_the_same_seed_draws_the_same_pairs_whatever_the_other_items_are() -> None:
    own, other = texts(5, 5), texts(5, 5, item_id="other")
    assert outcome_pairs(own, seed=3) == outcome_pairs([*other, *own], seed=3)[3:]
    drawn = {tuple(one.chosen for one in outcome_pairs(own, seed=s)) for s in range(5)}
    assert len(drawn) > 1


def test_a_judges_three_is_better_than_its_two() -> None:
    scores = [5, 3, 2, 1, None]
    judged = [
        SampledText(item_id="i", sample=k, text=f"{score}", score=0.0, judged=score)
        for k, score in enumerate(scores)
    ]
    pairs = judge_pairs(judged)
    assert {one.chosen for one in pairs} == {"5", "3"}
    assert {one.rejected for one in pairs} == {"2", "1"}
    assert {one.origin for one in pairs} == {"judge"}
    all_good = [one for one in judged if one.judged and one.judged >= 3]
    assert judge_pairs(all_good) == []


# -- what people made of an answer, and the mix


def example(
    label: str = "a",
    pseudo: str | None = "b",
    source: Source = "correction",
    split: Split = "train",
    said: str = "",
) -> TrainingExample:
    return TrainingExample(
        question_id="q",
        view=VIEW,
        content=AnswerContent(
            kind="pattern", label=label, rationale=(Span(text=said),) if said else ()
        ),
        pseudo=None if pseudo is None else AnswerContent(kind="pattern", label=pseudo),
        source=source,
        split=split,
    )


def stored(origin: PreferenceOrigin, split: Split = "train") -> StoredPreference:
    return StoredPreference(
        item_id="i",
        question_id="q",
        series_id="s",
        content_hash="h",
        start=0,
        stop=10,
        better=AnswerContent(kind="pattern", label="a"),
        worse=AnswerContent(kind="pattern", label="b"),
        origin=origin,
        split=split,
        group="g",
    )


@pytest.mark.parametrize(
    ("given", "corrected"),
    [
        (example(), True),
        (example(pseudo="a"), False),  # accepted as it was
        (example(pseudo=None), False),  # labelled blind
        (example(source="pseudo"), False),
        (example(pseudo="a", said="New words."), False),  # the same answer in other words
    ],
)
def test_a_corrected_answer_is_a_pair_by_itself(given: TrainingExample, corrected: bool) -> None:
    assert is_corrected(given) == corrected


def test_moved_intervals_are_a_correction() -> None:
    def found(stop: int) -> AnswerContent:
        event = FoundInterval(number=1, start=2, stop=stop)
        return AnswerContent(kind="anomaly", intervals=(event,))

    given = TrainingExample("q", VIEW, found(5), "correction", pseudo=found(6))
    assert is_corrected(given)


def test_the_mix_is_known_before_training_as_far_as_it_can_be() -> None:
    examples = [
        example(),
        example(pseudo="a", said="It rises."),
        example(source="pseudo"),
        example(split="validation"),  # makes no pairs
    ]
    preferences = [stored("people"), stored("selection"), stored("selection", "validation")]
    mix = expected_mix(examples, preferences, n_samples=8, judged=True)
    assert mix == Mix(
        known={"people": 2, "selection": 1},
        # three items, three pairs each; one of them has a description to judge by
        at_most={"outcome": 9, "judge": 3},
    )
    assert expected_mix(examples, n_samples=2).at_most == {"outcome": 3, "judge": 0}
    assert expected_mix(examples).at_most == {"outcome": 0, "judge": 0}


def test_pairs_are_counted_by_origin() -> None:
    pairs = outcome_pairs(texts(2, 2))
    assert mix_of(pairs) == {"outcome": 2, "judge": 0, "people": 0, "selection": 0}


# -- answers as texts


def told(first: AnswerContent, second: AnswerContent) -> Pair | None:
    question = default_pattern_question()
    given = TrainingExample(question.id, VIEW, first, item_id="i")
    return told_pair(question, given, first, second, "people")


def answer(label: str, said: str = "", confidence: float | None = None) -> AnswerContent:
    spans = (Span(text=said),) if said else ()
    return AnswerContent(kind="pattern", label=label, rationale=spans, confidence=confidence)


def test_two_answers_with_reasons_are_told_with_them_and_else_without() -> None:
    assert told(answer("convex", "A valley."), answer("concave", "A hill.")) == Pair(
        item_id="i",
        chosen="<think>A valley.</think><class>convex</class>",
        rejected="<think>A hill.</think><class>concave</class>",
        origin="people",
        form="reasons",
    )
    assert told(answer("convex"), answer("concave", "A hill.")) == Pair(
        item_id="i",
        chosen="<class>convex</class>",
        rejected="<class>concave</class>",
        origin="people",
        form="direct",
    )


def test_answers_of_a_version_that_was_taught_steps_are_told_in_steps() -> None:
    question = default_anomaly_question()
    event = FoundInterval(number=1, start=2, stop=4)
    there, nothing = (
        AnswerContent(kind="anomaly", intervals=events, rationale=(Span(text="Step 1: Look."),))
        for events in ((event,), ())
    )
    given = TrainingExample(question.id, VIEW, there, item_id="i", pseudo=nothing)
    (pair,) = people_pairs([question], [replace(given, source="correction")], form="steps")
    assert (pair.chosen, pair.rejected, pair.form) == (
        "<anomaly>True</anomaly><index>(2, 3)</index> Step 1: Look.",
        "<anomaly>False</anomaly> Step 1: Look.",
        "steps",
    )


def test_answers_that_read_the_same_in_tags_are_no_pair() -> None:
    assert told(answer("convex", confidence=0.9), answer("convex", confidence=0.1)) is None


def test_corrections_and_preferences_become_pairs_of_training_items() -> None:
    question = default_pattern_question()

    def made(label: str, pseudo: str, item_id: str) -> TrainingExample:
        return TrainingExample(
            question.id,
            VIEW,
            answer(label),
            "correction",
            pseudo=answer(pseudo),
            item_id=item_id,
        )

    items = [made("convex", "concave", "i"), made("convex", "convex", "j")]
    (corrected,) = people_pairs([question], items)
    assert (corrected.item_id, corrected.chosen) == ("i", "<class>convex</class>")
    preference = stored("selection").model_copy(
        update={"better": answer("sigmoid"), "worse": answer("cubic"), "item_id": "j"}
    )
    elsewhere = preference.model_copy(update={"item_id": "gone"})
    held = preference.model_copy(update={"split": "validation"})
    (pair,) = preferred_pairs([question], items, [preference, elsewhere, held])
    assert (pair.item_id, pair.origin, pair.chosen, pair.rejected) == (
        "j",
        "selection",
        "<class>sigmoid</class>",
        "<class>cubic</class>",
    )

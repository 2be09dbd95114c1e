"""How two answers differ, event by event and on the whole."""

import pytest

from core.answers import AnswerContent, FoundInterval
from core.differences import Disagreement, difference_words, differences, disagreement
from core.questions.defaults import default_anomaly_question, default_pattern_question

ANOMALY = default_anomaly_question()
PATTERN = default_pattern_question()
SPIKE, SHIFT = ANOMALY.type_named("spike").id, ANOMALY.type_named("level_shift").id
NAMES = ("teacher", "student")


def answer(*events: tuple[int, int, str | None]) -> AnswerContent:
    """An answer with events (start, stop, type)."""
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=n, start=start, stop=stop, type_id=type_id)
            for n, (start, stop, type_id) in enumerate(events, start=1)
        ),
    )


def test_every_event_of_either_answer_is_there_once_in_order_of_time() -> None:
    a = answer((100, 140, SHIFT), (400, 401, SPIKE))
    b = answer((20, 30, SPIKE), (114, 140, SHIFT))
    found = differences(a, b)
    assert [one.kind for one in found] == ["only_b", "edges", "only_a"]
    assert [one.edge_samples for one in found] == [0, 14, 0]


def test_a_pair_of_two_types_says_so_whatever_its_edges() -> None:
    (one,) = differences(answer((10, 20, SPIKE)), answer((12, 20, SHIFT)))
    assert (one.kind, one.edge_samples) == ("other_type", 2)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (answer(), answer(), "none"),
        (answer((10, 20, SPIKE)), answer((10, 20, SPIKE)), "none"),
        (answer((10, 20, SPIKE)), answer((10, 21, SPIKE)), "edges"),
        (answer((10, 20, SPIKE)), answer((10, 20, None)), "types"),
        (answer((10, 20, SPIKE)), answer((10, 20, SPIKE), (50, 60, SPIKE)), "events"),
        (answer((10, 20, SPIKE)), answer((50, 60, SPIKE)), "events"),  # both say: something
        (answer((10, 20, SPIKE)), answer(), "verdict"),
    ],
)
def test_on_the_whole_the_worst_difference_counts(
    a: AnswerContent, b: AnswerContent, expected: Disagreement
) -> None:
    assert disagreement(a, b) == expected
    assert disagreement(b, a) == expected


def test_two_labels_are_two_verdicts() -> None:
    first, second = (option.key for option in PATTERN.options[:2])
    a, b = (AnswerContent(kind="pattern", label=key) for key in (first, second))
    assert disagreement(a, b) == "verdict"
    names = [option.name for option in PATTERN.options[:2]]
    assert difference_words(a, b, NAMES, PATTERN) == [
        f"teacher: {names[0]}",
        f"student: {names[1]}",
    ]
    assert difference_words(a, a, NAMES, PATTERN) == ["same label"]


def test_words_name_events_by_their_numbers_on_the_screen() -> None:
    a = answer((100, 140, SHIFT), (400, 401, SPIKE))
    assert difference_words(a, answer((86, 140, SHIFT)), NAMES, ANOMALY) == [
        "(2) only teacher",
        "edges of (1) differ by 14 samples",
    ]
    b = answer((20, 30, SPIKE), (100, 140, SPIKE), (400, 401, SPIKE))
    assert difference_words(a, b, NAMES, ANOMALY) == [
        "(1) only student",
        f"type of (1/2): {ANOMALY.type_of(SHIFT).name} or {ANOMALY.type_of(SPIKE).name}",
        "(2/3) the same",
    ]


def test_words_say_who_finds_nothing() -> None:
    some = answer((100, 140, SHIFT))
    assert difference_words(answer(), some, NAMES, ANOMALY) == [
        "teacher: no anomaly",
        "(1) only student",
    ]
    assert difference_words(answer(), answer(), NAMES, ANOMALY) == ["both: no anomaly"]

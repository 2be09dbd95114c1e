"""Orders of the queue as tables: what comes first, where chance has its turn, who is blind."""

import pytest

from core.answers import AnswerContent, FoundInterval
from core.questions.base import EventType, Option, Question
from core.queue_order import (
    ORDERS,
    Facts,
    Order,
    by_rank,
    facts_of,
    interleave,
    is_blind,
    lowest_confidence,
    margin,
    value_words,
)

ANOMALY = Question(
    id="q",
    family_id="q",
    kind="anomaly",
    name="Anomalies",
    text="?",
    types=(
        EventType(id="s", key="spike", name="spike"),
        EventType(id="l", key="level_shift", name="level shift"),
    ),
)
PATTERN = Question(
    id="p",
    family_id="p",
    kind="pattern",
    name="Pattern",
    text="?",
    options=(Option(key="a", wordings=("rise",)), Option(key="b", wordings=("fall",))),
)


def events(*given: tuple[int, int, str, float | None], sure: float | None = None) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        confidence=sure,
        intervals=tuple(
            FoundInterval(number=n, start=a, stop=b, type_id=t, confidence=c)
            for n, (a, b, t, c) in enumerate(given, start=1)
        ),
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (AnswerContent(kind="pattern", label="a", scores={"a": 0.7, "b": 0.3}), 0.4),
        (events((0, 9, "s", 0.95), sure=0.4), 0.4),  # what it did not report counts as well
        (events((0, 9, "s", 0.95), (20, 30, "l", 0.55)), 0.55),  # its weakest interval
        (events(), 1.0),  # says nothing of how sure it is
    ],
)
def test_a_margin_says_how_sure_an_answer_is(content: AnswerContent, expected: float) -> None:
    assert margin(content) == pytest.approx(expected)


FACTS = {
    "sure and alike": Facts(margin=0.9, confidence=0.95, apart="none", contradicted=0),
    "torn": Facts(margin=0.05, confidence=0.52, apart="edges"),
    "opposite": Facts(margin=0.8, confidence=0.9, apart="verdict", alone=1),
    "two events apart": Facts(margin=0.6, confidence=0.3, apart="events", alone=2, contradicted=1),
    "one event apart": Facts(margin=0.7, confidence=0.85, apart="events", alone=1, contradicted=3),
    "teacher alone": Facts(),
}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            "value",
            ["torn", "two events apart", "one event apart", "opposite", "sure and alike"],
        ),
        ("random", []),
        ("disagreement", ["opposite", "two events apart", "one event apart", "torn"]),
        ("contradicted", ["one event apart", "two events apart"]),
        (
            "unsure",
            ["two events apart", "torn", "one event apart", "opposite", "sure and alike"],
        ),
    ],
)
def test_every_order_ranks_what_it_has_a_figure_for(by: Order, expected: list[str]) -> None:
    figures = {name: ORDERS[by](facts) for name, facts in FACTS.items()}
    known = {name: figure for name, figure in figures.items() if figure is not None}
    assert sorted(known, key=lambda name: known[name]) == expected


def test_facts_come_from_the_answers_of_teacher_and_student() -> None:
    teacher = events((0, 9, "s", 0.8), (50, 60, "l", 0.7))
    student = events((0, 9, "s", 0.9), sure=0.9)
    facts = facts_of(teacher, student, [events(sure=0.4)])
    assert (facts.margin, facts.confidence) == (0.9, 0.4)
    assert (facts.apart, facts.alone, facts.contradicted) == ("events", 1, None)
    assert facts_of(teacher, None) == Facts(confidence=0.7)


def test_the_lowest_confidence_counts_intervals_and_the_answer() -> None:
    assert lowest_confidence(events((0, 9, "s", 0.6), sure=0.9)) == 0.6
    assert lowest_confidence(events((0, 9, "s", None))) is None


def test_figures_of_two_questions_mix_by_their_ranks() -> None:
    values = {"a": 0.9, "b": 0.8, "c": 0.01, "d": 0.02}
    ranks = by_rank(values, {"a": "q", "b": "q", "c": "p", "d": "p"})
    assert ranks == {"b": 0.25, "a": 0.75, "c": 0.25, "d": 0.75}


ORDERED, SHUFFLED = list("abcdefghij"), list("jihgfedcba")


@pytest.mark.parametrize(
    ("share", "expected", "random"),
    [
        (0.0, "abcdefghij", ""),
        (1.0, "jihgfedcba", "abcdefghij"),
        (0.5, "ajbichdgef", "jihgf"),  # every second place, and none twice
        (0.2, "abcdjefghi", "ji"),
        (0.1, "abcdefghij", "j"),
    ],
)
def test_a_share_of_the_places_goes_to_the_random_order(
    share: float, expected: str, random: str
) -> None:
    placed, by_chance = interleave(ORDERED, SHUFFLED, share)
    assert ("".join(placed), by_chance) == (expected, set(random))


@pytest.mark.parametrize("done", range(10))
def test_going_on_after_some_were_decided_gives_the_same_next_ones(done: int) -> None:
    whole, chance = interleave(ORDERED, SHUFFLED, 0.3)
    over = whole[:done]
    rest = [one for one in ORDERED if one not in over]
    again = interleave(rest, [one for one in SHUFFLED if one not in over], 0.3, done)
    assert again == (whole[done:], chance.intersection(whole[done:]))


def test_what_chance_took_is_the_beginning_of_its_order_but_for_what_came_before() -> None:
    placed, by_chance = interleave(ORDERED, SHUFFLED, 0.3)
    first = placed[:7]
    turns = [one for one in SHUFFLED if one in by_chance and one in first]
    assert turns == SHUFFLED[: len(turns)]


def test_the_blind_share_is_the_same_for_ever_and_grows_with_the_share() -> None:
    ids = [f"item {n}" for n in range(4000)]
    some = {one for one in ids if is_blind(one, 0.1)}
    assert 340 < len(some) < 460
    assert some <= {one for one in ids if is_blind(one, 0.2)}
    assert not any(is_blind(one, 0.0) for one in ids)
    assert all(is_blind(one, 1.0) for one in ids)


@pytest.mark.parametrize(
    ("question", "content", "expected"),
    [
        (
            PATTERN,
            AnswerContent(kind="pattern", label="a", scores={"b": 0.39, "a": 0.41}),
            "student torn between rise 0.41 and fall 0.39",
        ),
        (
            ANOMALY,
            events((0, 9, "s", 0.95), (20, 30, "l", 0.55), sure=0.41),
            "student sure by 0.41, least of level shift (2) 0.55",
        ),
        (ANOMALY, events(sure=0.52), "student sure by 0.52"),
        (ANOMALY, events(), "student says nothing of how sure it is"),
    ],
)
def test_the_reason_names_what_the_student_is_torn_by(
    question: Question, content: AnswerContent, expected: str
) -> None:
    assert value_words(question, content) == expected

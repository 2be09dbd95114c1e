"""Choosing one of several candidates: hand arithmetic for every term and for the total."""

from datetime import UTC, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from core.answers import Answer, AnswerContent, Author, Claim, FoundInterval, Span
from core.errors import ConfigError, DataError
from core.questions.anomaly import AnomalyKind
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.questions.pattern import PatternKind
from core.render_settings import RenderSettings
from core.selection import select, total_of
from core.selection_records import Scored, Selection, Terms, Weights, preference_pairs
from core.selection_terms import accuracy_term, axes_of, axes_term, clarity_term
from core.series import WindowView

PATTERN, ANOMALY = default_pattern_question(), default_anomaly_question()
RISING = WindowView(np.arange(1000.0)[:, None] / 100, start=5000)


def pattern(
    label: str, author: str = "a", sample: int = 0, id: str = "", text: str = "", version: str = ""
) -> Answer:
    content = AnswerContent(kind="pattern", label=label, rationale=(Span(text=text),))
    return answer(content, author, sample, id, version)


def answer(
    content: AnswerContent, author: str = "a", sample: int = 0, id: str = "", version: str = ""
) -> Answer:
    return Answer(
        id=id or f"{author}{sample}{version}",
        item_id="item",
        author=Author(kind="teacher", name=author, version=version),
        content=content,
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
        sample=sample,
    )


def anomaly(
    *ranges: tuple[int, int], text: str = "", points_to: int | None = None
) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=number, start=start, stop=stop)
            for number, (start, stop) in enumerate(ranges, 1)
        ),
        rationale=(Span(text=text, interval=points_to),) if text else (),
    )


def up_at(start: int, stop: int, *, up: bool = True) -> Span:
    direction = "up" if up else "down"
    claim = Claim(kind="direction", start=start, stop=stop, direction=direction)
    return Span(text="it moves", claim=claim)


# accuracy


def test_every_other_author_is_one_voice_however_often_it_answered() -> None:
    candidate = pattern("cubic", "a")
    others = [
        pattern("cubic", "b"),
        *(pattern("gaussian", "c", sample) for sample in range(3)),
        pattern("cubic", "c", 3),
    ]
    # b agrees (1), c in one of four answers (1/4): (1 + 1/4) / 2
    assert accuracy_term(PatternKind(), candidate, others) == 0.625


def test_agreeing_with_oneself_counts_only_where_nobody_else_answered() -> None:
    candidate, own = pattern("cubic", "a"), [pattern("cubic", "a", 1), pattern("convex", "a", 2)]
    assert accuracy_term(PatternKind(), candidate, own) == 0.5
    assert accuracy_term(PatternKind(), candidate, [*own, pattern("convex", "b")]) == 0.0


def test_versions_of_one_author_are_one_voice() -> None:
    others = [pattern("cubic", "b", version="1"), pattern("convex", "b", version="2")]
    others.append(pattern("convex", "c"))
    assert accuracy_term(PatternKind(), pattern("cubic", "a"), others) == 0.25


def test_agreement_on_events_is_their_score() -> None:
    # 10 of 30 samples shared
    one, other = answer(anomaly((100, 120))), answer(anomaly((110, 130)), "b")
    assert accuracy_term(AnomalyKind(), one, [other]) == pytest.approx(1 / 3)


def test_a_candidate_alone_has_no_agreement() -> None:
    assert accuracy_term(PatternKind(), pattern("cubic"), []) is None


# grounding


def test_grounding_is_the_confirmed_share_of_what_can_be_checked() -> None:
    spans = (
        up_at(5000, 5500),
        up_at(5500, 6000),
        up_at(5000, 6000, up=False),
        up_at(5000, 5001),  # one sample has no direction: not checkable
        Span(text="no claim"),
    )
    content = AnswerContent(kind="pattern", label="cubic", rationale=spans)
    chosen = select(PATTERN, RISING, [answer(content, id="one")])
    assert chosen.scored[0].terms.grounding == pytest.approx(2 / 3)


def test_words_that_say_nothing_measurable_have_no_grounding() -> None:
    chosen = select(PATTERN, RISING, [pattern("cubic", text="Unusual.", id="one")])
    assert chosen.scored[0].terms.grounding is None


# axes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A peak at sample 999 with a value of 9.99.", 1.0),  # the last of each
        ("A peak at sample 1,001.", 0.0),  # beyond the window
        ("A value of 10.4 at index 3.", 1.0),  # 5 % of 9.99 is air: up to 10.49
        ("A value of 10.6 at index 3.", 0.5),  # above the air
        ("Between samples 100 and 200 it rises by 5000.", 1.0),  # a difference is no value
        ("It rises steadily.", None),  # states nothing, and there is no event to place
    ],
)
def test_positions_and_values_have_to_lie_on_the_axes(text: str, expected: float | None) -> None:
    assert axes_term(pattern("cubic", text=text).content, RISING, axes_of(RISING)) == expected


def test_positions_are_read_as_the_picture_showed_them() -> None:
    text = "A step at sample 5,400."
    window, series, time = (
        axes_of(RISING, RenderSettings(x_axis=axis)) for axis in ("window", "sample", "time")
    )
    content = pattern("cubic", text=text).content
    assert axes_term(content, RISING, window) == 0.0
    assert axes_term(content, RISING, series) == 1.0
    assert axes_term(content, RISING, time) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The anomaly is [100, 200).", 1.0),
        ("The anomaly lasts from sample 119 to 181.", 1.0),  # 2 % of 1,000 samples are 20
        ("The anomaly lasts from sample 121 to 200.", 0.0),  # the start is 21 off
        ("The baseline of samples 0 to 900 is quiet.", 1.0),  # speaks of something else
        ("Look at samples 100 to 1100.", 0.0),  # leaves the window
        ("There is an anomaly.", 0.0),  # an event, and not a word of where
    ],
)
def test_a_range_that_speaks_of_an_event_has_its_edges(text: str, expected: float) -> None:
    content = anomaly((5100, 5200), text=text)
    assert axes_term(content, RISING, axes_of(RISING)) == expected


def test_a_known_unit_is_matched_and_another_one_contradicts() -> None:
    axes = axes_of(RISING, units=("°C", ""))
    right = pattern("cubic", text="It reaches 9 °C, that is 9 degrees Celsius.").content
    wrong = pattern("cubic", text="It reaches 9 V, after 30 s and 15 % more.").content
    assert (axes_term(right, RISING, axes), axes_term(wrong, RISING, axes)) == (1.0, 0.0)
    assert axes_term(wrong, RISING, axes_of(RISING)) is None, "no unit is known"


def test_a_constant_channel_has_an_axis_around_its_value() -> None:
    flat = WindowView(np.full((50, 1), 4.0))
    axes = axes_of(flat)
    assert axes.y == ((3.5, 4.5),)
    assert axes_of(WindowView(np.full((50, 1), np.nan))).y == ()


# clarity


def words(n: int) -> str:
    return " ".join(f"w{k}" for k in range(n))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0.0),
        (words(20), 1.0),  # the fewest
        (words(10), (0.5 + 1) / 2),  # half of the fewest, nothing said twice
        (words(500), (0.5 + 1) / 2),  # twice the most
        (words(3), 3 / 20),  # too short for a run of four words
        (f"{words(12)} {words(12)}", (1 + 12 / 21) / 2),  # 9 + 3 different runs of 21
    ],
)
def test_clarity_rewards_length_in_the_band_and_nothing_said_twice(
    text: str, expected: float
) -> None:
    assert clarity_term(pattern("cubic", text=text).content) == pytest.approx(expected)


def test_steps_in_order_or_a_span_for_every_event_are_a_form() -> None:
    body = words(20)
    steps = anomaly((0, 9), text=f"Step 1: {body} Step 2: done")
    wrong = anomaly((0, 9), text=f"Step 2: {body} Step 1: done")
    half = anomaly((0, 9), (20, 29), text=body, points_to=2)
    assert clarity_term(steps) == 1.0
    assert clarity_term(wrong) == pytest.approx(2 / 3)
    assert clarity_term(half) == pytest.approx((1 + 1 + 0.5) / 3)


# total, choice


def test_the_total_weighs_the_known_terms_alone() -> None:
    weights = Weights(accuracy=4, grounding=2, axes=1, clarity=1, judge=2)
    assert total_of(Terms(accuracy=1.0, clarity=0.5), weights) == pytest.approx(4.5 / 5)
    assert total_of(Terms(), weights) == 0.0
    everything = Terms(accuracy=1, grounding=0.5, axes=0, clarity=1, judge=0.5)
    assert total_of(everything, weights) == pytest.approx((4 + 1 + 0 + 1 + 1) / 10)


def test_a_trusted_label_decides_against_the_majority() -> None:
    candidates = [pattern("convex", "a"), pattern("convex", "b"), pattern("cubic", "c")]
    truth = AnswerContent(kind="pattern", label="cubic")
    by_agreement = select(PATTERN, RISING, candidates)
    by_label = select(PATTERN, RISING, candidates, truth=truth)
    # Agreement: a and b 1/2 each, c 0; clarity 0 for all: 0.5 * 0.5 / 0.6.
    assert (by_agreement.chosen, by_agreement.trusted) == ("a0", False)
    assert [one.total for one in by_agreement.scored] == pytest.approx([5 / 12, 5 / 12, 0])
    assert by_agreement.agreement == pytest.approx(1 / 3)
    assert (by_label.chosen, by_label.trusted) == ("c0", True)
    assert by_label.sentence == (
        "c (sample 0) of 3 candidates by 3 authors: 0.83 against 0.00 for the next, accuracy by "
        "the trusted label; ahead most by accuracy."
    )


def test_one_teachers_samples_cannot_outvote_two_others() -> None:
    candidates = [
        *(pattern("convex", "loud", sample) for sample in range(5)),
        pattern("cubic", "b"),
        pattern("cubic", "c"),
    ]
    assert select(PATTERN, RISING, candidates).chosen == "b0"


def test_a_selection_where_all_are_wrong_says_so() -> None:
    truth = AnswerContent(kind="pattern", label="gaussian")
    found = select(PATTERN, RISING, [pattern("cubic"), pattern("convex", "b")], truth=truth)
    assert found.sentence.endswith("; none of them agrees with the label.")


def test_judge_and_grounding_come_from_outside() -> None:
    candidates = [pattern("cubic", "a"), pattern("cubic", "b")]
    found = select(
        PATTERN,
        RISING,
        candidates,
        judged={"b0": 1.0},
        grounding=lambda content, view: 0.5,
    )
    assert [(one.answer_id, one.terms.judge, one.terms.grounding) for one in found.scored] == [
        ("b0", 1.0, 0.5),
        ("a0", None, 0.5),
    ]
    assert found.sentence.endswith("accuracy by agreement between the candidates.")


def test_equals_go_by_accuracy_then_sample_then_id() -> None:
    same = [
        pattern("cubic", "a", 1, "z"),
        pattern("cubic", "b", 0, "y"),
        pattern("cubic", "c", 0, "x"),
    ]
    assert [one.answer_id for one in select(PATTERN, RISING, same).scored] == ["x", "y", "z"]
    # Accuracy 1/2 and nothing else, against accuracy 0 and a text worth as much.
    weights = Weights(accuracy=1, grounding=0, axes=0, clarity=0, judge=1)
    tied = [pattern("cubic", "b", 0, "b"), pattern("convex", "a", 0, "a")]
    truth = AnswerContent(kind="pattern", label="cubic")
    found = select(PATTERN, RISING, tied, truth=truth, weights=weights, judged={"a": 1.0, "b": 0.0})
    assert [(one.answer_id, one.total) for one in found.scored] == [("b", 0.5), ("a", 0.5)]


def test_the_order_of_candidates_does_not_matter() -> None:
    candidates = [pattern("cubic", "a"), pattern("convex", "b"), pattern("cubic", "c", text="Up.")]
    assert select(PATTERN, RISING, candidates) == select(PATTERN, RISING, candidates[::-1])


def test_one_candidate_is_chosen_and_agrees_with_nobody() -> None:
    found = select(PATTERN, RISING, [pattern("cubic", text=words(20))])
    assert (found.chosen, found.agreement, found.scored[0].total) == ("a0", None, 1.0)
    assert found.sentence == "a (sample 0) is the only candidate: 1.00."


def test_events_are_selected_with_their_question() -> None:
    candidates = [answer(anomaly((5100, 5200)), "a"), answer(anomaly(), "b")]
    found = select(ANOMALY, RISING, candidates, truth=anomaly())
    assert (found.chosen, found.scored[0].terms.accuracy) == ("b0", 1.0)


@pytest.mark.parametrize("candidates", [[], [pattern("cubic"), pattern("cubic")]])
def test_no_candidates_and_one_given_twice_are_refused(candidates: list[Answer]) -> None:
    with pytest.raises(DataError, match="give each answer to one item once"):
        select(PATTERN, RISING, candidates)


def test_weights_that_weigh_nothing_are_refused() -> None:
    with pytest.raises(ValidationError, match="nothing can be chosen by"):
        Weights(accuracy=0, grounding=0, axes=0, clarity=0, judge=0)


def test_a_selection_survives_its_json() -> None:
    found = select(PATTERN, RISING, [pattern("cubic"), pattern("convex", "b")])
    assert Selection.model_validate_json(found.model_dump_json()) == found


# pairs


def selection(*totals: float) -> Selection:
    scored = tuple(
        Scored(answer_id=f"i{k}", author="a", sample=k, terms=Terms(), total=total)
        for k, total in enumerate(totals)
    )
    return Selection(
        item_id="item",
        chosen="i0",
        scored=scored,
        weights=Weights(),
        trusted=False,
        agreement=None,
        sentence="",
    )


def test_pairs_differ_by_the_margin_and_come_clearest_first() -> None:
    pairs = preference_pairs(selection(0.9, 0.7, 0.65, 0.2), 0.2)
    assert pairs == [("i0", "i3"), ("i1", "i3"), ("i2", "i3"), ("i0", "i2"), ("i0", "i1")]


@pytest.mark.parametrize("margin", [0.0, -0.1, 1.5, float("nan")])
def test_a_margin_that_orders_nothing_is_refused(margin: float) -> None:
    with pytest.raises(ConfigError, match="above 0 and at most 1"):
        preference_pairs(selection(0.9, 0.1), margin)

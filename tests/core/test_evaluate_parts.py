"""Where a comparison holds, what confidences are worth, which errors were taken over: by hand."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.evaluate import Entrant, GoldItem, evaluate_question
from core.evaluate_confidence import expected_error
from core.evaluate_inherited import inherited_of, tail
from core.evaluate_slices import noise_of
from core.evaluation import QuestionEvaluation
from core.evaluation_parts import Slice
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.series import WindowView

PATTERN, ANOMALY = default_pattern_question(), default_anomaly_question()
SPIKE = ANOMALY.type_named("spike").id


def label(key: str, confidence: float | None = None) -> AnswerContent:
    return AnswerContent(kind="pattern", label=key, confidence=confidence)


def events(*starts: int) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=i, start=start, stop=start + 5, type_id=SPIKE)
            for i, start in enumerate(starts, 1)
        ),
    )


def view(length: int, noise: float = 0.0, seed: int = 0) -> WindowView:
    line = np.linspace(0, 1, length) + noise * np.random.default_rng(seed).normal(0, 1, length)
    return WindowView(line[:, None])


def compared(
    gold: list[GoldItem], student: list[AnswerContent], teacher: list[AnswerContent]
) -> QuestionEvaluation:
    question = PATTERN if gold[0].truth.kind == "pattern" else ANOMALY
    given = [
        {item.item_id: one for item, one in zip(gold, said, strict=True)}
        for said in (student, teacher)
    ]
    return evaluate_question(
        question, gold, [Entrant("student", "v2", given[0]), Entrant("teacher", "gpt", given[1])]
    )


def gold_of(truths: list[AnswerContent], lengths: list[int], sources: list[str]) -> list[GoldItem]:
    return [
        GoldItem(f"i{i:02}", f"s{i}", view(length, 0.02 * i, seed=i), truth, source=source)
        for i, (truth, length, source) in enumerate(zip(truths, lengths, sources, strict=True))
    ]


def parts(result: QuestionEvaluation, by: str) -> dict[str, Slice]:
    return {one.key: one for one in result.slices if one.by == by}


@pytest.fixture(scope="module")
def patterns() -> QuestionEvaluation:
    """30 items: 20 cubic, 10 convex; the student misses 2 cubic, the teacher 8 of them."""
    truths = [label("cubic")] * 20 + [label("convex")] * 10
    student = [label("convex")] * 2 + [label("cubic")] * 18 + [label("convex")] * 10
    teacher = [label("convex")] * 8 + [label("cubic")] * 12 + [label("convex")] * 10
    sources = ["pumps"] * 15 + ["fans"] * 12 + ["a", "b", "c"]
    return compared(gold_of(truths, [64] * 15 + [128] * 15, sources), student, teacher)


def test_classes_have_shares_differences_and_n(patterns: QuestionEvaluation) -> None:
    found = parts(patterns, "class")
    assert list(found) == ["convex", "cubic"]
    cubic = found["cubic"]
    assert (cubic.n, cubic.figures["student"].value, cubic.figures["teacher"].value) == (
        20,
        0.9,
        0.6,
    )
    assert cubic.differences["teacher"].mean == pytest.approx(0.3)
    assert (cubic.differences["teacher"].n, cubic.differences["teacher"].differing) == (20, 6)
    assert found["convex"].differences["teacher"].mean == 0.0


def test_sources_with_few_items_are_put_together(patterns: QuestionEvaluation) -> None:
    found = parts(patterns, "source")
    assert {key: one.n for key, one in found.items()} == {"fans": 12, "pumps": 15, "others": 3}
    assert list(found)[-1] == "others"
    assert found["pumps"].figures["student"].value == pytest.approx(13 / 15)
    assert found["others"].differences == {}  # of three items no difference is said


def test_lengths_and_thirds_of_noise_cover_all_items_once(patterns: QuestionEvaluation) -> None:
    assert {key: one.n for key, one in parts(patterns, "length").items()} == {"64": 15, "128": 15}
    noise = parts(patterns, "noise")
    assert {key: one.n for key, one in noise.items()} == {"low": 10, "middle": 10, "high": 10}
    # noise grows with the item's number, and both students' errors lie on the first items
    assert noise["low"].figures["student"].value == 0.8
    assert noise["high"].figures["student"].value == 1.0


def test_many_lengths_become_three_ranges() -> None:
    truths = [label("cubic")] * 12
    gold = gold_of(truths, [20 + i for i in range(12)], ["one"] * 12)
    result = compared(gold, truths, truths)
    assert list(parts(result, "length")) == ["20\u201323", "24\u201327", "28\u201331"]
    assert parts(result, "source") == {}  # one source for all says nothing


def test_noise_is_a_share_of_the_spread() -> None:
    assert noise_of(view(200)) == pytest.approx(0.0, abs=1e-9)
    assert noise_of(WindowView(np.zeros((50, 1)))) == 0.0
    white = WindowView(np.random.default_rng(1).normal(0, 7, (4000, 2)))
    assert noise_of(white) == pytest.approx(1 / 3.29, rel=0.05)  # 5th to 95th percentile: 3.29 sd
    assert noise_of(view(200, 0.05)) < noise_of(view(200, 0.5))


def test_events_are_counted_by_type_and_calm_windows_as_a_whole() -> None:
    truths = [events(10)] * 12 + [events()] * 12
    student = [events(10)] * 9 + [events()] * 3 + [events()] * 11 + [events(50)]
    gold = gold_of(truths, [64] * 12 + [128] * 12, ["x"] * 24)
    result = compared(gold, student, truths)
    found = parts(result, "class")
    assert list(found) == ["spike", "no anomaly"]
    assert found["spike"].figures["student"].value == 0.75
    assert found["no anomaly"].figures["student"].value == pytest.approx(11 / 12)
    assert found["no anomaly"].differences["teacher"].mean == pytest.approx(-1 / 12)
    lengths = parts(result, "length")
    assert lengths["64"].figures["student"].value == pytest.approx(2 * 9 / (9 + 12))
    assert lengths["128"].figures["student"].value == 0.0  # one invented event, none to find


def test_draws_without_a_window_of_a_part_do_not_count_as_right() -> None:
    """All 10 long windows lie in one of six series: a third of the draws holds none of them."""
    truths = [events(10)] * 20
    gold = [
        GoldItem(f"i{i:02}", "long" if i < 10 else f"s{i % 5}", view(128 if i < 10 else 64), one)
        for i, one in enumerate(truths)
    ]
    student = [events()] * 10 + [events(10)] * 10
    found = parts(compared(gold, student, truths), "length")["128"]
    assert (found.figures["student"].low, found.figures["student"].high) == (0.0, 0.0)
    assert found.differences["teacher"].high == -1.0


def test_confidence_is_held_against_right_in_bins() -> None:
    truths = [label("cubic")] * 20
    sure = [label("cubic", 0.9)] * 10 + [label("convex", 0.9)] * 6 + [label("cubic", 0.3)] * 4
    result = compared(gold_of(truths, [64] * 20, ["x"] * 20), sure, truths)
    (found,) = result.calibrations  # the teacher gave no confidence
    assert (found.role, found.label, found.found.n) == ("student", "v2", 20)
    assert [(one.n, one.right.value) for one in found.found.bins] == [(4, 1.0), (16, 0.625)]
    expected = (4 * 0.7 + 16 * 0.275) / 20
    assert found.error.value == pytest.approx(expected)
    assert found.found.error == pytest.approx(expected)
    assert found.error.low is not None and found.error.high is not None
    assert found.error.low < expected < found.error.high


def test_the_calibration_error_is_a_mean_over_bins() -> None:
    sums = np.zeros(15)
    sums[:3], sums[12:] = (4, 0.4, 2), (6, 5.4, 3)
    assert float(expected_error(sums)) == pytest.approx((abs(0.4 - 2) + abs(5.4 - 3)) / 10)
    assert np.isnan(expected_error(np.zeros(15)))


def test_the_tail_is_that_of_a_draw_without_putting_back() -> None:
    assert tail(10, 3, 3, 3) == pytest.approx(1 / 120)
    assert tail(10, 3, 3, 0) == 1.0
    assert tail(4, 2, 2, 1) == pytest.approx(5 / 6)


def test_errors_on_the_same_items_are_inherited_and_others_are_not() -> None:
    same = [("cubic", "convex", "convex")] * 4 + [("cubic", "cubic", "cubic")] * 16
    found = inherited_of(same)
    assert found is not None
    assert (found.n_errors, found.n_same, found.expected) == (4, 4, 0.8)
    assert [(one.truth, one.given, one.n, one.inherited) for one in found.cells] == [
        ("cubic", "convex", 4, True)
    ]
    assert found.cells[0].luck == pytest.approx(1 / 4845)
    assert found.luck < 0.01
    apart = [("cubic", "convex", "cubic"), ("cubic", "cubic", "convex")] * 4 + same[4:]
    other = inherited_of(apart)
    assert other is not None
    assert (other.n_errors, other.n_same, other.cells[0].inherited) == (4, 0, False)
    assert other.luck == 1.0


def test_without_answers_nothing_is_said_of_errors() -> None:
    assert inherited_of([]) is None


def test_a_comparison_says_which_errors_are_inherited(patterns: QuestionEvaluation) -> None:
    found = patterns.inherited
    assert found is not None
    assert (found.n_errors, found.n_same, found.expected) == (2, 2, 0.8)

"""Change points wherever answers are measured or compared: gold, audits, people, differences."""

import numpy as np
import pytest

from core.answers import AnswerContent, Cause, ChannelPair, FoundInterval
from core.audit import Audited
from core.audit_marks import cells_of, is_right
from core.differences import difference_words, differences
from core.evaluate import Entrant, GoldItem, evaluate_question
from core.evaluation import QuestionEvaluation
from core.evaluation_words import standing
from core.gold_rules import same_label
from core.metrics.change_points import MARGIN
from core.metrics.luck import DRAWS, chance_of_changes
from core.opinions import differ
from core.pairing import paired
from core.questions.defaults import default_change_point_question
from core.queue_filter import label_names
from core.series import WindowView

QUESTION = default_change_point_question()
VIEW = WindowView(np.zeros((100, 3)), start=1000)


def said(*points: tuple[int, Cause | None], pairs: tuple[ChannelPair, ...] = ()) -> AnswerContent:
    return AnswerContent(
        kind="change_point",
        intervals=tuple(
            FoundInterval(
                number=number,
                start=1000 + at,
                stop=1001 + at,
                cause=cause,
                pairs=pairs if cause == "correlation" else (),
            )
            for number, (at, cause) in enumerate(points, start=1)
        ),
    )


TRUTH = said((50, "correlation"))


def compared(student: list[AnswerContent], teacher: list[AnswerContent]) -> QuestionEvaluation:
    """Twenty windows of as many series, each with a correlation change at its sample 50."""
    gold = [GoldItem(f"i{k:02}", f"s{k}", VIEW, TRUTH) for k in range(20)]
    given = [
        Entrant("student", "v2", {f"i{k:02}": one for k, one in enumerate(student)}),
        Entrant("teacher", "built-in rules", {f"i{k:02}": one for k, one in enumerate(teacher)}),
    ]
    return evaluate_question(QUESTION, gold, given)


def test_figures_are_those_of_points_within_the_margin_and_of_their_causes() -> None:
    student = [said((50 + MARGIN, "correlation"))] * 10 + [said((50, "independent"))] * 6
    student += [said((50, None), (90, None))] * 2 + [said()] * 2
    result = compared(student, [said()] * 20)
    author = result.author("student")
    assert author is not None
    figures = {name: one.value for name, one in author.figures.items()}
    assert figures["change_recall"] == pytest.approx(18 / 20)
    assert figures["change_precision"] == pytest.approx(18 / 20)
    assert figures["change_f1"] == pytest.approx(2 * 18 / 40)
    assert figures["cause_accuracy"] == pytest.approx(10 / 18)  # none said is none right
    assert figures["false_alarms"] == pytest.approx(1000 * 2 / 2000)
    assert figures["item_score"] == pytest.approx((10 + 6 * 0.5 + 2 * 2 / 3) / 20)
    assert [(row.key, row.right, row.total) for row in author.by_class] == [("correlation", 18, 20)]
    assert author.confusion.labels == ("no change", "change")
    assert author.confusion.counts == ((0, 0), (2, 18))


def test_the_verdict_is_about_change_point_f1() -> None:
    result = compared([TRUTH] * 20, [said()] * 20)
    assert result.outcome == "better"
    assert "points of change point F1" in result.verdict
    assert "always “no change” 0" in standing(result)
    assert {one.key for one in result.slices if one.by == "class"} == {"correlation"}


def test_luck_is_what_as_many_points_at_random_places_get() -> None:
    met = chance_of_changes(1, [1050], (1000, 1100), seed=1)
    assert met.shape == (DRAWS, 1)
    assert met.mean() == pytest.approx((2 * MARGIN + 1) / 100, abs=0.08)
    assert chance_of_changes(0, [1050], (1000, 1100)).sum() == 0
    luck = compared([said((20, None))] * 20, [said()] * 20).author("student")
    assert luck is not None and luck.luck["change_f1"].random == pytest.approx(0.11, abs=0.03)
    assert luck.luck["change_f1"].majority == 0


def test_an_audit_counts_a_window_right_with_all_its_points_and_tells_causes_apart() -> None:
    def audited(given: AnswerContent | None) -> Audited:
        return Audited(
            item_id="i", question=QUESTION, group="s", window=(1000, 1100), given=given, truth=TRUTH
        )

    assert is_right(audited(said((52, "independent"))))
    assert not is_right(audited(said((60, "correlation"))))
    assert list(cells_of(audited(said((52, "independent"))))) == [("correlation", "independent")]


def test_differences_name_causes_and_how_far_apart_points_are() -> None:
    other = said((53, "independent"))
    (one,) = differences(TRUTH, other)
    assert (one.kind, one.edge_samples) == ("other_type", 3)
    words = difference_words(TRUTH, other, ("rules", "ana"), QUESTION)
    assert "cause of (1): correlation change or independent change" in words
    assert difference_words(said(), said(), ("rules", "ana"), QUESTION) == ["both: no change"]
    assert "ana: no change" in difference_words(TRUTH, said(), ("rules", "ana"), QUESTION)


def test_people_differ_by_place_and_by_cause_and_not_within_the_margin() -> None:
    assert not differ(TRUTH, said((50 + MARGIN, "correlation")))
    assert not differ(TRUTH, said((50, None)))
    assert differ(TRUTH, said((51 + MARGIN, "correlation")))
    assert differ(TRUTH, said((50, "independent")))


def test_a_label_with_other_pairs_or_another_cause_is_another_label() -> None:
    assert same_label(TRUTH, said((50, "correlation")))
    assert not same_label(TRUTH, said((50, "independent")))
    assert not same_label(TRUTH, said((50, "correlation"), pairs=((0, 1),)))


def test_points_are_paired_by_distance_where_events_are_by_what_they_share() -> None:
    one, other = TRUTH.intervals, said((55, None)).intervals
    assert len(paired("change_point", one, other)) == 1
    assert len(paired("anomaly", one, other)) == 0


def test_the_queue_filters_by_cause() -> None:
    assert label_names(said((5, "correlation"), (9, "correlation")), QUESTION) == (
        "correlation change",
    )
    assert label_names(said(), QUESTION) == ("no change",)

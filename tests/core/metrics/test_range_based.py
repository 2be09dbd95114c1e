"""Range-based precision and recall: hand arithmetic, plain loops, and the field's code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.intervals import Interval
from core.metrics.inputs import intervals_of
from core.metrics.range_based import Bias, Cardinality, RangeSettings, range_figures
from tests.core.metrics.score_cases import CASES, ScoreCase
from tests.core.metrics.score_recorded import RECORDED
from tests.core.metrics.score_twins import (
    Ranges,
    answered_series,
    as_intervals,
    ranges_of,
    slow_overlap,
)

TSB_AD = RangeSettings(alpha=0.2, bias="flat", precision_bias="flat", cardinality="reciprocal")
ONE_EVENT: Ranges = [(10, 20)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_figures_are_those_of_the_fields_code(case: ScoreCase) -> None:
    _, truth, answer = case.made()
    found = range_figures(intervals_of(answer), intervals_of(truth), case.n, TSB_AD)
    recorded = RECORDED[case.name]
    assert found.precision == pytest.approx(recorded["range_precision"], abs=1e-6)
    assert found.recall == pytest.approx(recorded["range_recall"], abs=1e-6)
    assert found.f1 == pytest.approx(recorded["range_f1"], abs=1e-6)


@settings(max_examples=200)
@given(
    answered_series(),
    st.floats(0, 1),
    st.sampled_from(["flat", "front", "middle", "back"]),
    st.sampled_from(["flat", "front", "middle", "back"]),
    st.sampled_from(["reciprocal", "one"]),
)
def test_figures_are_those_of_plain_loops(
    series: tuple[np.ndarray, np.ndarray],
    alpha: float,
    bias: Bias,
    precision_bias: Bias,
    cardinality: Cardinality,
) -> None:
    answer, real = ranges_of(series[0]), ranges_of(series[1])
    settings = RangeSettings(alpha, bias, precision_bias, cardinality)
    found = range_figures(as_intervals(answer), as_intervals(real), len(series[0]), settings)
    precisions = [slow_overlap(one, real, precision_bias, cardinality) for one in answer]
    recalls = [
        alpha * any(max(a, c) < min(b, d) for c, d in answer)
        + (1 - alpha) * slow_overlap((a, b), answer, bias, cardinality)
        for a, b in real
    ]
    assert found.precision == (pytest.approx(np.mean(precisions)) if answer else None)
    assert found.recall == (pytest.approx(np.mean(recalls)) if real else None)
    assert found.settings == settings


@pytest.mark.parametrize(
    ("bias", "answer", "recall"),
    [
        ("flat", [(10, 13)], 0.3),
        ("front", [(10, 13)], (10 + 9 + 8) / 55),
        ("back", [(10, 13)], (1 + 2 + 3) / 55),
        ("middle", [(14, 16)], (5 + 5) / 30),
        ("flat", [(10, 12), (18, 20)], 0.2),  # 4 of 10 samples in two pieces: 1/2 of it
        ("flat", [(0, 10), (20, 30)], 0.0),  # beside the event on both sides
        ("front", [(0, 30)], 1.0),
    ],
)
def test_recall_by_hand(bias: Bias, answer: Ranges, recall: float) -> None:
    settings = RangeSettings(alpha=0.0, bias=bias)
    found = range_figures(as_intervals(answer), as_intervals(ONE_EVENT), 30, settings)
    assert found.recall == pytest.approx(recall)


def test_finding_an_event_at_all_is_worth_alpha() -> None:
    answer = [Interval(start=19, stop=21)]
    by_alpha = [
        range_figures(answer, as_intervals(ONE_EVENT), 30, RangeSettings(alpha=alpha)).recall
        for alpha in (0.0, 0.2, 1.0)
    ]
    assert by_alpha == pytest.approx([0.1, 0.28, 1.0])


def test_pieces_may_count_fully() -> None:
    settings = RangeSettings(alpha=0.0, cardinality="one")
    pieces = as_intervals([(10, 12), (18, 20)])
    assert range_figures(pieces, as_intervals(ONE_EVENT), 30, settings).recall == pytest.approx(0.4)


def test_answers_that_overlap_or_touch_are_one() -> None:
    whole = range_figures(as_intervals([(12, 18)]), as_intervals(ONE_EVENT), 30)
    parts = as_intervals([(14, 18), (12, 14), (13, 16)])
    assert range_figures(parts, as_intervals(ONE_EVENT), 30) == whole


def test_what_is_not_there_leaves_its_figure_undefined() -> None:
    event = as_intervals(ONE_EVENT)
    silent, clean, nothing = (
        range_figures([], event, 30), range_figures(event, [], 30), range_figures([], [], 30)
    )  # fmt: skip
    assert (silent.precision, silent.recall, silent.f1) == (None, 0.0, 0.0)
    assert (clean.precision, clean.recall, clean.f1) == (0.0, None, 0.0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)


def test_a_series_that_is_one_event_is_found_whole() -> None:
    # TSB-AD's code finds no range in a mask that is true throughout and gives 0 here
    whole = [Interval(start=0, stop=5)]
    assert range_figures(whole, whole, 5).f1 == pytest.approx(1.0)


def test_settings_are_said_in_words_and_impossible_ones_refused() -> None:
    assert (
        str(TSB_AD) == "alpha 0.2, bias flat (recall) and flat (precision), cardinality reciprocal"
    )
    assert range_figures([], [], 3).settings == TSB_AD
    with pytest.raises(DataError, match=r"alpha = 1.5 is no share"):
        RangeSettings(alpha=1.5)
    with pytest.raises(DataError, match=r"end at sample 20 do not lie in a series of 15"):
        range_figures([], as_intervals(ONE_EVENT), 15)

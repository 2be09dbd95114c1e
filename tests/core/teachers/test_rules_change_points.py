"""The rules on change points: where, why and in which words, counted over generated series."""

from collections import Counter

import numpy as np
import pytest

from core.answers import AnswerContent
from core.channel_changes import ERRORS, SPREAD, channel_changes, settled
from core.generate import Generated
from core.generate_changes import Happening, change_series
from core.grounding import ground
from core.questions import KINDS
from core.questions.defaults import default_change_point_question
from core.relation_changes import relation_changes, stretch_of
from core.series import SeriesData, WindowView, view_window
from core.teachers.rules import rules_on

QUESTION = default_change_point_question()
ANSWER = rules_on(QUESTION)
SEEDS = range(300, 312)


def view_of(made: Generated, start: int = 0) -> WindowView:
    return view_window(made.data, start, made.data.n_samples)


def on(happening: Happening) -> list[tuple[AnswerContent, AnswerContent, WindowView]]:
    made = [change_series(happening, seed) for seed in SEEDS]
    return [
        (ANSWER(view_of(one)), one.truth(QUESTION) or pytest.fail(), view_of(one)) for one in made
    ]


@pytest.mark.parametrize("happening", ["lost", "gained"])
def test_a_relation_that_no_channel_shows_is_found_with_its_pairs(happening: Happening) -> None:
    right = [
        given.intervals[0].pairs == truth.intervals[0].pairs
        for given, truth, _ in on(happening)
        if KINDS["change_point"].score(given, truth) == 1
    ]
    assert len(right) >= 11 and all(right)


@pytest.mark.parametrize("happening", ["level", "spread"])
def test_a_change_of_one_channel_is_independent(happening: Happening) -> None:
    answered = on(happening)
    scores = [KINDS["change_point"].score(given, truth) for given, truth, _ in answered]
    causes = Counter(one.cause for given, _, _ in answered for one in given.intervals)
    assert np.mean(scores) >= 0.75
    assert causes["correlation"] == 0


def test_where_nothing_happens_nothing_is_found() -> None:
    answered = on("nothing")
    assert [given.intervals for given, _, _ in answered] == [()] * len(SEEDS)
    assert answered[0][0].rationale_text.startswith("Nothing found here: no channel changes")


def test_everything_it_says_of_a_relation_is_confirmed_by_the_data() -> None:
    found = [ground(given, view) for given, _, view in (*on("lost"), *on("gained"))]
    statuses = Counter(one.status for grounded in found for one in grounded)
    assert statuses["contradicted"] == statuses["not_checkable"] == 0
    assert statuses["confirmed"] >= 2 * len(found)


def test_the_words_name_the_place_and_the_pairs() -> None:
    made = change_series("lost", 300)
    answer = ANSWER(view_of(made))
    (point,) = answer.intervals
    pairs = ", ".join(f"ch{a + 1}–ch{b + 1}" for a, b in point.pairs)
    assert answer.rationale_text == f"Correlation change at sample {point.start}: {pairs} lost. "
    assert {span.interval for span in answer.rationale if span.claim} == {1}


def test_positions_are_of_the_series_wherever_the_window_begins() -> None:
    made = change_series("lost", 301)
    whole, part = ANSWER(view_of(made)), ANSWER(view_of(made, 40))
    assert part.intervals[0].start == pytest.approx(whole.intervals[0].start, abs=5)


def test_neither_a_trend_nor_a_cycle_nor_a_spike_is_a_change() -> None:
    noise = np.random.default_rng(1).normal(0, 0.2, (800, 3))
    at = np.arange(800.0)
    calm = noise.copy()
    calm[:, 0] += 0.02 * at
    calm[:, 1] += 3 * np.sin(2 * np.pi * at / 90)
    calm[300, 2] += 30
    assert channel_changes(calm) == []
    assert relation_changes(settled(calm, [])) == []


@pytest.mark.parametrize("n", [200, 600, 2000])
def test_neither_a_steep_line_nor_a_curve_nor_a_bend_is_a_change(n: int) -> None:
    rng = np.random.default_rng(7)
    at = np.linspace(0, 1, n)
    bent = (300 * at, 100 * np.log1p(20 * at), 100 * np.sqrt(at), 50 * np.abs(at - 0.4))
    found = [
        channel_changes(curve[:, None] + rng.normal(size=(n, 1)))
        for curve in bent
        for _ in range(8)
    ]
    # Before steps were looked at nearby, more than half of the 32.
    assert sum(bool(one) for one in found) <= 2


@pytest.mark.parametrize("n", [200, 600, 2000])
def test_a_step_on_a_curve_is_one(n: int) -> None:
    rng = np.random.default_rng(8)
    curve = 30 * np.exp(2 * np.linspace(0, 1, n)) / 6.4
    for at in (n // 3, n // 2, 2 * n // 3):
        (found,) = channel_changes((curve + 4 * (np.arange(n) >= at) + rng.normal(size=n))[:, None])
        assert found.what == "level" and found.at == pytest.approx(at, abs=5)


def test_a_level_at_and_below_the_threshold() -> None:
    column = np.random.default_rng(2).normal(size=(1000, 1))
    clear, little = column.copy(), column.copy()
    clear[500:] += 2.0
    little[500:] += 0.5
    (found,) = channel_changes(clear)
    assert (found.what, found.channel) == ("level", 0)
    assert found.at == pytest.approx(500, abs=3) and found.size == pytest.approx(2, abs=0.4)
    assert channel_changes(little) == []


def test_a_large_step_is_surer_than_a_small_one() -> None:
    column = np.random.default_rng(6).normal(size=(1000, 1))
    small, large = column.copy(), column.copy()
    small[500:] += 2.0
    large[500:] += 20.0
    (a,), (b,) = channel_changes(small), channel_changes(large)
    assert b.strength > 5 * a.strength


def test_a_spread_is_told_by_its_factor() -> None:
    column = np.random.default_rng(3).normal(size=(1000, 1))
    column[500:] *= 3
    (found,) = channel_changes(column)
    assert found.what == "spread" and found.size == pytest.approx(3, rel=0.15)
    assert found.strength == pytest.approx(
        np.log(found.size) / max(np.log(SPREAD), ERRORS * np.sqrt(1 / 500)), rel=0.1
    )


def test_a_step_of_one_channel_is_no_change_of_its_correlations() -> None:
    values = view_of(change_series("nothing", 300)).values.copy()
    values[len(values) // 2 :, 0] += 10 * values[:, 0].std()
    assert relation_changes(settled(values, [])) != []  # a rolling correlation is fooled
    assert relation_changes(settled(values, channel_changes(values))) == []


def test_a_short_or_single_channelled_series_has_no_relations() -> None:
    values = np.random.default_rng(4).normal(size=(47, 3))
    assert stretch_of(47) == 24 and relation_changes(values) == []
    assert relation_changes(np.random.default_rng(4).normal(size=(500, 1))) == []


def test_gaps_and_still_channels_are_answered_too() -> None:
    values = np.random.default_rng(5).normal(size=(300, 3))
    values[:, 1] = 7.0
    values[100:130, 0] = np.nan
    values[:, 2] = np.nan
    assert ANSWER(view_window(SeriesData(values), 0, 300)).intervals == ()

"""Rows of a bench: figures of one answer, averages by source, intervals, wins and losses."""

import itertools

import numpy as np
import pytest

from core.bench import FIGURES, Given, Row, differences, failed, macro, measure, summarise
from core.errors import DataError
from core.intervals import Interval
from core.labelled import LabelledSeries

EVENTS = (Interval(start=100, stop=120), Interval(start=300, stop=310))


def labelled(truth: tuple[Interval, ...] = EVENTS, n: int = 500) -> LabelledSeries:
    """Return a series of noise with marks."""
    values = np.random.default_rng(0).normal(size=(n, 1))
    return LabelledSeries("a.csv", "noise", values, truth=truth)


def row(method: str, path: str, value: float | None, **rest: float) -> Row:
    """Return a row with one figure."""
    source, _, series = path.rpartition("/")
    figures: dict[str, float | None] = {"vus_pr": value, **rest}
    return Row(
        method=method, kind="anomaly", series=series, source=source, n_samples=1, n_events=1,
        figures=figures, luck={"vus_pr": 0.1}, cpu_s=0.5,
    )  # fmt: skip


def test_perfect_scores_and_marks_get_perfect_figures() -> None:
    series = labelled()
    found = measure("m", series, Given(series.truth_mask().astype(float), EVENTS, cpu_s=0.25))
    assert found.figures["auc_pr"] == pytest.approx(1.0)
    assert found.figures["interval_f1"] == 1.0
    assert found.figures["interval_f1_75"] == 1.0
    assert found.figures["boundary_error"] == 0.0
    assert (found.n_samples, found.n_events, found.cpu_s) == (500, 2, 0.25)
    assert found.intervals == ((100, 120), (300, 310))
    assert found.path == "noise/a.csv"


def test_luck_is_near_the_share_of_marked_samples() -> None:
    found = measure("m", labelled(), Given(np.zeros(500), ()))
    assert found.luck["auc_pr"] == pytest.approx(30 / 500, abs=0.03)
    assert found.luck["auc_roc"] == pytest.approx(0.5, abs=0.1)


def test_what_a_method_does_not_give_has_no_figure() -> None:
    scored = measure("m", labelled(), Given(np.ones(500), None))
    marked = measure("m", labelled(), Given(None, EVENTS))
    assert "interval_f1" not in scored.figures
    assert "vus_pr" not in marked.figures
    assert "vus_pr" in scored.figures
    assert marked.figures["event_recall"] == 1.0


def test_figures_of_covered_samples_stand_beside_their_own_luck() -> None:
    """One sample of twenty is found: point adjustment calls that perfect, range F1 does not."""
    series = labelled(truth=(Interval(start=100, stop=120),))
    found = measure("m", series, Given(None, (Interval(start=110, stop=111),)))
    assert found.figures["point_adjusted_f1"] == 1.0
    # recall 0.2 + 0.8 / 20, precision 1
    assert found.figures["range_f1"] == pytest.approx(2 * 0.24 / 1.24)
    assert 0.9 < (found.figures["affiliation_f1"] or 0) < 1
    luck = {key: found.luck[key] or 0 for key, one in FIGURES.items() if key in found.luck}
    # of 500 samples one is marked at random: 1 in 25 falls into the event
    assert luck["range_f1"] < 0.1
    assert 0.3 < luck["affiliation_f1"] < 0.9


def test_noise_does_well_where_figures_flatter() -> None:
    """Half of the samples at random find a long event for sure, after point adjustment."""
    series = labelled(truth=(Interval(start=100, stop=400),))
    rng = np.random.default_rng(0)
    marks = [Interval(start=int(t), stop=int(t) + 1) for t in np.flatnonzero(rng.random(500) < 0.2)]
    found = measure("m", series, Given(None, tuple(marks)))
    assert (found.figures["point_adjusted_f1"] or 0) > 0.9
    assert (found.luck["point_adjusted_f1"] or 0) > 0.9
    assert (found.luck["affiliation_f1"] or 0) > 0.6
    assert [key for key, one in FIGURES.items() if one.flatters] == [
        "affiliation_f1",
        "point_adjusted_f1",
    ]


def test_a_series_without_events_has_false_alarms_only() -> None:
    found = measure("m", labelled(truth=()), Given(np.ones(500), (Interval(start=3, stop=9),)))
    assert found.figures["vus_pr"] is None
    assert found.figures["event_recall"] is None
    assert found.figures["interval_f1"] == 0.0
    assert found.figures["false_alarms"] == 2.0
    assert found.figures["clean_false_alarms"] == 1.0


def test_only_what_was_looked_at_counts() -> None:
    """[0, 110) and [200, 250): the first event is cut at 110, the second one lies outside."""
    series = labelled()
    alarm = Interval(start=400, stop=420)
    looked = ((0, 110), (200, 250))
    cut = Interval(start=100, stop=110)
    found = measure("m", series, Given(None, (cut, alarm), covered=looked))
    assert (found.n_samples, found.n_events) == (160, 1)
    assert found.figures["interval_f1_75"] == 1.0
    assert found.figures["false_alarms"] == 0.0
    scores = np.zeros(500)
    scores[100:110] = 1
    scores[300:] = 2
    found = measure("m", series, Given(scores, None, covered=looked))
    assert found.figures["auc_pr"] == pytest.approx(1.0)


def test_change_points_are_measured_against_all_annotators() -> None:
    people = {"1": (100,), "2": ()}
    series = LabelledSeries("a", "", np.zeros((200, 1)), change_points=people)
    on_the_spot = Given(None, (Interval(start=100, stop=101),))
    found = measure("m", series, on_the_spot, "change_point")
    assert (found.kind, found.n_events) == ("change_point", 1)
    assert found.figures == {"margin_f1": 1.0, "covering": pytest.approx((1 + 0.5) / 2)}
    nothing = measure("m", series, Given(None, ()), "change_point")
    # precision 1, recall (1/2 + 1)/2 as sample 0 always counts
    assert nothing.figures["margin_f1"] == pytest.approx(2 * 0.75 / 1.75)
    assert nothing.luck == pytest.approx(nothing.figures)  # nothing placed at random is nothing


def test_a_few_random_changes_fit_worse_than_the_true_ones() -> None:
    series = LabelledSeries("a", "", np.zeros((900, 1)), change_points={"1": (300, 600)})
    given = Given(None, (Interval(start=300, stop=301), Interval(start=600, stop=601)))
    found = measure("m", series, given, "change_point")
    assert found.figures == {"margin_f1": 1.0, "covering": 1.0}
    assert found.luck["margin_f1"] is not None and found.luck["margin_f1"] < 0.6
    assert found.luck["covering"] is not None and found.luck["covering"] < 0.9


@pytest.mark.parametrize("scores", [np.zeros(3), np.full(500, np.nan)])
def test_scores_that_do_not_fit_are_refused(scores: np.ndarray) -> None:
    with pytest.raises(DataError, match="'m' gave scores"):
        measure("m", labelled(), Given(scores, None))


def test_marks_beyond_the_series_are_refused() -> None:
    with pytest.raises(DataError, match=r"'m' marked \[490, 501\) in a series of 500"):
        measure("m", labelled(), Given(None, (Interval(start=490, stop=501),)))


def test_each_source_counts_the_same_however_many_series_it_has() -> None:
    rows = [row("m", f"big/{k}", 0.2) for k in range(9)] + [row("m", "small/a", 0.8)]
    big, small, all_sources = summarise(rows)
    assert (big.source, small.source, all_sources.source) == ("big", "small", "")
    assert all_sources.figures["vus_pr"].value == pytest.approx((0.2 + 0.8) / 2)
    assert (big.n_series, small.n_series, all_sources.n_series) == (9, 1, 10)
    assert all_sources.cpu_s == pytest.approx(5.0)
    assert all_sources.luck["vus_pr"] == pytest.approx(0.1)


def test_a_source_of_one_series_has_no_interval_of_its_own() -> None:
    one = summarise([row("m", "a/x", 0.4)])[0].figures["vus_pr"]
    assert (one.value, one.low, one.high) == (0.4, None, None)


def test_the_interval_is_that_of_all_draws_within_the_sources() -> None:
    """Two sources of 2 and 3 series: all 4 x 27 draws counted out, the percentiles agree."""
    a, b = np.array([0.1, 0.5]), np.array([0.0, 0.3, 0.9])
    means = [
        (np.mean(one) + np.mean(two)) / 2
        for one in itertools.product(a, repeat=2)
        for two in itertools.product(b, repeat=3)
    ]
    low, high = np.quantile(means, [0.025, 0.975])
    found = macro([a, b])
    assert found.value == pytest.approx((0.3 + 0.4) / 2)
    assert found.low == pytest.approx(low, abs=0.051)
    assert found.high == pytest.approx(high, abs=0.051)


def test_an_undefined_figure_is_left_out_and_never_counts_as_nought() -> None:
    rows = [row("m", "a/1", 0.6), row("m", "a/2", None), row("m", "b/1", None)]
    of_a, of_b, both = summarise(rows)
    assert of_a.figures["vus_pr"].value == 0.6
    assert of_b.figures["vus_pr"].value is None
    assert both.figures["vus_pr"].value == 0.6


def test_a_series_without_an_answer_is_counted_as_failed() -> None:
    rows = [row("m", "noise/b", 0.6), failed("m", labelled(), "too long", cpu_s=1.0)]
    source, _ = summarise(rows)
    assert (source.n_series, source.n_failed, source.cpu_s) == (1, 1, 1.5)
    assert source.figures["vus_pr"].value == 0.6


def test_wins_come_first_also_where_less_is_better() -> None:
    rows = [
        row("a", "s/1", 0.5, false_alarms=3.0), row("b", "s/1", 0.1, false_alarms=1.0),
        row("a", "s/2", 0.2, false_alarms=0.0), row("b", "s/2", 0.3, false_alarms=9.0),
        row("a", "s/3", 0.9, false_alarms=0.0),
        row("b", "s/4", None),
    ]  # fmt: skip
    assert differences(rows, "a", "b", "vus_pr") == [("s/1", 0.5, 0.1), ("s/2", 0.2, 0.3)]
    assert differences(rows, "a", "b", "false_alarms") == [("s/2", 0.0, 9.0), ("s/1", 3.0, 1.0)]
    with pytest.raises(DataError, match="'beauty' is no figure of the bench"):
        differences(rows, "a", "b", "beauty")


def test_every_figure_says_what_it_means() -> None:
    series = labelled()
    found = measure("m", series, Given(np.ones(500), EVENTS)).figures
    people = LabelledSeries("a", "", np.zeros((50, 1)), change_points={"1": (10,)})
    found |= measure("m", people, Given(None, ()), "change_point").figures
    assert set(found) == set(FIGURES)
    assert all(info.name and info.meaning for info in FIGURES.values())

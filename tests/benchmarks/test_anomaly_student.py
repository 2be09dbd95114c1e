"""The benchmark of the anomaly student: what it trains on, and what chooses its settings."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.anomaly_pseudo import pseudo_labelled, reduced
from benchmarks.anomaly_student import best, by_source, compare, folds, mix, ratio, surprise, train
from core.bench import Row
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.students.series import SeriesStudent
from training.recipes.pseudo_label import PseudoLabelConfig

TINY = PseudoLabelConfig(steps=2, event_batch_size=2, text_batch_size=0, detectors="robust_z")


def series(source: str, seed: int = 1, n: int = 400, channels: int = 1) -> LabelledSeries:
    values = np.random.default_rng(seed).normal(size=(n, channels))
    values[200:210] += 12
    truth = (Interval(start=200, stop=210),)
    return LabelledSeries(name=f"{seed}", source=source, values=values, truth=truth)


def row(method: str, source: str, value: float | None) -> Row:
    return Row(
        method=method, kind="anomaly", series="s", source=source, n_samples=9, n_events=1,
        figures={"vus_pr": value}, luck={}, cpu_s=0.0,
    )  # fmt: skip


def test_a_long_series_becomes_means_and_a_mark_stays_where_it_was() -> None:
    small = reduced(series("a"), cut=390, longest=100)
    assert small.values.shape == (97, 1)
    assert small.values[3, 0] == pytest.approx(series("a").values[12:16, 0].mean())
    assert small.truth == (Interval(start=50, stop=53),)


def test_missing_samples_do_not_count_in_a_mean_and_a_whole_gap_stays_missing() -> None:
    given = series("a")
    given.values[0, 0] = np.nan
    given.values[4:8, 0] = np.nan
    small = reduced(given, cut=400, longest=100)
    assert small.values[0, 0] == pytest.approx(given.values[1:4, 0].mean())
    assert np.isnan(small.values[1, 0])


def test_no_mark_of_a_person_reaches_a_training_window() -> None:
    marked = [series("a", 1), series("b", 2)]
    bare = [replace(one, truth=()) for one in marked]
    for with_marks, without in zip(
        pseudo_labelled(marked, 3, 2, 5), pseudo_labelled(bare, 3, 2, 5), strict=True
    ):
        assert np.array_equal(with_marks.view.values, without.view.values)
        assert with_marks.content == without.content


def test_events_are_put_in_where_the_window_says() -> None:
    given = series("a")
    (example,) = pseudo_labelled([given], 1, 0, 5)
    changed = np.flatnonzero(example.view.values[:, 0] != given.values[:, 0])
    inside = np.zeros(given.n, np.bool_)
    for event in example.content.intervals:
        inside[event.start : event.stop] = True
    assert len(changed) > 0
    assert inside[changed].all()


def test_every_source_is_tested_once_and_never_trains_its_own_student() -> None:
    dealt = folds(["a", "b", "c", "a", "d", "e"], 2)
    assert sorted(name for fold in dealt for name in fold) == ["a", "b", "c", "d", "e"]
    assert len(folds(["a", "b"], 1)) == 2


def test_the_tested_source_does_not_choose() -> None:
    figures = {"x": {"a": 1.0, "b": 0.2, "c": 0.2}, "y": {"a": 0.0, "b": 0.3, "c": 0.3}}
    assert best(figures, "a") == "y"
    assert best(figures, "") == "x"


def test_the_marks_of_a_source_do_not_choose_its_methods() -> None:
    rng = np.random.default_rng(3)
    given = [series(source, seed) for seed, source in enumerate("abc")]
    single = {key: {one.path: rng.random(one.n) for one in given} for key in ("robust_z", "knn")}
    student = {one.path: rng.random(one.n) for one in given}
    moved = [replace(given[0], truth=(Interval(start=20, stop=80),)), *given[1:]]
    assert compare(given, single, student)[1]["a"] == compare(moved, single, student)[1]["a"]


def test_a_perfect_score_beats_noise_in_every_source() -> None:
    given = [series("a", 1), series("b", 2)]
    perfect = by_source(given, {one.path: one.truth_mask().astype(np.float64) for one in given})
    noise = by_source(given, {one.path: np.random.default_rng(0).random(one.n) for one in given})
    assert all(perfect[source] > noise[source] + 0.3 for source in "ab")


def test_the_ratio_is_of_macro_means_and_equal_methods_have_no_spread() -> None:
    rows = [row("s", "a", 0.6), row("s", "a", 0.2), row("s", "b", 0.8), row("s", "b", None)]
    half = [row("d", one.source, (one.figures["vus_pr"] or 0) / 2) for one in rows[:3]]
    assert ratio([*rows, *half], "s", "d") == pytest.approx((2.0, 2.0, 2.0))


def test_the_student_alone_keeps_its_own_order() -> None:
    scores, mean = np.array([0.1, 0.4, 0.2]), np.zeros(3)
    assert np.array_equal(mix(scores, mean, 1.0, 0.0, 9), scores)
    assert mix(scores, np.array([5.0, 0.0, 0.0]), 0.25, 0.0, 9).argmax() == 0


@pytest.mark.slow
def test_a_trained_student_scores_every_sample_and_a_seed_gives_the_same_scores() -> None:
    others = [series("a", 1), series("b", 2)]
    tested = series("c", 3, channels=3)
    tested.values[50:60, 1] = np.nan
    first, again = (train(others, 2, TINY) for _ in range(2))
    assert isinstance(first, SeriesStudent)
    scores = surprise(first, tested)
    assert scores.shape == (tested.n,)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert np.array_equal(scores, surprise(again, tested))

"""The facts of a series that drawing relies on, against a slow look at every sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.outline import candidates, outline_of
from core.series import SeriesData

SECOND = 1_000_000_000


def timed(ticks: list[int]) -> SeriesData:
    return SeriesData(values=np.zeros((len(ticks), 1)), time=np.array(ticks, dtype=np.int64))


@pytest.mark.parametrize(
    ("ticks", "step"),
    [
        ([0, 10, 20, 30], 10.0),
        ([0, 33_333_333, 66_666_667, 100_000_000], 100_000_000 / 3),  # rounded to whole ticks
        ([0, 10, 21, 30], None),
        ([5, 5, 5], None),  # one moment three times
        ([7], None),
    ],
)
def test_a_regular_axis_is_known_by_its_step(ticks: list[int], step: float | None) -> None:
    assert outline_of(timed(ticks)).step == step


def test_an_index_axis_is_regular_without_gaps() -> None:
    outline = outline_of(SeriesData(values=np.zeros((9, 2))))
    assert (outline.step, outline.gaps.tolist()) == (1.0, [])


def test_a_gap_is_named_by_the_sample_after_it() -> None:
    ticks = [i * SECOND for i in range(50)] + [i * SECOND for i in range(100, 150)]
    assert outline_of(timed(ticks)).gaps.tolist() == [50]


def test_facts_are_found_once() -> None:
    series = timed([0, 10, 20])
    assert outline_of(series) is outline_of(series)
    assert outline_of(series).channel(0) is outline_of(series).channel(0)


def test_the_range_of_a_channel_passes_over_what_is_missing() -> None:
    values = np.linspace(-3, 8, 70_000)[:, None]
    values[30_000:31_000] = np.nan
    values[50] = np.inf
    assert outline_of(SeriesData(values=values)).channel(0).range == (-3.0, 8.0)
    assert outline_of(SeriesData(values=np.full((9, 1), np.nan))).channel(0).range is None


@given(st.integers(0, 10_000), st.integers(2, 900), st.data())
def test_candidates_hold_the_extremes_of_any_range(seed: int, n: int, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    values = np.where(random.random(n) < 0.2, np.nan, random.integers(-9, 9, n))
    start = data.draw(st.integers(0, len(values) - 2))
    stop = data.draw(st.integers(start + 1, len(values)))
    channel = outline_of(SeriesData(values=values[:, None])).channel(0)
    found = candidates(channel, start, stop, 1)
    finite = values[start:stop][np.isfinite(values[start:stop])]
    assert np.isfinite(values[found]).all()
    assert np.all((found >= start) & (found < stop))
    if len(finite):
        assert (values[found].min(), values[found].max()) == (finite.min(), finite.max())

"""Score strips of the chart: cells by the highest score, exactly where their samples lie."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.series import SeriesData
from pages.components.chart import Channel, ChartData, ScoreStrip
from pages.components.chart.payload import chart_payload, wire_payload
from pages.components.chart.score_track import peaks_of
from pages.components.chart.wire import packed

SECOND = 1_000_000_000


def strip_of(scores: np.ndarray, threshold: float | None = 5.0) -> ScoreStrip:
    quantiles = np.searchsorted(np.sort(scores), scores) / len(scores)
    return ScoreStrip("Robust z-score", "a meaning", scores, quantiles, threshold, "#CC79A7")


def scored(scores: np.ndarray, steps: np.ndarray | None = None, **more: object) -> ChartData:
    time = None if steps is None else np.cumsum(steps).astype(np.int64) * SECOND
    series = SeriesData(values=np.zeros((len(scores), 1)), time=time)
    return ChartData(
        series=series,
        channels=(Channel("c"),),
        view="v",
        resample=True,
        strips=(strip_of(scores),),
        **more,  # type: ignore[arg-type]  # fields by name
    )


def seen(low: float, high: float, **more: object) -> dict[str, object]:
    """Return what the browser tells of the range in sight."""
    return {"low": low, "high": high, "view": "v", "id": 1, **more}


def places(part: dict[str, dict[str, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return where cells begin and end, as the browser reads them."""
    low, high = (part[k]["low"] + part[k]["unit"] * part[k]["values"] for k in ("low", "high"))
    return np.asarray(low), np.asarray(high)


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=900),
    st.lists(st.integers(0, 900), max_size=20),
)
def test_every_cell_has_the_first_sample_of_its_highest_score(
    scores: list[int], cuts: list[int]
) -> None:
    values = np.array(scores, dtype=float)
    inner = [cut for cut in cuts if 0 < cut < len(values)]
    cells = np.unique([0, *inner, len(values)])
    peaks = peaks_of(strip_of(values), cells)
    slow = [lo + int(np.argmax(values[lo:hi])) for lo, hi in pairwise(cells)]
    assert peaks.tolist() == slow


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("sight", [(0.0, 1.0), (0.4, 0.7), (0.549, 0.551)])
def test_a_peak_of_one_sample_is_in_sight_at_any_zoom(
    uneven: bool, sight: tuple[float, float]
) -> None:
    scores = np.random.default_rng(0).random(200_000)
    scores[110_011] = 70.0
    steps = np.random.default_rng(1).integers(1, 9, 200_000) if uneven else None
    data = scored(scores, steps)
    low, high = chart_payload(data)["extent"]
    shown = [low + share * (high - low) for share in sight]
    (strip,) = chart_payload(data, seen(shown[0], shown[1]))["strips"]
    peak = int(np.argmax(strip["fine"]["y"]))
    assert (strip["fine"]["i"][peak], strip["fine"]["y"][peak]) == (110_011, 70.0)
    assert strip["fine"]["q"][peak] == pytest.approx(0.999995)
    assert 70.0 in strip["coarse"]["y"]


def test_few_samples_in_sight_have_a_cell_each_around_their_own_place() -> None:
    (strip,) = chart_payload(scored(np.arange(50.0)))["strips"]
    low, high = places(strip["coarse"])
    assert strip["coarse"]["i"].tolist() == list(range(50))
    assert low[10] == pytest.approx(9.5)
    assert high[10] == pytest.approx(10.5)
    assert strip["fine"] is None


def test_a_cell_does_not_reach_into_a_long_gap() -> None:
    steps = np.ones(40, dtype=np.int64)
    steps[7::9] = 2  # uneven, so that no straight line fits
    steps[20] = 5_000
    data = scored(np.ones(40), steps)
    (strip,) = chart_payload(data)["strips"]
    low, high = places(strip["coarse"])
    assert (high - low).max() < 2_000  # milliseconds


def test_the_whole_strip_is_sent_once_and_an_update_stays_small() -> None:
    data = scored(np.random.default_rng(0).random(1_000_000))
    first = chart_payload(data)
    have = [first["base"], *(strip["name"] for strip in first["strips"])]
    update = chart_payload(data, seen(2e5, 9e5, have=have))
    assert update["strips"][0]["coarse"] is None
    assert len(update["strips"][0]["fine"]["y"]) <= 1_000
    plain = chart_payload(
        ChartData(series=data.series, channels=data.channels, view="v", resample=True),
        seen(2e5, 9e5, have=have),
    )
    more = len(packed(wire_payload(update))) - len(packed(wire_payload(plain)))
    assert 15_000 < more < 30_000


def test_a_strip_of_a_window_shows_that_window_alone() -> None:
    data = scored(np.arange(5_000.0), shown=(1_000, 1_200))
    (strip,) = chart_payload(data)["strips"]
    assert strip["coarse"]["i"].tolist() == list(range(1_000, 1_200))
    assert strip["highest"] == 4_999.0

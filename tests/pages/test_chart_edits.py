"""What a person changed in the chart, read as exact samples, also where only typing is possible."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.errors import DataError
from core.intervals import Interval
from core.series import SeriesData
from pages.components.chart import Channel, ChartData, ChartEvent, Mark, Painted
from pages.components.chart.axis import axis_of
from pages.components.chart.edits import sample_of
from pages.components.chart.payload import read_event
from pages.components.chart.typed import typed_span

SECOND = 1_000_000_000
OWN = Mark("d:1", 1, 2, 5, "you", "#009E73", movable=True)
NEXT = Mark("d:2", 2, 7, 9, "you", "#009E73", movable=True)
RULES = Mark("a:1", 1, 2, 5, "rules", "#CC79A7")


def indexed(n: int = 10, channels: int = 2) -> SeriesData:
    return SeriesData(values=np.zeros((n, channels)))


def timed(seconds: list[int]) -> SeriesData:
    ticks = np.array(seconds, dtype=np.int64) * SECOND
    return SeriesData(values=np.zeros((len(seconds), 1)), time=ticks)


def charted(series: SeriesData) -> ChartData:
    channels = tuple(Channel(f"c{i}") for i in range(series.n_channels))
    return ChartData(series=series, channels=channels, view="v", marks=(OWN, NEXT, RULES))


def place(sample: int, x: float | None = None, way: str = "nearest", by: int = 0) -> dict[str, Any]:
    return {"sample": sample, "x": x, "way": way, "by": by}


def happened(**event: Any) -> ChartEvent:
    return read_event(charted(indexed()), {"event": event})


def test_a_drawn_interval_comes_back_on_its_channel_with_what_was_painted() -> None:
    event = happened(
        type="drawn",
        start=place(3),
        last=place(5),
        channels=[1],
        cursor=place(5),
        nonce="n",
        seconds=1.5,
        painted={"item_id": "i", "answer_ids": ["a"], "version": 3},
    )
    assert event.drawn == Interval(start=3, stop=6, channels=(1,))
    assert event.cursor == 5
    assert (event.painted, event.seconds, event.nonce) == (Painted("i", ("a",), 3), 1.5, "n")


def test_an_interval_of_all_channels_names_none() -> None:
    event = happened(type="drawn", start=place(0), last=place(0), channels=[])
    assert event.drawn == Interval(start=0, stop=1)


def test_moved_edges_are_the_samples_that_the_browser_knew() -> None:
    event = happened(type="moved", ref="d:1", start=place(1), last=place(7))
    assert event.moved == ("d:1", 1, 8)


def test_edges_that_crossed_leave_one_sample() -> None:
    event = happened(type="moved", ref="d:1", start=place(6), last=place(4))
    assert event.moved == ("d:1", 6, 7)


def test_samples_outside_the_series_are_its_first_and_last() -> None:
    event = happened(type="moved", ref="d:1", start=place(-4), last=place(99))
    assert event.moved == ("d:1", 0, 10)


@pytest.mark.parametrize("ref", ["a:1", "gone"])  # read-only; removed by somebody else
@pytest.mark.parametrize("kind", ["moved", "deleted", "split", "merged"])
def test_marks_that_are_not_movable_are_never_changed(kind: str, ref: str) -> None:
    event = happened(
        type=kind, ref=ref, other="d:2", at=place(3), start=place(0), last=place(1), nonce="n"
    )
    assert event == ChartEvent(nonce="n")


def test_a_split_lies_inside_its_mark() -> None:
    assert happened(type="split", ref="d:1", at=place(3)).split == ("d:1", 3)
    assert happened(type="split", ref="d:1", at=place(2)).split is None
    assert happened(type="split", ref="d:1", at=place(5)).split is None


def test_two_marks_are_merged_only_when_both_are_movable() -> None:
    assert happened(type="merged", ref="d:1", other="d:2").merged == ("d:1", "d:2")
    assert happened(type="merged", ref="d:1", other="a:1").merged is None


def test_deleting_and_selecting_name_the_mark() -> None:
    assert happened(type="deleted", ref="d:2").deleted == "d:2"
    assert happened(type="selected", ref="a:1").selected == "a:1"
    assert happened(type="selected", ref="").selected == ""
    assert happened(type="clicked", ref="a:1").selected is None


@pytest.mark.parametrize(
    ("way", "x", "by", "sample"),
    [
        ("nearest", 9.0, 0, 1),
        ("nearest", 10.0, 0, 1),  # of the samples at one time the first
        ("nearest", 10.0, 2, 3),  # two steps on, within that time
        ("from", 10.1, 0, 4),
        ("to", 19.9, 0, 3),  # the last one of that time
        ("to", -5.0, 0, 0),
        ("from", 99.0, 0, 4),
        ("nearest", 99.0, 3, 4),
    ],
)
def test_where_the_browser_saw_too_few_points_the_axis_decides(
    way: str, x: float, by: int, sample: int
) -> None:
    axis = axis_of(timed([0, 10, 10, 10, 20]), "UTC", (0, 5))
    assert sample_of(axis, place(2, x * 1000, way, by)) == sample


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=50), st.data())
def test_any_place_is_a_sample_of_the_axis(steps: list[int], data: st.DataObject) -> None:
    axis = axis_of(timed(np.cumsum(steps).tolist()), "UTC", (0, len(steps)))
    x = data.draw(st.floats(-1e6, 1e9))
    way = data.draw(st.sampled_from(["nearest", "from", "to"]))
    sample = sample_of(axis, place(0, x, way, data.draw(st.integers(-99, 99))))
    assert 0 <= sample < len(steps)


def test_typed_places_are_samples_or_times_and_the_last_one_is_inside() -> None:
    data = charted(timed([0, 10, 20, 30, 40, 50, 60, 70, 80]))
    assert typed_span(data, "2", "4") == (2, 5)
    assert typed_span(data, "1970-01-01 00:00:15", "00:00:55") == (2, 6)
    with pytest.raises(DataError, match="holds no sample: it would run from sample 4 to 3"):
        typed_span(data, "4", "3")


def typing_app() -> None:
    """Type intervals as where the chart cannot be loaded; what comes of it is written below."""
    import streamlit as st

    from pages.components.chart import ChartEvent
    from pages.components.chart.typed import typed_intervals
    from tests.pages.test_chart_edits import charted, indexed

    def told(event: ChartEvent) -> None:
        st.session_state["told"] = str(event.drawn or event.moved or event.deleted)

    typed_intervals(charted(indexed()), "chart", told)
    st.text(st.session_state.get("told", "nothing"))


def test_a_typed_interval_gives_the_event_of_a_drawn_one() -> None:
    app = AppTest.from_function(typing_app).run()
    app.text_input[0].set_value("3")
    app.text_input[1].set_value("6")
    app.button[0].click().run()
    assert app.text[0].value == "start=3 stop=7 channels=()"


def test_a_chosen_interval_is_changed_or_deleted_and_read_only_ones_are_not_offered() -> None:
    app = AppTest.from_function(typing_app).run()
    assert app.selectbox[0].options == [
        "a new one",
        "1, samples 2 to 4",
        "2, samples 7 to 8",
    ]
    app.selectbox[0].select("d:1").run()
    assert [field.value for field in app.text_input] == ["2", "4"]
    app.text_input[1].set_value("1")
    app.button[0].click().run()
    assert "holds no sample" in app.error[0].value
    app.text_input[1].set_value("8")
    app.button[0].click().run()
    assert app.text[0].value == "('d:1', 2, 9)"
    app.button[1].click().run()
    assert app.text[0].value == "d:1"

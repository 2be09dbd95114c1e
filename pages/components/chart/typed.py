"""Intervals typed as samples or times, for a browser that cannot load the chart.

Every press gives the event that the chart would have given.
"""

from collections.abc import Callable

import streamlit as st

from core.errors import AppError, DataError
from core.intervals import Interval
from pages.components import session
from pages.components.chart.data import ChartData, ChartEvent, Mark
from pages.components.words import plain
from pages.components.workflows.positions import EXAMPLES, clock_of, interval_words, parse_position

NEW = ""


def typed_intervals(data: ChartData, key: str, on_event: Callable[[ChartEvent], None]) -> None:
    """Draw the fields for a new interval, or for one that can be changed."""
    own = {mark.ref: mark for mark in data.marks if mark.movable}
    if message := session.get(f"{key}_typed_error"):
        st.error(plain(str(message)))
    ref = st.selectbox(
        "Interval to type",
        [NEW, *own],
        format_func=lambda one: "a new one" if one == NEW else words_of(own[one]),
        key=f"{key}_typed_which",
    )
    mark = own.get(ref)
    # Named after what is written in them: a change makes fields with the new numbers.
    stamp = f"new_{len(own)}" if mark is None else f"{ref}_{mark.start}_{mark.stop}"
    names = {part: f"{key}_typed_{part}_{stamp}" for part in ("first", "last")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for part, name in names.items():
            label = f"{part.capitalize()} sample or time"
            st.text_input(label, value=_written(mark, part), key=name, placeholder=EXAMPLES)
        if mark is None:
            channels = {c: data.channels[c].name for c in range(data.series.n_channels)}
            st.multiselect(
                "Channels",
                list(channels),
                format_func=lambda c: channels[c],
                key=f"{key}_typed_channels",
                placeholder="all",
            )
        st.button(
            "Add interval" if mark is None else "Change interval",
            key=f"{key}_typed_take",
            on_click=_take,
            args=(data, key, on_event, mark, tuple(names.values())),
        )
        if mark is not None:
            event = ChartEvent(deleted=mark.ref, painted=data.painted)
            st.button("Delete", key=f"{key}_typed_delete", on_click=on_event, args=(event,))
    if mark is not None:
        clock = clock_of(data.series, data.zone)
        st.caption(interval_words(data.series, clock, mark.start, mark.stop))


def typed_span(data: ChartData, first: str, last: str) -> tuple[int, int]:
    """Return `[start, stop)` of two typed places; the last one is inside.

    Raises:
        DataError: when one is no place of the series, or the last lies before the first.
    """
    clock = clock_of(data.series, data.zone)
    start = parse_position(first, data.series, clock, "first")
    end = parse_position(last, data.series, clock, "last", near=start)
    if end < start:
        raise DataError(
            f"{first!r} to {last!r} holds no sample: it would run from sample {start:,} to "
            f"{end:,}; type a last one that is not before the first"
        )
    return start, end + 1


def words_of(mark: Mark) -> str:
    """Name a mark as its bar does: number, type and samples."""
    text = f", {mark.text}" if mark.text else ""
    return f"{mark.number}{text}, samples {mark.start:,} to {mark.stop - 1:,}"


def _written(mark: Mark | None, part: str) -> str:
    if mark is None:
        return ""
    return f"{mark.start if part == 'first' else mark.stop - 1:,}"


def _take(
    data: ChartData,
    key: str,
    on_event: Callable[[ChartEvent], None],
    mark: Mark | None,
    names: tuple[str, str],
) -> None:
    session.drop(f"{key}_typed_error")
    first, last = (str(session.get(name, "")) for name in names)
    try:
        start, stop = typed_span(data, first, last)
    except AppError as error:
        session.put(f"{key}_typed_error", str(error))
        return
    if mark is not None:
        on_event(ChartEvent(moved=(mark.ref, start, stop), painted=data.painted))
        return
    chosen: list[int] = session.get(f"{key}_typed_channels") or []
    drawn = Interval(start=start, stop=stop, channels=tuple(sorted(chosen)))
    on_event(ChartEvent(drawn=drawn, painted=data.painted))

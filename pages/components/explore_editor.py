"""The selected interval in exact numbers: type, edges as samples or times, channels, note.

Each field is stored when it changes. Somebody else's interval is shown, and can be taken over.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.annotations import Mark
from core.errors import AppError
from core.intervals import Interval
from core.questions.base import Question
from core.series import SeriesData
from pages.components import session
from pages.components.chart import Mark as Shown
from pages.components.explore_marks import Scene
from pages.components.explore_state import jump, look, looking, note_mark, say, shown_mark
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.annotating import add_mark, change_mark, remove_mark
from pages.components.workflows.positions import Clock, Edge, interval_words, parse_position
from storage.rows import StoredSeries

AROUND = 4
"""A jump to an interval shows this many of its lengths."""


def show_editor(
    page: Page,
    row: StoredSeries,
    data: SeriesData,
    clock: Clock | None,
    scene: Scene,
    question: Question | None,
) -> None:
    """Show the fields of the selected interval; one line high, whatever is selected."""
    ref = looking().selected
    with st.container(key="explore_editor"):
        if (mark := scene.own_mark(ref)) is not None:
            _fields(page, row, data, clock, mark, question)
        elif (other := scene.other_mark(ref)) is not None:
            _take_over(page, row, data, clock, other, question)
        elif not session.get(f"{session.EXPLORE_CHART}_failed"):  # the plain chart has its own
            _begin(page, row, data, clock, bool(scene.marks))


def _fields(
    page: Page,
    row: StoredSeries,
    data: SeriesData,
    clock: Clock | None,
    mark: Mark,
    question: Question | None,
) -> None:
    several = row.n_channels > 1
    # The numbers are part of the keys: a field shows what is stored, also after a drag or an undo.
    prefix = f"explore_mark_{mark.id}"
    widths = [1.6, 1.9, 1.9, *([2.2] if several else []), 3, 0.5, 0.5]
    boxes = iter(st.columns(widths, vertical_alignment="bottom"))
    types = {} if question is None else {one.id: one.name for one in question.types}
    keep = _keeper(page, row, mark.id)
    next(boxes).selectbox(
        "Type",
        [None, *types],
        index=[None, *types].index(mark.type_id) if mark.type_id in types else 0,
        format_func=lambda type_id: types.get(type_id, "event") if type_id else "event",
        key=(key := f"{prefix}_type_{mark.type_id}"),
        on_change=keep,
        args=("type_id", key, mark.type_id, lambda value: value),
    )
    edges: tuple[tuple[Edge, int], ...] = (("first", mark.start), ("last", mark.stop - 1))
    for edge, sample in edges:
        next(boxes).text_input(
            f"{edge.capitalize()} sample",
            value=str(sample),
            key=(key := f"{prefix}_{edge}_{sample}"),
            on_change=keep,
            args=(
                "start" if edge == "first" else "stop",
                key,
                str(sample),
                _reader(data, clock, edge, sample),
            ),
            help=None if clock is None else f"Or a time, in {clock.words}",
        )
    if several:
        next(boxes).multiselect(
            "Channels",
            range(row.n_channels),
            default=mark.channels,
            format_func=row.info.channel_names.__getitem__,
            placeholder="all",
            key=(key := f"{prefix}_channels_{mark.channels}"),
            on_change=keep,
            args=("channels", key, mark.channels, tuple),
        )
    next(boxes).text_input(
        "Note",
        value=mark.note,
        key=(key := f"{prefix}_note_{hash(mark.note)}"),
        on_change=keep,
        args=("note", key, mark.note, str.strip),
    )
    next(boxes).button(
        "",
        icon=":material/center_focus_strong:",
        help="Show this interval (Z in the plot)",
        key=f"{prefix}_show",
        on_click=show_interval,
        args=(row, mark.id, mark.start, mark.stop),
    )
    next(boxes).button(
        "",
        icon=":material/delete:",
        help="Remove this interval (Delete in the plot)",
        key=f"{prefix}_remove",
        on_click=_remove,
        args=(page, row, mark.id),
    )
    st.caption(interval_words(data, clock, mark.start, mark.stop))


def _reader(data: SeriesData, clock: Clock | None, edge: Edge, sample: int) -> Callable[[str], int]:
    """Return what turns a typed edge into the mark's `start` or `stop`."""

    def read(text: str) -> int:
        return parse_position(text, data, clock, edge, sample) + (edge == "last")

    return read


def _take_over(
    page: Page,
    row: StoredSeries,
    data: SeriesData,
    clock: Clock | None,
    other: Shown,
    question: Question | None,
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = plain(other.text or "event")
        where = interval_words(data, clock, other.start, other.stop)
        st.markdown(f"**{plain(other.lane)} {other.number}** · {kind} · {where}", width="content")
        st.button(
            "Take over as your mark",
            icon=":material/add:",
            key=f"explore_take_{other.ref}",
            on_click=_taken,
            args=(page, row, other, question),
        )
        st.button(
            "Show",
            icon=":material/center_focus_strong:",
            key=f"explore_show_{other.ref}",
            on_click=show_interval,
            args=(row, other.ref, other.start, other.stop),
        )


def _begin(
    page: Page, row: StoredSeries, data: SeriesData, clock: Clock | None, some: bool
) -> None:
    """No interval is selected: one can be typed."""
    with (
        st.form("explore_new", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        place = "sample" if clock is None else "sample or time"
        st.text_input("First sample", key="explore_new_first", width=180, placeholder=place)
        st.text_input("Last sample", key="explore_new_last", width=180, placeholder=place)
        st.form_submit_button(
            "Add interval",
            icon=":material/add:",
            on_click=_typed,
            args=(page, row, data, clock),
        )
        there = "Nothing is selected. Click an interval or press N for the next one; draw one"
        st.caption(
            f"{there if some else 'No interval stands here yet. Draw one'} with Shift and drag, "
            "or press I at its start and O at its end. ? shows all keys.",
            width="stretch",
        )


def show_interval(row: StoredSeries, ref: str, start: int, stop: int) -> None:
    """Make the plot show an interval with some of what is around it."""
    around = (stop - start) * (AROUND - 1) // 2 + 8
    jump((max(0, start - around), min(row.n_samples, stop + around)), ref)


def _keeper(page: Page, row: StoredSeries, mark_id: str) -> Callable[..., None]:
    def keep(field: str, key: str, shown: Any, read: Callable[[Any], Any]) -> None:
        """Store one field as it was typed; on an error the stored value is shown again.

        A field that is about to go (its mark was moved by a key) comes back with what it showed:
        nobody typed that.
        """
        typed = session.get(key)
        if typed == (list(shown) if field == "channels" else shown):
            return
        say()
        try:
            value = read(typed)
            seen = shown_mark(mark_id)
            changed = change_mark(page.store, row, page.person, mark_id, seen, **{field: value})
            note_mark(changed)
            look(type_id=changed.type_id)
        except AppError as error:
            say(error=str(error))
            session.drop(key)

    return keep


def _remove(page: Page, row: StoredSeries, mark_id: str) -> None:
    say()
    try:
        remove_mark(page.store, row, page.person, mark_id, shown_mark(mark_id))
        look(selected="")
    except AppError as error:
        say(error=str(error))


def _taken(page: Page, row: StoredSeries, other: Shown, question: Question | None) -> None:
    say()
    types = {} if question is None else {one.name: one.id for one in question.types}
    drawn = Interval(start=other.start, stop=other.stop, channels=other.channels)
    try:
        mark = add_mark(page.store, row, page.person, drawn, types.get(other.text))
        look(selected=mark.id)
    except AppError as error:
        say(error=str(error))


def _typed(page: Page, row: StoredSeries, data: SeriesData, clock: Clock | None) -> None:
    say()
    near = looking().cursor or (looking().visible or (0, 1))[0]
    near = min(near, row.n_samples - 1)
    try:
        start = parse_position(session.get("explore_new_first"), data, clock, "first", near)
        written = str(session.get("explore_new_last")).strip()
        last = parse_position(written, data, clock, "last", start) if written else start
        if last < start:
            start, last = last, start
        drawn = Interval(start=start, stop=last + 1)
        look(selected=add_mark(page.store, row, page.person, drawn, looking().type_id).id)
    except AppError as error:
        say(error=str(error))

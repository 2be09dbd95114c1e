"""The counterfactual probe in the Examine drawer: change a stretch, ask again, see what differs."""

from collections.abc import Iterator
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.answers import Answer, AnswerContent, FoundInterval
from core.probe import SIZED, Change, ChangeKind, changed
from core.render import render_png
from core.series import SeriesData, view_window
from pages.components.explore_answers import summary
from pages.components.marks import title_of
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.probe_askers import Asker, asker_of
from pages.components.workflows.probing import (
    CHANGES,
    MEANINGS,
    Probe,
    change_words,
    difference_words,
    probe,
    probes_of,
    samples,
)
from pages.components.workflows.reviewing import Desk

WHAT_IT_IS = (
    "A what-if on changed data; not evidence of truth. It shows whether an answer hangs on the "
    "stretch. It is stored apart: nothing learns from it, and no figure counts it."
)
SIZES: dict[ChangeKind, float] = {"scale": 2.0, "spike": 6.0, "shift": 4.0}
MIXED = (
    "A model that samples may answer otherwise without any change; a probe is one try, not a rate."
)


def show_probes(page: Page, desk: Desk, series: SeriesData) -> None:
    """Show the form, and the probes of the item so far."""
    st.caption(WHAT_IT_IS)
    if not desk.answers:
        st.info("Nobody has answered this item yet, so there is nobody to ask again.")
        return
    left, right = st.columns((2, 3))
    with left:
        answer = _whose(desk)
    with right:
        kind = _kind(desk)
    asker = asker_of(page.store, desk, answer)
    change = _stretch(desk, kind, answer.content)
    _preview(desk, series, asker, change)
    name = plain(title_of(answer.author))
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.button(
            "Ask again about the changed window",
            type="primary",
            icon=":material/science:",
            disabled=bool(asker.why_not),
            key="probe_ask",
        )
        if asker.why_not:
            st.caption(plain(f"{title_of(answer.author)} cannot be asked again: {asker.why_not}."))
        else:
            st.caption(plain(f"{asker.price} {MIXED if asker.batch is not None else ''}"))
    if asked:
        with errors_shown(), st.spinner(f"Asking {name} ..."):
            probe(page.store, desk, page.person, series, asker, change)
    _show_past(page, desk)


def _whose(desk: Desk) -> Answer:
    by_id = {answer.id: answer for answer in desk.answers}
    chosen = st.segmented_control(
        "Whose answer",
        list(by_id),
        default=desk.answers[0].id,
        format_func=lambda one: plain(title_of(by_id[one].author)),
        key=f"probe_whose_{desk.item.id}",
    )
    return by_id.get(chosen or "", desk.answers[0])


def _kind(desk: Desk) -> ChangeKind:
    chosen = st.segmented_control(
        "Change",
        list(CHANGES),
        default="flatten",
        format_func=CHANGES.__getitem__,
        key=f"probe_kind_{desk.item.id}",
    )
    kinds: dict[str, ChangeKind] = {one: one for one in CHANGES}
    kind = kinds[chosen or "flatten"]
    st.caption(MEANINGS[kind])
    return kind


def _stretch(desk: Desk, kind: ChangeKind, content: AnswerContent) -> Change:
    """Let people say which stretch is changed; at first the answer's first interval."""
    item = desk.item
    found = _intervals(desk, content)
    middle = (item.start + item.stop) // 2
    found.append(FoundInterval(number=1, start=middle, stop=min(middle + 10, item.stop)))
    labels = [f"{one.number}: {samples(one.start, one.stop)}" for one in found[:-1]]
    widths = [2.4, 1.6, 1.6, *([1.4] if kind in SIZED else [])]
    widths += [2.0] if desk.series.n_channels > 1 else []
    boxes = iter(st.columns(widths, vertical_alignment="bottom"))
    place = next(boxes).selectbox(
        "Stretch",
        range(len(found)),
        format_func=lambda place: [*labels, "by its samples"][place],
        key=f"probe_stretch_{item.id}_{len(found)}",
    )
    return _exactly(desk, kind, found[place], boxes)


def _intervals(desk: Desk, content: AnswerContent) -> list[FoundInterval]:
    """Return the answer's intervals, as far as they lie in the window."""
    item = desk.item
    cut = [(max(one.start, item.start), min(one.stop, item.stop), one) for one in content.intervals]
    return [
        one.model_copy(update={"start": start, "stop": stop})
        for start, stop, one in cut
        if start < stop
    ]


def _exactly(
    desk: Desk, kind: ChangeKind, one: FoundInterval, boxes: Iterator[DeltaGenerator]
) -> Change:
    item, stem = desk.item, f"probe_{desk.item.id}_{one.start}_{one.stop}"
    limits: dict[str, Any] = {"min_value": item.start, "max_value": item.stop - 1, "step": 1}
    start = next(boxes).number_input("First sample", value=one.start, key=f"{stem}_a", **limits)
    end = next(boxes).number_input("Last sample", value=one.stop - 1, key=f"{stem}_b", **limits)
    amount = 0.0
    if kind in SIZED:
        label = "Factor" if kind == "scale" else "Deviations"
        amount = next(boxes).number_input(label, value=SIZES[kind], step=0.5, key=f"{stem}_{kind}")
    channels: list[int] = list(one.channels)
    if desk.series.n_channels > 1:
        channels = next(boxes).multiselect(
            "Channels",
            range(desk.series.n_channels),
            default=one.channels,
            format_func=lambda channel: f"ch{channel + 1}",
            placeholder="all",
            key=f"{stem}_channels",
        )
    return Change(
        kind=kind,
        start=int(start),
        stop=int(end) + 1,
        channels=tuple(sorted(channels)),
        size=amount,
    )


def _preview(desk: Desk, series: SeriesData, asker: Asker, change: Change) -> None:
    view = view_window(series, desk.item.start, desk.item.stop)
    with errors_shown():
        other = changed(view, change)
        left, right = st.columns(2)
        left.image(render_png(view, asker.render), caption="as it is", alt="The window as it is")
        right.image(render_png(other, asker.render), caption="changed", alt="The changed window")


# -- what came of it


def _show_past(page: Page, desk: Desk) -> None:
    past = probes_of(page.store, desk)
    if past:
        st.markdown(f"**Probes of this item: {len(past)}**")
    for number, one in enumerate(past):
        record = one.record
        label = f"{title_of(record.author)}: {change_words(record.change, desk.series.n_channels)}"
        with st.expander(plain(label), expanded=number == 0, key=f"probe_{one.id}"):
            _show_one(page, desk, one)


def _show_one(page: Page, desk: Desk, one: Probe) -> None:
    record = one.record
    for words in difference_words(desk.question, record):
        st.markdown(f"- {plain(words)}")
    sides = (
        ("Before", record.before, record.picture_before),
        ("After", record.after, record.picture_after),
    )
    for column, (title, content, picture) in zip(st.columns(2), sides, strict=True):
        with column:
            said = "no answer" if content is None else summary(desk.question, content)
            st.markdown(f"**{title}**: {plain(said)}")
            with errors_shown():
                st.image(str(page.store.renders.path(picture)), alt=f"The window {title.lower()}")
            if content is not None and content.kind != "open" and content.rationale_text.strip():
                st.caption(plain(content.rationale_text))
    cost = "" if record.cost_usd is None else f", ${record.cost_usd:,.6f}"
    when = f"{one.created_at.astimezone():%d %b %H:%M}"
    st.caption(plain(f"by {one.person}, {when}, {record.seconds:,.1f} s{cost}"))
    if record.raw_text:
        with st.popover("What it said, letter by letter"):
            st.code(record.raw_text, language=None, wrap_lines=True)

"""What a person does to a phrase on the desk, and the fields below the plot while it is moved."""

from typing import Any

import streamlit as st

from core.intervals import Interval
from pages.components import session
from pages.components.chart import ChartEvent, PhraseTouch
from pages.components.page import Page
from pages.components.review_phrase_view import DONE, LINK, MARK, key_of
from pages.components.words import plain
from pages.components.workflows.phrase_work import (
    OpenPhrase,
    PhraseDesk,
    judge,
    phrase_desk,
    sources,
)
from pages.components.workflows.reviewing import Desk


def phrases_now(page: Page, desk: Desk) -> PhraseDesk:
    """Return what stands of the item's phrases, and which of them is open in this session."""
    kept: tuple[str, OpenPhrase] | None = session.get(session.REVIEW_PHRASE)
    opened = kept[1] if kept is not None and kept[0] == desk.item.id else None
    return phrase_desk(page.store, desk, opened)


def phrase_event(page: Page, desk: Desk, event: ChartEvent) -> bool:
    """Do what an event asks of a phrase; False when it asks nothing of one.

    Raises:
        AppError: when it cannot be done; nothing was recorded then.
    """
    if event.phrase is not None:
        _touched(page, desk, event.phrase)
        return True
    opened = phrases_now(page, desk).open
    return opened is not None and _chosen(page, desk, event, opened)


def _touched(page: Page, desk: Desk, touch: PhraseTouch) -> None:
    key = key_of(touch.id)
    match touch.verb:
        case "move" | "link" as how:
            session.put(session.REVIEW_PHRASE, (desk.item.id, OpenPhrase(key, how)))
        case "right" | "wrong" | "reworded" | "unlinked" as verdict:
            judge(
                page.store,
                desk,
                page.person,
                key,
                verdict,
                text=touch.text,
                identity=page.identity,
            )
        case _:
            raise ValueError(f"no such verb of a phrase: {touch.verb!r}")


def _chosen(page: Page, desk: Desk, event: ChartEvent, opened: OpenPhrase) -> bool:
    """Take the interval that was dragged, drawn or named for the open phrase."""
    if event.action == DONE:
        session.drop(session.REVIEW_PHRASE)
    elif event.action.startswith(LINK):
        number = int(event.action.removeprefix(LINK))
        _place(page, desk, opened, sources(desk)[opened.key[0]].intervals[number - 1].interval)
    elif event.moved is not None and event.moved[0].startswith(MARK):
        _, start, stop = event.moved
        _place(page, desk, opened, Interval(start=start, stop=stop))
    elif event.drawn is not None:
        several = desk.series.n_channels > 1
        drawn = event.drawn if several else event.drawn.model_copy(update={"channels": ()})
        _place(page, desk, opened, drawn)
    elif event.deleted:
        judge(page.store, desk, page.person, opened.key, "unlinked", identity=page.identity)
        session.drop(session.REVIEW_PHRASE)
    else:
        return False
    return True


def _place(page: Page, desk: Desk, opened: OpenPhrase, interval: Interval) -> None:
    """Record where the phrase points to now; a link is made once, what is moved may move on."""
    verdict = "moved" if opened.how == "move" else "linked"
    judge(
        page.store,
        desk,
        page.person,
        opened.key,
        verdict,
        interval=interval,
        identity=page.identity,
    )
    if opened.how == "link":
        session.drop(session.REVIEW_PHRASE)


def show_phrase_fields(page: Page, desk: Desk, phrases: PhraseDesk) -> None:
    """Show, while a phrase's interval is chosen, its words and exact numbers; nothing otherwise."""
    opened = phrases.open
    if opened is None:
        return
    words, where = phrases.pair(sources(desk)[opened.key[0]], opened.key)
    if opened.how == "link" or where is None:
        st.caption(
            f"“{plain(words)}”: press the number of an interval, or draw a new one on the plot."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limits: dict[str, Any] = {
            "min_value": desk.item.start,
            "max_value": desk.item.stop - 1,
            "step": 1,
        }
        for label, value in (("First sample", where.start), ("Last sample", where.stop - 1)):
            # Named after both edges: once one has moved, what the old fields say counts no more.
            key = f"phrase_{'_'.join(map(str, opened.key))}_{label}_{where.start}_{where.stop}"
            st.number_input(
                label,
                value=value,
                key=key,
                width=150,
                on_change=_typed,
                args=(page, desk, opened, where, label, key),
                **limits,
            )
        st.caption(f"“{plain(words)}”: drag its interval on the plot, or type its edges.")


def _typed(
    page: Page, desk: Desk, opened: OpenPhrase, where: Interval, label: str, key: str
) -> None:
    typed = int(session.get(key))
    start, stop = (typed, where.stop) if label == "First sample" else (where.start, typed + 1)
    session.drop(session.REVIEW_MESSAGE)
    if stop <= start:
        session.put(
            session.REVIEW_MESSAGE,
            f"the interval would run from sample {start:,} to {stop - 1:,} and hold none, so it "
            "stays as it is; type a last sample that is not before the first",
        )
        return
    _place(page, desk, opened, Interval(start=start, stop=stop))

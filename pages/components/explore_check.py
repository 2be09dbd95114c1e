"""A stretch that the person has looked at all of: what it will say, and the button that says it."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.annotations import Mark
from core.errors import AppError, ConflictError
from pages.components import session
from pages.components.explore_marks import Bench
from pages.components.explore_state import jump, look, looking, say
from pages.components.marks import author_words
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.browsing import ItemRow
from pages.components.workflows.checking import check_stretch, differing_checks, stretch_of
from pages.components.workflows.positions import interval_words
from storage.rows import StoredSeries

NAMED = 6
"""So many channels out of sight are named; the others are counted."""


def hidden_channels(row: StoredSeries, rows: Sequence[int]) -> tuple[int, ...]:
    """Return the channels that are not drawn; no rows means that all are."""
    return tuple(c for c in range(row.n_channels) if c not in rows) if rows else ()


def show_check(
    page: Page, bench: Bench, rows: Sequence[int], samples: tuple[int, int], answers: Sequence[str]
) -> None:
    """Say what checking the stretch in sight would store, and offer it.

    Args:
        rows: the channels drawn.
    """
    row, data, clock, scene = bench.row, bench.data, bench.clock, bench.scene
    hidden = hidden_channels(row, rows)
    _show_differing(page, bench)
    with errors_shown():
        stretch = stretch_of(page.store, row, page.person, samples, scene.own)
        st.markdown(
            f"In sight: samples {samples[0]:,} to {samples[1] - 1:,} "
            f"({interval_words(data, clock, *samples)}), "
            f"with {count(len(stretch.marks), 'mark')} of yours."
        )
        said = [
            "Checked, the stretch becomes an item of the question "
            f"“{stretch.question.name}” with your marks as its label"
            + ("." if stretch.marks else ": no mark says that there is no anomaly in it.")
        ]
        if stretch.cut:
            said.append(
                f"{count(stretch.cut, 'mark')} of yours reach beyond it: the part inside is taken."
            )
        if stretch.label is not None:
            by = stretch.label.event
            said.append(
                f"{by.person} decided on exactly this stretch before "
                f"({by.decision.replace('_', ' ')}); yours comes on top."
            )
        said += [stretch.gold] if stretch.gold else []
        st.caption(" ".join(said))
        if hidden:
            st.warning(
                f"{plain(_out_of_sight(row, hidden))}: their marks are taken as they stand, and "
                "the label speaks for them too. Checking asks once more.",
                icon=":material/visibility_off:",
            )
        st.button(
            "This stretch is checked",
            type="primary",
            icon=":material/fact_check:",
            help="K in the plot",
            disabled=bool(stretch.problem),
            key="explore_check",
            on_click=check_now,
            args=(page, row, scene.own, samples, hidden, answers, stretch.version),
        )
        if stretch.problem:
            st.caption(f"{stretch.problem}.")


def check_now(
    page: Page,
    row: StoredSeries,
    marks: Sequence[Mark],
    samples: tuple[int, int],
    hidden: tuple[int, ...],
    answers: Sequence[str],
    version: int | None = None,
) -> None:
    """Store the stretch as checked; with channels out of sight, when it is said a second time.

    A label speaks for all channels of its series, so it cannot be kept to those in sight.

    Args:
        version: how many decisions were seen on it.
    """
    confirmed = looking().unseen == (samples, hidden)
    say()
    try:
        stretch = stretch_of(page.store, row, page.person, samples, marks)
        now = page.store.annotations.current(page.project.id, row.id)
        if stretch_of(page.store, row, page.person, samples, now).marks != stretch.marks:
            raise ConflictError(
                "your marks in this stretch were changed elsewhere since they were shown, so "
                "nothing was stored; they are shown as they are now: look and check again"
            )
        if hidden and not confirmed and not stretch.problem:
            say(
                warning=f"{_out_of_sight(row, hidden)}, and a check speaks for all "
                f"{row.n_channels}. Nothing was stored yet: check once more (K) to say that they "
                "are checked too, or draw them first (Channels)."
            )
            look(unseen=(samples, hidden))
            return
        event = check_stretch(
            page.store, row, page.person, stretch, answers, version, page.identity
        )
    except AppError as error:
        say(error=str(error))
        return
    n = len(event.content.intervals) if event.content is not None else 0
    what = f"with {count(n, 'mark')}" if n else "without an anomaly"
    said = f"Samples {samples[0]:,} to {samples[1] - 1:,} are checked, {what}. Saved."
    if hidden:
        said += f" {_out_of_sight(row, hidden)}; you said that they are checked too."
    if stretch.label is not None and stretch.label.event.person != page.person:
        said += f" It goes on top of what {stretch.label.event.person} decided before."
    say(notice=said, back=("check", event.id))
    session.put(session.EXPLORE_STALE, True)


def _out_of_sight(row: StoredSeries, hidden: Sequence[int]) -> str:
    names = ", ".join(row.info.channel_names[channel] for channel in hidden[:NAMED])
    more = f" and {len(hidden) - NAMED:,} more" if len(hidden) > NAMED else ""
    verb = "was" if len(hidden) == 1 else "were"
    return f"{count(len(hidden), 'channel')} {verb} not in sight ({names}{more})"


def _show_differing(page: Page, bench: Bench) -> None:
    """Name the person's checks that say something else than their marks do by now."""
    own = [mark for mark in bench.scene.own if mark.person == page.person]
    for item in differing_checks(bench.items, page.person, own):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"Your check of samples {item.start:,} to {item.stop - 1:,} and your marks differ: "
                "they were changed since. Check again.",
                icon=":material/difference:",
            )
            st.button(
                "Show it",
                icon=":material/center_focus_strong:",
                key=f"explore_differs_{item.id}",
                on_click=jump,
                args=((item.start, item.stop), ""),
            )


def answers_in_sight(items: Sequence[ItemRow], lanes: Collection[str]) -> list[str]:
    """Return the answers of the authors whose lanes are shown."""
    return [a.id for one in items for a in one.answers if author_words(a.author) in lanes]

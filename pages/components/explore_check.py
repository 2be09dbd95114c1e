"""A stretch that the person has looked at all of: what it will say, and the button that says it."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.annotations import Mark
from core.errors import AppError, ConflictError
from core.series import SeriesData
from pages.components import session
from pages.components.explore_marks import Scene
from pages.components.explore_state import say
from pages.components.marks import author_words
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count
from pages.components.workflows.browsing import ItemRow
from pages.components.workflows.checking import check_stretch, stretch_of
from pages.components.workflows.positions import Clock, interval_words
from storage.rows import StoredSeries


def show_check(
    page: Page,
    row: StoredSeries,
    data: SeriesData,
    clock: Clock | None,
    scene: Scene,
    samples: tuple[int, int],
    answers: Sequence[str],
) -> None:
    """Say what checking the stretch in sight would store, and offer it."""
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
        st.button(
            "This stretch is checked",
            type="primary",
            icon=":material/fact_check:",
            help="K in the plot",
            disabled=bool(stretch.problem),
            key="explore_check",
            on_click=check_now,
            args=(page, row, scene.own, samples, answers, stretch.version),
        )
        if stretch.problem:
            st.caption(f"{stretch.problem}.")


def check_now(
    page: Page,
    row: StoredSeries,
    marks: Sequence[Mark],
    samples: tuple[int, int],
    answers: Sequence[str],
    version: int | None = None,
) -> None:
    """Store the stretch as checked. `version` is how many decisions were seen on it."""
    say()
    try:
        stretch = stretch_of(page.store, row, page.person, samples, marks)
        now = page.store.annotations.current(page.project.id, row.id)
        if stretch_of(page.store, row, page.person, samples, now).marks != stretch.marks:
            raise ConflictError(
                "your marks in this stretch were changed elsewhere since they were shown, so "
                "nothing was stored; they are shown as they are now: look and check again"
            )
        event = check_stretch(page.store, row, page.person, stretch, answers, version)
    except AppError as error:
        say(error=str(error))
        return
    n = len(event.content.intervals) if event.content is not None else 0
    what = f"with {count(n, 'mark')}" if n else "without an anomaly"
    said = f"Samples {samples[0]:,} to {samples[1] - 1:,} are checked, {what}. Saved."
    if stretch.label is not None and stretch.label.event.person != page.person:
        said += f" It goes on top of what {stretch.label.event.person} decided before."
    say(notice=said, back=("check", event.id))
    session.put(session.EXPLORE_STALE, True)


def answers_in_sight(items: Sequence[ItemRow], lanes: Collection[str]) -> list[str]:
    """Return the answers of the authors whose lanes are shown."""
    return [a.id for one in items for a in one.answers if author_words(a.author) in lanes]

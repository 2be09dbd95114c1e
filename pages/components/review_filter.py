"""The form of the queue's filter, filters saved by name, and a filter in words."""

from typing import get_args

import streamlit as st
from pydantic import ValidationError

from core.answers import AuthorKind
from core.differences import Disagreement
from core.errors import ConfigError
from core.ids import utc_now
from core.queue_filter import (
    FILTERS_MOST,
    NO_ANOMALY,
    QueueFilter,
    SavedFilter,
    Status,
)
from pages.components.marks import AUTHOR_WORDS
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain, shorten
from pages.components.workflows.labels_said import is_labels_group
from storage import Store

SAVED = "review_filters"
STATUSES: tuple[Status, ...] = get_args(Status)
AUTHORS: tuple[AuthorKind, ...] = ("teacher", "rules", "student", "person")
APART_WORDS: dict[Disagreement, str] = {
    "none": "the same",
    "edges": "edges",
    "types": "types",
    "events": "an event more",
    "verdict": "the verdict",
}


def ask_filter(page: Page, asked: QueueFilter, mark: str) -> QueueFilter | None:
    """Show the form; return the filter when it is applied or cleared, else None.

    Args:
        mark: differs with the filter that holds, so that the fields show it.
    """
    with st.form(f"review_filter_{mark}", border=False):
        labels = _labels(page)
        confidence = st.slider("Lowest confidence of the answer", 0.0, 1.0, (asked.low, asked.high))
        chosen = QueueFilter(
            question_id=asked.question_id,
            labels=tuple(
                st.multiselect(
                    "Label or type", labels, [one for one in asked.labels if one in labels]
                )
            ),
            authors=tuple(
                st.multiselect(
                    "Said by", AUTHORS, asked.authors, format_func=AUTHOR_WORDS.__getitem__
                )
            ),
            series_ids=_ask_series(page, asked),
            apart=tuple(
                st.multiselect(
                    "Teacher and student differ in",
                    list(APART_WORDS),
                    asked.apart,
                    format_func=APART_WORDS.__getitem__,
                )
            ),
            statuses=tuple(
                st.multiselect("Status", STATUSES, asked.statuses, placeholder="undecided")
            ),
            text=st.text_input("Words in a rationale or comment", asked.text),
            low=confidence[0],
            high=confidence[1],
        )
        with st.container(horizontal=True):
            apply = st.form_submit_button("Apply", type="primary", key=f"review_apply_{mark}")
            clear = st.form_submit_button("Clear", key=f"review_clear_{mark}")
    if clear:
        return QueueFilter()
    return (
        chosen.model_copy(update={"since": utc_now()} if chosen.statuses else {}) if apply else None
    )


def _ask_series(page: Page, asked: QueueFilter) -> tuple[str, ...]:
    names = {row.id: row.info.name for row in page.store.series.list(page.project.id)}
    chosen = [one for one in asked.series_ids if one in names]
    return tuple(
        st.multiselect("Series", list(names), chosen, format_func=lambda one: plain(names[one]))
    )


def _labels(page: Page) -> list[str]:
    questions = page.store.questions.current(page.project.id)
    names = [option.name for question in questions for option in question.options]
    names += [one.name for question in questions for one in question.types]
    if any(question.kind == "anomaly" for question in questions):
        names.append(NO_ANOMALY)
    return list(dict.fromkeys(names))


def saved_filters(store: Store, project_id: str) -> list[SavedFilter]:
    """Return a project's filters, by name; one that this version cannot read is left out."""
    found: list[SavedFilter] = []
    for body in store.settings.get(project_id, SAVED, []):
        try:
            found.append(SavedFilter.model_validate(body))
        except ValidationError:
            continue
    return sorted(found, key=lambda one: one.name.casefold())


def save_filter(store: Store, project_id: str, name: str, asked: QueueFilter | None) -> None:
    """Keep a filter under a name, in the place of one of that name; None forgets it.

    Raises:
        ConfigError: without a name, or when too many are kept.
    """
    name = " ".join(name.split())
    others = [one for one in saved_filters(store, project_id) if one.name != name]
    if not name or (asked is not None and len(others) >= FILTERS_MOST):
        raise ConfigError(
            f"a filter named “{name}” beside {len(others)} others cannot be kept; give it a name, "
            f"and keep at most {FILTERS_MOST}: forget one first"
        )
    if asked is not None:
        plain_one = asked.model_copy(update={"since": None, "question_id": ""})
        others.append(SavedFilter(name=name, filter=plain_one))
    bodies = [one.model_dump(mode="json") for one in others]
    store.settings.set(project_id, SAVED, bodies)


def show_saved(page: Page, asked: QueueFilter) -> QueueFilter | None:
    """Show the saved filters; return the one that is opened."""
    opened: QueueFilter | None = None
    for one in saved_filters(page.store, page.project.id):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = filter_words(one.filter)
            if st.button(plain(one.name), key=f"review_saved_{one.name}", help=plain(said)):
                since = {"since": utc_now()} if one.filter.statuses else {}
                opened = one.filter.model_copy(update=since)
            st.button(
                "Forget",
                key=f"review_forget_{one.name}",
                type="tertiary",
                on_click=save_filter,
                args=(page.store, page.project.id, one.name, None),
            )
    if asked.model_copy(update={"question_id": ""}).empty:
        st.caption("Apply a filter, and it can be saved here under a name.")
        return opened
    with st.form("review_save_filter", border=False), errors_shown():
        name = st.text_input("Name of the filter that holds now", max_chars=60)
        if st.form_submit_button("Save the filter", key="review_save"):
            save_filter(page.store, page.project.id, name, asked)
            st.rerun()
    return opened


def filter_words(asked: QueueFilter) -> str:
    """Say what a filter asks for."""
    parts = [" or ".join(asked.labels)]
    parts.append(
        "said by " + " or ".join(AUTHOR_WORDS[a] for a in asked.authors) if asked.authors else ""
    )
    parts.append(f"{len(asked.series_ids)} series" if asked.series_ids else "")
    narrow = asked.low > 0 or asked.high < 1
    parts.append(f"confidence {asked.low:.2f} to {asked.high:.2f}" if narrow else "")
    differ = " or ".join(APART_WORDS[one] for one in asked.apart)
    parts.append(f"teacher and student differ in {differ}" if differ else "")
    parts.append(f"“{shorten(asked.text, 40)}”" if asked.text else "")
    group = "suspected wrong labels" if is_labels_group(asked.group) else "one group of differences"
    parts.append(group if asked.group else " or ".join(asked.statuses))
    return ", ".join(part for part in parts if part)

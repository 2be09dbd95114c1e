"""The only cached reads: keyed by content hash, so that a stale value is impossible."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.answers import Answer
from core.ingest.report import SeriesReport, report
from core.lineage import Learned
from core.policy import Example
from core.rationale import Check, check_answer
from core.render import render_overview, render_png
from core.render_settings import STANDARD, RenderSettings
from core.review import Item
from core.series import SeriesData, SeriesInfo, view_window
from core.students import WITHOUT_LABELS
from pages.components.findings_picture import window_picture
from pages.components.workflows.advising import AdvisorMemo
from pages.components.workflows.before_training import Before, before_training
from pages.components.workflows.finding import Listing, Ticks, gather
from pages.components.workflows.finding_facts import Known
from pages.components.workflows.guiding import example_view
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.worth_asking import ScreeningMemo
from storage import Store
from storage.rows import ModelVersion, StoredSeries
from training.recipes.dpo import DpoConfig
from training.recipes.reasoner_data import Wanted
from training.requests import TrainRequest
from training.snapshot import learned_labels
from training.splits import near_duplicates

MakeBefore = Callable[[], Before]

# Drawn at half this height, as an overview; no name of a series or channel is in it.
EXAMPLE_SETTINGS = RenderSettings(name="example", width_in=3.4, height_in=3.4, ticks=4)


# Not `cache_data`, which copies what it returns: ten million samples at every zoom, and another
# object each time, for which the plot would look for its gaps and extremes again. Nobody may write
# to what all share.
@st.cache_resource(max_entries=32, show_spinner=False)
def _series(content_hash: str, rows_key: str, _store: Store, _stored: StoredSeries) -> SeriesData:
    return _store.series.data(_stored)


def series_data(store: Store, stored: StoredSeries) -> SeriesData:
    """Return a series' samples."""
    return _series(stored.content_hash, stored.rows_key, store, stored)


# An answer never changes, and neither do the samples it speaks of.
@st.cache_resource(max_entries=512, show_spinner=False)
def _checks(
    answer_id: str, content_hash: str, start: int, stop: int, _answer: Answer, _data: SeriesData
) -> list[Check | None]:
    return check_answer(_answer.content, view_window(_data, start, stop), _answer.render)


def answer_checks(
    answer: Answer, stored: StoredSeries, data: SeriesData, item: Item
) -> list[Check | None]:
    """Return what the data says of each span of an answer's rationale."""
    return _checks(answer.id, stored.content_hash, item.start, item.stop, answer, data)


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(
    content_hash: str, start: int, stop: int, drawn: str, _data: SeriesData, _how: RenderSettings
) -> bytes:
    return render_png(view_window(_data, start, stop), _how)


def teacher_picture(
    stored: StoredSeries,
    data: SeriesData,
    start: int,
    stop: int,
    settings: RenderSettings = STANDARD,
) -> bytes:
    """Return the PNG that a teacher that looks at pictures is shown of the window."""
    return _picture(stored.content_hash, start, stop, settings.digest, data, settings)


@st.cache_data(max_entries=256, show_spinner=False)
def _example_picture(content_hash: str, place: str, _data: SeriesData, _example: Example) -> bytes:
    start, stop = _example.interval.start, _example.interval.stop
    return render_overview(example_view(_data, _example), start, stop, EXAMPLE_SETTINGS)


def example_picture(data: SeriesData, example: Example) -> bytes:
    """Return the small PNG of an example of a guideline: the stretch shaded, what is around it."""
    return _example_picture(data.content_hash, example.interval.model_dump_json(), data, example)


@st.cache_data(max_entries=32, show_spinner="Looking at the whole series ...")
def _report(
    content_hash: str, names: tuple[str, ...], _data: SeriesData, _info: SeriesInfo
) -> SeriesReport:
    return report(_data, _info)


def series_report(data: SeriesData, info: SeriesInfo) -> SeriesReport:
    """Return what a series is like, in numbers and words."""
    return _report(data.content_hash, info.channel_names, data, info)


@st.cache_resource(show_spinner=False)
def _ticks() -> Ticks:
    return {}


@st.cache_resource(show_spinner=False)
def known_claims() -> Known:
    """Return what was looked up of claims so far, for all sessions: neither side ever changes."""
    return {}


@st.cache_resource(show_spinner=False)
def screening_memo() -> ScreeningMemo:
    """Return what was worked out of screenings so far, for all sessions."""
    return ScreeningMemo()


# All that a listing is made of is in its stamp; what of it depends on the day is asked of it.
@st.cache_resource(max_entries=2, show_spinner="Gathering what everybody says ...")
def _listing(home: str, project_id: str, stamp: tuple[object, ...], _store: Store) -> Listing:
    return gather(_store, project_id, _ticks())


def findings_listing(store: Store, project_id: str) -> Listing:
    """Return all findings of a project, as they are now."""
    serving = store.versions.serving(project_id)
    stamp = (*store.findings.stamp(project_id), None if serving is None else serving.id)
    return _listing(str(store.home), project_id, stamp, store)


@st.cache_resource(max_entries=16, show_spinner=False)
def _learned(content_hash: str, folder: str) -> dict[str, Learned]:
    return learned_labels(Path(folder))


def learned_of(store: Store, version: ModelVersion) -> dict[str, Learned]:
    """Return the labels that a version learned from, by item; they are shared, as a series is.

    A student that learns from the series alone has none, whatever lies in its snapshot.
    """
    if version.student in WITHOUT_LABELS:
        return {}
    snapshot = store.snapshots.get(version.project_id, version.snapshot_hash)
    return _learned(snapshot.content_hash, str(snapshot.folder))


# Shared by all sessions; what is in it depends on what the store counts, so that it is never stale.
@st.cache_resource(max_entries=8, show_spinner=False)
def _queue_memo(home: str, project_id: str) -> QueueMemo:
    return QueueMemo(project_id)


def queue_memo(store: Store, project_id: str) -> QueueMemo:
    """Return what was read of a project's review queue so far."""
    return _queue_memo(str(store.home), project_id)


@st.cache_data(max_entries=512, show_spinner=False)
def _window_picture(
    content_hash: str,
    window: tuple[int, int],
    channel: int,
    bands: tuple[tuple[int, int], ...],
    colour: str,
    _data: SeriesData,
) -> str:
    return window_picture(_data, window, channel, bands, colour)


def small_window(
    data: SeriesData,
    window: tuple[int, int],
    channel: int,
    bands: tuple[tuple[int, int], ...],
    colour: str,
) -> str:
    """Return a small SVG of a window with some intervals in an author's hue."""
    return _window_picture(data.content_hash, window, channel, bands, colour, data)


@st.cache_resource(max_entries=8, show_spinner=False)
def _advisor_memo(home: str, project_id: str) -> AdvisorMemo:
    return AdvisorMemo()


def advisor_memo(store: Store, project_id: str) -> AdvisorMemo:
    """Return the measurements of the retrain advisor that are at work, for all sessions."""
    return _advisor_memo(str(store.home), project_id)


COMPARED_MOST = 20_000_000
"""Samples up to which a page compares all series; beyond, the run alone does when it starts."""


@st.cache_resource(max_entries=8, show_spinner="Comparing the series with each other ...")
def _near_copies(
    hashes: tuple[tuple[str, str], ...], _store: Store, _project: str
) -> dict[str, str]:
    rows = {row.id: row for row in _store.series.list(_project)}
    data = {one: _store.series.data(rows[one]) for one, _ in hashes if one in rows}
    return near_duplicates(data, _store.series.lengths(_project))


def near_copies(store: Store, project_id: str) -> dict[str, str] | None:
    """Return the group of near-copies of each series; None where comparing would take too long."""
    rows = store.series.list(project_id)
    if sum(row.n_samples * row.n_channels for row in rows) > COMPARED_MOST:
        return None
    return _near_copies(tuple((row.id, row.content_hash) for row in rows), store, project_id)


# What people and models said, by how much of it there is: nothing said is ever changed or removed.
@st.cache_resource(max_entries=4, show_spinner="Drawing what the model will see ...")
def _before(
    home: str, project_id: str, asked: str, wanted: str, said: tuple[int, ...], _make: MakeBefore
) -> Before:
    return _make()


def before(
    store: Store,
    project_id: str,
    request: TrainRequest,
    wanted: Wanted,
    by_pairs: DpoConfig | None = None,
) -> Before | None:
    """Return what a reasoning training would be given; None where comparing series takes too long.

    Raises:
        DataError: when there is too little to learn from.
    """
    groups = near_copies(store, project_id)
    if groups is None:
        return None

    def make() -> Before:
        def read(row: StoredSeries) -> SeriesData:
            return series_data(store, row)

        return before_training(store, project_id, request, wanted, groups, read, by_pairs)

    said = (
        store.answers.newest(project_id),
        len(store.corrections.events(project_id)),
        len(store.desk_events.list(project_id)),
        len(store.gold.ranges(project_id)),
    )
    asked = f"{request.model_dump_json()} {by_pairs}"
    return _before(str(store.home), project_id, asked, repr(wanted), said, make)

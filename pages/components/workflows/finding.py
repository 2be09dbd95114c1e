"""Everything that anybody says of events in a project, gathered into one list. No Streamlit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.answers import QuestionKind
from core.blobs import read_ticks
from core.findings import Finding, Said
from core.mutes import Mute, Places, hidden_by
from core.one_list import one_list
from core.sensitivity import ALL_REPORTED, Flags, Numbers, Reach, reach_of
from core.series import TICKS_PER_SECOND
from pages.components.workflows.finding_sources import (
    channels_of,
    said_by_models,
    said_by_people,
    seen_by_detectors,
    speaker,
)
from pages.components.workflows.shown import serving_student
from storage import Store
from storage.rows import StoredSeries

Ticks = dict[str, dict[int, int]]
"""Times that were read before: content hash -> sample -> tick. Samples never change."""
_US_PER_S = 1_000_000

ABOUT: tuple[QuestionKind, ...] = ("anomaly", "change_point")
"""The kinds of questions whose answers are listed."""


@dataclass(frozen=True, eq=False)
class Listing:
    """The findings of a project, and what slider, filters and mutes ask of them as arrays.

    Attributes:
        findings: n of them, by series and start.
        series: those that are not hidden, by id.
        levels: (n,) see `core.sensitivity`.
        decided: (n,) whether a person said yes or no.
        statuses, texts: (n,) what people decided; all words a search looks into, casefolded.
        said_us: (n,) when each was first said, microseconds since 1970, UTC.
        places: where they are.
        windows: the samples that each answer speaks of, by its id.
        mutes, hiding: the standing mutes, and (m, n) which findings each of them is about.
    """

    findings: Sequence[Finding]
    series: Mapping[str, StoredSeries]
    levels: Numbers
    decided: Flags
    statuses: NDArray[np.str_]
    texts: Sequence[str]
    said_us: NDArray[np.int64]
    places: Places
    windows: Mapping[str, tuple[int, int]]
    mutes: Sequence[Mute]
    hiding: Flags

    def muted(self, now: datetime) -> NDArray[np.int64]:
        """Return (n,) the number of the first mute that hides a finding now, -1 for none."""
        active = np.array([mute.active(now) for mute in self.mutes], np.bool_)
        hides = self.hiding & active[:, None] & ~self.decided
        return np.where(hides.any(axis=0), hides.argmax(axis=0), -1) if len(hides) else _none(self)

    def reach(self, wanted: frozenset[str] | None = None) -> Reach:
        """Return how much time and how many samples these series cover, all of them for None."""
        rows = [row for row in self.series.values() if wanted is None or row.id in wanted]
        spans = [
            (
                row.first_tick / TICKS_PER_SECOND[row.unit],
                row.last_tick / TICKS_PER_SECOND[row.unit],
            )
            for row in rows
            if row.first_tick is not None and row.last_tick is not None
        ]
        return reach_of(spans, sum(row.n_samples for row in rows if not row.has_time))


def _none(listing: Listing) -> NDArray[np.int64]:
    return np.full(len(listing.findings), -1, np.int64)


def gather(store: Store, project_id: str, ticks: Ticks) -> Listing:
    """Read all that is said of events and make one list of it; `ticks` remembers times."""
    series = {row.id: row for row in store.series.list(project_id)}
    names = {
        sort: name
        for question in store.questions.list(project_id)
        for sort, name in question.sorts.items()
    }
    serving = serving_student(store, project_id)
    findings: list[Finding] = []
    windows: dict[str, tuple[int, int]] = {}
    # Each kind by itself: that a window holds no anomaly says nothing of its change points.
    for about in ABOUT:
        people, decided, unsure = said_by_people(store, project_id, series, names, about)
        models, seen = said_by_models(store, project_id, names, serving, about)
        said = [*people, *models]
        said += seen_by_detectors(store, project_id) if about == "anomaly" else []
        findings += one_list((one for one in said if one.series_id in series), decided, unsure)
        windows |= seen
    findings.sort(key=lambda one: (one.place.series_id, one.place.start, one.place.stop))
    places = _places(store, findings, series, ticks)
    mutes = [state.mute for state in store.mutes.list(project_id)]
    log = store.events.list(project_id) if any(m.log_entry_id or m.log_kind for m in mutes) else []
    hiding = [hidden_by(mute, places, log) for mute in mutes]
    statuses = np.array([one.status for one in findings], np.str_)
    return Listing(
        findings=findings,
        series=series,
        levels=np.array([one.level for one in findings], np.float64),
        decided=np.isin(statuses, ("confirmed", "rejected")),
        statuses=statuses,
        texts=[_words(one, series[one.place.series_id]) for one in findings],
        said_us=np.array([_us(one.at) for one in findings], np.int64),
        places=places,
        windows=windows,
        mutes=mutes,
        hiding=np.array(hiding, np.bool_).reshape(len(mutes), len(findings)),
    )


def _words(one: Finding, row: StoredSeries) -> str:
    channels = [row.info.channel_names[c] for c in channels_of(one.place, row)]
    said = [f"{speaker(each)} {each.type}" for each in one.said]
    return "\n".join([row.info.name, *channels, *said, one.status]).casefold()


def _us(at: datetime) -> int:
    return round(at.timestamp() * _US_PER_S)


def _places(
    store: Store, findings: Sequence[Finding], series: Mapping[str, StoredSeries], ticks: Ticks
) -> Places:
    rows = [one.place for one in findings]
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in rows:
        if series[one.series_id].has_time:
            wanted[one.series_id] |= {one.start, one.stop - 1}
    for series_id, samples in wanted.items():
        _read_ticks(store, series[series_id], samples, ticks)

    def us(one: Said, sample: int) -> int:
        row = series[one.series_id]
        if not row.has_time:
            return 0
        return ticks[row.content_hash][sample] // (TICKS_PER_SECOND[row.unit] // _US_PER_S)

    return Places(
        series_ids=np.array([one.series_id for one in rows], np.str_),
        types=np.array([one.type for one in findings], np.str_),
        channels=[frozenset(channels_of(one, series[one.series_id])) for one in rows],
        authors=[frozenset((each.kind, each.name) for each in one.said) for one in findings],
        starts=np.array([one.start for one in rows], np.int64),
        stops=np.array([one.stop for one in rows], np.int64),
        first_us=np.array([us(one, one.start) for one in rows], np.int64),
        last_us=np.array([us(one, one.stop - 1) for one in rows], np.int64),
        timed=np.array([series[one.series_id].has_time for one in rows], np.bool_),
    )


def _read_ticks(store: Store, row: StoredSeries, samples: set[int], ticks: Ticks) -> None:
    known = ticks.setdefault(row.content_hash, {})
    if missing := sorted(samples - known.keys()):
        found = read_ticks(store.series.blob_path(row.content_hash), np.array(missing, np.int64))
        known.update(zip(missing, found.tolist(), strict=True))


def unseen(listing: Listing, since: datetime | None, now: datetime) -> Flags:
    """Return which findings that are reported, and not muted, were first said after a moment."""
    after = np.ones(len(listing.findings), np.bool_)
    if since is not None:
        after = listing.said_us > _us(since)
    return after & (listing.levels >= ALL_REPORTED) & (listing.muted(now) < 0)


def news_words(listing: Listing, since: datetime | None, now: datetime) -> str:
    """Say what came in: `Findings: 14 this week, 3 unseen`; "" when there is none at all.

    Of what is reported and neither muted nor rejected; this week are the seven days before now.
    """
    standing = listing.statuses != "rejected"
    this_week = int((unseen(listing, now - timedelta(days=7), now) & standing).sum())
    new = int((unseen(listing, since, now) & standing).sum())
    if not this_week and not new:
        return ""
    return f"Findings: {this_week:,} this week, {new:,} unseen"

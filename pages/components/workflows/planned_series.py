"""The series of a batch before it is screened: their windows, and what people said of these.

No Streamlit. Values are read when they are needed: a project may hold more than memory does.
"""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.review import Item
from core.series import SeriesData
from core.worth_asking import Keep, Reviews, SeriesWindows, Window
from pages.components.workflows.batch_plan import BatchPlan
from storage import Store
from storage.rows import StoredSeries
from training.bench_known import joined
from training.material import GoldBook, marked

Load = Callable[[StoredSeries], SeriesData]


@dataclass(frozen=True, eq=False)
class PlannedSeries:
    """A series of a plan with what is known of its windows.

    Attributes:
        reviewed: as in `SeriesWindows`; empty where nobody looked, or where it would flatter.
        gold: per window whether it touches gold.
    """

    row: StoredSeries
    windows: tuple[Window, ...]
    reviewed: Reviews
    gold: tuple[bool, ...]

    def key(self, method: str) -> str:
        """What the peaks of the windows depend on, and nothing else."""
        cut = hashlib.sha256(np.array(self.windows, np.int64).tobytes()).hexdigest()
        return f"{self.row.content_hash}:{cut}:{method}"

    def loaded(self, load: Load) -> SeriesWindows:
        """Read the values, too."""
        data = load(self.row)
        return SeriesWindows(data.values, data.seconds(), self.windows, self.reviewed)


def planned_series(
    store: Store, project_id: str, plan: BatchPlan, keep: Keep
) -> tuple[PlannedSeries, ...]:
    """Gather the series of a plan, in its order, with what people said outside gold.

    Reviews count only where the anomaly question was asked of all windows: of those that an earlier
    screening chose, this one would keep nearly all, and its recall would look better than it is.
    Where whole series may be left out, it must have been asked of all windows of all series.
    """
    windows: dict[str, list[Window]] = defaultdict(list)
    for series_id, start, stop in plan.windows:
        windows[series_id].append((start, stop))
    rows = {row.id: row for row in store.series.list(project_id)}
    gold = GoldBook(store.gold.ranges(project_id))
    items = _anomaly_items(store, project_id)
    known = marked(items, store.corrections.current(project_id), gold)
    asked = _asked(items, windows)
    if keep.share is None and len(asked) < len(windows):
        asked = frozenset()
    made: list[PlannedSeries] = []
    for series_id, cut in windows.items():
        said = known.get(series_id) if series_id in asked else None
        reviewed: Reviews = ()
        if said is not None:
            events = [(one.start, one.stop) for one in said.events]
            reviewed = _reviews(cut, said.reviewed, events)
        touched = tuple(gold.touches(series_id, *window) for window in cut)
        made.append(PlannedSeries(rows[series_id], tuple(cut), reviewed, touched))
    return tuple(made)


def _anomaly_items(store: Store, project_id: str) -> list[Item]:
    kinds = {one.id: one.kind for one in store.questions.list(project_id)}
    return [one for one in store.items.list(project_id) if kinds[one.question_id] == "anomaly"]


def _asked(items: Sequence[Item], windows: Mapping[str, Sequence[Window]]) -> frozenset[str]:
    """Return the series of which every window was asked about."""
    ranges: dict[str, list[Window]] = defaultdict(list)
    for item in items:
        ranges[item.series_id].append((item.start, item.stop))
    return frozenset(
        series_id
        for series_id, cut in windows.items()
        if series_id in ranges and all(_inside(cut, joined(ranges[series_id])))
    )


def _inside(windows: Sequence[Window], ranges: Sequence[Window]) -> list[bool]:
    """Tell of each window whether one of the ranges, ascending and apart, holds all of it."""
    starts = [start for start, _ in ranges]
    places = [bisect_right(starts, start) - 1 for start, _ in windows]
    return [
        at >= 0 and stop <= ranges[at][1] for at, (_, stop) in zip(places, windows, strict=True)
    ]


def _reviews(
    windows: Sequence[Window], reviewed: Sequence[Window], events: Sequence[Window]
) -> Reviews:
    """Tell of each window that was looked at whether an event reaches into it."""
    return tuple(
        any(a < stop and start < b for a, b in events) if looked else None
        for (start, stop), looked in zip(windows, _inside(windows, reviewed), strict=True)
    )

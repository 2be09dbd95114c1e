"""Search the whole project for stretches like a given one. No Streamlit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.series import SeriesData, display_zone
from core.similar import Match, check_query, find_similar
from pages.components.workflows.browsing import moment
from storage import Store
from storage.rows import StoredSeries


@dataclass(frozen=True, eq=False)
class Hit:
    """A stretch that looks like the one searched for, with the samples to draw it."""

    match: Match
    series: StoredSeries
    values: NDArray[np.float64]
    tick: int | None

    @property
    def channel_name(self) -> str:
        """Return how people call the channel it was found in."""
        return self.series.info.channel_names[self.match.channel]


def search_similar(
    store: Store,
    home: StoredSeries,
    data: SeriesData,
    channel: int,
    stretch: tuple[int, int],
    *,
    everywhere: bool,
    report: Callable[[float, str], None] = lambda _share, _name: None,
) -> list[Hit]:
    """Return the stretches most like `stretch` of one channel, nearest first.

    Args:
        home, data: the series that holds the stretch.
        everywhere: search all series of the project that are not archived, not `home` alone.
        report: is told the share that is done and the series that comes next.

    Raises:
        DataError: if the stretch has no shape to look for.
    """
    start, stop = stretch
    query = np.ascontiguousarray(data.values[start:stop, channel])
    check_query(query)
    others = store.series.list(home.project_id) if everywhere else []
    rows = [home, *(row for row in others if row.id != home.id)]
    kept: dict[str, SeriesData] = {home.id: data}
    samples = max(1, sum(row.n_samples * row.n_channels for row in rows))
    done = 0

    def channels() -> Iterator[tuple[str, int, NDArray[np.float64]]]:
        nonlocal done
        for row in rows:
            report(done / samples, row.info.name)
            read = data if row.id == home.id else store.series.data(row)
            for number in range(read.n_channels):
                yield row.id, number, read.values[:, number]
            done += row.n_samples * row.n_channels

    found = find_similar(query, channels(), own=(home.id, channel, start))
    by_id = {row.id: row for row in rows}
    hits: list[Hit] = []
    for match in found:
        if match.series_id not in kept:
            kept[match.series_id] = store.series.data(by_id[match.series_id])
        read = kept[match.series_id]
        hits.append(
            Hit(
                match,
                by_id[match.series_id],
                read.values[match.start : match.stop, match.channel].copy(),
                None if read.time is None else int(read.time[match.start]),
            )
        )
    return hits


def hit_place(hit: Hit, project_zone: str) -> str:
    """Say where a stretch begins: its time as its own series shows it, or its first sample."""
    if hit.tick is None:
        return f"sample {hit.match.start:,}"
    zone, _ = display_zone(project_zone, hit.series.info)
    return moment(hit.tick, hit.series.unit, zone)

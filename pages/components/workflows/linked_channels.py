"""Channels of other series that are shown with a series, for everybody: which, and which could be.

No Streamlit. They are remembered by series and number of the channel, never by a name, which people
may change. What is no longer there is told in words and stays until a person takes it off.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from core.errors import StoreError
from core.series import SeriesInfo
from pages.components.words import count
from pages.components.workflows.context import to_ns
from storage import Store
from storage.rows import StoredSeries

SETTING = "linked:"
MOST = 8
"""Channels of other series shown at once: with four own ones all can still be read."""


@dataclass(frozen=True, order=True)
class Link:
    """A channel of another series."""

    series_id: str
    channel: int


@dataclass(frozen=True)
class Lost:
    """A link that cannot be drawn, and why, as a sentence."""

    link: Link
    why: str


@dataclass(frozen=True)
class Found:
    """A link that can be drawn."""

    link: Link
    row: StoredSeries

    @property
    def channel_name(self) -> str:
        """Return the channel's name."""
        return self.row.info.channel_names[self.link.channel]

    @property
    def unit(self) -> str:
        """Return the channel's unit, empty when unknown."""
        units = self.row.info.channel_units
        return units[self.link.channel] if units else ""


def linked_to(store: Store, stored: StoredSeries) -> tuple[Link, ...]:
    """Return the channels shown with a series, in the order they were added."""
    kept: Any = store.settings.get(stored.project_id, f"{SETTING}{stored.id}", [])
    pairs = cast("list[tuple[str, int]]", kept)
    return tuple(Link(str(series_id), int(channel)) for series_id, channel in pairs)


def change_links(
    store: Store, stored: StoredSeries, before: Collection[Link], after: Sequence[Link]
) -> None:
    """Store what a person added and took off; what others changed in between stays changed."""
    there = linked_to(store, stored)
    left = [link for link in there if link not in before or link in after]
    added = [link for link in after if link not in before and link not in there]
    kept = [(link.series_id, link.channel) for link in (*left, *added)]
    store.settings.set(stored.project_id, f"{SETTING}{stored.id}", kept)


def look_up(
    store: Store, stored: StoredSeries, links: Sequence[Link]
) -> tuple[list[Found], list[Lost]]:
    """Tell the links that can be drawn from those that cannot."""
    found: list[Found] = []
    lost: list[Lost] = []
    for link in links:
        try:
            row = store.series.get(stored.project_id, link.series_id)
        except StoreError:
            lost.append(Lost(link, "A series that was shown here is no longer in this project."))
            continue
        if row.archived:
            lost.append(Lost(link, f"{row.info.name} is archived, so it is not drawn here."))
        elif link.channel >= row.n_channels:
            why = f"{row.info.name} has {count(row.n_channels, 'channel')}, and channel "
            lost.append(Lost(link, f"{why}{link.channel + 1} was shown here."))
        elif not overlap(stored, row):
            lost.append(Lost(link, f"{row.info.name} has no time in common with this series."))
        else:
            found.append(Found(link, row))
    return found, lost


def overlap(one: StoredSeries, other: StoredSeries) -> bool:
    """Tell whether two series have times in common."""
    spans = [_span(one), _span(other)]
    if spans[0] is None or spans[1] is None:
        return False
    return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]


def candidates(store: Store, stored: StoredSeries, search: str = "") -> list[Found]:
    """Return the channels of other series over the same time; `search` looks into their names."""
    words = search.casefold().split()
    return [
        found
        for row in store.series.list(stored.project_id)
        if row.id != stored.id and overlap(stored, row)
        for found in (Found(Link(row.id, channel), row) for channel in range(row.n_channels))
        if all(word in f"{row.info.name} {found.channel_name}".casefold() for word in words)
    ]


def zones_differ(one: SeriesInfo, other: SeriesInfo) -> bool:
    """Tell whether the join of two series may be hours off, because a file's zone is assumed."""
    if one.zone_known and other.zone_known:
        return False
    return one.zone_known != other.zone_known or one.zone != other.zone


def _span(row: StoredSeries) -> tuple[int, int] | None:
    if row.first_tick is None or row.last_tick is None:
        return None
    return to_ns(row.first_tick, row.unit), to_ns(row.last_tick, row.unit)

"""Which stored series a file at hand may continue, and what joining the two would do. No Streamlit.

Nothing is written here: a join is planned whole before a single row is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.continuable import candidates
from core.continuing import Continuation, continues
from core.errors import DataError
from core.series import SeriesData, SeriesInfo
from pages.components.words import count
from storage import Store
from storage.rows import StoredSeries

COMPARED = 3
"""So many of the likeliest stored series are compared sample by sample."""


@dataclass(frozen=True, eq=False)
class Offer:
    """A stored series, and what joining the new samples to it would do."""

    stored: StoredSeries
    found: Continuation
    proposed: bool

    @property
    def words(self) -> str:
        """Say what would be joined: new samples, overlap, what differs."""
        said = [f"{count(self.found.n_new, 'new sample')}"]
        if self.found.n_overlap:
            alike = self.found.n_equal == self.found.n_overlap
            equal = "all equal" if alike else f"{self.found.n_equal:,} equal"
            said.append(f"{self.found.n_overlap:,} overlap, {equal}")
        if self.found.n_conflicts:
            values = "value differs" if self.found.n_conflicts == 1 else "values differ"
            said.append(f"{self.found.n_conflicts:,} {values}: what is stored is kept")
        if self.found.gap_words:
            said.append(self.found.gap_words)
        return "; ".join(said)


@dataclass(frozen=True, eq=False)
class Join:
    """A stored series as it will be: what every file adds to it, put together.

    Attributes:
        places: of each file's samples in the joined series, -1 where one was left out.
    """

    stored: StoredSeries
    data: SeriesData
    info: SeriesInfo
    source: str
    note: str
    places: tuple[NDArray[np.int64], ...]


class Offers:
    """Finds the stored series that one at hand may continue, and remembers what it found."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[Offer, ...]] = {}

    def __call__(
        self, store: Store, stored: Sequence[StoredSeries], data: SeriesData, info: SeriesInfo
    ) -> tuple[Offer, ...]:
        """Return what is proposed, or else what it would fit, the likeliest first."""
        rows = {row.id: row for row in stored if not row.archived}
        ticks = (None, None) if data.time is None else (int(data.time[0]), int(data.time[-1]))
        likely = candidates(list(rows.values()), info, *ticks, data.unit, data.n_samples)
        near = [rows[one] for one in likely[:COMPARED]]
        key = (data.content_hash, info, *((row.id, row.revision, row.version) for row in near))
        if key not in self._found:
            found = [_offer(store, row, data, info) for row in near]
            fits = [offer for offer in found if offer.found.fits]
            # Beside evidence for one series, others that it would merely fit only distract.
            sure = [offer for offer in fits if offer.proposed]
            self._found[key] = tuple(sure or fits)
        return self._found[key]


def _offer(store: Store, row: StoredSeries, data: SeriesData, info: SeriesInfo) -> Offer:
    found = continues(store.series.data(row), row.info, data, info)
    # What is shown needs no samples, and they may be many.
    light = replace(found, joined=None, places=np.empty(0, np.int64))
    return Offer(row, light, found.fits and _is_sure(row.info, info, found))


def plan_join(
    store: Store, stored: StoredSeries, files: Sequence[tuple[SeriesData, SeriesInfo]]
) -> Join:
    """Put the samples of all files after those of the stored series, the earliest file first.

    Raises:
        DataError: if one of them does not fit behind the others.
    """
    data, treatments, notes, sources = store.series.data(stored), [*stored.info.treatments], [], []
    places: dict[int, NDArray[np.int64]] = {}
    order = sorted(range(len(files)), key=lambda k: _first(files[k][0]))
    for k in order:
        new, info = files[k]
        name = info.source or info.name
        found = continues(data, stored.info, new, info)
        if not found.fits or found.joined is None:
            raise DataError(
                f"'{name}' cannot continue {stored.info.name!r}: {found.reason}. Nothing was "
                "stored; choose 'Store on its own' for it"
            )
        data, places[k] = found.joined, found.places
        notes.append(f"{name}: {Offer(stored, found, True).words}")
        treatments.append(f"Continued from {name}: {Offer(stored, found, True).words}.")
        treatments += [f"{name}: {sentence}" for sentence in info.treatments]
        sources.append(name)
    return Join(
        stored=stored,
        data=data,
        info=replace(stored.info, treatments=tuple(treatments)),
        source=", ".join(sources),
        note="; ".join(notes),
        places=tuple(places[k] for k in range(len(files))),
    )


def _first(data: SeriesData) -> tuple[int, int]:
    """Sort by time; without times the longer file repeats the shorter one and goes on."""
    return (0 if data.time is None else int(data.time[0]), data.n_samples)


def _is_sure(stored: SeriesInfo, new: SeriesInfo, found: Continuation) -> bool:
    """Tell whether joining is proposed: the overlap is the same, or the file has the same name.

    Two machines of one plant have the same columns, and exports of the same hours: without such
    evidence a join is offered, never proposed.
    """
    if found.n_overlap >= 2:
        return found.n_equal * 10 >= found.n_overlap * 9
    names = {name for name in (stored.name, stored.source) if name}
    return bool(names & {name for name in (new.name, new.source) if name})

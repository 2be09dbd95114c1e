"""One press of the button: what is at hand becomes stored series, all of it or nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pages.components.workflows.continuing_upload import plan_join
from pages.components.workflows.upload_table import Part, Verdict
from storage import Store
from storage.rows import LongerSeries, StoredSeries


@dataclass(frozen=True, eq=False)
class Landed:
    """A series of a file where it lies now.

    Attributes:
        stored: the series that holds its samples.
        places: of the file's samples in the stored series, -1 where one was left out.
        whole: whether the file's samples are all of the stored series.
        answers: the file's answer columns, one cell for each of its samples.
        source: the file's name.
    """

    stored: StoredSeries
    places: NDArray[np.int64]
    whole: bool
    answers: Mapping[str, pa.ChunkedArray]
    source: str


@dataclass(frozen=True, eq=False)
class StoredUpload:
    """What became of the files of one press of the button.

    Attributes:
        created: series that are new in this project.
        existing: series whose content was there already, under the name they have there.
        joined: series that became longer, with what joined them in words.
        landed: every series of every file, with where it lies now.
    """

    created: tuple[StoredSeries, ...] = ()
    existing: tuple[StoredSeries, ...] = ()
    joined: tuple[tuple[StoredSeries, str], ...] = ()
    landed: tuple[Landed, ...] = ()


def store_files(store: Store, project_id: str, verdicts: Sequence[Verdict]) -> StoredUpload:
    """Store the series of all files that can be read, in one transaction.

    Raises:
        AppError: when one of them cannot be stored; then none is.
    """
    known = {row.content_hash for row in store.series.list(project_id, include_archived=True)}
    pieces = [
        (part, answers)
        for verdict in verdicts
        if verdict.built
        for part, answers in zip(verdict.parts, _answers(verdict), strict=True)
    ]
    fresh = [part for part, _ in pieces if part.join is None]
    joining: dict[str, list[Part]] = defaultdict(list)
    for part, _ in pieces:
        if part.join is not None:
            joining[part.join.stored.id].append(part)
    joins = [
        plan_join(store, parts[0].join.stored, [(part.data, part.info) for part in parts])
        for parts in joining.values()
        if parts[0].join is not None
    ]
    rows, longer = store.series.save(
        project_id,
        [(part.data, part.info) for part in fresh],
        [
            LongerSeries(
                join.stored.id,
                join.data,
                join.info,
                expected_revision=join.stored.revision,
                source=join.source,
                note=join.note,
                expected_version=join.stored.version,
            )
            for join in joins
        ],
    )
    # A series that was continued since begins with these samples, so their places are the same.
    place = {
        id(part): (row, np.arange(part.data.n_samples))
        for part, row in zip(fresh, rows, strict=True)
    }
    for join, row, parts in zip(joins, longer, joining.values(), strict=True):
        place |= {id(part): (row, at) for part, at in zip(parts, join.places, strict=True)}
    distinct = {row.id: row for row in rows}.values()
    return StoredUpload(
        created=tuple(row for row in distinct if row.content_hash not in known),
        existing=tuple(row for row in distinct if row.content_hash in known),
        joined=tuple((row, join.note) for row, join in zip(longer, joins, strict=True)),
        landed=tuple(_landed(part, answers, *place[id(part)]) for part, answers in pieces),
    )


def land(part: Part, answers: Mapping[str, pa.ChunkedArray], row: StoredSeries) -> Landed:
    """Return a series that is stored as it stands with where it lies."""
    return _landed(part, answers, row, np.arange(part.data.n_samples))


def _landed(
    part: Part,
    answers: Mapping[str, pa.ChunkedArray],
    row: StoredSeries,
    places: NDArray[np.int64],
) -> Landed:
    whole = len(places) == row.n_samples and bool(np.array_equal(places, np.arange(len(places))))
    return Landed(row, places, whole, answers, part.info.source or part.info.name)


def _answers(verdict: Verdict) -> Sequence[Mapping[str, pa.ChunkedArray]]:
    built = verdict.built
    if built is None:
        return []
    return built.answers or [{} for _ in built.series]

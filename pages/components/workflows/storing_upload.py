"""One press of the button: what is at hand becomes stored series, all of it or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import AppError
from pages.components.workflows.answering_new import answer_new_series
from pages.components.workflows.continuing_upload import plan_join
from pages.components.workflows.importing import FoundLabels, Landed, labels_in_columns
from pages.components.workflows.upload_table import Part, Verdict
from storage import Store
from storage.rows import LongerSeries, StoredSeries


@dataclass(frozen=True, eq=False)
class StoredUpload:
    """What became of the files of one press of the button.

    Attributes:
        created: series that are new in this project.
        existing: series whose content was there already, under the name they have there.
        joined: series that became longer, with what joined them in words.
        labels: what the files' answer columns say of these series; not attached yet.
        unread: why labels of a file could not be read; its series are stored all the same.
        aside: files that hold no numbers, which were put away.
    """

    created: tuple[StoredSeries, ...] = ()
    existing: tuple[StoredSeries, ...] = ()
    joined: tuple[tuple[StoredSeries, str], ...] = ()
    labels: tuple[FoundLabels, ...] = ()
    unread: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


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
    answer_new_series(store, project_id, [*rows, *longer])
    # A series that was continued since begins with these samples, so their places are the same.
    place = {
        id(part): (row, np.arange(part.data.n_samples))
        for part, row in zip(fresh, rows, strict=True)
    }
    for join, row, parts in zip(joins, longer, joining.values(), strict=True):
        place |= {id(part): (row, at) for part, at in zip(parts, join.places, strict=True)}
    distinct = {row.id: row for row in rows}.values()
    labels, unread = _labels((part, answers, *place[id(part)]) for part, answers in pieces)
    return StoredUpload(
        created=tuple(row for row in distinct if row.content_hash not in known),
        existing=tuple(row for row in distinct if row.content_hash in known),
        joined=tuple((row, join.note) for row, join in zip(longer, joins, strict=True)),
        labels=tuple(labels),
        unread=tuple(unread),
        aside=tuple(verdict.upload.name for verdict in verdicts if verdict.state == "aside"),
    )


def labels_here(verdict: Verdict) -> tuple[list[FoundLabels], list[str]]:
    """Return the labels in the columns of a file whose series are stored already."""
    return _labels(
        (part, answers, part.here, np.arange(part.data.n_samples))
        for part, answers in zip(verdict.parts, _answers(verdict), strict=True)
        if part.here is not None
    )


def _labels(
    pieces: Iterable[tuple[Part, Mapping[str, pa.ChunkedArray], StoredSeries, NDArray[np.int64]]],
) -> tuple[list[FoundLabels], list[str]]:
    """Read the answer columns; a column that cannot be read harms no series."""
    found: list[FoundLabels] = []
    unread: list[str] = []
    for part, answers, row, places in pieces:
        source = part.info.source or part.info.name
        try:
            found += labels_in_columns(part.data, part.info, Landed(row, places, answers, source))
        except AppError as error:
            unread.append(f"{source}: {error}")
    return found, unread


def _answers(verdict: Verdict) -> Sequence[Mapping[str, pa.ChunkedArray]]:
    built = verdict.built
    if built is None:
        return []
    return built.answers or [{} for _ in built.series]

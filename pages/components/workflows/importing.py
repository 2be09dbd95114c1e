"""Labels that came with files: found, placed on stored series, attached apart. No Streamlit.

They are answers of the kind `import`: truth nowhere by themselves, and no model sees them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.annotations import ImportedLabels, LabelKind
from core.answers import GENERATOR, Answer, AnswerContent, Author, FoundInterval
from core.errors import AppError
from core.ids import new_id, utc_now
from core.intervals import Interval, merge
from core.labels import LabelFile, LabelSet, Resolved, labels_of_columns, matches, resolve
from core.new_windows import covered_samples
from core.questions.base import Question, cause_named
from core.series import SeriesData, SeriesInfo, cut_windows
from pages.components.words import count
from pages.components.workflows.asking import (
    WHOLE_WINDOW_LIMIT,
    add_change_question,
    questions_by_kind,
)
from pages.components.workflows.importing_items import FoundItems, attach_items
from storage import Store
from storage.rows import StoredSeries


@dataclass(frozen=True, eq=False)
class Landed:
    """Where the samples of a file lie now.

    Attributes:
        stored: the series that holds them.
        places: of the file's samples in the stored series, -1 where one was left out.
        answers: the file's answer columns, one cell for each of its samples.
        source: the file's name.
    """

    stored: StoredSeries
    places: NDArray[np.int64]
    answers: Mapping[str, pa.ChunkedArray]
    source: str

    @property
    def whole(self) -> bool:
        """Whether the file's samples are all of the stored series."""
        n = self.stored.n_samples
        return len(self.places) == n and bool(np.array_equal(self.places, np.arange(n)))


@dataclass(frozen=True, eq=False)
class FoundLabels:
    """What one annotator of one file says of a stored series; not attached yet.

    Attributes:
        source: the file, and the column where it is one of a data file.
        intervals, types: the labels on the stored series' samples, with their types as text.
        complete: whether no label means that there is nothing.
        problems: labels that have no place on the series, each with its reason.
    """

    stored: StoredSeries
    kind: LabelKind
    annotator: str
    source: str
    intervals: tuple[Interval, ...]
    types: tuple[str, ...]
    complete: bool
    problems: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Share of the series' samples that are labelled."""
        whole = [Interval(start=one.start, stop=one.stop) for one in self.intervals]
        return sum(one.length for one in merge(whole)) / self.stored.n_samples

    @property
    def words(self) -> str:
        """Say how much it is: `3 stretches, 12.0 % of samples`."""
        if self.kind == "change_point":
            return count(len(self.intervals), "change point")
        if not self.intervals:
            return "no anomaly" if self.complete else "nothing labelled"
        n = len(self.intervals)
        return f"{n:,} {'stretch' if n == 1 else 'stretches'}, {self.share:.1%} of samples"


@dataclass(frozen=True)
class Attached:
    """What became of labels.

    Attributes:
        n_sets, n_series, n_items: what was attached, to how many series, on how many items.
        failed: why others were not, each with its series.
    """

    n_sets: int
    n_series: int
    n_items: int
    failed: tuple[str, ...] = ()


def labels_in_columns(data: SeriesData, info: SeriesInfo, landed: Landed) -> list[FoundLabels]:
    """Return the labels in a file's answer columns, on the series that holds its samples now."""
    return [
        _found(labels, resolve(labels, data, info), landed)
        for labels in labels_of_columns(landed.answers)
    ]


def labels_in_file(
    store: Store, project_id: str, label_file: LabelFile
) -> tuple[list[FoundLabels], list[str]]:
    """Return the labels of a label file with their series, and what has no place, in words."""
    rows = {row.id: row for row in store.series.list(project_id)}
    names = {row.id: (row.info.name, row.info.source) for row in rows.values()}
    found: list[FoundLabels] = []
    problems = [f"{label_file.name}: {text}" for text in label_file.problems]
    for key, series_ids in matches(label_file, names).items():
        if len(series_ids) != 1:
            problems.append(_no_place(label_file.name, key, [rows[one] for one in series_ids]))
            continue
        row = rows[series_ids[0]]
        data = store.series.data(row)
        for labels in label_file.entries[key]:
            resolved = resolve(labels, data, row.info)
            found.append(
                FoundLabels(
                    stored=row,
                    kind=labels.kind,
                    annotator=labels.annotator,
                    source=label_file.name,
                    intervals=resolved.intervals,
                    types=resolved.types,
                    # Of what a later file brought, the labels of the first one say nothing.
                    complete=resolved.complete and row.revision == 1,
                    problems=(*resolved.problems, *_first_rows(labels, row)),
                )
            )
    return found, problems


def _first_rows(labels: LabelSet, row: StoredSeries) -> list[str]:
    """Say on whose rows the labels lie, where several files make up a series."""
    by_row = any(span.whole is not None and span.counts == "rows" for span in labels.spans)
    if row.revision == 1 or not by_row:
        return []
    return [
        f"these labels count rows, and {row.revision:,} files make up this series: they are taken "
        f"for rows of the first one, '{row.info.source or row.info.name}'. Leave them if they "
        "belong to a later one, or give them as times"
    ]


def attach(store: Store, project_id: str, found: Iterable[FoundLabels | FoundItems]) -> Attached:
    """Attach labels set by set; one that cannot be stored does not keep the others away."""
    questions = questions_by_kind(store, project_id)
    series: set[str] = set()
    failed: list[str] = []
    n_sets = n_items = 0
    for labels in found:
        try:
            if isinstance(labels, FoundItems):
                n_items += attach_items(store, labels)
                n_sets += 1
                series.add(labels.stored.id)
                continue
            imported = store.imports.add(
                project_id,
                labels.stored.id,
                labels.kind,
                labels.annotator,
                labels.source,
                list(zip(labels.intervals, labels.types, strict=True)),
                labels.complete,
                labels.stored.revision,
            )
            question = questions.get(labels.kind)
            if question is None and labels.kind == "change_point":
                question = questions["change_point"] = add_change_question(store, project_id)
            if question is not None:
                n_items += _answer(store, imported, labels.stored, question)
        except AppError as error:
            failed.append(f"{labels.stored.info.name}, {labels.source}: {error}")
            continue
        n_sets += 1
        series.add(labels.stored.id)
    return Attached(n_sets, len(series), n_items, tuple(failed))


def author_of(imported: ImportedLabels) -> Author:
    """Return who the answers are of: the file, and the annotator where it names one."""
    names = [imported.source, imported.annotator]
    name = ", ".join(name for name in names if name)
    # A file may be called like the generator, the one import whose word counts as truth.
    return Author(kind="import", name=f"{name} (file)" if name == GENERATOR.name else name)


def _answer(store: Store, imported: ImportedLabels, row: StoredSeries, question: Question) -> int:
    """Answer the windows of a series with imported labels; returns how many items have one.

    A label crosses the edge of a window; what is answered is the part inside it. Where the labels
    do not speak of the whole window, because they are not complete or the series was continued
    since, one without a label is not answered.
    """
    there = store.items.list(imported.project_id, question.id, row.id)
    windows = list(dict.fromkeys((item.start, item.stop) for item in there))
    if covered_samples(windows) < row.n_samples:
        windows = cut_windows(row.n_samples, WHOLE_WINDOW_LIMIT)
    items = store.items.add_many(
        imported.project_id, [(row.id, start, stop, question.id) for start, stop in windows]
    )
    author = author_of(imported)
    known = store.answers.for_items(imported.project_id, [item.id for item in items])
    answers: list[Answer] = []
    n_items = 0
    for item in items:
        content = _content(imported, question, item.start, item.stop)
        speaks = imported.complete and item.stop <= row.n_samples
        if not content.intervals and not speaks:
            continue
        n_items += 1
        if all(a.author != author or a.content != content for a in known[item.id]):
            answers.append(
                Answer(
                    id=new_id(),
                    item_id=item.id,
                    author=author,
                    content=content,
                    created_at=utc_now(),
                )
            )
    store.answers.add_many(imported.project_id, answers)
    return n_items


def _content(imported: ImportedLabels, question: Question, start: int, stop: int) -> AnswerContent:
    """Return the labels inside a window as an answer; what a label says is its type or cause."""
    named = {text.casefold(): t.id for t in question.types for text in (t.key, t.name)}
    changes = question.kind == "change_point"
    inside = [
        (one, text)
        for one, text in zip(imported.intervals, imported.types, strict=True)
        if one.start < stop and one.stop > start
    ]
    return AnswerContent(
        kind=question.kind,
        intervals=tuple(
            FoundInterval(
                number=number,
                start=max(one.start, start),
                stop=min(one.stop, stop),
                channels=one.channels,
                type_id=named.get(text.casefold()),
                cause=cause_named(text) if changes else None,
            )
            for number, (one, text) in enumerate(inside, start=1)
        ),
    )


def _found(labels: LabelSet, resolved: Resolved, landed: Landed) -> FoundLabels:
    """Move labels from a file's samples to those of the series that holds them.

    A column of answers speaks of all channels.
    """
    moved = [
        (Interval(start=start, stop=stop), text)
        for one, text in zip(resolved.intervals, resolved.types, strict=True)
        for start, stop in _runs(landed.places[one.start : one.stop])
    ]
    return FoundLabels(
        stored=landed.stored,
        kind=labels.kind,
        annotator=labels.annotator,
        source=landed.source,
        intervals=tuple(interval for interval, _ in moved),
        types=tuple(text for _, text in moved),
        complete=resolved.complete and landed.whole,
        problems=resolved.problems,
    )


def _runs(places: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the stretches `[start, stop)` that these samples fill; those left out are -1."""
    there = np.sort(places[places >= 0])
    if not len(there):
        return []
    cuts = np.flatnonzero(np.diff(there) > 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(there, cuts)]


def _no_place(name: str, key: str, rows: Sequence[StoredSeries]) -> str:
    if not rows:
        return f"{name}: '{key}' is no stored series, so its labels wait for it"
    listed = ", ".join(row.info.name for row in rows[:4])
    return (
        f"{name}: '{key}' may be any of {len(rows):,} series ({listed}), so its labels were not "
        "placed; rename the series or the key"
    )

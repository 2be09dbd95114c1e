"""The tables of an export of everything, read from the store in pieces. No Streamlit."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from core.exports.everything import write_everything
from core.exports.tables import (
    TABLES,
    Row,
    answer_row,
    correction_row,
    desk_event_row,
    failure_row,
    item_row,
    question_row,
)
from pages.components.words import count
from storage import Store
from storage.rows import StoredSeries

T = TypeVar("T")
PIECE = 500
Report = Callable[[float, str], object]


def write_tables(store: Store, project_id: str, path: Path, report: Report) -> str:
    """Write all tables of a project into an archive; return what is in it, in words.

    Each table is read in one go or item by item: what is stored while it is written may be in the
    later tables and not in the earlier ones.
    """
    items = store.items.list(project_id)
    ids = [item.id for item in items]
    n_answers = 0

    def answers() -> Iterator[Row]:
        for some in _pieces(ids):
            for said in store.answers.for_items(project_id, some).values():
                yield from map(answer_row, said)

    def failures() -> Iterator[Row]:
        for some in _pieces(ids):
            for failed in store.failures.for_items(project_id, some).values():
                yield from map(failure_row, failed)

    def selections() -> Iterator[Row]:
        for some in _pieces(ids):
            for chosen in store.selections.for_items(project_id, some).values():
                for one in chosen:
                    body = one.model_dump_json()
                    yield {**one.model_dump(exclude={"body", "job_id"}), "body": body}

    def told(table: str, n_rows: int) -> None:
        nonlocal n_answers
        n_answers = n_rows if table == "answers" else n_answers
        report([*TABLES].index(table) / len(TABLES), f"{table}: {count(n_rows, 'row')}")

    write_everything(
        path,
        {
            "series": map(_series_row, store.series.list(project_id, include_archived=True)),
            "questions": map(question_row, store.questions.list(project_id)),
            "items": map(item_row, items),
            "answers": answers(),
            "corrections": map(correction_row, store.corrections.events(project_id)),
            "gold": (vars(one) for one in store.gold.ranges(project_id)),
            "failures": failures(),
            "selections": selections(),
            "desk_events": map(desk_event_row, store.desk_events.list(project_id)),
        },
        told,
    )
    return f"{count(len(items), 'item')}, {count(n_answers, 'answer')}"


def _series_row(stored: StoredSeries) -> Row:
    info = stored.info
    return {
        "id": stored.id,
        "name": info.name,
        "source": info.source,
        "series_hash": stored.content_hash,
        "n_samples": stored.n_samples,
        "n_channels": stored.n_channels,
        "channels": list(info.channel_names),
        "units": list(info.channel_units),
        "zone": info.zone,
        "zone_known": info.zone_known,
        "first_tick": stored.first_tick,
        "last_tick": stored.last_tick,
        "unit": stored.unit,
        "revision": stored.revision,
        "archived": stored.archived,
    }


def _pieces(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(ids), PIECE):
        yield ids[begin : begin + PIECE]

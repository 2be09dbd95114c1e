"""What Explore lists and filters: one row per series, one row per answer. No Streamlit."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pandas as pd

from core.answers import Answer
from core.questions.base import Question
from core.review import CurrentLabel, Item
from core.series import TICKS_PER_SECOND
from pages.components.words import count
from storage import Store
from storage.rows import StoredSeries, author_key

Filter = Literal["All", "Answered", "Not asked", "Reviewed", "Gold"]
FILTERS: tuple[Filter, ...] = ("All", "Answered", "Not asked", "Reviewed", "Gold")


@dataclass(frozen=True)
class ItemRow:
    """An item of one series with what was said on it."""

    item: Item
    question: Question
    answers: tuple[Answer, ...]
    label: CurrentLabel | None


def series_table(
    store: Store, project_id: str, search: str = "", only: Filter = "All"
) -> tuple[list[StoredSeries], pd.DataFrame]:
    """Return the series that match, and the table that lists them in the same order."""
    items = store.items.list(project_id)
    by_series = Counter(item.series_id for item in items)
    home = {item.id: item.series_id for item in items}
    answered = Counter(
        home[item_id]
        for item_id, by_author in store.answers.latest(project_id).items()
        if item_id in home and any(a.author.kind != "import" for a in by_author.values())
    )
    reviewed = Counter(
        home[item_id] for item_id in store.corrections.current(project_id) if item_id in home
    )
    gold = {reserved.series_id for reserved in store.gold.ranges(project_id)}
    kept = {
        "All": lambda _: True,
        "Answered": lambda one: answered[one] > 0,
        "Not asked": lambda one: by_series[one] == 0,
        "Reviewed": lambda one: reviewed[one] > 0,
        "Gold": lambda one: one in gold,
    }[only]
    rows = [row for row in store.series.list(project_id, search) if kept(row.id)]
    table = pd.DataFrame(
        {
            "Name": [row.info.name for row in rows],
            "Samples": [row.n_samples for row in rows],
            "Channels": [row.n_channels for row in rows],
            "From": [first_time(row) for row in rows],
            "Items": [by_series[row.id] for row in rows],
            "Answered": [answered[row.id] for row in rows],
            "Reviewed": [reviewed[row.id] for row in rows],
            "Gold": [row.id in gold for row in rows],
            "Origin": [row.origin for row in rows],
        }
    )
    return rows, table


def first_time(row: StoredSeries) -> str:
    """Return the first sample's time in the series' zone; "row 0" on a sample index."""
    return "row 0" if row.first_tick is None else _moment(row, row.first_tick)


def _moment(row: StoredSeries, tick: int) -> str:
    seconds = tick / TICKS_PER_SECOND[row.unit]
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{moment.astimezone(ZoneInfo(row.info.zone)):%Y-%m-%d %H:%M:%S}"


def facts(row: StoredSeries) -> str:
    """Describe a series in one line: samples, channels, time range, zone."""
    parts = [f"{row.n_samples:,} samples", count(row.n_channels, "channel")]
    if row.first_tick is not None and row.last_tick is not None:
        parts.append(f"{_moment(row, row.first_tick)} to {_moment(row, row.last_tick)}")
        known = "" if row.info.zone_known else " (zone assumed, the file does not say)"
        parts.append(f"times in {row.info.zone}{known}")
    else:
        parts.append("no times: row index")
    return " · ".join(parts)


def items_of(store: Store, project_id: str, series_id: str) -> list[ItemRow]:
    """Return a series' items with their latest answer per author, in order of window."""
    items = store.items.list(project_id, series_id=series_id)
    answers = store.answers.for_items(project_id, [item.id for item in items])
    labels = store.corrections.current(project_id)
    questions = {item.question_id: store.questions.get(item.question_id) for item in items}
    rows: list[ItemRow] = []
    for item in sorted(items, key=lambda one: (one.start, one.stop, one.id)):
        latest: dict[str, Answer] = {}
        for answer in sorted(answers.get(item.id, []), key=lambda one: one.id):
            # Gold truths are for measuring: showing them here would bias the next review.
            if answer.author.kind != "import":
                latest[author_key(answer.author)] = answer
        rows.append(
            ItemRow(item, questions[item.question_id], tuple(latest.values()), labels.get(item.id))
        )
    return rows

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
from core.series import TICKS_PER_SECOND, TimeUnit, display_zone
from pages.components.words import count
from storage import Store
from storage.rows import Project, StoredSeries, author_key

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
    store: Store, project: Project, search: str = "", only: Filter = "All"
) -> tuple[list[StoredSeries], pd.DataFrame]:
    """Return the series that match, and the table that lists them in the same order."""
    project_id = project.id
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
            "From": [first_time(row, display_zone(project.zone, row.info)[0]) for row in rows],
            "Items": [by_series[row.id] for row in rows],
            "Answered": [answered[row.id] for row in rows],
            "Reviewed": [reviewed[row.id] for row in rows],
            "Gold": [row.id in gold for row in rows],
            "Origin": [row.origin for row in rows],
        }
    )
    return rows, table


def first_time(row: StoredSeries, zone: str) -> str:
    """Return the first sample's time; "row 0" on a sample index."""
    return "row 0" if row.first_tick is None else moment(row.first_tick, row.unit, zone)


def moment(tick: int, unit: TimeUnit, zone: str) -> str:
    """Write a tick as the clocks of a zone showed it, to the second."""
    seconds = tick // TICKS_PER_SECOND[unit]
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{time.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def facts(row: StoredSeries, project_zone: str) -> str:
    """Describe a series in one line: samples, channels, time range."""
    zone, _ = display_zone(project_zone, row.info)
    parts = [count(row.n_samples, "sample"), count(row.n_channels, "channel")]
    if row.first_tick is not None and row.last_tick is not None:
        first, last = (moment(tick, row.unit, zone) for tick in (row.first_tick, row.last_tick))
        parts.append(f"{first} to {last}")
    else:
        parts.append("no times: row index")
    if row.revision > 1:
        parts.append(f"continued {count(row.revision - 1, 'time')}")
    return " · ".join(parts)


def items_of(store: Store, project_id: str, series_id: str) -> list[ItemRow]:
    """Return a series' items with their latest answer per author, in order of window."""
    items = store.items.list(project_id, series_id=series_id)
    answers = store.answers.for_items(project_id, [item.id for item in items])
    labels = store.corrections.current(project_id)
    questions = store.types.questions(project_id)
    rows: list[ItemRow] = []
    for item in sorted(items, key=lambda one: (one.start, one.stop, one.id)):
        latest: dict[str, Answer] = {}
        for answer in sorted(answers.get(item.id, []), key=lambda one: one.id):
            # Gold truths are for measuring: showing them here would bias the next review.
            if answer.author.kind != "import" and answer.sample == 0:
                latest[author_key(answer.author)] = answer
        rows.append(
            ItemRow(item, questions[item.question_id], tuple(latest.values()), labels.get(item.id))
        )
    return rows

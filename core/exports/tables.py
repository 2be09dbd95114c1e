# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.
"""The tables of an export of everything: their columns, and the rows that values become."""

from typing import Any

import pyarrow as pa

from core.answers import Answer, FailedAnswer
from core.desk_events import DeskEvent
from core.questions.base import Question
from core.review import Correction, Item

_MOMENT = pa.timestamp("us", tz="UTC")
_AUTHOR = (("author_kind", pa.string()), ("author", pa.string()), ("author_version", pa.string()))

TABLES: dict[str, pa.Schema] = {
    "series": pa.schema(
        [
            ("id", pa.string()),
            ("name", pa.string()),
            ("source", pa.string()),
            ("series_hash", pa.string()),
            ("n_samples", pa.int64()),
            ("n_channels", pa.int64()),
            ("channels", pa.list_(pa.string())),
            ("units", pa.list_(pa.string())),
            ("zone", pa.string()),
            ("zone_known", pa.bool_()),
            ("first_tick", pa.int64()),
            ("last_tick", pa.int64()),
            ("unit", pa.string()),
            ("revision", pa.int64()),
            ("archived", pa.bool_()),
        ]
    ),
    "questions": pa.schema(
        [
            ("id", pa.string()),
            ("family_id", pa.string()),
            ("version", pa.int64()),
            ("kind", pa.string()),
            ("name", pa.string()),
            ("body", pa.string()),
        ]
    ),
    "items": pa.schema(
        [
            ("id", pa.string()),
            ("series_id", pa.string()),
            ("start", pa.int64()),
            ("stop", pa.int64()),
            ("question_id", pa.string()),
        ]
    ),
    "answers": pa.schema(
        [
            ("id", pa.string()),
            ("item_id", pa.string()),
            *_AUTHOR,
            ("sample", pa.int64()),
            ("label", pa.string()),
            ("n_intervals", pa.int64()),
            ("confidence", pa.float64()),
            ("cost_usd", pa.float64()),
            ("created_at", _MOMENT),
            ("body", pa.string()),
        ]
    ),
    "corrections": pa.schema(
        [
            ("id", pa.string()),
            ("item_id", pa.string()),
            ("person", pa.string()),
            ("decision", pa.string()),
            ("sequence", pa.int64()),
            ("undoes", pa.string()),
            ("created_at", _MOMENT),
            ("body", pa.string()),
        ]
    ),
    "gold": pa.schema(
        [
            ("series_id", pa.string()),
            ("start", pa.int64()),
            ("stop", pa.int64()),
            ("reason", pa.string()),
            ("created_at", _MOMENT),
        ]
    ),
    "failures": pa.schema(
        [
            ("id", pa.string()),
            ("item_id", pa.string()),
            *_AUTHOR,
            ("problem", pa.string()),
            ("message", pa.string()),
            ("created_at", _MOMENT),
            ("body", pa.string()),
        ]
    ),
    "selections": pa.schema(
        [
            ("id", pa.string()),
            ("item_id", pa.string()),
            ("chosen_answer_id", pa.string()),
            ("created_at", _MOMENT),
            ("body", pa.string()),
        ]
    ),
    "desk_events": pa.schema(
        [
            ("id", pa.string()),
            ("item_id", pa.string()),
            ("person", pa.string()),
            ("kind", pa.string()),
            ("undoes", pa.string()),
            ("created_at", _MOMENT),
            ("body", pa.string()),
        ]
    ),
}
Row = dict[str, Any]


def question_row(question: Question) -> Row:
    """Return the row of a question version."""
    fields = {name: getattr(question, name) for name in TABLES["questions"].names[:-1]}
    return {**fields, "body": question.model_dump_json()}


def item_row(item: Item) -> Row:
    """Return the row of an item."""
    return item.model_dump(exclude={"project_id"})


def answer_row(answer: Answer) -> Row:
    """Return the row of an answer, whoever gave it."""
    return {
        **_authored(answer),
        "sample": answer.sample,
        "label": answer.content.label,
        "n_intervals": len(answer.content.intervals),
        "confidence": answer.content.confidence,
        "cost_usd": answer.cost_usd,
    }


def correction_row(event: Correction) -> Row:
    """Return the row of an event of review, undo included."""
    fields = {name: getattr(event, name) for name in TABLES["corrections"].names[:-1]}
    return {**fields, "body": event.model_dump_json()}


def desk_event_row(event: DeskEvent) -> Row:
    """Return the row of what a person said beside a label, undo included."""
    return {
        "id": event.id,
        "item_id": event.item_id,
        "person": event.person,
        "kind": "undo" if event.body is None else event.body.kind,
        "undoes": event.undoes,
        "created_at": event.created_at,
        "body": event.model_dump_json(),
    }


def failure_row(failed: FailedAnswer) -> Row:
    """Return the row of a try that gave no answer."""
    return {**_authored(failed), "problem": failed.problem, "message": failed.message}


def _authored(one: Answer | FailedAnswer) -> Row:
    return {
        "id": one.id,
        "item_id": one.item_id,
        "author_kind": one.author.kind,
        "author": one.author.name,
        "author_version": one.author.version,
        "created_at": one.created_at,
        "body": one.model_dump_json(),
    }

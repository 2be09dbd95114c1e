"""Labels as CSV: one row per interval, and one for every item whose label has none.

Every row repeats what is known of its item (`understudy.intervals/1`, the first column). Samples
are half-open, `[start, stop)`; `end_time` is the time of the last sample inside. A pattern stands
in `label`, a change point's cause in `cause` and what it is about in `channels` or `pairs`
(`ch1-ch2; ch1-ch3`). Phrases lose their links to intervals: `rationale` is their text. Texts that a
spreadsheet would run are defused (`core.exports.spreadsheet`).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from core.answers import AnswerContent, Cause, ChannelPair, FoundInterval, Span
from core.errors import AppError, DataError
from core.exports.model import ExportFile, Label, QuestionRef, Reviewed, blank_view, moment_of
from core.exports.spreadsheet import defused, restored
from core.questions.base import cause_named
from core.questions.wire import channel_index, channel_name, channel_pair
from core.series import TICKS_PER_SECOND, SeriesData

SCHEMA = "understudy.intervals/1"
COLUMNS = (
    "schema", "item_id", "series", "series_hash", "n_channels", "window_start", "window_stop",
    "question_id", "question_version", "question", "kind", "decision", "person", "decided_at",
    "gold", "label", "number", "start", "stop", "start_time", "end_time", "type", "type_name",
    "channels", "channel_names", "confidence", "cause", "pairs", "answer_confidence", "rationale",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1)
_BETWEEN = "; "


def intervals_csv(items: Iterable[Reviewed]) -> Iterator[str]:
    """Yield the file in pieces, the first of which is its header."""
    yield _written([COLUMNS])
    for reviewed in items:
        yield _written(_rows(reviewed))


def read_intervals_csv(name: str, text: str) -> ExportFile:
    """Read such a file: rows of one item and person make up one label."""
    rows: dict[tuple[str, ...], list[tuple[int, dict[str, str]]]] = {}
    # A spreadsheet that saved it again may have put semicolons between the cells.
    mark = max(",;\t", key=text[:2000].split("\n", 1)[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    line = 2
    for row in reader:
        cells = {key: restored(row.get(key) or "") for key in COLUMNS}
        key = tuple(cells[one] for one in ("item_id", "series_hash", "question_id", "person"))
        rows.setdefault(key, []).append((line, cells))
        line = reader.line_num + 1  # a row with a text of several lines ends further down
    labels: list[Label] = []
    problems: list[str] = []
    for group in rows.values():
        where = f"line {group[0][0]:,}"
        try:
            labels.append(_label(where, [cells for _, cells in group]))
        except (AppError, ValueError) as error:
            problems.append(f"{where}: {_words(error)}")
    return ExportFile(name, "table of reviewed intervals", tuple(labels), tuple(problems))


def is_intervals_csv(header: str) -> bool:
    """Say whether this is the first line of such a file."""
    names = re.split(r"[,;\t]", header.strip().lstrip("\ufeff"))
    plain = [one.strip('"') for one in names]
    return plain[:2] == list(COLUMNS[:2]) and {"window_start", "start", "stop"} <= set(plain)


def utc_text(data: SeriesData, sample: int) -> str:
    """Return the time of a sample in ISO form, UTC, to its last digit; empty without times."""
    if data.time is None:
        return ""
    seconds, rest = divmod(int(data.time[sample]), TICKS_PER_SECOND[data.unit])
    text = (_EPOCH + timedelta(seconds=seconds)).isoformat()
    digits = len(str(TICKS_PER_SECOND[data.unit])) - 1
    return f"{text}.{rest:0{digits}d}Z" if rest else f"{text}Z"


def _rows(reviewed: Reviewed) -> list[tuple[object, ...]]:
    item, question, event = reviewed.item, reviewed.question, reviewed.event
    content = reviewed.content
    head = (
        SCHEMA, item.id, defused(reviewed.info.name), reviewed.data.content_hash,
        reviewed.data.n_channels, item.start, item.stop, question.id, question.version,
        defused(question.name), question.kind, event.decision, defused(event.person),
        event.created_at.astimezone(UTC).isoformat(), int(reviewed.split == "gold"),
        defused(content.label or ""),
    )  # fmt: skip
    tail = (_number(content.confidence), defused(content.rationale_text))
    empty = ("",) * (len(COLUMNS) - len(head) - len(tail))
    if not content.intervals:
        return [(*head, *empty, *tail)]
    return [(*head, *_cells(reviewed, found), *tail) for found in content.intervals]


def _cells(reviewed: Reviewed, found: FoundInterval) -> tuple[object, ...]:
    names = reviewed.info.channel_names
    known = None if found.type_id is None else reviewed.question.type_of(found.type_id)
    channels = found.channels or range(len(names))
    return (
        found.number,
        found.start,
        found.stop,
        utc_text(reviewed.data, found.start),
        utc_text(reviewed.data, found.stop - 1),
        defused("" if known is None else known.key),
        defused("" if known is None else known.name),
        _BETWEEN.join(channel_name(one) for one in found.channels),
        defused(_BETWEEN.join(names[one] for one in channels)),
        _number(found.confidence),
        found.cause or "",
        _BETWEEN.join("-".join(map(channel_name, pair)) for pair in found.pairs),
    )


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _label(where: str, rows: list[dict[str, str]]) -> Label:
    first = rows[0]
    if first["schema"] != SCHEMA:
        raise DataError(f"its schema is {first['schema']!r:.40}; export it again as {SCHEMA}")
    n_channels = int(first["n_channels"])
    view = blank_view(int(first["window_start"]), int(first["window_stop"]), n_channels)
    found = sorted((row for row in rows if row["start"]), key=lambda row: int(row["number"]))
    text = first["rationale"]
    # The model reads kinds and shares strictly: what is none of them is a problem of this label.
    return Label.model_validate(
        {
            "where": where,
            "item_id": first["item_id"],
            "series": first["series"],
            "series_hash": first["series_hash"],
            "n_channels": n_channels,
            "start": view.start,
            "stop": view.stop,
            "question": QuestionRef.model_validate(
                {
                    "id": first["question_id"],
                    "version": int(first["question_version"]),
                    "kind": first["kind"],
                    "name": first["question"],
                }
            ),
            "content": AnswerContent.model_validate(
                {
                    "kind": first["kind"],
                    "label": first["label"] or None,
                    "intervals": tuple(
                        _interval(number, row, n_channels)
                        for number, row in enumerate(found, start=1)
                    ),
                    "confidence": _share(first["answer_confidence"]),
                    "rationale": (Span(text=text),) if text else (),
                }
            ),
            "person": first["person"],
            "decision": first["decision"],
            "decided_at": moment_of(first["decided_at"]),
        }
    )


def _interval(number: int, row: dict[str, str], n_channels: int) -> FoundInterval:
    names = [one for one in row["channels"].split(_BETWEEN) if one]
    return FoundInterval(
        number=number,
        start=int(row["start"]),
        stop=int(row["stop"]),
        channels=tuple(channel_index(name, n_channels) for name in names),
        type_id=row["type"] or None,
        confidence=_share(row["confidence"]),
        cause=_cause(row["cause"]),
        pairs=tuple(_pair(one, n_channels) for one in row["pairs"].split(_BETWEEN) if one),
    )


def _cause(cell: str) -> Cause | None:
    cause = cause_named(cell)
    if cell and cause is None:
        raise DataError(f"{cell!r:.40} is no cause; write independent, correlation or nothing")
    return cause


def _pair(cell: str, n_channels: int) -> ChannelPair:
    names = cell.split("-")
    if len(names) != 2:
        raise DataError(f"{cell!r:.40} is no pair of channels; write it like ch1-ch2")
    return channel_pair((names[0], names[1]), n_channels)


def _share(cell: str) -> float | None:
    return float(cell) if cell else None


def _written(rows: Iterable[tuple[object, ...]]) -> str:
    sink = io.StringIO()
    csv.writer(sink).writerows(rows)
    return sink.getvalue()


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{first['msg']} ({first['input']!r:.40}); mend the cell, or export it again"
    if isinstance(error, AppError):
        return str(error)
    return f"a number cannot be read ({error}); mend the cell, or export it again"

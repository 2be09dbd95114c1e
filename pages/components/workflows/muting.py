"""Making mutes from what a person chose, and saying them in words. No Streamlit."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from core.annotations import LogEntry
from core.errors import ConfigError
from core.findings import SaidBy
from core.ids import new_id, utc_now
from core.mutes import Mute
from pages.components.words import shorten
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_sources import speaker_name
from pages.components.workflows.positions import duration_words
from storage import Store
from storage.rows import Project

DEFAULT_DAYS = 28
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONGEST = 40


@dataclass(frozen=True)
class Wish:
    """What a person chose in the form; what is not chosen is empty.

    Attributes:
        until: the last day on which it hides; None without an end.
        between: times of day, first and last.
        log: id of an entry of the event log, or `kind:` and a kind of entries.
    """

    reason: str
    until: date | None
    series_id: str = ""
    channels: tuple[int, ...] = ()
    type: str = ""
    said_by: tuple[str, str] | None = None
    weekdays: tuple[int, ...] = ()
    between: tuple[time, time] | None = None
    log: str = ""
    around_s: float = 0.0


KIND = "kind:"


def mute_of(wish: Wish, person: str, zone: str) -> Mute:
    """Return the mute that a person wished for; times and days are of `zone`.

    Raises:
        ConfigError: when it cannot be meant so; the text says why.
    """
    now = utc_now()
    until = None
    if wish.until is not None:
        midnight = datetime.combine(wish.until + timedelta(days=1), time(), ZoneInfo(zone))
        until = midnight.astimezone(now.tzinfo)
    try:
        return Mute(
            id=new_id(),
            person=person,
            reason=wish.reason.strip(),
            created_at=now,
            until=until,
            series_id=wish.series_id,
            channels=wish.channels,
            type=wish.type,
            said_by=wish.said_by,
            weekdays=wish.weekdays,
            minutes=None if wish.between is None else _minutes(*wish.between),
            zone=zone,
            log_kind=wish.log.removeprefix(KIND) if wish.log.startswith(KIND) else "",
            log_entry_id="" if wish.log.startswith(KIND) else wish.log,
            around_s=wish.around_s if wish.log else 0.0,
        )
    except ValidationError as error:
        said = "; ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())
        raise ConfigError(f"nothing was muted: {said}") from error


def log_choices(store: Store, project: Project) -> dict[str, str]:
    """Return what can be muted by the event log: its kinds, then its entries, the last first."""
    entries = store.events.list(project.id)
    kinds = sorted({entry.kind for entry in entries if entry.kind})
    choices = {KIND + kind: f"every “{shorten(kind, _LONGEST)}”" for kind in kinds}
    for entry in reversed(entries):
        choices[entry.id] = _entry_words(entry, project.zone)
    return choices


def mute_words(mute: Mute, listing: Listing, log: dict[str, str]) -> str:
    """Say what a mute hides; `log` names what `log_choices` gives."""
    said: list[str] = [mute.type or "findings"]
    if mute.said_by is not None:
        kind, name = mute.said_by
        said.append(f"that {_speaker(kind, name)} alone says")
    if mute.series_id:
        row = listing.series.get(mute.series_id)
        where = "a hidden series" if row is None else shorten(row.info.name, _LONGEST)
        if row is not None and mute.channels:
            names = ", ".join(row.info.channel_names[c] for c in mute.channels)
            where = f"{shorten(names, _LONGEST)} of {where}"
        said.append(f"in {where}")
    if mute.weekdays:
        said.append("on " + ", ".join(WEEKDAYS[day] for day in mute.weekdays))
    if mute.minutes is not None:
        first, last = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in mute.minutes)
        said.append(f"from {first} to {last}")
    if mute.weekdays or mute.minutes is not None:
        said.append(f"({mute.zone})")
    if mute.log_kind or mute.log_entry_id:
        key = KIND + mute.log_kind if mute.log_kind else mute.log_entry_id
        around = f" or within {duration_words(mute.around_s)}" if mute.around_s else ""
        said.append(f"at {log.get(key, 'an entry that was removed')}{around}")
    return " ".join(said)


def until_words(mute: Mute, zone: str) -> str:
    """Say the last day on which a mute hides."""
    if mute.until is None:
        return "no end"
    return f"{mute.until.astimezone(ZoneInfo(zone)) - timedelta(seconds=1):%Y-%m-%d}"


def _speaker(kind: str, name: str) -> str:
    kinds: dict[str, SaidBy] = {k: k for k in ("person", "student", "teacher", "rules", "detector")}
    return speaker_name(kinds[kind], name)


def _minutes(first: time, last: time) -> tuple[int, int]:
    end = last.hour * 60 + last.minute
    return first.hour * 60 + first.minute, end


def _entry_words(entry: LogEntry, zone: str) -> str:
    text = shorten(entry.text, _LONGEST)
    if entry.series_id is not None:
        return f"“{text}” of one series"
    moment = datetime.fromtimestamp(entry.tick / 1e9, ZoneInfo(zone))
    return f"“{text}” of {moment:%Y-%m-%d %H:%M}"

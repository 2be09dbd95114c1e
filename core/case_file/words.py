"""Texts of a case file: escaped, and places in words."""

from datetime import UTC, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from core.answers import FoundInterval
from core.case_file.model import Case
from core.questions.wire import channel_name
from core.series import TICKS_PER_SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400


def text(value: object) -> str:
    """Return a text as it stands, for HTML and for attributes in double quotes."""
    # A control sign is not allowed in HTML, escaped or not.
    shown = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in f"{value}")
    return escape(shown, quote=True)


def time_of(case: Case, sample: int) -> str:
    """Return when a sample is, in the case's zone; empty for a series without times.

    The date is left out where everything drawn is of one day, which the heading names.
    """
    found = moment_of(case, sample)
    if found is None:
        return ""
    return f"{found:%H:%M:%S}" if one_day(case) else f"{found:%d %b %H:%M:%S}"


def moment_of(case: Case, sample: int) -> datetime | None:
    """Return when a sample is; None without times, and for a year that no calendar here has."""
    if case.data.time is None:
        return None
    ticks = int(case.data.time[sample])
    try:
        since = timedelta(microseconds=ticks * 1_000_000 // TICKS_PER_SECOND[case.data.unit])
        return (_EPOCH + since).astimezone(ZoneInfo(case.zone))
    except OverflowError:
        return None


def one_day(case: Case) -> bool:
    """Tell whether all that is drawn is of one day."""
    ends = [moment_of(case, one) for one in (case.shown[0], case.shown[1] - 1)]
    return len({None if one is None else one.date() for one in ends}) == 1


def type_of(case: Case, found: FoundInterval) -> str:
    """Return the name of an event's type or cause, or what an event without one is called."""
    if found.sort is None and case.question.kind == "open":
        return "place"
    return case.question.name_of(found)


def place_of(case: Case, found: FoundInterval) -> str:
    """Say where an event is: samples, times, channels."""
    alone = found.stop - found.start == 1
    parts = [f"sample {found.start:,}" if alone else f"samples {found.start:,}–{found.stop - 1:,}"]
    last = min(found.stop, case.data.n_samples) - 1
    if first := time_of(case, found.start):
        parts.append(first if alone else f"{first} – {time_of(case, last)}")
    if case.data.n_channels > 1:
        pairs = [f"{channel(case, a)} and {channel(case, b)}" for a, b in found.pairs]
        named = [*pairs, *(channel(case, one) for one in found.channels)]
        parts.append(", ".join(named) or "all channels")
    return " · ".join(parts)


def channel(case: Case, number: int) -> str:
    """Return a channel as people and as models call it."""
    name = case.info.channel_names[number]
    return name if case.data.n_channels == 1 else f"{channel_name(number)} {name}"

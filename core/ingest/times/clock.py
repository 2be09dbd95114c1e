"""Texts and numbers to int64 UTC ticks. Knows no files: it is told the format and the zone."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import ConfigError
from core.ingest.columns.arrow import compute as pc
from core.ingest.settings import MILLISECONDS, TimeAxis
from core.ingest.times.durations import Ticks, durations
from core.ingest.times.fixed import fixed_times
from core.ingest.times.wall_clock import to_utc
from core.ingest.times.written import ODD, ZONES, plain
from core.series import TimeUnit

# Factor from one unit of the file to microseconds.
_MICROSECONDS = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6, "min": 6e7, "h": 3.6e9}
_UNIT_NAMES = {
    "ns": "nanoseconds",
    "us": "microseconds",
    "ms": "milliseconds",
    "s": "seconds",
    "min": "minutes",
    "h": "hours",
}
# Counts with another zero: microseconds from one unit, and the zero in units since it to 1970.
_ZEROS: dict[str, tuple[float, float]] = {
    "excel_days": (8.64e10, 25_569.0),  # since 1899-12-30
    "matlab_days": (8.64e10, 719_529.0),  # since year 0
    "julian_days": (8.64e10, 2_440_587.5),
    "mac_s": (1e6, 2_082_844_800.0),  # since 1904
    "filetime": (0.1, 116_444_736_000_000_000.0),  # 100 ns since 1601
    "dotnet_ticks": (0.1, 621_355_968_000_000_000.0),  # 100 ns since year 1
}
_EXAMPLE = datetime(2024, 1, 31, 23, 59, 59)  # no number of it can be taken for another
COUNTED_FROM_UTC = ("epoch", "mac", "filetime", "dotnet")
_BLOCK = 1_000_000  # cells that are parsed at once, so that texts do not fill the memory
# What calendars can show in any zone; a time outside is a cell that does not parse.
_FIRST, _LAST = np.datetime64("0001-01-03", "us"), np.datetime64("9999-12-31", "us")
_NS_RANGE_US = (-(2**63) // 1000 + 1, (2**63 - 1) // 1000 - 1)
# An offset counts only behind a time of day: the end of 2020-01 is no offset.
_OFFSET = (
    r"^(?P<naive>.*(?:\d:\d{2}(?::\d{2}(?:[.,]\d+)?)?|T\d{4,6})(?: ?[AaPp]\.?[Mm]\.?)?)"
    r" ?(?P<offset>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"
)
_FRACTION = r"^(?P<head>.*\d:\d{2}:\d{2})(?:[.,]|:(?=\d{3}))(?P<fraction>\d{1,9})(?P<tail>.*)$"
_NAT = np.iinfo(np.int64).min


def to_ticks(column: pa.ChunkedArray, axis: TimeAxis) -> Ticks:
    """Convert a column of times in `axis.format`; cells that do not parse are marked, not fatal.

    Raises:
        ConfigError: if the format or the zone is unknown.
    """
    check_zone(axis.zone)
    kind = axis.format.partition("_")[0]
    if axis.format == "native":
        return _native(column, axis.zone)
    if axis.format == "clock":
        return durations(column)
    if kind in ("epoch", "elapsed") or axis.format in _ZEROS:
        return _numeric(column, axis.format, axis.zone)
    return _texts(column, axis.format, axis.zone)


def format_name(pattern: str) -> str:
    """Return a time format in words, a pattern as the last second of a January."""
    kind, _, unit = pattern.partition("_")
    named = {
        "iso": "ISO 8601 (2024-01-31 23:59:59)",
        "native": "the file's own times",
        "epoch": f"{_UNIT_NAMES.get(unit, unit)} since 1970",
        "elapsed": f"{_UNIT_NAMES.get(unit, unit)} since the start",
        "excel": "spreadsheet days",
        "matlab": "MATLAB days",
        "julian": "Julian days",
        "clock": "times without a day (1:02:03.5)",
        "mac": "seconds since 1904",
        "filetime": "100 ns since 1601",
        "dotnet": "100 ns since year 1",
    }
    if kind in named:
        return named[kind]
    written = pattern.removesuffix(MILLISECONDS)
    ending = " and milliseconds" if written != pattern else ""
    return f"{_EXAMPLE.strftime(written)}{ending}"


def check_zone(zone: str) -> None:
    """Raise a `ConfigError` when the zone's name is unknown."""
    try:
        pd.Timestamp(0, tz=zone)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"'{zone}' is no time zone that is known here. Give a name like Europe/Berlin or UTC"
        ) from error


def _native(column: pa.ChunkedArray, zone: str) -> Ticks:
    """Arrow dates and timestamps: exact, with their own zone or none."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("us"))
    aware = column.type.tz is not None
    # Arrow keeps aware times in UTC; taking the zone off leaves the UTC reading.
    naive = column.cast(pa.timestamp(column.type.unit))
    times = pd.Series(pc.cast(naive, pa.timestamp(_stored(naive))).to_numpy())
    return _finish(times, zone if not aware else "UTC", np.full(len(times), aware))


def _numeric(column: pa.ChunkedArray, form: str, zone: str) -> Ticks:
    """Counted times: since 1970 (epoch, UTC), since the start (elapsed), or since another zero."""
    kind, _, unit = form.partition("_")
    known = kind in COUNTED_FROM_UTC
    if form in _ZEROS:
        factor, zero = _ZEROS[form]
    elif unit in _MICROSECONDS:
        factor, zero = _MICROSECONDS[unit], 0.0
    else:
        raise ConfigError(
            f"'{form}' is no time format: the unit must be one of {', '.join(_MICROSECONDS)}"
        )
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        # A decimal comma, as in "0,5", and blanks around a number.
        column = pc.utf8_trim_whitespace(pc.replace_substring(column, ",", "."))
    numbers = pd.to_numeric(column.to_pandas(), errors="coerce")
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    notes: list[str] = []
    whole = numbers.dtype.kind in "iu"
    if whole and factor <= 1e6:
        ticks, ns = numbers.to_numpy(np.int64) - int(zero), round(factor * 1000)
        limit = (2**63 - 1) // ns
        if np.all(np.abs(ticks) <= limit):
            n = len(ticks)
            return Ticks(ticks * ns, np.ones(n, bool), "ns", np.full(n, known), notes)
    with np.errstate(invalid="ignore", over="ignore"):
        micro = (values - zero) * factor
        if factor == 8.64e10:
            micro = np.round(micro, -3)
            notes.append(f"{format_name(form).capitalize()} were rounded to the millisecond.")
        good = np.isfinite(micro) & (np.abs(micro) < 2**62)
    us = np.where(good, np.round(np.where(good, micro, 0)), 0).astype(np.int64)
    times = pd.Series(np.where(good, us, _NAT).view("datetime64[us]"))
    done = _finish(times, zone if factor == 8.64e10 else "UTC", np.full(len(us), known))
    return Ticks(done.ticks, done.valid, done.unit, done.offsets, [*notes, *done.notes])


def _texts(column: pa.ChunkedArray, pattern: str, zone: str) -> Ticks:
    """Written times; the common ISO forms take Arrow's fast way."""
    column = column.cast(pa.string())  # Parquet may hold years as numbers, or texts as a dictionary
    if pattern == "iso":
        for form in (pa.timestamp("ns"), pa.timestamp("ns", tz="UTC")):
            try:
                fast = column.cast(form).to_numpy()
            except pa.ArrowInvalid:
                continue  # mixed forms, offsets, months only, years outside ns: the slower way
            stated = np.full(len(column), form.tz is not None)
            return _finish(pd.Series(fast), zone, stated)
    blocks = [
        _block(column.slice(begin, _BLOCK), pattern) for begin in range(0, len(column), _BLOCK)
    ]
    offsets = np.concatenate([block[1] for block in blocks])
    units = {block[0].dt.unit for block in blocks}
    # Years outside ns anywhere make all of the column microseconds, as in one piece.
    unit = "us" if units != {"ns"} else "ns"
    times = pd.concat([block[0].dt.as_unit(unit) for block in blocks], ignore_index=True)
    done = _finish(times, zone, offsets)
    notes = list(dict.fromkeys(note for block in blocks for note in block[2]))
    return Ticks(done.ticks, done.valid, done.unit, done.offsets, [*notes, *done.notes])


def _block(column: pa.ChunkedArray, pattern: str) -> tuple[pd.Series, NDArray[np.bool_], list[str]]:
    """Parse some cells: times (those with an offset in UTC), which had one, what was assumed."""
    notes: list[str] = []
    fast = fixed_times(column, pattern)
    if fast is not None:
        return pd.Series(fast), np.zeros(len(column), bool), notes
    texts = column.to_pandas().astype("str").str.strip()
    if _any(column, ODD):
        if _any(column, r"[ T]24:00|\d ?[-–—/] ?\d{1,2}:"):
            notes += _odd_notes(column)
        texts = texts.map(plain, na_action="ignore")
    offsets = np.zeros(len(texts), bool)
    split = None
    if _any(column, r"\d ?(Z|z|[A-Z]{3,4}|[+-]\d{2}(:?\d{2})?)[\]\"']*\s*$"):
        split = texts.str.extract(_OFFSET)
        offsets = split["offset"].notna().to_numpy()
        texts = split["naive"].where(split["offset"].notna(), texts).str.strip()
    hour_last = r"|(?:\d{4}|[-/.]\d{1,2}|\d [0-9]+|^\d{8}) 24$" if _ends_in_hour(pattern) else ""
    midnight = np.zeros(len(texts), bool)
    # Arrow has no looking ahead, but it tells quickly whether looking is worth it.
    if _any(pa.chunked_array([pa.array(texts, pa.string())]), r"[ T]24(?::00|$)"):
        hour = rf"[ T]24:00(?::00)?(?![:\d]){hour_last}"
        midnight = texts.str.contains(hour, regex=True, na=False).to_numpy(bool)
    if midnight.any():
        if hour_last and texts.str.contains(r" 24$", regex=True, na=False).any():
            notes.append("Hour 24 was read as 0:00 of the next day.")
        zero = texts.str.replace(r"([ T])24(:00|$)", r"\g<1>00\g<2>", regex=True)
        texts = zero.where(midnight, texts)
    times, parts = None, None
    if _any(column, r"\d:\d{2}:\d{2}([.,]|:\d{3})"):
        parts = texts.str.extract(_FRACTION)
        has = parts["fraction"].notna()
        texts = (parts["head"] + parts["tail"]).where(has, texts)
    times = _parse(texts, pattern)
    if parts is not None and parts["fraction"].notna().any():
        nano = parts["fraction"].str.ljust(9, "0").fillna("0").astype(np.int64)
        if (nano % 1000 == 0).all() or not _fits_ns(times):
            micro = pd.to_timedelta(nano // 1000, unit="us").dt.as_unit("us")
            times = times.dt.as_unit("us") + micro
        else:
            times = times.dt.as_unit("ns") + pd.to_timedelta(nano, unit="ns")
    if midnight.any():
        times = times + pd.to_timedelta(pd.Series(midnight.astype(np.int64)), unit="D").dt.as_unit(
            "us"
        )
    if split is not None and offsets.any():
        seconds = split["offset"].fillna("Z").map(_offset_seconds)
        times = times - pd.to_timedelta(seconds, unit="s").dt.as_unit("us")
    return times, offsets, notes


def _any(column: pa.ChunkedArray, pattern: str) -> bool:
    """Say whether a pattern occurs in any cell; Arrow looks far faster than pandas."""
    return bool(pc.any(pc.match_substring_regex(column, pattern)).as_py())


def _ends_in_hour(pattern: str) -> bool:
    """Say whether times end in an hour without minutes, as counted from 1 to 24."""
    return pattern == "iso" or pattern.endswith(" %H")


def _odd_notes(column: pa.ChunkedArray) -> list[str]:
    notes: list[str] = []
    if _any(column, r"[ T]24:00"):
        notes.append("24:00 was read as 0:00 of the next day.")
    if _any(column, r"\d:\d{2}.* ?[-–—/] ?.*\d:\d{2}"):
        notes.append("Times given as 'start - end' were read as their start.")
    return notes


def _parse(texts: pd.Series, pattern: str) -> pd.Series:
    form = "ISO8601" if pattern == "iso" else pattern
    try:
        times = pd.to_datetime(texts, format=form, errors="coerce")
    except ValueError as error:
        raise ConfigError(
            f"'{pattern}' is no pattern for times ({error}). Write one like %d.%m.%Y %H:%M:%S"
        ) from error
    return times.dt.as_unit("us") if not _fits_ns(times) else times


def _finish(times: pd.Series, zone: str, offsets: NDArray[np.bool_]) -> Ticks:
    """Put times without an offset from `zone` to UTC and choose the unit."""
    notes: list[str] = []
    if times.dt.unit != "ns":
        times = times.where((times >= _FIRST) & (times <= _LAST))
    valid = times.notna().to_numpy()
    if zone != "UTC" and not offsets.all():
        utc, note = to_utc(times.where(~offsets), zone)
        notes += note
        times = times.where(offsets, utc)
    unit: TimeUnit = "ns" if _fits_ns(times) else "us"
    ticks = times.dt.as_unit(unit).to_numpy().view(np.int64)
    return Ticks(ticks, valid, unit, offsets, notes)


def _fits_ns(times: pd.Series) -> bool:
    known = times.dropna()
    if known.empty or known.dt.unit == "ns":
        return True
    micro = known.dt.as_unit("us").to_numpy().view(np.int64)
    return bool(micro.min() >= _NS_RANGE_US[0] and micro.max() <= _NS_RANGE_US[1])


def _offset_seconds(offset: str) -> int:
    if offset[0] not in "+-":
        return ZONES.get(offset.upper(), 0) * 60
    digits = offset[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if offset[0] == "-" else seconds


def _stored(column: pa.ChunkedArray) -> str:
    return "us" if column.type.unit in ("s", "ms", "us") else "ns"

"""Texts and numbers to int64 UTC ticks. Knows no files: it is told the format and the zone."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import ConfigError
from core.ingest.arrow import compute as pc
from core.ingest.settings import TimeAxis
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
_EXCEL_ZERO_US = -2_209_161_600_000_000  # 1899-12-30, day 0 of spreadsheet dates
# What calendars can show in any zone; a time outside is a cell that does not parse.
_FIRST, _LAST = np.datetime64("0001-01-03", "us"), np.datetime64("9999-12-31", "us")
_NS_RANGE_US = (-(2**63) // 1000 + 1, (2**63 - 1) // 1000 - 1)
# An offset counts only behind a time of day: the end of 2020-01 is no offset.
_OFFSET = (
    r"^(?P<naive>.*(?:\d:\d{2}(?::\d{2}(?:[.,]\d+)?)?|T\d{4,6})(?: ?[AaPp]\.?[Mm]\.?)?)"
    r" ?(?P<offset>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"
)
_FRACTION = r"^(?P<head>.*\d:\d{2}:\d{2})[.,](?P<fraction>\d{1,9})(?P<tail>.*)$"
_NAT = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Ticks:
    """Times as stored.

    Attributes:
        ticks: (n,) int64 UTC ticks of `unit` since 1970; meaningless where not `valid`.
        valid: (n,) False where a cell is missing or no time in this format.
        unit: ns, or us when a time does not fit into ns.
        offsets: (n,) True where the cell itself stated an offset from UTC.
        notes: sentences about what was assumed.
    """

    ticks: NDArray[np.int64]
    valid: NDArray[np.bool_]
    unit: TimeUnit
    offsets: NDArray[np.bool_]
    notes: list[str]


def to_ticks(column: pa.ChunkedArray, axis: TimeAxis) -> Ticks:
    """Convert a column of times in `axis.format`; cells that do not parse are marked, not fatal.

    Raises:
        ConfigError: if the format or the zone is unknown.
    """
    check_zone(axis.zone)
    kind, _, unit = axis.format.partition("_")
    if axis.format == "native":
        return _native(column, axis.zone)
    if kind in ("epoch", "elapsed") or axis.format == "excel_days":
        return _numeric(column, kind, unit, axis.zone)
    return _texts(column, axis.format, axis.zone)


def format_name(pattern: str) -> str:
    """Return a time format in words."""
    kind, _, unit = pattern.partition("_")
    named = {
        "iso": "ISO 8601 (2024-01-31 23:59:59)",
        "native": "the file's own times",
        "epoch": f"{_UNIT_NAMES.get(unit, unit)} since 1970",
        "elapsed": f"{_UNIT_NAMES.get(unit, unit)} since the start",
        "excel": "spreadsheet days",
    }
    return named.get(kind, pattern)


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


def _numeric(column: pa.ChunkedArray, kind: str, unit: str, zone: str) -> Ticks:
    """Counted times: since 1970 (epoch, UTC), since the start (elapsed), or spreadsheet days."""
    if kind == "excel":
        factor, zero = 8.64e10, _EXCEL_ZERO_US
    elif unit in _MICROSECONDS:
        factor, zero = _MICROSECONDS[unit], 0
    else:
        raise ConfigError(
            f"'{kind}_{unit}' is no time format: the unit must be one of {', '.join(_MICROSECONDS)}"
        )
    numbers = pd.to_numeric(column.to_pandas(), errors="coerce")
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    notes: list[str] = []
    whole = numbers.dtype.kind in "iu"
    if whole and factor <= 1e6 and kind != "excel":
        ticks, ns = numbers.to_numpy(np.int64), round(factor * 1000)
        limit = (2**63 - 1) // ns
        if np.all(np.abs(ticks) <= limit):
            known = np.full(len(ticks), kind == "epoch")
            return Ticks(ticks * ns, np.ones(len(ticks), bool), "ns", known, notes)
    with np.errstate(invalid="ignore", over="ignore"):
        micro = values * factor
        if kind == "excel":
            micro = np.round(micro, -3)
            notes.append("Spreadsheet dates were rounded to the millisecond.")
        good = np.isfinite(micro) & (np.abs(micro) < 2**62)
    us = np.where(good, np.round(np.where(good, micro, 0)), 0).astype(np.int64) + zero
    times = pd.Series(np.where(good, us, _NAT).view("datetime64[us]"))
    done = _finish(times, zone if kind == "excel" else "UTC", np.full(len(us), kind == "epoch"))
    return Ticks(done.ticks, done.valid, done.unit, done.offsets, [*notes, *done.notes])


def _texts(column: pa.ChunkedArray, pattern: str, zone: str) -> Ticks:
    """Written times; the common ISO form takes Arrow's fast way."""
    column = column.cast(pa.string())  # Parquet may hold years as numbers, or texts as a dictionary
    none = np.zeros(len(column), bool)
    if pattern == "iso":
        try:
            fast = column.cast(pa.timestamp("ns")).to_numpy()
            return _finish(pd.Series(fast), zone, none)
        except pa.ArrowInvalid:
            pass  # mixed forms, offsets, months only, or years outside ns: the slower way below
    texts = column.to_pandas().astype("str").str.strip()
    split = texts.str.extract(_OFFSET)
    offsets = split["offset"].notna().to_numpy()
    texts = split["naive"].where(split["offset"].notna(), texts).str.strip()
    parts = texts.str.extract(_FRACTION)
    has = parts["fraction"].notna()
    texts = (parts["head"] + parts["tail"]).where(has, texts)
    times = _parse(texts, pattern)
    if has.any():
        nano = parts["fraction"].str.ljust(9, "0").where(has, "0").astype(np.int64)
        if (nano % 1000 == 0).all() or not _fits_ns(times):
            micro = pd.to_timedelta(nano // 1000, unit="us").dt.as_unit("us")
            times = times.dt.as_unit("us") + micro
        else:
            times = times.dt.as_unit("ns") + pd.to_timedelta(nano, unit="ns")
    if offsets.any():
        seconds = split["offset"].fillna("Z").map(_offset_seconds)
        times = times - pd.to_timedelta(seconds, unit="s").dt.as_unit("us")
    return _finish(times, zone, offsets)


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
        local = times.where(~offsets)
        aware = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        odd = local.notna() & aware.isna()
        if odd.any():
            # Clocks go back: the first reading (summer time) is taken. Forward: moved behind it.
            aware = local.dt.tz_localize(
                zone, ambiguous=np.ones(len(local), bool), nonexistent="shift_forward"
            )
            notes.append(
                f"{int(odd.sum()):,} times fall into an hour that the clocks of {zone} repeat or "
                "skip; repeated ones were read as summer time, skipped ones moved to its end."
            )
        utc = aware.dt.tz_convert("UTC").dt.tz_localize(None)
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
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if offset[0] == "-" else seconds


def _stored(column: pa.ChunkedArray) -> str:
    return "us" if column.type.unit in ("s", "ms", "us") else "ns"

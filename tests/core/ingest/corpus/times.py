"""Files whose times are written in every way; the numbers are always easy."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.core.ingest.corpus.case import Case
from tests.core.ingest.corpus.good import EPOCH, Style, rows, seconds, table, text, write

MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
FORMS: dict[str, Callable[[datetime], str]] = {
    "iso-t": lambda t: t.isoformat(),
    "iso-blank": lambda t: t.isoformat(" "),
    "iso-minutes": lambda t: f"{t:%Y-%m-%d %H:%M}",
    "iso-z": lambda t: t.isoformat() + "Z",
    "iso-basic": lambda t: f"{t:%Y%m%dT%H%M%S}",
    "iso-basic-z": lambda t: f"{t:%Y%m%dT%H%M%S}Z",
    "iso-fraction": lambda t: t.isoformat() + ".250",
    "slashes": lambda t: f"{t:%Y/%m/%d %H:%M:%S}",
    "dots-year-first": lambda t: f"{t:%Y.%m.%d %H:%M:%S}",
    "german": lambda t: f"{t:%d.%m.%Y %H:%M:%S}",
    "german-minutes": lambda t: f"{t:%d.%m.%Y %H:%M}",
    "german-short": lambda t: f"{t:%d.%m.%y %H:%M}",
    "german-uhr": lambda t: f"{t:%d.%m.%Y %H:%M} Uhr",
    "german-month": lambda t: f"{t.day}. {MONTHS[t.month - 1]} {t:%Y %H:%M}",
    "german-weekday": lambda t: f"Di {t:%d.%m.%Y %H:%M}",
    "british": lambda t: f"{t:%d/%m/%Y %H:%M}",
    "american": lambda t: f"{t:%m/%d/%Y %H:%M:%S}",
    "american-half": lambda t: f"{t.month}/{t.day}/{t.year} {t:%I:%M:%S %p}",
    "american-half-close": lambda t: f"{t:%m/%d/%Y %I:%M%p}",
    "american-half-dots": lambda t: f"{t:%m/%d/%Y %I:%M} {'a.m.' if t.hour < 12 else 'p.m.'}",
    "american-short": lambda t: f"{t:%m/%d/%y %H:%M}",
    "dashes": lambda t: f"{t:%d-%m-%Y %H:%M:%S}",
    "month-name": lambda t: f"{t:%d-%b-%Y %H:%M:%S}",
    "month-name-short": lambda t: f"{t:%d-%b-%y %H:%M:%S}",
    "month-name-blanks": lambda t: f"{t:%d %b %Y %H:%M}",
    "month-name-upper": lambda t: f"{t:%d-%b-%Y %H:%M:%S}".upper(),
    "long-month": lambda t: f"{t:%d %B %Y %H:%M}",
    "sas": lambda t: f"{t:%d%b%Y:%H:%M:%S}",
    "apache": lambda t: f"{t:%d/%b/%Y:%H:%M:%S}",
    "ctime": lambda t: f"{t:%a %b %d %H:%M:%S %Y}",
    "clock-first": lambda t: f"{t:%H:%M:%S %d.%m.%Y}",
    "brackets": lambda t: f"[{t:%H:%M:%S}.000 {t:%d/%m/%Y}]",
    "compact-14": lambda t: f"{t:%Y%m%d%H%M%S}",
    "compact-12": lambda t: f"{t:%Y%m%d%H%M}",
    "compact-blank": lambda t: f"{t:%Y%m%d %H%M%S}",
    "dashes-clock": lambda t: f"{t:%Y-%m-%d_%H-%M-%S}",
    "dots-clock": lambda t: f"{t:%d.%m.%Y %H.%M.%S}",
    "epoch-s": lambda t: str(seconds(t)),
    "epoch-s-fraction": lambda t: f"{seconds(t)}.500",
    "epoch-ms": lambda t: str(seconds(t) * 1000 + 7),
    "epoch-us": lambda t: str(seconds(t) * 10**6 + 7),
    "epoch-ns": lambda t: str(seconds(t) * 10**9 + 7000),
    "zone-utc": lambda t: f"{t:%Y-%m-%d %H:%M:%S} UTC",
    "offset": lambda t: f"{t + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+01:00",
    "offset-short": lambda t: f"{t - timedelta(hours=5):%Y-%m-%d %H:%M:%S} -0500",
    "zone-cet": lambda t: f"{t + timedelta(hours=1):%Y-%m-%d %H:%M:%S} CET",
    "interval": lambda t: f"{t:%d.%m.%Y %H:%M} - {t + timedelta(minutes=15):%d.%m.%Y %H:%M}",
    "milliseconds-colon": lambda t: f"{t:%d.%m.%Y %H:%M:%S}:125",
    "milliseconds-comma": lambda t: f"{t:%d.%m.%Y %H:%M:%S},125",
    "filetime": lambda t: str((seconds(t) + 11_644_473_600) * 10**7),
    "dotnet": lambda t: str((seconds(t) + 62_135_596_800) * 10**7),
}
_EXTRA = {
    "iso-fraction": 250_000,
    "epoch-s-fraction": 500_000,
    "epoch-ms": 7000,
    "epoch-us": 7,
    "epoch-ns": 7,
    "milliseconds-colon": 125_000,
    "milliseconds-comma": 125_000,
}


def written() -> Iterator[Case]:
    """Every form, in a file with semicolons so that commas belong to the times."""
    for label, form in FORMS.items():
        good = table()
        late = timedelta(microseconds=_EXTRA.get(label, 0))
        shifted = good.__class__(
            tuple(t + late for t in good.times or ()), good.names, good.columns
        )
        yield Case("time", label, text(good, Style(";", time=form)).encode(), good=shifted)
    day = timedelta(days=1)
    rfc = Style(";", time=lambda t: f"{t:%a, %d %b %Y %H:%M:%S} GMT")
    yield Case("time", "rfc2822", text(table(step=day), rfc).encode(), good=table(step=day))
    days = table(60, step=day, start=datetime(2024, 1, 1))
    for label, form in (
        ("days", "%Y-%m-%d"),
        ("days-german", "%d.%m.%Y"),
        ("days-us", "%m/%d/%Y"),
        ("days-compact", "%Y%m%d"),
    ):
        style = Style(";", time=lambda t, form=form: f"{t:{form}}")
        yield Case("time", label, text(days, style).encode(), good=days)


def day_and_month() -> Iterator[Case]:
    """Days up to the 12th stand first; only a line far below the sample settles the order."""
    long = table(3000, start=datetime(2024, 2, 3), step=timedelta(minutes=30))
    for label, form in (("day", "%d/%m/%Y %H:%M"), ("month", "%m/%d/%Y %H:%M")):
        style = Style(time=lambda t, form=form: f"{t:{form}}")
        yield Case("day-month", f"{label}-first-late", text(long, style).encode(), good=long)
    early = table(12, start=datetime(2024, 2, 1), step=timedelta(days=1))
    for label, form in (("day", "%d/%m/%Y"), ("month", "%m/%d/%Y")):
        style = Style(time=lambda t, form=form: f"{t:{form}}")
        yield Case("day-month", f"{label}-first-steady", text(early, style).encode(), good=early)


def other_axes() -> Iterator[Case]:
    """Days of spreadsheets, columns of parts, durations, orders, years before 1900."""
    good = table()
    day = timedelta(days=1)
    for label, name, zero in (
        ("excel", "Datum", datetime(1899, 12, 30)),
        ("matlab", "datenum", None),
    ):

        def form(t: datetime, zero: datetime | None = zero) -> str:
            return f"{(t - (zero or EPOCH)) / day + (0 if zero else 719_529):.9f}"

        raw = text(good, Style(";", time=form, time_name=name)).encode()
        yield Case("axis", label, raw, good=good, tolerance_us=1000)
        comma = text(
            good, Style(";", ",", time=lambda t, f=form: f(t).replace(".", ","), time_name=name)
        ).encode()
        yield Case("axis", f"{label}-comma", comma, good=good, tolerance_us=1000)
    cells = rows(
        good, Style(time=lambda t: f"{t:%d.%m.%Y}|{t:%H:%M:%S}", time_name="Datum|Uhrzeit")
    )
    split = [[*row[0].split("|"), *row[1:]] for row in cells]
    yield Case("axis", "date-and-time", write(split, Style(";")).encode(), good=good)
    apart = [[row[0], row[2], row[1], *row[3:]] for row in split]
    yield Case("axis", "date-and-time-apart", write(apart, Style(";")).encode(), good=good)
    cells = rows(
        good,
        Style(
            time=lambda t: f"{t.year}|{t.month}|{t.day}|{t.hour}|{t.minute}",
            time_name="year|month|day|hour|minute",
        ),
    )
    split = [[*row[0].split("|"), *row[1:]] for row in cells]
    yield Case("axis", "parts", write(split, Style()).encode(), good=good)
    start = table(start=EPOCH, step=timedelta(seconds=30))
    for label, name, unit in (
        ("seconds", "Time [s]", 1),
        ("ms", "t_ms", 1000),
        ("min", "Elapsed [min]", 1 / 60),
    ):
        style = Style(time=lambda t, u=unit: f"{(t - EPOCH).total_seconds() * u:g}", time_name=name)
        yield Case("axis", f"elapsed-{label}", text(start, style).encode(), good=start)
    clock = Style(time=lambda t: f"{t:%H:%M:%S}", time_name="Elapsed time")
    yield Case("axis", "clock", text(start, clock).encode(), good=start)
    fine = table(start=EPOCH, step=timedelta(milliseconds=4))
    short = Style(
        time=lambda t: f"'{t.minute}:{t:%S}.{t.microsecond // 1000:03d}'",
        time_name="'Elapsed time'",
    )
    yield Case("axis", "clock-short", text(fine, short).encode(), good=fine, names=True)
    late = table(start=EPOCH + timedelta(hours=20), step=timedelta(minutes=30))
    yield Case("axis", "clock-past-midnight", text(late, clock).encode(), good=late)
    old = table(start=datetime(1850, 1, 1), step=day)
    yield Case("axis", "before-1900", text(old).encode(), good=old)
    older = table(start=datetime(1500, 3, 1), step=day)
    yield Case("axis", "before-1677", text(older).encode(), good=older)
    down = good.__class__((good.times or ())[::-1], good.names, good.columns)
    yield Case("axis", "descending", text(down).encode(), good=down)
    mixed = [*range(20, 40), *range(20)]
    jump = good.__class__(tuple((good.times or ())[k] for k in mixed), good.names, good.columns)
    yield Case("axis", "shuffled", text(jump).encode(), good=jump)
    twice = good.__class__(
        tuple((good.times or ())[k // 2] for k in range(40)), good.names, good.columns
    )
    yield Case("axis", "duplicates", text(twice).encode(), good=twice)
    uneven = good.__class__(
        tuple((good.times or ())[0] + timedelta(seconds=k * k * 7) for k in range(40)),
        good.names,
        good.columns,
    )
    yield Case("axis", "irregular", text(uneven).encode(), good=uneven)
    index = table(timed=False)
    yield Case("axis", "index", text(index).encode(), good=index)
    ended = Style(
        ";",
        time=lambda t: (
            f"{t - day if t.hour + t.minute == 0 else t:%d.%m.%Y} "
            f"{'24:00' if t.hour + t.minute == 0 else f'{t:%H:%M}'}"
        ),
    )
    night = table(start=datetime(2024, 2, 13, 20))
    yield Case("axis", "24-hours", text(night, ended).encode(), good=night)


def cases() -> Iterator[Case]:
    """All files about times."""
    yield from written()
    yield from day_and_month()
    yield from other_axes()

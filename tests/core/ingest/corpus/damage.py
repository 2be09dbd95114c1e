"""Files with cells or rows that fail, and files that no one can read."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from tests.core.ingest.corpus.case import Case
from tests.core.ingest.corpus.good import Good, Style, german, rows, table, text, write

MISSING = (
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "NaN",
    "nan",
    "null",
    "NULL",
    "None",
    "-",
    "--",
    "?",
    ".",
    "<NA>",
)
BAD = {
    "word": "bad", "no-data": "No Data", "two-points": "1.2.3", "unit": "12 kW",
    "infinite": "inf", "spreadsheet": "#DIV/0!", "reference": "#REF!", "error": "I/O Timeout",
    "star": "12*", "hex": "0x1F", "unicode": "１２", "minus": "−", "less": "<0.5",
    "calc": "[-11059] No Good Data For Calculation", "huge": "x" * 20_000, "letters": "1O.5",
    "bool": "yes",
}  # fmt: skip


def without(good: Good, *gone: int) -> Good:
    """Return the table without some rows."""
    kept = [k for k in range(good.n) if k not in gone]
    times = None if good.times is None else tuple(good.times[k] for k in kept)
    return Good(times, good.names, tuple(tuple(c[k] for k in kept) for c in good.columns))


def empty(good: Good, row: int, column: int) -> Good:
    """Return the table with one value missing."""
    columns = [list(c) for c in good.columns]
    columns[column][row] = None
    return Good(good.times, good.names, tuple(map(tuple, columns)))


def cells() -> Iterator[Case]:
    """Missing values in every writing, and cells that are no numbers."""
    good, style = table(), Style()
    for k, mark in enumerate(MISSING):
        holed = empty(good, 7, 1)
        yield Case(
            "missing", str(k), text(holed, replace(style, missing=mark)).encode(), good=holed
        )
    for label, cell in BAD.items():
        holed, broken = empty(good, 7, 1), rows(good, style)
        broken[8][2] = cell
        raw = write(broken, style).encode()
        yield Case("bad-cell", label, raw, good=holed, consent="cells", lines=(9,))
    for label, row in (("first", 0), ("last", good.n - 1)):
        broken = rows(good, style)
        broken[row + 1][2] = "bad"
        yield Case("bad-cell", f"in-the-{label}-row", write(broken, style).encode(),
                   good=empty(good, row, 1), consent="cells", lines=(row + 2,))  # fmt: skip


def bad_rows() -> Iterator[Case]:
    """Rows that are too short, too long, or have no time."""
    good, style = table(), Style(";")

    def case(label: str, row: list[str], at: int = 8) -> Case:
        broken = rows(good, style)
        broken[at] = row
        return Case("bad-row", label, write(broken, style).encode(), good=without(good, at - 1),
                    consent="rows", lines=(at + 1,))  # fmt: skip

    full = rows(good, style)[8]
    yield case("short", full[:2])
    yield case("long", [*full, "9"])
    yield case("no-time", ["", *full[1:]])
    yield case("bad-time", ["2024-13-45 99:99", *full[1:]])
    yield case("word-time", ["unknown", *full[1:]])
    yield case("garbage", ["@@@@ power failure @@@@"])
    yield case("one-cell", [full[0]])
    yield case("late", full[:1], good.n)
    yield case("time-of-day", [full[0][11:], *full[1:]])
    for cut in (3, 8, 14, 20):
        raw = text(good, style)[:-cut].encode()
        ends = raw.decode().splitlines()[-1].count(";") == 2
        if not ends:
            yield Case("truncated", f"{cut}-bytes", raw, good=without(good, good.n - 1),
                       consent="rows", lines=(good.n + 1,))  # fmt: skip
    joined = text(good, style) + "Logger restarted\n" + text(good, style).partition("\n")[2]
    both = Good(tuple((good.times or ()) * 2), good.names, tuple(c * 2 for c in good.columns))
    yield Case(
        "bad-row", "restart", joined.encode(), good=both, consent="rows", lines=(good.n + 2,)
    )


def columns() -> Iterator[Case]:
    """Columns in another order, answers, texts, quotes, many."""
    good, style = table(), Style()
    full = rows(good, style)
    last = [[*row[1:], row[0]] for row in full]
    yield Case("columns", "time-last", write(last, style).encode(), good=good)
    middle = [[row[1], row[0], row[2]] for row in full]
    yield Case("columns", "time-in-the-middle", write(middle, style).encode(), good=good)
    for name in ("label", "is_anomaly", "Anomaly", "changepoint", "class"):
        extra = [[*row, name if k == 0 else str(int(k % 9 == 0))] for k, row in enumerate(full)]
        yield Case("columns", f"answer-{name}", write(extra, style).encode(), good=good)
    for label, note in (("text", "fine"), ("separator", '"a, b"'), ("quotes", '"say ""x"""'),
                        ("line-end", '"two\nlines"'), ("huge", "y" * 100_000),
                        ("inches", '5" pipe'), ("umlaut", "für"), ("emoji", "🙂")):  # fmt: skip
        noted = [
            [row[0], "note" if k == 0 else note if k % 7 == 0 else "ok", *row[1:]]
            for k, row in enumerate(full)
        ]
        yield Case("columns", f"note-{label}", write(noted, style).encode(), good=good)
    yield Case("columns", "all-quoted", text(good, Style(quote='"')).encode(), good=good)
    yield Case("columns", "all-quoted-german", text(good, german(quote='"')).encode(), good=good)
    for count in (50, 300, 990):
        names = tuple(f"ch{k}" for k in range(count))
        wide = Good(
            good.times,
            names,
            tuple(tuple(round(k * 0.5 + r, 2) for r in range(40)) for k in range(count)),
        )
        yield Case("columns", f"{count}-channels", text(wide).encode(), good=wide)
    states = [[*row, "on" if k == 0 else ("true", "false")[k % 2]] for k, row in enumerate(full)]
    on = Good(
        good.times,
        (*good.names, "on"),
        (*good.columns, tuple(float(k % 2 == 0) for k in range(1, 41))),
    )
    yield Case("columns", "true-and-false", write(states, style).encode(), good=on)
    void = [[*row, "spare" if k == 0 else ""] for k, row in enumerate(full)]
    yield Case("columns", "empty-column", write(void, style).encode(), good=good)
    yield Case("columns", "scientific", text(good, replace(style, digits=8)).encode(), good=good)
    single = Good(None, ("value",), (good.columns[0],))
    bare = "".join(f"   {value:.7e}\n" for value in good.columns[0] if value is not None)
    yield Case("columns", "one-scientific", bare.encode(), good=single, names=False)


def names() -> Iterator[Case]:
    """The content decides, not the extension."""
    good = table()
    for name in (
        "a.txt",
        "a.dat",
        "a.xls",
        "a.xlsx",
        "a.tsv",
        "a.json",
        "a.parquet",
        "a.csv.bak",
        "a",
        "a.log",
    ):
        yield Case("extension", name, text(good).encode(), good=good, file_name=name)


def refused() -> Iterator[Case]:
    """What no setting can save."""
    good = table()
    plain = text(good)

    def no(label: str, raw: bytes, outcome: str = "refused") -> Case:
        return Case("refused", label, raw, outcome)  # pyright: ignore[reportArgumentType] one of the literals

    yield no("empty", b"", "foreign")
    yield no("blanks", b"  \n\t\n \r\n", "foreign")
    yield no("mark-only", b"\xef\xbb\xbf", "foreign")
    yield no("header-only", b"time,flow\n")
    yield no("one-row", b"time,flow\n2024-02-13,1.5\n")
    yield no("texts-only", b"name,city\nbob,rome\nann,oslo\n")
    yield no("times-only", b"time\n2024-02-13\n2024-02-14\n")
    yield no("no-values", "".join(f"2024-02-{d:02d},\n" for d in range(1, 29)).encode())
    yield no("too-wide", "\n".join([",".join(["1.5"] * 1100)] * 5).encode())
    yield no("nul-bytes", plain.encode()[:500] + b"\x00" * 40 + plain.encode()[540:])
    yield no("one-nul", plain.encode().replace(b"1.62", b"1\x00.62", 1))
    yield no("binary", bytes(range(256)) * 30, "foreign")
    quoted = text(good, Style(quote='"'))
    at = quoted.index('"', 700)
    yield no("unclosed-quote", (quoted[:at] + quoted[at + 1 :]).encode())
    yield no("random-lines", "\n".join("x" * (k * 7 % 13 + 1) for k in range(50)).encode())
    yield no("words", b"v;w\na b;c d\n" * 20)
    yield no("html", b"<!DOCTYPE html><html><table></table></html>", "foreign")
    yield no("pdf", b"%PDF-1.7\n1 0 obj\n", "foreign")
    yield no("picture", b"\x89PNG\r\n\x1a\n" + bytes(40), "foreign")
    yield no("gzip", gzip.compress(plain.encode(), mtime=0), "foreign")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # A member without a date of its own would carry the clock, and differ in every run.
        archive.writestr(zipfile.ZipInfo("a.csv", (2024, 2, 13, 0, 0, 0)), plain)
    yield no("zip", buffer.getvalue(), "foreign")
    yield no("parquet-cut", b"PAR1 and no more", "foreign")


def cases() -> Iterator[Case]:
    """All damaged files."""
    for part in (cells, bad_rows, columns, names, refused):
        yield from part()

"""Files whose table is good but stands in an odd place or an odd dress."""

from collections.abc import Iterator
from dataclasses import replace

from tests.core.ingest.corpus.case import Case
from tests.core.ingest.corpus.good import Good, Style, german, rows, table, text, write

SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "bar": "|",
    "caret": "^",
    "tilde": "~",
    "control-1": "\x01",
    "unit-separator": "\x1f",
    "two-bars": "||",
    "two-colons": "::",
    "semicolon-blank": "; ",
    "comma-blank": ", ",
    "broken-bar": "¦",
    "section": "§",
    "hash": "#",
    "exclamation": "!",
    "at": "@",
    "equals": "=",
    "ampersand": "&",
    "two-blanks": "   ",
}


def separators() -> Iterator[Case]:
    """Every separator, with every decimal mark it allows, with and without a time."""
    for label, mark in SEPARATORS.items():
        for decimal in (".", ","):
            if mark.strip() in (",",) and decimal == ",":
                continue
            good, style = table(), Style(mark, decimal)
            name = f"{label}-{'comma' if decimal == ',' else 'point'}"
            yield Case("separator", name, text(good, style).encode(), good=good)
    for label, mark in (("colon", ":"), ("blank", " "), ("tab", "\t"), ("semicolon", ";")):
        good = table(timed=False)
        yield Case("separator", f"{label}-index", text(good, Style(mark)).encode(), good=good)
    big = table(40, 2)
    scaled = Good(big.times, big.names, tuple(tuple(v * 1000 for v in c if v) for c in big.columns))
    grouped = Good(
        big.times, big.names, tuple(tuple(round(v, 2) for v in c) for c in scaled.columns)
    )
    for label, style in (
        ("point", german(grouped=".")),
        ("blank", german(grouped=" ")),
        ("apostrophe", Style(";", grouped="'")),
        ("comma-quoted", Style(grouped=",", quote='"')),
    ):
        yield Case("grouped", label, text(grouped, style).encode(), good=grouped)


def encodings() -> Iterator[Case]:
    """Names with umlauts in every encoding, with and without a mark."""
    good = replace(table(), names=("Größe", "Wärme"))
    for encoding in (
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1252",
        "iso8859-15",
        "cp1250",
    ):
        yield Case("encoding", encoding, text(good, german()).encode(encoding), good=good)
    twice = b"\xef\xbb\xbf\xef\xbb\xbf" + text(good, german()).encode()
    yield Case("encoding", "two-marks", twice, good=good)


def line_ends() -> Iterator[Case]:
    """Line ends of all systems, mixed, missing, doubled."""
    good = table()
    for label, end in (
        ("windows", "\r\n"),
        ("old-mac", "\r"),
        ("doubled", "\n\n"),
        ("windows-doubled", "\r\n\r\n"),
        ("blank-between", "\n \n"),
    ):
        yield Case("line-end", label, text(good, Style(newline=end)).encode(), good=good)
    lines = text(good).splitlines()
    mixed = "".join(line + ("\r\n" if k % 3 else "\n") for k, line in enumerate(lines))
    yield Case("line-end", "mixed", mixed.encode(), good=good)
    yield Case("line-end", "none-at-the-end", text(good).rstrip("\n").encode(), good=good)
    yield Case("line-end", "many-at-the-end", (text(good) + "\n" * 30).encode(), good=good)
    yield Case("line-end", "blank-first", ("\n\n" + text(good)).encode(), good=good)
    trailing = "".join(f"{line},\n" for line in lines)
    yield Case("line-end", "trailing-separator", trailing.encode(), good=good)
    rows_only = "\n".join([lines[0], *(f"{line}," for line in lines[1:])])
    yield Case("line-end", "trailing-separator-in-rows", rows_only.encode(), good=good)
    blanks = "".join(f"{line}   \n" for line in lines)
    yield Case("line-end", "trailing-blanks", blanks.encode(), good=good)
    yield Case("line-end", "control-z", (text(good) + "\x1a").encode(), good=good)


def headers() -> Iterator[Case]:
    """Names: none, quoted, over several lines, counted, repeated, with units."""
    good, style = table(), Style(";")
    cells = rows(good, style)
    yield Case(
        "header", "none", text(good, replace(style, header=False)).encode(), good=good, names=False
    )
    yield Case(
        "header",
        "quoted",
        write([[f'"{c}"' for c in cells[0]], *cells[1:]], style).encode(),
        good=good,
    )
    single = write([[f"'{c}'" for c in cells[0]], *cells[1:]], style)
    yield Case("header", "single-quotes", single.encode(), good=good)
    for label, units in (
        ("units", ["", "m3/h", "bar"]),
        ("units-brackets", ["[s]", "[m3/h]", "[bar]"]),
        ("ruler", ["----", "----", "----"]),
        ("types", ["TS", "Avg", "Avg"]),
    ):
        yield Case("header", label, write([cells[0], units, *cells[1:]], style).encode(), good=good)
    below = [["", "", "Flow", "of it"][1:], ["", "m3/h", "bar"]]
    yield Case(
        "header",
        "description-and-units",
        write([cells[0], *below, *cells[1:]], style).encode(),
        good=good,
    )
    grouped = Good(good.times, ("Pump flow", "Pump pressure"), good.columns)
    two = [["", "Pump", "Pump"], ["time", "flow", "pressure"]]
    yield Case(
        "header", "two-lines", write([*two, *cells[1:]], style).encode(), good=grouped, names=False
    )
    broken = [["time", '"flow\n[m3/h]"', '"pressure\n[bar]"'], *cells[1:]]
    named = Good(good.times, ("flow [m3/h]", "pressure [bar]"), good.columns)
    yield Case("header", "line-ends-in-names", write(broken, style).encode(), good=named)
    again = [cells[0], *cells[1:20], cells[0], *cells[20:]]
    yield Case("header", "repeated", write(again, style).encode(), good=good)
    same = Good(good.times, ("flow", "flow (2)"), good.columns)
    yield Case(
        "header",
        "same-names",
        write([["time", "flow", "flow"], *cells[1:]], style).encode(),
        good=same,
    )
    empty = Good(good.times, ("flow", "column 3"), good.columns)
    yield Case(
        "header",
        "empty-name",
        write([["time", "flow", ""], *cells[1:]], style).encode(),
        good=empty,
    )
    counted = Good(good.times, ("1", "2"), good.columns)
    yield Case(
        "header", "counted", write([["time", "1", "2"], *cells[1:]], style).encode(), good=counted
    )
    r_rows = [cells[0], *([str(k), *row] for k, row in enumerate(cells[1:], 1))]
    yield Case("header", "row-names", write(r_rows, style).encode(), good=good)
    pandas = [["", *cells[0]], *([str(k), *row] for k, row in enumerate(cells[1:]))]
    yield Case("header", "row-numbers", write(pandas, style).encode(), good=good)
    yield Case("header", "remark", ("# " + text(good, style)).encode(), good=good)
    long = Good(good.times, ("flow " * 400, "pressure"), good.columns)
    stripped = replace(long, names=(long.names[0].strip(), "pressure"))
    yield Case("header", "long", text(long, style).encode(), good=stripped)


def around() -> Iterator[Case]:
    """Lines above, remarks between, lines below."""
    good, style = table(), german()
    for label, above in {
        "title": "Export of pump 3\n",
        "title-blank": "Export of pump 3\n\n",
        "titles": "Plant: north\nUser: me\nFrom: 13.02.2024\nTo: 14.02.2024\n\n",
        "padded-title": "Export of pump 3;;\n;;\n",
        "keys": "Plant;North\nUser;me\nChannels;2\n",
        "wide-keys": "Plant;North;x\nUser;me;y\n\n",
        "sep": "sep=;\n",
        "quoted-title": '"Pump; 3"\n',
        "many": "".join(f"Line {k} of the preamble\n" for k in range(60)),
        "ruler": "Export\n==========\n",
        "page": "\x0cPage 1\n",
    }.items():
        yield Case("above", label, text(good, replace(style, above=above)).encode(), good=good)
    for label, below in {
        "sum": "Summe;1.234,50;99,00\n",
        "total": "Total;12,00;99,00\n",
        "blank-note": "\n* not checked\n",
        "ruler-sum": ";-----;-----\nSumme;12,50;99,00\n",
        "rows": "(40 rows affected)\n",
        "notes": "\nSource: plant\nCreated by: me\n",
        "average": "Mittelwert;12,00;13,00\nMax;99,00;99,00\n",
        "end": "END OF DATA\n",
        "sum-without-cells": "Summe\n",
    }.items():
        yield Case("below", label, text(good, replace(style, below=below)).encode(), good=good)
    lines = text(good, replace(style, separator="\t")).splitlines(keepends=True)
    for label, mark in (
        ("hash", "#"),
        ("percent", "%"),
        ("slashes", "//"),
        ("semicolon", ";"),
        ("apostrophe", "'"),
        ("exclamation", "!"),
        ("dashes", "--"),
        ("rem", "REM "),
    ):
        remark = f"{mark} a remark, that says something\n"
        for place, joined in (
            ("above", [remark, *lines]),
            ("between", [*lines[:9], remark, *lines[9:]]),
            ("below", [*lines, remark]),
            ("everywhere", [remark, *lines[:9], remark, *lines[9:], remark]),
        ):
            yield Case("remark", f"{label}-{place}", "".join(joined).encode(), good=good)


def fixed() -> Iterator[Case]:
    """Columns at fixed positions, with blanks in names and with empty cells."""
    good = table()
    full = rows(good, Style())
    lines = [f"{row[0]:<20}{row[1]:>10}{row[2]:>10}\n" for row in full]
    yield Case("fixed", "right", "".join(lines).encode(), good=good)
    left = [f"{row[0]:<22}{row[1]:<10}{row[2]:<10}\n" for row in full]
    yield Case("fixed", "left", "".join(left).encode(), good=good)
    holes = Good(
        good.times,
        good.names,
        (good.columns[0], (None, *good.columns[1][1:20], None, *good.columns[1][21:])),
    )
    lines = [f"{row[0]:<20}{row[1]:>10}{row[2]:>10}\n" for row in rows(holes, Style())]
    yield Case("fixed", "empty-cells", "".join(lines).encode(), good=holes)
    ruled = [left[0], f"{'-' * 20}  {'-' * 8}  {'-' * 8}\n", *left[1:]]
    yield Case("fixed", "ruler", "".join(ruled).encode(), good=good)
    bars = [f"| {row[0]} | {row[1]:>8} | {row[2]:>8} |\n" for row in full]
    yield Case("fixed", "bars", "".join(bars).encode(), good=good)


def cases() -> Iterator[Case]:
    """All files about layout."""
    for part in (separators, encodings, line_ends, headers, around, fixed):
        yield from part()

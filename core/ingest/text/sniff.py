"""How a text file is laid out, with the evidence: the parts are found one after another."""

import re
from collections import Counter
from dataclasses import dataclass

from core.errors import DataError
from core.ingest.cells import decimal_marks, is_missing, is_value, looks_like_time
from core.ingest.columns.cell_units import split_unit
from core.ingest.settings import Reading
from core.ingest.text.filebytes import Content
from core.ingest.text.footer import find_below
from core.ingest.text.header import Header, find_header
from core.ingest.text.lines import count_lines
from core.ingest.text.quotes import find_quote
from core.ingest.text.records import Line, records
from core.ingest.text.remarks import find_remarks
from core.ingest.text.separators import SEPARATOR_NAMES, Cut, find_separator, split_lines

__all__ = [
    "SEPARATOR_NAMES",
    "Finding",
    "detect_reading",
    "sample_lines",
    "split_lines",
    "text_lines",
]
_LINE_END = re.compile(r"\r\n|\n|\r")  # \r alone ended lines on old Macs
_HEAD, _TAIL = 256 * 1024, 64 * 1024
_JUDGED = 400  # lines that decide about the separator


@dataclass(frozen=True)
class Finding:
    """One detected setting with its evidence, in words for people."""

    setting: str
    value: str
    because: str
    sure: bool = True


def sample_lines(content: Content) -> tuple[list[str], list[str]]:
    """Return whole lines from the start of a UTF-8 text, and from its end when that is further."""
    head = text_lines(bytes(content[:_HEAD]))
    if len(content) <= _HEAD:
        return head, []
    return head[:-1] or head, text_lines(bytes(content[max(_HEAD, len(content) - _TAIL) :]))[1:]


def text_lines(content: bytes) -> list[str]:
    """Cut at line ends alone; `str.splitlines` would also cut at form feeds and the like."""
    lines = _LINE_END.split(content.decode("utf-8", errors="replace"))
    return lines[:-1] if lines[-1] == "" else lines


def detect_reading(name: str, content: Content, encoding: str) -> tuple[Reading, list[Finding]]:
    """Find the layout of a UTF-8 text; `encoding` is the file's own, to be kept in the result.

    Raises:
        DataError: if the text is all blanks.
    """
    head, tail = sample_lines(content)
    if not any(line.strip() for line in head):
        raise DataError(
            f"'{name}' holds nothing but blanks in its first {len(head):,} lines, so there is "
            "nothing to plot. Check the export"
        )
    remarks = find_remarks(head)
    body = [line for line in head if line.strip() and not line.lstrip().startswith(remarks)]
    quote, quote_why = find_quote(name, head, body)
    cut = find_separator(_judged(body or head, tail), quote)
    if cut.separator in remarks:
        remarks = tuple(mark for mark in remarks if mark != cut.separator)
    reading = Reading(
        encoding=encoding, separator=cut.separator, starts=cut.starts, quote=quote, remarks=remarks
    )  # fmt: skip
    findings = [Finding("Separator", SEPARATOR_NAMES[cut.separator], cut.because)]
    if quote_why:
        findings.append(Finding("Quotes", quote or "none", quote_why, bool(quote)))
    width = _width(cut, body or head, reading)
    lines = records(head, quote)
    header = find_header(lines, reading, width)
    repeats = _repeated(lines, header.skip_lines) if header.header else []
    below = find_below(tail or head[_first_line(header) :], reading, width)
    reading = reading.model_copy(
        update={
            "header": header.header,
            "skip_lines": header.skip_lines,
            "header_lines": header.header_lines,
            "units_row": header.units_row,
            "units_line": header.units_line,
            "skip_below": header.skip_below,
            "skip_end": below,
            "remarks": (*remarks, *repeats),
        }
    )
    findings += _where(reading, header.because, head, tail, content)
    decimal, marks = _decimal(lines, header.skip_lines, reading, width)
    return reading.model_copy(update=decimal), findings + marks


def _first_line(header: Header) -> int:
    """Return how many lines stand above the first row of data."""
    names = header.header_lines * header.header
    return header.skip_lines + names + header.units_row * header.units_line + header.skip_below


def _judged(body: list[str], tail: list[str]) -> list[str]:
    """Return the lines that decide about the separator: the first, and some of the last."""
    last = [line for line in tail if line.strip()] or body[_JUDGED:]
    return [*body[:_JUDGED], *last[-100:]]


def _width(cut: Cut, lines: list[str], reading: Reading) -> int:
    """Return the number of cells that most lines have; long titles do not outvote the rows."""
    rows = split_lines(lines[:_JUDGED], reading)
    widths = Counter(map(len, rows)).most_common(1)
    return cut.width if cut.width > 1 else widths[0][0] if widths else 1


def _repeated(lines: list[Line], header: int) -> list[str]:
    """Return the header's text when it stands again among the rows, as joined files have it."""
    text = next((line.text for line in lines if line.number == header), "")
    again = any(line.text == text for line in lines if line.number > header)
    return [text] if again and len(text.strip()) > 2 and "\n" not in text else []


def _where(
    reading: Reading, header_why: str, head: list[str], tail: list[str], content: Content
) -> list[Finding]:
    """Tell where the table lies among the lines."""
    findings: list[Finding] = []
    skip = reading.skip_lines
    if skip:
        findings.append(
            Finding("Lines above the table", str(skip), f"line {skip + 1} is the first table row")
        )
    findings.append(Finding("Header", "yes" if reading.header else "no", header_why))
    units = skip + reading.header_lines + reading.units_line - 1
    if reading.units_row:
        findings.append(
            Finding("Units", "below the header", f"line {units + 1} is words, not data")
        )
    if reading.skip_below:
        first = (
            (units if reading.units_row else skip + reading.header_lines) + reading.units_row + 1
        )
        shown = head[first - 1].strip()
        findings.append(
            Finding(
                "Lines below the header", str(reading.skip_below),
                f"line {first} is no row of data: '{shown:.40}'",
            )
        )  # fmt: skip
    for mark in reading.remarks:
        number = next((k for k, line in enumerate(head, 1) if line.lstrip().startswith(mark)), 0)
        there = sum(line.lstrip().startswith(mark) for line in head)
        what = f"begin with '{mark:.20}'" if len(mark) < 5 else "repeat the header"
        findings.append(
            Finding(
                "Remarks left out", f"'{mark:.20}'", f"{there} lines {what}, first line {number}"
            )
        )
    if reading.skip_end:
        last = (tail or head)[-reading.skip_end :]
        total = count_lines(content, 0, len(content))
        number = total - reading.skip_end + 1
        shown = next(line.strip() for line in last if line.strip())
        findings.append(
            Finding(
                "Lines below the table", str(reading.skip_end),
                f"line {number:,} is no row of data: '{shown:.40}'",
            )
        )  # fmt: skip
    return findings


def _decimal(
    lines: list[Line], skip: int, reading: Reading, width: int
) -> tuple[dict[str, str], list[Finding]]:
    """Find the decimal mark and what groups digits, with the first cell that shows them."""
    above = (
        skip
        + reading.header_lines * reading.header
        + reading.units_row * reading.units_line
        + reading.skip_below
    )
    cells: list[tuple[str, int]] = []
    for line in [line for line in lines if line.number >= above][:_JUDGED]:
        if line.text.lstrip().startswith(reading.remarks or ("\0",)):
            continue
        for row in split_lines(line.text.splitlines(keepends=True), reading)[:1]:
            if len(row) == width:
                cells += [(cell, line.number + 1) for cell in row if not looks_like_time(cell)]
    texts = [cell for cell, _ in cells]
    decimal, thousands, sure = decimal_marks(
        [split_unit(text)[0] for text in texts], reading.separator
    )
    if decimal != "," and not thousands:
        return {}, []
    example, number = next(
        (
            (cell.strip(), number)
            for cell, number in cells
            if (decimal in cell or (thousands and thousands in cell.strip()))
            and is_value(split_unit(cell)[0])
            and not is_missing(cell)
        ),
        ("", 0),
    )
    marks = "comma" if decimal == "," else "point"
    shown = marks + (f", digits grouped by '{thousands}'" if thousands else "")
    because = f"numbers look like '{example}', first in line {number}"
    found = Finding("Decimal mark", shown, because, sure)
    return {"decimal": decimal, "thousands": thousands}, [found]

"""The files of the audit log: columns, a chain that shows changes, cells that run nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from core.audit_log import (
    BEFORE_FIRST,
    COLUMNS,
    AuditEntry,
    Row,
    chained,
    csv_lines,
    first_break,
    json_lines,
    read_rows,
)
from core.errors import DataError


def entry(number: int, what: str = "gave a label") -> AuditEntry:
    return AuditEntry(
        at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC) + timedelta(seconds=number),
        person="=ana",
        identity="typed",
        kind="decision",
        what=what,
        series='pump, "left"\nside',
        about="",
        series_id="s",
        item_id="i",
        table="corrections",
        key=str(number),
        details={"z": 1.5, "a": "ü"},
    )


def rows(n: int = 4) -> list[Row]:
    return list(chained(entry(k) for k in range(n)))


def test_rows_have_the_same_columns_in_the_same_order_always() -> None:
    first = rows()[0]

    assert tuple(first) == COLUMNS
    assert (first["number"], first["at"]) == ("1", "2026-03-01T12:00:00.000000+00:00")
    assert first["details"] == '{"a": "ü", "z": 1.5}'


def test_the_same_log_gives_the_same_hashes_and_another_one_others() -> None:
    assert rows() == rows()
    assert list(chained([entry(0), entry(1)]))[:2] == rows()[:2]  # a log that grew
    assert rows()[0]["hash"] != BEFORE_FIRST
    assert next(iter(chained([entry(0, "other")])))["hash"] != rows()[0]["hash"]


@pytest.mark.parametrize("write", [csv_lines, json_lines])
def test_a_file_is_read_back_as_it_was(write: object) -> None:
    text = "".join(write(rows()))  # type: ignore[operator] # both take rows

    assert read_rows("log", text) == rows()
    assert first_break(read_rows("log", text)) is None


def test_no_cell_of_the_csv_is_run_by_a_spreadsheet() -> None:
    (line,) = list(csv_lines(chained([entry(0, "@sum(1)")])))[1:]

    assert ",'=ana," in line
    assert ",'@sum(1)," in line


@pytest.mark.parametrize(
    ("harm", "place"),
    [
        (lambda log: log.pop(1), 2),  # left out in the middle
        (lambda log: log.pop(0), 1),  # left out at the start
        (lambda log: log[2].update(person="bo"), 3),  # changed
        (lambda log: log.insert(0, log.pop(1)), 1),  # moved
        (lambda log: log[3].update(number="9"), 4),  # renumbered
    ],
)
def test_a_log_that_was_tampered_with_breaks_where_it_was(harm: object, place: int) -> None:
    log = rows()
    harm(log)  # type: ignore[operator] # changes the list

    assert first_break(log) == place


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "{broken", '{"number": "1"}\n', "number\n"])
def test_what_is_no_log_is_refused(text: str) -> None:
    with pytest.raises(DataError, match=r"'x.csv' is no audit log .* as it was exported"):
        read_rows("x.csv", text)

"""Whatever a file holds and a series does not is said, with count and lines."""

import pytest

from core.ingest import build, propose
from tests.core.ingest.ingest_helpers import only

ROWS = "".join(f"2024-01-{k:02d} 10:00:00,{k}.5,{k}.25\n" for k in range(1, 29))
HEAD = "time,flow,level\n"


def said(text: str, word: str) -> list[str]:
    """Return the sentences of a text's only series that hold a word."""
    return [sentence for sentence in only(text)[1].treatments if word in sentence]


def test_lines_above_and_below_the_table_are_said() -> None:
    text = f"Pump 3\nSite;North\n\n{HEAD}{ROWS}Sum,9,9\nMean,2,2\n"
    assert said(text, "left out") == [
        "2 lines above the table left out (lines 1 to 2, beginning with 'Pump 3').",
        "2 lines below the table left out (lines 33 to 34, beginning with 'Sum,9,9').",
    ]


def test_words_below_the_header_are_said() -> None:
    assert said(f"{HEAD}Id,m1,m2\nNote,a,b\n{ROWS}", "left out") == [
        "1 line between the header and the rows left out (line 3, beginning with 'Note,a,b')."
    ]


def test_remarks_are_counted_with_their_lines() -> None:
    cut = ROWS.index("2024-01-09")
    text = f"{HEAD}{ROWS[:cut]}# calibrated\n# again\n{ROWS[cut:]}# end\n"
    assert said(text, "left out") == [
        "1 line below the table left out (line 32, beginning with '# end').",
        "2 lines that begin with '#' left out as remarks (lines 10 to 11).",
    ]
    assert only(text)[0].n_samples == 28


def test_a_header_that_stands_again_is_said() -> None:
    cut = ROWS.index("2024-01-09")
    text = f"{HEAD}{ROWS[:cut]}{HEAD}{ROWS[cut:]}"
    assert said(text, "header") == ["The header stands again once; left out (line 10)."]


def test_rows_of_separators_only_are_said_at_the_end_and_in_the_middle() -> None:
    cut = ROWS.index("2024-01-09")
    text = f"{HEAD}{ROWS[:cut]},,\n{ROWS[cut:]},,\n,,\n"
    assert said(text, "left out") == [
        "2 rows hold nothing but separators; left out (lines 31 to 32).",
        "1 row has neither a time nor a value; left out (line 10).",
    ]
    assert only(text)[0].n_samples == 28


def test_a_hundred_rows_of_separators_at_the_end_and_empty_columns_are_said() -> None:
    rows = "".join(f"{k};{k},5;;\n" for k in range(3, 40))
    treatments = only(f"a;b;;\n{rows}" + ";;;\n" * 100)[1].treatments
    assert treatments == (
        "100 rows hold nothing but separators; left out (lines 39 to 138).",
        "Left out because they hold no value at all: column 3, column 4.",
    )


@pytest.mark.parametrize("first", ["NaN", "null", "NA"])
def test_a_first_row_without_a_value_is_no_line_of_names(first: str) -> None:
    raw = f"flow\n{first}\n1.5\n".encode()
    ((data, info),) = build(raw, propose("f.csv", raw).settings).series
    assert data.values.ravel().tolist() == pytest.approx([float("nan"), 1.5], nan_ok=True)
    assert info.channel_names == ("flow",)

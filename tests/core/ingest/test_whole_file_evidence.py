"""The whole file decides where its first rows do not; milliseconds and days in rows."""

import numpy as np

from core.ingest import propose
from tests.core.ingest.ingest_helpers import detect, only


def rows(n: int) -> str:
    """Return rows of numbers that may have a decimal comma or grouped digits."""
    return "".join(f"{k % 9 + 1},{k % 900 + 100};{k % 7 + 1},500\n" for k in range(n))


def test_one_number_far_down_makes_the_comma_a_decimal_mark() -> None:
    text = f"a;b\n{rows(300_000)}12,5;1,500\n{rows(20_000)}"
    settings = detect(text)
    assert (settings.reading.decimal, settings.reading.thousands) == (",", "")
    (found,) = (f for f in propose("a.csv", text.encode()).findings if f.setting == "Decimal mark")
    assert found.because == "'12,5' in line 300,002 can be nothing else"
    assert found.sure


def test_one_number_far_down_makes_the_comma_group_digits() -> None:
    text = f"a;b\n{rows(60_000)}1,234,567;1,500\n{rows(20_000)}"
    settings = detect(text)
    assert (settings.reading.decimal, settings.reading.thousands) == (".", ",")
    assert only(text)[0].values[60_000, 0] == 1_234_567.0


def test_milliseconds_in_a_column_of_their_own_belong_to_the_time() -> None:
    lines = "".join(f"2024-01-05 10:00:{k // 4:02d},{k % 4 * 25},{k}.5\n" for k in range(40))
    data, info = only(f"Time,Msec,v\n{lines}")
    assert info.channel_names == ("v",)
    assert data.time is not None
    assert np.diff(data.time[:4]).tolist() == [25_000_000] * 3


def test_a_row_for_each_day_is_not_guessed_but_said() -> None:
    head = ",".join(f"{h:02d}:00" for h in range(24))
    lines = "".join(
        f"2024-01-{d:02d},{','.join(f'0.{h + 10}' for h in range(24))}\n" for d in range(1, 29)
    )
    findings = propose("days.csv", f"date,{head}\n{lines}".encode()).findings
    (found,) = (f for f in findings if f.setting == "One row a day?")
    assert found.value == "24 channels"
    assert not found.sure

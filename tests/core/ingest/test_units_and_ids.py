"""Units in cells, sentinels, ids of several tags, and files without a column of values."""

import numpy as np
import pytest

from core.errors import DataError
from core.ingest import propose
from tests.core.ingest.ingest_helpers import detect, only, read

DAYS = range(1, 29)


def test_one_unit_in_each_cell_is_the_channels_unit() -> None:
    rows = "".join(f'2024-01-{d:02d},{d}.5 °C,{d}%,"$1,{d:03d}.50"\n' for d in DAYS)
    data, info = only(f"time,temp,load,paid\n{rows}")
    assert info.channel_units == ("°C", "%", "$")
    np.testing.assert_array_equal(data.values[2], [3.5, 3.0, 1003.5])
    assert "'temp' carries its unit '°C' in each cell; the numbers were read." in info.treatments


def test_a_cell_with_another_unit_is_refused_by_its_line() -> None:
    rows = "".join(f"2024-01-{d:02d},{d}.5 {'bar' if d == 9 else '°C'}\n" for d in DAYS)
    with pytest.raises(DataError, match=r"line 10, column 'temp': '9.5 bar \(not in °C\)'"):
        only(f"time,temp\n{rows}")


def test_the_tag_that_tells_rows_of_one_time_apart_is_the_id() -> None:
    rows = "".join(
        f"2024-01-{d:02d},{d}.5,cpu,{host}\n" for d in DAYS for host in ("alpha", "beta")
    )
    settings = detect(f"_time,_value,_field,host\n{rows}")
    assert (settings.id_column, settings.id_also) == ("host", ())


def test_two_tags_together_are_the_id_when_one_is_not_enough() -> None:
    rows = "".join(
        f"2024-01-{d:02d},{d}.5,{field},{host}\n"
        for d in DAYS for field in ("cpu", "mem") for host in ("a", "b")
    )  # fmt: skip
    built = read(f"time,value,field,host\n{rows}")
    assert [info.name for _, info in built.series] == [
        "pump · cpu · a", "pump · cpu · b", "pump · mem · a", "pump · mem · b",
    ]  # fmt: skip


def test_a_number_far_outside_that_repeats_is_offered_as_missing_and_kept() -> None:
    rows = "".join(f"2024-01-{d:02d},{-200 if d % 9 == 0 else d / 4}\n" for d in DAYS)
    text = f"time,NOx\n{rows}"
    (found,) = (f for f in propose("a.csv", text.encode()).findings if f.value == "-200")
    assert "holds it in 3 of the 28 rows looked at" in found.because
    data, info = only(text)
    assert data.values[8, 0] == -200.0
    assert any("'NOx' holds -200 in 3 rows" in sentence for sentence in info.treatments)


def test_a_number_chosen_as_missing_is_missing_and_said() -> None:
    rows = "".join(f"2024-01-{d:02d},{-200 if d % 9 == 0 else d / 4}\n" for d in DAYS)
    data, info = only(f"time,NOx\n{rows}", missing_numbers=(-200.0,))
    assert np.isnan(data.values[:, 0]).sum() == 3
    assert "-200 of 'NOx' stands for a missing value in 3 rows." in info.treatments


def test_a_file_of_labels_alone_is_refused_as_such() -> None:
    rows = "".join(f"{132480 + k}.0,{k % 9 == 0:d}\n" for k in range(40))
    with pytest.raises(DataError, match=r"holds labels only \(column 'label'\)"):
        read(f"timestamp_(min),label\n{rows}")


def test_a_file_without_values_is_refused_with_an_example_of_each_column() -> None:
    rows = "".join(f"2024-01-{d:02d},ok {d},Rome\n" for d in DAYS)
    with pytest.raises(DataError, match="line 2 has 'time' like '2024-01-01', 'state' like 'ok 1'"):
        read(f"time,state,city\n{rows}")

"""Real exports that nobody here wrote are right at first sight: axis, channels, answers."""

import csv
import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.ingest import build, propose
from core.series import SeriesData, SeriesInfo

VARIABLE = "UNDERSTUDY_REAL_DATA"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"{VARIABLE} does not name the folder of real series"
)
ROOT = Path(os.environ.get(VARIABLE, "."))
ANSWERS = {
    "skab": ("anomaly", "changepoint"),
    "3w": ("class",),
    "mitbih": ("label",),
}
CHANNELS = {"skab": 8, "smd": 38, "asd": 19}
WITHOUT_TIME = ("smd", "asd", "smap_msl", "ucr", "tssb", "mitbih")


def files() -> list[Path]:
    """Return the series files of the folder."""
    if VARIABLE not in os.environ:
        return []
    found = [*ROOT.rglob("*.csv"), *ROOT.rglob("*.txt")]
    return sorted(f for f in found if f.name != "manifest.csv" and "LICENSE" not in f.name)


def source(path: Path) -> str:
    """Return the folder that names where a file came from."""
    return path.relative_to(ROOT).parts[0]


@cache  # nobody writes to what several tests read
def read(path: Path) -> tuple[SeriesData, SeriesInfo]:
    """Read a file as proposed; a warning or a problem would fail the test."""
    built = build(path, propose(path.name, path).settings)
    assert built.problems == []
    (series,) = built.series
    return series


def test_all_58_files_are_there() -> None:
    assert len(files()) == 58


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name[:40])
def test_a_real_file_is_right_at_first_sight(path: Path) -> None:
    proposal = propose(path.name, path)
    data, info = read(path)
    rows = path.read_text().strip().splitlines()
    header = 0 if path.suffix == ".txt" else 1

    assert proposal.settings.answer_columns == ANSWERS.get(source(path), ())
    assert data.n_samples == len(rows) - header
    no_time = source(path) in WITHOUT_TIME or (header and rows[0].startswith("index,"))
    assert (data.time is None) == bool(no_time)
    if source(path) in CHANNELS:
        assert data.n_channels == CHANNELS[source(path)]
    assert not set(info.channel_names) & {"anomaly", "changepoint", "class", "label", "index"}
    assert info.name == path.stem


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name[:40])
def test_values_are_those_of_a_plain_csv_reader(path: Path) -> None:
    data, info = read(path)
    with path.open(newline="") as lines:
        if path.suffix == ".txt":
            table = [{"column 1": line.strip()} for line in lines]
        else:
            table = list(csv.DictReader(lines, delimiter=";" if source(path) == "skab" else ","))
    for row in (0, len(table) // 2, len(table) - 1):
        sample = int(np.flatnonzero(data.source_row == row)[0])
        wanted = [float(table[row][name] or "nan") for name in info.channel_names]
        assert data.values[sample].tolist() == pytest.approx(wanted, nan_ok=True, abs=0)


@pytest.mark.parametrize(
    "path",
    [path for path in files() if (ROOT / source(path) / "labels.json").exists()],
    ids=lambda path: path.name[:40],
)
def test_labels_given_by_time_or_row_find_a_sample(path: Path) -> None:
    labels = ROOT / source(path) / "labels.json"
    data, _ = read(path)
    name = str(path.relative_to(ROOT / source(path)))
    for start, end in json.loads(labels.read_text())[name]:
        if isinstance(start, str):
            assert data.time is not None
            first, last = (np.datetime64(t, "ns").astype(np.int64) for t in (start, end))
            inside = (data.time >= first) & (data.time <= last)
        else:
            inside = (data.source_row >= start) & (data.source_row <= end)
        assert inside.any()


def test_wholly_empty_columns_of_3w_are_left_out_and_said() -> None:
    data, info = read(ROOT / "3w" / "WELL-00004_20171031181509.csv")
    assert data.n_channels == 5
    assert (
        "Left out because they hold no value at all: P-JUS-CKGL, T-JUS-CKGL, QGL."
        in info.treatments
    )


def test_repeated_times_of_nab_are_kept_and_said() -> None:
    data, info = read(ROOT / "nab" / "realKnownCause" / "ec2_request_latency_system_failure.csv")
    assert data.time is not None
    assert int((np.diff(data.time) == 0).sum()) == 11
    assert "11 rows have the time of the row before; all rows are kept." in info.treatments
    assert "2 gaps (usual step 5 min); nothing was filled in." in info.treatments


@pytest.mark.parametrize(
    ("name", "first", "steps"),
    [
        ("businv.csv", "1992-01-01", {28, 29, 30, 31}),  # months
        ("unemployment_nl.csv", "1800-01-01", {365, 366}),  # years, before 1900
        ("uk_coal_employ.csv", "1913-01-01", {365, 366}),
    ],
)
def test_months_and_years_of_tcpd_are_times(name: str, first: str, steps: set[int]) -> None:
    data, _ = read(ROOT / "tcpd" / name)
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[0] == np.datetime64(first)
    days = np.diff(data.time) // (86_400 * 10**9)
    assert set(days.tolist()) <= steps

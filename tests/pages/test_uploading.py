"""The desk: files are unpacked, read once, kept off the memory when large, and put away."""

import gc
import io
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataError
from core.ingest import Built, ProblemsError, Settings
from pages.components.workflows import uploading
from pages.components.workflows.uploading import Desk, Upload, clear_left

CSV = b"time,flow\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "scratch")


def zipped(**files: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return raw.getvalue()


def test_the_files_of_an_archive_are_at_hand_one_by_one(desk: Desk) -> None:
    desk.add([Upload("1", "all.zip", zipped(**{"a__pump.csv": CSV, "fan.csv": CSV}))])
    assert [file.name for file in desk.files.values()] == ["all.zip/a/pump.csv", "all.zip/fan.csv"]
    assert [desk.propose(file).settings.name for file in desk.files.values()] == ["pump", "fan"]


def test_a_broken_archive_stays_at_hand_with_its_reason(desk: Desk) -> None:
    desk.add([Upload("1", "all.zip", zipped(a=CSV)[:40]), Upload("2", "fan.csv", CSV)])
    broken, fan = desk.files.values()
    built, reason = desk.state(broken)
    assert built is None
    assert "'all.zip'" in reason
    assert desk.is_read(broken)
    assert isinstance(desk.build(fan), Built)


def test_a_file_is_taken_once(desk: Desk) -> None:
    desk.add([Upload("1", "pump.csv", CSV)])
    desk.add([Upload("1", "pump.csv", b"other"), Upload("2", "fan.csv", CSV)])
    assert [(file.name, file.raw) for file in desk.files.values()] == [
        ("pump.csv", CSV),
        ("fan.csv", CSV),
    ]


def test_a_file_put_away_can_be_taken_again(desk: Desk) -> None:
    desk.add([Upload("1", "pump.csv", CSV)])
    desk.state(desk.files["1"])
    desk.put_away(["1"])
    assert desk.files == {}
    desk.add([Upload("1", "pump.csv", b"v\n1\n2\n")])
    assert desk.build(desk.files["1"]).series[0][0].n_samples == 2


def test_large_files_leave_the_memory_and_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "TO_DISK", 20)
    scratch = tmp_path / "scratch"
    desk = Desk(scratch)
    desk.add([Upload("1", "pump.csv", CSV), Upload("2", "small.csv", b"v\n1\n2\n")])
    large, small = desk.files.values()
    assert isinstance(large.raw, Path)
    assert large.raw.read_bytes() == CSV
    assert large.n_bytes == len(CSV)
    assert small.raw == b"v\n1\n2\n"
    assert desk.build(large).series[0][0].n_samples == 3
    desk.put_away(["1"])
    assert list(scratch.iterdir()) == []
    desk.add([Upload("3", "pump.csv", CSV)])
    del desk, large
    gc.collect()
    assert not scratch.exists()


def test_many_small_files_do_not_fill_the_memory(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "IN_MEMORY", 2 * len(CSV))
    desk.add([Upload(str(k), f"{k}.csv", CSV) for k in range(4)])
    kinds = [isinstance(file.raw, Path) for file in desk.files.values()]
    assert kinds == [False, False, True, True]


def test_a_file_of_the_server_is_read_in_place_and_left_there(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "pump.csv"
    path.write_bytes(CSV)
    desk.add([Upload("server:pump", "plant/pump.csv", path)])
    (file,) = desk.files.values()
    assert file.raw == path
    desk.put_away([file.key])
    assert path.read_bytes() == CSV


def test_reading_tells_how_far_it_is_by_bytes(desk: Desk) -> None:
    told: list[tuple[float, str]] = []
    desk.add([Upload("1", "a.csv", CSV), Upload("2", "b.csv", CSV)])
    desk.read_all(lambda share, text: told.append((share, text)))
    assert told[0] == (0.0, "Reading a.csv, 1 of 2")
    assert (0.5, "Reading b.csv, 2 of 2") in told
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    told.clear()
    desk.read_all(lambda share, text: told.append((share, text)))
    assert told == []


def test_other_settings_read_the_file_again(desk: Desk) -> None:
    desk.add([Upload("1", "a.csv", CSV)])
    file = desk.files["1"]
    assert desk.build(file) is desk.build(file)
    desk.settings["1"] = desk.chosen(file).model_copy(update={"value_columns": ()})
    assert not desk.is_read(file)
    with pytest.raises(DataError, match="no column of 'a' is chosen as values"):
        desk.build(file)


BAD = b"time,flow,head\n2024-01-01,1,1\n2024-01-02,oops,2\nlater,3,3\n2024-01-04,4\n"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read as a whole, in order."""
    read: list[str] = []
    real = uploading.build

    def counted(raw: bytes | Path, settings: Settings, *rest: Any, **how: Any) -> Built:
        read.append(settings.name)
        return real(raw, settings, *rest, **how)

    monkeypatch.setattr(uploading, "build", counted)
    return read


def allow(desk: Desk, file: Upload, **update: object) -> None:
    desk.settings[file.key] = desk.chosen(file).model_copy(update=update)


def test_a_consent_reads_no_file_again(desk: Desk, readings: list[str]) -> None:
    desk.add([Upload("1", "pump.csv", BAD)])
    file = desk.files["1"]
    with pytest.raises(ProblemsError, match=r"has 2 places .* or allow these rows to be left out"):
        desk.build(file)
    assert desk.state(file)[0] is None
    allow(desk, file, on_bad_row="leave_out")
    assert desk.is_read(file)
    with pytest.raises(ProblemsError, match=r"has 1 place .*'oops'.* allow this cell to count as"):
        desk.build(file)
    allow(desk, file, on_bad_cell="missing")
    built = desk.build(file)
    assert [problem.line for problem in built.problems] == [3, 4, 5]
    assert built.series[0][1].treatments[:3] == (
        "1 row with a wrong number of cells left out.",
        "1 row without a readable time left out.",
        "1 cell without a readable number kept as missing.",
    )
    assert readings == ["pump"]


def test_a_consent_taken_back_refuses_without_reading(desk: Desk, readings: list[str]) -> None:
    desk.add([Upload("1", "pump.csv", BAD)])
    file = desk.files["1"]
    allow(desk, file, on_bad_row="leave_out", on_bad_cell="missing")
    assert desk.build(file).series[0][0].n_samples == 2
    allow(desk, file, on_bad_row="refuse", on_bad_cell="refuse")
    assert desk.is_read(file)
    with pytest.raises(ProblemsError, match="has 2 places that cannot be read"):
        desk.build(file)
    assert readings == ["pump"]


def test_a_file_of_which_nothing_would_be_left_lists_its_places_first(desk: Desk) -> None:
    desk.add([Upload("1", "pump.csv", b"time,flow,note\n2024-01-01,1,a\n2024-01-02,2,b\n")])
    file = desk.files["1"]
    allow(desk, file, value_columns=("note",))
    with pytest.raises(ProblemsError, match="has 2 places that cannot be read"):
        desk.build(file)
    allow(desk, file, on_bad_cell="missing")
    assert not desk.is_read(file)
    with pytest.raises(DataError, match="holds no number in its 2 rows"):
        desk.build(file)


def test_what_a_killed_app_left_is_removed_after_a_day(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    for name, hours in (("old", 25), ("fresh", 23)):
        (incoming / name).mkdir(parents=True)
        (incoming / name / "large.csv").write_bytes(CSV)
        changed = time.time() - hours * 3600
        os.utime(incoming / name, (changed, changed))
    clear_left(incoming)
    assert [folder.name for folder in incoming.iterdir()] == ["fresh"]
    clear_left(tmp_path / "not there")


def test_a_file_that_is_gone_from_the_server_is_put_away_and_named(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "pump.csv"
    path.write_bytes(CSV)
    desk.add([Upload("server:1", "pump.csv", path), Upload("2", "fan.csv", CSV)])
    assert desk.put_away_missing() == []
    path.unlink()
    assert desk.put_away_missing() == ["pump.csv"]
    assert [file.name for file in desk.files.values()] == ["fan.csv"]

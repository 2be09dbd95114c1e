"""Files on the server's disk: what the folder lists, and that nothing outside it is read."""

import os
from pathlib import Path

import pytest

from core.errors import ConfigError, DataError
from pages.components.workflows import server_files
from pages.components.workflows.server_files import (
    file_key,
    list_files,
    server_folder,
    server_path,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files, a hidden one, and links that lead out."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("v\n1\n")
    inside = tmp_path / "inside"
    (inside / "plant").mkdir(parents=True)
    (inside / "plant" / "pump.csv").write_text("v\n1\n2\n")
    (inside / "fan.csv").write_text("v\n1\n")
    (inside / ".hidden.csv").write_text("v\n1\n")
    (inside / "link.csv").symlink_to(outside / "secret.csv")
    (inside / "linked").symlink_to(outside, target_is_directory=True)
    return inside


def test_without_the_variable_there_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDERSTUDY_FILES", raising=False)
    assert server_folder() is None
    monkeypatch.setenv("UNDERSTUDY_FILES", " ")
    assert server_folder() is None


def test_a_variable_that_names_no_folder_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UNDERSTUDY_FILES", str(tmp_path / "gone"))
    with pytest.raises(ConfigError, match="gone, which is no folder on this server"):
        server_folder()


def test_files_are_listed_by_path_without_links_and_hidden_ones(folder: Path) -> None:
    listing = list_files(folder)
    assert [(file.path, file.n_bytes) for file in listing.files] == [
        ("fan.csv", 4),
        ("plant/pump.csv", 6),
    ]
    assert not listing.cut


def test_every_word_of_the_search_must_be_in_the_path(folder: Path) -> None:
    assert [file.path for file in list_files(folder, "CSV plant").files] == ["plant/pump.csv"]
    assert list_files(folder, "plant fan").files == ()


def test_a_long_list_is_cut_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_files, "MOST_FILES", 1)
    listing = list_files(folder)
    assert ([file.path for file in listing.files], listing.cut) == (["fan.csv"], True)


@pytest.mark.parametrize(
    "relative",
    [
        "../outside/secret.csv",  # up and out
        "link.csv",  # a link to a file outside
        "linked/secret.csv",  # through a linked folder
        "/etc/hostname",  # absolute
    ],
)
def test_nothing_outside_the_folder_is_read(folder: Path, relative: str) -> None:
    with pytest.raises(DataError, match="does not lie inside the server's folder"):
        server_path(folder, relative)


def test_a_file_that_went_away_is_said(folder: Path) -> None:
    with pytest.raises(DataError, match=r"'plant/gone\.csv' is not in the server's folder"):
        server_path(folder, "plant/gone.csv")


def test_a_changed_file_has_another_key(folder: Path) -> None:
    path = server_path(folder, "fan.csv")
    before = file_key(path)
    assert file_key(path) == before
    path.write_text("v\n1\n2\n3\n")
    assert file_key(path) != before


def test_a_name_that_is_no_text_does_not_keep_the_others_from_the_list(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv")).write_text("v\n1\n")
    assert [file.path for file in list_files(folder).files] == ["fan.csv", "plant/pump.csv"]

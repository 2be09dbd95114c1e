"""Keys come from the environment or a secrets file, and a missing one is named, never shown."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.teachers.keys import key_is_there, key_of


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty project folder with an empty home; return what holds both."""
    for name in ("project", "home"):
        (tmp_path / name / ".streamlit").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TEST_KEY", raising=False)
    return tmp_path


def write(folders: Path, place: str, text: str) -> None:
    (folders / place / ".streamlit" / "secrets.toml").write_text(text, "utf-8")


def test_the_environment_comes_before_the_projects_secrets_and_those_before_the_homes(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folders, "home", 'TEST_KEY = "of-home"')
    assert key_of("TEST_KEY") == "of-home"
    write(folders, "project", 'TEST_KEY = "of-project"')
    assert key_of("TEST_KEY") == "of-project"
    monkeypatch.setenv("TEST_KEY", " of-environment\n")
    assert key_of("TEST_KEY") == "of-environment"


def test_a_missing_key_names_the_setting_and_both_ways_to_give_it() -> None:
    assert not key_is_there("TEST_KEY")
    with pytest.raises(ConfigError, match=r"'TEST_KEY' is needed.*export TEST_KEY=") as caught:
        key_of("TEST_KEY")
    assert "secrets.toml" in str(caught.value)


def test_a_key_in_a_section_is_not_taken_for_one_at_the_top(folders: Path) -> None:
    write(folders, "project", '[section]\nTEST_KEY = "hidden"')
    assert not key_is_there("TEST_KEY")


def test_an_empty_key_counts_as_none(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "  ")
    assert not key_is_there("TEST_KEY")
    write(folders, "project", 'TEST_KEY = "there"')
    assert key_is_there("TEST_KEY")


def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-abc…def")
    with pytest.raises(ConfigError, match="'TEST_KEY' holds blanks or characters") as caught:
        key_of("TEST_KEY")
    assert "abc" not in str(caught.value)


def test_a_key_that_is_no_text_is_refused(folders: Path) -> None:
    write(folders, "project", "TEST_KEY = 12345")
    with pytest.raises(ConfigError, match="is of type int, but a key is text"):
        key_of("TEST_KEY")


def test_a_broken_secrets_file_is_named_and_not_quoted(folders: Path) -> None:
    write(folders, "project", "TEST_KEY = sk-abc")
    with pytest.raises(ConfigError, match=r"secrets\.toml cannot be read") as caught:
        key_of("TEST_KEY")
    assert "sk-abc" not in repr(caught.value)

"""Passphrases are hashed with a salt of their own, compared whole, and slowed when wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError
from core.passphrases import hash_passphrase, is_passphrase, wait_s

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_only_the_passphrase_itself_fits() -> None:
    secret = hash_passphrase("three green words")
    assert is_passphrase("three green words", secret)
    assert not is_passphrase("three green word", secret)
    assert not is_passphrase("", secret)
    assert not is_passphrase("three green words", "")  # none was set


def test_two_people_with_one_passphrase_have_two_hashes_and_no_text() -> None:
    one, two = hash_passphrase("three green words"), hash_passphrase("three green words")
    assert one != two
    assert one.split("$")[:4] == ["scrypt", "32768", "8", "1"]
    assert "green" not in one


def test_the_stored_parameters_are_the_ones_that_are_used() -> None:
    # Made with n = 1024, r = 4, p = 2, salt b"0123456789abcdef": older hashes must still fit.
    old = "scrypt$1024$4$2$MDEyMzQ1Njc4OWFiY2RlZg==$8XOko3uSIe2l/CS3MtxQt+tSYBkjr+GFran53qZDxwE="
    assert is_passphrase("three green words", old)


def test_an_accent_may_be_written_in_two_ways() -> None:
    assert is_passphrase("zoe\u0308 goes home", hash_passphrase("zo\u00eb goes home"))


@pytest.mark.parametrize(
    ("text", "says"), [("7 chars", "has 7 characters"), ("x" * 201, "has 201 characters")]
)
def test_what_would_not_hold_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        hash_passphrase(text)


@pytest.mark.parametrize(
    ("n_wrong", "ago_s", "expected"),
    [
        (0, 0, 0),
        (2, 0, 0),  # a slip of the finger costs nothing
        (3, 0, 2),
        (4, 1, 3),
        (5, 0, 8),
        (8, 0, 60),  # never longer, so that nobody can be locked out
        (5000, 0, 60),
        (5000, 61, 0),
    ],
)
def test_the_wait_doubles_up_to_a_minute(n_wrong: int, ago_s: int, expected: float) -> None:
    wrong = [NOW - timedelta(seconds=ago_s)] * n_wrong
    assert wait_s(wrong, NOW) == expected

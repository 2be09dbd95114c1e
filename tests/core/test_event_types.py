"""Types of events: words without colours, keys for models, and questions as they read now."""

import pytest

from core.errors import ConfigError
from core.event_types import KnownType, checked_words, colour_in, key_for, newest_versions, read_now
from core.questions.base import EventType, Question

A, B, C = (EventType(id=key, key=key, name=f"type {key}") for key in "abc")


def question(*types: EventType, version: int = 1, kind: str = "anomaly") -> Question:
    return Question.model_validate(
        {
            "id": f"q{version}",
            "family_id": "f",
            "version": version,
            "kind": kind,
            "name": "n",
            "text": "t",
            "types": types,
        }
    )


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("red spike", "red"),
        ("Spike, dark-BLUE", "BLUE"),
        ("a greenish band", "green"),
        ("reduced level", ""),  # a colour inside a word is none
        ("greenhouse effect", ""),
        ("white noise burst", ""),  # a kind of noise, which is no colour in a plot
        ("white noise in the red line", "red"),
        ("brownout", ""),
    ],
)
def test_colours_are_found_as_words_of_their_own(text: str, colour: str) -> None:
    assert colour_in(text) == colour


@pytest.mark.parametrize(
    ("name", "meaning", "told"),
    [
        ("  ", "", "has no name"),
        ("red spike", "", "name a colour, “red”"),
        ("spike", "marked in orange", "name a colour, “orange”"),
        ("Type  A", "", "there is a type “type a” already"),
        ("A", "", "there is a type “type a” already"),  # the word that models use for it
        ("x" * 61, "", "the name has 61 letters"),
    ],
)
def test_words_that_cannot_name_a_type_are_refused_with_a_reason(
    name: str, meaning: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        checked_words(name, meaning, [A])


def test_words_are_kept_without_needless_blanks() -> None:
    assert checked_words("  slow   drift ", "goes\nup", [A]) == ("slow drift", "goes up")


def test_keys_are_plain_and_used_once() -> None:
    assert key_for("Slow drift (up)", ()) == "slow_drift_up"
    assert key_for("slow drift", {"slow_drift", "slow_drift_2"}) == "slow_drift_3"
    assert key_for("Überschwingen", ()) == "berschwingen"
    assert key_for("飛躍", ()) == "type"


def test_a_question_reads_with_todays_names_new_types_and_no_retired_ones() -> None:
    renamed = A.model_copy(update={"name": "peak", "version": 2})
    known = {
        "a": KnownType(type=renamed),
        "b": KnownType(type=B, standing=False),
        "c": KnownType(type=C),
    }
    asked = question(B, A)
    assert read_now(asked, known).types == (renamed, C)
    assert read_now(asked, known, used={"b"}).types == (renamed, C, B)
    pattern = question(kind="pattern")
    assert read_now(pattern, known) == pattern


def test_every_version_is_told_the_newest_of_its_family() -> None:
    one, two = question(A), question(A, B, version=2)
    assert newest_versions([two, one]) == {"q1": two, "q2": two}

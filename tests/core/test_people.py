"""Names of people, and which changes of them a project can have."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.errors import ConfigError
from core.ids import utc_now
from core.people import Person, Role, check_change, same_name, subject_of, tidy_name


def person(name: str, role: Role = "annotator", **more: Any) -> Person:
    return Person(name=name, role=role, created_at=utc_now(), **more)


def people(*some: Person) -> Mapping[str, Person]:
    return {one.name: one for one in some}


def test_a_name_is_trimmed_and_its_letters_are_written_one_way() -> None:
    assert tidy_name("  Zoe\u0308   Li ") == "Zo\u00eb Li"
    assert tidy_name("a" * 60) == "a" * 60


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (" \t ", "the name is empty"),
        ("a" * 61, "61 characters"),
        ("Be\u200bn", "cannot be seen"),  # a space of no width
        ("Be\u202en", "cannot be seen"),  # turns the rest around
    ],
)
def test_what_is_no_name_is_refused(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        tidy_name(text)


def test_capitals_do_not_make_another_person() -> None:
    assert same_name("Straße", "STRASSE")
    with pytest.raises(ConfigError, match="'Ben' is one of the people already"):
        check_change(people(person("Ben")), person("BEN"))


def test_the_name_of_somebody_who_was_removed_stays_theirs() -> None:
    with pytest.raises(ConfigError, match="'Ben' was removed"):
        check_change(people(person("Ben", standing=False)), person("ben"))


def test_a_name_is_stored_as_lists_show_it() -> None:
    with pytest.raises(ConfigError, match="use 'Ben Li'"):
        check_change({}, person("Ben  Li"))


@pytest.mark.parametrize(
    "after",
    [person("Ann", "lead", standing=False), person("Ann", "analyst")],
    ids=["removed", "demoted"],
)
def test_the_last_lead_stays_a_lead(after: Person) -> None:
    there = people(person("Ann", "lead"), person("Ben", "analyst"))
    with pytest.raises(ConfigError, match="'Ann' is the last lead"):
        check_change(there, after)
    check_change({**there, "Cy": person("Cy", "lead")}, after)


def test_one_lead_with_a_passphrase_stays_while_others_work_here() -> None:
    there = people(person("Ann", "lead", secret="x"), person("Ben", "lead"))
    with pytest.raises(ConfigError, match="the last lead with a passphrase or a sign-in"):
        check_change(there, person("Ann", "lead"))
    check_change(people(person("Ann", "lead", secret="x")), person("Ann", "lead"))  # alone


def test_a_sign_in_is_one_person() -> None:
    there = people(person("Ann", "lead", sign_in="ann@example.org"))
    with pytest.raises(ConfigError, match=r"'Ann' signs in as 'ann@example\.org' already"):
        check_change(there, person("Ben", sign_in="ann@example.org"))


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"email": "Ann@Example.org", "email_verified": True}, "ann@example.org"),
        # not verified: whoever typed it there
        ({"email": "ann@example.org", "email_verified": False, "sub": "7", "iss": "i"}, "i#7"),
        ({"email": "ann@example.org", "sub": "7", "iss": "i"}, "i#7"),
        ({"email": "ann@example.org", "email_verified": "true"}, ""),
        ({}, ""),
    ],
)
def test_an_address_counts_only_when_the_provider_verified_it(
    claims: dict[str, Any], subject: str
) -> None:
    assert subject_of(claims) == subject

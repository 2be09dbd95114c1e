"""Who may do what: the whole table, and the rule that a typed name leads nobody but itself."""

import pytest

from core.people import Identity, Role
from core.permissions import ACTS, NEEDED, WORDS, Act, allowed, refusal

BY_ROLE: dict[Role, set[Act]] = {
    "annotator": {"decide"},
    "analyst": {"decide", "upload", "ask", "export"},
    "lead": set(ACTS),
}


@pytest.mark.parametrize("identity", ["typed", "passphrase", "sign_in"])
@pytest.mark.parametrize("role", ["annotator", "analyst", "lead"])
def test_whoever_works_alone_may_do_everything(role: Role, identity: Identity) -> None:
    assert {act for act in ACTS if allowed(role, identity, act, 1)} == set(ACTS)
    assert {act for act in ACTS if allowed(role, identity, act, 0)} == set(ACTS)


@pytest.mark.parametrize("identity", ["passphrase", "sign_in"])
@pytest.mark.parametrize("role", ["annotator", "analyst", "lead"])
def test_with_a_second_person_a_role_may_what_the_table_says(
    role: Role, identity: Identity
) -> None:
    assert {act for act in ACTS if allowed(role, identity, act, 2)} == BY_ROLE[role]


def test_a_lead_who_is_only_typed_may_what_an_analyst_may() -> None:
    assert {act for act in ACTS if allowed("lead", "typed", act, 2)} == BY_ROLE["analyst"]
    assert {act for act in ACTS if allowed("analyst", "typed", act, 2)} == BY_ROLE["analyst"]


def test_every_act_has_a_role_and_words() -> None:
    assert set(NEEDED) == set(WORDS) == set(ACTS)


def test_a_refusal_says_who_what_and_what_to_do() -> None:
    assert refusal("Ben", "annotator", "promote") == (
        "Ben works here as an annotator and may not promote a student: that takes a lead; ask one, "
        "or say at the left who you are"
    )
    assert refusal("Ann", "lead", "train") == (
        "Ann was typed, not shown to be Ann, and may not start, stop or resume a training so, "
        "because others work here too; give a lead's passphrase, or sign in"
    )

"""Who works in a project, and how sure the app is of it. No passphrase is ever kept as text."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from core.errors import ConfigError
from core.model import Frozen

Role = Literal["annotator", "analyst", "lead"]
"""`annotator` decides on items; `analyst` also uploads, asks and exports; `lead` also trains,
promotes, adjudicates, and sets the policy and the people."""

Identity = Literal["typed", "passphrase", "sign_in"]
"""How a name was given: typed on a machine that is trusted, with a passphrase, or by a sign-in."""

LONGEST_NAME = 60
"""Characters of a person's name."""


class Person(Frozen):
    """One version of a person of a project; a change of role or passphrase makes the next.

    Attributes:
        secret: salted hash of the passphrase; empty when none is set.
        standing: False once removed; what they decided stays theirs.
        sign_in: who they are to the sign-in (`subject_of`); empty when they do not sign in.
    """

    name: str
    role: Role
    created_at: datetime
    secret: str = ""
    standing: bool = True
    sign_in: str = ""

    @property
    def provable(self) -> bool:
        """Whether somebody can show that they are this person, beyond typing the name."""
        return bool(self.secret or self.sign_in)


def tidy_name(text: str) -> str:
    """Return a name as it is stored: normalised (NFKC), with single spaces.

    Raises:
        ConfigError: when nothing is left, it is too long, or a character cannot be seen.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name:
        raise ConfigError(
            "the name is empty, so nobody could tell whose decisions these are; type a name"
        )
    if len(name) > LONGEST_NAME:
        raise ConfigError(
            f"the name has {len(name)} characters, and lists have room for {LONGEST_NAME}; "
            "shorten it"
        )
    # Control and format characters: two names that look the same would be two people.
    if any(unicodedata.category(one).startswith("C") for one in name):
        raise ConfigError(
            f"the name {name!a} holds a character that cannot be seen, so it would look like "
            "another one; type it again without"
        )
    return name


def same_name(one: str, other: str) -> bool:
    """Tell whether two names would be taken for one: capitals do not make a difference."""
    return one.casefold() == other.casefold()


def check_change(before: Mapping[str, Person], after: Person) -> None:
    """Refuse a version of a person that a project cannot have.

    Args:
        before: all people there ever were, by name, also removed ones.

    Raises:
        ConfigError: when the name is not as `tidy_name` leaves it or is taken, when the sign-in is
            somebody else's, or when no lead would be left.
    """
    if tidy_name(after.name) != after.name:
        raise ConfigError(
            f"the name {after.name!r} has spaces or signs that lists do not show; "
            f"use {tidy_name(after.name)!r}"
        )
    others = [one for one in before.values() if one.name != after.name]
    for one in others:
        if same_name(one.name, after.name):
            state = "is one of the people already" if one.standing else "was removed"
            raise ConfigError(
                f"{one.name!r} {state}, and {after.name!r} would be taken for the same person; "
                "add a surname or an initial, or use the one that is there"
            )
        if after.sign_in and one.standing and one.sign_in == after.sign_in:
            raise ConfigError(
                f"{one.name!r} signs in as {after.sign_in!r} already, and one sign-in is one "
                "person; remove it there first"
            )
    then = [*others, after]
    if _leads(before.values()) and not _leads(then):
        raise ConfigError(
            f"{after.name!r} is the last lead, and without one nobody could train, promote or "
            "change people; make somebody else a lead first"
        )
    alone = sum(one.standing for one in then) < 2
    if not alone and _provable(before.values()) and not _provable(then):
        raise ConfigError(
            f"{after.name!r} is the last lead with a passphrase or a sign-in, and a name alone may "
            "not lead while others work here; set a passphrase for another lead first"
        )


def _leads(people: Iterable[Person]) -> list[Person]:
    return [one for one in people if one.standing and one.role == "lead"]


def _provable(people: Iterable[Person]) -> bool:
    return any(one.provable for one in _leads(people))


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return who somebody is to a sign-in: a verified e-mail address, else the provider's own id.

    An address that the provider did not verify may be anybody's. Empty when there is neither.
    """
    address = str(claims.get("email") or "").strip().lower()
    if address and claims.get("email_verified") is True:
        return address
    subject = str(claims.get("sub") or "").strip()
    return f"{claims.get('iss') or 'provider'}#{subject}" if subject else ""

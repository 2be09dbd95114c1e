"""A project with three people for the tests of Team: a lead, an analyst, an annotator."""

from core.ids import utc_now
from core.passphrases import hash_passphrase
from core.people import Person, Role
from storage import Store

PASSPHRASE = "three green words"


def add(store: Store, name: str, role: Role, passphrase: str = "", sign_in: str = "") -> None:
    """Add somebody without asking who does it."""
    secret = hash_passphrase(passphrase) if passphrase else ""
    person = Person(name=name, role=role, created_at=utc_now(), secret=secret, sign_in=sign_in)
    store.people.save(store.projects.default().id, person, by="test")


def three(store: Store) -> None:
    """Ann leads and has a passphrase; Ben labels; Cleo analyses."""
    add(store, "Ann", "lead", PASSPHRASE)
    add(store, "Ben", "annotator")
    add(store, "Cleo", "analyst")


def sits_here(store: Store, name: str) -> None:
    """Remember somebody as the one who sat at this machine last."""
    store.settings.set(store.projects.default().id, "person", name)

"""Changes of a project's people: who comes, goes, and in which role. No Streamlit.

All of them are a lead's, but for one's own passphrase. Each is a new version, and nothing is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import ConfigError, NotAllowedError
from core.ids import utc_now
from core.passphrases import hash_passphrase
from core.people import Person, Role, tidy_name
from pages.components.workflows.effort import effort
from pages.components.workflows.permitting import Actor, permit
from pages.components.workflows.whoami import PERSON, STRANGER, Known
from storage import Store


@dataclass(frozen=True)
class Row:
    """A person as a list shows them: since when they are here, and whether they still are."""

    person: Person
    since: datetime

    @property
    def known_by(self) -> str:
        """How they show who they are."""
        ways = [("passphrase", self.person.secret), ("sign-in", self.person.sign_in)]
        return " or ".join(name for name, there in ways if there) or "name alone"


@dataclass(frozen=True)
class Stranger:
    """Somebody who signed in and is nobody here."""

    subject: str
    shown: str
    created_at: datetime


def rows(store: Store, project_id: str) -> list[Row]:
    """Return everybody there ever was, in the order in which they came."""
    since: dict[str, datetime] = {}
    for change in store.people.history(project_id):
        since.setdefault(change.person.name, change.created_at)
    return [Row(one, since[name]) for name, one in store.people.ever(project_id).items()]


def strangers(store: Store, project_id: str) -> list[Stranger]:
    """Return the latest try of everybody who signed in and is nobody here."""
    known = {one.sign_in for one in store.people.current(project_id).values()}
    latest = {
        one.about: Stranger(one.about, str(one.details.get("shown", "")), one.created_at)
        for one in store.actions.list(project_id, (STRANGER,))
    }
    return [one for subject, one in latest.items() if subject and subject not in known]


def begin(store: Store, project_id: str, actor: Actor, name: str, passphrase: str = "") -> Known:
    """Make whoever works alone the first person, a lead.

    Raises:
        ConfigError: when it is no name, or the passphrase would not hold.
    """
    permit(store, project_id, actor, "people", name)
    secret = hash_passphrase(passphrase) if passphrase else ""
    first = Person(name=tidy_name(name), role="lead", created_at=utc_now(), secret=secret)
    store.people.save(project_id, first, by=first.name)
    store.settings.set(project_id, PERSON, first.name)
    _note(store, project_id, Actor(first.name), "person_added", first.name, {"role": "lead"})
    return Known(first.name, "passphrase", secret) if secret else Known(first.name)


def add_person(
    store: Store,
    project_id: str,
    actor: Actor,
    name: str,
    role: Role,
    *,
    passphrase: str = "",
    sign_in: str = "",
) -> Person:
    """Add somebody.

    Raises:
        ConfigError: when the name cannot be, or when nobody of the project could lead any longer,
            because with a second person a lead needs a passphrase or a sign-in.
        NotAllowedError: when the actor is no lead.
    """
    permit(store, project_id, actor, "people", name)
    people = store.people.current(project_id).values()
    person = Person(
        name=tidy_name(name),
        role=role,
        created_at=utc_now(),
        secret=hash_passphrase(passphrase) if passphrase else "",
        sign_in=sign_in.strip().lower() if "#" not in sign_in else sign_in.strip(),
    )
    if people and not any(one.role == "lead" and one.provable for one in [*people, person]):
        raise ConfigError(
            f"with {person.name} a second person is here, and from then on a lead is known by a "
            "passphrase or a sign-in, which no lead has; set yours first"
        )
    store.people.save(project_id, person, by=actor.name)
    _note(store, project_id, actor, "person_added", person.name, {"role": role})
    return person


def change_person(
    store: Store, project_id: str, actor: Actor, name: str, changes: dict[str, Any]
) -> Person:
    """Make the next version of a person: `role`, `sign_in` or `standing`.

    Raises:
        ConfigError: when the last lead would be gone: see `core.people.check_change`.
        NotAllowedError: when the actor is no lead.
    """
    permit(store, project_id, actor, "people", name)
    person = _there(store, project_id, name)
    return _save(store, project_id, actor, person, changes, "person_changed")


def set_passphrase(
    store: Store, project_id: str, actor: Actor, name: str, passphrase: str
) -> Known:
    """Give somebody a passphrase, in place of the one before. Their own needs no lead.

    Returns:
        How the session that set it knows them; other sessions of theirs have to give it.

    Raises:
        ConfigError: when it would not hold.
        NotAllowedError: when it is somebody else's and the actor is no lead.
    """
    person = _there(store, project_id, name)
    own = actor.name == name and actor.identity != "typed"
    if not own:
        permit(store, project_id, actor, "people", name)
    secret = hash_passphrase(passphrase)
    _save(store, project_id, actor, person, {"secret": secret}, "passphrase_set")
    return Known(name, "passphrase", secret)


def _save(
    store: Store,
    project_id: str,
    actor: Actor,
    person: Person,
    changes: dict[str, Any],
    action: str,
) -> Person:
    changed = Person.model_validate({**person.model_dump(), **changes, "created_at": utc_now()})
    store.people.save(project_id, changed, by=actor.name)
    told = {key: value for key, value in changes.items() if key != "secret"}
    _note(store, project_id, actor, action, person.name, told)
    return changed


def _there(store: Store, project_id: str, name: str) -> Person:
    person = store.people.ever(project_id).get(name)
    if person is None:
        raise NotAllowedError(
            f"nobody here is called {name!r}, so nothing was changed; pick somebody from the list"
        )
    return person


def _note(
    store: Store, project_id: str, actor: Actor, action: str, about: str, told: dict[str, Any]
) -> None:
    store.actions.add(project_id, actor.name, action, about, told, identity=actor.identity)


def effort_words(store: Store, project_id: str) -> str:
    """Say how much was decided, of the project as a whole and never of one person.

    Empty unless the policy says that it is shown.
    """
    policy = store.policies.current(project_id)
    if not policy.effort_shown:
        return ""
    labels = store.corrections.current(project_id).values()
    n = len({label.event.person for label in labels})
    recent = effort(store.corrections.events(project_id), utc_now())
    took = "" if recent.seconds is None else f"; one decision takes {recent.seconds:.0f} s (median)"
    people = "person" if n == 1 else "people"
    return f"{len(labels):,} items are decided, by {n:,} {people}{took}"

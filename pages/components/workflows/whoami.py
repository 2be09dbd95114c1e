"""Who sits before the page: remembered, typed, shown by a passphrase, or signed in. No Streamlit.

A name is remembered per machine and only where a name is all there is; whoever has a passphrase
gives it in every new browser session.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from core.errors import NotAllowedError
from core.ids import utc_now
from core.passphrases import is_passphrase, wait_s
from core.people import Identity, Person, same_name, tidy_name
from storage import Store

PERSON = "person"
"""Setting: who sat at this machine last; followed by `@address` for other machines."""
DEFAULT_PERSON = "me"

ENTERED = "entered"
WRONG = "wrong_passphrase"
UNKNOWN = "unknown_person"
STRANGER = "unknown_sign_in"

_PROXIES = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")

# Tries of several browsers one after the other, so that each sees what the last one counted.
_ONE_TRY = Lock()


@dataclass(frozen=True)
class Desk:
    """Where a browser is: at this machine, or at another address (empty behind a proxy)."""

    local: bool = True
    address: str = ""

    @property
    def setting(self) -> str:
        """The setting that remembers this machine's person; empty when it cannot be told apart."""
        if self.local:
            return PERSON
        return f"{PERSON}@{self.address}" if self.address else ""


@dataclass(frozen=True)
class Known:
    """Who it is, as this browser session knows it.

    Attributes:
        secret: the hash that the passphrase fitted: another passphrase ends the session's trust.
    """

    name: str
    identity: Identity = "typed"
    secret: str = ""


def desk_of(address: str | None, headers: Mapping[str, str]) -> Desk:
    """Say where a browser is, from its address (None for this machine) and its request's headers.

    Behind a reverse proxy every browser seems to be at this machine, or at the proxy.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    host = lower.get("host", "localhost").lower()
    bare = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if any(name in lower for name in _PROXIES) or (address is None and bare not in _LOCAL):
        return Desk(local=False)
    return Desk(local=address is None, address=address or "")


def at_start(store: Store, project_id: str, people: Mapping[str, Person], desk: Desk) -> Known:
    """Return whom a new browser session belongs to; a `Known` without a name when it must ask."""
    remembered = ""
    if desk.setting:
        remembered = str(store.settings.get(project_id, desk.setting, ""))
    if not people:
        return Known(remembered or DEFAULT_PERSON)
    if len(people) == 1 and desk.local:
        return Known(next(iter(people)))
    person = people.get(remembered)
    return Known(remembered if person is not None and not person.provable else "")


def holds(people: Mapping[str, Person], known: Known, desk: Desk) -> bool:
    """Tell whether a session still is whom it was: they may be gone, or have a passphrase now."""
    if not known.name:
        return False
    if not people:
        return True
    person = people.get(known.name)
    if person is None:
        return False
    if known.identity == "passphrase":
        return person.secret == known.secret
    alone = len(people) == 1 and desk.local
    return known.identity == "sign_in" or alone or not person.provable


def enter(
    store: Store,
    project_id: str,
    name: str,
    passphrase: str,
    desk: Desk,
    now: datetime | None = None,
) -> Known:
    """Let somebody be one of the project's people, for this browser session.

    Raises:
        NotAllowedError: when nobody is called so, or the passphrase is wrong, missing or comes too
            soon after wrong ones.
        ConfigError: when it is no name.
    """
    name = tidy_name(name)
    people = store.people.current(project_id)
    person = next((one for one in people.values() if same_name(one.name, name)), None)
    if person is None:
        store.actions.add(project_id, name, UNKNOWN, name)
        raise NotAllowedError(
            f"nobody here is called {name!r}, so their decisions would be nobody's; pick a name "
            "from the list, or have a lead add this one on People"
        )
    known = Known(person.name)
    if person.provable:
        known = prove(store, project_id, person, passphrase, now)
    elif desk.setting:
        store.settings.set(project_id, desk.setting, person.name)
    store.actions.add(project_id, person.name, ENTERED, person.name, identity=known.identity)
    return known


def prove(
    store: Store, project_id: str, person: Person, passphrase: str, now: datetime | None = None
) -> Known:
    """Check a passphrase; wrong ones are recorded, and after three of them tries have to wait.

    Raises:
        NotAllowedError: when it is not theirs, or comes too soon.
    """
    if not person.secret:
        raise NotAllowedError(
            f"{person.name} has no passphrase, so giving one shows nothing; "
            + ("sign in instead" if person.sign_in else "have a lead set one on People")
        )
    with _ONE_TRY:
        now = now or utc_now()
        left = wait_s(_wrong(store, project_id, person.name), now)
        if left > 0:
            raise NotAllowedError(
                f"wrong passphrases were given for {person.name} too often; wait {left:.0f} s and "
                "try again"
            )
        if not is_passphrase(passphrase, person.secret):
            store.actions.add(project_id, person.name, WRONG, person.name)
            raise NotAllowedError(
                f"this is not the passphrase of {person.name}; the try was noted. Type it again, "
                "or have a lead set a new one"
            )
        store.actions.add(project_id, person.name, "passphrase", person.name, identity="passphrase")
    return Known(person.name, "passphrase", person.secret)


def _wrong(store: Store, project_id: str, name: str) -> list[datetime]:
    """Return when passphrases for a name were wrong, since the last one that was right."""
    wrong: list[datetime] = []
    for one in store.actions.list(project_id, (WRONG, "passphrase", "passphrase_set"), name):
        wrong = [*wrong, one.created_at] if one.action == WRONG else []
    return wrong


def signed_in(store: Store, project_id: str, subject: str, shown: str, first: bool) -> Known:
    """Return who a sign-in is here; `first` in a browser session is recorded.

    Args:
        subject: what `core.people.subject_of` says.
        shown: name and address as the provider gives them, for people.

    Raises:
        NotAllowedError: when nobody here signs in so: a lead finds the try on People.
    """
    people = store.people.current(project_id).values()
    person = next((one for one in people if subject and one.sign_in == subject), None)
    if person is None:
        if first:
            store.actions.add(project_id, shown, STRANGER, subject, {"shown": shown})
        raise NotAllowedError(
            f"you are signed in as {shown}, but nobody of this project signs in so; ask a lead to "
            "add you: they find this try on People"
        )
    if first:
        store.actions.add(project_id, person.name, ENTERED, person.name, identity="sign_in")
    return Known(person.name, "sign_in")

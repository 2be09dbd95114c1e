"""Whether somebody may do something now, looked up afresh; refusals are recorded. No Streamlit.

What a page knew when it was drawn may be old: a role may have been taken away since.
"""

from dataclasses import dataclass

from core.errors import NotAllowedError
from core.people import Identity, Person
from core.permissions import Act, allowed, refusal
from storage import Store

REFUSED = "refused"


@dataclass(frozen=True)
class Actor:
    """Who does something, how they are known, and whether they sit at this machine."""

    name: str
    identity: Identity = "typed"
    local: bool = True


def n_people(people: dict[str, Person], local: bool) -> int:
    """Count the people of a project; whoever comes from another desk makes it at least two."""
    return max(len(people), 1 if local else 2)


def may(people: dict[str, Person], actor: Actor, act: Act) -> bool:
    """Tell whether somebody may do it. With no people at all whoever is there is the lead."""
    person = people.get(actor.name)
    if person is None and people:
        return False
    role = "lead" if person is None else person.role
    return allowed(role, actor.identity, act, n_people(people, actor.local))


def permit(store: Store, project_id: str, actor: Actor, act: Act, about: str = "") -> None:
    """Let somebody do something, or refuse and record that.

    Raises:
        NotAllowedError: when they may not; says why and what to do.
    """
    people = store.people.current(project_id)
    if may(people, actor, act):
        return
    store.actions.add(
        project_id, actor.name, REFUSED, act, {"about": about}, identity=actor.identity
    )
    person = people.get(actor.name)
    if person is None and people:
        raise NotAllowedError(
            f"{actor.name} is not, or no longer, one of the people of this project, so nothing was "
            "done; say who you are at the left, or ask a lead"
        )
    if person is None or not any(one.provable for one in people.values()):
        raise NotAllowedError(
            "nobody here has a passphrase yet, so that a lead could not be told from anybody else "
            "who reaches this app from another desk; set one on People on the machine itself, or "
            "there with `make passphrase NAME=...`"
        )
    raise NotAllowedError(refusal(person.name, person.role, act))

"""What every page works with: the store, the project, and who is there. No Streamlit."""

from dataclasses import dataclass

from core.people import Identity, Role
from pages.components.workflows.permitting import Actor
from storage import Store
from storage.rows import Project


@dataclass(frozen=True)
class Page:
    """What every page works with.

    Attributes:
        role: of the person; of one who works alone it is `lead`.
        identity: how sure the app is that it is this person.
        local: whether they sit at the machine that the app runs on.
    """

    store: Store
    project: Project
    person: str
    role: Role = "lead"
    identity: Identity = "typed"
    local: bool = True

    @property
    def actor(self) -> Actor:
        """The person, for what asks whether they may do something."""
        return Actor(self.person, self.identity, self.local)

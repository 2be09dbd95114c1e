"""Settings of a file are remembered for files of the same shape. No Streamlit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from core.ids import utc_now
from core.ingest import Proposal, Settings, adapt, shape_key
from storage import Store


@dataclass(frozen=True)
class Remembered:
    """How the last file of this shape was read.

    Attributes:
        settings: its settings, made to fit the file at hand.
        file: its name.
        at: when it was stored.
    """

    settings: Settings
    file: str
    at: datetime

    @property
    def words(self) -> str:
        """Say what is repeated."""
        return f"Read as on {self.at.day} {self.at:%b %Y}: same columns as {self.file}."


def remember(
    store: Store, project_id: str, file: str, proposal: Proposal, settings: Settings
) -> None:
    """Keep how a file was read, for later ones of its shape.

    Leaving rows or cells out is a consent to this one file; it is not kept.
    """
    plain = settings.model_copy(update={"on_bad_row": "refuse", "on_bad_cell": "refuse"})
    store.settings.set(
        project_id,
        _key(proposal),
        {
            "settings": plain.model_dump(mode="json"),
            "file": file,
            "at": utc_now().isoformat(),
            "by_person": not _same(plain, proposal.settings),
        },
    )


def recall(store: Store, project_id: str, proposal: Proposal) -> Remembered | None:
    """Return how a file of this shape was read before, or None when nothing of it would help.

    What a person chose is repeated. What was detected then is repeated only where this file leaves
    doubt: its own evidence is better than another file's.
    """
    held: dict[str, Any] | None = store.settings.get(project_id, _key(proposal))
    if held is None:
        return None
    if not held["by_person"] and all(finding.sure for finding in proposal.findings):
        return None
    try:
        before = Settings.model_validate(held["settings"])
    except ValidationError:  # written by another version of the app, whose settings were others
        return None
    settings = adapt(before, proposal)
    if settings is None or _same(settings, proposal.settings):
        return None
    return Remembered(settings, held["file"], datetime.fromisoformat(held["at"]))


def _key(proposal: Proposal) -> str:
    return f"ingest:{shape_key(proposal)}"


def _same(one: Settings, other: Settings) -> bool:
    """Compare what can be chosen: not the file's name, nor what was allowed to be left out."""
    free = {"name": "", "source": "", "on_bad_row": "refuse", "on_bad_cell": "refuse"}
    return one.model_copy(update=free) == other.model_copy(update=free)

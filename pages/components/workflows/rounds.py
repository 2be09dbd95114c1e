"""The calibration rounds of a project, as far as they got. No Streamlit."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.calibration import ENTRY, Practised, RoundEnded, RoundStarted
from storage import Store


@dataclass(frozen=True)
class Round:
    """A round as far as it got."""

    person: str
    started: RoundStarted
    began_at: datetime
    answers: tuple[Practised, ...] = ()
    ended: RoundEnded | None = None

    @property
    def agreed_by(self) -> dict[str, str]:
        """Ids of the decisions that label the items."""
        return dict(zip(self.started.item_ids, self.started.correction_ids, strict=True))

    @property
    def left(self) -> tuple[str, ...]:
        """Ids of the items still to answer, in their order."""
        done = {one.item_id for one in self.answers}
        return tuple(one for one in self.started.item_ids if one not in done)


def rounds(store: Store, project_id: str, person: str | None = None) -> list[Round]:
    """Return the rounds of a person, or of all, the oldest first."""
    found: dict[str, Round] = {}
    for row in store.calibrations.list(project_id):
        entry = ENTRY.validate_python(row.body)
        if isinstance(entry, RoundStarted):
            found[entry.round_id] = Round(row.person, entry, row.created_at)
        elif isinstance(entry, Practised):
            known = found[entry.round_id]
            if entry.item_id in known.left:  # two tabs may have answered it: the first counts
                found[entry.round_id] = replace(known, answers=(*known.answers, entry))
        else:
            found[entry.round_id] = replace(found[entry.round_id], ended=entry)
    return [one for one in found.values() if person in (None, one.person)]


def practised_items(store: Store, project_id: str, person: str) -> set[str]:
    """Return the items whose agreed label a person has met in a round: they know it now."""
    return {answer.item_id for one in rounds(store, project_id, person) for answer in one.answers}

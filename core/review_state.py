"""What stands of a project's review, folded event by event, so that a key costs no second fold.

The functions of `core.review` say what an item's events mean; this keeps their results. Mutable:
whoever shares one between threads guards it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime

from core.review import Correction, CurrentLabel, current_label, undone_ids

PACE_OVER = 20


class ReviewState:
    """The current labels, what is skipped, and when people decided.

    Attributes:
        labels: the current label of each item on which a decision stands.
        skipped: items with a skip that stands, by the id of the latest one.
        sequences: how many events each item has.
        last_saved: when the latest event was recorded; None before the first.
        latest: the latest event of each person, an undo too.
    """

    def __init__(self) -> None:
        self.labels: dict[str, CurrentLabel] = {}
        self.skipped: dict[str, str] = {}
        self.sequences: dict[str, int] = {}
        self.last_saved: datetime | None = None
        self.latest: dict[str, Correction] = {}
        self._events: dict[str, list[Correction]] = defaultdict(list)
        self._times: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=PACE_OVER))

    def add(self, events: Iterable[Correction]) -> None:
        """Fold events that were recorded after all those before."""
        changed: set[str] = set()
        for event in events:
            self._events[event.item_id].append(event)
            self.sequences[event.item_id] = event.sequence
            self.last_saved = event.created_at
            self.latest[event.person] = event
            changed.add(event.item_id)
            if event.decision not in ("undo", "skip"):
                self._times[event.person].append(event.created_at)
        for item_id in changed:
            self._fold(item_id)

    def events(self, item_id: str) -> list[Correction]:
        """Return an item's events in their order."""
        return list(self._events.get(item_id, ()))

    def times(self, person: str) -> list[datetime]:
        """Return when a person made their last decisions, at most `PACE_OVER` of them."""
        return list(self._times.get(person, ()))

    def _fold(self, item_id: str) -> None:
        own = self._events[item_id]
        label = current_label(own)
        if label is None:
            self.labels.pop(item_id, None)
        else:
            self.labels[item_id] = label
        undone = undone_ids(own)
        skips = [one.id for one in own if one.decision == "skip" and one.id not in undone]
        if skips:
            self.skipped[item_id] = skips[-1]
        else:
            self.skipped.pop(item_id, None)

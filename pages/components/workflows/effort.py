"""How much work review takes, for a project as a whole and never for a person. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from core.review import Correction

DAYS = 7
LEAST = 20
"""With fewer decisions a figure would speak of single ones, and so of who made them."""


@dataclass(frozen=True)
class Effort:
    """Decisions of the last days, and the middle of the seconds that one takes; None when few."""

    n: int
    seconds: float | None


def effort(events: Sequence[Correction], now: datetime) -> Effort:
    """Sum up the decisions of the last `DAYS` days that were made one by one."""
    since = now - timedelta(days=DAYS)
    recent = [
        one
        for one in events
        if one.created_at >= since and one.decision not in ("undo", "skip") and one.how == "desk"
    ]
    seconds = [one.seconds for one in recent if one.seconds is not None]
    return Effort(len(recent), median(seconds) if len(seconds) >= LEAST else None)

"""Ordinals of an answer's own intervals: "the only anomaly", "the second event"."""

import re
from collections.abc import Sequence

from core.answers import FoundInterval
from core.grounding.lexicon import EVENTS, ORDINALS
from core.verdicts import Check, decided


def own_rank(
    text: str, interval: FoundInterval | None, intervals: Sequence[FoundInterval]
) -> Check | None:
    """Check "only", "first", ... of an event without a type against the answer's intervals.

    Returns:
        None when the text says none of it, or points to no interval.
    """
    if interval is None:
        return None
    found = re.search(rf"\b(only|single|sole|{'|'.join(ORDINALS)}) (?:[a-z]+ )?{EVENTS}\b", text)
    if found is None:
        return None
    n = len(intervals)
    place = 1 + sum(one.start < interval.start for one in intervals)
    nth = ORDINALS.get(found[1])
    if nth is None:
        return decided(n == 1, f"the answer has {n:,} intervals")
    wanted = nth if nth > 0 else n
    return decided(place == wanted, f"interval {place:,} of {n:,}")

"""Phrases about two channels: "the link between ch1 and ch2 is lost", "ch1–ch3 gained".

Such a phrase needs two channels and a word for what becomes of their relation; its claim is that of
a change of correlation (`core.checks_pairs`).
"""

from collections.abc import Sequence
from itertools import combinations, product

from core.answers import ChannelPair, Claim, Direction, FoundInterval
from core.grounding.axis import Stretch
from core.grounding.clauses import Clause
from core.grounding.lexicon import RELATION, has
from core.grounding.spoken import SHORT
from core.series import WindowView

_AS_BEFORE = (
    r"\bas before\b|\bunchanged\b|\bstill\b|\bkeeps?\b|\bremains?\b|\bstays?\b|\bcontinues?\b"
)
_LOST = (
    r"\blos\w+|\bgone\b|\bbr(?:eak|oke)\w*|\bvanish\w*|\bdisappear\w*|\bno longer\b|\bnot\b.*"
    r"\bany ?more\b|\bstop\w*|\bceas\w+|\bends?\b|\bended\b|\bweak\w*|\bdrops?\b|\bfalls?\b|"
    r"\bdecoupl\w*|\bdecorrelat\w*|\bdissol\w+|\bfades?\b|\bdecreas\w+|\bapart\b"
)
_GAINED = (
    r"\bgain\w*|\bbeg[iau]n\w*|\bstart\w*|\bappear\w*|\bemerg\w*|\bnow\b|\bstrengthen\w*|"
    r"\bstronger\b|\brises?\b|\bincreas\w+|\bbecom\w+|\bnew\b|\barises?\b|\bform(?:s|ed)\b"
)
_WITH_OTHERS = r"\b(?:with|from|to|on|follow\w*) <c\d+>"
"""Somebody who is not named in the clause and the channels that are: "it follows ch1 and ch2"."""
_OF_RELATIONS = r"\b(?:correlation|connection|relation\w*|link)\b"


def of_relations(clause: Clause) -> bool:
    """Tell whether what changes in a clause is a relation, and nothing that one channel does."""
    return has(_OF_RELATIONS, clause.text)


def relation_claims(
    clause: Clause,
    where: Stretch | None,
    intervals: Sequence[FoundInterval],
    view: WindowView,
) -> list[Claim]:
    """Return what a clause claims of pairs of channels; none where it speaks of none.

    Args:
        clause: with the channels that it names.
        where: the samples that it speaks of; from a point on as long a stretch is claimed as there
            is on both sides of it, up to the neighbouring change points.
        intervals: of the answer.
        view: the window.
    """
    pairs = _pairs(clause, view.values.shape[1])
    way = _way(clause.text)
    if where is None or not pairs or way is None:
        return []
    start, stop = where.start, where.stop
    if where.form in ("from", "point") or stop - start <= SHORT:
        before = [one.start for one in intervals if one.start < start]
        after = [one.start for one in intervals if one.start > start]
        length = min(start - max([view.start, *before]), min([view.stop, *after]) - start)
        stop = start + length
    if stop <= start:
        return []
    return [
        Claim(kind="correlation", start=start, stop=stop, channel=a, other=b, direction=way)
        for a, b in pairs
    ]


def _pairs(clause: Clause, n_channels: int) -> list[ChannelPair]:
    """Return the pairs named: written as pairs, one channel with others, or all of a list."""
    named = clause.spoken
    pairs = [one.numbers for one in named if one.pair]
    if not pairs and has(RELATION, clause.text):
        if len(named) >= 2:
            rest = [number for one in named[1:] for number in one.numbers]
            pairs = list(product(named[0].numbers, rest))
        elif named and not has(_WITH_OTHERS, clause.text):
            pairs = list(combinations(named[0].numbers, 2))
    ordered = dict.fromkeys((min(pair), max(pair)) for pair in pairs)
    return [(a, b) for a, b in ordered if a != b and b < n_channels]


def _way(text: str) -> Direction | None:
    lost, gained = has(_LOST, text), has(_GAINED, text)
    if lost:  # "begins to weaken", "no longer ... now"
        return "down"
    if gained:
        return "up"
    return "flat" if has(_AS_BEFORE, text) else None

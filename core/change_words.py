"""A change of correlation in words, each with a claim that the data confirm. For any author."""

from collections.abc import Sequence

from core.answers import ChannelPair, Claim, Direction, FoundInterval, Span
from core.channel_changes import ChannelChange
from core.checks import check_with
from core.checks_pairs import relations
from core.measure import WindowFacts
from core.measure_stretch import step
from core.teachers.rules_words import number, sample, signed, where

Pair = tuple[str, Claim | None]
"""What a pair is called, and what is claimed of it."""


def relation_words(found: FoundInterval, around: tuple[int, int], facts: WindowFacts) -> list[Span]:
    """Say which pairs a change of correlation lost or gained, each with a claim.

    "Correlation change at sample 412: ch1–ch2, ch1–ch3 lost." A pair whose claim the data do not
    confirm is said to have changed, and claims nothing.

    Args:
        found: the change point with its pairs, or with none.
        around: the absolute samples where the change points before and after it lie, or the window
            begins and ends: the stretches compared end there.
        facts: of the window.
    """
    length = min(found.start - around[0], around[1] - found.start)
    ways: dict[Direction, list[Pair]] = {"down": [], "up": []}
    rest: list[ChannelPair] = []
    for pair in found.pairs:
        claim = relation_claim(pair, found.start, length, facts)
        if claim is None or claim.direction is None:
            rest.append(pair)
        else:
            ways[claim.direction].append((pair_name(pair), claim))
    more = ""
    if rest:
        pairs = ", ".join(map(pair_name, rest))
        more = f"{pairs} changed in a way that no correlation shows"
    return pairs_said(found, ways["down"], ways["up"], more)


def pairs_said(
    found: FoundInterval, lost: Sequence[Pair], gained: Sequence[Pair], more: str = ""
) -> list[Span]:
    """Say of a change of correlation what it did to pairs: a phrase for each, in one sentence.

    Args:
        found: the change point.
        lost, gained: names of pairs, each with what is claimed of it.
        more: what ends the sentence.
    """
    said: list[Pair] = []
    for word, parts in (("lost", lost), ("gained", gained)):
        last = len(parts) - 1
        for k, (name, claim) in enumerate(parts):
            said.append((f"{name} {word};" if k == last else f"{name},", claim))
    if more:
        said.append((f"{more};", None))
    begin = f"Correlation change at sample {found.start:,}"
    if not said:
        return [Span(text=f"{begin}. ", interval=found.number)]
    # Each phrase holds its comma, so that they read on wherever phrases stand by themselves.
    words = [f"{begin}: {said[0][0]}", *(text for text, _ in said[1:])]
    words[-1] = f"{words[-1].rstrip(';')}."
    spans = [
        Span(text=text, interval=found.number, claim=claim)
        for text, (_, claim) in zip(words, said, strict=True)
    ]
    return [one for span in spans for one in (span, Span(text=" "))]


def relation_claim(pair: ChannelPair, at: int, length: int, facts: WindowFacts) -> Claim | None:
    """Return the claim about a pair that the data confirm, None without any.

    Args:
        pair: two channels of the window.
        at: the first sample of the new regime, absolute.
        length: samples after and before it that are compared; 0 claims nothing.
        facts: of the window.
    """
    if length < 1:
        return None
    stretch = {"start": at, "stop": at + length, "channel": pair[0], "other": pair[1]}
    ways: tuple[Direction, Direction] = ("down", "up")
    grew = sum(one.change for one in relations(facts, pair, at, at + length)) > 0
    for way in reversed(ways) if grew else ways:
        claim = Claim.model_validate({"kind": "correlation", "direction": way, **stretch})
        if check_with(claim, facts).status == "confirmed":
            return claim
    return None


def channel_words(
    found: ChannelChange, at: int, stop: int, facts: WindowFacts
) -> tuple[str, Claim]:
    """Say what a channel does by itself at an absolute sample, and claim it.

    Args:
        stop: the absolute sample at which what begins here ends.
    """
    channel = found.channel
    on = where(channel, facts.view.values.shape[1])
    if found.what == "level":
        measured = step(facts.channel(channel), at, at + 1)
        size = found.size if measured is None else measured.size
        text = f"At {sample(at)}{on} the level changes by {signed(size)}"
        return text, Claim(kind="change", start=at, stop=at + 1, channel=channel, value=size)
    text = f"From {sample(at)}{on} the values spread {number(found.size)} times as much as before"
    way: Direction = "up" if found.size > 1 else "down"
    return text, Claim(kind="variance", start=at, stop=stop, channel=channel, direction=way)


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: `a, b and c`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def pair_name(pair: ChannelPair) -> str:
    """Name a pair as models and people read it: `ch1–ch2`."""
    return f"ch{pair[0] + 1}–ch{pair[1] + 1}"

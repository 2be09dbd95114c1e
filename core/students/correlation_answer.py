"""From scores and graph to an answer of the correlation student: instants, causes, words. No torch.

A change point is a peak of the ensemble (`correlation_scores.peaks`). Its cause is correlation
where the rarity of the correlation score outweighs `PULL` of that of the independent one. Pairs are
those whose connection turned over between the regimes on both sides; channels those that most of
the independent score comes from. Where channels are read at once (`together`), an independent
change is put where two normal distributions of these channels fit best, up to `SETTLE` samples
away: its score compares stretches, and peaks broadly. A change of correlation was found no better
so.
"""

from collections.abc import Sequence

import numpy as np

from core.answers import (
    AnswerContent,
    Cause,
    ChannelPair,
    Claim,
    FoundInterval,
    Span,
)
from core.change_points import filled
from core.change_words import Pair, channel_words, listed, pair_name, pairs_said
from core.channel_changes import change_at
from core.checks import check_with
from core.measure import WindowFacts
from core.relation_changes import best_cut
from core.series import WindowView
from core.students.correlation_scores import Strips, peaks

PULL = 0.75
"""Share of the independent score that the correlation score must outweigh (the thesis' alpha)."""
PULL_ALONE = 1.5
"""The same where the independent score hears no neighbour: what a channel does by itself is then
told apart from what it does with others, and moves the graph a little all the same."""
TURNED = 0.5
"""A connection's mean probability changes by this much when it counts as gained or lost."""
REGIME = 25
"""Samples on each side of a change, at most, that say what is connected."""
SHARE = 0.5
"""A variable is concerned when its score is this share of the largest one's."""
SETTLE = 60
"""Samples on each side of a peak among which an independent change is settled."""
MOST_NAMED = 4
"""Pairs or channels that the words name; the rest is counted."""


def cause_at(strips: Strips, at: int, pull: float = PULL) -> Cause:
    """Return what changed at a sample."""
    led = strips.correlation[at] - pull * strips.independent[at]
    return "correlation" if led >= 0 else "independent"


def answer_of(
    strips: Strips,
    view: WindowView,
    threshold: float,
    apart: int,
    n_features: int,
    pull: float = PULL,
    settle: int = 0,
) -> AnswerContent:
    """Return the change points of a window, with a phrase each.

    Args:
        settle: samples on each side among which an independent change is settled; 0 leaves it.
    """
    # nothing lies before sample 0, so that no regime can end there
    places = [at for at in peaks(strips.ensemble, threshold, apart) if at > 0]
    facts = WindowFacts(view)
    found: list[FoundInterval] = []
    rationale: list[Span] = []
    for number, at in enumerate(places, start=1):
        before = places[number - 2] if number > 1 else 0
        after = places[number] if number < len(places) else len(view.values)
        cause = cause_at(strips, at, pull)
        around = (before, at, after)
        one, spans = _change(strips, view, facts, number, around, n_features, cause, settle)
        score = max(float(strips.ensemble[at]), threshold)
        sure = score / (score + threshold) if threshold > 0 else 0.5
        found.append(one.model_copy(update={"confidence": round(sure, 4)}))
        rationale += spans
    if not found:
        rationale = [Span(text="Nothing in how the channels move, alone or together, changes.")]
    highest = float(strips.ensemble.max(initial=0.0))
    none = 1 - 0.5 * min(1.0, max(0.0, highest / threshold)) if threshold > 0 else 0.5
    confidence = min((one.confidence or 0.0 for one in found), default=round(none, 4))
    return AnswerContent(
        kind="change_point",
        intervals=tuple(found),
        confidence=confidence,
        rationale=tuple(rationale),
    )


def _change(
    strips: Strips,
    view: WindowView,
    facts: WindowFacts,
    number: int,
    around: tuple[int, int, int],
    n_features: int,
    cause: Cause,
    settle: int,
) -> tuple[FoundInterval, list[Span]]:
    before, at, after = around
    start = view.start + at
    ends = (view.start + before, view.start + after)
    if cause == "correlation":
        lost, gained = turned(strips, before, at, after)
        pairs = tuple(sorted(_channels_of(pair, n_features) for pair in (*lost, *gained)))
        one = FoundInterval(number=number, start=start, stop=start + 1, cause=cause, pairs=pairs)
        return one, _said_of_pairs(lost, gained, one, ends, n_features)
    variables = _concerned(strips, at)
    n_variables = strips.own.shape[1]
    channels = tuple(v * n_features + f for v in variables for f in range(n_features))
    start = view.start + _settled(view, channels, around, settle)
    one = FoundInterval(
        number=number,
        start=start,
        stop=start + 1,
        cause=cause,
        channels=() if len(variables) == n_variables else channels,
    )
    return one, _said_of_variables(variables, one, facts, ends, n_features)


def _settled(
    view: WindowView, channels: Sequence[int], around: tuple[int, int, int], settle: int
) -> int:
    """Return the sample, at most halfway to the changes beside it, where the channels change."""
    before, at, after = around
    start = max(at - settle, (before + at) // 2 if before else 0)
    stop = min(at + settle, (at + after) // 2 if after < len(view.values) else after)
    if stop - start < 2 * max(8, 2 * len(channels)):
        return at
    values = np.asarray(view.values, np.float64)
    concerned = np.stack([filled(values[:, channel]) for channel in channels], axis=1)
    return start + best_cut(concerned[start:stop])


def turned(
    strips: Strips, before: int, at: int, after: int
) -> tuple[list[ChannelPair], list[ChannelPair]]:
    """Return the pairs of variables lost and gained at a change; the likeliest one if none turned.

    Args:
        before, after: where the regimes on both sides begin and end, in samples of the window.
    """
    graph = strips.graph
    earlier = graph[max(before, at - REGIME) : at].mean(axis=0)
    later = graph[at : min(after, at + REGIME)].mean(axis=0)
    i, j = np.triu_indices(graph.shape[1], 1)
    moved = (later - earlier)[i, j]
    least = min(TURNED, float(np.abs(moved).max()))
    lost = [(int(i[p]), int(j[p])) for p in np.argsort(moved) if moved[p] <= -least]
    gained = [(int(i[p]), int(j[p])) for p in np.argsort(-moved) if moved[p] >= least]
    return lost, ([pair for pair in gained if pair not in lost])


def _concerned(strips: Strips, at: int) -> list[int]:
    own = strips.own[at]
    return [int(v) for v in np.flatnonzero(own >= SHARE * own.max())]


def _channels_of(pair: ChannelPair, n_features: int) -> ChannelPair:
    return pair[0] * n_features, pair[1] * n_features


def _name(variable: int, n_features: int) -> str:
    first = variable * n_features + 1
    return f"ch{first}" if n_features == 1 else f"ch{first} to ch{first + n_features - 1}"


def _said_of_pairs(
    lost: Sequence[ChannelPair],
    gained: Sequence[ChannelPair],
    one: FoundInterval,
    around: tuple[int, int],
    n_features: int,
) -> list[Span]:
    """Say what the graph did to each pair, in the words of the rules.

    Where a variable is a channel, its correlation is claimed to have done the same: the graph is
    no correlation, so that the data may contradict it.
    """
    every = [*((pair, True) for pair in lost), *((pair, False) for pair in gained)]
    named = sorted(every[:MOST_NAMED])
    length = min(one.start - around[0], around[1] - one.start)
    kept = {True: list[Pair](), False: list[Pair]()}
    for (a, b), down in named:
        claim = None
        if n_features == 1:
            claim = Claim(
                kind="correlation",
                start=one.start,
                stop=one.start + length,
                channel=a,
                other=b,
                direction="down" if down else "up",
            )
        kept[down].append((_pair_name((a, b), n_features), claim))
    left = len(every) - MOST_NAMED
    more = f"{left} more {'pair' if left == 1 else 'pairs'} changed too" if left > 0 else ""
    return pairs_said(one, kept[True], kept[False], more)


def _pair_name(pair: ChannelPair, n_features: int) -> str:
    if n_features == 1:
        return pair_name(pair)
    return f"{_name(pair[0], n_features)} and {_name(pair[1], n_features)}"


def _said_of_variables(
    variables: Sequence[int],
    one: FoundInterval,
    facts: WindowFacts,
    around: tuple[int, int],
    n_features: int,
) -> list[Span]:
    """Say which variables left their course; a level or a spread that the data confirm is claimed.

    Args:
        around: the absolute samples at which what ends here began, and what begins here ends.
    """
    measured = {
        variable: _measured_change(facts, variable, one, around) if n_features == 1 else None
        for variable in variables[:MOST_NAMED]
    }
    spans = [
        Span(text=f"{found[0]}. ", interval=one.number, claim=found[1])
        for found in measured.values()
        if found is not None
    ]
    others = [_name(variable, n_features) for variable, found in measured.items() if found is None]
    if others:
        leave = (
            "leaves the course that it was" if len(others) == 1 else "leave the course they were"
        )
        spans.append(
            Span(text=f"At sample {one.start:,} {listed(others)} {leave} on. ", interval=one.number)
        )
    return [*spans, *_rest(len(variables), "channels", one.number)]


def _measured_change(
    facts: WindowFacts, channel: int, one: FoundInterval, around: tuple[int, int]
) -> tuple[str, Claim] | None:
    """Return what a channel does by itself, in the words of the rules; None without any of it."""
    view, at = facts.view, one.start
    begin, stop = (place - view.start for place in around)
    found = change_at(view.values[begin:stop, channel], at - around[0], channel)
    if found is None or found.strength < 1:
        return None
    text, claim = channel_words(found, at, around[1], facts)
    return (text, claim) if check_with(claim, facts).status == "confirmed" else None


def _rest(count: int, what: str, number: int) -> list[Span]:
    if count <= MOST_NAMED:
        return []
    return [Span(text=f"{count - MOST_NAMED} more {what} change too. ", interval=number)]

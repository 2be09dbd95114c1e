"""How channels move together before and after a sample, as a student sees it. No Streamlit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.change_words import listed
from core.series import SeriesInfo
from core.students.correlation_scores import Strips

AROUND = 25
"""Samples before and after a place whose connections are put together."""
CONNECTED = 0.5
"""Two variables count as moving together from this probability on."""
LONGEST_NAME = 22

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SeenChanges:
    """How a student sees a window change.

    Attributes:
        strips: its scores and its graph at each sample.
        threshold: the ensemble's value from which on a peak is a change point.
        features: channels in a row that are one variable.
    """

    strips: Strips
    threshold: float
    features: int


@dataclass(frozen=True, eq=False)
class Connections:
    """The mean graphs of the samples before a place and from it on.

    Attributes:
        at: the place, the first sample after.
        before, after: (N, N) how probable it is that two variables move together.
        names: what people call the variables, and `short` what fits into a figure.
        gained: pairs that count as moving together only after, `lost` only before.
    """

    at: int
    before: Matrix
    after: Matrix
    names: tuple[str, ...]
    short: tuple[str, ...]
    lost: tuple[tuple[int, int], ...]
    gained: tuple[tuple[int, int], ...]


def connections_at(
    found: SeenChanges, start: int, at: int, info: SeriesInfo, around: int = AROUND
) -> Connections:
    """Return how variables move together around an absolute sample of a window.

    Args:
        found: what the student says of the window.
        start: the window's first sample.
        at: inside the window, not its first sample.
        info: of the series, whose channel names are put back.
        around: samples on each side, as far as the window has them.
    """
    graph, place = found.strips.graph, at - start
    before = graph[max(0, place - around) : place].mean(axis=0, dtype=np.float64)
    after = graph[place : place + around].mean(axis=0, dtype=np.float64)
    names = variable_names(info, graph.shape[1], found.features)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    there = {pair: (before[pair] >= CONNECTED, after[pair] >= CONNECTED) for pair in pairs}
    return Connections(
        at=at,
        before=before,
        after=after,
        names=names,
        short=tuple(_short(name) for name in names),
        lost=tuple(pair for pair, (b, a) in there.items() if b and not a),
        gained=tuple(pair for pair, (b, a) in there.items() if a and not b),
    )


def strongest_place(found: SeenChanges, start: int) -> int:
    """Return the absolute sample at which connections change most; never a window's first one."""
    return start + max(1, int(found.strips.correlation.argmax()))


def variable_names(info: SeriesInfo, n_variables: int, features: int) -> tuple[str, ...]:
    """Name variables by their channels: `ch1 inlet pressure`, or `ch1–ch4 ball` of several."""
    names = info.channel_names
    if features == 1:
        return tuple(f"ch{k + 1} {names[k]}" for k in range(n_variables))
    return tuple(
        f"ch{k * features + 1}–ch{(k + 1) * features} {names[k * features]}"
        for k in range(n_variables)
    )


def change_words(found: Connections) -> str:
    """Say which pairs part and which begin to move together at the place.

    Where one variable is in all of them, that one is said to part from the others, or to join them.
    """
    said = [
        _told(pairs, found.names, *words)
        for pairs, words in (
            (found.lost, ("no longer moves with", "no longer together")),
            (found.gained, ("now moves with", "now together")),
        )
        if pairs
    ]
    if not said:
        return f"At sample {found.at:,} the same channels move together before and after."
    return f"At sample {found.at:,}, {'; '.join(said)}."


def _told(
    pairs: tuple[tuple[int, int], ...], names: tuple[str, ...], of_one: str, of_pairs: str
) -> str:
    shared = set.intersection(*map(set, pairs))
    if len(shared) == 1:
        (one,) = shared
        others = [names[k] for pair in pairs for k in pair if k != one]
        return f"{names[one]} {of_one} {listed(others)}"
    both = [f"{names[i]} and {names[j]}" for i, j in pairs]
    return f"{of_pairs}: {', '.join(both)}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"

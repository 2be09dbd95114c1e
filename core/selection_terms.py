"""The terms that candidates are chosen by. Each is in [0, 1], or None where it cannot be computed.

accuracy   With a trusted label: the kind's score against it. Without: the mean over the other
           authors of the mean score against their answers, so that several samples of one author
           count as one voice; an author's own other samples count only where nobody else answered.
grounding  confirmed / (confirmed + contradicted) claims of the rationale; None without such claims.
axes       Of what the text states of the axes, the share that fits what was shown:
           - each position lies on the x axis, each value on some channel's y axis with its air;
           - a range that overlaps an event by a third or more (intersection over union) has its
             edges, to within 2 % of the window or 2 samples;
           - each unit is one of the channels', where any is known.
           A text that states nothing: 0 when the answer has events that it could have located,
           else None.
clarity    Mean of length, novelty and form; 0 without a text.
           length   1 inside `WORDS`, below it words / fewest, above it most / words
           novelty  different / all runs of four words; left out below four words
           form     1 for steps in order (`Step 1`, `Step 2`, ...); else the share of events that a
                    span points to, left out without events
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.answers import Answer, AnswerContent
from core.measure import LARGEST
from core.questions.base import Kind
from core.render_settings import STANDARD, RenderSettings
from core.selection_text import stated_in
from core.series import WindowView

WORDS = (20, 250)
"""Words of a text that is neither curt nor long-winded; ours (published ones: 112 to 170)."""
AIR = {"own": 0.05, "robust": 0.15}
EDGE_SHARE, EDGE_SAMPLES = 0.02, 2
SAME_EVENT = 1 / 3
_RUN = 4

Range = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """What the axes of a picture showed.

    Attributes:
        x: first place and the one after the last, where a range may stop; None when the axis
            showed times, which are not read from texts.
        first: what the axis showed at the window's first sample.
        y: lowest and highest value of each channel that has values, with the picture's air.
        units: the channels' units as far as known.
    """

    x: Range | None
    first: float
    y: tuple[Range, ...]
    units: frozenset[str] = frozenset()


def axes_of(
    view: WindowView, settings: RenderSettings = STANDARD, units: Sequence[str] = ()
) -> Axes:
    """Return the axes of a window's picture; `units` may hold empty ones, which are unknown."""
    first = float(view.start if settings.x_axis == "sample" else 0)
    ranges: list[Range] = []
    for column in view.values.T:
        there = column[np.abs(column) < LARGEST]
        if len(there):
            low, high = float(there.min()), float(there.max())
            air = AIR[settings.y_range] * (high - low) or max(0.05 * abs(low), 0.5)
            ranges.append((low - air, high + air))
    shown = settings.x_axis != "time"
    return Axes(
        x=(first, first + len(view.values)) if shown else None,
        first=first,
        y=tuple(ranges),
        units=frozenset(unit for unit in units if unit),
    )


def accuracy_term(kind: Kind, candidate: Answer, others: Sequence[Answer]) -> float | None:
    """Return the agreement of a candidate with the others; None when there are none.

    Args:
        kind: scores one answer against another.
        candidate: the answer.
        others: all other candidates of the item.
    """
    strangers = [other for other in others if voice(other) != voice(candidate)]
    return mean_of_voices(
        [(other, kind.score(candidate.content, other.content)) for other in strangers or others]
    )


def mean_of_voices(scores: Sequence[tuple[Answer, float]]) -> float | None:
    """Return the mean over authors of the mean of each one's scores; None without scores."""
    by_voice: dict[tuple[str, str], list[float]] = {}
    for answer, score in scores:
        by_voice.setdefault(voice(answer), []).append(score)
    if not by_voice:
        return None
    return float(np.mean([np.mean(own) for own in by_voice.values()]))


def voice(answer: Answer) -> tuple[str, str]:
    """Return who speaks: versions and samples of one author are one voice."""
    return answer.author.kind, answer.author.name


def axes_term(content: AnswerContent, view: WindowView, axes: Axes) -> float | None:
    """Return the share of what the text states that fits the axes (see the module)."""
    stated = stated_in(content.rationale_text, axes.units)
    fits = [any(low <= value <= high for low, high in axes.y) for value in stated.values]
    if axes.x is not None:
        events = [
            (found.start - view.start + axes.first, found.stop - view.start + axes.first)
            for found in content.intervals
        ]
        fits += [axes.x[0] <= position <= axes.x[1] for position in stated.positions]
        near = max(EDGE_SAMPLES, EDGE_SHARE * len(view.values))
        fits += [_range_fits(one, axes.x, events, near) for one in stated.ranges]
    if axes.units:
        fits += [unit in axes.units for unit in stated.units]
    if not fits:
        return 0.0 if content.intervals else None
    return sum(fits) / len(fits)


def clarity_term(content: AnswerContent) -> float:
    """Return how readable the rationale is (see the module)."""
    words = re.findall(r"\w+", content.rationale_text.casefold())
    if not words:
        return 0.0
    fewest, most = WORDS
    parts = [min(1.0, len(words) / fewest, most / len(words))]
    runs = [tuple(words[k : k + _RUN]) for k in range(len(words) - _RUN + 1)]
    if runs:
        parts.append(len(set(runs)) / len(runs))
    form = _form(content)
    return float(np.mean(parts if form is None else [*parts, form]))


def _form(content: AnswerContent) -> float | None:
    steps = [int(step) for step in re.findall(r"\bstep (\d+)\b", content.rationale_text, re.I)]
    if len(steps) > 1 and steps[0] == 1 and all(b == a + 1 for a, b in pairwise(steps)):
        return 1.0
    if not content.intervals:
        return None
    pointed = {span.interval for span in content.rationale if span.interval is not None}
    return len(pointed) / len(content.intervals)


def _range_fits(stated: Range, x: Range, events: Sequence[Range], near: float) -> bool:
    if not (x[0] <= stated[0] and stated[1] <= x[1]):
        return False
    meant = [event for event in events if _shared(stated, event) >= SAME_EVENT]
    return not meant or any(
        abs(stated[0] - start) <= near and abs(stated[1] - stop) <= near for start, stop in meant
    )


def _shared(a: Range, b: Range) -> float:
    shared = max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
    union = max(a[1], b[1]) - min(a[0], b[0])
    return shared / union if union else 1.0

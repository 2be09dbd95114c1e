"""What the benchmark `visanom` measures of texts: detection, intervals, samples, clean series.

Figures are [value, low, high] with a 95 % interval: Wilson's for shares of series, else a bootstrap
over series (`core.metrics.estimates`). What is measured of a window is cut to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.reasoner_stages import StageTexts, Task, read_text
from core.answers import FoundInterval
from core.intervals import Interval
from core.metrics.affiliation import affiliation
from core.metrics.estimates import (
    Bootstrap,
    Estimate,
    accuracy,
    cut_to_window,
    interval_scores,
    mean_figure,
)
from core.metrics.inputs import harmonic, mask_of
from core.metrics.intervals import event_f1
from core.metrics.luck import chance_in_window, luck_of_events


@dataclass(frozen=True)
class Read:
    """What was given for one window beside what is true; nothing is given in a text not read."""

    given: tuple[FoundInterval, ...]
    truth: tuple[FoundInterval, ...]
    window: tuple[int, int]
    group: str = ""
    part: str = ""
    read: bool = True
    formed: bool = True


def read_texts(task: Task, written: StageTexts) -> list[Read]:
    """Read what a stage wrote."""
    found: list[Read] = []
    for item, text in zip(task.test, written.texts, strict=True):
        content, formed = read_text(task.question, item, text, written)
        found.append(
            Read(
                given=() if content is None else content.intervals,
                truth=item.truth.intervals,
                window=(item.view.start, item.view.stop),
                group=item.group,
                part=item.part,
                read=content is not None,
                formed=formed,
            )
        )
    return found


def whole(task: Task) -> list[Read]:
    """Return the answers of somebody who marks every series from end to end."""
    return [
        Read(
            (FoundInterval(number=1, start=one.view.start, stop=one.view.stop),),
            one.truth.intervals,
            (one.view.start, one.view.stop),
            one.group,
        )
        for one in task.test
    ]


def figures(answers: Sequence[Read]) -> dict[str, Any]:
    """Return all figures, as [value, low, high] where they have an interval; shares in [0, 1]."""
    draws = Bootstrap([one.group for one in answers])
    counts = np.array(
        [interval_scores(one.given, one.truth, one.window).row() for one in answers], float
    )
    halves = np.array([_at_half(one) for one in answers], float)
    total = counts[:, 1] + counts[:, 2]
    events = [one for one in answers if one.truth]
    clean = [one for one in answers if not one.truth]
    chances = [chance_in_window(one.given, one.truth, one.window) for one in answers]
    luck = luck_of_events(counts, chances)["interval_f1"].random
    matched, given, truth = (int(one) for one in counts[:, :3].sum(axis=0))
    return {
        "series": len(answers),
        "clean_series": len(clean),
        "tp": matched,
        "fp": given - matched,
        "fn": truth - matched,
        "precision": _told(draws.share(counts[:, [0, 1]])),
        "recall": _told(draws.share(counts[:, [0, 2]])),
        "f1": _told(draws.share(np.stack([2 * counts[:, 0], total], axis=1))),
        "f1_by_luck": None if luck is None else round(luck, 4),
        "f1_50": _told(draws.share(np.stack([2 * halves, total], axis=1))),
        "overlap": _mean(events, _overlap),
        "point_precision": _mean(events, lambda one: _points(one)[0]),
        "point_recall": _mean(events, lambda one: _points(one)[1]),
        "point_f1": _mean(events, lambda one: harmonic(*_points(one))),
        **_affiliations(events),
        "detection": _share(answers, lambda one: one.read and bool(one.given) == bool(one.truth)),
        "clean_alarmed": _share(clean, lambda one: bool(one.given)),
        "alarms_per_clean_series": _per_series(clean),
        "unread": _share(answers, lambda one: not one.read),
        "formed": _share(answers, lambda one: one.formed),
        "by_source": _by_source(answers),
    }


def _at_half(one: Read) -> int:
    """Return how many events are matched by half the union or more."""
    inside, true = (cut_to_window(events, one.window) for events in (one.given, one.truth))
    return event_f1(inside, true, 0.5).matched


def _masks(one: Read) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    n = one.window[1] - one.window[0]
    given, truth = (mask_of(_moved(events, one.window), n) for events in (one.given, one.truth))
    return given, truth


def _moved(events: Sequence[FoundInterval], window: tuple[int, int]) -> list[Interval]:
    return [
        Interval(start=event.start - window[0], stop=event.stop - window[0])
        for event in cut_to_window(events, window)
    ]


def _overlap(one: Read) -> float:
    given, truth = _masks(one)
    return float((given & truth).sum() / (given | truth).sum())


def _points(one: Read) -> tuple[float | None, float]:
    """Return precision, None where nothing is given, and recall over the samples of a series."""
    given, truth = _masks(one)
    both, marked = int((given & truth).sum()), int(given.sum())
    return (both / marked if marked else None), both / int(truth.sum())


def _affiliations(events: Sequence[Read]) -> dict[str, Any]:
    found = [
        affiliation(
            _moved(one.given, one.window),
            _moved(one.truth, one.window),
            one.window[1] - one.window[0],
        )
        for one in events
    ]
    draws = Bootstrap([one.group for one in events])
    told: dict[str, Any] = {}
    for name in ("precision", "recall", "f1"):
        both = [getattr(one, name) for one in found]
        told[f"affiliation_{name}"] = _mean_of([one.value for one in both], draws)
        luck = [one.random for one in both if one.random is not None]
        told[f"affiliation_{name}_by_luck"] = round(float(np.mean(luck)), 4) if luck else None
    return told


def _by_source(answers: Sequence[Read]) -> dict[str, Any]:
    """Return F1 by source where there are several: the largest decides what all together get."""
    parts = sorted({one.part for one in answers})
    found: dict[str, Any] = {}
    for part in parts if len(parts) > 1 else ():
        own = [one for one in answers if one.part == part]
        scores = [interval_scores(one.given, one.truth, one.window) for one in own]
        rows = np.array([(2.0 * one.matched, one.given + one.truth) for one in scores])
        f1 = Bootstrap([one.group for one in own]).share(rows)
        found[part] = {"series": len(own), "f1": _told(f1)}
    return found


def _mean(some: Sequence[Read], figure: Callable[[Read], float | None]) -> list[float] | None:
    return _mean_of([figure(one) for one in some], Bootstrap([one.group for one in some]))


def _mean_of(values: Sequence[float | None], draws: Bootstrap) -> list[float] | None:
    if not values:
        return None
    rows = np.array([(0.0, 0.0) if one is None else (one, 1.0) for one in values])
    return _told(draws.share(rows))


def _per_series(clean: Sequence[Read]) -> list[float] | None:
    if not clean:
        return None
    rows = np.array([(float(len(one.given)), 1.0) for one in clean])
    return _told(Bootstrap([one.group for one in clean]).estimate(rows, mean_figure))


def _share(some: Sequence[Read], right: Callable[[Read], bool]) -> list[float] | None:
    """Return Wilson's interval, or where a series was cut the bootstrap's over series."""
    if len({one.group for one in some}) < len(some):
        return _mean(some, lambda one: float(right(one)))
    return _told(accuracy(sum(map(right, some)), len(some)))


def _told(found: Estimate) -> list[float] | None:
    values = [one for one in (found.value, found.low, found.high) if one is not None]
    return [round(one, 4) for one in values] or None

"""The figures of a bench: what each is called and means, and how it comes from `core.metrics`.

Where only some ranges were looked at, these are put one after another and measured as one series:
an event that reaches over a border is cut there, and what lies outside does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detectors.period import period_of
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.metrics.affiliation import affiliation
from core.metrics.beside import mean_defined
from core.metrics.change_points import covering, margin_score
from core.metrics.intervals import interval_figures
from core.metrics.luck import change_point_luck, interval_luck, random_places
from core.metrics.point_adjusted import point_adjusted
from core.metrics.range_based import range_figures
from core.metrics.scores import score_figures as scores_against

Array = NDArray[np.float64]
Ranges = Sequence[tuple[int, int]]
Figures = dict[str, float | None]


@dataclass(frozen=True)
class FigureInfo:
    """A figure for people: its name, one line of meaning, direction, and unit ("" for a share).

    Attributes:
        flatters: noise does well by it, so it is shown beside what luck gets or not at all.
    """

    name: str
    meaning: str
    higher_is_better: bool = True
    unit: str = ""
    flatters: bool = False


@dataclass(frozen=True)
class Found:
    """Figures of one answer, and of an answer that looks at nothing."""

    figures: Figures
    luck: Figures


FIGURES: dict[str, FigureInfo] = {
    "vus_pr": FigureInfo("VUS-PR", "how far up the ranking of samples the events are, edges soft"),
    "vus_roc": FigureInfo("VUS-ROC", "how surely an event's sample outranks another, edges soft"),
    "auc_pr": FigureInfo("AUC-PR", "how far up the ranking of samples the events are"),
    "auc_roc": FigureInfo("AUC-ROC", "how surely an event's sample outranks another one"),
    "interval_f1": FigureInfo("Interval F1", "found events and true ones that match, any overlap"),
    "interval_f1_10": FigureInfo("Interval F1 at 0.1", "the same; at least 0.1 of both shared"),
    "interval_f1_25": FigureInfo("Interval F1 at 0.25", "the same; at least 0.25 of both shared"),
    "interval_f1_50": FigureInfo("Interval F1 at 0.5", "the same; at least half of both shared"),
    "interval_f1_75": FigureInfo("Interval F1 at 0.75", "the same; at least 0.75 of both shared"),
    "event_recall": FigureInfo("Event recall", "share of the true events that were found"),
    "event_precision": FigureInfo("Event precision", "share of the found events that are true"),
    "false_alarms": FigureInfo(
        "False alarms", "found events that match no true one", False, "per 1,000 samples"
    ),
    "clean_false_alarms": FigureInfo(
        "False alarms on a clean series", "found events where none is marked", False, "per series"
    ),
    "boundary_error": FigureInfo(
        "Boundary error", "how far the edges of matched events are off", False, "samples"
    ),
    "range_f1": FigureInfo(
        "Range F1", "how much of each true stretch is covered, in one piece, and of each found one"
    ),
    "affiliation_f1": FigureInfo(
        "Affiliation F1", "how near found and true stretches are; noise gets far", flatters=True
    ),
    "point_adjusted_f1": FigureInfo(
        "Point-adjusted F1",
        "samples, an event counting whole once one of its samples is found; noise gets far",
        flatters=True,
    ),
    "margin_f1": FigureInfo("Margin F1", "changes found at most 5 samples off, all annotators"),
    "covering": FigureInfo("Covering", "how well the segments between changes fit, all annotators"),
}


def score_figures(
    series: LabelledSeries,
    scores: Array | None,
    marked: tuple[Interval, ...] | None,
    looked: Ranges,
) -> Found:
    """Return the figures of one score per sample; nothing without scores.

    The window of the volumes is the period of the series, as in the TSB-AD benchmark.
    """
    del marked
    if scores is None:
        return Found({}, {})
    truth = np.concatenate([series.truth_mask()[start:stop] for start, stop in looked])
    own = np.concatenate([scores[start:stop] for start, stop in looked])
    found = scores_against(own, truth, period_of(series.values))
    return Found(found.values(), found.luck())


def event_figures(
    series: LabelledSeries,
    scores: Array | None,
    marked: tuple[Interval, ...] | None,
    looked: Ranges,
) -> Found:
    """Return the figures of marked stretches; nothing when the method marks none."""
    del scores
    if marked is None:
        return Found({}, {})
    n = sum(stop - start for start, stop in looked)
    own, truth = pieces(marked, looked), pieces(series.truth, looked)
    figures = interval_figures(own, truth, n).figures()
    luck = {key: one.random for key, one in interval_luck(own, truth, n).items()}
    covered = _coverage(own, truth, n)
    return Found(
        {key: value for key, value in figures.items() if key in FIGURES} | covered.figures,
        {key: value for key, value in luck.items() if key in FIGURES} | covered.luck,
    )


def _coverage(own: Sequence[Interval], truth: Sequence[Interval], n: int) -> Found:
    """Return the figures that compare covered samples, each with its kind of luck.

    Beside range F1 stand as many stretches of the same lengths at random places, as beside the
    other figures of events; beside the two that flatter a random score with as many samples marked.
    """
    places = random_places([one.stop - one.start for one in own], n)
    drawn = [
        range_figures([Interval(start=int(a), stop=int(b)) for a, b in place], truth, n).f1
        for place in places
    ]
    beside = {
        "affiliation_f1": affiliation(own, truth, n).f1,
        "point_adjusted_f1": point_adjusted(own, truth, n).f1,
    }
    return Found(
        {"range_f1": range_figures(own, truth, n).f1} | {k: b.value for k, b in beside.items()},
        {"range_f1": mean_defined(drawn)} | {k: b.random for k, b in beside.items()},
    )


def change_point_figures(
    series: LabelledSeries,
    scores: Array | None,
    marked: tuple[Interval, ...] | None,
    looked: Ranges,
) -> Found:
    """Return the figures of marked change points against all annotators."""
    del scores
    if marked is None:
        return Found({}, {})
    n = sum(stop - start for start, stop in looked)
    given = moved([one.start for one in marked], looked)
    people = {name: moved(points, looked) for name, points in series.change_points.items()}
    figures: Figures = {
        "margin_f1": margin_score(given, people).f1,
        "covering": covering(given, people, n),
    }
    luck = change_point_luck(len(given), people, n)
    return Found(figures, {key: one.random for key, one in luck.items()})


def moved(points: Sequence[int], looked: Ranges) -> list[int]:
    """Return the points that lie in the ranges, ascending, on an axis of these ranges alone."""
    events = [Interval(start=at, stop=at + 1) for at in sorted(set(points))]
    return [piece.start for piece in pieces(events, looked)]


def pieces(events: Sequence[Interval], looked: Ranges) -> list[Interval]:
    """Return what of the events lies in the ranges, on an axis of these ranges alone."""
    found: list[Interval] = []
    before = 0
    for start, stop in looked:
        for event in events:
            a, b = max(event.start, start), min(event.stop, stop)
            if a < b:
                moved = {"start": a - start + before, "stop": b - start + before}
                found.append(event.model_copy(update=moved))
        before += stop - start
    return found

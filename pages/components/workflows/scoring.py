"""What a detector says of a whole series: scores under the plot, stretches as marks, in words.

No Streamlit. `score_desk` works them out in the background.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.detectors import DETECTORS
from core.detectors.base import Detector
from core.detectors.cutting import Stretch, quantiles, stretches, threshold_of
from core.detectors.scoring import score_series
from core.series import SeriesData
from pages.components.chart.data import Mark
from pages.components.chart.scores import ScoreStrip
from pages.components.marks import RULES
from storage import Store
from training.material import GoldBook, marked

if TYPE_CHECKING:  # it brings every detector along
    from core.chooser import Known

BEST = "best"
"""Stands for the detector that the chooser puts first for a series."""
BEST_NAME = "Suggested"
BEST_MEANING = "The one that does best on generated series and on what people marked in this one."
LONG = 1_000_000
"""Values (samples times channels) from which on a person is asked before work begins."""
LINEAR_S = 2.0 / 100_000
"""CPU seconds per value that a linear-time detector may take at most."""
MOST_MARKS = 300
"""Stretches drawn as marks: more of them are no proposal that anybody could look through."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a detector says of a series: a score per sample, and the stretches that stand out.

    Attributes:
        key: the detector's key.
        meaning: what a score says, in one line.
        because: why this one was taken; empty when a person chose it.
        note: what was done otherwise on a series this long; empty when nothing was.
        strip: the scores as the plot shows them, with the label-free threshold.
        stretches: where scores lie above the threshold, by start.
    """

    key: str
    name: str
    meaning: str
    because: str
    note: str
    strip: ScoreStrip
    stretches: tuple[Stretch, ...]


def detectors() -> dict[str, Detector]:
    """Return the detectors by key, in the order in which they are registered."""
    return {key: make() for key, make in DETECTORS.items()}


def propose(key: str, data: SeriesData, known: "Known | None" = None) -> Proposal:
    """Score a series by one detector, or the `BEST` one, and cut the scores into stretches.

    Args:
        known: what people marked in the series; by it the best one is chosen.

    Raises:
        AppError: when the series cannot be scored.
    """
    because = ""
    if key == BEST:
        from core.chooser import rank  # imported when used: it brings every detector along

        first = rank(data.values, data.seconds(), known)[0]
        key, because = first.key, first.because
    detector = DETECTORS[key]()
    found = score_series(key, data.values, data.seconds())
    threshold = threshold_of(found.values)
    strip = ScoreStrip(
        label=detector.name,
        meaning=detector.meaning,
        scores=found.values,
        quantiles=quantiles(found.values).astype(np.float64),
        threshold=threshold if threshold > 0 else None,
        colour=RULES,
    )
    cut = stretches(found, threshold) if threshold > 0 else []
    return Proposal(key, detector.name, detector.meaning, because, found.note, strip, tuple(cut))


def known_of(store: Store, project_id: str, series_id: str) -> "Known | None":
    """Return what people marked in a series outside gold; None when nobody marked an event."""
    items = [item for item in store.items.list(project_id) if item.series_id == series_id]
    labels = store.corrections.current(project_id)
    found = marked(items, labels, GoldBook(store.gold.ranges(project_id))).get(series_id)
    return found if found is not None and found.events else None


def slow_words(detector: Detector | None, n_samples: int, n_channels: int) -> str:
    """Say before the work begins that it takes long, or is not exact; empty when neither.

    None stands for the `BEST` one, which scores the whole series by whichever comes first.
    """
    said: list[str] = []
    if detector is None:
        long = n_samples * n_channels > LONG
        many = f"{n_samples:,} samples take some minutes"
        return f"{many}; the page can be used meanwhile" if long else ""
    if detector.limit is not None and n_samples > detector.limit:
        said.append(
            f"{n_samples:,} samples are more than the {detector.limit:,} that "
            f"{detector.name} scores exactly: {detector.beyond}"
        )
    values = n_samples * (1 if detector.together else n_channels)
    if values > LONG:
        longest = values * LINEAR_S
        words = f"{longest:,.0f} seconds" if longest < 120 else f"{longest / 60:,.0f} minutes"
        many = f"{n_samples:,} samples" + (f" of {n_channels} channels" if n_channels > 1 else "")
        said.append(
            f"{many} take up to {words}; the page can be used meanwhile"
            if detector.linear
            else f"{many} take some minutes; the page can be used meanwhile"
        )
    return ". ".join(one.rstrip(".") for one in said)


def of_channels(stretch: Stretch, n_channels: int) -> tuple[int, ...]:
    """Return the channels of a stretch as marks name them: none when they are all."""
    return stretch.channels if len(stretch.channels) < n_channels else ()


def strongest(found: tuple[Stretch, ...], most: int) -> list[Stretch]:
    """Return the `most` stretches with the highest peaks, by start."""
    highest = sorted(found, key=lambda one: -one.peak)[:most]
    return sorted(highest, key=lambda one: one.start)


def stretch_marks(
    found: Proposal, n_channels: int, within: tuple[int, int] | None = None
) -> tuple[Mark, ...]:
    """Return the stretches as read-only marks in a lane of their own.

    Args:
        within: samples `[start, stop)` in which they are to be seen; None for the whole series.
    """
    low, high = within or (0, len(found.strip.scores))
    inside = tuple(one for one in found.stretches if one.start < high and one.stop > low)
    return tuple(
        Mark(
            ref=f"detector:{found.key}:{one.start}",
            number=number,
            start=one.start,
            stop=one.stop,
            lane=found.name,
            colour=RULES,
            channels=of_channels(one, n_channels),
        )
        for number, one in enumerate(strongest(inside, MOST_MARKS), start=1)
    )

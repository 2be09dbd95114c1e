"""What a student looked at in the item's window, as a strip under the plot. No Streamlit."""

import json

import numpy as np
from numpy.typing import NDArray

from core.answers import Answer
from core.detectors.cutting import quantiles
from core.errors import JobError
from core.series import SeriesData
from core.students import CONFIG_FILE
from pages.components.chart.scores import ScoreStrip
from pages.components.marks import STUDENT
from pages.components.workflows.connecting import SeenChanges
from pages.components.workflows.probe_askers import asker_of
from pages.components.workflows.probe_student import changes_seen, looked_at
from pages.components.workflows.reviewing import Desk
from storage import Store
from training.answer_strips import read_strips

LABEL = "looked at"
PATTERN_MEANING = (
    "what the student's pattern hangs on: how far its answer moves when the stretches around a "
    "sample are flattened; 1 is what counts most"
)
ENSEMBLE = "either"
CORRELATION_MEANING = (
    "how much the connections between channels change here: 1 where one place in 10 of the "
    "training series changes as much, 2 where one in 100 does, 3 where one in 1,000 does"
)
INDEPENDENT_MEANING = "how far single channels leave the course they were on, on the same scale"
ENSEMBLE_MEANING = "the larger of the two; a peak above the line is a change point"
ANOMALY_MEANING = "how sure the student is of an event at each sample; 1 is the surest"


def strip_of(store: Store, desk: Desk, series: SeriesData, answer: Answer) -> ScoreStrip:
    """Ask the student of an answer, in a process of its own, what it looked at.

    Raises:
        JobError: when its model is gone, cannot say, or gives no answer in time.
    """
    asker = asker_of(store, desk, answer)
    if asker.version is None:
        raise JobError(f"what it looked at cannot be found out: {asker.why_not}")
    counts = looked_at(desk, series, asker.version)
    if counts is None:
        raise JobError(
            "this student has no network that looks at samples, so it cannot say what it looked "
            "at; a student of the recipe 'pseudo_label' can"
        )
    scores = spread_over(counts, desk.item.start, series.n_samples)
    return ScoreStrip(
        label=LABEL,
        meaning=PATTERN_MEANING if desk.question.kind == "pattern" else ANOMALY_MEANING,
        scores=scores,
        quantiles=quantiles(scores).astype(np.float64),
        threshold=None,
        colour=STUDENT,
    )


def changes_of(store: Store, desk: Desk, series: SeriesData, answer: Answer) -> SeenChanges:
    """Return how the student of an answer sees the window change.

    It is kept beside the answer; where the answer's job is gone, the student is asked again in a
    process of its own.

    Raises:
        JobError: when its model is gone, cannot say, or gives no answer in time.
    """
    asker = asker_of(store, desk, answer)
    if asker.version is None:
        raise JobError(f"how it saw the window cannot be found out: {asker.why_not}")
    job = store.jobs.get(answer.job_id) if answer.job_id else None
    kept = None if job is None else read_strips(job.folder, desk.item.id)
    strips = kept or changes_seen(desk, series, asker.version)
    if strips is None:
        raise JobError(
            "this student draws no connections between channels; one of the recipe 'correlation' "
            "does"
        )
    config = json.loads((asker.version.folder / CONFIG_FILE).read_text())
    return SeenChanges(
        strips, float(config["norms"]["threshold"]), int(config["net"]["n_features"])
    )


def change_strips(found: SeenChanges, start: int, n_samples: int) -> tuple[ScoreStrip, ...]:
    """Return the three scores of a window that starts at `start` as strips under the plot."""
    return tuple(
        ScoreStrip(
            label=label,
            meaning=meaning,
            scores=(scores := spread_over(values, start, n_samples)),
            quantiles=quantiles(scores).astype(np.float64),
            threshold=found.threshold if label == ENSEMBLE else None,
            colour=STUDENT,
        )
        for label, meaning, values in (
            ("correlation", CORRELATION_MEANING, found.strips.correlation),
            ("independent", INDEPENDENT_MEANING, found.strips.independent),
            (ENSEMBLE, ENSEMBLE_MEANING, found.strips.ensemble),
        )
    )


def spread_over(counts: NDArray[np.float64], start: int, n_samples: int) -> NDArray[np.float64]:
    """Return (n_samples,) counts of a window that starts at `start`; 0 outside of it."""
    whole = np.zeros(n_samples)
    whole[start : start + len(counts)] = counts
    return whole

"""Pseudo-labelled windows for an anomaly student: events put into series that nobody labelled.

Each window is a channel of a series with events of `core.chooser_trials` put in: their places are
known by construction, while what was in the series before stays and counts as usual. Generated
series with known events join them. No mark of a person is ever read here.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.answers import AnswerContent, FoundInterval
from core.chooser_evidence import few_channels
from core.chooser_trials import trials
from core.detectors.period import period_of
from core.generate import generate
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.metrics.inputs import intervals_of
from core.questions.base import EventType, Question
from core.series import WindowView
from training.examples import TrainingExample

UNUSUAL = Question(
    id="unusual",
    family_id="unusual",
    kind="anomaly",
    name="Unusual samples",
    text="Which samples are unusual?",
    types=(EventType(id="unusual", key="unusual", name="unusual"),),
)
VALIDATION = 5
"""Every fifth window is for validation, never trained on."""


def reduced(series: LabelledSeries, cut: int, longest: int) -> LabelledSeries:
    """Return a smaller series: the first `cut` samples, few channels, means of k samples.

    k is the least that gives at most `longest` samples; a mean of missing samples is missing. A
    sample of the result is marked where one of its k samples is.
    """
    values = few_channels(series.values[:cut])
    k = math.ceil(len(values) / longest)
    n = len(values) // k
    blocks = values[: n * k].reshape(n, k, -1)
    there = np.isfinite(blocks)
    counts = there.sum(axis=1)
    sums = np.where(there, blocks, 0.0).sum(axis=1)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    mask = np.asarray(series.truth_mask()[: n * k].reshape(n, k).any(axis=1), np.bool_)
    seconds = None if series.seconds is None else series.seconds[: n * k : k]
    return LabelledSeries(
        name=series.name,
        source=series.source,
        values=means,
        seconds=seconds,
        truth=intervals_of(mask),
    )


def pseudo_labelled(
    series: Sequence[LabelledSeries], per_source: int, n_generated: int, seed: int
) -> list[TrainingExample]:
    """Return windows with known events: `per_source` of each source, and generated ones.

    Series of a source take turns; the channel is drawn at random. Deterministic by `seed`.
    """
    examples: list[TrainingExample] = []
    for place, source in enumerate(sorted({one.source for one in series})):
        own = [one for one in series if one.source == source]
        rng = np.random.default_rng([seed, place])
        order = rng.permutation(len(own))
        for turn in range(per_source):
            one = own[int(order[turn % len(own)])]
            channel = int(rng.integers(one.n_channels))
            examples += _with_events(one.values[:, [channel]], int(rng.integers(1 << 30)), turn)
    return _split([*examples, *_generated(n_generated, seed)])


def _with_events(values: np.ndarray, seed: int, turn: int) -> list[TrainingExample]:
    """Return one trial of a channel as an example; none where the channel never varies."""
    made = trials(values, period_of(values), seed)
    if not made:
        return []
    trial = made[turn % len(made)]
    events = [Interval(start=event.start, stop=event.stop) for event in trial.events]
    return [_example(WindowView(trial.values), events)]


def _generated(n: int, seed: int) -> list[TrainingExample]:
    """Return the first `n` generated event series; their types become one."""
    made = [one for one in generate(4 * n + 4, seed) if "anomaly" in one.asked][:n]
    return [
        _example(
            WindowView(one.data.values),
            [Interval(start=e.start, stop=e.stop, channels=e.channels) for e in one.events],
        )
        for one in made
    ]


def _example(view: WindowView, events: Sequence[Interval]) -> TrainingExample:
    found = tuple(
        FoundInterval(
            number=number,
            start=event.start,
            stop=event.stop,
            channels=event.channels,
            type_id=UNUSUAL.types[0].id,
        )
        for number, event in enumerate(sorted(events, key=lambda e: (e.start, e.stop)), start=1)
    )
    return TrainingExample(UNUSUAL.id, view, AnswerContent(kind="anomaly", intervals=found))


def _split(examples: Sequence[TrainingExample]) -> list[TrainingExample]:
    return [
        replace(one, split="validation" if place % VALIDATION == 0 else "train", group=f"{place}")
        for place, one in enumerate(examples)
    ]

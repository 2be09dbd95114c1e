"""Examples as tensors, and the batches drawn from them. Which answers are right is not known here.

A batch depends on the generator handed in alone, so a resumed run draws what it would have drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Generator, Tensor

from core.questions.base import Question
from core.series import WindowView
from core.students.series import window_rows
from core.students.series_detectors import sample_features, signs
from core.students.series_features import Blurred
from core.students.series_input import Prepared, prepare
from core.students.series_words import Text, event_texts, pattern_text
from training.examples import TrainingExample
from training.recipes.augment import Warp, augment_patterns

EVENT_SAY = 500.0
"""Least say of an event in the loss, in samples of plain background."""
MOST_SAY = 40.0
"""Most say of one sample: a spike of one sample must not outweigh all noise that resembles it."""
EVENT_DRAWS = 3.0
"""How often a window with events is drawn, relative to one without."""
BESIDE = 6
_BESIDE_SHARE = 0.2

IGNORED = -1.0
"""Position of a slot that an example says nothing of."""


@dataclass(frozen=True, eq=False)
class PatternBatch:
    """Windows of one pattern question.

    Attributes:
        rows_R_G: one row per channel on the patch grid.
        window_of_row: (rows,) which window a row belongs to.
        labels_B: (windows,) places of the given options.
        positions_B_S: (windows, slots) positions in [0, 1], IGNORED where there is none.
        index_B: (windows,) place of each window in its data set.
    """

    rows_R_G: Tensor
    window_of_row: Tensor
    labels_B: Tensor
    positions_B_S: Tensor
    index_B: Tensor


class PatternData:
    """All examples of one split of one pattern question."""

    def __init__(
        self,
        question: Question,
        examples: Sequence[TrainingExample],
        slots: Sequence[str],
        correction_weight: float,
    ) -> None:
        places = {option.key: i for i, option in enumerate(question.options)}
        prepared = [prepare(example.view) for example in examples]
        self.rows, self.window_of_row = window_rows(prepared)
        self.first = torch.searchsorted(self.window_of_row, torch.arange(len(examples)))
        self.n_rows = torch.bincount(self.window_of_row, minlength=len(examples))
        self.labels = torch.tensor([places[str(e.content.label)] for e in examples])
        self.said = torch.tensor([_said(example, places) for example in examples])
        self.groups = [e.group or f"window {i}" for i, e in enumerate(examples)]
        self.item_ids = [e.item_id for e in examples]
        self.n_options = len(question.options)
        self.trusted = torch.tensor([e.source == "correction" for e in examples])
        self.weights = draw_weights(examples, correction_weight)
        self.texts = [pattern_text(e.content, e.view) for e in examples]
        self.labels_text = [question.options[int(i)].name for i in self.labels]
        self.positions = torch.tensor(
            [
                [_share(t, slot, e.view) for slot in slots]
                for t, e in zip(self.texts, examples, strict=True)
            ]
        ).reshape(len(examples), len(slots))

    def __len__(self) -> int:
        return len(self.labels)

    def batch(
        self, size: int, strength: float, rng: Generator, weights_W: Tensor | None = None
    ) -> PatternBatch:
        """Draw `size` windows by weight (their own by default), with replacement; augment them."""
        drawn_by = self.weights if weights_W is None else weights_W
        index = torch.multinomial(drawn_by, size, replacement=True, generator=rng)
        plain = self.at(index)
        rows, warp = augment_patterns(plain.rows_R_G, plain.window_of_row, strength, rng)
        return PatternBatch(
            rows,
            plain.window_of_row,
            plain.labels_B,
            _moved(plain.positions_B_S, warp),
            index,
        )

    def at(self, index_B: Tensor) -> PatternBatch:
        """Return these windows as they are."""
        counts = self.n_rows[index_B]
        rows = torch.cat(
            [
                torch.arange(first, first + count)
                for first, count in zip(self.first[index_B].tolist(), counts.tolist(), strict=True)
            ]
        )
        return PatternBatch(
            self.rows[rows],
            torch.repeat_interleave(torch.arange(len(index_B)), counts),
            self.labels[index_B],
            self.positions[index_B],
            index_B,
        )


def _said(example: TrainingExample, places: dict[str, int]) -> int:
    """Return the place of what the teacher said; -1 where it said nothing that is an option."""
    teacher = example.content if example.source == "pseudo" else example.pseudo
    return -1 if teacher is None else places.get(str(teacher.label), -1)


def _moved(positions: Tensor, warp: Warp) -> Tensor:
    return torch.where(positions >= 0, warp.moved(positions), positions)


def _share(text: Text, slot: str, view: WindowView) -> float:
    if slot not in text.positions:
        return IGNORED
    return (text.positions[slot] - view.start) / len(view.values)


def draw_weights(examples: Sequence[TrainingExample], correction_weight: float) -> Tensor:
    """Return how often each example is drawn, relative to the others."""
    return torch.tensor(
        [e.weight * (correction_weight if e.source == "correction" else 1.0) for e in examples]
    )


@dataclass(frozen=True, eq=False)
class EventBatch:
    """Windows of one anomaly question, cut to one length.

    Attributes:
        rows_R_n: one row per channel.
        features_R_F_n: what single samples show.
        window_of_row: (rows,) which window a row belongs to.
        labels_R_n: 0 for background, else 1 + place of the event type.
        weights_R_n: say of each sample.
        trusted_R: (rows,) True where a person decided.
        index_B: (windows,) place of each window in its data set.
    """

    rows_R_n: Tensor
    features_R_F_n: Tensor
    window_of_row: Tensor
    labels_R_n: Tensor
    weights_R_n: Tensor
    trusted_R: Tensor
    index_B: Tensor


class EventData:
    """All examples of one split of one anomaly question."""

    def __init__(
        self,
        question: Question,
        examples: Sequence[TrainingExample],
        correction_weight: float,
        detectors: Sequence[str] = (),
        blurred: Blurred = "zero",
    ) -> None:
        places = {event_type.id: i for i, event_type in enumerate(question.types)}
        self.examples = list(examples)
        self.windows = [prepare(example.view) for example in examples]
        self.features = [sample_features(e.view, detectors, blurred) for e in examples]
        self.down, self.back = (torch.from_numpy(one)[None, :, None] for one in signs(detectors))
        self.labels = [
            sample_labels(example, places, window)
            for example, window in zip(examples, self.windows, strict=True)
        ]
        self.trusted = torch.tensor([e.source == "correction" for e in examples])
        draws = [EVENT_DRAWS if e.content.intervals else 1.0 for e in examples]
        self.weights = draw_weights(examples, correction_weight) * torch.tensor(draws)
        self.lengths = torch.tensor([window.n_samples for window in self.windows])
        self.places = places
        self.texts = [event_texts(e.content, e.view) for e in examples]

    def __len__(self) -> int:
        return len(self.windows)

    def batch(self, size: int, mirror: bool, rng: Generator) -> EventBatch:
        """Draw windows of at least one common length and crop them to it.

        The length is that of one window drawn first, half of the time a part of it. With `mirror`
        windows are turned upside down and backwards at random.
        """
        lead = int(torch.multinomial(self.weights, 1, generator=rng))
        share = 1.0 if _chance(rng) < 0.5 else 0.5 + 0.5 * _chance(rng)
        length = max(1, round(int(self.lengths[lead]) * share))
        pool = torch.nonzero(self.lengths >= length)[:, 0]
        picked = torch.multinomial(self.weights[pool], size, replacement=True, generator=rng)
        index = pool[picked]
        return self.cut(index, length, mirror, rng)

    def cut(
        self, index_B: Tensor, length: int, mirror: bool = False, rng: Generator | None = None
    ) -> EventBatch:
        """Return windows cut to `length` at a random place (the start without a generator)."""
        rows, features, labels, owner = [], [], [], []
        for place, i in enumerate(index_B.tolist()):
            window = self.windows[i]
            room = window.n_samples - length
            first = 0 if rng is None else round(_chance(rng) * room)
            cut = slice(first, first + length)
            values = torch.from_numpy(window.values[:, cut])
            shown = torch.from_numpy(self.features[i][:, :, cut])
            given = self.labels[i][:, cut]
            if mirror and rng is not None:
                if _chance(rng) < 0.5:
                    values, shown = -values, shown * self.down
                if _chance(rng) < 0.5:
                    values, given = values.flip(1), given.flip(1)
                    shown = shown.flip(2) * self.back
            rows.append(values)
            features.append(shown)
            labels.append(given)
            owner += [place] * len(values)
        labels_R_n = torch.cat(labels)
        window_of_row = torch.tensor(owner)
        return EventBatch(
            torch.cat(rows),
            torch.cat(features),
            window_of_row,
            labels_R_n,
            sample_weights(labels_R_n),
            self.trusted[index_B][window_of_row],
            index_B,
        )


Data = TypeVar("Data", PatternData, EventData)


def judges(parts: Sequence[tuple[Data, int]], fewest: int) -> list[tuple[Data, int]]:
    """Return windows by place that a student is judged by: reviewed ones where there are enough.

    Args:
        parts: windows of one split each, and how many of them at most.
        fewest: reviewed windows of all parts from which they alone count.
    """
    reviewed = [torch.nonzero(data.trusted)[:, 0].tolist() for data, _ in parts]
    alone = sum(map(len, reviewed)) >= fewest
    return [
        (data, place)
        for (data, most), places in zip(parts, reviewed, strict=True)
        for place in (places if alone else range(len(data.trusted)))[:most]
    ]


def _chance(rng: Generator) -> float:
    return float(torch.rand(1, generator=rng))


def sample_labels(example: TrainingExample, places: dict[str, int], window: Prepared) -> Tensor:
    """Return (channels, n) labels: 0 for background, else 1 + place of the event type.

    An interval of an unknown type says nothing and is left out; long intervals are written first,
    so that a spike inside a level shift stays visible.
    """
    channels, n = window.values.shape
    labels = torch.zeros(channels, n, dtype=torch.long)
    for found in sorted(example.content.intervals, key=lambda f: f.start - f.stop):
        if found.type_id not in places:
            continue
        start = max(0, found.start - example.view.start)
        stop = min(n, found.stop - example.view.start)
        for channel in found.channels or range(channels):
            if channel < channels and start < stop:
                labels[channel, start:stop] = 1 + places[found.type_id]
    return labels


def sample_weights(labels_R_n: Tensor) -> Tensor:
    """Return the say of each sample: every event counts as at least `EVENT_SAY` samples.

    Background samples right beside an event count more too, so that edges are worth learning.
    """
    labels = labels_R_n.numpy()
    weights = np.ones(labels.shape, np.float32)
    for row, of_row in enumerate(labels):
        edges = np.flatnonzero(np.diff(of_row)) + 1
        for start, stop in zip([0, *edges], [*edges, len(of_row)], strict=True):
            if of_row[start]:
                say = min(MOST_SAY, max(1.0, EVENT_SAY / (stop - start)))
                beside = weights[row, max(0, start - BESIDE) : stop + BESIDE]
                np.maximum(beside, max(1.0, say * _BESIDE_SHARE), out=beside)
                weights[row, start:stop] = say
    return torch.from_numpy(weights)

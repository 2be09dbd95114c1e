"""The task of an anomaly question: every sample is background or an event type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor

from core.answers import FoundInterval
from core.matching import match_events
from core.measure import WindowFacts
from core.questions.base import Question
from core.students.series import (
    SeriesConfig,
    SeriesModel,
    event_probabilities,
    event_token,
    strongest,
    window_rows,
)
from core.students.series_events import (
    EventRules,
    Probabilities,
    find_events,
    numbered,
    rules_from_lengths,
)
from core.students.series_words import (
    NONE,
    SIGNS,
)
from training.examples import TrainingExample
from training.recipes.losses import generalised_cross_entropy
from training.recipes.pseudo_label_data import (
    EventBatch,
    EventData,
    judges,
)
from training.recipes.pseudo_label_patterns import MAX_VALIDATION, TEXT_SHARE, speaks

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig


Spoken = tuple[Sequence[str], Sequence[str]]
"""The words after which a text is written, and its own."""
THRESHOLDS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_MAX_THRESHOLD_WINDOWS = 150


class EventTask:
    """Every sample is background or an event type; the decoder learns what is said of events."""

    def __init__(
        self,
        question: Question,
        place: int,
        head: int,
        train: Sequence[TrainingExample],
        held: Sequence[TrainingExample],
        student: SeriesConfig,
        config: PseudoLabelConfig,
    ) -> None:
        self.question, self.place, self.head, self.config = question, place, head, config
        said = config.correction_weight, student.detectors, student.blurred
        self.train = EventData(question, train, *said)
        self.held = EventData(question, held, *said) if held else None
        self.texts: list[list[Spoken]] = []
        if question.id in student.explains:
            self.texts = [self._spoken(i) for i in range(len(self.train))]

    def _spoken(self, window: int) -> list[Spoken]:
        """Return (prompt, text) of everything said of one training window."""
        example = self.train.examples[window]
        facts = WindowFacts(example.view)
        by_number = {found.number: found for found in example.content.intervals}
        spoken: list[Spoken] = []
        for number, text in self.train.texts[window].items():
            if not text.tokens:
                continue
            if number == 0:
                spoken.append(([NONE], text.tokens))
                continue
            found = by_number[number]
            if found.type_id in self.train.places:
                sign = SIGNS[0] if strongest(facts, found)[1] >= 0 else SIGNS[1]
                kind = event_token(self.place, self.train.places[found.type_id])
                spoken.append(([kind, sign], text.tokens))
        return spoken

    def loss(self, model: SeriesModel, progress: float, rng: Generator) -> Tensor:
        """Return the loss of a fresh batch."""
        # Wrong samples are only told from rare ones once the net knows something.
        rise = min(1.0, progress / 0.3)
        mirror = self.config.mirror_events
        batch = self.train.batch(self.config.event_batch_size, mirror, rng)
        q = torch.where(batch.trusted_R, self.config.trusted_gce_q, self.config.event_gce_q)
        loss = self._sample_loss(model, batch, q * rise)
        if speaks(progress, self.config):
            loss = loss + TEXT_SHARE * self._text_loss(model, rng)
        return loss

    def _sample_loss(self, model: SeriesModel, batch: EventBatch, q_R: Tensor) -> Tensor:
        log_p = self._log_p(model, batch)
        losses = generalised_cross_entropy(log_p, q_R[:, None].expand_as(log_p))
        return (losses * batch.weights_R_n).sum() / batch.weights_R_n.sum()

    def _log_p(self, model: SeriesModel, batch: EventBatch) -> Tensor:
        """Return (rows, n) log-probability of the given label of each sample."""
        values, owner = batch.rows_R_n, batch.window_of_row
        encoded = model.net.encode(values, owner, len(batch.index_B))
        logits = model.net.event_logits(self.head, encoded, batch.features_R_F_n, owner)
        return logits.log_softmax(dim=1).gather(1, batch.labels_R_n[:, None])[:, 0]

    def _text_loss(self, model: SeriesModel, rng: Generator) -> Tensor:
        """Learn words on whole windows: a cropped one may lack what is spoken of."""
        if not self.texts or self.config.text_batch_size == 0:
            return torch.zeros(())
        size = self.config.text_batch_size
        drawn = torch.multinomial(self.train.weights, size, replacement=True, generator=rng)
        pairs: list[Spoken] = []
        windows: list[int] = []
        for window in drawn.tolist():
            spoken = self.texts[window]
            if spoken:
                pairs.append(spoken[int(torch.randint(len(spoken), (1,), generator=rng))])
                windows.append(window)
        if not pairs:
            return torch.zeros(())
        with torch.no_grad():
            encoded = model.net.encode(
                *window_rows([self.train.windows[w] for w in windows]), len(windows)
            )
        prefix = model.language.prefix(model.net.soft_tokens(encoded), self.place)
        return model.language.text_loss(prefix, [p for p, _ in pairs], [t for _, t in pairs])

    @torch.no_grad()
    def validate(self, model: SeriesModel) -> float | None:
        """Return the weighted mean probability of the given labels of validation samples."""
        if self.held is None:
            return None
        total = weight = 0.0
        for window in range(min(len(self.held), MAX_VALIDATION)):
            n = int(self.held.lengths[window])
            batch = self.held.cut(torch.tensor([window]), n)
            p = self._log_p(model, batch).exp()
            say = batch.weights_R_n * self.held.weights[window]
            total += float((p * say).sum())
            weight += float(say.sum())
        return total / weight

    def temperature(self, model: SeriesModel) -> float | None:
        """Events have thresholds instead."""
        return None

    def note(self, model: SeriesModel) -> dict[str, Tensor]:
        """Nothing is noted of events."""
        return {}

    def recall(self, notes: Mapping[str, Tensor]) -> None:
        """Nothing was noted of events."""

    @torch.no_grad()
    def rules(self, model: SeriesModel) -> EventRules | None:
        """Learn lengths from training intervals, thresholds by F1, and how far events reach."""
        lengths: list[list[int]] = [[] for _ in self.question.types]
        for example in self.train.examples:
            for found in example.content.intervals:
                if found.type_id in self.train.places:
                    lengths[self.train.places[found.type_id]].append(found.stop - found.start)
        rules = rules_from_lengths(lengths)
        # By a teacher's labels its false alarms would be events, and the best threshold a low one.
        # Validation windows alone are few for one threshold per type, so training ones join them.
        parts = [(self.train, _MAX_THRESHOLD_WINDOWS)]
        if self.held:
            parts.append((self.held, MAX_VALIDATION))
        shown = judges(parts, self.config.fewest_trusted)
        truth = [data.examples[i].content.intervals for data, i in shown]
        likely = [
            (self._probabilities(model, data, i), data.examples[i].view.start) for data, i in shown
        ]
        # Where long events are likely in parts alone, each part would be an event of its own.
        ways = [rules, rules.model_copy(update={"whole": True})]
        judged = [self._with_thresholds(way, likely, truth) for way in ways]
        return max(judged, key=lambda one: one[0])[1]  # of equals the first

    def _with_thresholds(
        self,
        rules: EventRules,
        likely: Sequence[tuple[Probabilities, int]],
        truth: Sequence[Sequence[FoundInterval]],
    ) -> tuple[float, EventRules]:
        """Return how well events found by these rules agree, in [0, 1], and the rules.

        Args:
            rules: the best threshold of each type is put into them.
            likely: probabilities of each window, and the sample that it starts at.
            truth: of each window.
        """
        ids = [event_type.id for event_type in self.question.types]
        # Without a threshold every run is found once; the best one is then a matter of counting.
        open_rules = rules.model_copy(update={"threshold": (0.0,) * len(ids)})
        found = [
            numbered(find_events(probabilities, open_rules), ids, start)
            for probabilities, start in likely
        ]
        best = tuple(_best_threshold(found, truth, type_id) for type_id in ids)
        least = dict(zip(ids, best, strict=True))
        kept = [
            [event for event in events if (event.confidence or 0) >= least[str(event.type_id)]]
            for events in found
        ]
        return agreement(kept, truth), rules.model_copy(update={"threshold": best})

    def _probabilities(self, model: SeriesModel, data: EventData, window: int) -> Probabilities:
        return event_probabilities(model, self.head, data.windows[window], data.features[window])[1]


def agreement(
    found: Sequence[Sequence[FoundInterval]], truth: Sequence[Sequence[FoundInterval]]
) -> float:
    """Return how far events agree, in [0, 1]: F1 in which a match counts as much as it overlaps."""
    total = sum(map(len, found)) + sum(map(len, truth))
    pairs = (
        pair for given, true in zip(found, truth, strict=True) for pair in match_events(given, true)
    )
    return 2 * sum(pair.share for pair in pairs) / total if total else 1.0


def _best_threshold(
    found: Sequence[Sequence[FoundInterval]], truth: Sequence[Sequence[FoundInterval]], kind: str
) -> float:
    """Return the threshold with the best F1 for one type; of equals, the one nearest 0.7."""
    wanted = [[event for event in events if event.type_id == kind] for events in truth]

    def f1(threshold: float) -> float:
        given = [
            [e for e in events if e.type_id == kind and (e.confidence or 0) >= threshold]
            for events in found
        ]
        pairs = sum(len(match_events(g, t)) for g, t in zip(given, wanted, strict=True))
        total = sum(map(len, given)) + sum(map(len, wanted))
        return 2 * pairs / total if total else 1.0

    return max(THRESHOLDS, key=lambda threshold: (f1(threshold), -abs(threshold - 0.7)))

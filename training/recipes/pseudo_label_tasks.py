"""One task per question: its share of the loss, its validation score, its final rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Generator, Tensor

from core.answers import FoundInterval
from core.errors import ConfigError
from core.matching import match_events
from core.measure import WindowFacts
from core.questions.base import Question
from core.students.lookup import refuse_unlearned
from core.students.series import (
    SeriesConfig,
    SeriesModel,
    event_probabilities,
    event_token,
    question_token,
    strongest,
    window_rows,
)
from core.students.series_decoder import OptionBlocks
from core.students.series_events import (
    EventRules,
    Probabilities,
    find_events,
    numbered,
    rules_from_lengths,
)
from core.students.series_input import N_PATCHES
from core.students.series_words import (
    NONE,
    SIGNS,
    WHY,
    Vocabulary,
    event_texts,
    is_opening,
    option_words,
    pattern_text,
)
from training.examples import TrainingExample
from training.recipes.losses import generalised_cross_entropy
from training.recipes.pseudo_label_data import (
    IGNORED,
    EventBatch,
    EventData,
    PatternBatch,
    PatternData,
    label_words,
)

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig

TEXT_SHARE = 0.3  # say of the rationale's words beside the answer's loss
PLACE_SHARE = 0.3  # say of the positions
TEACH_FROM = 0.15  # share of the steps after which the class head is worth listening to
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
_MAX_THRESHOLD_WINDOWS = 150
_MAX_VALIDATION = 400  # windows looked at per question when the score is taken


class Task(Protocol):
    """What the training loop needs of one question."""

    question: Question

    def loss(self, model: SeriesModel, progress: float, rng: Generator) -> Tensor:
        """Return the loss of a fresh batch; `progress` in [0, 1]."""
        ...

    def validate(self, model: SeriesModel) -> float | None:
        """Return the mean probability of validation labels; None without such examples."""
        ...

    def rules(self, model: SeriesModel) -> EventRules | None:
        """Return how the trained model's probabilities become intervals (anomaly)."""
        ...


def student_config(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    with_texts: bool,
    detectors: Sequence[str] = (),
) -> SeriesConfig:
    """Say what the student will know: questions, words, positions."""
    refuse_unlearned(questions)
    learned = [e for e in examples if e.split == "train" and e.weight > 0]
    kept = tuple(q for q in questions if any(e.question_id == q.id for e in learned))
    if not kept:
        raise ConfigError(
            f"none of the {len(examples)} examples is a training example of the "
            f"{len(questions)} questions, so there is nothing to learn; ask a teacher or review"
        )
    texts: list[Sequence[str]] = []
    slots: set[str] = set()
    explains: list[str] = []
    for question in kept:
        _refuse_alike(question)
        texts += [option_words(wording) for o in question.options for wording in o.wordings]
        said: list[Sequence[str]] = []
        for example in learned:
            if example.question_id != question.id or not with_texts:
                continue
            if question.kind == "pattern":
                text = pattern_text(example.content, example.view)
                said.append(text.tokens)
                slots |= set(text.positions)
            else:
                said += [
                    text.tokens for text in event_texts(example.content, example.view).values()
                ]
        texts += said
        if any(said):
            explains.append(question.id)
    places = range(len(kept))
    special = [question_token(place) for place in places]
    special += [event_token(p, t) for p in places for t in range(len(kept[p].types))]
    special += sorted({word for text in texts for word in text if is_opening(word)})
    special = list(dict.fromkeys(special))
    return SeriesConfig(
        questions=kept,
        tokens=Vocabulary.over(texts, special).tokens,
        slots=tuple(sorted(slots)),
        explains=tuple(explains),
        detectors=tuple(detectors) if any(q.kind == "anomaly" for q in kept) else (),
    )


def _refuse_alike(question: Question) -> None:
    """Two options with the same words cannot be told apart by what is said of them."""
    owner: dict[tuple[str, ...], str] = {}
    for option in question.options:
        for wording in option.wordings:
            words = tuple(option_words(wording))
            if not words or owner.setdefault(words, option.key) != option.key:
                raise ConfigError(
                    f"the wording {wording!r} of the option {option.key!r} is empty or belongs to "
                    f"{owner.get(words)!r} as well; give every option wordings of its own"
                )


def build_tasks(
    student: SeriesConfig, examples: Sequence[TrainingExample], config: PseudoLabelConfig
) -> list[Task]:
    """Return one task per question of the student, in its order."""
    heads = {"pattern": 0, "anomaly": 0}
    tasks: list[Task] = []
    for place, question in enumerate(student.questions):
        own = [e for e in examples if e.question_id == question.id and e.weight > 0]
        train = [e for e in own if e.split == "train"]
        held = [e for e in own if e.split == "validation"]
        head = heads[question.kind]
        heads[question.kind] += 1
        kind = PatternTask if question.kind == "pattern" else EventTask
        tasks.append(kind(question, place, head, train, held, student, config))
    return tasks


class PatternTask:
    """Class head on every window, decoder on a quarter of them, words and positions."""

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
        self.question, self.head, self.config = question, head, config
        self.token = question_token(place)
        self.train = PatternData(question, train, student.slots, config.correction_weight)
        self.held = (
            PatternData(question, held, student.slots, config.correction_weight) if held else None
        )
        words = Vocabulary(student.tokens)
        self.wordings = [[words.ids(w) for w in option] for option in label_words(question)]
        self.end = words.id("<end>")
        why = words.id(WHY)
        explained = question.id in student.explains
        self.texts = [words.ids(text.tokens) if explained else [] for text in self.train.texts]
        self.prompts = [[*words.ids(option_words(label)), why] for label in self.train.labels_text]

    def loss(self, model: SeriesModel, progress: float, rng: Generator) -> Tensor:
        """Return the loss of a fresh batch."""
        batch = self.train.batch(self.config.batch_size, self.config.augmentation, rng)
        encoded = model.net.encode(batch.rows_R_G, batch.window_of_row, len(batch.labels_B))
        q = torch.where(batch.trusted_B, self.config.trusted_gce_q, self.config.gce_q)
        log_p = model.net.classify[self.head](encoded.summary).log_softmax(dim=1)
        loss = self._given(log_p, batch.labels_B, q)
        # The decoder reads what the class head has shaped. Listening to that head and pulling the
        # encoder as well, the two confirm each other in wrong labels (measured: 97 to 94 %).
        soft = model.net.soft_tokens(encoded.detached())
        prefix = model.decoder.prefix(soft[: self.config.decoder_batch_size], self.token)
        scores = model.decoder.score(prefix, self._blocks(rng))
        first = slice(0, len(prefix))
        said = scores.log_softmax(dim=1)
        loss = loss + self._given(said, batch.labels_B[first], q[first])
        if progress >= TEACH_FROM:
            # The class head sees every window and is ahead: the decoder learns from it as well.
            ahead = log_p[first].detach()
            loss = loss + torch.nn.functional.kl_div(
                said, ahead, log_target=True, reduction="batchmean"
            )
        loss = loss + PLACE_SHARE * place_loss(model.net.positions(encoded), batch.positions_B_S)
        if speaks(progress, self.config):
            loss = loss + TEXT_SHARE * self._text_loss(model, soft, batch)
        return loss

    def _given(self, log_p: Tensor, labels: Tensor, q: Tensor) -> Tensor:
        chosen = log_p.gather(1, labels[:, None])[:, 0]
        return generalised_cross_entropy(chosen, q).mean()

    def _blocks(self, rng: Generator) -> OptionBlocks:
        """Pack one wording per option, drawn anew."""
        drawn = [
            options[int(torch.randint(len(options), (1,), generator=rng))]
            for options in self.wordings
        ]
        return OptionBlocks(drawn, self.end)

    def _text_loss(self, model: SeriesModel, soft: Tensor, batch: PatternBatch) -> Tensor:
        rows = [i for i, w in enumerate(batch.index_B.tolist()) if self.texts[w]]
        rows = rows[: self.config.text_batch_size]
        if not rows:
            return torch.zeros(())
        index = batch.index_B[rows].tolist()
        return model.decoder.text_loss(
            model.decoder.prefix(soft[rows], self.token),
            [self.prompts[i] for i in index],
            [self.texts[i] for i in index],
        )

    @torch.no_grad()
    def validate(self, model: SeriesModel) -> float | None:
        """Return the mean probability that the decoder gives to validation labels."""
        if self.held is None:
            return None
        blocks = OptionBlocks([options[0] for options in self.wordings], self.end)
        total = 0.0
        count = min(len(self.held), _MAX_VALIDATION)
        weights = self.held.weights[:count]
        for index in torch.arange(count).split(64):
            batch = self.held.at(index)
            encoded = model.net.encode(batch.rows_R_G, batch.window_of_row, len(index))
            prefix = model.decoder.prefix(model.net.soft_tokens(encoded), self.token)
            p = model.decoder.score(prefix, blocks).softmax(dim=1)
            given = p.gather(1, batch.labels_B[:, None])[:, 0]
            total += float((weights[index] * given).sum())
        return total / float(weights.sum())

    def rules(self, model: SeriesModel) -> EventRules | None:
        """Patterns need no rules."""
        return None


def speaks(progress: float, config: PseudoLabelConfig) -> bool:
    """Whether this step learns rationales' words: every second one does, which is enough."""
    return config.text_batch_size > 0 and round(progress * config.steps) % 2 == 0


def place_loss(logits_B_S_P: Tensor, positions_B_S: Tensor) -> Tensor:
    """Return the cross-entropy of the patch each known position lies in."""
    known = positions_B_S > IGNORED
    if positions_B_S.shape[1] == 0 or not bool(known.any()):
        return torch.zeros(())
    patch = (positions_B_S[known] * N_PATCHES).long().clamp(0, N_PATCHES - 1)
    return torch.nn.functional.cross_entropy(logits_B_S_P[known], patch)


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
        self.train = EventData(question, train, config.correction_weight, student.detectors)
        self.held = None
        if held:
            self.held = EventData(question, held, config.correction_weight, student.detectors)
        self.texts: list[list[tuple[list[int], list[int]]]] = []
        if question.id in student.explains:
            words = Vocabulary(student.tokens)
            self.texts = [self._spoken(words, i) for i in range(len(self.train))]

    def _spoken(self, words: Vocabulary, window: int) -> list[tuple[list[int], list[int]]]:
        """Return (prompt, text) of everything said of one training window."""
        example = self.train.examples[window]
        facts = WindowFacts(example.view)
        by_number = {found.number: found for found in example.content.intervals}
        spoken: list[tuple[list[int], list[int]]] = []
        for number, text in self.train.texts[window].items():
            if not text.tokens:
                continue
            if number == 0:
                spoken.append((words.ids([NONE]), words.ids(text.tokens)))
                continue
            found = by_number[number]
            if found.type_id in self.train.places:
                sign = SIGNS[0] if strongest(facts, found)[1] >= 0 else SIGNS[1]
                kind = event_token(self.place, self.train.places[found.type_id])
                spoken.append((words.ids([kind, sign]), words.ids(text.tokens)))
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
        pairs: list[tuple[list[int], list[int]]] = []
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
        prefix = model.decoder.prefix(model.net.soft_tokens(encoded), question_token(self.place))
        return model.decoder.text_loss(prefix, [p for p, _ in pairs], [t for _, t in pairs])

    @torch.no_grad()
    def validate(self, model: SeriesModel) -> float | None:
        """Return the weighted mean probability of the given labels of validation samples."""
        if self.held is None:
            return None
        total = weight = 0.0
        for window in range(min(len(self.held), _MAX_VALIDATION)):
            n = int(self.held.lengths[window])
            batch = self.held.cut(torch.tensor([window]), n)
            p = self._log_p(model, batch).exp()
            say = batch.weights_R_n * self.held.weights[window]
            total += float((p * say).sum())
            weight += float(say.sum())
        return total / weight

    @torch.no_grad()
    def rules(self, model: SeriesModel) -> EventRules | None:
        """Learn lengths from training intervals, and thresholds by event F1."""
        lengths: list[list[int]] = [[] for _ in self.question.types]
        for example in self.train.examples:
            for found in example.content.intervals:
                if found.type_id in self.train.places:
                    lengths[self.train.places[found.type_id]].append(found.stop - found.start)
        rules = rules_from_lengths(lengths)
        # Validation windows alone are few for one threshold per type; training ones join them.
        shown = [(self.train, i) for i in range(min(len(self.train), _MAX_THRESHOLD_WINDOWS))]
        if self.held:
            shown += [(self.held, i) for i in range(min(len(self.held), _MAX_VALIDATION))]
        truth = [data.examples[i].content.intervals for data, i in shown]
        # Without a threshold every run is found once; the best one is then a matter of counting.
        open_rules = rules.model_copy(update={"threshold": (0.0,) * len(lengths)})
        ids = [event_type.id for event_type in self.question.types]
        found = [
            numbered(
                find_events(self._probabilities(model, data, i), open_rules),
                ids,
                data.examples[i].view.start,
            )
            for data, i in shown
        ]
        best = tuple(_best_threshold(found, truth, type_id) for type_id in ids)
        return rules.model_copy(update={"threshold": best})

    def _probabilities(self, model: SeriesModel, data: EventData, window: int) -> Probabilities:
        return event_probabilities(model, self.head, data.windows[window], data.features[window])[1]


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

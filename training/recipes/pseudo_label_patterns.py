"""The task of a pattern question: class head, decoder, positions and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from core.questions.base import Question
from core.students.confidence import FEWEST_WINDOWS, fitted_temperature
from core.students.series import (
    SeriesConfig,
    SeriesModel,
)
from core.students.series_events import (
    EventRules,
)
from core.students.series_input import N_PATCHES
from core.students.series_words import (
    WHY,
    option_words,
)
from training.examples import TrainingExample
from training.recipes.losses import soft_gce
from training.recipes.noise_net import Seen, look
from training.recipes.pseudo_label_data import (
    IGNORED,
    PatternBatch,
    PatternData,
    judges,
)

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig


Judges = Literal["trusted labels", "held-out labels", "nothing"]

TEXT_SHARE = 0.3  # say of the rationale's words beside the answer's loss
PLACE_SHARE = 0.3  # say of the positions
TEACH_FROM = 0.15  # share of the steps after which the class head is worth listening to
MAX_VALIDATION = 400  # windows looked at per question when the score is taken


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
        self.question, self.place, self.head, self.config = question, place, head, config
        self.train = PatternData(question, train, student.slots, config.correction_weight)
        self.held = (
            PatternData(question, held, student.slots, config.correction_weight) if held else None
        )
        self.q_W = torch.where(self.train.trusted, config.trusted_gce_q, config.gce_q)
        self.ever_right = torch.zeros(len(self.train), dtype=torch.bool)
        self.judges = judging_windows(self.held, config.fewest_trusted)
        self.learn(np.eye(len(question.options))[labels_of(self.train, self.held)])
        explained = question.id in student.explains
        self.texts = [text.tokens if explained else () for text in self.train.texts]
        self.prompts = [[*option_words(label), WHY] for label in self.train.labels_text]

    @property
    def item_ids(self) -> list[str]:
        """The items of all windows, training ones first."""
        return self.train.item_ids + ([] if self.held is None else self.held.item_ids)

    @property
    def stopped_by(self) -> Judges:
        """Which validation windows choose when to stop."""
        if self.held is None:
            return "nothing"
        trusted = bool(self.held.trusted[self.judges].all())
        return "trusted labels" if trusted else "held-out labels"

    def learn(self, shares: NDArray[np.float64]) -> None:
        """Take what is believed of every window, training ones first, as what is to be learned.

        Words and positions are those of the label given; they are learned where it is believed.
        """
        every = torch.tensor(shares, dtype=torch.float32)
        self.shares_W_K, self.held_shares_W_K = every[: len(self.train)], every[len(self.train) :]
        given = self.shares_W_K.gather(1, self.train.labels[:, None])[:, 0]
        self.believed_W = given >= 0.5

    def loss(self, model: SeriesModel, progress: float, rng: Generator) -> Tensor:
        """Return the loss of a fresh batch."""
        batch = self.train.batch(self.config.batch_size, self.config.augmentation, rng)
        encoded = model.net.encode(batch.rows_R_G, batch.window_of_row, len(batch.labels_B))
        shares, q = self.shares_W_K[batch.index_B], self.q_W[batch.index_B]
        log_p = model.net.classify[self.head](encoded.summary).log_softmax(dim=1)
        loss = soft_gce(log_p, shares, q).mean()
        # The decoder reads what the class head has shaped. Listening to that head and pulling the
        # encoder as well, the two confirm each other in wrong labels (measured: 97 to 94 %).
        soft = model.net.soft_tokens(encoded.detached())
        language = model.language
        prefix = language.prefix(soft[: self.config.decoder_batch_size], self.place)
        scores = language.score(prefix, language.blocks(self._drawn_wordings(rng)))
        first = slice(0, len(prefix))
        said = scores.log_softmax(dim=1)
        loss = loss + soft_gce(said, shares[first], q[first]).mean()
        if progress >= TEACH_FROM:
            # The class head sees every window and is ahead: the decoder learns from it as well.
            ahead = log_p[first].detach()
            loss = loss + torch.nn.functional.kl_div(
                said, ahead, log_target=True, reduction="batchmean"
            )
        sound = self._sound(batch, log_p.detach())
        known = torch.where(sound[:, None], batch.positions_B_S, IGNORED)
        loss = loss + PLACE_SHARE * place_loss(model.net.positions(encoded), known)
        if speaks(progress, self.config):
            loss = loss + TEXT_SHARE * self._text_loss(model, soft, batch, sound)
        return loss

    def _sound(self, batch: PatternBatch, log_p_B_K: Tensor) -> Tensor:
        """Return (windows,) whether the words and positions of the label given are to be learned.

        Those of a wrong label speak of another class. A label counts as wrong where the class head
        finds it less likely than luck by now, unless a person gave it.
        """
        given = log_p_B_K.gather(1, batch.labels_B[:, None])[:, 0].exp()
        likely = given >= 1 / log_p_B_K.shape[1]
        at = batch.index_B
        return (self.believed_W[at] & likely) | self.train.trusted[at]

    def _drawn_wordings(self, rng: Generator) -> list[str]:
        """Draw one wording per option anew."""
        return [
            option.wordings[int(torch.randint(len(option.wordings), (1,), generator=rng))]
            for option in self.question.options
        ]

    def _text_loss(
        self, model: SeriesModel, soft: Tensor, batch: PatternBatch, sound: Tensor
    ) -> Tensor:
        index = batch.index_B.tolist()
        rows = [i for i, w in enumerate(index) if self.texts[w] and sound[i]]
        rows = rows[: self.config.text_batch_size]
        if not rows:
            return torch.zeros(())
        return model.language.text_loss(
            model.language.prefix(soft[rows], self.place),
            [self.prompts[index[i]] for i in rows],
            [self.texts[index[i]] for i in rows],
        )

    @torch.no_grad()
    def validate(self, model: SeriesModel) -> float | None:
        """Return the mean probability that the decoder gives to what validation windows are."""
        if self.held is None:
            return None
        total = 0.0
        weights = self.held.weights[self.judges]
        for index, scores in self._held_scores(model, self.held):
            given = (scores.softmax(dim=1) * self.held_shares_W_K[index]).sum(dim=1)
            total += float((self.held.weights[index] * given).sum())
        return total / float(weights.sum())

    def _held_scores(
        self, model: SeriesModel, held: PatternData
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield places of judging validation windows with their (windows, options) scores."""
        language = model.language
        blocks = language.blocks([option.name for option in self.question.options])
        for index in self.judges.split(64):
            batch = held.at(index)
            encoded = model.net.encode(batch.rows_R_G, batch.window_of_row, len(index))
            prefix = language.prefix(model.net.soft_tokens(encoded), self.place)
            yield index, language.score(prefix, blocks)

    @torch.no_grad()
    def temperature(self, model: SeriesModel) -> float | None:
        """Return what makes confidences on validation windows honest; None with too few."""
        if self.held is None or len(self.judges) < FEWEST_WINDOWS:
            return None
        scores = torch.cat([part for _, part in self._held_scores(model, self.held)])
        return fitted_temperature(
            scores.double().numpy(),
            self.held.labels[self.judges].numpy(),
            self.held.trusted[self.judges].numpy(),
        )

    def rules(self, model: SeriesModel) -> EventRules | None:
        """Patterns need no rules."""
        return None

    def look(self, model: SeriesModel) -> Seen:
        """Return what the model makes of all windows, training ones first."""
        parts = [self.train] if self.held is None else [self.train, self.held]
        views = [look(model.net, part, self.head) for part in parts]
        return Seen(
            np.concatenate([one.probabilities for one in views]),
            np.concatenate([one.embedding for one in views]),
        )

    def note(self, model: SeriesModel) -> dict[str, Tensor]:
        """Note which corrected training windows the class head has right, now or before."""
        corrected = torch.nonzero(self.train.trusted)[:, 0]
        if len(corrected):
            seen = look(model.net, self.train, self.head, corrected)
            right = (
                torch.from_numpy(seen.probabilities.argmax(axis=1)) == self.train.labels[corrected]
            )
            self.ever_right[corrected[right]] = True
        return {self.question.id: self.ever_right}

    def was_right(self, row: int) -> bool:
        """Whether a look during training found the class head right on a corrected window.

        Validation windows are not followed: none of them is learned, so none can be forgotten.
        """
        return row < len(self.train) and bool(self.ever_right[row])

    def recall(self, notes: Mapping[str, Tensor]) -> None:
        """Take up which corrections were right once."""
        self.ever_right = notes.get(self.question.id, self.ever_right)


def labels_of(train: PatternData, held: PatternData | None) -> NDArray[np.int64]:
    """Return the labels given to training windows, then to validation ones."""
    parts = [train.labels.numpy()] + ([] if held is None else [held.labels.numpy()])
    return np.concatenate(parts)


def speaks(progress: float, config: PseudoLabelConfig) -> bool:
    """Whether this step learns rationales' words: every second one does, which is enough."""
    return config.text_batch_size > 0 and round(progress * config.steps) % 2 == 0


def judging_windows(held: PatternData | None, fewest: int) -> Tensor:
    """Return which validation windows say when to stop: trusted ones where there are enough."""
    chosen = judges([] if held is None else [(held, MAX_VALIDATION)], fewest)
    return torch.tensor([place for _, place in chosen], dtype=torch.long)


def place_loss(logits_B_S_P: Tensor, positions_B_S: Tensor) -> Tensor:
    """Return the cross-entropy of the patch each known position lies in."""
    known = positions_B_S > IGNORED
    if positions_B_S.shape[1] == 0 or not bool(known.any()):
        return torch.zeros(())
    patch = (positions_B_S[known] * N_PATCHES).long().clamp(0, N_PATCHES - 1)
    return torch.nn.functional.cross_entropy(logits_B_S_P[known], patch)

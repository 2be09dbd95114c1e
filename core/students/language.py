"""What the series student needs of a language model, whichever size it has.

A model reads a window as soft tokens behind the question, gives each option's text a score, and may
learn and write the words of a rationale. How the text becomes tokens is its own business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from core.students.series_words import Vocabulary
from core.students.sizes import refuse_missing

if TYPE_CHECKING:
    from core.students.series import SeriesConfig


@dataclass(frozen=True, eq=False)
class Prefix:
    """What is read before any text: (B, P, d) embeddings, after question number `place`."""

    embeddings: Tensor
    place: int

    def __len__(self) -> int:
        return len(self.embeddings)

    def rows(self, index: Sequence[int]) -> Prefix:
        """Return the prefix of these windows."""
        return Prefix(self.embeddings[list(index)], self.place)


class OptionBlocks:
    """Option texts packed behind one prefix: each sees the prefix and itself, none another.

    The order of options therefore cannot matter, and the prefix is read once for all of them.
    """

    def __init__(self, texts: Sequence[Sequence[int]], end: int) -> None:
        self.ids = torch.tensor([word for text in texts for word in text])
        self.block = torch.tensor([i for i, text in enumerate(texts) for _ in text])
        self.place = torch.tensor([k for text in texts for k in range(len(text))])
        starts = torch.tensor([0, *[len(text) for text in texts]]).cumsum(0).tolist()
        self.texts = [tuple(text) for text in texts]
        self.n_texts = len(texts)
        # For every scored word: which sequence position predicts it (-1: the prefix's last one).
        source: list[int] = []
        target: list[int] = []
        owner: list[int] = []
        for i, text in enumerate(texts):
            source += [-1, *range(starts[i], starts[i] + len(text))]
            target += [*text, end]
            owner += [i] * (len(text) + 1)
        self.source, self.target, self.owner = map(torch.tensor, (source, target, owner))
        self.lengths = torch.bincount(self.owner).float()

    def layout(self, n_prefix: int, n_cached: int = 0) -> tuple[Tensor, Tensor]:
        """Return (Q, cached + Q) additive attention mask and (Q,) position ids.

        Everything sees the `n_cached` positions before the prefix, whose keys are at hand.
        """
        n = n_prefix + len(self.ids)
        block = torch.cat([torch.full((n_prefix,), -1), self.block])
        causal = torch.ones(n, n, dtype=torch.bool).tril()
        seen = causal & ((block[None, :] == -1) | (block[None, :] == block[:, None]))
        mask = torch.zeros(n, n).masked_fill(~seen, torch.finfo(torch.float32).min)
        mask = torch.cat([torch.zeros(n, n_cached), mask], dim=1)
        return mask, n_cached + torch.cat([torch.arange(n_prefix), n_prefix + self.place])


class Language(Protocol):
    """A language model as the series student uses it.

    Attributes:
        writes: whether it learns and writes the words of rationales.
        vocabulary: the words that rationales are made of.
    """

    writes: bool
    vocabulary: Vocabulary

    def prefix(self, soft_B_S_w: Tensor, place: int) -> Prefix:
        """Return what is read before any text: question number `place` and the soft tokens."""
        ...

    def blocks(self, wordings: Sequence[str]) -> OptionBlocks:
        """Return option texts as blocks of their own."""
        ...

    def score(self, prefix: Prefix, blocks: OptionBlocks) -> Tensor:
        """Return (B, texts): mean log-probability per token, the end of the text included."""
        ...

    def text_loss(
        self, prefix: Prefix, prompts: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]
    ) -> Tensor:
        """Return the mean cross-entropy of `texts`, words each, each after its prompt."""
        ...

    def write(self, prefix: Prefix, prompt: Sequence[str]) -> list[list[str]]:
        """Write one text per row after the same prompt, the likeliest token each time."""
        ...


def soft_width(config: SeriesConfig) -> int:
    """Return the width of the soft tokens that the encoder makes for this student's model."""
    from core.students.language_base import SOFT_WIDTH

    return int(config.decoder["hidden_size"]) if config.base is None else SOFT_WIDTH


def build_language(config: SeriesConfig) -> torch.nn.Module:
    """Build the language model of a student: `pocket`, or one around a base that exists.

    Raises:
        ConfigError: when the base is missing, or another one than the student was trained on.
    """
    vocabulary = Vocabulary(config.tokens)
    if config.base is None:
        from core.students.series_decoder import Decoder, build_language_model

        return Decoder(build_language_model(config.decoder, len(vocabulary)), vocabulary)
    from core.students.language_base import BaseLanguage

    refuse_missing(config.base.source, config.base.lora_rank)
    return BaseLanguage(config.base, config.questions, vocabulary)

"""A preference-trained version beside the one it was trained from: what it changed, text by text.

The difference of the two log-probabilities of a text is what the training thinks of it
(`core.verifier`): by it several sampled texts are ranked, and token by token it says which words
made the difference. Both versions are held at once, so it takes twice the memory of one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.answers import AnswerContent
from core.errors import AnswerError
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView
from core.students.vlm import VlmStudent
from core.verifier import Cost, Credit, Sample, Verified, Way, credit, implicit_reward, verify


@dataclass(frozen=True)
class Ranker:
    """Two versions of a student: after a training by preferences and before it.

    `beta` is the one of that training; it scales the scores and with them the odds of votes.
    """

    tuned: VlmStudent
    before: VlmStudent
    beta: float = 0.1

    def credit(self, question: Question, view: WindowView, text: str) -> Credit:
        """Return what the training made of each token of a text.

        Raises:
            ConfigError: if the two do not read the text alike.
        """
        after = self.tuned.token_log_probabilities(question, view, text)
        first = self.before.token_log_probabilities(question, view, text)
        return credit(
            after.tokens if after.tokens == first.tokens else (),
            [float(value) for value in after.log_probabilities],
            [float(value) for value in first.log_probabilities],
        )

    def score(self, question: Question, view: WindowView, text: str) -> float:
        """Return the ranker's score of a text: its implicit reward."""
        return implicit_reward(self.credit(question, view, text), self.beta)


def ranked_answer(
    ranker: Ranker,
    question: Question,
    view: WindowView,
    *,
    n: int,
    how: Way = "best_of_n",
    temperature: float = 1.0,
    seed: int = 1,
    writer: VlmStudent | None = None,
) -> tuple[Verified, tuple[Sample, ...]]:
    """Draw n texts, score them and choose one; returns the choice and all samples with scores.

    Args:
        ranker: scores the texts; a majority needs no scores and gets none.
        n: texts drawn.
        how: how one is chosen.
        writer: who writes the texts; the preference-trained version when left out.

    Raises:
        AnswerError: if none of the texts is an answer.
    """
    writer, began = writer or ranker.tuned, time.monotonic()
    texts = writer.sample(question, view, n, temperature, seed)
    sampled, contents = time.monotonic(), [_read(writer, question, view, text) for text in texts]
    scores: list[float | None] = [
        None if how == "majority" or content is None else ranker.score(question, view, text)
        for text, content in zip(texts, contents, strict=True)
    ]
    samples = tuple(
        Sample(text=text, content=content, score=score)
        for text, content, score in zip(texts, contents, scores, strict=True)
    )
    cost = Cost(
        tokens=n_tokens(writer, texts),
        sampling_s=sampled - began,
        scoring_s=time.monotonic() - sampled,
    )
    return verify(kind_of(question), samples, how, cost), samples


def n_tokens(student: VlmStudent, texts: Sequence[str]) -> int:
    """Return how many tokens texts are, as a student reads them."""
    tokenizer = student.vlm.processor.tokenizer
    return sum(len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts)


def _read(
    student: VlmStudent, question: Question, view: WindowView, text: str
) -> AnswerContent | None:
    try:
        return student.read(question, view, text)
    except AnswerError:
        return None

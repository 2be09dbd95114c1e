"""The `vlm` student: an image-text model that looks at the picture of a window and writes.

It is asked in the question kind's own words (`vlm_asking`) and answers in tags, which the kind
reads: reasons first, then the answer. What it wrote that is no answer is an AnswerError with the
text in it, never a guess. Words are chosen by likelihood alone, so the same window gets the same
answer; only `sample` draws.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from core.answers import AnswerContent
from core.axis import axis_of
from core.errors import AnswerError, ConfigError
from core.model import Frozen
from core.questions import kind_of
from core.questions.base import Question
from core.render import render_hash
from core.render_settings import STANDARD, RenderSettings
from core.series import WindowView
from core.shown import Form
from core.students import CONFIG_FILE
from core.students.lookup import trained_question
from core.students.vlm_asking import Asked, ask
from core.students.vlm_base import ADAPTER, WHOLE, Vlm, VlmBase, is_adapted, load, start_of
from core.students.vlm_writing import TokenScores, generate, score

KEPT_TEXTS = 512
"""Texts that are remembered: a batch in which one is no answer is asked again one by one."""
MOST_SHOWN = 2000
"""Characters of a text that an error shows."""


class VlmConfig(Frozen):
    """Everything about a student but its weights.

    Attributes:
        base: the image-text model it was trained on; None when it was trained whole.
        questions: what it was trained on.
        form: how it is asked to answer.
        render: how windows are drawn for it.
        max_new_tokens: tokens that an answer may take.
        batch_size: windows that are looked at at once.
    """

    student: Literal["vlm"] = "vlm"
    base: VlmBase | None = None
    questions: tuple[Question, ...] = ()
    form: Form = "reasons"
    render: RenderSettings = STANDARD
    max_new_tokens: int = Field(default=512, ge=1)
    batch_size: int = Field(default=8, ge=1)


@dataclass(frozen=True)
class Written:
    """What a student wrote on a window, and what it was shown: kept beside its answer."""

    text: str
    prompt: str
    render: RenderSettings
    render_hash: str


class VlmStudent:
    """An image-text model with what it takes to ask it; see `core.students.base.Student`."""

    name = "vlm"

    def __init__(self, config: VlmConfig, vlm: Vlm) -> None:
        self.config, self.vlm = config, vlm
        self.shared: Mapping[str, Any] | None = None
        """All weights, where several cards share them and the model has but a part."""
        self._texts: OrderedDict[str, str] = OrderedDict()

    def answer(self, question: Question, views: Sequence[WindowView]) -> list[AnswerContent]:
        """Answer the question on each window, in order; positions are absolute samples.

        Raises:
            AnswerError: for a question it was not trained on, and for a text that is no answer;
                that text is in the error.
        """
        shown = [self.asked(question, view) for view in views]
        texts = self._written(shown)
        return [self.read(question, view, text) for view, text in zip(views, texts, strict=True)]

    def asked(self, question: Question, view: WindowView) -> Asked:
        """Return what the student is shown for a question on a window.

        Raises:
            AnswerError: for a question it was not trained on.
        """
        trained_question(question, self.config.questions)
        return ask(question, view, self.config.form, self.config.render)

    def read(self, question: Question, view: WindowView, text: str) -> AnswerContent:
        """Read a text that it wrote; raises AnswerError, with the text, when it is no answer."""
        try:
            return kind_of(question).parse(question, view, text, axis_of(self.config.render, view))
        except AnswerError as error:
            shown = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
            raise AnswerError(f"{error}. The student wrote: {shown!r}") from error

    def written(self, question: Question, view: WindowView) -> Written:
        """Return what the student writes on a window, whether it can be read or not."""
        shown = self.asked(question, view)
        (text,) = self._written([shown])
        return Written(text, shown.prompt, self.config.render, render_hash(shown.picture))

    def sample(
        self, question: Question, view: WindowView, n: int, temperature: float, seed: int
    ) -> list[str]:
        """Draw `n` texts on a window; the same seed draws the same ones.

        Raises:
            ConfigError: for a temperature of 0 or below: there is nothing to draw then.
        """
        if temperature <= 0:
            raise ConfigError(
                f"a temperature of {temperature} draws nothing: all {n} texts would be the same; "
                "give one above 0, such as 1.0"
            )
        shown = self.asked(question, view)
        return generate(
            self.vlm, [shown] * n, self.config.max_new_tokens, temperature=temperature, seed=seed
        )

    def token_log_probabilities(
        self, question: Question, view: WindowView, text: str, *, with_end: bool = False
    ) -> TokenScores:
        """Return the tokens of a text and how likely each was after the ones before it.

        Args:
            with_end: the end of the answer counts as well, as a last token.
        """
        return score(self.vlm, self.asked(question, view), text, with_end=with_end)

    def log_probability(self, question: Question, view: WindowView, text: str) -> float:
        """Return how likely the whole text is, its end included."""
        scores: NDArray[np.float64] = self.token_log_probabilities(
            question, view, text, with_end=True
        ).log_probabilities
        return float(scores.sum())

    def save(self, folder: Path) -> None:
        """Write adapters, or the whole model where it was trained whole, and the configuration."""
        folder.mkdir(parents=True, exist_ok=True)
        config = self.config
        whole = {} if self.shared is None else {"state_dict": self.shared}
        if is_adapted(self.vlm):
            self.vlm.model.save_pretrained(folder / ADAPTER, **whole)
            (folder / ADAPTER / "README.md").unlink(missing_ok=True)  # an empty form for a hub
        elif config.base is None:
            self.vlm.model.save_pretrained(folder / WHOLE, **whole)
            self.vlm.processor.save_pretrained(folder / WHOLE)
        (folder / CONFIG_FILE).write_text(config.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path, *, device: str = "") -> Self:
        """Read a student written by `save`; its base must be where it was.

        Raises:
            ConfigError: when a file is missing or damaged, or the base is another one.
        """
        try:
            config = VlmConfig.model_validate_json((folder / CONFIG_FILE).read_text())
        except (OSError, ValidationError) as error:
            raise ConfigError(
                f"the student in {folder} cannot be read ({error}); its {CONFIG_FILE} is missing "
                "or damaged: restore it from a backup, or train again"
            ) from error
        return cls(config, load(start_of(str(folder)), device=device))

    def _written(self, shown: Sequence[Asked]) -> list[str]:
        """Return what is written on each, batch by batch; what was written lately is known."""
        keys = [f"{render_hash(one.picture)} {one.prompt}" for one in shown]
        todo = [i for i, key in enumerate(keys) if key not in self._texts]
        size = self.config.batch_size
        for first in range(0, len(todo), size):
            some = todo[first : first + size]
            texts = generate(self.vlm, [shown[i] for i in some], self.config.max_new_tokens)
            self._texts |= {keys[i]: text for i, text in zip(some, texts, strict=True)}
        found = [self._texts[key] for key in keys]
        while len(self._texts) > KEPT_TEXTS:
            self._texts.popitem(last=False)
        return found


def untrained(
    source: str, questions: Sequence[Question], config: VlmConfig | None = None
) -> VlmStudent:
    """Return a base as it is, as a student that may be asked these questions."""
    vlm = load(source)
    given = config or VlmConfig()
    return VlmStudent(
        given.model_copy(update={"base": vlm.base, "questions": tuple(questions)}), vlm
    )

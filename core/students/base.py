"""What every student provides, whatever it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.questions.base import Question
from core.render_settings import RenderSettings
from core.series import WindowView
from core.students.correlation_scores import Strips


class Student(Protocol):
    """A trained model that answers windows of the questions it was trained on.

    Saving and loading gives identical answers. A question it was not trained on, or an option or
    wording outside the registered ones, is refused with AnswerError, not guessed.
    """

    name: str

    def answer(self, question: Question, views: Sequence[WindowView]) -> list[AnswerContent]:
        """Answer the question on each window, in order; positions are absolute samples."""
        ...

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and configuration into `folder`, which is made."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a student written by `save`."""
        ...


@runtime_checkable
class ScoringStudent(Protocol):
    """A student that also says of every sample how sure an event is there."""

    def answer_with_scores(
        self, question: Question, view: WindowView
    ) -> tuple[AnswerContent, NDArray[np.float64]]:
        """Answer an anomaly question on a window, with scores (n,) >= 0, higher = more unusual."""
        ...


class Writing(Protocol):
    """What a student wrote on a window, and what it was shown."""

    @property
    def text(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def render(self) -> RenderSettings: ...
    @property
    def render_hash(self) -> str: ...


@runtime_checkable
class WritingStudent(Protocol):
    """A student that answers in words, which are kept letter by letter."""

    def written(self, question: Question, view: WindowView) -> Writing:
        """Return what it writes on a window, whether it can be read or not."""
        ...


@runtime_checkable
class GraphStudent(Protocol):
    """A student that also shows the scores and the graph that its change points are read from."""

    def answer_with_strips(
        self, question: Question, view: WindowView
    ) -> tuple[AnswerContent, Strips]:
        """Answer a change point question on a window, with scores and graph at each sample."""
        ...


@dataclass(frozen=True, eq=False)
class Labelled:
    """A window with the answer to learn, for the baselines; positions are absolute samples."""

    question_id: str
    view: WindowView
    content: AnswerContent

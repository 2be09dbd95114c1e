"""The `majority` baseline: the most frequent label; "no anomaly" everywhere."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, Self

from core.answers import AnswerContent
from core.errors import AnswerError
from core.model import Frozen
from core.questions.base import Question
from core.series import WindowView
from core.students import CONFIG_FILE
from core.students.lookup import refuse_unlearned, trained_question


class Example(Protocol):
    """What baselines learn from: `core.students.base.Labelled` or a training example."""

    @property
    def question_id(self) -> str: ...
    @property
    def view(self) -> WindowView: ...
    @property
    def content(self) -> AnswerContent: ...


class MajorityConfig(Frozen):
    """The shares of each option, by question id; anomaly questions have none."""

    student: Literal["majority"] = "majority"
    questions: tuple[Question, ...]
    shares: dict[str, dict[str, float]]


class MajorityStudent:
    """Answers every window alike."""

    name = "majority"

    def __init__(self, config: MajorityConfig) -> None:
        self.config = config

    @classmethod
    def fit(cls, examples: Sequence[Example], questions: Sequence[Question]) -> Self:
        """Count labels. An interval has no majority: the answer to `anomaly` is "no anomaly"."""
        refuse_unlearned(questions)
        shares: dict[str, dict[str, float]] = {}
        for question in questions:
            labels = [
                str(e.content.label)
                for e in examples
                if e.question_id == question.id and question.kind == "pattern"
            ]
            counts = Counter(labels)
            shares[question.id] = {
                o.key: counts[o.key] / max(1, len(labels)) for o in question.options
            }
        return cls(MajorityConfig(questions=tuple(questions), shares=shares))

    def answer(self, question: Question, views: Sequence[WindowView]) -> list[AnswerContent]:
        """Answer every window alike; ties go to the option that was trained first."""
        trained = trained_question(question, self.config.questions)
        if question.kind == "anomaly":
            return [AnswerContent(kind="anomaly", confidence=0.5) for _ in views]
        asked = {option.key for option in question.options}
        shares = {k: v for k, v in self.config.shares[trained.id].items() if k in asked}
        if not shares:
            raise AnswerError(f"the question {question.name!r} has no options to choose from")
        total = sum(shares.values()) or 1.0
        scores = {key: share / total for key, share in shares.items()}
        label = max(scores, key=lambda key: scores[key])
        one = AnswerContent(kind="pattern", label=label, scores=scores, confidence=scores[label])
        return [one for _ in views]

    def save(self, folder: Path) -> None:
        """Write the shares into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG_FILE).write_text(self.config.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a student written by `save`."""
        text = (folder / CONFIG_FILE).read_text()
        return cls(MajorityConfig.model_validate(json.loads(text)))

"""One task per question: its share of the loss, its validation score, its final rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from torch import Generator, Tensor

from core.errors import ConfigError
from core.questions.base import Question
from core.students.lookup import refuse_unlearned
from core.students.series import (
    SeriesConfig,
    SeriesModel,
    event_token,
)
from core.students.series_decoder import question_token
from core.students.series_events import (
    EventRules,
)
from core.students.series_words import (
    Vocabulary,
    event_texts,
    is_opening,
    option_words,
    pattern_text,
)
from core.students.sizes import POCKET, Base, Body, size_of
from training.examples import TrainingExample
from training.recipes.pseudo_label_events import EventTask
from training.recipes.pseudo_label_patterns import PatternTask

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig


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

    def temperature(self, model: SeriesModel) -> float | None:
        """Return what the scores of options are to be divided by (pattern); None: by nothing."""
        ...

    def note(self, model: SeriesModel) -> dict[str, Tensor]:
        """Return what is worth remembering of the model of now, to survive with the training."""
        ...

    def recall(self, notes: Mapping[str, Tensor]) -> None:
        """Take up what was noted before the training was interrupted."""
        ...


def student_config(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    with_texts: bool,
    detectors: Sequence[str] = (),
    body: Body = "conv",
    student: str = POCKET,
    base: Base | None = None,
) -> SeriesConfig:
    """Say what the student will know: questions, words, positions, and its language model.

    A language model that stays as it is learns no words, so such a student gives no reasons.
    """
    with_texts = with_texts and (base is None or base.lora_rank > 0)
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
        size=size_of(student),
        base=base,
        body=body,
        blurred="zero",
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

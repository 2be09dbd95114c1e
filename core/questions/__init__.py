"""Question kinds: one object per kind serves labelling, evaluation and reward."""

from core.answers import QuestionKind
from core.questions.anomaly import AnomalyKind
from core.questions.base import Kind, Question
from core.questions.change_point import ChangePointKind
from core.questions.open import OpenKind
from core.questions.pattern import PatternKind

KINDS: dict[QuestionKind, Kind] = {
    "pattern": PatternKind(),
    "anomaly": AnomalyKind(),
    "open": OpenKind(),
    "change_point": ChangePointKind(),
}


def kind_of(question: Question) -> Kind:
    """Return the object that asks, reads and scores this question."""
    return KINDS[question.kind]

"""How far a teacher can be trusted, from a random sample that was reviewed blind: plain values.

`core.audit_figures` computes these; pages and the worker read them. Shares are 0 to 1, intervals
hold 95 %. A failed answer counts as wrong. What is right:

pattern    the label is the true one
anomaly    every event of the window is matched by the rule of `core.matching` (any overlap) and
           none is invented; types are not compared. `score` is stricter: it is the kind's own.
other      no options to compare: the reviewer accepted the answer (`Audited.accepted`)
"""

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import ValidationError

from core.answers import AnswerContent, QuestionKind
from core.errors import StoreError
from core.metrics import Confusion, Estimate
from core.model import Frozen
from core.questions.base import Question

AUDIT_VERSION = 1
FAILED = "failed"
NO_ANOMALY = "no anomaly"
UNTYPED = "event"
"""The class of an event without a type."""

Use = Literal["useful", "correct first", "cannot tell yet"]
Errors = Literal["random", "systematic", "too few to tell", "none"]


@dataclass(frozen=True, eq=False)
class Audited:
    """One item of the sample with what the teacher and the reviewer said.

    Attributes:
        group: its series.
        window: the item's samples `[start, stop)`; events are cut to it.
        given: the teacher's answer, None where it failed.
        truth: the reviewer's, made without seeing the teacher's.
        confidence: what the teacher said of itself, None if nothing.
        accepted: whether the reviewer then accepted the teacher's answer; only read of a question
            without options and events, whose answers cannot be compared.
    """

    item_id: str
    question: Question
    group: str
    window: tuple[int, int]
    given: AnswerContent | None
    truth: AnswerContent
    confidence: float | None = None
    accepted: bool | None = None


@dataclass(frozen=True)
class Sample:
    """How many items of a question were drawn for the audit, out of how many in the batch."""

    drawn: int
    population: int


class ClassAudit(Frozen):
    """One true class: an option, a type of event, or windows without one.

    Attributes:
        key, name: of the option or type.
        right: labels that were right; events that were found; windows without one left so.
        share: `right / total` with its interval.
    """

    key: str
    name: str
    right: int
    total: int
    share: Estimate


class Bin(Frozen):
    """Answers whose confidence lies in `[low, high)` (the last bin holds 1): the mean of what they
    said, and the share that was right."""

    low: float
    high: float
    n: int
    said: float
    right: Estimate


class Calibration(Frozen):
    """What the teacher's own confidence is worth.

    Attributes:
        n: answers that gave one.
        error: expected calibration error, the mean over `bins` of |said - right| by their n. It is
            never 0 by chance alone: of few answers it is too large.
        brier: mean of (said - right)^2, with right 1 or 0.
        said: mean confidence.
        right: the share that was right.
    """

    n: int
    bins: tuple[Bin, ...] = ()
    error: float | None = None
    brier: float | None = None
    said: float | None = None
    right: Estimate = Estimate()
    sentence: str


class Mistake(Frozen):
    """One way to be wrong: how often a `truth` was taken for a `given` (keys of classes)."""

    truth: str
    given: str
    n: int


class ErrorKind(Frozen):
    """Whether the wrong answers look random (see `core.audit_errors`).

    Attributes:
        n: wrong answers.
        by_mistake: how often chance alone repeats the same mistakes as much; None when untestable.
        by_series: how often chance alone puts as many into the same series; None when untestable.
        commonest: the mistake made most often, None when there is none.
    """

    kind: Errors
    n: int
    by_mistake: float | None
    by_series: float | None
    commonest: Mistake | None


class Advice(Frozen):
    """What to do with the batch.

    Attributes:
        more: reviews that would tell; 0 where it can be told, or where no number of them helps.
    """

    use: Use
    more: int
    sentence: str


class QuestionAudit(Frozen):
    """The audit of one question.

    Attributes:
        n: items reviewed, of `drawn` in the sample, of `population` in the batch.
        failed: of the n, how many have no answer.
        right: share of the n that is right, as a statement about the batch.
        answered: the same of those with an answer: what a student would learn from.
        figures: per kind; anomaly has `score` (mean of the kind's score, 0 where failed),
            `event_recall`, and `false_alarms` per answer.
        confusion: truth (rows) x given (columns). Pattern: options and "failed". Anomaly: each
            true event by what it was matched with, where "no anomaly" in a column is a missed event
            and in a row an invented one, or both: a window rightly left clean.
    """

    question_id: str
    kind: QuestionKind
    name: str
    n: int
    drawn: int
    population: int
    failed: int
    right: Estimate
    answered: Estimate
    figures: dict[str, Estimate]
    by_class: tuple[ClassAudit, ...]
    confusion: Confusion
    calibration: Calibration
    errors: ErrorKind
    advice: Advice


class AuditReport(Frozen):
    """Everything an audit says, one part per question."""

    version: int = AUDIT_VERSION
    questions: tuple[QuestionAudit, ...]

    def to_json(self) -> str:
        """Return the canonical JSON text."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises StoreError."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise StoreError(
                "the stored audit cannot be read by this version of the app "
                f"({error.error_count()} fields do not fit); compute it from the reviews again"
            ) from error

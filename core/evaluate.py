"""Compute the comparison on gold of one question. Pure: values in, `core.evaluation` values out.

Truth and answers are cut to the item's window before events are matched. An item that an author did
not answer counts for nobody: its figures are over what it answered, with the missing ones told, and
comparisons are over what both answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.claim_shares import ClaimSource, rationale_result
from core.errors import DataError
from core.evaluation import (
    MIN_GOLD,
    AuthorResult,
    ClassRow,
    Comparison,
    QuestionEvaluation,
    RationaleResult,
    Role,
)
from core.evaluation_words import caution, sentence, unranked, verdict_of
from core.matching import match_events
from core.metrics import (
    EVENT_FIGURES,
    Bootstrap,
    Confusion,
    Difference,
    Estimate,
    Figure,
    Numbers,
    accuracy,
    confusion,
    cut_to_window,
    interval_scores,
    mean_figure,
)
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView

FIXED_GAIN = 0.1
HEADLINES = {"pattern": "accuracy", "anomaly": "interval_f1"}
NO_ANOMALY, ANOMALY = "no anomaly", "anomaly"


@dataclass(frozen=True, eq=False)
class GoldItem:
    """A gold item with its truth.

    Attributes:
        group: its series; items of one are drawn together.
        time_block: whether other blocks of time of its series may be learned from.
    """

    item_id: str
    group: str
    view: WindowView
    truth: AnswerContent
    time_block: bool = False

    @property
    def window(self) -> tuple[int, int]:
        """The window in absolute samples."""
        return self.view.start, self.view.stop


@dataclass(frozen=True)
class Entrant:
    """An author in the comparison with its answers by item id."""

    role: Role
    label: str
    answers: Mapping[str, AnswerContent]


def evaluate_question(
    question: Question, gold: Sequence[GoldItem], entrants: Sequence[Entrant], seed: int = 0
) -> QuestionEvaluation:
    """Compare the student with every other entrant on gold.

    Args:
        question: what was asked.
        gold: gold items of that question, in any order.
        entrants: exactly one with role "student"; the first "teacher" gives the verdict.
        seed: of the bootstrap's draws.
    """
    students = [entrant for entrant in entrants if entrant.role == "student"]
    if len(students) != 1:
        raise DataError(f"a comparison has {len(students)} students; compare one with the others")
    ordered = sorted(gold, key=lambda item: item.item_id)
    if len(ordered) < MIN_GOLD:
        return unranked(question, len(ordered))
    test = _Test(question, ordered, seed)
    marks = [_Marks(test, entrant) for entrant in entrants]
    student = next(one for one in marks if one.entrant.role == "student")
    comparisons = tuple(_compare(test, student, other) for other in marks if other is not student)
    teacher = next((one for one in comparisons if one.against == "teacher"), None)
    explaining = [one.entrant for one in marks if one.entrant.role in ("student", "teacher")]
    rationales = [_rationales(test, entrant) for entrant in explaining]
    return QuestionEvaluation(
        question_id=question.id,
        kind=question.kind,
        name=question.name,
        n_gold=len(ordered),
        n_missing=0,
        caution=caution([item.group for item in ordered], any(item.time_block for item in ordered)),
        verdict=teacher.sentence
        if teacher
        else f"Cannot tell: no teacher answered the {len(ordered)} gold items; ask one.",
        outcome=teacher.verdict if teacher else "cannot tell",
        authors=tuple(one.result() for one in marks),
        comparisons=comparisons,
        rationales=tuple(found for found in rationales if found is not None),
    )


class _Test:
    """The gold of one question with everything that does not depend on an author."""

    def __init__(self, question: Question, gold: Sequence[GoldItem], seed: int) -> None:
        self.question = question
        self.gold = gold
        self.draws = Bootstrap([item.group for item in gold], seed)
        self.one_item_per_series = len({item.group for item in gold}) == len(gold)
        self.sources: dict[str, ClaimSource] = {}

    @property
    def headline(self) -> str:
        return HEADLINES[self.question.kind]

    def source(self, item: GoldItem) -> ClaimSource:
        """Return the item's data for checking claims, made once for all authors."""
        if item.item_id not in self.sources:
            self.sources[item.item_id] = ClaimSource(item.item_id, item.group, item.view)
        return self.sources[item.item_id]


class _Marks:
    """One author's marks on every gold item; rows of items it did not answer are 0."""

    def __init__(self, test: _Test, entrant: Entrant) -> None:
        self.test = test
        self.entrant = entrant
        self.given = [entrant.answers.get(item.item_id) for item in test.gold]
        self.answered: NDArray[np.bool_] = np.array([one is not None for one in self.given])

    @cached_property
    def scores(self) -> Numbers:
        """(items, 2): the kind's item score, and 1 for an answered item."""
        kind = kind_of(self.test.question)
        rows = np.zeros((len(self.given), 2))
        for row, (item, given) in enumerate(zip(self.test.gold, self.given, strict=True)):
            if given is not None:
                rows[row] = kind.score(_cut(given, item), _cut(item.truth, item)), 1.0
        return rows

    @cached_property
    def events(self) -> Numbers:
        """(items, 5): the columns of `EventCounts`."""
        rows = np.zeros((len(self.given), 5))
        for row, (item, given) in enumerate(zip(self.test.gold, self.given, strict=True)):
            if given is not None:
                counts = interval_scores(given.intervals, item.truth.intervals, item.window)
                rows[row] = counts.row()
        return rows

    def columns(self) -> dict[str, tuple[Numbers, Figure]]:
        """Return what each figure is made of."""
        if self.test.question.kind == "pattern":
            return {"accuracy": (self.scores, mean_figure)}
        figures = {name: (self.events, figure) for name, figure in EVENT_FIGURES.items()}
        return {**figures, "item_score": (self.scores, mean_figure)}

    def result(self) -> AuthorResult:
        """Return the figures with intervals, the classes and the confusion matrix."""
        n = int(self.answered.sum())
        return AuthorResult(
            role=self.entrant.role,
            label=self.entrant.label,
            n=n,
            missing=len(self.given) - n,
            figures={
                name: self._estimate(columns, figure)
                for name, (columns, figure) in self.columns().items()
            },
            by_class=self._by_class(),
            confusion=self._confusion(),
        )

    def _estimate(self, columns: Numbers, figure: Figure) -> Estimate:
        if not self.answered.any():
            return Estimate()
        if self.test.question.kind == "pattern" and (
            self.test.one_item_per_series or not self.test.draws.by_series
        ):
            return accuracy(int(columns[:, 0].sum()), int(columns[:, 1].sum()))
        return self.test.draws.estimate(columns, figure)

    def _pairs(self) -> list[tuple[GoldItem, AnswerContent]]:
        both = zip(self.test.gold, self.given, strict=True)
        return [(item, given) for item, given in both if given is not None]

    def _by_class(self) -> tuple[ClassRow, ...]:
        question = self.test.question
        hits: dict[str, list[bool]] = {}
        if question.kind == "pattern":
            names = [option.key for option in question.options]
            for item, given in self._pairs():
                hits.setdefault(item.truth.label or "", []).append(given.label == item.truth.label)
        else:
            names = [event_type.key for event_type in question.types]
            keys = {event_type.id: event_type.key for event_type in question.types}
            for item, given in self._pairs():
                truth = cut_to_window(item.truth.intervals, item.window)
                pairs = match_events(cut_to_window(given.intervals, item.window), truth)
                found = {pair.truth for pair in pairs}
                for place, event in enumerate(truth):
                    hits.setdefault(keys.get(event.type_id or "", ""), []).append(place in found)
        ordered = [name for name in names if name in hits] + sorted(set(hits) - set(names))
        return tuple(ClassRow(key=k, right=sum(hits[k]), total=len(hits[k])) for k in ordered)

    def _confusion(self) -> Confusion:
        pairs = self._pairs()
        if self.test.question.kind == "pattern":
            keys = [option.key for option in self.test.question.options]
            return confusion(
                [given.label or "" for _, given in pairs],
                [item.truth.label or "" for item, _ in pairs],
                keys,
            )
        return confusion(
            [_any_event(given, item) for item, given in pairs],
            [_any_event(item.truth, item) for item, _ in pairs],
            (NO_ANOMALY, ANOMALY),
        )


def _compare(test: _Test, student: _Marks, other: _Marks) -> Comparison:
    both = student.answered & other.answered
    differences: dict[str, Difference] = {}
    if int(both.sum()) >= MIN_GOLD:
        theirs = other.columns()
        for name, (columns, figure) in student.columns().items():
            found = test.draws.difference(columns, theirs[name][0], figure, both)
            if found is not None:
                differences[name] = found
    difference = differences.get(test.headline)
    gains = [
        (float(gain), item.item_id)
        for gain, item, asked in zip(
            student.scores[:, 0] - other.scores[:, 0], test.gold, both, strict=True
        )
        if asked and abs(gain) >= FIXED_GAIN
    ]
    return Comparison(
        against=other.entrant.role,
        label=other.entrant.label,
        figure=test.headline,
        verdict=verdict_of(difference),
        sentence=sentence(
            (student.entrant.role, student.entrant.label),
            (other.entrant.role, other.entrant.label),
            test.headline,
            difference,
            (int(both.sum()), len(test.gold)),
        ),
        difference=difference,
        differences=differences,
        fixed=tuple(item_id for _, item_id in sorted((-g, i) for g, i in gains if g > 0)),
        broken=tuple(item_id for _, item_id in sorted((g, i) for g, i in gains if g < 0)),
    )


def _rationales(test: _Test, entrant: Entrant) -> RationaleResult | None:
    answered = [
        (test.source(item), entrant.answers[item.item_id])
        for item in test.gold
        if item.item_id in entrant.answers
    ]
    return rationale_result(entrant.role, entrant.label, answered)


def _cut(content: AnswerContent, item: GoldItem) -> AnswerContent:
    """Cut the events to the window; rationale and numbers do not matter for a score."""
    if not content.intervals:
        return content
    inside = cut_to_window(content.intervals, item.window)
    renumbered = tuple(
        event.model_copy(update={"number": number}) for number, event in enumerate(inside, 1)
    )
    return content.model_copy(update={"intervals": renumbered, "rationale": ()})


def _any_event(content: AnswerContent, item: GoldItem) -> str:
    return ANOMALY if cut_to_window(content.intervals, item.window) else NO_ANOMALY

"""One author's marks on the gold of one question: figures with intervals, and luck beside each.

What `core.evaluate` compares. Truth and answers are cut to the item's window before events are
matched; figures are over the items that the author answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent, FoundInterval
from core.claim_shares import ClaimSource
from core.evaluation import HEADLINES, AuthorResult, ClassRow, Role
from core.metrics import (
    EVENT_FIGURES,
    Bootstrap,
    Confusion,
    Estimate,
    Figure,
    Numbers,
    accuracy,
    confusion,
    cut_to_window,
    interval_scores,
    mean_figure,
)
from core.metrics.luck import (
    Luck,
    chance_in_window,
    chance_of_changes,
    label_luck,
    luck_of_events,
)
from core.pairing import paired
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView

NO_ANOMALY, ANOMALY = "no anomaly", "anomaly"
NO_CHANGE, CHANGE = "no change", "change"
CHANGE_FIGURES = {
    "change_f1": "interval_f1",
    "change_recall": "event_recall",
    "change_precision": "event_precision",
    "false_alarms": "false_alarms",
}
"""Figures of change points: those of events by other names, as what a match is differs."""


@dataclass(frozen=True, eq=False)
class GoldItem:
    """A gold item with its truth.

    Attributes:
        group: its series; items of one are drawn together.
        time_block: whether other blocks of time of its series may be learned from.
        source: where its series came from, in people's words.
    """

    item_id: str
    group: str
    view: WindowView
    truth: AnswerContent
    time_block: bool = False
    source: str = ""

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


class Gold:
    """The gold of one question with everything that does not depend on an author."""

    def __init__(self, question: Question, gold: Sequence[GoldItem], seed: int) -> None:
        self.question = question
        self.gold = gold
        self.draws = Bootstrap([item.group for item in gold], seed)
        self.one_item_per_series = len({item.group for item in gold}) == len(gold)
        self.sources: dict[str, ClaimSource] = {}

    @property
    def headline(self) -> str:
        """The figure that the verdict is about."""
        return HEADLINES[self.question.kind]

    def source(self, item: GoldItem) -> ClaimSource:
        """Return the item's data for checking claims, made once for all authors."""
        if item.item_id not in self.sources:
            self.sources[item.item_id] = ClaimSource(item.item_id, item.group, item.view)
        return self.sources[item.item_id]


class Marks:
    """One author's marks on every gold item; rows of items it did not answer are 0."""

    def __init__(self, test: Gold, entrant: Entrant) -> None:
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
        """(items, 5): the columns of `EventCounts`; change points match within their margin."""
        rows = np.zeros((len(self.given), 5))
        for row, (item, given) in enumerate(zip(self.test.gold, self.given, strict=True)):
            if given is not None and self.changes:
                points = _inside(given, item), _inside(item.truth, item)
                n = len(paired("change_point", *points))
                rows[row] = n, *map(len, points), item.window[1] - item.window[0], n
            elif given is not None:
                counts = interval_scores(given.intervals, item.truth.intervals, item.window)
                rows[row] = counts.row()
        return rows

    @property
    def changes(self) -> bool:
        """Whether it is about change points."""
        return self.test.question.kind == "change_point"

    @cached_property
    def causes(self) -> Numbers:
        """(items, 2): matched change points with the right cause, and those whose truth has one."""
        rows = np.zeros((len(self.given), 2))
        for row, (item, given) in enumerate(zip(self.test.gold, self.given, strict=True)):
            if given is None:
                continue
            said, true = _inside(given, item), _inside(item.truth, item)
            for pair in paired("change_point", said, true):
                wanted = true[pair.truth].cause
                rows[row] += [said[pair.given].cause == wanted, 1] if wanted else [0, 0]
        return rows

    def columns(self) -> dict[str, tuple[Numbers, Figure]]:
        """Return what each figure is made of."""
        if self.test.question.kind == "pattern":
            return {"accuracy": (self.scores, mean_figure)}
        if self.changes:
            return {
                **{name: (self.events, EVENT_FIGURES[of]) for name, of in CHANGE_FIGURES.items()},
                "cause_accuracy": (self.causes, mean_figure),
                "item_score": (self.scores, mean_figure),
            }
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
            luck=self._luck(),
            by_class=self._by_class(),
            confusion=self._confusion(),
        )

    def _luck(self) -> dict[str, Luck]:
        """Return what luck gets on each figure, over the same items."""
        pairs = self._pairs()
        if self.test.question.kind == "pattern":
            labels = [item.truth.label or "" for item, _ in pairs]
            return {"accuracy": label_luck(labels, len(self.test.question.options))}
        found = luck_of_events(self.events[self.answered], self.chance)
        if self.changes:
            return {name: found[of] for name, of in CHANGE_FIGURES.items() if of in found}
        return found

    @cached_property
    def chance(self) -> list[Numbers]:
        """Per answered item, how well its events are matched by the given ones at random places."""
        if self.changes:
            return [
                chance_of_changes(
                    len(_inside(given, item)),
                    [one.start for one in _inside(item.truth, item)],
                    item.window,
                    seed,
                )
                for seed, (item, given) in enumerate(self._pairs())
            ]
        return [
            chance_in_window(given.intervals, item.truth.intervals, item.window, seed)
            for seed, (item, given) in enumerate(self._pairs())
        ]

    def _estimate(self, columns: Numbers, figure: Figure) -> Estimate:
        if not self.answered.any():
            return Estimate()
        if self.test.question.kind == "pattern":
            return self.share_of(columns)
        return self.test.draws.estimate(columns, figure)

    def right(self, row: int) -> bool:
        """Tell whether an answered item is right as a whole: all of its events, and no others."""
        item, given = self.test.gold[row], self.given[row]
        if self.test.question.kind == "pattern":
            return given is not None and given.label == item.truth.label
        matched, said, true = self.events[row, :3]
        return given is not None and bool(matched == said == true)

    def labels(self) -> dict[int, tuple[str, str]]:
        """Return (truth, given) of each answered item by its row, as the confusion counts them."""
        pairs = zip(np.flatnonzero(self.answered), self._pairs(), strict=True)
        return {int(row): self._label(item, given) for row, (item, given) in pairs}

    def _label(self, item: GoldItem, given: AnswerContent) -> tuple[str, str]:
        if self.test.question.kind == "pattern":
            return item.truth.label or "", given.label or ""
        return _any_event(item.truth, item), _any_event(given, item)

    def share_of(self, columns: Numbers) -> Estimate:
        """Return the share of columns (right, total) with its interval."""
        if self.test.one_item_per_series or not self.test.draws.by_series:
            return accuracy(int(columns[:, 0].sum()), int(columns[:, 1].sum()))
        return self.test.draws.share(columns)

    def _pairs(self) -> list[tuple[GoldItem, AnswerContent]]:
        both = zip(self.test.gold, self.given, strict=True)
        return [(item, given) for item, given in both if given is not None]

    def _by_class(self) -> tuple[ClassRow, ...]:
        question = self.test.question
        rows: dict[str, Numbers] = {}
        for name, place, right, luck in self.class_marks():
            # per item: right, total, right by luck
            rows.setdefault(name, np.zeros((len(self.given), 3)))[place] += [right, 1, luck]
        names = [*question.classes]
        ordered = [name for name in names if name in rows] + sorted(set(rows) - set(names))
        return tuple(self._class_row(name, rows[name]) for name in ordered)

    def _class_row(self, name: str, row: Numbers) -> ClassRow:
        right, total, luck = row.sum(axis=0)
        return ClassRow(
            key=name,
            right=int(right),
            total=int(total),
            share=self.share_of(row[:, :2]),
            luck=float(luck / total),
        )

    def class_marks(self) -> Iterator[tuple[str, int, bool, float]]:
        """Yield each true class or event: key, row of its item, whether it is right, luck."""
        question = self.test.question
        places = np.flatnonzero(self.answered)
        for number, (item, given) in enumerate(self._pairs()):
            place = int(places[number])
            if question.kind == "pattern":
                right = given.label == item.truth.label
                yield item.truth.label or "", place, right, 1 / len(question.options)
                continue
            truth = cut_to_window(item.truth.intervals, item.window)
            pairs = paired(question.kind, cut_to_window(given.intervals, item.window), truth)
            found = {pair.truth for pair in pairs}
            by_luck = (self.chance[number] > 0).mean(axis=0)
            for event, true in enumerate(truth):
                yield question.key_of(true), place, event in found, float(by_luck[event])

    def _confusion(self) -> Confusion:
        pairs = list(self.labels().values())
        keys: Sequence[str] = [option.key for option in self.test.question.options]
        if self.test.question.kind != "pattern":
            keys = (NO_CHANGE, CHANGE) if self.changes else (NO_ANOMALY, ANOMALY)
        return confusion([given for _, given in pairs], [truth for truth, _ in pairs], keys)


def _cut(content: AnswerContent, item: GoldItem) -> AnswerContent:
    """Cut the events to the window; rationale and numbers do not matter for a score."""
    if not content.intervals:
        return content
    inside = cut_to_window(content.intervals, item.window)
    renumbered = tuple(
        event.model_copy(update={"number": number}) for number, event in enumerate(inside, 1)
    )
    return content.model_copy(update={"intervals": renumbered, "rationale": ()})


def _inside(content: AnswerContent, item: GoldItem) -> tuple[FoundInterval, ...]:
    return cut_to_window(content.intervals, item.window)


def _any_event(content: AnswerContent, item: GoldItem) -> str:
    there = bool(_inside(content, item))
    if content.kind == "change_point":
        return CHANGE if there else NO_CHANGE
    return ANOMALY if there else NO_ANOMALY

"""Measure a learning curve on reviewed windows, in slices of time; never on gold.

Whole series are held back in turn (five folds). From the corrections of the others ever larger
random parts are learned, by the discriminant on the feature baseline's statistics, and the windows
held back are scored as the question's kind scores them. Who calls must leave gold out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.advisor.discriminant import Discriminant, Sums
from core.advisor.forecast import Curve
from core.answers import AnswerContent
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView
from core.students.base import Labelled
from core.students.features import events_of_patches, patch_class
from core.students.statistics import patch_starts, patch_statistics, window_statistics

Array = NDArray[np.float64]

FOLDS = 5
PARTS = (0.2, 0.35, 0.6, 1.0)
"""Parts of the other folds' corrections that are learned from."""
SMALLEST = 6
REPEATS = {"pattern": 12, "anomaly": 4}
"""Times that folds and parts are drawn anew; answers about events take longer to score."""
NO_EVENT = "no anomaly"


@dataclass(frozen=True, eq=False)
class Reviewed:
    """A window outside gold that a person decided on; `group` is its series."""

    item_id: str
    group: str
    content: AnswerContent
    read: Callable[[], WindowView]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A window in numbers: rows of statistics per channel (one row for a pattern), and their sums.

    `n` is its length in samples, `start` its first sample.
    """

    rows: tuple[Array, ...]
    sums: Sums
    content: AnswerContent
    n: int
    start: int


class Measuring:
    """A curve in the making: call `advance` until it is done, then take `curve`."""

    def __init__(self, question: Question, reviewed: Sequence[Reviewed], seed: int = 1) -> None:
        self.question = question
        self._reviewed = tuple(reviewed)
        _, groups = np.unique([one.group for one in reviewed], return_inverse=True)
        self._groups = np.asarray(groups, np.int64)
        self._repeats = REPEATS[question.kind]
        self.sizes = sizes_of(len(reviewed))
        self._scores = np.zeros((len(self.sizes), self._repeats, len(reviewed)))
        self._prepared: list[Prepared] = []
        self._steps = self._work(np.random.default_rng([seed, 23]))
        self._taken = 0
        self.done = False

    @property
    def fraction(self) -> float:
        """How much is done, in [0, 1]."""
        total = len(self._reviewed) + self._repeats * FOLDS * len(self.sizes)
        return 1.0 if self.done else min(1.0, self._taken / total)

    def advance(self, within_s: float) -> bool:
        """Go on for some seconds, a step at least; True when all is measured. 0 only looks."""
        until = time.monotonic() + within_s
        while within_s > 0 and not self.done:
            self.done = next(self._steps, None) is None
            self._taken += 1
            if time.monotonic() >= until:
                break
        return self.done

    @property
    def curve(self) -> Curve:
        """What was measured."""
        assert self.done  # half a curve would be read as a whole one
        return Curve(self.sizes, self._scores, self._groups, len(self._reviewed))

    def _work(self, rng: np.random.Generator) -> Iterator[bool]:
        for one in self._reviewed:
            self._prepared.append(prepare(self.question, one))
            yield True
        for repeat in range(self._repeats):
            order = rng.permutation(len(self._reviewed))
            folds = _folds(self._groups, rng)
            for fold in range(FOLDS):
                learned = [i for i in order.tolist() if folds[i] != fold]
                held = np.flatnonzero(folds == fold)
                for place, size in enumerate(self.sizes.astype(int).tolist()):
                    if len(held) and learned:
                        part = [self._prepared[i] for i in learned[:size]]
                        tested = [self._prepared[i] for i in held.tolist()]
                        self._scores[place, repeat, held] = scores(self.question, part, tested)
                    yield True

    def types(self) -> dict[str, NDArray[np.bool_]]:
        """Return which windows hold a type of event, or have an option as label, by its name."""
        names = [names_of(self.question, one.content) for one in self._reviewed]
        every = sorted({name for some in names for name in some})
        return {name: np.array([name in some for some in names]) for name in every}


def sizes_of(n: int) -> Array:
    """Return how many corrections are learned from, when there are `n` in all."""
    most = n * (FOLDS - 1) / FOLDS
    return np.unique([max(SMALLEST, round(most * part)) for part in PARTS]).astype(np.float64)


def prepare(question: Question, one: Reviewed) -> Prepared:
    """Read a window and work out its statistics: the slow part, done once."""
    view, content = one.read(), one.content
    if question.kind == "pattern":
        keys = [option.key for option in question.options]
        rows = (window_statistics(view)[None],)
        classes, n_classes = [keys.index(str(content.label))], len(keys)
    else:
        rows = tuple(patch_statistics(row) for row in view.values.T)
        places = {one.id: i for i, one in enumerate(question.types)}
        example = Labelled(question.id, view, content)
        starts = [view.start + int(start) for start in patch_starts(len(view.values))]
        classes = [
            patch_class(example, channel, start, places)
            for channel in range(len(rows))
            for start in starts
        ]
        n_classes = 1 + len(places)
    sums = Sums.of(np.concatenate(rows), np.array(classes), n_classes)
    return Prepared(rows, sums, content, len(view.values), view.start)


def scores(
    question: Question, learned: Sequence[Prepared], tested: Sequence[Prepared]
) -> list[float]:
    """Learn from some windows and return how right the answers to others are, each in [0, 1]."""
    model = Discriminant.fit(one.sums for one in learned)
    if question.kind == "pattern":
        chosen = model.probabilities(np.concatenate([one.rows[0] for one in tested])).argmax(axis=1)
        keys = [option.key for option in question.options]
        return [
            float(keys[place] == one.content.label)
            for place, one in zip(chosen.tolist(), tested, strict=True)
        ]
    kind, ids = kind_of(question), [one.id for one in question.types]
    return [
        kind.score(
            events_of_patches(
                [model.probabilities(row) for row in one.rows], ids, one.n, one.start
            ),
            one.content,
        )
        for one in tested
    ]


def names_of(question: Question, content: AnswerContent) -> frozenset[str]:
    """Return the names of the types that an answer holds; its option's for a pattern."""
    if question.kind == "pattern":
        return frozenset({question.option(str(content.label)).name})
    ids = {one.type_id for one in content.intervals}
    held = frozenset(question.type_of(one).name for one in ids if one is not None)
    return held or frozenset({NO_EVENT})


def _folds(groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the fold of each window: whole series, each to the emptiest fold in random order."""
    counts = np.bincount(groups)
    filled = np.zeros(FOLDS)
    fold_of = np.zeros(len(counts), np.int64)
    for group in cast(list[int], rng.permutation(len(counts)).tolist()):
        fold_of[group] = int(filled.argmin())
        filled[fold_of[group]] += counts[group]
    return fold_of[groups]

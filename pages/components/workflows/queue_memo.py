"""What Review's queue is made of, read when it changed and kept until then. No Streamlit.

A key in Review must not read ten thousand answers and fold all decisions again: answers and
decisions are append-only, so that counting them tells whether anything is new, and of decisions
only the new ones are folded.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import RLock
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from core.answers import Answer
from core.questions.base import Question
from core.queue_filter import Said, said_of
from core.queue_order import Facts, facts_of
from core.rationale import check_answer
from core.review import Item
from core.review_state import ReviewState
from core.series import SeriesData, view_window
from pages.components.workflows.shown import serving_student, shown_answers
from storage import Store
from storage.rows import StoredSeries

Made = TypeVar("Made")
LONG_S = 0.05
PAYS = 20
DataOf = Callable[[StoredSeries], SeriesData]


@dataclass(frozen=True, eq=False)
class SaidOfItem:
    """The answers that people are shown of an item, and what ordering and filters see in them."""

    answers: tuple[Answer, ...]
    question: Question

    @property
    def student(self) -> Answer | None:
        """Return the student's answer."""
        return next((one for one in self.answers if one.author.kind == "student"), None)

    @property
    def teacher(self) -> Answer | None:
        """Return the answer that the student is held against: a teacher's, else the rules'."""
        told = [one for one in self.answers if one.author.kind != "student"]
        return told[-1] if told else None

    @cached_property
    def facts(self) -> Facts:
        """Return what ordering knows of it; contradicted claims are looked at elsewhere."""
        student, teacher = self.student, self.teacher
        others = [one.content for one in self.answers if one is not student and one is not teacher]
        return facts_of(teacher and teacher.content, student and student.content, others)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Return what a filter looks at."""
        return tuple(said_of(one.author.kind, one.content, self.question) for one in self.answers)


class QueueMemo:
    """What was read of one project. Sessions may share one: it guards itself.

    Attributes:
        lock: held by whoever reads several things that belong together.
        claims: phrases that the data contradict, by answer; only of answers looked at so far.
        sizes: how large an event is in local sigma, by answer (or decision) and number.
        shapes: what a window looks like in numbers, by series' content and place.
    """

    def __init__(self, project_id: str) -> None:
        self.project_id = project_id
        self.lock = RLock()
        self.claims: dict[str, tuple[str, ...]] = {}
        self.sizes: dict[tuple[str, int], float | None] = {}
        self.shapes: dict[tuple[str, int, int], NDArray[np.float64]] = {}
        self._kept: dict[object, tuple[object, object]] = {}
        self._state, self._n_events = ReviewState(), 0
        self._began = self._ended = 0.0
        self._said: dict[str, SaidOfItem] = {}
        self._said_stamp: tuple[object, ...] | None = None
        self._items: dict[str, Item] = {}
        self._questions: dict[str, Question] = {}

    def kept_for(self, key: object, stamp: object, make: Callable[[], Made]) -> Made:
        """Return what was made last for a key, made anew when its stamp differs."""
        before = self._kept.get(key)
        if before is None or before[0] != stamp:
            before = (stamp, make())
            self._kept[key] = before
        return cast(Made, before[1])

    def state(self, store: Store) -> ReviewState:
        """Return what stands of the review now."""
        with self.lock:
            new = store.corrections.since(self.project_id, self._n_events)
            self._n_events += len(new)
            self._state.add(new)
            return self._state

    def items(self, store: Store) -> dict[str, Item]:
        """Return all items by id; items are only ever added."""
        with self.lock:
            if store.items.count(self.project_id) != len(self._items):
                self._items = {item.id: item for item in store.items.list(self.project_id)}
            return self._items

    def question(self, store: Store, question_id: str) -> Question:
        """Return a question; a version never changes."""
        if question_id not in self._questions:
            self._questions[question_id] = store.questions.get(question_id)
        return self._questions[question_id]

    def stamp(self, store: Store) -> tuple[object, ...]:
        """Return what differs when the answers that people are shown are to be read again.

        While a batch is at work every decision would meet new answers: those wait, where reading
        them takes long, for as long as it pays.
        """
        serving = serving_student(store, self.project_id)
        before = self._said_stamp
        if before is not None and before[1] == serving and self.waits:
            return before
        return store.answers.newest(self.project_id), serving

    @property
    def waits(self) -> bool:
        """Whether reading anew would take more of a person's time now than it is worth."""
        took = self._ended - self._began
        return took > LONG_S and time.monotonic() - self._ended < PAYS * took

    def hurry(self) -> None:
        """Have new answers read at once: nothing else is left to do."""
        self._began = self._ended

    def said(self, store: Store) -> dict[str, SaidOfItem]:
        """Return what people are shown of each item; without the items that have no answer."""
        with self.lock:
            stamp = self.stamp(store)
            if stamp != self._said_stamp:
                self._began = time.monotonic()
                self._said, self._said_stamp = self._gather(store, str(stamp[1])), stamp
                self._ended = time.monotonic()
            return self._said

    def known(self, item_id: str) -> SaidOfItem | None:
        """Return what was said of an item when it was last looked; None when nothing was."""
        return self._said.get(item_id)

    def facts(self, item_id: str) -> Facts:
        """Return the facts of an item that somebody answered, claims included once looked at."""
        one = self._said[item_id]
        looked = [self.claims[a.id] for a in one.answers if a.id in self.claims]
        if not looked:
            return one.facts
        return replace(one.facts, contradicted=sum(map(len, looked)))

    def look_at_claims(
        self, store: Store, data_of: DataOf, within_s: float, first: Sequence[str] = ()
    ) -> int:
        """Check claims against the data for some seconds; return how many answers are left."""
        with self.lock:
            said, items = self.said(store), self.items(store)
            order = [one for one in (*first, *said) if one in said]
            left = {a.id: a for one in order for a in said[one].answers if a.id not in self.claims}
            until = time.monotonic() + within_s
            for answer in left.values():
                if time.monotonic() > until:
                    break
                self.claims[answer.id] = self._contradicted(store, answer, items, data_of)
            return sum(one not in self.claims for one in left)

    def _contradicted(
        self, store: Store, answer: Answer, items: dict[str, Item], data_of: DataOf
    ) -> tuple[str, ...]:
        if not any(span.text for span in answer.content.rationale):
            return ()
        item = items[answer.item_id]
        data = data_of(store.series.get(self.project_id, item.series_id))
        view = view_window(data, item.start, item.stop)
        checks = check_answer(answer.content, view, answer.render)
        return tuple(
            span.text.strip()
            for span, found in zip(answer.content.rationale, checks, strict=True)
            if found is not None and found.status == "contradicted"
        )

    def _gather(self, store: Store, serving: str) -> dict[str, SaidOfItem]:
        items = self.items(store)
        found: dict[str, SaidOfItem] = {}
        for item_id, by_author in store.answers.latest(self.project_id).items():
            answers = tuple(shown_answers(by_author.values(), serving))
            if not answers:
                continue
            before = self._said.get(item_id)
            if before is not None and [a.id for a in before.answers] == [a.id for a in answers]:
                found[item_id] = before
            else:
                question = self.question(store, items[item_id].question_id)
                found[item_id] = SaidOfItem(answers, question)
        return found

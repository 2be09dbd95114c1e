"""After a correction: the undecided windows most like it with the same proposal. No Streamlit.

Nothing is applied by itself: a person looks at them and says which of them it is true of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import AuthorKind
from core.people import Identity
from core.questions.base import Question
from core.queue_filter import NO_ANOMALY
from core.review import Correction
from core.series import view_window
from core.students.statistics import patch_statistics, window_statistics
from core.transfer import Change, change_of, changed, proposes
from pages.components.workflows.bulk import BulkWindow
from pages.components.workflows.queue_memo import DataOf, QueueMemo
from pages.components.workflows.queue_now import hidden_items
from storage import Store
from storage.corrections import BulkDecision, BulkRecord
from training.material import GoldBook

NEAREST = 5
MOST_LOOKED_AT = 400
"""Windows whose shape is worked out for one offer; about a millisecond each."""


@dataclass(frozen=True, eq=False)
class Offer:
    """A change that may hold for other windows: those with the same proposal of the same author."""

    event: Correction
    change: Change
    author: AuthorKind
    question: Question
    item_ids: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many windows are looked at."""
        return min(NEAREST, len(self.item_ids))

    @property
    def before(self) -> str:
        """Return what was proposed, by name."""
        return _name(self.question, self.change.kind, self.change.before)

    @property
    def after(self) -> str:
        """Return what the person made of it, by name."""
        return _name(self.question, self.change.kind, self.change.after)


def _name(question: Question, kind: str, key: str) -> str:
    if not key:
        return NO_ANOMALY
    return question.option(key).name if kind == "label" else question.type_of(key).name


def offer_of(store: Store, project_id: str, person: str, memo: QueueMemo) -> Offer | None:
    """Return what a person's latest decision offers; None when it changed nothing that carries."""
    with memo.lock:
        state = memo.state(store)
        event = state.latest.get(person)
        if event is None or event.how != "desk" or event.decision not in ("fix", "no_anomaly"):
            return None
        return offer_after(store, memo, event)


def offer_after(store: Store, memo: QueueMemo, event: Correction) -> Offer | None:
    """Return what a decision offers now; of a proposal that it left as it is, nothing."""
    with memo.lock:
        said = memo.said(store).get(event.item_id)
        if said is None or event.content is None or not event.answer_ids:
            return None
        for answer in reversed(said.answers):
            change = change_of(answer.content, event.content)
            if answer.id in event.answer_ids and change is not None:
                alike = _same_proposal(store, memo, event, answer.author.kind, change)
                author = answer.author.kind
                return Offer(event, change, author, said.question, alike) if alike else None
    return None


def _same_proposal(
    store: Store, memo: QueueMemo, event: Correction, author: AuthorKind, change: Change
) -> tuple[str, ...]:
    state, items = memo.state(store), memo.items(store)
    question_id = items[event.item_id].question_id
    barred = hidden_items(store, event.project_id, memo) | set(state.skipped)
    barred |= set(store.leases.held(event.project_id)) | set(state.labels)
    return tuple(
        item_id
        for item_id, said in memo.said(store).items()
        if said.question.id == question_id
        and item_id not in barred
        and any(one.author.kind == author and proposes(one.content, change) for one in said.answers)
    )


def nearest(store: Store, memo: QueueMemo, offer: Offer, data_of: DataOf) -> list[BulkWindow]:
    """Return the windows of an offer that look most like the corrected one, nearest first.

    Of more than `MOST_LOOKED_AT` only the first are looked at.
    """
    with memo.lock:
        items, state = memo.items(store), memo.state(store)
        gold = GoldBook(store.gold.ranges(offer.event.project_id))
        free = [
            one
            for one in offer.item_ids
            if not gold.touches(items[one].series_id, items[one].start, items[one].stop)
        ][:MOST_LOOKED_AT]
        shapes = np.array([_shape(store, memo, one, data_of) for one in free])
        if not len(shapes):
            return []
        away = distances(_shape(store, memo, offer.event.item_id, data_of), shapes)
        near = [free[int(i)] for i in np.argsort(away, kind="stable")[:NEAREST]]
        return [_window(memo, store, one, offer, state.sequences.get(one, 0)) for one in near]


def distances(query: NDArray[np.float64], shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each shape is from the query, every statistic in its own spread."""
    scale = np.vstack([shapes, query]).std(axis=0)
    scale[scale == 0] = 1.0
    return np.linalg.norm((shapes - query) / scale, axis=1)


def _shape(store: Store, memo: QueueMemo, item_id: str, data_of: DataOf) -> NDArray[np.float64]:
    """Return what a window looks like: its statistics, and the most that a patch of it shows."""
    item = memo.items(store)[item_id]
    stored = store.series.get(item.project_id, item.series_id)
    key = (stored.content_hash, item.start, item.stop)
    if key not in memo.shapes:
        view = view_window(data_of(stored), item.start, item.stop)
        patches = [patch_statistics(row).max(axis=0) for row in view.values.T]
        memo.shapes[key] = np.concatenate([window_statistics(view), np.max(patches, axis=0)])
    return memo.shapes[key]


def _window(memo: QueueMemo, store: Store, item_id: str, offer: Offer, sequence: int) -> BulkWindow:
    said = memo.said(store)[item_id]
    answer = next(one for one in said.answers if one.author.kind == offer.author)
    seen = tuple(one.id for one in said.answers)
    return BulkWindow(memo.items(store)[item_id], answer, seen, sequence, 0.0)


def give_label(
    store: Store,
    project_id: str,
    person: str,
    offer: Offer,
    windows: Sequence[BulkWindow],
    chosen: Collection[str],
    identity: Identity = "typed",
) -> BulkRecord:
    """Change the chosen windows' answers as the correction did, in one step that one undo takes.

    Raises:
        StoreError: when the store may not take one of them in bulk; nothing is stored then.
    """
    return store.corrections.record_many(
        project_id,
        person,
        [
            BulkDecision(
                one.item.id,
                "fix" if offer.change.after else "no_anomaly",
                one.sequence,
                (one.answer.id,),
                changed(one.answer.content, offer.change),
            )
            for one in windows
            if one.item.id in chosen
        ],
        identity,
    )

"""Which item comes next in review, and how fast it goes. Reads the store; no Streamlit.

Order: the samples of batches that are audited, then the random first draw (half of it becomes
gold), then by the order asked for, with a random share in between; without a student at random.
Skipped items wait at the end, those of an audit and of the draw at the end of theirs. Gold by
construction needs no review and is left out. What is read is kept in a `QueueMemo`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from core.event_types import newest_versions
from core.queue_order import ORDERS, Order, by_rank, interleave, is_blind
from core.review import Item
from core.review_state import ReviewState
from pages.components.workflows.drawing import (
    ensure_draw,
    measured_items,
    replacements,
    shuffle_key,
)
from pages.components.workflows.queue_memo import QueueMemo
from storage import Store
from storage.gold_labels import counted_labels
from storage.rows import DrawnItem
from training.material import GoldBook
from training.versions import superseded

LONGEST_PAUSE_S = 120.0


@dataclass(frozen=True)
class Queue:
    """Item ids in review order, and why in this order.

    All of them were answered by somebody, but for those of an audit at which a teacher failed.

    Attributes:
        drawn: those of the random first draw.
        by: the order of the others; "random" too when nothing is known to go by.
        audited: those that are decided blind.
        random: those that come at their turn in the random order, whatever `by` is.
    """

    order: tuple[str, ...]
    drawn: tuple[str, ...]
    by: Order = "random"
    audited: tuple[str, ...] = ()
    random: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Progress:
    """Where review stands. `per_minute` is None until there is a pace to speak of."""

    done: int
    total: int
    per_minute: float | None
    last_saved: datetime | None

    @property
    def minutes_left(self) -> float | None:
        """Time left at this pace."""
        return None if self.per_minute is None else (self.total - self.done) / self.per_minute


def build_queue(
    store: Store,
    project_id: str,
    question_id: str | None = None,
    by: Order = "value",
    memo: QueueMemo | None = None,
) -> Queue:
    """Order every item that has an answer to review, of one question or of all."""
    memo = memo or QueueMemo(project_id)
    drawn = ensure_draw(store, project_id)
    gold = GoldBook(store.gold.ranges(project_id))
    said = memo.said(store)
    audited = [*store.audits.blind_items(project_id)]
    again = superseded(
        store.items.list(project_id),
        newest_versions(store.questions.list(project_id)),
        {*memo.state(store).labels, *audited, *(one.item_id for one in drawn)},
    )
    items = _reviewable(store, project_id, gold, {*said, *audited} - again, question_id)
    # Gold never comes by how sure a student is: the test would be made of what it finds hard.
    policy = store.policies.current(project_id)
    # Nor do items that are to be decided blind come by what was said of them.
    tells = by in ("disagreement", "contradicted")
    values = {
        item.id: value
        for item in items
        if item.id in said and gold.may_learn(item)
        if not (tells and is_blind(item.id, policy.blind_share))
        if (value := ORDERS[by](memo.facts(item.id))) is not None
    }
    if by in ("value", "unsure"):
        values = by_rank(values, {item.id: item.question_id for item in items})
    measured = {item.id for item in measured_items(store, project_id)}
    testing = [item for item in items if item.id in measured]
    stand_ins = replacements(testing, drawn, gold, counted_labels(store, project_id))
    labels = memo.state(store).labels
    return order_items(
        items, drawn, values, stand_ins, audited, by=by, share=policy.random_share, decided=labels
    )


def to_review(store: Store, project_id: str) -> list[Item]:
    """Return the items of Review's queue in no order, without drawing gold for it."""
    gold = GoldBook(store.gold.ranges(project_id))
    said = QueueMemo(project_id).said(store)
    asked = {*said, *store.audits.blind_items(project_id)}
    return _reviewable(store, project_id, gold, asked, None)


def _reviewable(
    store: Store,
    project_id: str,
    gold: GoldBook,
    asked: Collection[str],
    question_id: str | None,
) -> list[Item]:
    """Leave out what was not asked, and what Review does not decide.

    Gold measures no open question, so that its windows are open to review wherever they lie.
    """
    measured = {item.id for item in measured_items(store, project_id)}
    return [
        item
        for item in store.items.list(project_id, question_id)
        if item.id in asked and (item.id not in measured or can_decide(gold, item))
    ]


def can_decide(gold: GoldBook, item: Item) -> bool:
    """Tell whether Review asks for it: no gold whose truth is known, no window half in a block."""
    return gold.may_learn(item) or gold.reason(item) in ("drawn", "time_block")


def order_items(
    items: Sequence[Item],
    drawn: Sequence[DrawnItem],
    values: Mapping[str, float],
    replaced: Sequence[str] = (),
    audited: Sequence[str] = (),
    *,
    by: Order = "value",
    share: float = 0.0,
    decided: Collection[str] = (),
) -> Queue:
    """Order items: audited ones, drawn ones and their replacements, then by value.

    A share of the places belongs to a random order that is always the same, which is also that of
    the items without a value. What is decided stands in front, where an undo finds it.
    """
    there = {item.id for item in items}
    blind = tuple(one for one in audited if one in there)
    first = tuple(one for one in (*(d.item_id for d in drawn), *replaced) if one in there)
    rest = sorted(there.difference(blind, first), key=shuffle_key)
    done = [one for one in rest if one in decided]
    left = [one for one in rest if one not in decided]
    ordered = sorted(left, key=lambda one: (one not in values, values.get(one, 0.0)))
    placed, random = interleave(ordered, left, share if values else 0.0, len(done))
    order = tuple(dict.fromkeys((*blind, *first, *done, *placed)))
    return Queue(order, first, by if values else "random", blind, frozenset(random))


def waiting(
    queue: Queue,
    skipped: Mapping[str, str],
    decided: Collection[str],
    first: Sequence[str] = (),
    held: Collection[str] = (),
) -> list[str]:
    """Return the items without a decision, skipped ones last, in the order they were skipped.

    Skipped ones of an audit or of the draw come back at its end: an audit or gold of easy items
    alone would measure little.

    Args:
        skipped: items with a skip that stands, with the id of the latest one.
        first: what comes before all else, decided or not.
        held: what somebody else has on the desk: not offered meanwhile.
    """
    front = [one for one in first if one not in held]
    out = {*held, *front}
    left = [one for one in queue.order if one not in decided and one not in out]
    late = [one for one in left if one in skipped]
    if late:
        early = [one for one in left if one not in skipped]
        left = [*early, *sorted(late, key=lambda one: skipped[one])]
        audited, drawn = set(queue.audited), set(queue.drawn)
        left.sort(key=lambda one: (one not in audited, one not in drawn))
    return [*front, *left]


def progress(
    queue: Queue, state: ReviewState, person: str, ids: Collection[str] | None = None
) -> Progress:
    """Count what is done of the queue (or of `ids` of it), and the person's recent pace."""
    times = state.times(person)
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    working = [gap for gap in gaps if gap <= LONGEST_PAUSE_S]
    counted = queue.order if ids is None else ids
    return Progress(
        done=sum(one in state.labels for one in counted),
        total=len(counted),
        per_minute=60 * len(working) / max(sum(working), 1e-3) if len(working) >= 2 else None,
        last_saved=state.last_saved,
    )

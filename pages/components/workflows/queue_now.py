"""The queue as one person meets it now: order, filter, who holds what, progress. No Streamlit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from core.desk_events import Comment, Reviewed, standing
from core.queue_filter import QueueFilter, Said, is_done, label_names, matches, status_of
from core.queue_order import Order, is_blind
from core.review import CurrentLabel
from core.review_state import ReviewState
from pages.components.workflows.queue_memo import DataOf, QueueMemo
from pages.components.workflows.review_queue import (
    Progress,
    Queue,
    build_queue,
    progress,
    waiting,
)
from storage import Store
from training.material import GoldBook

ROUND = 50
"""Decisions after which a retrain would order the rest anew."""
LOOK_S = 0.3
"""Seconds of a page run that looking at claims may take."""
FRONT = "review_front:"
"""Setting by person: what they set aside in bulk, to be decided one by one."""


@dataclass(frozen=True)
class Wish:
    """Which items a person wants to review, and in which order."""

    by: Order = "value"
    filter: QueueFilter = field(default_factory=QueueFilter)


@dataclass(frozen=True)
class QueueNow:
    """The queue as it is for one person.

    Attributes:
        left: what waits, in order.
        progress: over what the filter shows.
        first: why items come before all others, in words, by id.
        since_training: decisions since the serving student was trained; 0 unless its doubts order
            the queue.
        unread: answers whose claims nobody has looked at yet, where the order asks for them.
    """

    queue: Queue
    wish: Wish
    left: list[str]
    progress: Progress
    first: dict[str, str]
    since_training: int = 0
    unread: int = 0

    @property
    def wants_retrain(self) -> bool:
        """Whether a retrain now would order the rest anew by enough."""
        return self.since_training >= ROUND


def queue_now(
    store: Store,
    project_id: str,
    person: str,
    memo: QueueMemo,
    wish: Wish | None = None,
    data_of: DataOf | None = None,
    second_opinions: Sequence[str] = (),
    groups: dict[str, Collection[str]] | None = None,
) -> QueueNow:
    """Return what waits for a person.

    Args:
        data_of: reads a series; needed for the order by contradicted claims.
        second_opinions: items that wait for this person's opinion: they come first.
        groups: item ids by key of a group of differences, where the filter names one.
    """
    wish = wish or Wish()
    with memo.lock:
        now = _now(store, project_id, person, memo, wish, data_of, second_opinions, groups or {})
        if not now.left and memo.waits:
            memo.hurry()
            return queue_now(
                store, project_id, person, memo, wish, data_of, second_opinions, groups
            )
        return now


def _now(
    store: Store,
    project_id: str,
    person: str,
    memo: QueueMemo,
    wish: Wish,
    data_of: DataOf | None,
    second_opinions: Sequence[str],
    groups: dict[str, Collection[str]],
) -> QueueNow:
    state = memo.state(store)
    unread = 0
    if wish.by == "contradicted" and data_of is not None:
        unread = memo.look_at_claims(store, data_of, LOOK_S)
    queue = _queue(store, project_id, memo, wish)
    first = _first(store, project_id, person, memo, second_opinions)
    holders = store.leases.held(project_id)
    held = {one for one, who in holders.items() if who != person}
    asked = wish.filter
    if asked.empty or asked == QueueFilter(question_id=asked.question_id, since=asked.since):
        left = waiting(queue, state.skipped, state.labels, _within(first, queue), held)
        done = progress(queue, state, person)
    else:
        shown = _matching(store, project_id, memo, queue, asked, groups)
        returned = {one for one, why in first.items() if why == RETURNED}
        over = _done(asked, shown, state, returned)
        some = Queue(tuple(over), queue.drawn, queue.by, queue.audited, queue.random)
        decided = {one for one, is_over in over.items() if is_over}
        front = [one for one in _within(first, some) if not over[one]]
        left = waiting(some, state.skipped, decided, front, held)
        pace = progress(queue, state, person, ())
        done = Progress(len(decided), len(over), pace.per_minute, pace.last_saved)
    since = _since_training(store, project_id, state, memo) if queue.by == "value" else 0
    return QueueNow(queue, wish, left, done, first, since, unread)


RETURNED = "returned to you by a lead"
SECOND = "a second opinion is asked of you"
SET_ASIDE = "you set it aside in bulk"


def _queue(store: Store, project_id: str, memo: QueueMemo, wish: Wish) -> Queue:
    question_id = wish.filter.question_id or None
    lost = sum(label.content is None for label in memo.state(store).labels.values())
    stamp = (
        memo.stamp(store),
        lost,  # others come in the place of gold that gave no truth
        len(store.audits.blind_items(project_id)),
        store.policies.current(project_id).version,
        len(memo.claims) if wish.by == "contradicted" else 0,
    )
    made = partial(build_queue, store, project_id, question_id, wish.by, memo)
    return memo.kept_for(("queue", question_id, wish.by), stamp, made)


def _within(first: dict[str, str], queue: Queue) -> list[str]:
    there = set(queue.order)
    return [one for one in first if one in there]


def _first(
    store: Store, project_id: str, person: str, memo: QueueMemo, second_opinions: Sequence[str]
) -> dict[str, str]:
    """Return what comes before all else for a person, with the reason."""
    labels = memo.state(store).labels
    found = dict.fromkeys(returned_items(store, project_id, person, memo, labels), RETURNED)
    found |= {one: SECOND for one in second_opinions if one not in found}
    aside = store.settings.get(project_id, f"{FRONT}{person}", [])
    return found | {one: SET_ASIDE for one in aside if one not in found and one not in labels}


def returned_items(
    store: Store, project_id: str, person: str, memo: QueueMemo, labels: dict[str, CurrentLabel]
) -> list[str]:
    """Return the items whose standing label of this person a lead gave back to them."""
    last = memo.kept_for(
        "reviewed", len(store.desk_events.list(project_id)), partial(_reviewed, store, project_id)
    )
    return [
        item_id
        for item_id, body in last.items()
        if body.verdict == "returned"
        and item_id in labels
        and labels[item_id].event.id == body.correction_id
        and labels[item_id].event.person == person
    ]


def _reviewed(store: Store, project_id: str) -> dict[str, Reviewed]:
    """Return the last word of a lead on each item's label."""
    events = standing(store.desk_events.list(project_id))
    return {one.item_id: one.body for one in events if isinstance(one.body, Reviewed)}


def set_aside(store: Store, project_id: str, person: str, item_ids: Sequence[str]) -> None:
    """Put items to the front of a person's queue; those decided since go out of the list."""
    key = f"{FRONT}{person}"
    labels = store.corrections.current(project_id)
    before = [one for one in store.settings.get(project_id, key, []) if one not in labels]
    store.settings.set(project_id, key, list(dict.fromkeys((*item_ids, *before))))


def hidden_items(store: Store, project_id: str, memo: QueueMemo) -> frozenset[str]:
    """Return the items of which nothing may be told before they are decided.

    Those of audits and of the blind share, and those that gold measures.
    """
    ranges, drawn = store.gold.ranges(project_id), store.gold.draw(project_id)
    share = store.policies.current(project_id).blind_share
    audited = store.audits.blind_items(project_id)
    items = memo.items(store)

    def look() -> frozenset[str]:
        gold = GoldBook(ranges)
        measured = [
            item for item in items.values() if memo.question(store, item.question_id).learned
        ]
        in_draw = {one.item_id for one in drawn}
        blind = {item.id for item in measured if is_blind(item.id, share)} - in_draw
        in_gold = {item.id for item in measured if not gold.may_learn(item)}
        return frozenset(blind | in_gold | in_draw | audited.keys())

    return memo.kept_for("hidden", (len(ranges), len(drawn), share, len(audited), len(items)), look)


def _matching(
    store: Store,
    project_id: str,
    memo: QueueMemo,
    queue: Queue,
    asked: QueueFilter,
    groups: dict[str, Collection[str]],
) -> list[str]:
    """Return the items of the queue that a filter shows, whatever their status."""
    state = memo.state(store)
    people = "person" in asked.authors
    static = asked.model_copy(update={"statuses": (), "since": None})
    grouped = frozenset(groups.get(asked.group, ()))
    texts = _comments(store, project_id) if asked.text else {}
    stamp = (queue, grouped, tuple(texts.items()), state.last_saved if people else None)

    def look() -> list[str]:
        items, said = memo.items(store), memo.said(store)
        hidden = hidden_items(store, project_id, memo) if asked.asks_answers else frozenset[str]()
        return [
            one
            for one in queue.order
            if (one not in hidden or one in state.labels)
            and matches(
                static,
                items[one],
                (*(said[one].said if one in said else ()), *_of_people(memo, store, one, people)),
                said[one].facts.apart if one in said else None,
                frozenset({asked.group}) if one in grouped else frozenset(),
                texts.get(one, ""),
            )
        ]

    return memo.kept_for(("matching", static), stamp, look)


def _of_people(memo: QueueMemo, store: Store, item_id: str, wanted: bool) -> tuple[Said, ...]:
    label = memo.state(store).labels.get(item_id) if wanted else None
    if label is None or label.content is None:
        return ()
    question = memo.question(store, memo.items(store)[item_id].question_id)
    names = frozenset(label_names(label.content, question))
    return (Said("person", names, None, label.content.rationale_text.casefold()),)


def _comments(store: Store, project_id: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in standing(store.desk_events.list(project_id)):
        if isinstance(event.body, Comment):
            text = event.body.text.casefold()
            found[event.item_id] = f"{found.get(event.item_id, '')}\n{text}"
    return found


def _done(
    asked: QueueFilter, shown: Sequence[str], state: ReviewState, returned: Collection[str]
) -> dict[str, bool]:
    """Say of each item with a status that is asked for whether it is done."""
    over: dict[str, bool] = {}
    for one in shown:
        label = state.labels.get(one)
        statuses = status_of(label, one in state.skipped, one in returned)
        done = is_done(asked, statuses, label)
        if done is not None:
            over[one] = done
    return over


def _since_training(store: Store, project_id: str, state: ReviewState, memo: QueueMemo) -> int:
    serving = store.versions.serving(project_id)
    if serving is None:
        return 0
    return sum(one.event.created_at > serving.created_at for one in state.labels.values())

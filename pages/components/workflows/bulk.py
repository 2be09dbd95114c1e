"""Many windows with one predicted label at once: unlike ones are unchecked, the rest accepted.

No Streamlit. Never offered: gold and what touches it, what is to be decided blind, second opinions,
what somebody skipped, set aside or has on the desk, and answers less sure than the label policy
lets pass. The store holds the first and the last, whatever is asked of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.answers import Answer, AuthorKind
from core.people import Identity
from core.questions.base import Question
from core.queue_filter import label_names
from core.queue_order import lowest_confidence
from core.review import Item
from pages.components.marks import author_words
from pages.components.workflows.queue_memo import QueueMemo, SaidOfItem
from pages.components.workflows.queue_now import QueueNow, hidden_items, set_aside
from storage import Store
from storage.corrections import BulkDecision, BulkRecord
from training.material import GoldBook

AT_ONCE = 24


@dataclass(frozen=True, eq=False)
class BulkWindow:
    """One window of the view.

    Attributes:
        sequence: how many decisions the item had when it was shown.
        sure: the answer's lowest confidence.
    """

    item: Item
    answer: Answer
    seen: tuple[str, ...]
    sequence: int
    sure: float


@dataclass(frozen=True, eq=False)
class BulkGroup:
    """Windows about which one author says the same, the surest first."""

    question: Question
    author: AuthorKind
    author_name: str
    label: str
    windows: tuple[BulkWindow, ...]

    @property
    def key(self) -> str:
        """Return what tells it from other groups, also after a reload."""
        return f"{self.question.id}|{self.author}|{self.label}"


def bulk_groups(
    store: Store,
    project_id: str,
    now: QueueNow,
    memo: QueueMemo,
) -> list[BulkGroup]:
    """Return what may be decided in bulk, the largest group first."""
    least = store.policies.current(project_id).bulk_confidence
    with memo.lock:
        state, items = memo.state(store), memo.items(store)
        barred = hidden_items(store, project_id, memo) | set(now.first) | set(state.skipped)
        gold = GoldBook(store.gold.ranges(project_id))
        found: dict[str, list[BulkWindow]] = {}
        for item_id in now.left:
            said = memo.known(item_id)
            if said is None or item_id in barred or not said.question.learned:
                continue
            window = _window(items[item_id], said, state.sequences.get(item_id, 0))
            touched = gold.touches(window.item.series_id, window.item.start, window.item.stop)
            if window.sure >= least and not touched:
                found.setdefault(_key(window, said.question), []).append(window)
        groups = [
            _group(memo.question(store, own[0].item.question_id), own) for own in found.values()
        ]
    return sorted(groups, key=lambda group: (-len(group.windows), group.key))


def _key(window: BulkWindow, question: Question) -> str:
    names = " and ".join(label_names(window.answer.content, question))
    return f"{question.id}|{window.answer.author.kind}|{names}"


def _window(item: Item, said: SaidOfItem, sequence: int) -> BulkWindow:
    answer = said.student or said.teacher or said.answers[0]
    sure = lowest_confidence(answer.content)
    seen = tuple(one.id for one in said.answers)
    return BulkWindow(item, answer, seen, sequence, 0.0 if sure is None else sure)


def _group(question: Question, windows: Sequence[BulkWindow]) -> BulkGroup:
    first = windows[0].answer
    surest = sorted(windows, key=lambda one: (-one.sure, one.item.id))
    label = " and ".join(label_names(first.content, question))
    return BulkGroup(question, first.author.kind, author_words(first.author), label, tuple(surest))


def accept_in_bulk(
    store: Store,
    project_id: str,
    person: str,
    windows: Sequence[BulkWindow],
    wrong: Collection[str],
    identity: Identity = "typed",
) -> BulkRecord:
    """Accept the answers of all windows but the wrong ones, which go to the front of the queue.

    Raises:
        StoreError: when the store may not take one of them in bulk; nothing is stored then.
    """
    right = [one for one in windows if one.item.id not in wrong]
    record = store.corrections.record_many(
        project_id,
        person,
        [
            BulkDecision(one.item.id, "accept", one.sequence, (one.answer.id,), one.answer.content)
            for one in right
        ],
        identity,
    )
    aside = [one.item.id for one in windows if one.item.id in wrong]
    if aside:
        set_aside(store, project_id, person, aside)
    return record

"""Which item comes next in review, and how fast it goes. Reads the store; no Streamlit.

Order: the samples of batches that are audited, then the random first draw (half of it becomes
gold), then where the student is least sure, then at random. Skipped items wait at the end, those of
an audit and of the draw at the end of theirs. Gold by construction needs no review and is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from core.answers import Answer, AnswerContent, AuthorKind
from core.event_types import newest_versions
from core.review import Correction, Item, undone_ids
from pages.components.workflows.drawing import (
    ensure_draw,
    measured_items,
    replacements,
    shuffle_key,
)
from storage import Store
from storage.gold_labels import counted_labels
from storage.rows import DrawnItem
from training.material import GoldBook
from training.versions import superseded

SHOWN_AUTHORS: tuple[AuthorKind, ...] = ("rules", "teacher", "student")
PACE_OVER = 20
LONGEST_PAUSE_S = 120.0


@dataclass(frozen=True)
class Queue:
    """Item ids in review order, and why in this order.

    All of them were answered by somebody, but for those of an audit at which a teacher failed.

    Attributes:
        drawn: those of the random first draw.
        audited: those that are decided blind.
    """

    order: tuple[str, ...]
    drawn: tuple[str, ...]
    by_margin: bool
    audited: tuple[str, ...] = ()


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


def build_queue(store: Store, project_id: str, question_id: str | None = None) -> Queue:
    """Order every item that has an answer to review, of one question or of all."""
    drawn = ensure_draw(store, project_id)
    gold = GoldBook(store.gold.ranges(project_id))
    shown = _shown(store, project_id)
    audited = [*store.audits.blind_items(project_id)]
    again = superseded(
        store.items.list(project_id),
        newest_versions(store.questions.list(project_id)),
        {*store.corrections.current(project_id), *audited, *(one.item_id for one in drawn)},
    )
    items = _reviewable(store, project_id, gold, {*shown, *audited} - again, question_id)
    # Gold never comes by how sure a student is: the test would be made of what it finds hard.
    margins = {
        item.id: margin(answer.content)
        for item in items
        if gold.may_learn(item)
        for answer in shown.get(item.id, ())
        if answer.author.kind == "student"
    }
    labels = counted_labels(store, project_id)
    measured = {item.id for item in measured_items(store, project_id)}
    testing = [item for item in items if item.id in measured]
    stand_ins = replacements(testing, drawn, gold, labels)
    return order_items(items, drawn, margins, stand_ins, audited)


def to_review(store: Store, project_id: str) -> list[Item]:
    """Return the items of Review's queue in no order, without drawing gold for it."""
    gold = GoldBook(store.gold.ranges(project_id))
    asked = {*_shown(store, project_id), *store.audits.blind_items(project_id)}
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


def _shown(store: Store, project_id: str) -> dict[str, list[Answer]]:
    """Return the answers people are shown, by item; without the items that have none."""
    serving = serving_student(store, project_id)
    found = {
        item_id: shown_answers(by_author.values(), serving)
        for item_id, by_author in store.answers.latest(project_id).items()
    }
    return {item_id: answers for item_id, answers in found.items() if answers}


def serving_student(store: Store, project_id: str) -> str:
    """Return the version that the serving student signs its answers with; empty without one."""
    serving = store.versions.serving(project_id)
    return "" if serving is None else serving.author_version


def order_items(
    items: Sequence[Item],
    drawn: Sequence[DrawnItem],
    margins: Mapping[str, float],
    replaced: Sequence[str] = (),
    audited: Sequence[str] = (),
) -> Queue:
    """Order items: audited ones, drawn ones and their replacements, by margin, at random.

    The random order is always the same.
    """
    there = {item.id for item in items}
    blind = tuple(one for one in audited if one in there)
    first = tuple(one for one in (*(d.item_id for d in drawn), *replaced) if one in there)
    rest = there.difference(blind, first)
    ordered = sorted(rest, key=lambda one: (margins.get(one, 2.0), shuffle_key(one)))
    order = tuple(dict.fromkeys((*blind, *first, *ordered)))
    return Queue(order, first, bool(margins), blind)


def margin(content: AnswerContent) -> float:
    """Return how sure an answer is, in [0, 1]: 0 is a coin toss.

    Pattern: distance between the two best scores. Anomaly: the least sure of its intervals and of
    the answer as a whole, as distance from one half.
    """
    if content.kind == "pattern" and len(content.scores) > 1:
        best, second = sorted(content.scores.values(), reverse=True)[:2]
        return best - second
    sure = [found.confidence for found in content.intervals]
    known = [c for c in [*sure, content.confidence] if c is not None]
    return min((abs(2 * c - 1) for c in known), default=1.0)


def shown_answers(answers: Collection[Answer], serving: str = "", chosen: str = "") -> list[Answer]:
    """Return the answers people are shown: never imported truth, baselines or simulated people.

    Of the rules only the newest; of the student what the serving version said, else the newest;
    rules first, then teachers, then the student. Extra samples of an author are left out, unless
    one is the `chosen` answer (its id) of the item.
    """

    def rank(one: Answer) -> tuple[bool, bool, datetime, str]:
        return _serves(one, serving), one.id == chosen, one.created_at, one.id

    shown: dict[tuple[AuthorKind, str], Answer] = {}
    for answer in sorted(answers, key=rank):
        if answer.author.kind in SHOWN_AUTHORS and (answer.sample == 0 or answer.id == chosen):
            name = answer.author.name if answer.author.kind == "teacher" else ""
            shown[answer.author.kind, name] = answer
    return sorted(shown.values(), key=lambda one: SHOWN_AUTHORS.index(one.author.kind))


def _serves(answer: Answer, serving: str) -> bool:
    return answer.author.kind == "student" and bool(serving) and answer.author.version == serving


def waiting(queue: Queue, events: Sequence[Correction], decided: Collection[str]) -> list[str]:
    """Return the items without a decision, skipped ones last, in the order they were skipped.

    Skipped ones of an audit or of the draw come back at its end: an audit or gold of easy items
    alone would measure little.
    """
    undone = undone_ids(events)
    skipped = list(
        dict.fromkeys(
            event.item_id
            for event in sorted(events, key=lambda one: one.id, reverse=True)
            if event.decision == "skip" and event.id not in undone
        )
    )[::-1]
    late = set(skipped)
    known = set(queue.order)
    left = [one for one in queue.order if one not in decided and one not in late]
    left += [one for one in skipped if one in known and one not in decided]
    audited, drawn = set(queue.audited), set(queue.drawn)
    return sorted(left, key=lambda one: (one not in audited, one not in drawn))


def progress(
    queue: Queue, events: Sequence[Correction], decided: Collection[str], person: str
) -> Progress:
    """Count what is done of the queue, and the person's pace over their last decisions."""
    own = [e for e in events if e.person == person and e.decision not in ("undo", "skip")]
    times = [event.created_at for event in own[-PACE_OVER:]]
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    working = [gap for gap in gaps if gap <= LONGEST_PAUSE_S]
    done = sum(one in decided for one in queue.order)
    return Progress(
        done=done,
        total=len(queue.order),
        per_minute=60 * len(working) / max(sum(working), 1e-3) if len(working) >= 2 else None,
        last_saved=events[-1].created_at if events else None,
    )

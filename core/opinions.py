"""Where an item stands between people, from its decisions and from what was said of them. Pure.

    open       nobody's decision stands
    annotated  one person decided, or several who agree
    disputed   two people's own labels differ, and nobody has settled it
    returned   sent back to whoever decided, who has not decided anew
    reviewed   somebody else approved the label, or a lead settled a dispute

A review speaks of one decision: a decision made after it needs a review of its own, unless the one
that was approved still stands for its person and nobody disagrees with it. While a dispute is open
the latest decision counts as the label, as it does without one, but training leaves the item out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeVar

from core.answers import AnswerContent
from core.desk_events import DeskEvent, Reviewed, standing
from core.ids import in_share
from core.pairing import paired
from core.review import Correction, has_seen, standing_decisions

Status = Literal["open", "annotated", "disputed", "returned", "reviewed"]
AnEvent = TypeVar("AnEvent", Correction, DeskEvent)

LEAST_IOU = 0.5
"""Two people mark the same event when they share at least this much of it, in time."""


@dataclass(frozen=True)
class ItemState:
    """Where one item stands.

    Attributes:
        decision: the decision whose label counts; None while the item is open.
        review: what was said of that decision, or of the approved one of somebody who agrees.
        sides: each person's own latest label since the last time a lead settled the item.
    """

    status: Status
    decision: Correction | None = None
    review: DeskEvent | None = None
    sides: tuple[Correction, ...] = ()

    @property
    def note(self) -> str:
        """What the review said; empty without one, or without words."""
        body = None if self.review is None else self.review.body
        return body.note if isinstance(body, Reviewed) else ""


def item_state(corrections: Iterable[Correction], said: Iterable[DeskEvent]) -> ItemState:
    """Return where an item stands; both are of this item alone, in the order of recording."""
    decisions = standing_decisions(corrections)
    if not decisions:
        return ItemState("open")
    last, sides = decisions[-1], _sides(decisions)
    reviews = _reviews(decisions, said)
    review = reviews.get(last.id)
    if last.how == "adjudication":
        return ItemState("reviewed", last, review, sides)
    if review is not None:
        approved = isinstance(review.body, Reviewed) and review.body.verdict == "approved"
        return ItemState("reviewed" if approved else "returned", last, review, sides)
    if any(differ(one.content, other.content) for one, other in combinations(sides, 2)):
        return ItemState("disputed", last, None, sides)
    of_sides = (reviews[side.id] for side in sides if side.id in reviews)
    earlier = next((one for one in of_sides if _approves(one)), None)
    return ItemState("annotated" if earlier is None else "reviewed", last, earlier, sides)


def differ(one: AnswerContent | None, other: AnswerContent | None) -> bool:
    """Tell whether two labels of an item contradict each other.

    Patterns: another label. Events: one that the other did not mark, at an intersection over union
    of `LEAST_IOU` (change points: within their margin), or the same one with another type or cause.
    Of texts nothing says what is equal, and where no label was given nothing is contradicted.
    """
    if one is None or other is None or one.kind == "open":
        return False
    if one.kind == "pattern":
        return one.label != other.label
    pairs = paired(one.kind, one.intervals, other.intervals, LEAST_IOU)
    if len(pairs) < max(len(one.intervals), len(other.intervals)):
        return True
    sorts = [(one.intervals[pair.given].sort, other.intervals[pair.truth].sort) for pair in pairs]
    return any(a is not None and b is not None and a != b for a, b in sorts)


def states(corrections: Iterable[Correction], said: Iterable[DeskEvent]) -> dict[str, ItemState]:
    """Return the state of every item that has a decision, from the events of a whole project."""
    decisions, reviews = by_item(corrections), by_item(said)
    return {
        item_id: item_state(events, reviews.get(item_id, ()))
        for item_id, events in decisions.items()
    }


def disputed(corrections: Iterable[Correction], said: Iterable[DeskEvent]) -> frozenset[str]:
    """Return the items of a project on which people disagree and nobody has settled it."""
    found = states(corrections, said)
    return frozenset(item_id for item_id, one in found.items() if one.status == "disputed")


def by_item(events: Iterable[AnEvent]) -> dict[str, list[AnEvent]]:
    """Return a project's events by item, in their order."""
    found: dict[str, list[AnEvent]] = defaultdict(list)
    for event in events:
        found[event.item_id].append(event)
    return dict(found)


def is_chosen(item_id: str, share: float) -> bool:
    """Tell whether an item is one of the `share` that two people decide.

    By a hash of its id: the same items whoever asks and whenever, and what is in them has no say.
    A larger share holds all items of a smaller one.
    """
    return in_share("second opinion", item_id, share)


def awaits_second(
    state: ItemState,
    corrections: Sequence[Correction],
    said: Iterable[DeskEvent],
    person: str,
) -> bool:
    """Tell whether a chosen item waits for this person's own, independent label.

    It has one person's label so far, and the person knows nothing of what was said of it: they
    neither met its answers nor reviewed its label.
    """
    if state.status not in ("annotated", "reviewed") or state.decision is None:
        return False
    people = {event.person for event in standing_decisions(corrections)}
    one_label = len(people) == 1 and len(state.sides) == 1
    if not one_label or person in people or state.decision.how == "adjudication":
        return False
    reviewed = any(one.person == person and isinstance(one.body, Reviewed) for one in said)
    return not reviewed and not has_seen(corrections, person)


def independent_labels(corrections: Iterable[Correction]) -> dict[str, AnswerContent]:
    """Return the first label of each person who could not lean on what somebody else decided.

    Whoever decided first, and everybody who decided with no answer in sight: nothing is shown of
    other people then either. What a lead decided between people is nobody's own label.
    """
    decisions = [one for one in standing_decisions(corrections) if one.how != "adjudication"]
    found: dict[str, AnswerContent] = {}
    met: set[str] = set()
    for one in decisions:
        alone = not met or not one.answer_ids
        if one.person not in met and alone and one.content is not None:
            found[one.person] = one.content
        met.add(one.person)
    return found


def _sides(decisions: Sequence[Correction]) -> tuple[Correction, ...]:
    settled = [place for place, one in enumerate(decisions) if one.how == "adjudication"]
    latest = {one.person: one for one in decisions[settled[-1] if settled else 0 :]}
    labels = [one for one in latest.values() if one.content is not None]
    return tuple(sorted(labels, key=lambda one: one.sequence))


def _reviews(decisions: Sequence[Correction], said: Iterable[DeskEvent]) -> Mapping[str, DeskEvent]:
    """Return the last review of each decision; what people say of their own is none."""
    authors = {one.id: one.person for one in decisions}
    return {
        event.body.correction_id: event
        for event in standing(said)
        if isinstance(event.body, Reviewed)
        and authors.get(event.body.correction_id, event.person) != event.person
    }


def _approves(event: DeskEvent) -> bool:
    return isinstance(event.body, Reviewed) and event.body.verdict == "approved"

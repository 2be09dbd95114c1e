"""Which label of a gold item counts when models are measured. Pure, over events already read.

The first label counts. One that says something else, given by a person who may know what a model
answered, is a *change*: it counts once a second person stands behind it, and until then the label
before it does. Whoever takes back a label of their own that was given blind, and then says
something else, changes it too; nothing counts meanwhile. Decisions made in bulk never count.

A second person stands behind a change who approved it (`core.desk_events.Reviewed`), or whose own
latest label of the item is the same: the same option, or the same events (start, stop, channels and
type, to the sample). How sure anybody is, why, and the order of events make no difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.answers import AnswerContent, ChannelPair
from core.desk_events import DeskEvent, Reviewed, standing
from core.review import (
    LABELLING,
    Correction,
    CurrentLabel,
    has_seen,
    labels_by_person,
    undone_ids,
)


@dataclass(frozen=True)
class GoldLabel:
    """What counts of a gold item.

    Attributes:
        counted: the decision whose label models are measured with; None when none counts.
        change: the decision that stands but does not count; None when what stands counts.
        returned_by: who turned the change down; empty while it waits.
    """

    counted: Correction | None
    change: Correction | None = None
    returned_by: str = ""

    @property
    def waits(self) -> bool:
        """Whether a change waits for a second person."""
        return self.change is not None and not self.returned_by


def same_label(one: AnswerContent | None, other: AnswerContent | None) -> bool:
    """Tell whether two labels say the same, as this module means it; None is no label."""
    if one is None or other is None:
        return one is other
    return said(one) == said(other)


def said(content: AnswerContent) -> tuple[object, ...]:
    """Return what a label says, without how sure and why: equal for labels that say the same."""
    if content.kind == "open":
        return (content.kind, content.rationale_text)
    # Pairs only where there are any: digests of labels from before there were pairs stay the same.
    found: set[tuple[int, int, tuple[int, ...], str, *tuple[ChannelPair, ...]]] = {
        (one.start, one.stop, tuple(sorted(one.channels)), one.sort or "", *sorted(one.pairs))
        for one in content.intervals
    }
    return (content.kind, content.label, *sorted(found))


def gold_label(events: Iterable[Correction], reviews: Iterable[DeskEvent] = ()) -> GoldLabel | None:
    """Return what counts of one gold item; None when nothing that may count stands on it.

    Args:
        events: all review events of the item, in any order.
        reviews: the desk events of the item, in the order in which they were recorded.
    """
    ordered = sorted(events, key=lambda event: event.sequence)
    undone = undone_ids(ordered)
    verdicts = _verdicts(reviews)
    own = labels_by_person(event for event in ordered if event.how != "bulk")
    blind_before: dict[str, AnswerContent] = {}
    counted: Correction | None = None
    change: Correction | None = None
    for place, event in enumerate(ordered):
        if event.decision in ("undo", "skip") or event.how == "bulk":
            continue
        seen = bool(event.answer_ids) or has_seen(ordered[:place], event.person)
        if event.id in undone:
            if not seen and event.content is not None:
                blind_before.setdefault(event.person, event.content)
            continue
        before = counted.content if counted is not None else blind_before.get(event.person)
        first = before is None and (counted is None or counted.content is None)
        free = first or not seen or same_label(_label(event), before)
        if free or _stands_behind(event, own, verdicts.get(event.id, {})):
            counted, change = event, None
        else:
            change = event
    if counted is None and change is None:
        return None
    returned = "" if change is None else _returned_by(change, verdicts.get(change.id, {}))
    return GoldLabel(counted, change, returned)


def gold_labels(
    events: Iterable[Correction], reviews: Iterable[DeskEvent] = ()
) -> dict[str, GoldLabel]:
    """Return what counts of each item, as if all were gold; where nothing may, there is none."""
    by_item: dict[str, list[Correction]] = defaultdict(list)
    for event in events:
        by_item[event.item_id].append(event)
    said_of: dict[str, list[DeskEvent]] = defaultdict(list)
    for review in reviews:
        said_of[review.item_id].append(review)
    found = {one: gold_label(own, said_of.get(one, ())) for one, own in by_item.items()}
    return {item_id: label for item_id, label in found.items() if label is not None}


def labels_that_count(labels: Mapping[str, GoldLabel]) -> dict[str, CurrentLabel]:
    """Return gold labels in the shape of current ones.

    Where a change waits and nothing was said before it, there is an event without a label.
    """
    found: dict[str, CurrentLabel] = {}
    for item_id, label in labels.items():
        event = label.counted or label.change
        if event is not None:
            found[item_id] = CurrentLabel(event, _label(event) if label.counted else None)
    return found


def _label(event: Correction) -> AnswerContent | None:
    return event.content if event.decision in LABELLING else None


_Verdicts = Mapping[str, Reviewed]
"""Per person their latest word on one decision."""


def _verdicts(reviews: Iterable[DeskEvent]) -> dict[str, dict[str, Reviewed]]:
    """Return by decision what each person said of it last."""
    found: dict[str, dict[str, Reviewed]] = defaultdict(dict)
    for review in standing(reviews):
        if isinstance(review.body, Reviewed):
            by_person = found[review.body.correction_id]
            by_person.pop(review.person, None)  # the latest word comes last
            by_person[review.person] = review.body
    return found


def _others(event: Correction, verdicts: _Verdicts) -> Mapping[str, Reviewed]:
    return {person: one for person, one in verdicts.items() if person != event.person}


def _stands_behind(
    event: Correction, own: Mapping[str, AnswerContent], verdicts: _Verdicts
) -> bool:
    """Tell whether somebody else approved a decision, or says the same by themselves."""
    others = _others(event, verdicts)
    if others and list(others.values())[-1].verdict == "approved":
        return True
    label = _label(event)
    return label is not None and any(
        same_label(label, theirs)
        for person, theirs in own.items()
        if person != event.person and person not in others
    )


def _returned_by(event: Correction, verdicts: _Verdicts) -> str:
    returned = [p for p, one in _others(event, verdicts).items() if one.verdict == "returned"]
    return returned[-1] if returned else ""

"""What people and files say of a series itself, apart from items: marks, log entries, imports.

A mark is never changed in place: every change is an event, undo and redo included, and
`current_marks` folds the events of a series into the marks that stand. Nothing of this is an answer
to a question, and nothing of it reaches a model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import model_validator

from core.ids import new_id, utc_now
from core.intervals import Interval
from core.model import Frozen

LabelKind = Literal["anomaly", "change_point"]


class Mark(Frozen):
    """A person's mark: samples `[start, stop)` of some channels (all when empty)."""

    id: str
    person: str
    start: int
    stop: int
    channels: tuple[int, ...] = ()
    type_id: str | None = None
    note: str = ""
    created_at: datetime

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        Interval(start=self.start, stop=self.stop)
        return self

    @property
    def interval(self) -> Interval:
        """The range without who, type and note."""
        return Interval(start=self.start, stop=self.stop, channels=self.channels)


def new_mark(
    person: str,
    start: int,
    stop: int,
    channels: tuple[int, ...] = (),
    type_id: str | None = None,
    note: str = "",
) -> Mark:
    """Return a mark with a fresh id, made now."""
    return Mark(
        id=new_id(),
        person=person,
        start=start,
        stop=stop,
        channels=channels,
        type_id=type_id,
        note=note,
        created_at=utc_now(),
    )


class Put(Frozen):
    """Add a mark, or replace the standing one that has its id."""

    mark: Mark


class Remove(Frozen):
    """Take a standing mark away."""

    mark_id: str


Change = Put | Remove


class MarkEvent(Frozen):
    """One change of one mark, as it is kept; `mark` is None where the mark was removed.

    Attributes:
        group: shared by the changes of one action: a split is one removal and two additions.
        undoes: the group that this one takes back: an action's for an undo, an undo's for a redo.
    """

    id: str
    project_id: str
    series_id: str
    person: str
    group: str
    mark_id: str
    mark: Mark | None
    undoes: str | None = None
    created_at: datetime


Group = tuple[str, str | None]
"""An action's group, and the group that it takes back: None unless it is an undo or a redo."""


def current_marks(events: Iterable[MarkEvent], before: Iterable[Mark] = ()) -> list[Mark]:
    """Fold events, in the order in which they were recorded, into the marks that stand.

    Sorted by start. Undo and redo are changes like others: nothing is looked up to know the marks.

    Args:
        before: the marks that stood before the first of the events.
    """
    marks = {mark.id: mark for mark in before}
    for event in events:
        if event.mark is None:
            marks.pop(event.mark_id, None)
        else:
            marks[event.mark_id] = event.mark
    return sorted(marks.values(), key=lambda mark: (mark.start, mark.stop, mark.id))


def undoable(groups: Iterable[Group]) -> str | None:
    """Return a person's latest group that still stands; None when there is nothing to undo.

    `groups` are all of one person on one series, in the order in which they were recorded.
    """
    done, _ = _stacks(groups)
    return done[-1] if done else None


def redoable(groups: Iterable[Group]) -> str | None:
    """Return a person's latest undo, when they have changed nothing since; None otherwise."""
    _, undone = _stacks(groups)
    return undone[-1] if undone else None


def reverting(events: Sequence[MarkEvent], group: str) -> list[Change]:
    """Return the changes that bring the marks of a group back to what they were before it.

    People change only their own marks and undo the latest first, so nothing has touched these
    marks since.

    Args:
        events: all of the marks that the group touched, in the order of recording.
    """
    first = next(place for place, event in enumerate(events) if event.group == group)
    before = {mark.id: mark for mark in current_marks(events[:first])}
    touched = dict.fromkeys(event.mark_id for event in events[first:] if event.group == group)
    return [
        Put(mark=before[mark_id]) if mark_id in before else Remove(mark_id=mark_id)
        for mark_id in touched
    ]


def _stacks(groups: Iterable[Group]) -> tuple[list[str], list[str]]:
    """Return the groups that can be undone and the undos that can be redone, the latest last."""
    done: list[str] = []
    undone: list[str] = []
    for group, undoes in groups:
        if undoes is None:
            done.append(group)
            undone.clear()
        elif undone and undone[-1] == undoes:
            done.append(group)
            undone.pop()
        else:
            undone.append(group)
            done.pop()
    return done, undone


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """Something that happened at a time: maintenance, a start-up, a change of batch.

    Attributes:
        series_id: the series it is about; None for all series of the project.
        tick: nanoseconds since 1970, UTC, whatever the unit of a series is.
        end: tick of its end, inclusive; None for an instant.
        kind: a word of the project's own ("maintenance"), empty when nobody gave one.
        source: the file it came from, empty when it was typed.
    """

    id: str
    series_id: str | None
    tick: int
    end: int | None = None
    text: str
    kind: str = ""
    source: str = ""
    person: str = ""


@dataclass(frozen=True)
class ImportedLabels:
    """A set of labels that came with a file; evidence of others, truth nowhere by itself.

    Attributes:
        types: one text per interval, empty where the file named no type.
        complete: whether the set speaks for the whole series, so that no interval means none.
        revision: the revision of the series that the set was made for.
    """

    id: str
    project_id: str
    series_id: str
    kind: LabelKind
    annotator: str
    source: str
    intervals: tuple[Interval, ...]
    types: tuple[str, ...]
    complete: bool
    revision: int
    archived: bool
    created_at: datetime

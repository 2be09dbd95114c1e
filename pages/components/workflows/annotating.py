"""What a person does with their marks on a series: each step is stored before it returns.

No Streamlit. Only one's own marks are changed; what somebody else or a model found is taken over as
a new mark. A mark that has gone in between (undone in another tab, say) is a conflict in words.
"""

from collections.abc import Iterable
from typing import Any

from core.annotations import Change, Mark, Put, Remove, new_mark
from core.errors import ConflictError, DataError
from core.intervals import Interval
from storage import Store
from storage.rows import StoredSeries


def add_mark(
    store: Store,
    stored: StoredSeries,
    person: str,
    drawn: Interval,
    type_id: str | None = None,
    note: str = "",
) -> Mark:
    """Store a new mark; channels are named only where they are some of several."""
    several = 0 < len(drawn.channels) < stored.n_channels
    channels = tuple(sorted(drawn.channels)) if several else ()
    mark = new_mark(person, drawn.start, drawn.stop, channels, type_id, note)
    _record(store, stored, person, [Put(mark=mark)])
    return mark


def change_mark(
    store: Store, stored: StoredSeries, person: str, mark_id: str, **fields: Any
) -> Mark:
    """Change fields of one of the person's marks; nothing is stored when nothing differs."""
    mark = own_mark(store, stored, person, mark_id)
    if "channels" in fields:
        some = 0 < len(fields["channels"]) < stored.n_channels
        fields["channels"] = tuple(sorted(fields["channels"])) if some else ()
    start, stop = fields.get("start", mark.start), fields.get("stop", mark.stop)
    if stop <= start:
        raise DataError(
            f"the first sample would be {start:,} and the last {stop - 1:,}, so the interval would "
            "hold no sample; the mark is left as it was: type a last sample that is not before "
            "the first"
        )
    changed = Mark.model_validate({**mark.model_dump(), **fields})
    if changed != mark:
        _record(store, stored, person, [Put(mark=changed)])
    return changed


def remove_mark(store: Store, stored: StoredSeries, person: str, mark_id: str) -> None:
    """Take one of the person's marks away; undo brings it back."""
    own_mark(store, stored, person, mark_id)
    _record(store, stored, person, [Remove(mark_id=mark_id)])


def split_mark(
    store: Store, stored: StoredSeries, person: str, mark_id: str, sample: int
) -> tuple[Mark, Mark]:
    """Cut a mark in two: the second one starts at `sample`. Both keep type, channels and note."""
    mark = own_mark(store, stored, person, mark_id)
    if not mark.start < sample < mark.stop:
        raise DataError(
            f"sample {sample:,} cannot split the interval of samples {mark.start:,} to "
            f"{mark.stop - 1:,}, because one half would be empty; put the cursor inside it, after "
            "its first sample"
        )
    first = _copy(mark, mark.start, sample)
    second = _copy(mark, sample, mark.stop)
    _record(store, stored, person, [Remove(mark_id=mark.id), Put(mark=first), Put(mark=second)])
    return first, second


def merge_marks(
    store: Store, stored: StoredSeries, person: str, first_id: str, second_id: str
) -> Mark:
    """Make one mark of two, from the first sample of both to the last; the gap is part of it.

    The type is the first one's, channels are united, notes are joined.
    """
    first = own_mark(store, stored, person, first_id)
    second = own_mark(store, stored, person, second_id)
    both = bool(first.channels) and bool(second.channels)
    notes = dict.fromkeys(note for note in (first.note, second.note) if note)
    joined = new_mark(
        person,
        min(first.start, second.start),
        max(first.stop, second.stop),
        tuple(sorted({*first.channels, *second.channels})) if both else (),
        first.type_id or second.type_id,
        "; ".join(notes),
    )
    _record(
        store,
        stored,
        person,
        [Remove(mark_id=first.id), Remove(mark_id=second.id), Put(mark=joined)],
    )
    return joined


def own_mark(store: Store, stored: StoredSeries, person: str, mark_id: str) -> Mark:
    """Return one of the person's marks as it stands.

    Raises:
        ConflictError: when it is not there any more, or is somebody else's.
    """
    for mark in store.annotations.current(stored.project_id, stored.id):
        if mark.id == mark_id and mark.person == person:
            return mark
        if mark.id == mark_id:
            raise ConflictError(
                f"the mark is one of {mark.person!r}, and people change only their own; nothing "
                "was changed: take it over as your own first"
            )
    raise ConflictError(
        "the mark you changed is not there any more: it was removed or undone, perhaps in another "
        "tab, so nothing was changed; the marks are shown as they are now"
    )


def numbered(marks: Iterable[Mark]) -> dict[str, int]:
    """Number each person's marks 1, 2, ... in order of time."""
    counts: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for mark in sorted(marks, key=lambda one: (one.start, one.stop, one.id)):
        numbers[mark.id] = counts[mark.person] = counts.get(mark.person, 0) + 1
    return numbers


def _copy(mark: Mark, start: int, stop: int) -> Mark:
    return new_mark(mark.person, start, stop, mark.channels, mark.type_id, mark.note)


def _record(store: Store, stored: StoredSeries, person: str, changes: list[Change]) -> None:
    store.annotations.record(stored.project_id, stored.id, person, changes)

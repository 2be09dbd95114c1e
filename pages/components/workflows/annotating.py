"""What a person does with their marks on a series: each step is stored before it returns.

No Streamlit. Only one's own marks are changed; what somebody else or a model found is taken over as
a new mark. A mark that has gone in between (undone in another tab, say) is a conflict in words.

`shown` is a mark as the person saw it when they acted. What they changed is what differs from it,
and goes onto the mark as it stands; what was changed meanwhile is never written over unseen.
"""

from collections.abc import Iterable
from typing import Any

from core.annotations import Change, Mark, Put, Remove, new_mark
from core.errors import ConflictError, DataError
from core.intervals import Interval
from pages.components.workflows.asking import questions_by_kind
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
    store: Store,
    stored: StoredSeries,
    person: str,
    mark_id: str,
    shown: Mark | None = None,
    **fields: Any,
) -> Mark:
    """Change fields of one of the person's marks; nothing is stored when nothing differs.

    Raises:
        ConflictError: when a field that the person changed was meanwhile changed to another value.
    """
    mark = own_mark(store, stored, person, mark_id)
    if "channels" in fields:
        some = 0 < len(fields["channels"]) < stored.n_channels
        fields["channels"] = tuple(sorted(fields["channels"])) if some else ()
    if shown is not None:
        fields = _changed_here(store, stored, mark, shown, fields)
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


def remove_mark(
    store: Store, stored: StoredSeries, person: str, mark_id: str, shown: Mark | None = None
) -> None:
    """Take one of the person's marks away, as it was shown; undo brings it back."""
    _as_shown(store, stored, own_mark(store, stored, person, mark_id), shown)
    _record(store, stored, person, [Remove(mark_id=mark_id)])


def split_mark(
    store: Store,
    stored: StoredSeries,
    person: str,
    mark_id: str,
    sample: int,
    shown: Mark | None = None,
) -> tuple[Mark, Mark]:
    """Cut a mark in two: the second one starts at `sample`. Both keep type, channels and note."""
    mark = own_mark(store, stored, person, mark_id)
    _as_shown(store, stored, mark, shown)
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
    store: Store,
    stored: StoredSeries,
    person: str,
    first_id: str,
    second_id: str,
    shown: tuple[Mark | None, Mark | None] = (None, None),
) -> Mark:
    """Make one mark of two, from the first sample of both to the last; the gap is part of it.

    The type is the first one's, channels are united, notes are joined.
    """
    first = own_mark(store, stored, person, first_id)
    second = own_mark(store, stored, person, second_id)
    for mark, seen in zip((first, second), shown, strict=True):
        _as_shown(store, stored, mark, seen)
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


_FIELDS = ("start", "stop", "channels", "type_id", "note")


def _changed_here(
    store: Store, stored: StoredSeries, mark: Mark, shown: Mark, fields: dict[str, Any]
) -> dict[str, Any]:
    """Return the fields that differ from what was shown; none of them was changed meanwhile."""
    changed = {name: value for name, value in fields.items() if value != getattr(shown, name)}
    for name, value in changed.items():
        stands = getattr(mark, name)
        if stands not in (getattr(shown, name), value):
            raise ConflictError(
                f"you set {_words(store, stored, name, value)}, but this mark was changed "
                f"meanwhile, perhaps in another tab, to {_words(store, stored, name, stands)}; "
                "nothing was written: the mark is shown as it is now, change it again if it is to "
                "be as you said"
            )
    return changed


def _as_shown(store: Store, stored: StoredSeries, mark: Mark, shown: Mark | None) -> None:
    """Refuse to take a mark away that is not the one the person saw."""
    other = [] if shown is None else [n for n in _FIELDS if getattr(mark, n) != getattr(shown, n)]
    if not other:
        return
    now = ", ".join(_words(store, stored, name, getattr(mark, name)) for name in other)
    seen = ", ".join(_words(store, stored, name, getattr(shown, name)) for name in other)
    raise ConflictError(
        f"you saw the mark with {seen}, but it was changed meanwhile, perhaps in another tab, and "
        f"has {now}; nothing was written: it is shown as it is now, look and do it again"
    )


def _words(store: Store, stored: StoredSeries, field: str, value: Any) -> str:
    """Say what a field is: edges as their first and last sample, names instead of ids."""
    if field == "start":
        return f"first sample {value:,}"
    if field == "stop":
        return f"last sample {value - 1:,}"
    if field == "channels":
        names = ", ".join(stored.info.channel_names[channel] for channel in value)
        return f"channels {names}" if value else "all channels"
    if field == "type_id":
        question = questions_by_kind(store, stored.project_id).get("anomaly")
        names = {} if question is None else {one.id: one.name for one in question.types}
        return f"type {names.get(value, value)}" if value else "no type"
    return f"note “{value}”" if value else "no note"


def _copy(mark: Mark, start: int, stop: int) -> Mark:
    return new_mark(mark.person, start, stop, mark.channels, mark.type_id, mark.note)


def _record(store: Store, stored: StoredSeries, person: str, changes: list[Change]) -> None:
    store.annotations.record(stored.project_id, stored.id, person, changes)

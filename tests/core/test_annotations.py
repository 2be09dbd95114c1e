"""Marks are a fold over events; undo and redo give back what a plain stack of states gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotations import (
    Change,
    Group,
    Mark,
    MarkEvent,
    Put,
    Remove,
    current_marks,
    new_mark,
    redoable,
    reverting,
    undoable,
)
from core.ids import new_id, utc_now


def act(
    events: list[MarkEvent], person: str, changes: list[Change], undoes: str | None = None
) -> list[MarkEvent]:
    """Append an action's events, as the store does."""
    group = new_id()
    return events + [
        MarkEvent(
            id=new_id(),
            project_id="p",
            series_id="s",
            person=person,
            group=group,
            mark_id=change.mark.id if isinstance(change, Put) else change.mark_id,
            mark=change.mark if isinstance(change, Put) else None,
            undoes=undoes,
            created_at=utc_now(),
        )
        for change in changes
    ]


def groups(events: list[MarkEvent], person: str) -> list[Group]:
    """What one person did, in order."""
    return list({event.group: event.undoes for event in events if event.person == person}.items())


def step(events: list[MarkEvent], person: str, *, redo: bool = False) -> list[MarkEvent]:
    """Undo or redo."""
    group = (redoable if redo else undoable)(groups(events, person))
    assert group is not None
    return act(events, person, reverting(events, group), group)


def test_a_split_is_undone_and_redone_as_one() -> None:
    whole, left, right = (new_mark("ana", *r) for r in ((0, 9), (0, 4), (4, 9)))
    events = act([], "ana", [Put(mark=whole)])
    split: list[Change] = [Remove(mark_id=whole.id), Put(mark=left), Put(mark=right)]
    events = act(events, "ana", split)
    assert current_marks(events) == [left, right]

    events = step(events, "ana")
    assert current_marks(events) == [whole]
    events = step(events, "ana", redo=True)
    assert current_marks(events) == [left, right]
    events = step(step(events, "ana"), "ana")
    assert current_marks(events) == []
    assert undoable(groups(events, "ana")) is None


def test_a_new_change_ends_redo_and_others_do_not() -> None:
    events = step(act([], "ana", [Put(mark=new_mark("ana", 0, 9))]), "ana")

    events = act(events, "ben", [Put(mark=new_mark("ben", 3, 4))])
    assert redoable(groups(events, "ana")) is not None
    assert undoable(groups(events, "ana")) is None
    events = act(events, "ana", [Put(mark=new_mark("ana", 1, 2))])
    assert redoable(groups(events, "ana")) is None


def test_marks_are_listed_by_place() -> None:
    late, early = new_mark("ana", 5, 9), new_mark("ben", 1, 2)

    assert current_marks(act([], "ana", [Put(mark=late), Put(mark=early)])) == [early, late]


def test_an_empty_mark_is_none() -> None:
    with pytest.raises(ValueError, match="is empty or starts before sample 0"):
        new_mark("ana", 4, 4)


@given(st.lists(st.sampled_from(["add", "move", "remove", "undo", "redo"]), max_size=30))
def test_any_order_of_steps_is_what_a_stack_of_states_gives(steps: list[str]) -> None:
    events: list[MarkEvent] = []
    past: list[list[Mark]] = []
    future: list[list[Mark]] = []
    now: list[Mark] = []
    for number, what in enumerate(steps):
        if what == "undo":
            assert (undoable(groups(events, "ana")) is None) == (not past)
            if past:
                future.append(now)
                now = past.pop()
                events = step(events, "ana")
        elif what == "redo":
            assert (redoable(groups(events, "ana")) is None) == (not future)
            if future:
                past.append(now)
                now = future.pop()
                events = step(events, "ana", redo=True)
        elif what == "add" or now:
            past.append(now)
            future.clear()
            if what == "add":
                mark = new_mark("ana", number, number + 1)
                now, change = [*now, mark], Put(mark=mark)
            elif what == "move":
                mark = now[0].model_copy(update={"stop": now[0].stop + 1})
                now, change = [mark, *now[1:]], Put(mark=mark)
            else:
                now, change = now[1:], Remove(mark_id=now[0].id)
            events = act(events, "ana", [change])
        assert current_marks(events) == sorted(now, key=lambda m: (m.start, m.stop, m.id))

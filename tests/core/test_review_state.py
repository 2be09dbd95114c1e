"""A state folded event by event says what a fold of all events says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import AnswerContent
from core.review import LABELLING, Correction, Decision, current_label, undone_ids
from core.review_state import PACE_OVER, ReviewState

START = datetime(2026, 1, 1, tzinfo=UTC)
DECISIONS: tuple[Decision, ...] = ("accept", "reject", "not_sure", "skip")


def history(steps: list[tuple[str, str, int]]) -> list[Correction]:
    """Make events of (item, person, what): a decision, or an undo of the person's latest."""
    events: list[Correction] = []
    counts: dict[str, int] = {}
    for place, (item, person, what) in enumerate(steps):
        own = [e for e in events if e.item_id == item and e.person == person]
        undo = what == len(DECISIONS)
        if undo and not own:
            continue
        decision: Decision = "undo" if undo else DECISIONS[what]
        counts[item] = counts.get(item, 0) + 1
        events.append(
            Correction(
                id=f"{place:04d}",
                project_id="p",
                item_id=item,
                person=person,
                decision=decision,
                sequence=counts[item],
                created_at=START + timedelta(seconds=place),
                content=AnswerContent(kind="anomaly") if decision in LABELLING else None,
                undoes=own[-1].id if undo else None,
            )
        )
    return events


STEPS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(("ana", "ben")), st.integers(0, 4)),
    max_size=25,
)


@given(STEPS, st.integers(1, 5))
def test_folding_bit_by_bit_gives_what_one_fold_of_everything_gives(
    steps: list[tuple[str, str, int]], size: int
) -> None:
    events = history(steps)
    state = ReviewState()
    for start in range(0, len(events), size):
        state.add(events[start : start + size])
    by_item = {one: [e for e in events if e.item_id == one] for one in "xyz"}
    labels = {one: current_label(own) for one, own in by_item.items()}
    undone = undone_ids(events)
    assert state.labels == {one: label for one, label in labels.items() if label is not None}
    assert set(state.skipped) == {
        e.item_id for e in events if e.decision == "skip" and e.id not in undone
    }
    assert state.sequences == {one: len(own) for one, own in by_item.items() if own}


def test_the_pace_is_of_the_last_decisions_without_skips_and_undos() -> None:
    state = ReviewState()
    state.add(history([("x", "ana", n % 5) for n in range(60)]))
    times = state.times("ana")
    assert len(times) == PACE_OVER
    assert times[-1] == START + timedelta(seconds=57)  # then came a skip and an undo
    assert state.times("ben") == []
    assert state.last_saved == START + timedelta(seconds=59)


@pytest.mark.parametrize(("person", "expected"), [("ana", "0002"), ("ben", "0001")])
def test_the_latest_event_of_a_person_is_known(person: str, expected: str) -> None:
    state = ReviewState()
    state.add(history([("x", "ana", 0), ("y", "ben", 1), ("x", "ana", 4)]))
    assert state.latest[person].id == expected

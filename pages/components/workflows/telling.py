"""What the desk tells beside its answers: what was saved when, what was undone, what was decided.

No Streamlit. "Saved" is only ever said of what the store has committed.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from core.desk_events import DeskEvent
from core.review import Correction
from core.undoing import DeskDone, Step
from pages.components.workflows.keymap import REDO, UNDO, Keymap, shown
from pages.components.workflows.reviewing import Desk
from storage import Store

HOW_WORDS = {"desk": "", "bulk": "with others at once", "adjudication": "between people"}
DECISIONS = {"no_anomaly": "no anomaly", "not_sure": "not sure"}


def last_saved(
    corrections: Sequence[Correction], desk_events: Sequence[DeskEvent], person: str
) -> datetime | None:
    """Return when the person's latest event was recorded; both lists in order of recording."""
    newest = [
        next((one.created_at for one in reversed(events) if one.person == person), None)
        for events in (corrections, desk_events)
    ]
    return max((at for at in newest if at is not None), default=None)


def saved_words(store: Store, desk: Desk, person: str, zone: tzinfo | None = None) -> str:
    """Say when what the person did last was stored: of an open edit its draft.

    Args:
        zone: the clock of the person; this machine's when None.
    """
    project_id = desk.item.project_id
    at = desk.draft_saved
    if desk.draft is None:
        events = store.corrections.events(project_id)
        at = last_saved(events, store.desk_events.list(project_id), person)
    return "" if at is None else f"saved {at.astimezone(zone):%H:%M:%S}"


def step_words(store: Store, step: Step, undone: bool, keymap: Keymap, now: datetime) -> str:
    """Say what was undone or brought back, where, how long ago, and how to turn it around."""
    last = step.said[-1]
    item = store.items.get(last.project_id, last.item_id)
    name = store.series.get(last.project_id, item.series_id).info.name
    what = f"{done_words(last)} on {name}"
    if len(step.said) > 1:
        what = f"{len(step.said):,} times {done_words(last)}, {name} among them"
    back = shown(keymap.key(REDO if undone else UNDO))
    end = f"{back} brings it back." if undone else f"{back} undoes it."
    return f"{'Undone' if undone else 'Back'}: {what}, {ago_words(last.created_at, now)}. {end}"


def done_words(event: DeskDone) -> str:
    """Name what was done in a word or two."""
    if isinstance(event, Correction):
        changes = event.content is not None and event.content.kind == "change_point"
        if changes and event.decision == "no_anomaly":
            return "no change"
        return DECISIONS.get(event.decision, event.decision)
    return "undo" if event.body is None else event.body.kind


def ago_words(at: datetime, now: datetime) -> str:
    """Say how long ago something was, in its largest unit."""
    seconds = max((now - at).total_seconds(), 0)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:,.0f} {unit} ago"
    return "just now"


def history_rows(desk: Desk) -> tuple[tuple[str, str, str, str], ...]:
    """Return all that was decided on the item, the oldest first: when, who, what, how.

    Undone decisions are there with their undo: nothing is lost. Empty on a blind look.
    """
    by_id = {event.id: event for event in desk.events}
    return tuple(
        (
            f"{event.created_at.astimezone():%d %b %Y %H:%M:%S}",
            event.person,
            _what(desk, event, by_id),
            _how(event),
        )
        for event in desk.events
    )


def _what(desk: Desk, event: Correction, by_id: dict[str, Correction]) -> str:
    if event.undoes is not None:
        target = by_id[event.undoes]
        return f"{'redo of' if target.undoes else 'undo of'} {_word(target, by_id)}"
    content = event.content
    if content is None or event.decision == "no_anomaly":
        return done_words(event)
    if content.kind == "pattern":
        return f"{event.decision}: {desk.question.option(content.label or '').name}"
    n = len(content.intervals)
    what = "change point" if content.kind == "change_point" else "interval"
    return f"{event.decision}: {n} {what}{'s' * (n != 1)}"


def _word(event: Correction, by_id: dict[str, Correction]) -> str:
    """Name the decision that a chain of undos and redos is about."""
    while event.undoes is not None:
        event = by_id[event.undoes]
    return done_words(event)


def _how(event: Correction) -> str:
    parts = [HOW_WORDS[event.how]]
    if event.seconds is not None:
        parts.append(f"after {event.seconds:.1f} s")
    if event.undoes is None and event.decision != "skip" and not event.answer_ids:
        parts.append("no answer in sight")
    return ", ".join(part for part in parts if part)

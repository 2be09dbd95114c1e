"""The counterfactual probe: change a stretch, ask the same author again, see what differs.

No Streamlit. A what-if on changed data, and no evidence of truth: kept in a table of its own that
neither training nor audits nor exports read.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from core.answers import FoundInterval
from core.errors import StoreError
from core.probe import Change, ChangeKind, changed
from core.probe_differences import Difference, differences
from core.probe_records import ProbeRecord
from core.questions.base import Question
from core.render import render_png, render_record
from core.series import SeriesData, view_window
from pages.components.workflows.probe_askers import Asker, ask_again
from pages.components.workflows.reviewing import Desk
from storage import Store

CHANGES: dict[ChangeKind, str] = {
    "flatten": "Flatten",
    "remove": "Remove",
    "scale": "Scale",
    "spike": "Inject a spike",
    "shift": "Inject a level shift",
}
MEANINGS: dict[ChangeKind, str] = {
    "flatten": "Every value becomes the level around the stretch.",
    "remove": "A straight line joins the values before and after the stretch.",
    "scale": "Distances from the level around the stretch are multiplied: 0 flattens, 1 changes "
    "nothing, 2 doubles.",
    "spike": "The sample in the middle goes up by this many standard deviations of the values "
    "around; a negative number goes down.",
    "shift": "All samples go up by this many standard deviations of the values around; a negative "
    "number goes down.",
}


@dataclass(frozen=True)
class Probe:
    """A probe that was made, by whom and when."""

    id: str
    person: str
    created_at: datetime
    record: ProbeRecord


def probe(
    store: Store, desk: Desk, person: str, series: SeriesData, asker: Asker, change: Change
) -> ProbeRecord:
    """Change the window, ask the author of an answer again, and keep what came of it.

    Raises:
        AppError: when the change is impossible or the author cannot be asked; nothing is kept then.
    """
    if desk.blind:
        raise StoreError(
            "answers to this item are hidden until you have decided, and a probe would show one; "
            "decide first"
        )
    if asker.why_not:
        raise StoreError(f"the probe was not made: {asker.why_not}; choose another answer")
    view = view_window(series, desk.item.start, desk.item.stop)
    other = changed(view, change)
    began = time.monotonic()
    said = ask_again(store, desk, series, asker, other)
    record = ProbeRecord(
        change=change,
        answer_id=asker.answer.id,
        author=asker.answer.author,
        before=asker.answer.content,
        after=said.content,
        message=said.message if said.content is None else "",
        prompt=said.prompt,
        raw_text=said.raw_text,
        calls=said.calls,
        render=render_record(asker.render),
        picture_before=store.renders.put(render_png(view, asker.render)),
        picture_after=store.renders.put(render_png(other, asker.render)),
        cost_usd=said.cost_usd,
        seconds=round(time.monotonic() - began, 3),
    )
    project_id, item_id = desk.item.project_id, desk.item.id
    store.probes.add(project_id, item_id, person, record.model_dump(mode="json"))
    return record


def probes_of(store: Store, desk: Desk) -> list[Probe]:
    """Return the probes of an item, the newest first; none on a blind look."""
    if desk.blind:
        return []
    return [
        Probe(row.id, row.person, row.created_at, ProbeRecord.model_validate(row.body))
        for row in reversed(store.probes.list(desk.item.project_id, desk.item.id))
    ]


def change_words(change: Change, n_channels: int) -> str:
    """Say what was changed: `Scale by 2, samples 240 to 279 of ch2`."""
    size = {
        "scale": f" by {change.size:g}",
        "spike": f" of {change.size:+g} deviations",
        "shift": f" of {change.size:+g} deviations",
    }.get(change.kind, "")
    channels = "" if n_channels == 1 else " of " + (_channels(change.channels) or "all channels")
    return f"{CHANGES[change.kind]}{size}, {samples(change.start, change.stop)}{channels}"


def difference_words(question: Question, record: ProbeRecord) -> list[str]:
    """Say each difference between the two answers; one sentence when there is none."""
    if record.after is None:
        return [f"no answer: {record.message}"]
    found = [_words(question, record, one) for one in differences(record.before, record.after)]
    return found or ["nothing changed in the answer"]


def _words(question: Question, record: ProbeRecord, one: Difference) -> str:
    before, after = one.before, one.after
    if one.what == "label" and record.after is not None:
        names = [_option(question, each.label) for each in (record.before, record.after)]
        return f"label: {names[0]} became {names[1]}"
    if before is not None and after is None:
        return f"vanished: {_event(question, before)}"
    if after is not None and before is None:
        return f"new: {_event(question, after)}"
    if before is not None and after is not None:
        if one.what == "retyped":
            return f"type of {_event(question, before)}: now {_type(question, after)}"
        edges = f"start {after.start - before.start:+,}, end {after.stop - before.stop:+,} samples"
        return f"moved: {_event(question, before)}: {edges}"
    return "the text is another"


def _event(question: Question, one: FoundInterval) -> str:
    return f"{_type(question, one)}, {samples(one.start, one.stop)}"


def _type(question: Question, one: FoundInterval) -> str:
    return question.name_of(one)


def _option(question: Question, key: str | None) -> str:
    return "none" if key is None else question.option(key).name


def samples(start: int, stop: int) -> str:
    """Name a stretch as people count it, its last sample included."""
    return f"sample {start:,}" if stop - start == 1 else f"samples {start:,} to {stop - 1:,}"


def _channels(channels: tuple[int, ...]) -> str:
    return ", ".join(f"ch{channel + 1}" for channel in channels)

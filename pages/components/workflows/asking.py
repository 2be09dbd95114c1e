"""Plan and start a batch: which windows of which series, asked what, by whom. No Streamlit."""

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.answers import QuestionKind
from core.errors import ConfigError
from core.new_windows import windows_now
from core.questions.base import Question
from core.questions.defaults import default_change_point_question, default_open_question
from core.review import Item
from core.series import TICKS_PER_SECOND, cut_windows
from pages.components.workflows.batch_plan import BatchPlan, Cutting, PlannedWindow
from pages.components.workflows.serving import add_items
from storage import Store
from storage.rows import Job, StoredSeries
from training.requests import LabelRequest

WHOLE_WINDOW_LIMIT = 4096
LONG_SERIES_WINDOW = 2048
FEW_SERIES = 12
"""Below this many series the loop learns from time blocks, so series are cut into many windows."""
NAME_LENGTH = 40
WINDOWS_WANTED = 60
SHORTEST_WINDOW = 64

TEACHER_NAMES = {"rules": "Built-in rules"}
"""What people read for a key of `core.teachers.TEACHERS`."""


@dataclass(frozen=True)
class Continued:
    """A series that later files continued: its samples by revision, and the windows asked of it."""

    lengths: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]


def suggest_cutting(lengths: Sequence[int]) -> Cutting:
    """Suggest windows for series of these lengths (samples).

    Many series of at most 4,096 samples are shown whole. Longer ones are cut into 2,048 samples.
    With fewer than 12 series the windows are made short enough to give about 60 of them, because
    a loop cannot learn from, or be measured on, a handful of windows.
    """
    if not lengths:
        return Cutting(WHOLE_WINDOW_LIMIT, 0)
    if len(lengths) >= FEW_SERIES:
        whole = max(lengths) <= WHOLE_WINDOW_LIMIT
        if whole:
            return Cutting(WHOLE_WINDOW_LIMIT, 0)
        return Cutting(LONG_SERIES_WINDOW, LONG_SERIES_WINDOW // 8)
    length = LONG_SERIES_WINDOW
    # Windows share an eighth with the next one, so each brings seven eighths of its length.
    while length > SHORTEST_WINDOW and sum(lengths) / (length - length // 8) < WINDOWS_WANTED:
        length //= 2
    return Cutting(length, length // 8)


def window_words(series: Sequence[StoredSeries], cutting: Cutting) -> str:
    """Say how long windows last and why they are short; empty when there is nothing to say."""
    steps = [
        (row.last_tick - row.first_tick) / TICKS_PER_SECOND[row.unit] / (row.n_samples - 1)
        for row in series
        if row.first_tick is not None and row.last_tick is not None and row.n_samples > 1
    ]
    said: list[str] = []
    if any(row.n_samples > cutting.length for row in series):
        if steps:
            low, high = (_lasting(step * cutting.length) for step in (min(steps), max(steps)))
            lasts = low if low == high else f"{low} to {high}"
            said.append(f"A window of {cutting.length:,} samples lasts about {lasts} on average.")
        if len(series) < FEW_SERIES:
            said.append(
                "With few series short windows are suggested, so that there are enough to learn "
                "from and to test on; an anomaly longer than a window is not seen whole."
            )
    return " ".join(said)


def _lasting(seconds: float) -> str:
    """Say a duration in the largest unit of which there is at least one and a half."""
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 1.5 * size:
            return _number(seconds / size) + f" {unit}"
    return _number(seconds) + " seconds"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def continued_series(
    store: Store, project_id: str, series: Sequence[StoredSeries], question: Question
) -> dict[str, Continued]:
    """Return what was asked so far of those of the series that were continued, by their ids."""
    if not any(one.revision > 1 for one in series):
        return {}
    lengths = store.series.lengths(project_id)
    windows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for item in store.items.list(project_id, question.id):
        windows[item.series_id].append((item.start, item.stop))
    return {
        one.id: Continued(lengths[one.id], tuple(dict.fromkeys(windows[one.id])))
        for one in series
        if one.id in lengths
    }


def lengths_to_cut(series: Sequence[StoredSeries], continued: Mapping[str, Continued]) -> list[int]:
    """Return the lengths to suggest a cutting from: those the series began with.

    Otherwise a few new samples could tip the suggestion and cut all old ones in another way.
    """
    return [
        continued[one.id].lengths[0] if one.id in continued else one.n_samples for one in series
    ]


def plan_batch(
    series: Sequence[StoredSeries],
    question: Question,
    cutting: Cutting,
    continued: Mapping[str, Continued] | None = None,
) -> BatchPlan:
    """Cut the series into windows; raises DataError for an impossible length or overlap.

    A continued series keeps the windows it was asked with: new ones cover its new samples alone.
    """
    windows: list[PlannedWindow] = []
    there: set[PlannedWindow] = set()
    n_cut = 0
    for one in series:
        known = (continued or {}).get(one.id)
        if known is None:
            cut = cut_windows(one.n_samples, cutting.length, cutting.overlap)
        else:
            cut = windows_now(known.windows, known.lengths, cutting.length, cutting.overlap)
            there |= {(one.id, *window) for window in known.windows}
        n_cut += len(cut) > 1
        windows += [(one.id, start, stop) for start, stop in cut]
    return BatchPlan(question, cutting, tuple(windows), len(series), frozenset(there), n_cut)


def start_batch(store: Store, project_id: str, plan: BatchPlan, teacher: str) -> Job:
    """Store the items of a plan and queue the batch; asked in the order of the plan.

    Items that exist already are used again, and a teacher is not asked twice about an item.
    """
    if not plan.windows:
        raise ConfigError(
            "no series is chosen, so there is nothing to ask; choose at least one series"
        )
    windows = [(*window, plan.question.id) for window in plan.windows]
    items = add_items(store, project_id, windows)
    return queue_label_job(store, project_id, items, teacher, plan.title)


def add_open_question(store: Store, project_id: str, text: str) -> Question:
    """Store a new open question, named by the beginning of its text; the same text again adds none.

    Raises:
        ConfigError: when the text says nothing.
    """
    asked = " ".join(text.split())
    if not asked:
        raise ConfigError(
            "the question has no text, so nobody would know what to answer; "
            "write what is to be described"
        )
    for known in store.questions.current(project_id):
        if known.kind == "open" and known.text == asked:
            return known
    question = default_open_question().model_copy(update={"name": _named(asked), "text": asked})
    return store.questions.add(project_id, question)


def add_change_question(store: Store, project_id: str) -> Question:
    """Return the project's change point question, stored now if it has none."""
    known = questions_by_kind(store, project_id).get("change_point")
    return known or store.questions.add(project_id, default_change_point_question())


def _named(text: str) -> str:
    """Return the beginning of a question as its name, cut between words."""
    return textwrap.shorten(text, NAME_LENGTH, placeholder="…")


def queue_label_job(
    store: Store, project_id: str, items: Sequence[Item], teacher: str, what: str
) -> Job:
    """Queue the question of each item for a teacher, in this order; `what` is for people."""
    return store.jobs.enqueue(
        project_id,
        "label",
        f"{TEACHER_NAMES[teacher]}: {what}",
        LabelRequest(teacher=teacher, item_ids=tuple(item.id for item in items)).params(),
    )


def questions_by_kind(store: Store, project_id: str) -> dict[QuestionKind, Question]:
    """Return the newest question of each kind (the project's default ones, unless edited)."""
    return {question.kind: question for question in reversed(store.questions.current(project_id))}

"""Ask a version of the student about an item again, and hold it against what it said. No Streamlit.

The answer of now is shown and not stored: what a version says of an item was stored once, and a
second row of the same author would count in no figure.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from core.answers import Answer, AnswerContent
from core.differences import difference_words
from core.errors import JobError
from core.questions.base import Question
from core.replay import Replayed, replayed
from core.review import Item
from core.series import view_window
from pages.components.workflows.probe_student import ask_student
from pages.components.workflows.reviewing import load_desk
from storage import Store
from storage.rows import ModelVersion


@dataclass(frozen=True)
class Replay:
    """What a version says now, beside what it said.

    Attributes:
        stored: its newest stored answer; None when it never answered this item.
        same: how the two compare; None without a stored one.
        differences: event by event, in words.
        seconds: that asking took.
    """

    item: Item
    question: Question
    version: ModelVersion
    now: AnswerContent
    stored: Answer | None
    same: Replayed | None
    differences: tuple[str, ...]
    seconds: float

    @property
    def stored_at(self) -> datetime | None:
        """When the stored answer was given."""
        return None if self.stored is None else self.stored.created_at


def replayable(store: Store, project_id: str) -> list[ModelVersion]:
    """Return the versions whose model is still on this machine, the newest first."""
    return [one for one in store.versions.list(project_id) if one.folder.is_dir()]


def replay(
    store: Store, project_id: str, person: str, item_id: str, version: ModelVersion
) -> Replay:
    """Ask a version about an item again, in a process of its own; that takes some seconds.

    Raises:
        AppError: when the item or the model is gone, or the student gives no answer.
    """
    if not version.folder.is_dir():
        raise JobError(
            f"the model of student v{version.number} is not on this machine any more, so it cannot "
            "be asked again; restore its run's folder from a backup"
        )
    desk = load_desk(store, project_id, person, item_id, sighted=True)
    item, question = desk.item, desk.question
    series = store.series.data(desk.series)
    began = time.monotonic()
    now = ask_student(desk, series, version, view_window(series, item.start, item.stop))
    seconds = time.monotonic() - began
    stored = _stored(store, item, version)
    if stored is None:
        return Replay(item, question, version, now, None, None, (), seconds)
    words = difference_words(stored.content, now, ("stored", "now"), question)
    same = replayed(stored.content, now)
    return Replay(item, question, version, now, stored, same, tuple(words), seconds)


def _stored(store: Store, item: Item, version: ModelVersion) -> Answer | None:
    own = [
        answer
        for answer in store.answers.for_item(item.project_id, item.id)
        if answer.author.kind == "student" and answer.author.version == version.author_version
    ]
    return own[-1] if own else None

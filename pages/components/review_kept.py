"""The queue of this browser session, ordered anew only when it has to be."""

import time
from dataclasses import dataclass

from pages.components import session
from pages.components.page import Page
from pages.components.workflows.review_queue import Queue, build_queue, serving_student

LONG_S = 0.05
PAYS = 20


@dataclass(frozen=True)
class KeptQueue:
    """A queue as it was ordered, of what, and how long that took."""

    queue: Queue
    stamp: tuple[object, ...]
    grown: tuple[object, ...]
    began: float
    ended: float

    def may_wait(self, now: float) -> bool:
        """Tell whether ordering anew would take more of a person's time than it is worth."""
        took = self.ended - self.began
        return took > LONG_S and now - self.ended < PAYS * took


def queue_of(page: Page, question_id: str | None, patient: bool = True) -> Queue:
    """Return the queue, ordered anew when what it is made of has changed.

    While a batch is at work every decision would meet new answers: those may wait, where ordering
    takes long, for as long as it pays.
    """
    store, project_id = page.store, page.project.id
    labels = store.corrections.current(project_id).values()
    n_lost = sum(label.content is None for label in labels)  # others come in their place
    n_blind = len(store.audits.blind_items(project_id))
    stamp = (question_id, n_lost, n_blind, serving_student(store, project_id))
    grown = (store.items.count(project_id), store.answers.newest(project_id))
    kept: KeptQueue | None = session.get(session.REVIEW_QUEUE)
    waits = kept is not None and patient and kept.may_wait(time.monotonic())
    if kept is not None and kept.stamp == stamp and (kept.grown == grown or waits):
        return kept.queue
    began = time.monotonic()
    queue = build_queue(store, project_id, question_id)
    session.put(session.REVIEW_QUEUE, KeptQueue(queue, stamp, grown, began, time.monotonic()))
    return queue

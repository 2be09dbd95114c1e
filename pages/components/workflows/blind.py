"""How a person meets an item of an audit: blind, for a second look, or having seen it before.

No Streamlit. A teacher is measured by what people decide while they do not know what it said. So
nothing that any model or any other person said of such an item comes near the desk before the
person's own first decision on it, also when somebody else has decided already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.answers import Answer, AnswerContent, FailedAnswer
from core.matching import match_events
from core.review import Correction, Item, blind_decision, has_seen
from pages.components.workflows.drafting import EditDraft
from storage import Store
from storage.rows import author_key


@dataclass(frozen=True)
class AuditLook:
    """An item of an audit, as one person meets it.

    Attributes:
        batch: what people call the batch that is audited.
        look: `blind` before the person's first decision; `second` after a blind one, with the
            answers beside it; `seen` when they know the answers without a blind decision that
            stands: they took it back, or had met the item before it was drawn.
        decision: the person's blind decision, for a `second` look.
        failed: teachers that gave no answer to it in this batch; none on a `blind` look.
    """

    batch: str
    look: Literal["blind", "second", "seen"]
    decision: Correction | None = None
    failed: tuple[FailedAnswer, ...] = ()


def audit_look(
    store: Store,
    item: Item,
    person: str,
    events: Sequence[Correction],
    draft: EditDraft | None = None,
) -> AuditLook | None:
    """Say how a person meets an item; None when no audit holds it.

    Args:
        events: of the item.
        draft: the person's unfinished edit of it; one that began beside answers knows them.
    """
    project_id, item_id = item.project_id, item.id
    draw_id = store.audits.blind_items(project_id).get(item_id)
    if draw_id is None:
        return None
    job_id = next(one.job_id for one in store.audits.list(project_id) if one.id == draw_id)
    batch = store.jobs.get(job_id).title
    if not has_seen(events, person) and not (draft is not None and draft.answer_ids):
        return AuditLook(batch, "blind")
    decision = blind_decision(event for event in events if event.person == person)
    failed = _failed(store, project_id, job_id, item_id)
    return AuditLook(batch, "second" if decision else "seen", decision, failed)


def _failed(store: Store, project_id: str, job_id: str, item_id: str) -> tuple[FailedAnswer, ...]:
    """Return the last failure of each author that did not answer the item in the batch."""
    answers = store.answers.for_item(project_id, item_id)
    answered = {
        author_key(one.author) for one in answers if one.job_id == job_id and one.sample == 0
    }
    tries = store.failures.for_items(project_id, [item_id])[item_id]
    last = {
        author_key(one.author): one for one in tries if one.job_id == job_id and one.sample == 0
    }
    return tuple(one for key, one in last.items() if key not in answered)


def agreement_words(decided: AnswerContent | None, answer: Answer) -> str:
    """Say in a few words how an answer stands to a decision; empty when that gave no label.

    Intervals are paired by the one rule of `core.matching`; their types are not compared.
    """
    said = answer.content
    if decided is None:
        return ""
    if said.kind == "pattern":
        return "agrees with you" if said.label == decided.label else "differs from you"
    n_said, n_decided = len(said.intervals), len(decided.intervals)
    if not n_said or not n_decided:
        return "agrees with you" if n_said == n_decided else "differs from you"
    pairs = len(match_events(said.intervals, decided.intervals))
    if pairs == n_said == n_decided:
        return "agrees with you"
    return f"differs from you: {pairs} of your {n_decided} found, {n_said - pairs} more"

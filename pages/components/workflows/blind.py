"""How a person meets an item that is decided blind: of an audit, or of the queue's blind share.

No Streamlit. A teacher is measured by what people decide while they do not know what it said. So
nothing that any model or any other person said of such an item comes near the desk before the
person's own first decision on it, also when somebody else has decided already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent, FailedAnswer
from core.audit import Audited
from core.audit_marks import events_of, is_right
from core.pairing import paired
from core.questions.base import Question
from core.queue_order import is_blind
from core.review import Correction, Item, blind_decision, has_seen, standing_decisions
from pages.components.workflows.drafting import EditDraft
from pages.components.workflows.opinions import gives_second
from storage import Store
from storage.rows import author_key


@dataclass(frozen=True)
class AuditLook:
    """An item that is decided blind first, as one person meets it.

    Attributes:
        batch: what people call the batch that is audited; empty for the blind share of the queue.
        look: `blind` before the person's first decision; `second` after a blind one, with the
            answers beside it; `seen` when they know the answers without a blind decision that
            stands: they took it back, or had met the item before it was drawn.
        decision: the person's blind decision, for a `second` look.
        failed: teachers that gave no answer to it in this batch; none on a `blind` look.
        second_opinion: it is no item of an audit, but one that a second person decides too.
    """

    batch: str
    look: Literal["blind", "second", "seen"]
    decision: Correction | None = None
    failed: tuple[FailedAnswer, ...] = ()
    second_opinion: bool = False


def audit_look(
    store: Store,
    item: Item,
    person: str,
    events: Sequence[Correction],
    draft: EditDraft | None = None,
) -> AuditLook | None:
    """Say how a person meets an item; None when nothing asks that anything be hidden from them.

    One of the blind share is blind until somebody decides, and ordinary for who has seen it.

    Args:
        events: of the item.
        draft: the person's unfinished edit of it; one that began beside answers knows them.
    """
    project_id, item_id = item.project_id, item.id
    seen = has_seen(events, person) or (draft is not None and bool(draft.answer_ids))
    decision = blind_decision(event for event in events if event.person == person)
    draws = [one for one in store.audits.list(project_id) if item_id in one.item_ids]
    if not draws:
        shared = _blind_share_look(store, item, events, seen, decision)
        knows = draft is not None and draft.answer_ids
        if shared is not None or knows or not gives_second(store, item, person, events):
            return shared
        return AuditLook("", "blind", second_opinion=True)
    job_id = draws[-1].job_id
    batch = store.jobs.get(job_id).title
    if not seen:
        return AuditLook(batch, "blind")
    failed = _failed(store, project_id, job_id, item_id)
    return AuditLook(batch, "second" if decision else "seen", decision, failed)


def _blind_share_look(
    store: Store,
    item: Item,
    events: Sequence[Correction],
    seen: bool,
    decision: Correction | None,
) -> AuditLook | None:
    if not in_blind_share(store, item):
        return None
    if decision is not None:
        return AuditLook("", "second", decision)
    return AuditLook("", "blind") if not seen and not standing_decisions(events) else None


def in_blind_share(store: Store, item: Item) -> bool:
    """Tell whether the label policy hides an item's answers until it is decided.

    The random first draw is met as it always was, and texts cannot be compared.
    """
    project_id = item.project_id
    if not is_blind(item.id, store.policies.current(project_id).blind_share):
        return False
    drawn = any(one.item_id == item.id for one in store.gold.draw(project_id))
    return not drawn and store.questions.get(item.question_id).learned


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


def audited_of(
    item: Item,
    question: Question,
    given: AnswerContent | None,
    truth: AnswerContent,
    accepted: bool | None = None,
) -> Audited:
    """Pair what a teacher gave for an item, None where it failed, with what was decided blind."""
    return Audited(
        item_id=item.id,
        question=question,
        group=item.series_id,
        window=(item.start, item.stop),
        given=given,
        truth=truth,
        confidence=None if given is None else given.confidence,
        accepted=accepted,
    )


def agreement_words(pair: Audited) -> str:
    """Say in a few words how an answer stands to a decision, by the rule that an audit counts by.

    Types of events are not compared.
    """
    if is_right(pair):
        return "agrees with you"
    given, truth = events_of(pair, pair.given), events_of(pair, pair.truth)
    if not given or not truth:
        return "differs from you"
    found = len(paired(pair.question.kind, given, truth))
    parts = [f"finds {found} of your {len(truth)}"] if found < len(truth) else []
    parts += [f"{len(given) - found} more"] if found < len(given) else []
    return f"differs from you: {', '.join(parts)}"

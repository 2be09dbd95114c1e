"""One item on the desk: what is shown of it, and what a decision writes. No Streamlit.

Gold truth and imported labels never come through here: only answers that people may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.answers import Answer, AnswerContent
from core.desk_events import DeskEvent, preferred, standing
from core.errors import ConflictError, StoreError
from core.gold_rules import gold_label
from core.people import Identity
from core.questions.base import Question
from core.review import Correction, CurrentLabel, Decision, Item, current_label
from pages.components.chart.data import Painted
from pages.components.workflows.blind import AuditLook, audit_look
from pages.components.workflows.contested import Mine, keep_mine
from pages.components.workflows.drafting import EditDraft, content_of, draft_from
from pages.components.workflows.keeping_drafts import keep_draft, kept_draft
from pages.components.workflows.shown import serving_student, shown_answers
from pages.components.workflows.types_now import question_now
from storage import Store
from storage.rows import StoredSeries
from storage.selections import SelectionRecord
from training.material import GoldBook

ACCEPT = "accept:"
OPTION = "option:"


@dataclass(frozen=True)
class Desk:
    """Everything shown of one item.

    Attributes:
        version: how many events the item has; a decision names it, so that a decision made
            elsewhere in between is noticed.
        gold: why the item is gold, None when it is not, and for a question that gold measures not.
        gold_change: whether the label is a change that does not count until a second person stands
            behind it (`core.gold_rules`).
        draft: the person's unfinished edit.
        audit: how the person meets an item of an audit; None when it is in none. On a blind look
            there are no answers and no label here, whatever is stored.
        selection: which of several answers of the teachers was chosen; None when none was.
        events: all that was decided on the item, the oldest first; none on a blind look.
        said: what people said beside the label that stands, the oldest first; none on a blind look.
        preferred: id of the answer that the person called the better one; empty without a word.
        draft_saved: when the draft was stored.
    """

    item: Item
    question: Question
    series: StoredSeries
    answers: tuple[Answer, ...]
    label: CurrentLabel | None
    version: int
    gold: str | None
    draft: EditDraft | None
    audit: AuditLook | None = None
    selection: SelectionRecord | None = None
    gold_change: bool = False
    events: tuple[Correction, ...] = ()
    said: tuple[DeskEvent, ...] = ()
    preferred: str = ""
    draft_saved: datetime | None = None

    @property
    def blind(self) -> bool:
        """Whether the person decides without knowing what anybody said."""
        return self.audit is not None and self.audit.look == "blind"

    @property
    def second_look(self) -> bool:
        """Whether the person decided blind, and meets the answers now."""
        return self.audit is not None and self.audit.look == "second"

    @property
    def painted(self) -> Painted:
        """What a picture of this desk shows."""
        return Painted(self.item.id, tuple(a.id for a in self.answers), self.version)

    @property
    def shown(self) -> tuple[int, int]:
        """The window and half a window of context on each side, inside the series."""
        half = (self.item.stop - self.item.start) // 2
        return max(0, self.item.start - half), min(self.series.n_samples, self.item.stop + half)


def load_desk(
    store: Store, project_id: str, person: str, item_id: str, *, sighted: bool = False
) -> Desk:
    """Gather an item; raises StoreError when there is none of this id in the project.

    Args:
        sighted: nothing is hidden: for a lead who settles what others said.
    """
    item = store.items.get(project_id, item_id)
    events = store.corrections.events(project_id, item_id)
    draft = kept_draft(store, item, person)
    audit = None if sighted else audit_look(store, item, person, events, draft)
    blind = audit is not None and audit.look == "blind"
    label = None if blind else current_label(events)
    answers = [] if blind else store.answers.for_item(project_id, item_id)
    selection = None if blind else store.selections.standing(project_id, item_id)
    chosen = "" if selection is None else selection.chosen_answer_id
    serving = serving_student(store, project_id)
    shown = tuple(shown_answers(answers, serving, chosen))
    held = [*(one.content for one in shown), None if label is None else label.content, draft]
    question = question_now(store, item, held)
    gold = GoldBook(store.gold.ranges(project_id)).reason(item) if question.learned else None
    beside = store.desk_events.list(project_id, item_id)
    counts = gold_label(events, beside) if gold else None
    stands = [] if blind else standing(beside)
    return Desk(
        item=item,
        question=question,
        series=store.series.get(project_id, item.series_id),
        answers=shown,
        label=label,
        version=max((event.sequence for event in events), default=0),
        gold=gold,
        draft=draft,
        audit=audit,
        selection=selection,
        gold_change=counts is not None and counts.change is not None and not blind,
        events=() if blind else tuple(events),
        said=tuple(stands),
        preferred=preferred(stands, person),
        draft_saved=None if draft is None else store.drafts.saved_at(project_id, person, item_id),
    )


def decide(
    store: Store,
    desk: Desk,
    person: str,
    action: str,
    painted: Painted,
    seconds: float | None,
    identity: Identity = "typed",
    reason: str = "",
    words: str = "",
) -> Correction:
    """Write the decision that a button or key stands for, as of what was painted.

    Args:
        words: what is said to the lead with it; kept with a choice that met another one.

    Raises:
        ConflictError: when somebody decided on the item after it was painted; the choice is kept.
        StoreError: when the picture was of another item, or the action is unknown.
    """
    _check_painted(desk, painted)
    decision, content = choice_of(desk, action)
    # A draft that is there now was begun in another tab: it waits there, and says what happened.
    try:
        return store.corrections.record(
            desk.item.project_id,
            desk.item.id,
            person,
            decision,
            expected_sequence=painted.version,
            answer_ids=painted.answer_ids,
            content=content,
            seconds=seconds,
            reason=reason,
            identity=identity,
        )
    except ConflictError:
        mine = Mine(
            decision=decision,
            content=content,
            answer_ids=painted.answer_ids,
            version=painted.version,
            seconds=seconds,
            words=words,
        )
        keep_mine(store, desk.item, person, mine)
        raise


def choice_of(desk: Desk, action: str) -> tuple[Decision, AnswerContent | None]:
    """Return the decision that a button or key stands for, and the label it gives.

    Raises:
        StoreError: when the action is unknown, or no answer to the question.
    """
    decision, content = action, None
    if action.startswith(ACCEPT):
        decision, content = "accept", _accepted(desk, action.removeprefix(ACCEPT))
    elif action.startswith(OPTION):
        key = desk.question.option(action.removeprefix(OPTION)).key
        decision, content = "fix", AnswerContent(kind="pattern", label=key)
    if decision not in ("accept", "fix", "no_anomaly", "reject", "not_sure", "skip"):
        raise StoreError(f"{action!r} is no decision; use one of the buttons below the answers")
    if decision == "no_anomaly" and not desk.question.eventful:
        raise StoreError(
            f"“no anomaly” is no answer to {desk.question.name!r}, which does not ask for "
            "anomalies; accept, edit or reject what is said"
        )
    if decision == "no_anomaly":
        content = AnswerContent(kind=desk.question.kind)
    return decision, content


def start_edit(store: Store, desk: Desk, person: str, painted: Painted) -> EditDraft:
    """Open the editor: from the current label, else from the best answer that says something.

    An edit that was begun in another tab since this one was painted goes on.
    """

    def draft() -> EditDraft:
        candidates = [answer.content for answer in reversed(desk.answers)]
        base = desk.label.content if desk.label is not None else None
        base = base or next((c for c in candidates if _says_something(c)), None)
        return draft_from(base, desk.question.kind, painted.answer_ids, painted.version)

    return begin_edit(store, desk, person, painted, draft)


def _says_something(content: AnswerContent) -> bool:
    return bool(content.intervals or content.label or content.kind == "open")


def begin_edit(
    store: Store, desk: Desk, person: str, painted: Painted, first: Callable[[], EditDraft]
) -> EditDraft:
    """Open the editor with the draft that `first` makes, unless an edit is open already.

    Raises:
        StoreError: when the picture was of another item.
    """
    _check_painted(desk, painted)
    kept = kept_draft(store, desk.item, person)
    if kept is not None:
        return kept
    draft = first()
    save_draft(store, desk, person, draft)
    return draft


def draft_now(store: Store, desk: Desk, person: str) -> EditDraft:
    """Return the draft as it is stored: fields may have changed since the desk was shown.

    One that is gone (dropped or saved in another tab) is taken from the screen: the person is
    still at work on it there.

    Raises:
        StoreError: when there is none on the screen either.
    """
    draft = kept_draft(store, desk.item, person) or desk.draft
    if draft is None:
        raise StoreError(
            "no edit of this item is open, so there is nothing to change; press Edit first"
        )
    return draft


def save_draft(store: Store, desk: Desk, person: str, draft: EditDraft) -> None:
    """Keep an unfinished edit and the step it took, so that a reload finds both."""
    keep_draft(store, desk.item, person, draft)


def save_edit(
    store: Store,
    desk: Desk,
    person: str,
    draft: EditDraft,
    seconds: float | None,
    identity: Identity = "typed",
) -> Correction:
    """Record the draft as a fix; on any error the draft stays.

    Raises:
        AnswerError: when the draft is no answer yet.
        ConflictError: when somebody decided on the item since the edit began.
    """
    save_draft(store, desk, person, draft)
    content = content_of(draft, desk.item, desk.question)
    event = store.corrections.record(
        desk.item.project_id,
        desk.item.id,
        person,
        "fix",
        expected_sequence=draft.version,
        answer_ids=draft.answer_ids,
        content=content,
        seconds=seconds,
        identity=identity,
    )
    store.drafts.delete(desk.item.project_id, person, desk.item.id)
    return event


def rebase_draft(store: Store, desk: Desk, person: str, draft: EditDraft) -> EditDraft:
    """Let the person save over a decision made in between, after it has been shown to them.

    The answers that were shown beside it are named with theirs: a blind edit is blind no more.
    """
    now = kept_draft(store, desk.item, person) or draft
    seen = tuple(dict.fromkeys((*now.answer_ids, *desk.painted.answer_ids)))
    on_top = now.model_copy(update={"version": desk.version, "answer_ids": seen})
    save_draft(store, desk, person, on_top)
    return on_top


def _check_painted(desk: Desk, painted: Painted) -> None:
    if painted.item_id != desk.item.id:
        raise StoreError(
            "the key was pressed for an item that is no longer on the screen, so nothing was "
            "decided; look at this one and press again"
        )


def _accepted(desk: Desk, answer_id: str) -> AnswerContent:
    for answer in desk.answers:
        if answer.id == answer_id:
            return answer.content
    raise StoreError(
        "the answer you accepted has been replaced by a newer one, so nothing was decided; "
        "look at the newer answer and press again"
    )

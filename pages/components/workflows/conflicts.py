"""Two people decided on one item: both versions, and what the second one makes of it. No Streamlit.

What the second one chose is kept until they have chosen between the two, also over a reload; of a
version that was dropped the log of actions keeps the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.answers import AnswerContent
from core.errors import AnswerError
from core.model import Frozen
from core.people import Identity
from core.review import Correction, Decision
from pages.components.chart.data import Painted
from pages.components.workflows.drafting import EditDraft, content_of, draft_from
from pages.components.workflows.reviewing import (
    Desk,
    choice_of,
    rebase_draft,
    save_draft,
    save_edit,
)
from storage import Store

DROPPED = "version_dropped"


class Mine(Frozen):
    """What the second one chose, as of which version of the item."""

    decision: Decision
    content: AnswerContent | None = None
    answer_ids: tuple[str, ...] = ()
    version: int = 0
    seconds: float | None = None


@dataclass(frozen=True)
class Contest:
    """Both versions.

    Attributes:
        mine: what was chosen and not stored; of an open edit its `content` is None while it is no
            answer yet.
        theirs: the event that stands or came last; None while it must stay hidden.
        edit: the open edit that `mine` is; None when it was a key.
    """

    mine: Mine
    theirs: Correction | None
    edit: EditDraft | None = None


def keep_choice(
    store: Store, desk: Desk, person: str, action: str, painted: Painted, seconds: float | None
) -> None:
    """Keep a choice that could not be stored; a skip says nothing that could be lost."""
    decision, content = choice_of(desk, action)
    if decision == "skip":
        return
    mine = Mine(
        decision=decision,
        content=content,
        answer_ids=painted.answer_ids,
        version=painted.version,
        seconds=seconds,
    )
    item = desk.item
    store.contested.save(item.project_id, person, item.id, mine.model_dump(mode="json"))


def contest_of(store: Store, desk: Desk, person: str) -> Contest | None:
    """Return both versions of a desk whose person has to choose; None when there is no need."""
    item, edit = desk.item, desk.draft
    kept = store.contested.get(item.project_id, person, item.id)
    if edit is not None and edit.version != desk.version:
        mine = _of_edit(desk, edit)
    elif kept is not None and edit is None:
        mine, edit = Mine.model_validate(kept), None
    else:
        return None
    events = store.corrections.events(item.project_id, item.id)
    since = [event for event in events if event.sequence > mine.version]
    # Whoever decided again after that has seen the other version, and made up their mind.
    own = any(event.person == person and event.decision != "undo" for event in since)
    if not since or (edit is None and own):
        return None
    return Contest(mine, None if desk.blind else _theirs(desk, since), edit)


def keep_theirs(
    store: Store, desk: Desk, person: str, contest: Contest, identity: Identity = "typed"
) -> None:
    """Let the other version stand."""
    _drop(store, desk, person, contest, identity)
    store.drafts.delete(desk.item.project_id, person, desk.item.id)


def edit_theirs(
    store: Store, desk: Desk, person: str, contest: Contest, identity: Identity = "typed"
) -> None:
    """Open the editor with the other version in it, in place of one's own."""
    _drop(store, desk, person, contest, identity)
    label, seen = desk.label, _seen(desk, contest.mine.answer_ids)
    base = label.content if label is not None else None
    draft = draft_from(base, desk.question.kind, seen, desk.version)
    save_draft(store, desk, person, draft)


def save_mine(
    store: Store, desk: Desk, person: str, contest: Contest, identity: Identity = "typed"
) -> Correction:
    """Store one's own version after the other, which stays in the history.

    Raises:
        AnswerError: when an edit is no answer yet.
        ConflictError: when the item changed once more; both versions are shown again.
    """
    item, mine = desk.item, contest.mine
    if contest.edit is not None:
        draft = rebase_draft(store, desk, person, contest.edit)
        event = save_edit(store, desk, person, draft, mine.seconds, identity)
    else:
        event = store.corrections.record(
            item.project_id,
            item.id,
            person,
            mine.decision,
            expected_sequence=desk.version,
            answer_ids=_seen(desk, mine.answer_ids),
            content=mine.content,
            seconds=mine.seconds,
            identity=identity,
        )
    store.contested.delete(item.project_id, person, item.id)
    return event


def _of_edit(desk: Desk, edit: EditDraft) -> Mine:
    try:
        content = content_of(edit, desk.item, desk.question)
    except AnswerError:
        content = None  # still at work on it
    return Mine(decision="fix", content=content, answer_ids=edit.answer_ids, version=edit.version)


def _theirs(desk: Desk, since: Sequence[Correction]) -> Correction:
    label = desk.label
    return label.event if label is not None else since[-1]


def _seen(desk: Desk, answer_ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*answer_ids, *desk.painted.answer_ids)))


def _drop(store: Store, desk: Desk, person: str, contest: Contest, identity: Identity) -> None:
    item = desk.item
    said = contest.edit if contest.edit is not None else contest.mine
    store.actions.add(
        item.project_id, person, DROPPED, item.id, said.model_dump(mode="json"), identity
    )
    store.contested.delete(item.project_id, person, item.id)

"""Corrections: people's decisions on items, append-only. Undo and redo are events too."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select
from sqlalchemy.orm import Session

from core.answers import AnswerContent
from core.errors import ConflictError, StoreError
from core.ids import new_id, utc_now
from core.people import Identity
from core.review import (
    LABELLING,
    Correction,
    CurrentLabel,
    Decision,
    How,
    current_label,
    redoable,
    undoable,
)
from storage.bulk_rules import check_bulk
from storage.database import Database
from storage.event_log import EventLog
from storage.policy_guard import held_to_policy
from storage.tables import AnswerRow, Base, CorrectionRow, ItemRow

# The write lock is held while these run, and everybody waits for it: they are built once, the first
# asks all there is to check, and no object of the ORM is made of a decision.
_ITEM_ID = bindparam("item_id")
_LAST = select(func.max(CorrectionRow.sequence)).where(CorrectionRow.item_id == _ITEM_ID)
_N_ANSWERS = select(func.count(AnswerRow.id)).where(
    AnswerRow.item_id == _ITEM_ID, AnswerRow.id.in_(bindparam("ids", expanding=True))
)
_ITEM_NOW = select(
    ItemRow.project_id,
    _LAST.scalar_subquery().label("last"),
    _N_ANSWERS.scalar_subquery().label("n_answers"),
).where(ItemRow.id == _ITEM_ID)
_INSERT = insert(Base.metadata.tables[CorrectionRow.__tablename__])


@dataclass(frozen=True)
class BulkDecision:
    """One of many decisions made with one key.

    Attributes:
        expected_sequence: how many events the person saw on the item when deciding.
        answer_ids: the answers in sight; one of them is accepted.
    """

    item_id: str
    decision: Decision
    expected_sequence: int
    answer_ids: tuple[str, ...]
    content: AnswerContent


@dataclass(frozen=True)
class BulkRecord:
    """What was stored of decisions in bulk, and the items that somebody decided on in between."""

    events: tuple[Correction, ...]
    conflicts: tuple[str, ...]


class Corrections:
    """The review events of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.log = EventLog(db, CorrectionRow, Correction.model_validate_json)
        self._labels: dict[str, _Labels] = {}
        self._lock = threading.Lock()

    def record(
        self,
        project_id: str,
        item_id: str,
        person: str,
        decision: Decision,
        *,
        expected_sequence: int,
        answer_ids: Sequence[str] = (),
        content: AnswerContent | None = None,
        undoes: str | None = None,
        seconds: float | None = None,
        how: How = "desk",
        identity: Identity = "typed",
        reason: str = "",
    ) -> Correction:
        """Append a decision.

        Args:
            expected_sequence: how many events the person saw on the item when deciding.
            content: the resulting label; `no_anomaly` needs none.
            reason: why it was skipped.

        Raises:
            ConflictError: when somebody decided on the item in between.
            StoreError: when item or answers are not there, decision and content do not fit, or a
                decision in bulk touches gold or is not sure enough.
            PolicyError: when the label breaks the project's policy; where the policy says so, an
                interval is cut instead, and `changed` of what is returned says that.
        """
        if decision == "no_anomaly" and content is None:
            content = AnswerContent(kind="anomaly")
        _check_content(decision, content, undoes)
        event = Correction(
            id=new_id(),
            project_id=project_id,
            item_id=item_id,
            person=person,
            decision=decision,
            sequence=expected_sequence + 1,
            created_at=utc_now(),
            answer_ids=tuple(answer_ids),
            content=content,
            undoes=undoes,
            seconds=seconds,
            how=how,
            identity=identity,
            reason=reason,
        )
        with self._db.write() as session:
            _check_sequence(session, event, _check_item(session, event))
            if how == "bulk":
                check_bulk(session, event)
            event = held_to_policy(session, event)
            _add(session, event)
        return event

    def record_many(
        self,
        project_id: str,
        person: str,
        decided: Sequence[BulkDecision],
        identity: Identity = "typed",
    ) -> BulkRecord:
        """Append decisions that were made with one key, in one transaction; one undo takes all.

        What somebody decided on in between is left out and listed, never overwritten.

        Raises:
            StoreError: when an item touches gold, when an accepted answer is less sure than the
                label policy lets pass in bulk, or item, answers, decision and content do not fit;
                nothing is stored then.
        """
        group, now = new_id(), utc_now()
        stored: list[Correction] = []
        conflicts: list[str] = []
        with self._db.write() as session:
            for one in decided:
                _check_content(one.decision, one.content, None)
                event = Correction(
                    id=new_id(),
                    project_id=project_id,
                    item_id=one.item_id,
                    person=person,
                    decision=one.decision,
                    sequence=one.expected_sequence + 1,
                    created_at=now,
                    answer_ids=one.answer_ids,
                    content=one.content,
                    how="bulk",
                    group=group,
                    identity=identity,
                )
                last = _check_item(session, event)
                check_bulk(session, event)
                event = held_to_policy(session, event)
                if last == one.expected_sequence:
                    _add(session, event)
                    stored.append(event)
                else:
                    conflicts.append(event.item_id)
        return BulkRecord(tuple(stored), tuple(conflicts))

    def undo(self, project_id: str, person: str, identity: Identity = "typed") -> Correction:
        """Take back the person's latest decision that still stands, with an `undo` event."""
        with self._db.write() as session:
            target = undoable(_read(session, _of_person(project_id, person)), person)
            if target is None:
                raise StoreError(
                    f"{person!r} asked to undo, but no decision of theirs is standing in this "
                    "project; only one's own decisions can be undone, so there is nothing to do"
                )
            return _take_back(session, target, identity)

    def redo(self, project_id: str, person: str, identity: Identity = "typed") -> Correction:
        """Take back the person's latest undo, when they have decided nothing since."""
        with self._db.write() as session:
            target = redoable(_read(session, _of_person(project_id, person)), person)
            if target is None:
                raise StoreError(
                    f"{person!r} asked to redo, but has undone nothing since their latest decision "
                    "in this project; decide on the item again instead"
                )
            return _take_back(session, target, identity)

    def take_back(
        self, session: Session, target: Correction, identity: Identity, group: str
    ) -> None:
        """Write an undo of an event in a transaction that holds the write lock."""
        _take_back(session, target, identity, group)

    def events(self, project_id: str, item_id: str | None = None) -> list[Correction]:
        """Return events in the order in which they were recorded."""
        return self.log.events(project_id, item_id)

    def since(self, project_id: str, n_seen: int) -> list[Correction]:
        """Return the events after the first `n_seen`, to go on from what was made of those."""
        return self.log.since(project_id, n_seen)

    def current(self, project_id: str) -> dict[str, CurrentLabel]:
        """Return the current label of each item on which a decision stands.

        Only items with new events are folded again.
        """
        with self._lock:
            known = self._labels.setdefault(project_id, _Labels())
            new = self.log.since(project_id, known.n_events)
            for item_id in {event.item_id: None for event in new}:
                events = self.log.events(project_id, item_id)
                known.labels[item_id] = current_label(events)
            known.n_events += len(new)
            return {item: label for item, label in known.labels.items() if label is not None}

    def sequences(self, project_id: str) -> dict[str, int]:
        """Return the number of events on each item that has any: what `record` expects."""
        query = (
            select(CorrectionRow.item_id, func.max(CorrectionRow.sequence))
            .where(CorrectionRow.project_id == project_id)
            .group_by(CorrectionRow.item_id)
        )
        with self._db.read() as session:
            return dict(session.execute(query).all())


@dataclass
class _Labels:
    """The labels of a project's items after its first `n_events` events."""

    n_events: int = 0
    labels: dict[str, CurrentLabel | None] = field(default_factory=dict[str, CurrentLabel | None])


def _read(session: Session, *conditions: ColumnElement[bool]) -> list[Correction]:
    """Read events anew, in a session that may write them."""
    query = select(CorrectionRow.body).where(*conditions).order_by(CorrectionRow.position)
    return [Correction.model_validate_json(body) for body in session.scalars(query)]


def _of_person(project_id: str, person: str) -> ColumnElement[bool]:
    return (CorrectionRow.project_id == project_id) & (CorrectionRow.person == person)


def _take_back(
    session: Session, target: Correction, identity: Identity = "typed", group: str = ""
) -> Correction:
    event = Correction(
        id=new_id(),
        project_id=target.project_id,
        item_id=target.item_id,
        person=target.person,
        decision="undo",
        sequence=_last_sequence(session, target.item_id) + 1,
        created_at=utc_now(),
        undoes=target.id,
        group=group,
        identity=identity,
    )
    _add(session, event)
    return event


def _check_content(decision: Decision, content: AnswerContent | None, undoes: str | None) -> None:
    if (decision in LABELLING) != (content is not None):
        raise StoreError(
            f"the decision {decision!r} came {'with' if content else 'without'} a label; accept, "
            "fix and no_anomaly need one and the others have none; give the content that the "
            "person saw"
        )
    if decision == "no_anomaly" and content is not None and content.intervals:
        raise StoreError(
            f"the decision 'no_anomaly' came with {len(content.intervals)} intervals, which "
            "contradicts it; record a 'fix', or remove the intervals"
        )
    if (decision == "undo") != (undoes is not None):
        raise StoreError(
            f"the decision {decision!r} came with undoes={undoes!r}; an undo, and nothing else, "
            "names the event it takes back; use corrections.undo"
        )


def _check_item(session: Session, event: Correction) -> int:
    """Refuse a decision on what is not there; return the sequence of the item's last event."""
    named = {"item_id": event.item_id, "ids": event.answer_ids}
    item = session.connection().execute(_ITEM_NOW, named).first()
    if item is None or item.project_id != event.project_id:
        raise StoreError(
            f"there is no item {event.item_id} in this project, so nothing can be decided on it; "
            "open the item from the queue"
        )
    if item.n_answers != len(set(event.answer_ids)):
        _refuse_answers(session, event)
    if event.undoes is not None:
        target = session.scalar(select(CorrectionRow).where(CorrectionRow.id == event.undoes))
        if target is None or target.item_id != event.item_id or target.person != event.person:
            raise StoreError(
                f"event {event.undoes} is no decision of {event.person!r} on this item; only one's "
                "own decisions can be undone; use corrections.undo"
            )
    return item.last or 0


def _refuse_answers(session: Session, event: Correction) -> None:
    query = select(AnswerRow.id).where(
        AnswerRow.item_id == event.item_id, AnswerRow.id.in_(event.answer_ids)
    )
    strangers = set(event.answer_ids) - set(session.scalars(query))
    raise StoreError(
        f"the decision names answers {sorted(strangers)} that are not of its item, so it "
        "cannot have been made on them; reload the item and decide again"
    )


def _check_sequence(session: Session, event: Correction, sequence: int) -> None:
    if sequence == event.sequence - 1:
        return
    last = session.scalar(
        select(CorrectionRow).where(
            CorrectionRow.item_id == event.item_id, CorrectionRow.sequence == sequence
        )
    )
    by = f": the last was {last.decision!r} by {last.person!r}" if last is not None else ""
    raise ConflictError(
        f"you decided after seeing {event.sequence - 1} events on this item, but it has {sequence} "
        f"by now{by}; nothing was stored: look at the item as it is and decide again"
    )


def _last_sequence(session: Session, item_id: str) -> int:
    return session.connection().scalar(_LAST, {"item_id": item_id}) or 0


def _add(session: Session, event: Correction) -> None:
    values: dict[str, Any] = {
        name: getattr(event, name)
        for name in (
            "id",
            "project_id",
            "item_id",
            "person",
            "decision",
            "sequence",
            "undoes",
            "created_at",
        )
    }
    session.connection().execute(_INSERT, {**values, "body": event.model_dump_json()})

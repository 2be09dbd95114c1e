"""A stretch that a person has checked: an item and their decision on it. No Streamlit.

The marks inside become the label; no mark means that there is no anomaly in the stretch. It is
decided without an answer to start from; the answers that were in sight are named with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.annotations import Mark
from core.answers import AnswerContent, FoundInterval, Span
from core.errors import ConfigError, DataError
from core.people import Identity
from core.questions.base import Question
from core.review import Correction, CurrentLabel, Decision, Item, current_label, undoable
from pages.components.words import count
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.browsing import ItemRow
from storage import Store
from storage.rows import StoredSeries
from training.material import GoldBook

LONGEST = 4096


@dataclass(frozen=True)
class Stretch:
    """Samples `[start, stop)` with what is known of them as an item of the anomaly question.

    Attributes:
        version: how many decisions there were on it when it was shown.
        label: what people decided on exactly this stretch before.
        cut: how many of the marks reach beyond it; only their part inside is taken.
        gold: what reserving samples of it means for a decision; empty when none are.
    """

    question: Question
    start: int
    stop: int
    marks: tuple[Mark, ...]
    version: int = 0
    label: CurrentLabel | None = None
    cut: int = 0
    gold: str = ""

    @property
    def problem(self) -> str:
        """Say why the stretch cannot be one item; empty when it can."""
        length = self.stop - self.start
        if length <= LONGEST:
            return ""
        return (
            f"{count(length, 'sample')} are in sight, and one window holds at most {LONGEST:,}: "
            "zoom in"
        )


def stretch_of(
    store: Store,
    stored: StoredSeries,
    person: str,
    samples: tuple[int, int],
    marks: Sequence[Mark],
) -> Stretch:
    """Gather what is known of a stretch; `marks` are all that stand on the series."""
    start, stop = samples
    question = questions_by_kind(store, stored.project_id).get("anomaly")
    if question is None:
        raise ConfigError(
            "this project has no question about anomalies, so a checked stretch would answer none; "
            "add one first"
        )
    own = [m for m in marks if m.person == person and m.start < stop and m.stop > start]
    wanted = (*samples, question.id)
    items = store.items.list(stored.project_id, question.id, stored.id)
    item = next((i for i in items if (i.start, i.stop, i.question_id) == wanted), None)
    events = [] if item is None else store.corrections.events(stored.project_id, item.id)
    gold = GoldBook(store.gold.ranges(stored.project_id))
    return Stretch(
        question=question,
        start=start,
        stop=stop,
        marks=tuple(sorted(own, key=lambda m: (m.start, m.stop, m.id))),
        version=max((event.sequence for event in events), default=0),
        label=current_label(events),
        cut=sum(m.start < start or m.stop > stop for m in own),
        gold="" if not gold.touches(stored.id, start, stop) else _GOLD,
    )


_GOLD = "It shares samples with gold, so models may be measured with it and none learns from it."


def check_stretch(
    store: Store,
    stored: StoredSeries,
    person: str,
    stretch: Stretch,
    answer_ids: Sequence[str] = (),
    version: int | None = None,
    identity: Identity = "typed",
) -> Correction:
    """Store the stretch as an item and the person's decision on it.

    Args:
        answer_ids: answers that were in sight; those on exactly this stretch are named.
        version: how many decisions the person saw on it; as many as there are when None.
        identity: how the person's name was given.

    Raises:
        DataError: when it is longer than a window, or a mark has a type the question has not.
        ConflictError: when somebody decided on it since it was shown.
    """
    if stretch.problem:
        raise DataError(f"{stretch.problem}; nothing was stored")
    content = content_of_marks(stretch)
    decision: Decision = "fix" if content.intervals else "no_anomaly"
    window = (stored.id, stretch.start, stretch.stop, stretch.question.id)
    (item,) = store.items.add_many(stored.project_id, [window])
    known = {answer.id for answer in store.answers.for_item(stored.project_id, item.id)}
    return store.corrections.record(
        stored.project_id,
        item.id,
        person,
        decision,
        expected_sequence=stretch.version if version is None else version,
        answer_ids=[one for one in answer_ids if one in known],
        content=content,
        identity=identity,
    )


def content_of_marks(stretch: Stretch) -> AnswerContent:
    """Return the marks inside a stretch as an answer; what reaches beyond it is cut at its edge.

    Raises:
        AnswerError: when a mark's type does not belong to the question.
    """
    found: list[FoundInterval] = []
    spans: list[Span] = []
    for number, mark in enumerate(stretch.marks, start=1):
        if mark.type_id is not None:
            stretch.question.type_of(mark.type_id)
        found.append(
            FoundInterval(
                number=number,
                start=max(mark.start, stretch.start),
                stop=min(mark.stop, stretch.stop),
                channels=mark.channels,
                type_id=mark.type_id,
            )
        )
        if mark.note.strip():
            spans.append(Span(text=f"{mark.note.strip()} ", interval=number))
    return AnswerContent(kind="anomaly", intervals=tuple(found), rationale=tuple(spans))


def differing_checks(items: Sequence[ItemRow], person: str, marks: Sequence[Mark]) -> list[Item]:
    """Return the stretches whose check says something else than the person's marks by now.

    A decision made in Review is no check: it took its time, which is kept with it.
    """
    found: list[Item] = []
    for one in items:
        item, label = one.item, one.label
        if label is None or label.content is None or one.question.kind != "anomaly":
            continue
        if label.event.person != person or label.event.seconds is not None:
            continue
        checked = {(i.start, i.stop, i.channels, i.type_id) for i in label.content.intervals}
        stand = {
            (max(m.start, item.start), min(m.stop, item.stop), m.channels, m.type_id)
            for m in marks
            if m.start < item.stop and m.stop > item.start
        }
        if checked != stand:
            found.append(item)
    return found


def take_back(
    store: Store, project_id: str, person: str, event_id: str, identity: Identity = "typed"
) -> None:
    """Undo a check, while it is the person's latest decision.

    Raises:
        DataError: when they have decided something else since.
    """
    last = undoable(store.corrections.events(project_id), person)
    if last is None or last.id != event_id:
        raise DataError(
            "you have decided on something else since, so taking back would undo that instead; "
            "open the stretch in Review to change it"
        )
    store.corrections.undo(project_id, person, identity)

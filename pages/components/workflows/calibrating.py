"""A calibration round in a project: which items it draws, what is answered, what comes of it.

No Streamlit. Nothing here writes a label. Gold is never drawn: its answers stay unseen.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from core.answers import AnswerContent
from core.calibration import (
    Candidate,
    Practised,
    RoundStarted,
    draw,
    is_agreed,
    stratum_of,
    summary,
)
from core.desk_events import DeskEvent, standing
from core.errors import ConfigError, PolicyError
from core.ids import new_id
from core.policy import hold
from core.questions.base import Question
from core.review import Item
from pages.components.workflows.blind import AuditLook
from pages.components.workflows.keeping_drafts import kept_draft
from pages.components.workflows.reviewing import Desk
from pages.components.workflows.rounds import Round, practised_items, rounds
from pages.components.workflows.types_now import question_now
from storage import Store
from training.material import GoldBook

FEW_DECISIONS = 50
"""Whoever decided less than this is asked to do a round first."""
FEWEST = 5
"""Items that a round needs: a figure of fewer says nothing."""


def n_decisions(store: Store, project_id: str, person: str) -> int:
    """Return how many items a person decided."""
    events = store.corrections.events(project_id)
    return len(
        {e.item_id for e in events if e.person == person and e.decision not in ("undo", "skip")}
    )


def needs_round(store: Store, project_id: str, person: str) -> bool:
    """Tell whether a round is meant for a person: few decisions, none done, items enough."""
    return (
        n_decisions(store, project_id, person) < FEW_DECISIONS
        and not any(one.ended for one in rounds(store, project_id, person))
        and any(
            len(agreed_items(store, project_id, person, question)) >= FEWEST
            for question in learned_questions(store, project_id)
        )
    )


def learned_questions(store: Store, project_id: str) -> list[Question]:
    """Return the questions that a round can ask."""
    return [one for one in store.questions.current(project_id) if one.learned]


def agreed_items(store: Store, project_id: str, person: str, question: Question) -> list[Candidate]:
    """Return the items of a question that a round for this person may draw.

    Decided, with a label to be measured against, no sample of gold in sight, and neither decided
    nor met in a round by the person.
    """
    gold = GoldBook(store.gold.ranges(project_id))
    labels = store.corrections.current(project_id)
    events = store.corrections.events(project_id)
    known = {one.item_id for one in events if one.person == person}
    known |= practised_items(store, project_id, person)
    reviews: dict[str, list[DeskEvent]] = defaultdict(list)
    for one in standing(store.desk_events.list(project_id)):
        reviews[one.item_id].append(one)
    people = store.people.current(project_id)
    leads = frozenset(name for name, one in people.items() if one.role == "lead")
    series = {one.id for one in store.series.list(project_id)}
    return [
        Candidate(item.id, label.event.id, stratum_of(content))
        for item in store.items.list(project_id, question.id)
        if item.series_id in series
        and item.id not in known
        and not gold.touches(item.series_id, item.start, item.stop)
        and (label := labels.get(item.id)) is not None
        and (content := label.content) is not None
        and is_agreed(label, reviews[item.id], leads if people else None)
    ]


def start_round(
    store: Store,
    project_id: str,
    person: str,
    question: Question,
    rng: np.random.Generator | None = None,
) -> Round:
    """Draw a round and store it.

    Raises:
        ConfigError: when too few items have an agreed label.
    """
    found = agreed_items(store, project_id, person, question)
    if len(found) < FEWEST:
        raise ConfigError(
            f"{len(found)} windows of “{question.name}” have an agreed label that {person} has not "
            f"seen, and a round needs {FEWEST}: let a second person decide some blind, or a lead "
            "approve labels, then come back"
        )
    chosen = draw(found, rng or np.random.default_rng())
    started = RoundStarted(
        round_id=new_id(),
        question_id=question.id,
        item_ids=tuple(one.item_id for one in chosen),
        correction_ids=tuple(one.correction_id for one in chosen),
    )
    first = chosen[0].item_id
    row = store.calibrations.add(project_id, first, person, started.model_dump(mode="json"))
    return Round(person, started, row.created_at)


def open_round(store: Store, project_id: str, person: str) -> Round | None:
    """Return the person's latest round if it is not at its end."""
    own = rounds(store, project_id, person)
    return own[-1] if own and own[-1].left else None


def drafts_of(person: str) -> str:
    """Return whose drafts the edits of a round are: those of review stay apart from them."""
    return f"{person} (calibration)"


def practice_desk(store: Store, project_id: str, person: str, item_id: str) -> Desk:
    """Return an item as a round shows it: nothing of what anybody said."""
    item = store.items.get(project_id, item_id)
    draft = kept_draft(store, item, drafts_of(person))
    return Desk(
        item=item,
        question=question_now(store, item, [draft]),
        series=store.series.get(project_id, item.series_id),
        answers=(),
        label=None,
        version=0,
        gold=None,
        draft=draft,
        audit=AuditLook("calibration", "blind"),
    )


def practise(
    store: Store, project_id: str, one: Round, desk: Desk, content: AnswerContent
) -> Practised:
    """Store an answer of a round, and the summary with the last one. No label comes of it.

    Raises:
        PolicyError: when the answer breaks the label policy, as Review would say.
    """
    item = desk.item
    answer = Practised(
        round_id=one.started.round_id,
        item_id=item.id,
        series_id=item.series_id,
        given=_held(store, desk, content),
        agreed=_agreed(store, project_id, one, item),
        correction_id=one.agreed_by[item.id],
    )
    store.calibrations.add(project_id, item.id, one.person, answer.model_dump(mode="json"))
    store.drafts.delete(project_id, drafts_of(one.person), item.id)
    _end(store, project_id, one, [*one.answers, answer], item)
    return answer


def _agreed(store: Store, project_id: str, one: Round, item: Item) -> AnswerContent:
    events = store.corrections.events(project_id, item.id)
    found = next(event for event in events if event.id == one.agreed_by[item.id])
    assert found.content is not None  # only items with a label are drawn
    return found.content


def _end(
    store: Store, project_id: str, one: Round, answers: Sequence[Practised], item: Item
) -> None:
    if {*one.started.item_ids} - {answer.item_id for answer in answers}:
        return
    ended = summary(one.started, answers, one.person)
    store.calibrations.add(project_id, item.id, one.person, ended.model_dump(mode="json"))


def _held(store: Store, desk: Desk, content: AnswerContent) -> AnswerContent:
    project_id = desk.item.project_id
    held = hold(
        content,
        store.policies.current(project_id),
        {known.type.id: known for known in store.types.list(project_id)},
        desk.series.n_channels,
        own_words=content.kind == "anomaly" and bool(content.intervals),
    )
    if held.problems:
        raise PolicyError(
            "the project's label policy does not take this label: " + "; ".join(held.problems)
        )
    return held.content


def standing_types(content: AnswerContent) -> list[str]:
    """Return the ids of the types of an answer, the most frequent first."""
    counted = Counter(one.type_id for one in content.intervals if one.type_id is not None)
    return [key for key, _ in counted.most_common()]

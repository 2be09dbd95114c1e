"""The audit of a batch: draw a random sample, see how far people are, measure what was answered.

No Streamlit. How an item of the sample is met in Review is said in `blind`; what the figures mean
in `core.audit`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.answers import Answer, AnswerContent, Author, FailedAnswer
from core.audit import Audited, AuditReport, Sample
from core.audit_figures import audit_teacher
from core.errors import ConfigError
from core.review import Correction, Item, blind_decision, current_label, has_seen
from pages.components.workflows.blind import audited_of
from pages.components.workflows.drawing import shuffle_key
from pages.components.workflows.review_queue import can_decide
from storage import Store
from storage.audits import AuditDraw
from training.material import GoldBook

Tried = dict[str, Answer | FailedAnswer]
"""What one author made of each item of a batch, by item id."""

CHOSEN = Author(kind="teacher", name="the chosen answers")
"""Stands for what was chosen among several answers: that is what a student learns."""


@dataclass(frozen=True)
class AuditCounts:
    """How far an audit is.

    Attributes:
        n: items drawn.
        blind: of the n, those with a blind decision that stands.
        unsure: of the blind ones, those that gave no label: the reviewer was not sure.
        changed: of the blind ones, those that say something else now. The audit counts what was
            said before the answers were seen.
    """

    n: int
    blind: int
    unsure: int
    changed: int


def draw_audit(
    store: Store, project_id: str, job_id: str, n: int, person: str, seed: int | None = None
) -> AuditDraw:
    """Draw `n` items of a batch at random, without replacement, for a blind review.

    The population is what the batch answered or failed at and Review can still be blind about. Left
    out are gold by construction, whose truth is known without anybody; windows half in a reserved
    block, which nobody decides; and what somebody has met with the answers in sight. Every item of
    the population is as likely to be drawn as any other, so the estimate is honest for it, and says
    nothing of what was left out. Failed items are in it, or refusing what is hard would look good.

    The seed puts all items into one random order, and the sample is its beginning. A larger `n`
    later goes further in that order: a new draw with the earlier items first. Items that came to
    the batch meanwhile have their places in it too, so that those before the last one drawn are
    taken as well, even if that makes more than `n`.

    Args:
        n: items wanted in all; the whole population when there are fewer. What was drawn earlier
            counts, and is returned as it is when it is enough.
        seed: of the order; drawn when None, and that of the earlier draw where there is one.

    Raises:
        ConfigError: when `n` is below 1, or the batch has nothing to draw from.
    """
    earlier = store.audits.for_job(project_id, job_id)
    if earlier is not None and n <= len(earlier.item_ids):
        return earlier
    there = _population(store, project_id, job_id)
    if n < 1 or not there:
        raise ConfigError(
            f"{n:,} items were asked for, of {len(there):,} that this batch tried and nobody has "
            "seen the answers to, so there is no sample to draw; ask for at least one, of a batch "
            "that has answered"
        )
    if earlier is not None:
        seed = earlier.seed
    elif seed is None:
        seed = int(np.random.default_rng().integers(2**31))
    kept = () if earlier is None else earlier.item_ids
    chosen = chosen_items(there, n, seed, kept)
    if earlier is not None and chosen == kept:
        return earlier  # the batch has no more
    return store.audits.draw(project_id, job_id, chosen, len(there.union(kept)), seed, person)


def chosen_items(there: Collection[str], n: int, seed: int, kept: Sequence[str]) -> tuple[str, ...]:
    """Return the first `n` of the random order that a seed puts items in, those kept before them.

    They are more than `n` when the last one kept stands further behind.
    """
    order = sorted(there, key=lambda item_id: shuffle_key(f"{seed}:{item_id}"))
    reached = max((order.index(one) + 1 for one in kept if one in there), default=0)
    return tuple(dict.fromkeys((*kept, *order[: max(n, reached)])))


def audit_counts(store: Store, project_id: str, draw: AuditDraw) -> AuditCounts:
    """Count how far the audit of a draw is."""
    events = _events(store, project_id)
    blind = {one: e for one in draw.item_ids if (e := blind_decision(events[one])) is not None}
    return AuditCounts(
        n=len(draw.item_ids),
        blind=len(blind),
        unsure=sum(event.content is None for event in blind.values()),
        changed=sum(_changed(event, events[one]) for one, event in blind.items()),
    )


def audit_progress(store: Store, project_id: str, draw: AuditDraw) -> tuple[int, int]:
    """Return how many items of a draw were decided blind, and how many it has."""
    counts = audit_counts(store, project_id, draw)
    return counts.blind, counts.n


def audited(store: Store, project_id: str, draw: AuditDraw) -> dict[Author, Sequence[Audited]]:
    """Pair what each teacher of the batch said of an item with the first blind decision on it.

    A decision that was undone does not count, and one that gave no label gives no truth: both leave
    the item out. What anybody said after they had seen the answers changes nothing here.
    """
    events = _events(store, project_id)
    items = _items(store, project_id, draw.item_ids)
    questions = {one: store.questions.get(one) for one in {i.question_id for i in items.values()}}
    found: dict[Author, Sequence[Audited]] = {}
    for author, tried in _tried(store, project_id, draw.job_id).items():
        rows: list[Audited] = []
        for item_id, item in items.items():
            decision = blind_decision(events[item_id])
            if item_id in tried and decision is not None and decision.content is not None:
                said = tried[item_id]
                given = said.content if isinstance(said, Answer) else None
                accepted = given is not None and _accepted(given, events[item_id])
                question = questions[item.question_id]
                rows.append(audited_of(item, question, given, decision.content, accepted))
        found[author] = rows
    return found


def report_for(store: Store, project_id: str, draw: AuditDraw) -> dict[Author, AuditReport]:
    """Say how far each teacher of a batch can be trusted, from what was decided blind so far."""
    tried = _tried(store, project_id, draw.job_id)
    reports: dict[Author, AuditReport] = {}
    for author, rows in audited(store, project_id, draw).items():
        reports[author] = audit_teacher(rows, _samples(store, draw, tried[author]))
    return reports


def _samples(store: Store, draw: AuditDraw, tried: Collection[str]) -> dict[str, Sample]:
    """Return how many items of each question were drawn, of how many that an author tried.

    Of no more than there were at the draw: the batch may have gone on since.
    """
    items = _items(store, draw.project_id)
    gold = GoldBook(store.gold.ranges(draw.project_id))
    tried_items = [items[one] for one in tried if one in items]
    sizes = Counter(item.question_id for item in tried_items if can_decide(gold, item))
    drawn = set(draw.item_ids)
    counts = Counter(item.question_id for item in tried_items if item.id in drawn)
    return {
        question_id: Sample(n, max(n, min(sizes[question_id], draw.population)))
        for question_id, n in counts.items()
    }


def _population(store: Store, project_id: str, job_id: str) -> set[str]:
    gold = GoldBook(store.gold.ranges(project_id))
    events = _events(store, project_id)
    there = {one for tried in _tried(store, project_id, job_id).values() for one in tried}
    return {
        item_id
        for item_id, item in _items(store, project_id).items()
        if item_id in there and can_decide(gold, item) and not _met(events[item_id])
    }


def _met(events: Sequence[Correction]) -> bool:
    """Tell whether somebody knows the answers to an item, and nobody decided blind before."""
    people = {event.person for event in events}
    return blind_decision(events) is None and any(has_seen(events, one) for one in people)


def _tried(store: Store, project_id: str, job_id: str) -> dict[Author, Tried]:
    """Return what each author of a batch answered or, where it has no answer, failed at."""
    found: dict[Author, Tried] = defaultdict(dict)
    failed = store.failures.for_job(project_id, job_id)
    for one in (*failed, *store.answers.for_job(project_id, job_id)):
        if one.sample == 0:
            found[one.author][one.item_id] = one
    if chosen := _chosen(store, project_id, job_id):
        found[CHOSEN] = chosen
    return dict(found)


def _chosen(store: Store, project_id: str, job_id: str) -> Tried:
    """Return what a student learns of a batch that chose among several answers: the chosen one.

    Of an item with a single answer that one, of an item without any its failure.
    """
    selected = {
        one.item_id: one.chosen_answer_id
        for one in store.selections.newest(project_id).values()
        if one.job_id == job_id
    }
    if not selected:
        return {}
    found: Tried = {one.item_id: one for one in store.failures.for_job(project_id, job_id)}
    for answer in store.answers.for_job(project_id, job_id):
        if answer.item_id not in selected:
            found[answer.item_id] = answer
    # What was said before the batch was a candidate too, so that all answers are looked through.
    for answers in store.answers.for_items(project_id, list(selected)).values():
        found |= {one.item_id: one for one in answers if one.id == selected[one.item_id]}
    return found


def _items(store: Store, project_id: str, item_ids: Sequence[str] | None = None) -> dict[str, Item]:
    """Return items by id, in the order asked for; those that were purged are left out."""
    there = {item.id: item for item in store.items.list(project_id)}
    return there if item_ids is None else {one: there[one] for one in item_ids if one in there}


def _events(store: Store, project_id: str) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = defaultdict(list)
    for event in store.corrections.events(project_id):
        found[event.item_id].append(event)
    return found


def _changed(blind: Correction, events: Sequence[Correction]) -> bool:
    label = current_label(events)
    return label is not None and _said(label.content) != _said(blind.content)


def _accepted(given: AnswerContent, events: Sequence[Correction]) -> bool:
    label = current_label(events)
    return label is not None and label.event.decision == "accept" and label.content == given


def _said(content: AnswerContent | None) -> object:
    """Return what a label says, without how sure and why."""
    if content is None:
        return None
    places = [(one.start, one.stop, one.channels, one.sort, one.pairs) for one in content.intervals]
    return content.label, places

"""What happened since versions were trained and measured. Reads the store; no Streamlit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.answers import AnswerContent
from core.errors import StoreError
from core.lineage import Learned, Lineage, gold_words, learned_words, lineage
from core.provenance import Source, learned_from, sources
from core.review import Correction
from pages.components.workflows.comparing import (
    evaluation_of,
    in_words,
    place_of,
    questions_of,
)
from storage import Store
from storage.rows import ModelVersion
from training.material import students_of
from training.worker_results import gold_truths


@dataclass(frozen=True)
class VersionMark:
    """What a version's line says of its lineage; both empty when nothing changed since."""

    version: ModelVersion
    lineage: Lineage
    gold: str
    learned: str


def marks_of(
    store: Store,
    versions: Sequence[ModelVersion],
    learned: Callable[[ModelVersion], Mapping[str, Learned]],
    zone: str,
) -> dict[str, VersionMark]:
    """Return the marks of versions of one project by id; none of one whose snapshot is not known.

    Args:
        learned: gives the labels that a version learned from.
        zone: in which days are named.
    """
    truths: dict[str, dict[str, AnswerContent]] = {}
    found: dict[str, VersionMark] = {}
    for version in versions:
        known = {one.content_hash for one in store.snapshots.list(version.project_id)}
        if version.snapshot_hash not in known:
            continue
        asked = [question.id for question in questions_of(store, version)]
        for one in asked:
            if one not in truths:
                truths[one] = gold_truths(store, version.project_id, one)
        now = {item_id: truth for one in asked for item_id, truth in truths[one].items()}
        found[version.id] = _mark(store, version, now, learned(version), zone)
    return found


def measure_again(store: Store, versions: Sequence[ModelVersion]) -> None:
    """Compare versions on gold as it is now."""
    for version in versions:
        evaluation_of(store, version)


@dataclass(frozen=True)
class Origin:
    """Where a version comes from.

    Attributes:
        job: title of its run; empty when it is not in this database.
        snapshot_at: when its snapshot was made.
        n_learned: labels in the snapshot; 0 also when its folder is gone.
        sources: whose labels these are, the largest share first.
        students: numbers of the versions whose answers it learned from too.
    """

    job: str
    snapshot_at: datetime
    n_learned: int
    sources: tuple[Source, ...]
    students: tuple[int, ...]


def origin_of(store: Store, version: ModelVersion, learned: Mapping[str, Learned]) -> Origin:
    """Gather a version's run, its snapshot, and by author the labels it learned from."""
    project_id = version.project_id
    snapshot = store.snapshots.get(project_id, version.snapshot_hash)
    decisions: dict[str, list[Correction]] = {}
    for event in store.corrections.events(project_id):
        decisions.setdefault(event.item_id, []).append(event)
    students = students_of(snapshot.summary)
    answers = store.answers.for_items(project_id, list(learned))
    items = learned_from(learned, answers, decisions, snapshot.created_at, list(students))
    people = frozenset(item_id for item_id, one in learned.items() if one.by_person)
    return Origin(
        job=_title(store, version),
        snapshot_at=snapshot.created_at,
        n_learned=len(learned),
        sources=tuple(sources(items, people)),
        students=tuple(students.values()),
    )


def _title(store: Store, version: ModelVersion) -> str:
    try:
        return store.jobs.get(version.job_id).title
    except StoreError:  # a version that came in with a backup of part of a home
        return ""


def learned_lines(
    store: Store, version: ModelVersion, learned: Mapping[str, Learned], item_ids: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Return (item id, place, label in words) of labels that a version learned from."""
    project_id = version.project_id
    questions = store.types.questions(project_id)
    series = {row.id: row for row in store.series.list(project_id, include_archived=True)}
    found: list[tuple[str, str, str]] = []
    for item_id in item_ids:
        item = store.items.get(project_id, item_id)
        words = in_words(questions[item.question_id], learned[item_id].content)
        found.append((item_id, place_of(series[item.series_id], item), words))
    return found


def learned_by(
    store: Store,
    project_id: str,
    item_id: str,
    learned: Callable[[ModelVersion], Mapping[str, Learned]],
) -> list[int]:
    """Return the numbers of the versions that learned from an item, in order."""
    known = {one.content_hash for one in store.snapshots.list(project_id)}
    versions = [one for one in store.versions.list(project_id) if one.snapshot_hash in known]
    return sorted(one.number for one in versions if item_id in learned(one))


def day(at: datetime | None, zone: str) -> str:
    """Name a day: `12 Nov 2026`; empty when it is not known."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y}"


def _mark(
    store: Store,
    version: ModelVersion,
    truths: Mapping[str, AnswerContent],
    learned: Mapping[str, Learned],
    zone: str,
) -> VersionMark:
    # As plain values: a comparison of an older version of the app says less.
    stored: Mapping[str, Any] = version.evaluation or {}
    at = stored.get("measured_at")
    found = lineage(
        None if at is None else datetime.fromisoformat(at),
        stored.get("gold"),
        truths,
        learned,
        store.corrections.current(version.project_id),
    )
    said = "" if version.evaluation is None else gold_words(found, day(found.measured_at, zone))
    return VersionMark(version, found, said, learned_words(found))

"""What happened since versions were trained and measured. Reads the store; no Streamlit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.answers import AnswerContent
from core.lineage import Learned, Lineage, gold_words, learned_words, lineage
from pages.components.workflows.comparing import evaluation_of, questions_of
from storage import Store
from storage.rows import ModelVersion
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

"""Everything that speaks against a training, found before it starts. No Streamlit."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import ConfigError
from pages.components.workflows.learning import LearningState
from storage import Store
from training import snapshot

DISK_NEEDED_GB = 0.5


@dataclass(frozen=True)
class Finding:
    """One line of the preflight list; a blocking one keeps the training from starting."""

    text: str
    blocks: bool = False


def preflight(store: Store, project_id: str, state: LearningState) -> list[Finding]:
    """Return all problems and remarks at once, the blocking ones first."""
    findings = [
        *_material(state),
        *_left_out(snapshot.preflight(state.left_out, [])),
        *_gold(state),
        *_machine(store),
        *_queue(store, project_id),
    ]
    return sorted(findings, key=lambda finding: not finding.blocks)


def require(findings: list[Finding]) -> None:
    """Raise ConfigError with all blocking findings; nothing when there is none."""
    blocking = [finding.text for finding in findings if finding.blocks]
    if blocking:
        raise ConfigError("Training cannot start yet. " + " ".join(blocking))


def _material(state: LearningState) -> list[Finding]:
    asked = [material for material in state.questions if material.n_items]
    if not any(material.learnable for material in asked):
        return [
            Finding(
                "There is nothing to learn from: no window outside gold has an answer yet. "
                "Ask a teacher, or wait for its answers.",
                blocks=True,
            )
        ]
    labelled = [one for material in asked for one in material.learnable]
    missing = snapshot.preflight([material.question for material in asked], labelled)
    if len(missing) == len(asked):
        return [Finding(f"{_sentence(text)}.", blocks=True) for text in missing.values()]
    return _left_out(missing)


def _left_out(missing: Mapping[str, str]) -> list[Finding]:
    return [Finding(f"Left out of this run: {text}.") for text in missing.values()]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _gold(state: LearningState) -> list[Finding]:
    if state.gold_reviews_missing == 0:
        return []
    return [
        Finding(
            "Training works without the missing reviews; nobody can tell then whether the student "
            "is better."
        )
    ]


def _machine(store: Store) -> list[Finding]:
    free_gb = shutil.disk_usage(store.home).free / 1e9
    if free_gb < DISK_NEEDED_GB:
        return [
            Finding(
                f"Only {free_gb:.1f} GB are free under the data folder; "
                f"free at least {DISK_NEEDED_GB} GB, or training cannot keep its checkpoints.",
                blocks=True,
            )
        ]
    return []


def _queue(store: Store, project_id: str) -> list[Finding]:
    live = [job for job in store.jobs.list(project_id) if job.live]
    labels = sum(job.kind == "label" for job in live)
    trains = sum(job.kind == "train" for job in live)
    found: list[Finding] = []
    if labels:
        found.append(
            Finding("Answers are still coming in; a snapshot holds only those that are there.")
        )
    if trains:
        found.append(
            Finding("A training is in the queue already; the new one starts when it has ended.")
        )
    return found

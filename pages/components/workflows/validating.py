"""What a run's validation score is made of, and what guessing would get. No Streamlit.

The score is the mean, over the questions learned, of the mean probability that the student gives to
the labels of validation windows: an option of each window (pattern), or an event type or none of
each sample (anomaly). Who guesses gives every one of them the same probability. What is learned
without labels (change points) has no such score.
"""

from dataclasses import dataclass

from core.questions.base import LABEL_LEARNED, Question
from storage import Store
from training.run_folder import RunFolder


@dataclass(frozen=True)
class Held:
    """What was held back for validation: windows of all questions, and the score of guessing."""

    n: int
    luck: float


def validation_of(store: Store, project_id: str, folder: RunFolder) -> Held | None:
    """Return what a run's validation score is measured on.

    None before its snapshot is made, and where nothing is learned from labels.
    """
    snapshot_hash = folder.config().get("snapshot_hash")
    if snapshot_hash is None:
        return None
    counts: dict[str, int] = {}
    for row in store.snapshots.get(project_id, snapshot_hash).summary.get("counts", ()):
        if row["split"] == "validation":
            counts[row["question_id"]] = counts.get(row["question_id"], 0) + row["n"]
    asked = [store.questions.get(question_id) for question_id in counts]
    scored = [question for question in asked if question.kind in LABEL_LEARNED]
    if not scored:
        return None
    n = sum(counts[question.id] for question in scored)
    return Held(n=n, luck=sum(1 / n_classes(question) for question in scored) / len(scored))


def n_classes(question: Question) -> int:
    """Return among how many a student chooses: options, or event types and "none"."""
    return len(question.options) if question.kind == "pattern" else len(question.types) + 1

"""Scores and graph behind a student's change points: a file per item, beside a run's answers."""

from pathlib import Path

import numpy as np

from core.questions.base import Question
from core.series import WindowView
from core.students.base import GraphStudent, Student
from core.students.correlation_scores import Strips
from training.run_folder import RunFolder

FOLDER = "strips"


def keep_strips(
    folder: RunFolder, student: Student, question: Question, item_id: str, view: WindowView
) -> None:
    """Write what a window's change points were read from, where the student can say so."""
    if not isinstance(student, GraphStudent):
        return
    _, strips = student.answer_with_strips(question, view)
    path = _path(folder.path, item_id)
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        path,
        graph=strips.graph.astype(np.float16),  # a page draws probabilities, nobody adds them up
        correlation=strips.correlation,
        independent=strips.independent,
        own=strips.own.astype(np.float32),
    )


def read_strips(folder: Path, item_id: str) -> Strips | None:
    """Return what an item's change points were read from, from the folder of the run (the answer's
    job); None where nothing was kept."""
    path = _path(folder, item_id)
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as kept:
        correlation, independent = kept["correlation"], kept["independent"]
        return Strips(
            graph=kept["graph"].astype(np.float32),
            correlation=correlation,
            independent=independent,
            ensemble=np.maximum(correlation, independent),
            own=kept["own"].astype(np.float64),
        )


def _path(folder: Path, item_id: str) -> Path:
    return folder / FOLDER / f"{item_id}.npz"

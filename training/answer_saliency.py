"""What a student looked at in the windows of a run folder: a file per item, beside its answers."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.questions.base import Question
from core.series import WindowView
from core.students.base import Student
from training.run_folder import RunFolder

FOLDER = "looked_at"


def keep_saliency(
    folder: RunFolder, student: Student, question: Question, item_id: str, view: WindowView
) -> None:
    """Write how much each sample of a window counts, where the student can say so."""
    from core.students.saliency import saliency
    from core.students.series import SeriesStudent

    if isinstance(student, SeriesStudent):
        path = _path(folder, item_id)
        path.parent.mkdir(exist_ok=True)
        np.save(path, saliency(student, question, view))


def read_saliency(folder: RunFolder, item_id: str) -> NDArray[np.float64] | None:
    """Return (n,) how much each sample of an item's window counts; None where nobody could say."""
    path = _path(folder, item_id)
    return np.load(path) if path.is_file() else None


def _path(folder: RunFolder, item_id: str) -> Path:
    return folder.path / FOLDER / f"{item_id}.npy"

"""What a student looked at in the windows of a run folder: a file per item, beside its answers.

Of a student that finds change points that is its scores and the graph it draws at each sample; of
one that looks at samples, how much each of them counts.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.questions.base import Question
from core.series import WindowView
from core.students.base import Student
from training.run_folder import RunFolder

FOLDER = "looked_at"
_ARRAYS = ("graph", "correlation", "independent", "ensemble")


@dataclass(frozen=True, eq=False)
class ChangeScores:
    """What a student says of change at each sample of a window of n samples and N variables.

    Attributes:
        graph: (n, N, N) how probable it is that two variables move each other.
        correlation, independent: (n,) how rare such a score is in training: 2 where one sample in
            100 scores as high.
        ensemble: (n,) both together, which change points are read from.
        threshold: the ensemble's value from which on a peak is a change point.
        features: channels in a row that are one variable.
    """

    graph: NDArray[np.float32]
    correlation: NDArray[np.float64]
    independent: NDArray[np.float64]
    ensemble: NDArray[np.float64]
    threshold: float
    features: int


def keep_saliency(
    folder: RunFolder, student: Student, question: Question, item_id: str, view: WindowView
) -> None:
    """Write what the student looked at in a window, where it can say so."""
    path = _path(folder, item_id)
    path.parent.mkdir(exist_ok=True)
    if student.name == "correlation":
        _keep_changes(path.with_suffix(".npz"), student, question, view)
    elif student.name == "series":
        from core.students.saliency import saliency
        from core.students.series import SeriesStudent

        assert isinstance(student, SeriesStudent)  # its name says so
        np.save(path, saliency(student, question, view))


def read_saliency(folder: RunFolder, item_id: str) -> NDArray[np.float64] | None:
    """Return (n,) how much each sample of an item's window counts; None where nobody could say."""
    path = _path(folder, item_id)
    return np.load(path) if path.is_file() else None


def read_changes(folder: RunFolder, item_id: str) -> ChangeScores | None:
    """Return the scores and the graph of an item's window; None where nobody could say."""
    path = _path(folder, item_id).with_suffix(".npz")
    if not path.is_file():
        return None
    with np.load(path) as read:
        arrays = {name: read[name] for name in _ARRAYS}
        return ChangeScores(
            **arrays, threshold=float(read["threshold"]), features=int(read["features"])
        )


def _keep_changes(path: Path, student: Student, question: Question, view: WindowView) -> None:
    from core.students.correlation import CorrelationStudent

    assert isinstance(student, CorrelationStudent)  # its name says so
    _, strips = student.answer_with_strips(question, view)
    np.savez(
        path,
        **{name: getattr(strips, name) for name in _ARRAYS},
        threshold=student.config.norms.threshold,
        features=student.features,
    )


def _path(folder: RunFolder, item_id: str) -> Path:
    return folder.path / FOLDER / f"{item_id}.npy"

"""Which models a training run compares: contestants.json of its folder."""

from collections.abc import Sequence
from pathlib import Path

from core.answers import AuthorKind
from core.detectors import DETECTORS
from core.model import Frozen
from core.questions.base import Question
from training import files

BEFORE_TRAINING = "before training"
"""The model that a chain of trainings begins with, as it answers before it has learned anything."""
BASELINES = ("robust_z", "spectral_residual", "sub_pca")
"""Detectors that a student has to beat: linear in time, and each of another kind."""


class Contestant(Frozen):
    """One of the models that a run compares, and why it is missing if it is.

    `detector` is the key of one that learns nothing: it answers by itself and has no `folder`.
    """

    name: str
    kind: AuthorKind
    folder: str
    n_examples: int = 0
    question_ids: tuple[str, ...] = ()
    why_not: str = ""
    detector: str = ""
    seconds: float = 0.0


def detector_baselines(questions: Sequence[Question]) -> list[Contestant]:
    """Return the detectors that answer the `anomaly` questions of a run, for comparison alone."""
    asked = tuple(question.id for question in questions if question.kind == "anomaly")
    made = [DETECTORS[key]() for key in BASELINES] if asked else []
    return [
        Contestant(name=one.name, kind="baseline", folder="", question_ids=asked, detector=one.key)
        for one in made
    ]


def write_contestants(folder: Path, contestants: Sequence[Contestant]) -> None:
    """Write the models trained so far into the folder of their run."""
    files.write_json(folder / "contestants.json", [one.model_dump() for one in contestants])


def read_contestants(folder: Path) -> list[Contestant]:
    """Read which models a run trained so far; none before the first."""
    if not (folder / "contestants.json").exists():
        return []
    read = files.read_json(folder / "contestants.json")
    return [Contestant.model_validate(one) for one in read]

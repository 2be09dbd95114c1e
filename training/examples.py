"""What a recipe learns from: windows with target answers. Plain values, no database, no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from core.answers import AnswerContent
from core.series import WindowView

Source = Literal["pseudo", "correction"]
Split = Literal["train", "validation"]


@dataclass(frozen=True, eq=False)
class TrainingExample:
    """One window with the answer to learn; there is at most one per item.

    Attributes:
        question_id: id of the question asked (must be among the questions given to the recipe).
        view: the window, numbers only.
        content: the target answer; its positions are absolute samples, as everywhere.
        source: a person's correction replaces the pseudo-label of its item.
        weight: relative say within its source; 0 leaves the example out of the loss.
        split: validation examples choose when to stop and are never trained on.
        group: id of the series, so that splits and tests can keep a series together.
        pseudo: what a teacher said, also where a person's correction replaces it.
        item_id: id of the item, for what is reported of single examples.
    """

    question_id: str
    view: WindowView
    content: AnswerContent
    source: Source = "pseudo"
    weight: float = 1.0
    split: Split = "train"
    group: str = ""
    pseudo: AnswerContent | None = None
    item_id: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a fit is: `step` of `total`, the latest loss, the latest validation score.

    `loss` is None while nothing is learned yet: a recipe may have texts written first.

    `validation` is in [0, 1], higher is better; None until it was measured first. `stage` is a
    few words for people. `windows` counts those learned from since the report before; 0 where a
    recipe does not say. `numbers` are others that the recipe measures, by name.
    """

    step: int
    total: int
    loss: float | None
    validation: float | None = None
    stage: str = ""
    windows: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])


class TrainingStopped(Exception):
    """A checkpoint was written, and the same call resumes from it.

    `should_stop` said so; or the training itself, which then gives its reason.
    """

    def __init__(self, step: int, total: int, reason: str = "") -> None:
        self.where = f"after step {step} of {total}; the checkpoint is kept"
        if reason:
            self.where += f": {reason}"
        super().__init__(f"stopped {self.where}")
        self.step = step
        self.total = total


def split_by_group(groups: Sequence[str], fraction: float, seed: int) -> list[Split]:
    """Assign whole groups at random to validation until it holds about `fraction` of the rows."""
    rng = np.random.default_rng([seed, 77])
    distinct = sorted(set(groups))
    rng.shuffle(distinct)
    counts = dict.fromkeys(distinct, 0)
    for group in groups:
        counts[group] += 1
    chosen: set[str] = set()
    held = 0
    for group in distinct[:-1]:
        if held >= fraction * len(groups):
            break
        chosen.add(group)
        held += counts[group]
    return ["validation" if group in chosen else "train" for group in groups]

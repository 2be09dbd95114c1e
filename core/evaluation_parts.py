"""Parts of a comparison on gold: where it holds, what confidences are worth, inherited errors.

Plain values, as JSON; `core.evaluate_slices`, `core.evaluate_confidence` and
`core.evaluate_inherited` compute them. Shares are 0 to 1, intervals hold 95 %.
"""

from typing import Literal

from core.audit import Calibration
from core.metrics import Difference, Estimate
from core.model import Frozen

Role = Literal[
    "student",
    "teacher",
    "serving",
    "base",
    "reviewed_only",
    "features",
    "detector",
    "majority",
    "other",
]
SliceBy = Literal["class", "source", "noise", "length"]


class Slice(Frozen):
    """How authors fare on a part of gold.

    Attributes:
        key: of a class its option or type (empty: no type; `core.evaluate_marks.NO_ANOMALY`: a
            window without any event), else what people read.
        n: gold items of this part that the student answered.
        figures: by role. Of a class the share that was right: windows, or events found. Of
            everything else the question's headline figure.
        differences: student minus that role, over the items both answered; missing below
            `core.evaluation.MIN_GOLD` of them.
    """

    by: SliceBy
    key: str
    n: int
    figures: dict[Role, Estimate]
    differences: dict[Role, Difference]


class GoldCalibration(Frozen):
    """What an author's own confidence is worth on gold.

    Attributes:
        error: the expected calibration error with its interval: the mean of |said - right| over
            bins, by their n. Never 0 by chance alone: of few answers it is too large.
    """

    role: Role
    label: str
    found: Calibration
    error: Estimate


class SameError(Frozen):
    """One way to be wrong that student and teacher share: `truth` taken for `given` by both.

    Attributes:
        n: items on which both did.
        expected: how many it would be if the two erred independently within this truth.
        luck: how often independent errors would share at least as many.
        inherited: whether that is too rare for luck (below `INHERITED_BELOW`).
    """

    truth: str
    given: str
    n: int
    expected: float
    luck: float
    inherited: bool


class Inherited(Frozen):
    """The errors that a student took over from its teacher.

    Attributes:
        n_errors: of the student, on items both answered.
        n_same: of these, with the very answer of the teacher.
        expected: how many that would be if the two erred independently within each truth.
        luck: how often shuffled errors share at least as many.
    """

    n_errors: int
    n_same: int
    expected: float
    luck: float
    cells: tuple[SameError, ...]


INHERITED_BELOW = 0.05

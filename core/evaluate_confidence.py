"""What confidences are worth on gold: bins with n, and the expected calibration error.

An answer counts when it gave a confidence. Right is the label; of the anomaly question a window
with every event found and none invented, the rule of an audit.
"""

from collections.abc import Sequence

import numpy as np

from core.audit_calibration import BINS, calibration_of
from core.evaluate_marks import Marks
from core.evaluation_parts import GoldCalibration
from core.metrics import Numbers


def calibrations(marks: Sequence[Marks]) -> tuple[GoldCalibration, ...]:
    """Return the calibration of student and teacher, as far as they give confidences."""
    found: list[GoldCalibration] = []
    for one in marks:
        if one.entrant.role in ("student", "teacher"):
            said = _said(one)
            if said:
                found.append(_calibration(one, said))
    return tuple(found)


def expected_error(sums: Numbers) -> Numbers:
    """Return the calibration error of sums (..., 3 * BINS): n, said and right of each bin."""
    parts = sums.reshape(*sums.shape[:-1], BINS, 3)
    total = parts[..., 0].sum(axis=-1)
    gaps = np.abs(parts[..., 1] - parts[..., 2]).sum(axis=-1)
    return np.where(total > 0, gaps / np.where(total > 0, total, 1.0), np.nan)


def _said(marks: Marks) -> dict[int, tuple[float, bool]]:
    """Return confidence and whether it is right, by the item's row."""
    found: dict[int, tuple[float, bool]] = {}
    for row, given in enumerate(marks.given):
        if given is not None and given.confidence is not None:
            found[row] = (given.confidence, marks.right(row))
    return found


def _calibration(marks: Marks, said: dict[int, tuple[float, bool]]) -> GoldCalibration:
    columns = np.zeros((len(marks.given), 3 * BINS))
    for row, (confidence, right) in said.items():
        place = 3 * min(int(confidence * BINS), BINS - 1)
        columns[row, place : place + 3] = 1.0, confidence, right
    return GoldCalibration(
        role=marks.entrant.role,
        label=marks.entrant.label,
        found=calibration_of(list(said.values())),
        error=marks.test.draws.estimate(columns, expected_error),
    )

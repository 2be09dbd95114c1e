"""What a teacher's own confidence is worth: said against right, in bins."""

from collections.abc import Sequence

import numpy as np

from core.audit import Bin, Calibration
from core.evaluation_words import with_interval
from core.metrics import accuracy

BINS = 5


def calibration_of(said: Sequence[tuple[float, bool]]) -> Calibration:
    """Compare (confidence, right) of the answers that gave a confidence.

    Bins are `BINS` equal parts of [0, 1]; empty ones are left out. Formulas in `Calibration`.
    """
    if not said:
        return Calibration(n=0, sentence="No confidence reported.")
    confidence = np.array([one for one, _ in said], np.float64)
    right = np.array([one for _, one in said], np.float64)
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    bins: list[Bin] = []
    for number in range(BINS):
        inside = place == number
        if inside.any():
            bins.append(
                Bin(
                    low=number / BINS,
                    high=(number + 1) / BINS,
                    n=int(inside.sum()),
                    said=float(confidence[inside].mean()),
                    right=accuracy(int(right[inside].sum()), int(inside.sum())),
                )
            )
    total = accuracy(int(right.sum()), len(said))
    mean = float(confidence.mean())
    return Calibration(
        n=len(said),
        bins=tuple(bins),
        error=sum(one.n * abs(one.said - (one.right.value or 0.0)) for one in bins) / len(said),
        brier=float(np.mean((confidence - right) ** 2)),
        said=mean,
        right=total,
        sentence=(
            f"Says {100 * mean:.0f}\N{NO-BREAK SPACE}% on average and is right in "
            f"{with_interval(total)} of {len(said)}: {_verdict(mean, total.low, total.high)}."
        ),
    )


def _verdict(mean: float, low: float | None, high: float | None) -> str:
    if high is not None and mean > high:
        return "overconfident"
    if low is not None and mean < low:
        return "underconfident"
    return "no difference that so few reviews could show"

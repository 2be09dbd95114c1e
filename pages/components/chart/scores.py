"""Scores of every sample of a series, to be shown as a low track below the plot."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from core.outline import ChannelOutline


@dataclass(frozen=True, eq=False)
class ScoreStrip:
    """What one method says of each sample; whoever keeps it keeps the extremes found once, too.

    Attributes:
        label: short name, left of the track.
        meaning: what a score says, in one line.
        scores: (n,) finite and >= 0, one per sample of the series; higher is more unusual.
        quantiles: (n,) share of the series' samples with a lower score, in [0, 1].
        threshold: a higher score stands out; None draws no line.
        colour: the author's hue.
        name: of these scores; no two strips, nor two programs, share it.
    """

    label: str
    meaning: str
    scores: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    threshold: float | None
    colour: str
    name: str = field(default_factory=lambda: uuid4().hex)

    @cached_property
    def outline(self) -> ChannelOutline:
        """The scores as drawing asks for them: with the extremes of blocks of samples."""
        values = np.ascontiguousarray(self.scores, dtype=np.float64)
        n = len(values)
        return ChannelOutline(values, np.zeros(1, np.int64), np.full(1, n, np.int64), missing=False)

    @cached_property
    def highest(self) -> float:
        """The highest score of all samples."""
        return float(self.scores.max(initial=0.0))

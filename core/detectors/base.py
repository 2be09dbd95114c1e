"""What a detector is: unusual samples of a series, scored without labels. Knows no question.

A finder (`core.finders`) looks for one type of event and says where it is; a detector says of every
sample how unusual it is and leaves the type open.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Detector(Protocol):
    """Scores samples; `core.detectors.scoring` prepares what it is given and puts gaps back.

    Attributes:
        key: what it is registered under.
        name: for people.
        meaning: what a score says, in one line.
        source: the paper, the library, or both.
        linear: whether time grows with the samples: 100,000 of one channel in 2 CPU-s or less.
        limit: the longest channel that is scored exactly; None when every one is.
        beyond: what the fast path does above `limit`; empty when there is none.
        least: fewest samples that can be told apart; a shorter series scores 0 throughout.
        together: whether it reads all channels at once; else it is given one after the other.
    """

    key: str
    name: str
    meaning: str
    source: str
    linear: bool
    limit: int | None
    beyond: str
    least: int
    together: bool

    def scores(self, values: Array, period: int) -> Array:
        """Return how unusual each sample is.

        Args:
            values: (n, c) without gaps, robustly scaled, within +-`scoring.FARTHEST`; n is at
                least `least`, and c is 1 unless `together`. Never constant in a single channel.
            period: samples of one turn of what repeats, from 2 to n // 2 (see
                `core.detectors.period.period_of`).

        Returns:
            (n,) scores, 0 or more, higher for more unusual; the same for the same input.
        """
        ...

"""Series of scores that a seed makes, the same ones wherever values were recorded on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ScoreCase:
    """What a case is made of; `window` is the largest width of the volumes."""

    name: str
    seed: int
    n: int
    events: int
    longest: int
    lift: float  # added to the score inside of events, as far as it hits (see `made`)
    decimals: int  # scores are rounded to so many, which makes ties; 15 for none
    window: int

    def made(self) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Return scores, truth and an answer, each (n,).

        Events lie in equal parts of the series, so they never cover all of it. The score is noise
        plus a lift that begins up to a quarter of the event late; the answer is where it is high.
        """
        random = np.random.RandomState(self.seed)  # a stream that numpy keeps as it is for ever
        truth = np.zeros(self.n, bool)
        scores = random.random_sample(self.n)
        part = self.n // max(self.events, 1)
        for event in range(self.events):
            length = random.randint(1, self.longest + 1)
            start = event * part + random.randint(1, max(2, part - length))
            truth[start : start + length] = True
            late = random.randint(0, max(1, length // 4) + 1)
            scores[start + late : start + late + length] += self.lift * random.random_sample()
        scores = np.round(scores, self.decimals)
        return scores, truth, scores > np.quantile(scores, 0.9)


CASES = (
    ScoreCase("few long events", 1, 2_000, 4, 120, 1.5, 15, 100),
    ScoreCase("single samples", 2, 900, 6, 1, 2.0, 15, 40),
    ScoreCase("ties everywhere", 3, 1_200, 5, 60, 1.0, 1, 50),
    ScoreCase("odd window", 4, 700, 3, 50, 0.8, 15, 33),
    ScoreCase("window 0", 5, 500, 3, 30, 1.0, 15, 0),
    ScoreCase("bands that overlap", 6, 400, 12, 8, 1.0, 15, 90),
    ScoreCase("fewer samples than thresholds", 7, 120, 2, 15, 1.0, 15, 20),
    ScoreCase("noise", 8, 1_500, 5, 80, 0.0, 15, 60),
)

"""One method against another in a bench: wins and losses, series by series. No Streamlit."""

from dataclasses import dataclass

import numpy as np

from core.bench import FIGURES, differences, macro
from core.metrics import Estimate
from pages.components.workflows.bench_results import Results
from training.bench_records import key_of


@dataclass(frozen=True)
class Duel:
    """Two methods on the series that both have a figure of.

    Attributes:
        gains: (series, value of a, value of b, gain of a), the largest gain first.
        mean: of the gains, each source counting the same; above 0 speaks for a.
    """

    gains: tuple[tuple[str, float, float, float], ...]
    mean: Estimate

    @property
    def wins(self) -> int:
        """Series on which a is better."""
        return sum(gain > 0 for *_, gain in self.gains)

    @property
    def losses(self) -> int:
        """Series on which b is better."""
        return sum(gain < 0 for *_, gain in self.gains)


def duel(
    results: Results, a: str, b: str, figure: str, source: str = "", unlearned: bool = False
) -> Duel:
    """Compare two methods series by series; gains count in the figure's own direction."""
    rows = [
        row
        for row in results.rows
        if row.method in (a, b)
        and source in ("", row.source)
        and not (unlearned and key_of(row) in results.learned_series)
    ]
    sign = 1 if FIGURES[figure].higher_is_better else -1
    gains = tuple(
        (path, mine, theirs, sign * (mine - theirs))
        for path, mine, theirs in differences(rows, a, b, figure)
    )
    by_source: dict[str, list[float]] = {}
    for path, _, _, gain in gains:
        by_source.setdefault(results.by_key[path].source, []).append(gain)
    return Duel(gains, macro([np.array(own) for own in by_source.values()]))

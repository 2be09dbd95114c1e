"""What a bench asks with and answers in: a method's answer, a row per series, an average."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.intervals import Interval
from core.labelled import Kind
from core.metrics.estimates import Estimate
from core.model import Frozen

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Given:
    """What a method said about a series.

    Attributes:
        scores: (n,) higher = more unusual; None when the method gives none.
        intervals: events as half-open samples; None when the method gives none. Change points are
            events of one sample.
        cpu_s: CPU seconds the method took, of all threads.
        covered: half-open ranges of samples that were looked at, ascending and apart; None for all.
            Only these are measured.
        note: what a person should know about this answer (a fast path, say).
    """

    scores: Array | None = None
    intervals: tuple[Interval, ...] | None = None
    cpu_s: float = 0.0
    covered: tuple[tuple[int, int], ...] | None = None
    note: str = ""


class Row(Frozen):
    """One method on one series.

    Attributes:
        method: the method's key.
        kind: what was asked, `anomaly` or `change_point`.
        series, source: `LabelledSeries.name` and `.source`.
        n_samples: samples that were measured.
        n_events: true events in them (change points: of all annotators together).
        figures: by key of `FIGURES`; None where undefined.
        luck: the same of an answer that looks at nothing (random scores; as many intervals or
            changes as were given, at random places).
        intervals: what the method marked, half-open.
        error: why there is no answer; the figures are empty then.
    """

    method: str
    kind: Kind
    series: str
    source: str
    n_samples: int
    n_events: int
    figures: dict[str, float | None]
    luck: dict[str, float | None]
    cpu_s: float
    intervals: tuple[tuple[int, int], ...] = ()
    note: str = ""
    error: str = ""

    @property
    def path(self) -> str:
        """Source and name together, as `LabelledSeries.path`."""
        return f"{self.source}/{self.series}" if self.source else self.series


class Summary(Frozen):
    """A method over the series of a source, or over all sources (`source` is "" then).

    Attributes:
        n_series: series with an answer. `n_failed`: series without one; they are in no average.
        figures: the averages with their intervals (see the module).
        luck: the average of what luck gets on the same series.
        cpu_s: CPU seconds of all series together.
    """

    method: str
    source: str
    n_series: int
    n_failed: int
    figures: dict[str, Estimate]
    luck: dict[str, float | None]
    cpu_s: float

"""Generated series with known answers: trends for `pattern`, events for `anomaly`. No teacher here.

Deterministic by seed. `docs/generate.md` publishes the ranges. Names are neutral and units random,
so that nothing but the values tells the answer.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.answers import AnswerContent, FoundInterval, QuestionKind
from core.generate_events import Event, EventSeries, event_series
from core.generate_shapes import FLUCTUATIONS, PATTERNS, Fluctuation, fluctuate, log_uniform, trend
from core.questions.base import Question
from core.series import SeriesData, SeriesInfo

__all__ = ["FLUCTUATIONS", "PATTERNS", "Event", "Generated", "generate", "pattern_arrays"]

PATTERN_LENGTH = 2048
_UNITS = ("", "°C", "bar", "m/s", "kW", "%", "mV", "kg/h")
_STEPS_S = (1, 10, 60, 900, 3600)
_NS = 1_000_000_000


@dataclass(frozen=True, eq=False)
class Generated:
    """One generated series and its truth.

    Attributes:
        data: the series.
        info: its description; the name is neutral.
        pattern: key of its trend, None for a cycle or a series of several channels.
        events: what was put in, in order of start; empty for a clean series.
        changes: change points that were put in; empty for a series that is not asked for them.
        asked: the question kinds for which the truth above is the right answer.
        texture: the fluctuation class, "calm" for an event series, "real" for a real one.
        gold: reserved for evaluation; the truth is known by construction.
    """

    data: SeriesData
    info: SeriesInfo
    pattern: str | None
    events: tuple[Event, ...]
    asked: tuple[QuestionKind, ...]
    texture: str = "calm"
    gold: bool = False
    changes: tuple[FoundInterval, ...] = ()

    def truth(self, question: Question) -> AnswerContent | None:
        """Return the right answer to a question; None when the series' truth is not known.

        Raises:
            AnswerError: if the question lacks the option or an event type of the truth.
        """
        if question.kind not in self.asked or self.texture == "real":
            return None
        if question.kind == "pattern":
            label = question.option(str(self.pattern)).key
            return AnswerContent(kind="pattern", label=label, scores={label: 1.0}, confidence=1.0)
        if question.kind == "change_point":
            return AnswerContent(kind="change_point", intervals=self.changes)
        intervals = tuple(
            FoundInterval(
                number=number,
                start=event.start,
                stop=event.stop,
                channels=event.channels,
                type_id=question.type_named(event.key).id,
            )
            for number, event in enumerate(self.events, start=1)
        )
        return AnswerContent(kind="anomaly", intervals=intervals)


def pattern_arrays(
    n: int, seed: int, length: int = PATTERN_LENGTH
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return `n` pattern series as (n, length) values and (n,) indices into `PATTERNS`.

    Classes and fluctuations are as even as `n` allows and independent of each other. Values are
    relative (the trend spans 1), not normalised.
    """
    pairs = _assignments(n, seed)
    values = np.empty((n, length), np.float32)
    for row, (label, texture) in enumerate(pairs):
        rng = np.random.default_rng([seed, 1, row])
        values[row] = _pattern_values(PATTERNS[label], FLUCTUATIONS[texture], length, rng)
    return values, np.array([label for label, _ in pairs], np.int64)


def generate(n: int, seed: int) -> list[Generated]:
    """Return `n` series in random order: half pattern series, half event series.

    Half of the event series are clean. A quarter of them has three channels; a fifth is sampled
    irregularly. A regular one of a single channel on a trend, without level shift, is asked both.
    """
    n_patterns = n - n // 2
    made: list[Generated] = [
        _pattern_series(
            PATTERNS[label], FLUCTUATIONS[texture], np.random.default_rng([seed, 2, row])
        )
        for row, (label, texture) in enumerate(_assignments(n_patterns, seed))
    ]
    made += [
        _event_series(row % 2 == 1, np.random.default_rng([seed, 3, row])) for row in range(n // 2)
    ]
    order = np.random.default_rng([seed, 4]).permutation(n)
    return [_named(made[int(index)], place) for place, index in enumerate(order, start=1)]


def _assignments(n: int, seed: int) -> list[tuple[int, int]]:
    """Return the (trend, fluctuation) indices of `n` series."""
    rng = np.random.default_rng([seed, 0])
    labels = [int(i) for i in rng.permutation(n) % len(PATTERNS)]
    textures = [int(i) for i in rng.permutation(n) % len(FLUCTUATIONS)]
    return list(zip(labels, textures, strict=True))


def _pattern_values(
    key: str, texture: Fluctuation, length: int, rng: Generator
) -> NDArray[np.float64]:
    return trend(key, np.linspace(0, 1, length), rng) + fluctuate(length, texture, rng)


def _pattern_series(key: str, texture: Fluctuation, rng: Generator) -> Generated:
    values = _pattern_values(key, texture, PATTERN_LENGTH, rng)[:, None]
    data, info = _dressed(values, np.arange(PATTERN_LENGTH, dtype=np.float64), False, rng)
    return Generated(data, info, key, (), ("pattern",), texture)


def _event_series(with_events: bool, rng: Generator) -> Generated:
    series: EventSeries = event_series(with_events, rng)
    data, info = _dressed(series.values, series.when, series.irregular, rng)
    alone = data.n_channels == 1 and not series.irregular
    shifted = any(event.key == "level_shift" for event in series.events)
    both = alone and series.pattern is not None and not shifted
    return Generated(
        data,
        info,
        series.pattern if alone else None,
        series.events,
        ("anomaly", "pattern") if both else ("anomaly",),
    )


def _dressed(
    values: NDArray[np.float64], when: NDArray[np.float64], irregular: bool, rng: Generator
) -> tuple[SeriesData, SeriesInfo]:
    """Give relative values units of their own and, when irregular or by chance, timestamps."""
    n_channels = values.shape[1]
    scales = np.array([log_uniform(rng, 1e-2, 1e3) for _ in range(n_channels)])
    offsets = np.array([rng.uniform(-20, 20) for _ in range(n_channels)])
    dressed = scales * (values + offsets)
    time: NDArray[np.int64] | None = None
    if irregular or rng.random() < 0.5:
        step_s = int(rng.choice(_STEPS_S))
        first_s = int(rng.integers(631_152_000, 1_735_689_600))  # 1990 to 2025
        time = first_s * _NS + np.round(when * step_s * 1000).astype(np.int64) * (_NS // 1000)
    names = ("value",) if n_channels == 1 else tuple(f"channel {i + 1}" for i in range(n_channels))
    units = tuple(str(unit) for unit in rng.choice(_UNITS, n_channels))
    info = SeriesInfo("", names, units, zone_known=time is not None)
    return SeriesData(dressed, time), info


def _named(made: Generated, place: int) -> Generated:
    return replace(made, info=replace(made.info, name=f"example {place:04d}"))

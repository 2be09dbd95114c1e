"""Generated series with known answers: trends for `pattern`, events for `anomaly`. No teacher here.

Deterministic by seed. `docs/generate.md` publishes the ranges. Names are neutral and units random,
so that nothing but the values tells the answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.answers import QuestionKind
from core.generate_events import Event, EventSeries, event_series
from core.generate_shapes import FLUCTUATIONS, PATTERNS, Fluctuation, fluctuate, trend
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
        asked: the question kinds for which the truth above is the right answer.
        texture: the fluctuation class, or "calm" for an event series; for stratifying only.
    """

    data: SeriesData
    info: SeriesInfo
    pattern: str | None
    events: tuple[Event, ...]
    asked: tuple[QuestionKind, ...]
    texture: str = "calm"


def pattern_arrays(
    n: int, seed: int, length: int = PATTERN_LENGTH
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return `n` pattern series as (n, length) values and (n,) indices into `PATTERNS`.

    Classes and fluctuations are as even as `n` allows and independent of each other. Values are
    relative (the trend spans 1), not normalised.
    """
    labels, textures = _assignments(n, seed)
    values = np.empty((n, length), np.float32)
    for row, (label, texture) in enumerate(zip(labels, textures, strict=True)):
        rng = np.random.default_rng([seed, 1, row])
        values[row] = _pattern_values(PATTERNS[label], FLUCTUATIONS[texture], length, rng)
    return values, labels


def generate(n: int, seed: int) -> list[Generated]:
    """Return `n` series in random order: half pattern series, half event series.

    Half of the event series are clean. A quarter of them has three channels; a fifth is sampled
    irregularly. A regular one of a single channel on a trend, without level shift, is asked both.
    """
    n_patterns = n - n // 2
    labels, textures = _assignments(n_patterns, seed)
    made = [
        _pattern_series(
            PATTERNS[label], FLUCTUATIONS[texture], np.random.default_rng([seed, 2, row])
        )
        for row, (label, texture) in enumerate(zip(labels, textures, strict=True))
    ]
    made += [
        _event_series(row % 2 == 1, np.random.default_rng([seed, 3, row])) for row in range(n // 2)
    ]
    order = np.random.default_rng([seed, 4]).permutation(n)
    return [_named(made[index], place) for place, index in enumerate(order, start=1)]


def _assignments(n: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rng = np.random.default_rng([seed, 0])
    labels = rng.permutation(np.arange(n, dtype=np.int64) % len(PATTERNS))
    textures = rng.permutation(np.arange(n, dtype=np.int64) % len(FLUCTUATIONS))
    return labels, textures


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
    scale = 10 ** rng.uniform(-2, 3, n_channels)
    dressed = scale * (values + rng.uniform(-20, 20, n_channels))
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
    info = SeriesInfo(
        f"example {place:04d}",
        made.info.channel_names,
        made.info.channel_units,
        zone_known=made.info.zone_known,
    )
    return Generated(made.data, info, made.pattern, made.events, made.asked, made.texture)

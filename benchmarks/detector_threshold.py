"""Rules for the label-free threshold, compared on generated series; `benchmarks.detectors` runs it.

Per rule and detector: event F1 (any overlap, mean over the series with events), stretches told of
per clean series, and the share of clean series with any. The rules looked at are in `RULES`; the
one in use is `core.detectors.cutting.threshold_of`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.generated import generated
from benchmarks.score_cache import ScoreCache
from core.detectors.cutting import stretches, threshold_of
from core.detectors.robust import deviation
from core.detectors.scoring import Scores
from core.intervals import Interval
from core.metrics.intervals import event_f1

Array = NDArray[np.float64]
Rule = Callable[[Array], float]


def deviations(count: float, *, log: bool = False) -> Rule:
    """Return: median + `count` robust deviations of the scores above 0, or of their logarithms."""

    def rule(scores: Array) -> float:
        known = scores[scores > 0]
        if len(known) == 0:
            return 0.0
        known = np.log(known) if log else known
        middle = float(np.median(known))
        limit = middle + count * deviation(np.abs(known - middle))
        return float(np.exp(limit)) if log else limit

    return rule


def mean_and(count: float) -> Rule:
    """Return: mean + `count` standard deviations of the scores above 0."""

    def rule(scores: Array) -> float:
        known = scores[scores > 0]
        return float(known.mean() + count * known.std()) if len(known) else 0.0

    return rule


def over_threshold(risk: float) -> Rule:
    """Return: peaks over threshold, Siffer et al. 2017 (KDD), equation 1.

    A generalised Pareto tail above the 98 % quantile, fitted by moments.
    """

    def rule(scores: Array) -> float:
        known = scores[scores > 0]
        if len(known) == 0:
            return 0.0
        begin = float(np.quantile(known, 0.98))
        above = known[known > begin] - begin
        if len(above) < 3:
            return float(known.max())
        mean, variance = float(above.mean()), max(float(above.var()), 1e-12)
        shape = 0.5 * (1 - mean**2 / variance)
        scale = 0.5 * mean * (mean**2 / variance + 1)
        ratio = risk * len(known) / len(above)
        if abs(shape) < 1e-6:
            return begin - scale * float(np.log(ratio))
        power = min(-shape * float(np.log(ratio)), 700.0)  # what a float can hold
        return begin + scale / shape * (float(np.exp(power)) - 1)

    return rule


def parts(count: int, alarms: float) -> Rule:
    """Return: the rule in use with other settings."""
    return lambda scores: threshold_of(scores, parts=count, alarms=alarms)


def capped(rule: Rule, share: float) -> Rule:
    """Return a rule that lets at most this share of the samples above its threshold."""
    return lambda scores: max(rule(scores), float(np.quantile(scores, 1 - share)))


RULES: dict[str, Rule] = {
    "in use": threshold_of,
    "6 deviations": deviations(6),
    "9 deviations": deviations(9),
    "12 deviations": deviations(12),
    "3 deviations, log": deviations(3, log=True),
    "4 deviations, log": deviations(4, log=True),
    "6 deviations, at most 2 %": capped(deviations(6), 0.02),
    "mean + 3 sd": mean_and(3),
    "over threshold, 0.003": over_threshold(0.003),
    "over threshold, 0.001": over_threshold(0.001),
    **{f"{n} parts, {a} alarms": parts(n, a) for n in (16, 24, 32) for a in (0.2, 0.5, 0.9)},
}


@dataclass(frozen=True)
class Compared:
    """What a rule does with one detector's scores, means over series."""

    f1: float
    false_stretches: float
    any_false: float


def compare(
    keys: Sequence[str], n: int, seed: int, cache: Path | None
) -> dict[str, dict[str, Compared]]:
    """Return rule -> detector -> figures on `n` generated series, half of them clean."""
    scores = ScoreCache(cache)
    found: dict[str, dict[str, tuple[list[float], list[int]]]] = {
        rule: {key: ([], []) for key in keys} for rule in RULES
    }
    for series in generated(n, seed):
        for key in keys:
            scored = scores.scores(key, series.values, series.seconds)[0]
            for name, rule in RULES.items():
                given = _cut(scored, rule)
                f1s, falses = found[name][key]
                if series.truth:
                    # channels are left out: the question here is when, not where
                    truth = [Interval(start=one.start, stop=one.stop) for one in series.truth]
                    f1s.append(event_f1(given, truth, None).f1)
                else:
                    falses.append(len(given))
    return {
        rule: {
            key: Compared(
                float(np.mean(f1s)), float(np.mean(falses)), float(np.mean(np.array(falses) > 0))
            )
            for key, (f1s, falses) in by_key.items()
        }
        for rule, by_key in found.items()
    }


def _cut(scores: Scores, rule: Rule) -> list[Interval]:
    return [
        Interval(start=one.start, stop=one.stop) for one in stretches(scores, rule(scores.values))
    ]


def mean(by_key: dict[str, Compared]) -> Compared:
    """Return the mean over detectors."""
    table = [(one.f1, one.false_stretches, one.any_false) for one in by_key.values()]
    f1, false, some = (float(x) for x in np.mean(table, axis=0))
    return Compared(f1, false, some)


def print_compared(found: dict[str, dict[str, Compared]]) -> None:
    """Print a line per rule, and per detector `F1/stretches per clean series`."""
    for rule, by_key in sorted(found.items(), key=lambda pair: -mean(pair[1]).f1):
        one = mean(by_key)
        print(
            f"{rule:26} F1 {one.f1:.3f}  stretches per clean series {one.false_stretches:.2f}  "
            f"clean series with any {one.any_false:.2f}"
        )
        cells = (f"{key} {c.f1:.2f}/{c.false_stretches:.1f}" for key, c in by_key.items())
        print("    " + "  ".join(cells))

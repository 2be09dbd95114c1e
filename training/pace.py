"""What a run's metrics say of its pace and its memory. Pure, over the lines of metrics.jsonl."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

LATEST = 60
"""Reports that make the pace of now."""


@dataclass(frozen=True)
class Pace:
    """How fast a run goes and what it holds; None where its metrics do not say.

    Attributes:
        step_s: seconds per step, the median of the latest: a rest in between does not count.
        windows_per_s: windows learned from per second.
        memory_mb: the most memory its process held at a report.
        device_mb: the most memory it held of a card.
    """

    step_s: float | None = None
    windows_per_s: float | None = None
    memory_mb: float | None = None
    device_mb: float | None = None


def pace_of(metrics: Sequence[Mapping[str, Any]]) -> Pace:
    """Return the pace of the first stage, the student itself, as its latest reports show it."""
    own = [line for line in metrics if line.get("stage") == metrics[0].get("stage")]
    latest = [line for line in own if "at" in line][-LATEST:]
    pairs = [
        (after["at"] - before["at"], after["step"] - before["step"], after.get("windows", 0))
        for before, after in pairwise(latest)
        if after["step"] > before["step"] and after["at"] > before["at"]
    ]
    step_s = median(seconds / steps for seconds, steps, _ in pairs) if pairs else None
    told = [windows / seconds for seconds, _, windows in pairs if windows]
    return Pace(
        step_s=step_s,
        windows_per_s=median(told) if told else None,
        memory_mb=_most(metrics, "rss_mb"),
        device_mb=_most(metrics, "device_mb"),
    )


@dataclass(frozen=True)
class PastRun:
    """What an earlier training took: seconds in all, the student's steps and pace, memory."""

    seconds: float
    steps: int
    pace: Pace


@dataclass(frozen=True)
class Cost:
    """What a training will take, from `n` earlier ones; memory None where none of them says."""

    seconds: float
    memory_mb: float | None
    n: int


def expected_cost(past: Sequence[PastRun], steps: int) -> Cost | None:
    """Return what a training of so many steps will take; None without an earlier one.

    Its steps take what steps took; all else (baselines, answers to gold) takes what it took, and
    the memory is the most that any of them held.
    """
    told = [(one, one.pace.step_s) for one in past if one.pace.step_s is not None]
    if not told:
        return None
    rest = median(max(0.0, one.seconds - one.steps * step_s) for one, step_s in told)
    held = [one.pace.memory_mb for one, _ in told if one.pace.memory_mb is not None]
    seconds = rest + steps * median(step_s for _, step_s in told)
    return Cost(seconds, max(held, default=None), len(told))


def _most(metrics: Sequence[Mapping[str, Any]], name: str) -> float | None:
    return max((float(line[name]) for line in metrics if line.get(name) is not None), default=None)

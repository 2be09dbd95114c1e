"""Light screening of a batch before models are asked: which windows stay, and what that may lose.

A detector scores the series of a plan, one after the other, each once per content and method
(`ScreeningMemo`). Of every series the windows with the highest peaks stay, or all that stand out.
Windows that touch gold stay in any case: what is measured must remain a random sample.

What it costs: one scoring of every series, and for the recall, unless people reviewed enough, two
scorings of a part of a series for each of `n_injected` events.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.chooser_evidence import LONGEST
from core.detectors import DETECTORS
from core.worth_asking import Keep, WindowPeaks, WindowScreening, keep_windows, peaks_of
from core.worth_asking_recall import (
    INJECTED,
    KINDS,
    SIZES,
    ScreeningRecall,
    injected_recall,
    reviewed_recall,
)
from pages.components.workflows.asking_models import ModelPlan
from pages.components.workflows.batch_plan import BatchPlan
from pages.components.workflows.planned_series import Load, PlannedSeries
from pages.components.workflows.scoring import LONG

FEW_WINDOWS = 20
"""A batch of so few windows is asked whole."""
PRESET = "stl"
"""Of the detectors that take linear time the one that kept most: 66 % of the events of 120
generated series where a fifth of the windows is kept, against 48 % of the quickest, `robust_z`
(`python -m benchmarks.worth_asking`)."""
PRESET_SHARE = 0.4
MANY = 200
"""Series from which on a person is asked before they are scored, however short they are."""
MOST_INJECTED = 1_000_000
"""Values that the scorings of injected events read, all together; a tenth of it where a detector
takes more than linear time."""

Told = Callable[[int, int], None]
"""Hears how many of how many series are scored so far."""


@dataclass(frozen=True)
class Rule:
    """How windows are screened: a key of `core.detectors.DETECTORS`, and which are kept."""

    method: str
    keep: Keep


@dataclass
class ScreeningMemo:
    """What was worked out so far, by all that it depends on: neither side ever changes."""

    peaks: dict[str, WindowPeaks] = field(default_factory=dict[str, WindowPeaks])
    recalls: dict[str, ScreeningRecall] = field(default_factory=dict[str, ScreeningRecall])


@dataclass(frozen=True)
class ScreenedPlan:
    """A plan without the windows that are not worth asking.

    Attributes:
        recall: what of the events is kept, gold aside.
        n_gold: windows that stay only because they touch gold.
        notes: what differs from the detector as described.
    """

    plan: BatchPlan
    recall: ScreeningRecall
    n_gold: int
    notes: tuple[str, ...]


def worth_screening(plan: BatchPlan) -> bool:
    """Tell whether a screening is offered: for questions about events, of more than a few windows.

    A question with options is asked of every window: a calm one has a pattern, too.
    """
    return plan.question.kind in ("anomaly", "open") and plan.n_windows > FEW_WINDOWS


def slow_words(series: Sequence[PlannedSeries], method: str, memo: ScreeningMemo) -> str:
    """Say before the work begins that it takes long; empty when it does not, or is done."""
    rows = [one.row for one in series if one.key(method) not in memo.peaks]
    n_values = sum(row.n_samples * row.n_channels for row in rows)
    most = LONG if DETECTORS[method]().linear else LONG // 10
    if n_values <= most and len(rows) <= MANY:
        return ""
    return f"{len(rows):,} series with {n_values:,} values are to be scored once; that takes long."


def n_injected(series: Sequence[PlannedSeries], method: str) -> int:
    """Return how many events are put in for the recall: `INJECTED`, fewer where series are long.

    Never fewer than one of each kind and size.
    """
    sizes = [min(one.row.n_samples, LONGEST) * one.row.n_channels for one in series]
    most = MOST_INJECTED if DETECTORS[method]().linear else MOST_INJECTED // 10
    each = len(KINDS) * len(SIZES)
    affordable = int(most * len(sizes) / (2 * sum(sizes)))
    return max(each, min(INJECTED, affordable // each * each))


def screen_plan(
    plan: BatchPlan,
    series: Sequence[PlannedSeries],
    rule: Rule,
    load: Load,
    memo: ScreeningMemo,
    told: Told = lambda done, n: None,
) -> ScreenedPlan:
    """Leave out the windows that are not worth asking, and estimate what is lost; deterministic.

    Args:
        series: the series of the plan with its windows; at least one.
        load: reads the values of a series; at most one is held at a time.
        memo: what it knows is not worked out again; what is new is written to it.

    Raises:
        ConfigError: if there is no such detector.
    """
    keys = [one.key(rule.method) for one in series]
    waiting = [(key, one) for key, one in zip(keys, series, strict=True) if key not in memo.peaks]
    for done, (key, one) in enumerate(waiting):
        told(done, len(waiting))
        memo.peaks[key] = peaks_of(one.loaded(load), rule.method)
    screened = [keep_windows(memo.peaks[key], rule.keep) for key in keys]
    worth = {
        (one.row.id, *window)
        for one, screening in zip(series, screened, strict=True)
        for window, kept in zip(one.windows, screening.kept, strict=True)
        if kept
    }
    gold = {
        (one.row.id, *window)
        for one in series
        for window, touched in zip(one.windows, one.gold, strict=True)
        if touched
    }
    asked = worth | gold
    return ScreenedPlan(
        plan=replace(
            plan,
            windows=tuple(one for one in plan.windows if one in asked),
            left_out=tuple(one for one in plan.windows if one not in asked),
        ),
        recall=_recall(series, screened, rule, load, memo),
        n_gold=len(gold - worth),
        notes=tuple(dict.fromkeys(one.note for one in screened if one.note)),
    )


def saved_words(asked: ModelPlan, whole: ModelPlan) -> str:
    """Say what a screening saves: requests, and what they would cost where prices are known.

    Args:
        whole: the same batch without the screening.
    """
    before, now = _requests(whole), _requests(asked)
    said = f"Screening saves {_span(*(f'{a - b:,}' for a, b in zip(before, now, strict=True)))} "
    said += "requests"
    if whole.usd is None or asked.usd is None or not whole.usd[1]:
        return f"{said}."
    usd = (f"{a - b:,.2f}" for a, b in zip(whole.usd, asked.usd, strict=True))
    return f"{said}, USD {_span(*usd)}."


def _requests(planned: ModelPlan) -> tuple[int, int]:
    low, high = zip(*(share.n_requests for share in planned.shares), strict=True)
    return sum(low), sum(high)


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _recall(
    series: Sequence[PlannedSeries],
    screened: Sequence[WindowScreening],
    rule: Rule,
    load: Load,
    memo: ScreeningMemo,
) -> ScreeningRecall:
    found = reviewed_recall([one.reviewed for one in series], screened)
    if found is not None:
        return found
    keys = [*(one.key(rule.method) for one in series), rule.keep.model_dump_json()]
    key = hashlib.sha256("\n".join(keys).encode()).hexdigest()
    if key not in memo.recalls:
        n = n_injected(series, rule.method)
        memo.recalls[key] = injected_recall(lambda at: series[at].loaded(load), screened, n)
    return memo.recalls[key]

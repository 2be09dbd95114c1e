"""Yardsticks: figures of answers and scores, each with an interval and with what luck would get."""

from core.metrics.estimates import (
    EVENT_FIGURES,
    Bootstrap,
    Confusion,
    Difference,
    Estimate,
    EventCounts,
    Figure,
    Numbers,
    accuracy,
    confusion,
    cut_to_window,
    draws_series,
    interval_scores,
    mean_figure,
    paired_difference,
    wilson,
)

__all__ = [
    "EVENT_FIGURES", "Bootstrap", "Confusion", "Difference", "Estimate", "EventCounts", "Figure",
    "Numbers", "accuracy", "confusion", "cut_to_window", "draws_series", "interval_scores",
    "mean_figure", "paired_difference", "wilson",
]  # fmt: skip

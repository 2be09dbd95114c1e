"""The numbers that a reasoning run logs beside its loss, each as a curve. No Streamlit.

What is drawn is what is in metrics.jsonl: a number that a recipe does not log is not made up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]

_REWARD = re.compile(r"rewards/(?P<term>[a-z0-9_]+)/mean")
_TERMS = {
    "accuracy": ("Accuracy", "How right the sampled answers are, 0 to 1."),
    "format": ("Format", "The share of sampled answers that have the whole structure."),
    "interval_f1": ("Interval F1", "Events found and not invented, one to one."),
    "interval_iou": ("Interval IoU", "Samples in both over samples in either."),
    "grounding": ("Grounding", "The share of checkable claims that the data confirm."),
    "axes": ("Axes", "The share of what is said of the axes that is so."),
    "length": ("Length reward", "1 for a rationale of a wanted length."),
    "extension": ("Extension", "What a judge says of the extension, where the class is right."),
}
_PLAIN = {
    "loss": ("Loss", "What training makes small; it compares steps of one run, nothing else."),
    "validation": ("Validation", "The score on examples that are not learned from, 0 to 1."),
}
_KNOWN = {
    "reward": ("Reward", "The weighted sum of the terms: what training makes large."),
    "kl": (
        "KL",
        "How far the model has moved from the one it began as, per token: large is a warning.",
    ),
    "entropy": (
        "Entropy",
        "How undecided the model is over its next token: near 0 it always says the same.",
    ),
    "completions/mean_length": ("Tokens", "Mean length of a sampled answer."),
    "completions/clipped_ratio": ("Cut short", "The share of answers that hit the length limit."),
    "frac_reward_zero_std": (
        "Groups alike",
        "The share of groups in which all answers earn the same: nothing is learned from them.",
    ),
    "rewards/margins": ("Margin", "How much more the model prefers what was chosen than before."),
    "rewards/accuracies": ("Chosen first", "The share of pairs in which it prefers the chosen."),
    "rewards/chosen": ("Chosen", "How much likelier the chosen answers became."),
    "rewards/rejected": ("Rejected", "How much likelier the rejected answers became."),
    "mean_token_accuracy": ("Tokens right", "The share of target tokens that it would write."),
}
_ORDER = (
    "rewards/accuracies",
    "rewards/margins",
    "rewards/chosen",
    "rewards/rejected",
    "mean_token_accuracy",
    "kl",
    "entropy",
    "completions/mean_length",
    "completions/clipped_ratio",
    "frac_reward_zero_std",
)
SHARES = frozenset(
    {
        "validation",
        "rewards/accuracies",
        "mean_token_accuracy",
        "completions/clipped_ratio",
        "frac_reward_zero_std",
    }
)


@dataclass(frozen=True)
class Term:
    """One number over the steps; `share` when it lies in [0, 1]."""

    key: str
    title: str
    note: str
    points: tuple[Point, ...]
    share: bool = False

    @property
    def last(self) -> float:
        """Its latest value."""
        return self.points[-1][1]


def terms_of(metrics: Sequence[Mapping[str, Any]]) -> list[Term]:
    """Return what was logged: the reward and its terms, the loss, then the rest.

    Empty for a run that logs nothing but its loss and its validation score.

    Args:
        metrics: lines of metrics.jsonl; what a recipe measures besides lies in their `numbers`.
    """
    metrics = [{**line.get("numbers", {}), **line} for line in metrics]
    keys = dict.fromkeys(key for line in metrics for key in line)
    known = [key for key in keys if key in _KNOWN or _REWARD.fullmatch(key)]
    if not known:
        return []
    wanted = sorted([*known, *(key for key in _PLAIN if key in keys)], key=_place)
    return [term for key in wanted if (term := _term(key, metrics)) is not None]


def _term(key: str, metrics: Sequence[Mapping[str, Any]]) -> Term | None:
    reward = _REWARD.fullmatch(key)
    name = "" if reward is None else reward["term"]
    plain_name = (name.replace("_", " ").capitalize(), "A term of the reward.")
    title, note = _TERMS.get(name, plain_name) if name else (_KNOWN | _PLAIN)[key]
    points = tuple(
        (float(line["step"]), float(line[key]))
        for line in metrics
        if isinstance(line.get(key), int | float)
    )
    if not points:
        return None
    return Term(key, title, note, points, share=bool(name) or key in SHARES)


def _place(key: str) -> tuple[int, str]:
    """Put the terms of the reward right after the reward itself."""
    if key == "reward":
        return 0, ""
    reward = _REWARD.fullmatch(key)
    if reward is not None:
        names = list(_TERMS)
        term = reward["term"]
        return 1, f"{names.index(term) if term in names else len(names):02d}{term}"
    if key in _PLAIN:
        return 2, key
    return 3, f"{_ORDER.index(key):02d}"

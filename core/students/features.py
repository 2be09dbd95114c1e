"""The `features` baseline: named statistics and a logistic regression (scikit-learn).

Pattern: statistics of the whole window. Anomaly: statistics of sliding patches; neighbouring
patches of one event type are an interval. What a student with a network has to beat.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from core.answers import AnswerContent
from core.model import Frozen
from core.questions.base import Question
from core.series import WindowView
from core.students import CONFIG_FILE
from core.students.lookup import refuse_unlearned, trained_question
from core.students.majority import Example
from core.students.series_events import EventRules, find_events, numbered
from core.students.statistics import (
    PATCH,
    STRIDE,
    patch_starts,
    patch_statistics,
    window_statistics,
)

WEIGHTS_FILE = "model.safetensors"
Array = NDArray[np.float64]


class FeatureConfig(Frozen):
    """What the baseline was fitted on."""

    student: Literal["features"] = "features"
    questions: tuple[Question, ...]


class Regression:
    """A multinomial logistic regression over standardised statistics, as plain arrays."""

    def __init__(self, mean: Array, scale: Array, coef: Array, intercept: Array) -> None:
        self.mean, self.scale, self.coef, self.intercept = mean, scale, coef, intercept

    @classmethod
    def fit(cls, x: Array, y: NDArray[np.int64], n_classes: int) -> "Regression":
        """Fit classes 0 to n_classes - 1; a class without examples is never answered."""
        from sklearn.linear_model import LogisticRegression

        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[scale == 0] = 1.0
        coef, intercept = np.zeros((n_classes, x.shape[1])), np.full(n_classes, -1e6)
        there = np.unique(y)
        intercept[there] = 0.0
        if len(there) > 1:
            model = LogisticRegression(max_iter=5000, C=1.0).fit((x - mean) / scale, y)
            if len(there) == 2:
                coef[there[1]], intercept[there[1]] = model.coef_[0], model.intercept_[0]
            else:
                coef[there], intercept[there] = model.coef_, model.intercept_
        return cls(mean, scale, coef, intercept)

    def probabilities(self, x: Array) -> Array:
        """Return (rows, classes) probabilities."""
        logits = (x - self.mean) / self.scale @ self.coef.T + self.intercept
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    def arrays(self) -> dict[str, Array]:
        """Return the weights by name."""
        return {
            "mean": self.mean,
            "scale": self.scale,
            "coef": np.ascontiguousarray(self.coef),
            "intercept": self.intercept,
        }


class FeatureStudent:
    """A fitted baseline; see the module."""

    name = "features"

    def __init__(self, config: FeatureConfig, regressions: dict[str, Regression]) -> None:
        self.config = config
        self.regressions = regressions

    @classmethod
    def fit(cls, examples: Sequence[Example], questions: Sequence[Question]) -> Self:
        """Fit one regression per question that has examples; deterministic."""
        refuse_unlearned(questions)
        kept = tuple(q for q in questions if any(e.question_id == q.id for e in examples))
        regressions: dict[str, Regression] = {}
        for question in kept:
            own = [e for e in examples if e.question_id == question.id]
            learn = _fit_pattern if question.kind == "pattern" else _fit_anomaly
            regressions[question.id] = learn(question, own)
        return cls(FeatureConfig(questions=kept), regressions)

    def answer(self, question: Question, views: Sequence[WindowView]) -> list[AnswerContent]:
        """Answer the question on each window; gives no rationale."""
        trained = trained_question(question, self.config.questions)
        one = self._pattern if question.kind == "pattern" else self._anomaly
        return [one(question, trained, view) for view in views]

    def _pattern(self, question: Question, trained: Question, view: WindowView) -> AnswerContent:
        p = self.regressions[trained.id].probabilities(window_statistics(view)[None])[0]
        asked = {option.key for option in question.options}
        shares = {o.key: float(s) for o, s in zip(trained.options, p, strict=True)}
        total = sum(share for key, share in shares.items() if key in asked) or 1.0
        scores = {key: share / total for key, share in shares.items() if key in asked}
        label = max(scores, key=lambda key: scores[key])
        return AnswerContent(kind="pattern", label=label, scores=scores, confidence=scores[label])

    def _anomaly(self, question: Question, trained: Question, view: WindowView) -> AnswerContent:
        regression = self.regressions[trained.id]
        rows = [regression.probabilities(patch_statistics(row)) for row in view.values.T]
        by_key = {event_type.key: event_type.id for event_type in question.types}
        ids = [by_key.get(event_type.key) for event_type in trained.types]
        return events_of_patches(rows, ids, len(view.values), view.start)

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and configuration into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            f"{question}/{name}": array
            for question, regression in self.regressions.items()
            for name, array in regression.arrays().items()
        }
        save_file(arrays, folder / WEIGHTS_FILE)
        (folder / CONFIG_FILE).write_text(self.config.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a student written by `save`."""
        text = (folder / CONFIG_FILE).read_text()
        config = FeatureConfig.model_validate(json.loads(text))
        arrays = load_file(folder / WEIGHTS_FILE)
        names = ("mean", "scale", "coef", "intercept")
        regressions = {
            question.id: Regression(*(arrays[f"{question.id}/{name}"] for name in names))
            for question in config.questions
        }
        return cls(config, regressions)


def _fit_pattern(question: Question, examples: Sequence[Example]) -> Regression:
    places = {option.key: i for i, option in enumerate(question.options)}
    x = np.array([window_statistics(e.view) for e in examples])
    y = np.array([places[str(e.content.label)] for e in examples])
    return Regression.fit(x, y, len(places))


def _fit_anomaly(question: Question, examples: Sequence[Example]) -> Regression:
    """Learn patches: a patch is of an event when the event covers half of it, or lies inside."""
    places = {event_type.id: i for i, event_type in enumerate(question.types)}
    x: list[Array] = []
    y: list[int] = []
    for example in examples:
        view = example.view
        for channel, row in enumerate(view.values.T):
            x.append(patch_statistics(row))
            for start in patch_starts(len(row)):
                y.append(patch_class(example, channel, view.start + int(start), places))
    return Regression.fit(np.concatenate(x), np.array(y), 1 + len(places))


def patch_class(example: Example, channel: int, start: int, places: dict[str, int]) -> int:
    """Return what the patch of a channel from sample `start` on is of: 0 none, else 1 + type."""
    for found in example.content.intervals:
        if found.type_id not in places or (found.channels and channel not in found.channels):
            continue
        shared = min(found.stop, start + PATCH) - max(found.start, start)
        if shared >= min(PATCH // 2, found.stop - found.start):
            return 1 + places[found.type_id]
    return 0


def events_of_patches(
    rows: Sequence[Array], type_ids: Sequence[str | None], n: int, start: int
) -> AnswerContent:
    """Make an answer of patches: one (patches, 1 + types) array per channel of a window.

    The window holds the samples `[start, start + n)`; class 0 is "no event".
    """
    per_sample = np.stack([_spread(row, n) for row in rows])
    n_types = len(type_ids)
    rules = EventRules(threshold=(0.5,) * n_types, shortest=(1,) * n_types, gap=(STRIDE,) * n_types)
    intervals = numbered(find_events(per_sample, rules), list(type_ids), start)
    sure = min((i.confidence or 0.0 for i in intervals), default=float(per_sample[:, 0].min()))
    return AnswerContent(kind="anomaly", intervals=intervals, confidence=sure)


def _spread(probabilities_P_K: Array, n: int) -> NDArray[np.float32]:
    """Return (classes, n): each sample takes the patch whose middle is nearest."""
    middle = (np.arange(n) - PATCH // 2 + STRIDE // 2) // STRIDE
    nearest = np.clip(middle, 0, len(probabilities_P_K) - 1)
    return probabilities_P_K[nearest].T.astype(np.float32)

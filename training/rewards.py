"""What a written answer earns: a composite reward of small named terms, each looked at apart.

    R = sum over terms k of  weight_k * r_k ,   every r_k in [0, 1]

With the default weights R = 0.9 accuracy + 0.1 format (TimeMaster). A term is left out (None) only
where it says nothing about a *question*, never because of what was written: whoever says nothing
earns nothing, so that no answer pays by silence.

accuracy     How right the answer is against the trusted one: the question kind's own score. Label
             equality for patterns; for anomalies `2 sum(share) / (given + true)` over matched
             events, share the intersection over union; 0 for a text that is no answer.
format       1 when the text has the whole structure, else 0 (`reward_format`, which also has the
             laxer rule of the published code; accuracy is then read by that rule too).
interval_f1  `2 M / (G + T)` with M one-to-one matches of at least half the union, G intervals given
             and T true ones; 1 when there are neither. By any overlap, as published numbers very
             probably count, one interval over the whole window would earn everything.
interval_iou samples in both / samples in either, over the union of the intervals; 1 when there are
             neither.
grounding    confirmed / (confirmed + contradicted) of what the rationale says of the data
             (`core.grounding`); 0 without anything to check.
axes         of what the rationale states of the axes, the share that fits what was shown
             (`core.selection_terms`); 0 where it states nothing.
length       min(1, words / fewest, most / words) of the rationale; 0 without one.
extension    what a judge says of the part in `<extension>`, in [0, 1], and only where the class is
             right; at most 0.4 with a stock phrase. TimeMaster adds it with weight 0.5, so its
             weights sum to 1.5, not to 1: only differences within a group count.

Pure apart from the judge, which whoever calls hands in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent, FoundInterval
from core.axis import Axis
from core.errors import AnswerError, ConfigError
from core.grounding import grounding_share
from core.metrics.intervals import event_f1
from core.questions import kind_of
from core.questions.base import Question
from core.selection_terms import WORDS, axes_of, axes_term
from core.series import WindowView
from training.reward_format import (
    FormatRule,
    extension_of,
    has_structure,
    has_valid_tag,
    published_answer,
)

TermName = Literal[
    "accuracy",
    "format",
    "interval_f1",
    "interval_iou",
    "grounding",
    "axes",
    "length",
    "extension",
]
TERM_NAMES: tuple[TermName, ...] = get_args(TermName)
DEFAULT_WEIGHTS: Mapping[TermName, float] = {"accuracy": 0.9, "format": 0.1}
LEAST_IOU = 0.5
STOCK_CAP = 0.4
# The first five are those of TimeMaster's code, which knows medicine alone.
_STOCK = re.compile(
    r"further (?:diagnostic )?tests|clinical history|physical examination|refer to specialist|"
    r"confirm the diagnosis|further investigation|consult an expert|monitor closely",
    re.IGNORECASE,
)


class ExtensionJudge(Protocol):
    """Whoever says how good the extension of an answer is, in [0, 1]; it never sees the truth."""

    def __call__(self, question: Question, text: str) -> float:
        """Judge the extension of a written answer."""
        ...


@dataclass(frozen=True)
class Written:
    """A text that a model wrote about a window, and what is trusted about that window.

    `axis` is what positions in the text mean; None for samples counted from the window's first.
    """

    question: Question
    view: WindowView
    text: str
    truth: AnswerContent
    axis: Axis | None = None
    rule: FormatRule = "strict"
    words: tuple[int, int] = WORDS

    @cached_property
    def answer(self) -> AnswerContent | None:
        """What the text says as a whole; None when it is no answer to the question."""
        try:
            return kind_of(self.question).parse(self.question, self.view, self.text, self.axis)
        except AnswerError:
            return None

    @cached_property
    def counted(self) -> AnswerContent | None:
        """The answer whose accuracy counts, which under the published rule is read laxly."""
        if self.rule == "published" and self.question.kind != "open":
            return published_answer(self.question, self.view, self.text, self.axis)
        return self.answer

    @cached_property
    def accuracy(self) -> float:
        """The term of that name, which others build on."""
        if self.counted is None:
            return 0.0
        return kind_of(self.question).score(self.counted, self.truth)


@dataclass(frozen=True)
class Rewarded:
    """What one text earned; a term is None where it says nothing about the question."""

    total: float
    terms: dict[TermName, float | None]


Term = Callable[[Written], float | None]


def _accuracy(written: Written) -> float:
    return written.accuracy


def _format(written: Written) -> float | None:
    if written.question.kind == "open":
        return None
    if written.rule == "published":
        return float(has_valid_tag(written.question, written.text))
    return float(has_structure(written.question, written.view, written.text, written.axis))


def _interval_f1(written: Written) -> float | None:
    if written.question.kind != "anomaly":
        return None
    if written.counted is None:
        return 0.0
    return event_f1(written.counted.intervals, written.truth.intervals, LEAST_IOU).f1


def _interval_iou(written: Written) -> float | None:
    if written.question.kind != "anomaly":
        return None
    if written.counted is None:
        return 0.0
    given = _covered(written.counted.intervals, written.view)
    truth = _covered(written.truth.intervals, written.view)
    either = int((given | truth).sum())
    return float((given & truth).sum() / either) if either else 1.0


def _covered(found: Sequence[FoundInterval], view: WindowView) -> NDArray[np.bool_]:
    inside = np.zeros(len(view.values), np.bool_)
    for one in found:
        inside[max(0, one.start - view.start) : max(0, one.stop - view.start)] = True
    return inside


def _grounding(written: Written) -> float:
    if written.answer is None:
        return 0.0
    return grounding_share(written.answer, written.view) or 0.0


def _axes(written: Written) -> float | None:
    if written.axis is not None and written.axis.kind == "time":
        return None  # times are not read from texts
    if written.answer is None:
        return 0.0
    return axes_term(written.answer, written.view, axes_of(written.view)) or 0.0


def _length(written: Written) -> float:
    if written.answer is None:
        return 0.0
    n_words = len(re.findall(r"\w+", written.answer.rationale_text))
    fewest, most = written.words
    return min(1.0, n_words / fewest, most / n_words) if n_words else 0.0


TERMS: Mapping[TermName, Term] = {
    "accuracy": _accuracy,
    "format": _format,
    "interval_f1": _interval_f1,
    "interval_iou": _interval_iou,
    "grounding": _grounding,
    "axes": _axes,
    "length": _length,
}
"""All terms that the data and the text decide; `extension` needs a judge (`extension_term`)."""


def extension_term(judge: ExtensionJudge) -> Term:
    """Return the term that asks a judge; it is asked only where the class is right.

    Raises:
        ConfigError: (when used) if the judge says something outside [0, 1].
    """

    def term(written: Written) -> float | None:
        if written.question.kind != "pattern":
            return None
        extension = extension_of(written.text)
        if written.accuracy < 1.0 or not extension:
            return 0.0
        said = judge(written.question, written.text)
        if not 0 <= said <= 1:
            raise ConfigError(
                f"the judge of extensions said {said}, which is no share; give a judge whose "
                "scores lie in [0, 1], or give the extension no weight"
            )
        return min(said, STOCK_CAP) if has_stock_phrase(extension) else said

    return term


def has_stock_phrase(text: str) -> bool:
    """Say whether a text holds a phrase that fits any case and therefore says nothing."""
    return _STOCK.search(text) is not None


def chosen_terms(
    weights: Mapping[TermName, float], judge: ExtensionJudge | None = None
) -> dict[TermName, Term]:
    """Return the terms to compute: those of the data always, so that one sees what was not paid.

    Raises:
        ConfigError: a weight is negative, all are 0, or the extension counts without a judge.
    """
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise ConfigError(
            f"the weights {dict(weights)} reward nothing, or reward a worse answer; give weights "
            "of 0 or more, and at least one above 0"
        )
    if weights.get("extension") and judge is None:
        raise ConfigError(
            "the extension has a weight and there is no judge to say how good one is; name a "
            "judge, or give the extension the weight 0"
        )
    return {**TERMS, **({"extension": extension_term(judge)} if judge else {})}


def reward(
    written: Written, weights: Mapping[TermName, float], terms: Mapping[TermName, Term] = TERMS
) -> Rewarded:
    """Return what a text earns, term by term and in all."""
    found: dict[TermName, float | None] = {name: term(written) for name, term in terms.items()}
    earned = ((weights.get(name, 0.0), value) for name, value in found.items())
    return Rewarded(sum(weight * value for weight, value in earned if value is not None), found)

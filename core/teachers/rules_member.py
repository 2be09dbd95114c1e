"""A detector as a member of the rules: stretches that no finder of a typed event explains.

Off (`MEMBER` is empty), because no member is worth it where it was measured: on 80 generated
windows, whose events all are of types that have a finder (`python -m benchmarks.rules --member
KEY`), recall stays 0.988 with every one, and false alarms per 1,000 samples rise from 0.047 to
0.066 (sub_pca), 0.075 (robust_z), 0.094 (matrix_profile), 0.103 (knn), 0.27 (polynomial) and 0.43
(stl). Series whose shape breaks in other ways may say otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.answers import AnswerContent, FoundInterval, Span
from core.detectors import DETECTORS
from core.detectors.cutting import stretches, threshold_of
from core.detectors.scoring import score_series
from core.questions.base import Question
from core.series import WindowView
from core.teachers.rules_words import sample, where

MEMBER = ""
"""Key of the detector that the rules ask; empty for none."""
BEYOND = 1.5
"""A stretch counts when its peak is this many times the detector's own threshold."""
OTHER = "other"
"""Key of the event type that a find without a type of its own is given, where there is one."""
MOST = 4


@dataclass(frozen=True)
class _Unexplained:
    start: int
    stop: int
    peak: float
    quantile: float
    channels: tuple[int, ...]


def with_member(
    question: Question, view: WindowView, content: AnswerContent, key: str = MEMBER
) -> AnswerContent:
    """Return the rules' answer with what the detector finds where no finder found anything.

    Args:
        content: the answer of the finders.
        key: the detector; empty leaves the answer as it is.
    """
    if not key:
        return content
    finds = _unexplained(view, content.intervals, key)
    if not finds:
        return content
    type_id = next((one.id for one in question.types if one.key == OTHER), None)
    n_channels = view.values.shape[1]
    added = [
        FoundInterval(
            number=len(content.intervals) + place,
            start=one.start,
            stop=one.stop,
            channels=one.channels if len(one.channels) < n_channels else (),
            type_id=type_id,
            confidence=0.5,
        )
        for place, one in enumerate(finds, start=1)
    ]
    # A calm answer said that nothing stands out: what the detector found takes its place.
    said = content.rationale if content.intervals else ()
    spans: list[Span] = []
    for interval, one in zip(added, finds, strict=True):
        on = where(one.channels[0], n_channels) if one.channels else ""
        text = f"From {sample(one.start)} to {one.stop - 1:,}{on} {DETECTORS[key]().name} is"
        text += f" higher than in {100 * one.quantile:.1f} % of the window"
        spans += [Span(text=text, interval=interval.number), Span(text=". ")]
    return _in_order(
        content.model_copy(
            update={
                "intervals": (*content.intervals, *added),
                "rationale": (*said, *spans),
                "confidence": content.confidence if content.intervals else 0.5,
            }
        )
    )


def _unexplained(view: WindowView, known: Sequence[FoundInterval], key: str) -> list[_Unexplained]:
    """Return the strongest stretches that lie a period away from everything found, by start."""
    scores = score_series(key, view.values, view.seconds)
    threshold = threshold_of(scores.values)
    free: list[_Unexplained] = []
    for one in stretches(scores, threshold):
        start, stop = view.start + one.start, view.start + one.stop
        apart = all(
            start >= found.stop + scores.period or stop + scores.period <= found.start
            for found in known
        )
        if apart and one.peak >= BEYOND * threshold > 0:
            free.append(_Unexplained(start, stop, one.peak, one.quantile, one.channels))
    strongest = sorted(free, key=lambda one: -one.peak)[:MOST]
    return sorted(strongest, key=lambda one: one.start)


def _in_order(content: AnswerContent) -> AnswerContent:
    """Number the intervals by start again, the rationale with them."""
    ordered = sorted(content.intervals, key=lambda one: (one.start, one.stop))
    numbers = {found.number: place for place, found in enumerate(ordered, start=1)}
    return content.model_copy(
        update={
            "intervals": tuple(
                found.model_copy(update={"number": numbers[found.number]}) for found in ordered
            ),
            "rationale": tuple(
                span
                if span.interval is None
                else span.model_copy(update={"interval": numbers[span.interval]})
                for span in content.rationale
            ),
        }
    )

"""From trained weights to a student: what its scores are measured against, and its threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import AnswerError
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView
from core.students.correlation import CorrelationConfig, CorrelationStudent, Seen
from core.students.correlation_answer import answer_of
from core.students.correlation_read import variables
from core.students.correlation_regimes import regimes, usual_regimes
from core.students.correlation_scores import (
    Strips,
    correlation_change,
    edge,
    independent_score,
    learn_weights,
    own_parts,
    peaks,
    reached,
    span_in,
)
from training.examples import TrainingExample

if TYPE_CHECKING:
    from training.recipes.correlation import CorrelationRecipeConfig
    from training.recipes.correlation_data import Windows
    from training.recipes.correlation_state import CorrelationState

MOST_WINDOWS = 300
"""Windows, evenly spread, that scores are measured on."""
_N_THRESHOLDS = 60
Thing = TypeVar("Thing")


def finished_student(
    state: CorrelationState,
    windows: Windows,
    examples: Sequence[TrainingExample],
    asked: tuple[Question, ...],
    config: CorrelationRecipeConfig,
) -> CorrelationStudent:
    """Measure the scores on training windows and choose the threshold of a change point."""
    state.close()
    made = CorrelationConfig(
        net=state.net_config,
        questions=asked,
        scale=windows.scale,
        unit=windows.unit,
        length=config.length,
        horizon=config.reach,
        span=config.span,
        apart=config.apart,
        restarts=state.restarts,
        collapsed=state.collapsed,
    )
    views = _some(_usable(examples, asked, config.features))
    student, seen = _measured(CorrelationStudent(made, state.net), views)
    reviewed = _reviewed(examples, asked, config.features)
    if len(reviewed) >= config.fewest_reviewed:
        threshold = _best_threshold(student, reviewed, asked)
    else:
        threshold = _usual_threshold([student.strips_of(one) for one in seen], config)
    norms = student.config.norms.model_copy(update={"threshold": threshold})
    return CorrelationStudent(student.config.model_copy(update={"norms": norms}), student.net)


def _measured(
    student: CorrelationStudent, views: Sequence[WindowView]
) -> tuple[CorrelationStudent, list[Seen]]:
    """Return the student with weights for its predictions, and how rare both scores are.

    What it saw comes back too: to look again would take as long as much of the training.
    """
    seen = student.see(views)
    norms = learn_weights([one.misses for one in seen])
    spans = [span_in(len(one.pairs), student.config.span) for one in seen]
    both = list(zip(seen, spans, strict=True))
    if student.config.net.together:
        found = [regimes(one.misses[:, 0], span) for one, span in both]
        norms = norms.model_copy(update={"regimes": usual_regimes(found, spans)})
    correlation = [_inside(correlation_change(one.pairs, span)) for one, span in both]
    independent = [
        _inside(independent_score(own_parts(one.misses, norms, span), norms)) for one, span in both
    ]
    norms = norms.model_copy(
        update={
            "correlation": reached(np.concatenate(correlation)),
            "independent": reached(np.concatenate(independent)),
        }
    )
    config = student.config.model_copy(update={"norms": norms})
    return CorrelationStudent(config, student.net), seen


def _inside(score: NDArray[np.float64]) -> NDArray[np.float64]:
    return score[edge(len(score)) : len(score) - edge(len(score))]


def _usual_threshold(strips: Sequence[Strips], config: CorrelationRecipeConfig) -> float:
    """Return the value over which as many peaks lie as are expected, over all windows."""
    heights = np.sort(
        np.concatenate([one.ensemble[peaks(one.ensemble, -np.inf, config.apart)] for one in strips])
    )[::-1]
    wanted = min(len(heights), max(1, round(config.expected * len(strips))))
    return float(heights[wanted - 1])


def _best_threshold(
    student: CorrelationStudent, reviewed: Sequence[TrainingExample], asked: Sequence[Question]
) -> float:
    """Return the threshold whose answers score highest on reviewed windows; ties the highest."""
    kinds = {question.id: kind_of(question) for question in asked}
    views = [one.view for one in reviewed]
    strips = student.strips(views)
    heights = np.concatenate([one.ensemble for one in strips])
    best, best_score = np.inf, -1.0
    for threshold in np.quantile(heights, 1 - np.geomspace(1e-4, 0.1, _N_THRESHOLDS)):
        score = float(
            np.mean(
                [
                    kinds[one.question_id].score(
                        answer_of(
                            strip, one.view, threshold, student.config.apart, student.features
                        ),
                        one.content,
                    )
                    for strip, one in zip(strips, reviewed, strict=True)
                ]
            )
        )
        if score > best_score:
            best, best_score = float(threshold), score
    return best


def _reviewed(
    examples: Sequence[TrainingExample], asked: Sequence[Question], features: int
) -> list[TrainingExample]:
    """Return the windows that a person decided; a teacher's labels choose nothing."""
    ids = {question.id for question in asked}
    own = [e for e in examples if e.question_id in ids and e.source == "correction"]
    return _some([e for e in own if _readable(e.view, features)])


def _usable(
    examples: Sequence[TrainingExample], asked: Sequence[Question], features: int
) -> list[WindowView]:
    ids = {question.id for question in asked}
    own = [e for e in examples if e.question_id in ids and _readable(e.view, features)]
    return [e.view for e in own if e.split == "train"] or [e.view for e in own]


def _readable(view: WindowView, features: int) -> bool:
    try:
        variables(view, features)
    except AnswerError:
        return False
    return True


def _some(things: list[Thing]) -> list[Thing]:
    return things[:: max(1, -(-len(things) // MOST_WINDOWS))]

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
from core.students.correlation_read import variables
from core.students.correlation_regimes import regimes, usual_regimes
from core.students.correlation_scores import (
    Strips,
    edge,
    graph_change,
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
_LEAST = 1e-12  # the ends of a window have no score and no peak
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
    correlation = [
        _counted(graph_change(one.pairs, one.n_variables, span), student) for one, span in both
    ]
    independent = [
        _counted(independent_score(own_parts(one.misses, norms, span), norms), student)
        for one, span in both
    ]
    norms = norms.model_copy(
        update={
            "correlation": reached(np.concatenate(correlation)),
            "independent": reached(np.concatenate(independent)),
        }
    )
    config = student.config.model_copy(update={"norms": norms})
    return CorrelationStudent(config, student.net), seen


def _counted(score: NDArray[np.float64], student: CorrelationStudent) -> NDArray[np.float64]:
    """Return the scores of a window among which rarity counts: those of its peaks.

    A broad peak is no more usual than a sharp one as high. Where graphs of neighbouring samples
    are compared, and peaks are as sharp everywhere, all samples count as they do in the thesis.
    """
    inside = score[edge(len(score)) : len(score) - edge(len(score))]
    if not student.config.net.together:
        return inside
    return inside[peaks(inside, _LEAST, student.config.apart)]


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
                        student.read_off(strip, one.view, float(threshold)), one.content
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

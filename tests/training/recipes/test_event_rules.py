"""How probabilities become events is chosen by what agrees best with the windows that judge it."""

from typing import Any

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.series import WindowView
from core.students.series import SeriesConfig
from core.students.series_events import Probabilities
from tests.training.recipes.reasoner_examples import EVENTS
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig
from training.recipes.pseudo_label_events import EventTask, agreement

N, START, STOP = 200, 50, 90


def event(start: int, stop: int) -> FoundInterval:
    return FoundInterval(number=1, start=start, stop=stop, type_id=EVENTS.types[0].id)


def probabilities(inside: float, around: float) -> Probabilities:
    """One event whose middle is less likely than its ends, and some unrest around it."""
    p = np.zeros((1, 2, N), np.float32)
    p[0, 1, START - 20 : STOP + 20] = around
    p[0, 1, START:STOP] = 0.9
    p[0, 1, START + 10 : STOP - 10] = inside
    p[0, 0] = 1 - p[0, 1]
    return p


class Sees(EventTask):
    """Has these probabilities on every window, whatever its model is."""

    def __init__(self, seen: Probabilities) -> None:
        truth = AnswerContent(kind="anomaly", intervals=(event(START, STOP),))
        values = np.random.default_rng(0).normal(size=(N, 1))
        examples = [
            TrainingExample(EVENTS.id, WindowView(values), truth, item_id=str(k)) for k in range(4)
        ]
        student = SeriesConfig(questions=(EVENTS,), tokens=())
        super().__init__(EVENTS, 0, 0, examples, (), student, PseudoLabelConfig())
        self.seen = seen

    def _probabilities(self, model: Any, data: Any, window: int) -> Probabilities:
        return self.seen


@pytest.mark.parametrize(
    ("inside", "around", "whole"),
    [
        (0.3, 0.0, True),  # two parts of one event
        (0.9, 0.2, False),  # one part, and faint unrest that would widen it
    ],
)
def test_events_reach_as_far_as_agrees_best_with_what_was_marked(
    inside: float, around: float, whole: bool
) -> None:
    rules = Sees(probabilities(inside, around)).rules(None)  # type: ignore[arg-type] # never asked
    assert rules is not None
    assert rules.whole is whole


def test_a_match_counts_as_much_as_it_overlaps_and_a_part_too_many_costs() -> None:
    truth = [[event(0, 100)]]
    assert agreement([[event(0, 100)]], truth) == 1.0
    assert agreement([[event(0, 125)]], truth) == pytest.approx(0.8)
    assert agreement([[event(0, 40), event(60, 100)]], truth) == pytest.approx(2 * 0.4 / 3)
    assert agreement([[]], truth) == 0.0
    assert agreement([[]], [[]]) == 1.0

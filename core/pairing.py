"""Which event of one answer is which of another, by the question kind: the one place that decides.

Anomalies are paired by what they share (`core.matching`), change points by how far apart they are
(`core.questions.change_point`).
"""

from collections.abc import Sequence

from core.answers import FoundInterval, QuestionKind
from core.matching import Pair, match_events
from core.questions.change_point import match_changes


def paired(
    kind: QuestionKind,
    given: Sequence[FoundInterval],
    truth: Sequence[FoundInterval],
    least: float = 0.0,
) -> tuple[Pair, ...]:
    """Pair the events of two answers to a question of this kind, each at most once.

    Args:
        kind: of the question.
        given: events of one answer.
        truth: events of the other.
        least: the intersection over union that anomalies must reach; change points have none.
    """
    if kind == "change_point":
        return match_changes(given, truth)
    return match_events(given, truth, least=least)

"""What a student looked at: how much each sample of a window counts for the answer it gave.

For a pattern, stretches of the window are flattened one after the other, as the what-if does it
(`core.probe`), and the log-probability of the option it chose is taken again: a sample counts as
much as the stretches over it change that, up or down, on average. For an anomaly question it is the
student's own score of each sample, for that is what its intervals are made of. All channels are
flattened together. It says what the answer hangs on, not what is true.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.probe import Change, changed
from core.questions.base import Question
from core.series import WindowView
from core.students.series import SeriesStudent

STRETCHES = 8
"""Stretches that would cover the window side by side."""
STEPS = 4
"""Steps in which a stretch moves on by its length: so many stretches lie over each sample."""
_FEWEST_SAMPLES = 2 * STRETCHES


def saliency(student: SeriesStudent, question: Question, view: WindowView) -> NDArray[np.float64]:
    """Return (n,) how much each sample counts, in [0, 1]: 1 is what counts most.

    All zeros where nothing counts more than anything else: no event is likely, or the window is
    shorter than 16 samples.

    Raises:
        AnswerError: when the student was not trained on the question.
    """
    if question.kind == "anomaly":
        return _of_highest(student.answer_with_scores(question, view)[1])
    return _of_highest(_effects(student, question, view))


def stretches(n_samples: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches `[start, stop)` that are flattened, in samples of the window."""
    length = n_samples // STRETCHES
    step = max(1, length // STEPS)
    yield from ((start, start + length) for start in range(0, n_samples - length + 1, step))


def _effects(student: SeriesStudent, question: Question, view: WindowView) -> NDArray[np.float64]:
    """Return (n,) the mean change of the chosen option's log-probability by stretches over it."""
    n = len(view.values)
    total, count = np.zeros(n), np.zeros(n)
    if n < _FEWEST_SAMPLES:
        return total
    places: list[tuple[int, int]] = []
    windows = [view]
    for start, stop in stretches(n):
        change = Change(kind="flatten", start=view.start + start, stop=view.start + stop)
        try:
            windows.append(changed(view, change))
        except DataError:  # a gap around it: there is no level to flatten it to
            continue
        places.append((start, stop))
    log_p = np.log(np.maximum(student.option_probabilities(question, windows), 1e-12))
    effects = np.abs(log_p[1:] - log_p[0])[:, int(log_p[0].argmax())]
    for (start, stop), effect in zip(places, effects, strict=True):
        total[start:stop] += effect
        count[start:stop] += 1
    return total / np.maximum(count, 1)


def _of_highest(values: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = float(values.max(initial=0.0))
    return values / highest if highest > 0 else np.zeros_like(values)

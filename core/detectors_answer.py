"""What a detector answers to an `anomaly` question on one window, from its numbers alone.

It was shown no label and names no types: the stretches above its label-free threshold are the
events. A window in which nothing stands out has no anomaly.
"""

from core.answers import AnswerContent, FoundInterval
from core.detectors.cutting import stretches
from core.detectors.scoring import score_series
from core.series import WindowView

MOST = 32
"""Events of an answer: the strongest ones, as many as the rules give at most."""


def detector_answer(key: str, view: WindowView) -> AnswerContent:
    """Answer a window by the detector of this key; the same window gets the same answer.

    Args:
        key: one of `core.detectors.DETECTORS`.
        view: the window. Nothing of the series outside of it is read.

    Raises:
        ConfigError: if there is no such detector.
    """
    found = stretches(score_series(key, view.values, view.seconds))
    strongest = sorted(found, key=lambda one: -one.peak)[:MOST]
    n_channels = view.values.shape[1]
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(
                number=number,
                start=view.start + one.start,
                stop=view.start + one.stop,
                channels=one.channels if len(one.channels) < n_channels else (),
            )
            for number, one in enumerate(sorted(strongest, key=lambda one: one.start), start=1)
        ),
    )

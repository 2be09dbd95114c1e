"""How sure a student is that it decided every candidate rightly."""

import numpy as np
import pytest

from core.students.series_events import certainty


def probabilities(*channels: list[float]) -> np.ndarray:
    """Return (channels, background and one type, n) from the probability of an event."""
    events = np.array(channels, np.float32)
    return np.stack([1 - events, events], axis=1)


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (([0.0, 0.1, 0.1],), 1.0),  # nothing that is even faint
        (([0.0, 0.9, 0.8, 0.0],), 0.9),  # one event, by its surest sample
        (([0.0, 0.4, 0.0, 0.9, 0.9],), 0.6 * 0.9),  # and one that was not reported
        (([0.5, 0.0], [0.0, 0.8]), 0.5 * 0.8),  # one on each channel
        (([0.9, 0.9, 0.9],), 0.9),  # up to both ends
    ],
)
def test_every_candidate_counts_with_its_surer_side(
    channels: tuple[list[float], ...], expected: float
) -> None:
    assert certainty(probabilities(*channels)) == pytest.approx(expected, abs=1e-6)

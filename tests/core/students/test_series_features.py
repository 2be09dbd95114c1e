"""What single samples show of a channel: a steep turn of its cycle is no spike."""

import numpy as np
import pytest

from core.finders.baseline import baseline_of
from core.questions.defaults import default_anomaly_question
from core.series import WindowView
from core.students.series import SeriesConfig
from core.students.series_features import EVENT_FEATURES, Blurred, event_features

SPIKE = 333
EXCURSION = EVENT_FEATURES.index("excursion")
SURPRISE = EVENT_FEATURES.index("surprise of the excursion")


@pytest.fixture(scope="module")
def sawtooth() -> WindowView:
    """A channel that climbs and falls back at once every 97 samples, with one sample far off."""
    rng = np.random.default_rng(3)
    at = np.arange(1000)
    # falling back now and then a sample early, so that no mean of many turns takes all of it out
    values = 40.0 * (((at + rng.integers(0, 2, 1000)) % 97) / 97) + rng.normal(0, 0.2, 1000)
    values[SPIKE] += 4.0
    return WindowView(values[:, None])


def test_what_a_steep_cycle_leaves_over_counts_for_nothing_beside_a_true_spike(
    sawtooth: WindowView,
) -> None:
    blurred = baseline_of(sawtooth.values[:, 0]).blurred
    assert 0 < blurred.sum() < 100 and not blurred[SPIKE]
    clear = np.abs(event_features(sawtooth)[0])
    for row in (EXCURSION, SURPRISE):
        assert clear[row].argmax() == SPIKE
        assert (clear[row, blurred] == 0).all()
    kept = np.abs(event_features(sawtooth, "kept")[0])
    assert kept[EXCURSION, blurred].max() > kept[EXCURSION, SPIKE]


@pytest.mark.parametrize("blurred", ["kept", "zero"])
def test_the_other_rows_are_the_same_either_way(sawtooth: WindowView, blurred: Blurred) -> None:
    rows = [k for k in range(len(EVENT_FEATURES)) if k not in (EXCURSION, SURPRISE)]
    assert np.array_equal(
        event_features(sawtooth, blurred)[0, rows], event_features(sawtooth)[0, rows]
    )


def test_a_student_saved_before_goes_on_reading_what_it_learned_to_read() -> None:
    said = SeriesConfig(questions=(default_anomaly_question(),), tokens=(), blurred="zero")
    before = said.model_dump(mode="json")
    del before["blurred"]
    assert SeriesConfig.model_validate(before).blurred == "kept"
    assert SeriesConfig.model_validate_json(said.model_dump_json()).blurred == "zero"

"""Probes by hand: levels, bridges, factors, injections; missing values stay missing."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.errors import DataError
from core.probe import Change, ChangeKind, changed, local_deviation, local_level
from core.probe_differences import differences
from core.series import WindowView

# Eight samples of 1 and 3 in turn, three of a bump, eight of 5 and 7 in turn; absolute from 100.
BEFORE, BUMP, AFTER = [1.0, 3.0] * 4, [20.0, 24.0, 22.0], [5.0, 7.0] * 4
VIEW = WindowView(np.array([[one, 0.0] for one in BEFORE + BUMP + AFTER]), start=100)


def stretch(kind: ChangeKind, size: float = 0.0, view: WindowView = VIEW) -> list[float]:
    other = changed(view, Change(kind=kind, start=108, stop=111, channels=(0,), size=size))
    assert np.array_equal(other.values[:8], view.values[:8], equal_nan=True)
    assert np.array_equal(other.values[11:], view.values[11:], equal_nan=True)
    assert np.array_equal(other.values[:, 1], view.values[:, 1])
    return other.values[8:11, 0].tolist()


def test_the_local_level_is_the_mean_of_both_medians_and_the_deviation_is_within_the_sides() -> (
    None
):
    column = VIEW.values[:, 0]
    assert local_level(column, 8, 11) == 4.0  # medians 2 and 6
    assert local_deviation(column, 8, 11) == 1.0  # every value is 1 from its side's median


def test_flattened_values_are_the_local_level() -> None:
    assert stretch("flatten") == [4.0, 4.0, 4.0]


def test_removed_values_lie_on_the_line_between_the_neighbours() -> None:
    assert stretch("remove") == [3.5, 4.0, 4.5]  # from 3 to 5 in four steps


def test_scaled_values_keep_their_distance_from_the_level_times_the_factor() -> None:
    assert stretch("scale", 0.5) == [12.0, 14.0, 13.0]
    assert stretch("scale", 1.0) == BUMP


def test_injected_are_a_sample_in_the_middle_or_all_of_them_by_local_deviations() -> None:
    assert stretch("spike", 6.0) == [20.0, 30.0, 22.0]
    assert stretch("shift", -2.0) == [18.0, 22.0, 20.0]


def test_the_window_itself_stays_as_it_was() -> None:
    before = VIEW.values.copy()
    changed(VIEW, Change(kind="flatten", start=108, stop=111))
    assert np.array_equal(VIEW.values, before)


@pytest.mark.parametrize("kind", ["flatten", "remove", "scale", "spike", "shift"])
def test_a_missing_value_stays_missing(kind: ChangeKind) -> None:
    values = VIEW.values.copy()
    values[9, 0] = np.nan
    found = stretch(kind, 2.0, WindowView(values, start=100))
    assert [np.isnan(one) for one in found] == [False, True, False]


def test_at_the_windows_edge_the_one_side_counts() -> None:
    other = changed(VIEW, Change(kind="remove", start=100, stop=108, channels=(0,)))
    assert other.values[:8, 0].tolist() == [20.0] * 8
    flat = changed(VIEW, Change(kind="flatten", start=108, stop=119, channels=(0,)))
    assert flat.values[8:, 0].tolist() == [2.0] * 11


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(DataError, match="samples 90 to 104 do not lie inside the window's 100 to"):
        changed(VIEW, Change(kind="flatten", start=90, stop=105))
    with pytest.raises(DataError, match="no channel 3; the window has 2"):
        changed(VIEW, Change(kind="flatten", start=108, stop=111, channels=(2,)))
    with pytest.raises(DataError, match="no value around the stretch"):
        changed(VIEW, Change(kind="remove", start=100, stop=119))
    with pytest.raises(DataError, match="are constant"):
        changed(VIEW, Change(kind="spike", start=108, stop=111, channels=(1,), size=3))


def answer(*places: tuple[int, int], label: str | None = None, type_id: str = "") -> AnswerContent:
    return AnswerContent(
        kind="anomaly" if label is None else "pattern",
        label=label,
        intervals=tuple(
            FoundInterval(number=n, start=start, stop=stop, type_id=type_id or None)
            for n, (start, stop) in enumerate(places, start=1)
        ),
    )


def kinds(before: AnswerContent, after: AnswerContent) -> list[str]:
    return [one.what for one in differences(before, after)]


def test_events_vanish_appear_and_move_in_order_of_time() -> None:
    before, after = answer((10, 30), (100, 140)), answer((12, 30), (200, 210))
    assert kinds(before, after) == ["moved", "vanished", "new"]
    assert kinds(before, before) == []


def test_a_label_and_a_type_can_change() -> None:
    assert kinds(answer(label="convex"), answer(label="concave")) == ["label"]
    assert kinds(answer((10, 30), type_id="a"), answer((10, 30), type_id="b")) == ["retyped"]

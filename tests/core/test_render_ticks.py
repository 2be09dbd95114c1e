"""What stands along the x axis: round places, formats that follow the span, room side by side."""

import numpy as np
import pytest

from core.axis import axis_of
from core.render_settings import RenderSettings
from core.render_ticks import Ticks, ticks_of
from core.series import WindowView

WIDE = 7.0
T0 = 1_709_294_400  # 2024-03-01T12:00:00Z


def ticks(
    n: int,
    step: float = 1.0,
    x_axis: str = "time",
    origin: float | None = T0,
    most: int = 12,
    width_in: float = WIDE,
    start: int = 0,
) -> Ticks:
    view = WindowView(np.zeros((n, 1)), start, np.arange(n) * step, origin)
    axis = axis_of(RenderSettings(x_axis=x_axis), view)  # type: ignore[arg-type]
    first = 0.0 if axis.kind == "time" else float(start - axis.zero)
    last = (n - 1) * (step if axis.kind == "time" else 1) + first
    return ticks_of(axis, first, last, most, width_in)


def test_samples_are_whole_round_numbers() -> None:
    found = ticks(300, x_axis="window", start=5000)
    assert found.texts == tuple(str(k) for k in range(0, 300, 25))
    assert (found.label, found.slanted) == ("sample", False)
    assert ticks(300, x_axis="sample", start=5000).texts[0] == "5000"


def test_no_samples_between_samples() -> None:
    assert ticks(3, x_axis="window").texts == ("0", "1", "2")
    assert ticks(1, x_axis="window").texts == ("0",)


def test_numbers_without_room_side_by_side_are_slanted_and_get_more_room_below() -> None:
    found = ticks(2000, x_axis="sample", start=1_000_000, most=20)
    assert found.slanted
    assert found.below_in > ticks(2000, x_axis="window").below_in


@pytest.mark.parametrize(
    ("n", "step", "first_texts", "label"),
    [
        (60, 0.01, ("12:00:00", "12:00:00.1"), "time (UTC) on 2024-03-01"),
        (60, 1.0, ("12:00:00", "12:00:10"), "time (UTC) on 2024-03-01"),
        (60, 60.0, ("12:00", "12:05"), "time (UTC) on 2024-03-01"),
        (48, 3600.0, ("12:00\n2024-03-01", "18:00\n2024-03-01"), "time (UTC)"),
        (8, 86_400.0, ("2024-03-02", "2024-03-03"), "time (UTC)"),
        (300, 86_400.0, ("2024-04", "2024-05"), "time (UTC)"),
        (4000, 86_400.0, ("2025", "2026"), "time (UTC)"),
        (4000, 864_000.0, ("2030", "2040"), "time (UTC)"),
    ],
)
def test_the_format_follows_the_distance_of_the_ticks(
    n: int, step: float, first_texts: tuple[str, str], label: str
) -> None:
    found = ticks(n, step)
    assert (found.texts[:2], found.label) == (first_texts, label)


def test_a_tick_stands_where_its_time_is() -> None:
    found = ticks(300, 86_400.0)
    april = np.datetime64("2024-04-01T00:00", "s").astype(int) - T0
    assert found.places[0] == april


def test_seconds_since_the_start_are_plain_numbers() -> None:
    found = ticks(900, 1e-6, origin=None)
    assert found.texts[:2] == ("0", "0.00008")
    assert found.label == "seconds"


@pytest.mark.parametrize("n", [1, 2, 3, 10, 97, 1000, 4096])
@pytest.mark.parametrize("step", [0.02, 1.0, 37.5, 3600.0, 86_400.0, 2.6e6])
@pytest.mark.parametrize("most", [2, 12, 40])
def test_never_more_ticks_than_asked_and_all_inside_and_apart(
    n: int, step: float, most: int
) -> None:
    for x_axis in ("window", "time"):
        found = ticks(n, step, x_axis, most=most, width_in=3.0)
        last = (n - 1) * (step if x_axis == "time" else 1)
        assert len(found.texts) == len(found.places) <= most
        assert all(-0.5 <= place <= last + 0.5 for place in found.places)
        assert len(set(found.texts)) == len(found.texts)


def test_two_lines_of_text_get_more_room_below() -> None:
    assert ticks(48, 3600.0).below_in == pytest.approx(ticks(60, 60.0).below_in + 0.14)


def test_a_text_that_the_right_edge_would_cut_is_left_out() -> None:
    assert ticks(11, 86_400.0, origin=T0 - 43_200).texts[-1] == "2024-03-10"
    assert ticks(1_000_001, x_axis="window").texts[-1] == "900000"

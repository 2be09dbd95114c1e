"""What is read from a text as a position, a range, a value or a unit, and what is left alone."""

import pytest

from core.selection_text import Stated, stated_in


def stated(
    positions: tuple[float, ...] = (),
    ranges: tuple[tuple[float, float], ...] = (),
    values: tuple[float, ...] = (),
    units: tuple[str, ...] = (),
) -> Stated:
    return Stated(positions, ranges, values, units)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A spike at sample 1,204.", stated(positions=(1204,))),
        ("It peaks near index 44 and x = 60.", stated(positions=(44, 60))),
        ("Between samples 120 and 180 it rises.", stated(ranges=((120, 180),))),
        ("From sample 100 to sample 200.", stated(ranges=((100, 200),))),
        ("samples 5–9", stated(ranges=((5, 9),))),
        ("The event is [120, 180).", stated(ranges=((120, 180),))),
        ("(1,204, 1300)", stated(ranges=((1204, 1300),))),
        ("A level of about 12.5 and a mean of −3e2.", stated(values=(12.5, -300))),
        ("y = 7 there.", stated(values=(7,))),
        ("It reads 5 kPa, 3 volts and 20 degrees Celsius.", stated(units=("kPa", "V", "°C"))),
    ],
)
def test_clear_wordings_are_read(text: str, expected: Stated) -> None:
    assert stated_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It climbs by 40.",  # a difference
        "Values between 3 and 5.",  # neither place nor value for certain
        "It lasts 30 s and is 15 % higher.",  # a duration and a share
        "Step 1: look. Interval 2 is larger.",  # numbers of steps and intervals
        "There are 3 spikes in 2 panels.",  # counts
        "It moves at 1.5 mm/s.",  # a unit that nobody knows of
        "",
    ],
)
def test_what_may_mean_something_else_is_left_alone(text: str) -> None:
    assert stated_in(text) == stated()


def test_a_unit_that_is_known_to_be_used_is_read() -> None:
    assert stated_in("It moves at 1.5 mm/s.", units=("mm/s",)) == stated(units=("mm/s",))

"""What is a unit, and what only stands where one would."""

import pytest

from core.shown import Shown
from core.units import is_unit


@pytest.mark.parametrize(
    "text",
    [
        *[
            "bar",
            "°C",
            "l/s",
            "m3/h",
            "m³/h",
            "kWh",
            "mV",
            "µS/cm",
            "1/min",
            "%",
            "rpm",
            "USD",
            "req/s",
            "mg/l",
            "dB",
            "mmHg",
            "1",
        ],
        *("W/(m2 K)", "m s^-2", "kg m⁻³"),
    ],
)
def test_units_are_known(text: str) -> None:
    assert is_unit(text)


@pytest.mark.parametrize(
    "text", ["faulty valve", "Tank 3", "anomaly", "label", "pump-7", "", "north", "stuck", "v2"]
)
def test_other_words_are_none(text: str) -> None:
    assert not is_unit(text)


def test_only_a_unit_is_shown_to_a_model() -> None:
    shown = Shown(units=("bar", "faulty valve"))
    assert (shown.unit(0), shown.unit(1), shown.unit(2)) == ("bar", "", "")

"""What a rationale states of the axes: positions, ranges, values and units, read from its words.

Read are only wordings that can mean nothing else, so that a difference ("up by 40") is not taken
for a value, nor a duration for a position:

range      two numbers after a word of place (sample, index, position, timestep) joined by to, and,
           a dash or a comma; or two numbers in brackets: `[120, 180)`
position   one number after such a word or `x =`
value      a number after value, level, mean, average, median, baseline, y, and of, near, around,
           about, at or =
unit       the word that stands directly after a number, if it is a unit that is known to be used
           or one of `UNITS`
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

# atomic: "1,204" is never read as 1 and 204
_NUMBER = r"((?>[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?))"
_ROUGHLY = r"(?:(?:of|near|around|about|roughly|approximately|at|is|was|=|~|≈|:)\s*)"
_JOINED = r"\s*(?:to|and|through|until|-|–|—|,)\s*(?:sample\s*)?"
_PLACE = r"(?:samples?|index|indices|positions?|timesteps?)"

_RANGE = re.compile(rf"\b{_PLACE}\s*{_ROUGHLY}?[\[(]?{_NUMBER}{_JOINED}{_NUMBER}", re.I)
_BRACKETS = re.compile(rf"[\[(]\s*{_NUMBER}\s*,\s*{_NUMBER}\s*[\])]")
_POSITION = re.compile(rf"\b(?:{_PLACE}|x\s*=)\s*{_ROUGHLY}?{_NUMBER}", re.I)
_VALUE = re.compile(
    rf"\b(?:values?|levels?|mean|average|median|baseline|y)\s*{_ROUGHLY}{{1,2}}{_NUMBER}", re.I
)
_UNIT = re.compile(r"\d\s?(?:degrees\s)?([°µμ]?[A-Za-z][A-Za-z/²³]*)", re.I)

_SPOKEN = {
    "volts": "V",
    "amps": "A",
    "watts": "W",
    "kilowatts": "kW",
    "pascals": "Pa",
    "Celsius": "°C",
    "Fahrenheit": "°F",
    "kelvin": "K",
    "hertz": "Hz",
}
UNITS = frozenset(_SPOKEN) | {
    "°C", "°F", "°K", "K", "V", "mV", "kV", "A", "mA", "W", "kW", "MW", "Wh", "kWh", "J", "kJ",
    "Pa", "hPa", "kPa", "MPa", "bar", "mbar", "psi", "N", "kN", "Nm", "m/s", "km/h", "mph", "rpm",
    "Hz", "kHz", "MHz", "mm", "cm", "km", "g", "mg", "kg", "l/s", "l/min", "m³", "m³/h", "dB",
    "lx", "lux", "ppm", "pH",
}  # fmt: skip
"""Words after a number that name a quantity's unit; times and per cents may mean something else."""


@dataclass(frozen=True)
class Stated:
    """What a text states, in the order of its words.

    Attributes:
        positions: single places on the x axis; the ends of ranges are not among them.
        ranges: (first, last) places on the x axis.
        values: places on the y axis.
        units: units named directly after a number, as symbols.
    """

    positions: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]
    values: tuple[float, ...]
    units: tuple[str, ...]


def stated_in(text: str, units: Collection[str] = ()) -> Stated:
    """Read a text; whatever is not clearly a position, a value or a unit is left out."""
    named = UNITS.union(units)
    ranges: list[tuple[float, float]] = []

    def taken(match: re.Match[str]) -> str:
        first, last = number(match.group(1)), number(match.group(2))
        if first > last:
            return match.group(0)
        ranges.append((first, last))
        return " "

    rest = _RANGE.sub(taken, _BRACKETS.sub(taken, text))
    return Stated(
        positions=tuple(number(found) for found in _POSITION.findall(rest)),
        ranges=tuple(ranges),
        values=tuple(number(found) for found in _VALUE.findall(rest)),
        units=tuple(_symbol(found) for found in _UNIT.findall(text) if found in named),
    )


def number(text: str) -> float:
    """Return a number as people write it: `1,200`, `−3.5`."""
    return float(text.replace(",", "").replace("−", "-"))


def _symbol(word: str) -> str:
    return _SPOKEN.get(word, word)

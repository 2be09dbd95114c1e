"""Whether a text is a unit of measurement, by its parts alone.

What stands in brackets in a column's header is mostly a unit, but may be anything (`flow (faulty
valve)`). Only what is a unit goes into a prompt, because other words could give the truth away.
"""

import re

_PREFIXES = ("", "k", "M", "G", "T", "m", "µ", "μ", "u", "n", "p", "c", "d", "h")
_WITH_PREFIX = (
    *(
        "m",
        "s",
        "g",
        "A",
        "K",
        "V",
        "W",
        "Hz",
        "Pa",
        "bar",
        "N",
        "J",
        "l",
        "L",
        "B",
        "b",
        "Ω",
        "ohm",
    ),
    *(
        "S",
        "F",
        "H",
        "T",
        "mol",
        "cd",
        "lm",
        "lx",
        "eV",
        "VA",
        "var",
        "Wh",
        "Ah",
        "Nm",
        "cal",
        "Bq",
    ),
    *("Sv", "Gy", "bps", "Vpp", "Vrms", "Wp", "t"),
)
_ALONE = (
    *("1", "%", "‰", "°", "°C", "°F", "℃", "C", "degC", "degF", "deg", "rad", "grad", "R"),
    *("min", "h", "hr", "hrs", "d", "day", "days", "wk", "week", "month", "yr", "year", "a", "sec"),
    *("rpm", "bpm", "cpm", "spm", "rps", "psi", "psig", "psia", "atm", "mmHg", "inHg", "Torr"),
    *("ppm", "ppb", "pH", "dB", "dBA", "dBm", "NTU", "PSU", "AU", "a.u.", "pu", "p.u."),
    *("in", "inch", "ft", "yd", "mi", "mph", "kn", "knot", "knots", "km/h", "kph", "acre", "ha"),
    *("gal", "gpm", "cfm", "lb", "lbs", "lbf", "oz", "ton", "tons", "BTU", "hp", "PS", "kcal"),
    *("USD", "EUR", "GBP", "JPY", "CNY", "$", "€", "£", "¥", "ct", "cent"),
    *("count", "counts", "cnt", "req", "requests", "ops", "bit", "bits", "byte", "bytes", "px"),
    *("KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "Stk", "pcs"),
)
_KNOWN = {*_ALONE, *(prefix + unit for prefix in _PREFIXES for unit in _WITH_PREFIX)}
_PARTS = re.compile(r"[/·*×⋅ ]|\bper\b")
_POWER = re.compile(r"(?:\^?[-−⁻]?[0-9¹²³⁴]+)$")


def is_unit(text: str) -> bool:
    """Say whether every part of the text, without its power, is a unit that is known here."""
    parts = [part for part in _PARTS.split(text.strip().strip("()")) if part]
    return bool(parts) and all(
        part in _KNOWN or _POWER.sub("", part.strip("()")) in _KNOWN for part in parts
    )

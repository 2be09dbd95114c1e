"""Moments as text and back: UTC in ISO form, in as few digits as tell the samples apart."""

import math
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_S = (datetime(1, 1, 2, tzinfo=UTC) - EPOCH).total_seconds()
LAST_S = (datetime(9999, 12, 30, tzinfo=UTC) - EPOCH).total_seconds()
"""The moments that ISO text can name, with a day of room on both sides."""
DAY_S = 86_400
ISO_DIGITS = 6
MOST_DIGITS = 15
_REST_OF_DATE = {4: "-01-01", 7: "-01"}  # a year or a month alone means its first day


def iso_text(moment: float, digits: int) -> str:
    """Return UTC seconds since 1970 as ISO text with at most `digits` decimals of a second."""
    text = (EPOCH + timedelta(seconds=round(moment, digits))).isoformat()
    return trimmed(text.removesuffix("+00:00")) + "Z"


def read_iso(text: str) -> float:
    """Return the UTC seconds since 1970 of ISO text; without a zone it is UTC.

    Raises:
        ValueError: if the text is no year, month, day or moment.
    """
    moment = datetime.fromisoformat(text + _REST_OF_DATE.get(len(text), ""))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH).total_seconds()


def read_clock(text: str) -> float:
    """Return the seconds since midnight of a time of day; raises ValueError for other text."""
    clock = time.fromisoformat(text.removesuffix("Z"))
    whole = 3_600 * clock.hour + 60 * clock.minute + clock.second
    return whole + clock.microsecond / 1e6


def trimmed(number: str) -> str:
    """Return text without the zeros behind its decimal point."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def digits_for(seconds: NDArray[np.float64]) -> int:
    """Return how many decimals write a tenth of the smallest step of increasing times."""
    smallest = float(np.diff(seconds).min())
    return max(0, min(MOST_DIGITS, math.ceil(1 - math.log10(smallest) - 1e-9)))


def iso_tells_apart(first: float, last: float, digits: int) -> bool:
    """Say whether ISO text of `digits` decimals names the moments from first to last exactly.

    A float of seconds since 1970 has a last digit of its own, which must be finer than the text's.
    """
    if first < FIRST_S or last > LAST_S:
        return False
    blur = 4 * float(np.spacing(max(abs(first), abs(last))))
    return 10.0**-digits >= max(blur, 10.0**-ISO_DIGITS)

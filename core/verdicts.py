"""What a check says: confirmed, contradicted or not checkable, with the measured value in words."""

from dataclasses import dataclass
from typing import Literal

CheckStatus = Literal["confirmed", "contradicted", "not_checkable"]

VALUE_SHARE = 0.25
ROUNDING = 1e-9  # of the sizes involved: covers the rounding of sums where the noise is 0


@dataclass(frozen=True)
class Check:
    """What the data say of a claim.

    Attributes:
        status: confirmed, contradicted, or not checkable.
        measured: what was measured, or why it could not be, in words for people.
    """

    status: CheckStatus
    measured: str


def decided(right: bool, measured: str) -> Check:
    """Return a claim's check where it could be made."""
    return Check("confirmed" if right else "contradicted", measured)


def not_checkable(reason: str) -> Check:
    """Return the check of a claim that says nothing the data could decide."""
    return Check("not_checkable", reason)


def close(measured: float, claimed: float, noise: float) -> bool:
    """Say whether a value is right: same sign, and off by at most a quarter or by the noise.

    `|measured - claimed| <= max(0.25 |claimed|, noise)`; the sign of a claimed value that is no
    larger than the noise does not count.
    """
    rounding = ROUNDING * max(abs(measured), abs(claimed))
    same_sign = measured * claimed >= 0 or abs(claimed) <= noise
    return (
        same_sign and abs(measured - claimed) <= max(VALUE_SHARE * abs(claimed), noise) + rounding
    )


def signed(value: float) -> str:
    """Return a value with its sign and three significant digits."""
    digits = f"{value:+,.0f}" if 1_000 <= abs(value) < 1e9 else f"{value:+.3g}"
    return digits.replace("-", "−")


def plain(value: float) -> str:
    """Return a value with three significant digits."""
    return signed(value).removeprefix("+")

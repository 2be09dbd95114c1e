"""Claims about two channels: did they stop, or begin, to move together?

correlation   The stretch from the claim's start to its stop against as long a one before the start,
              as far as the window has it, by the values and by the steps from sample to sample
              (`core.measure_pairs`); the claim holds when one of the two says so.
              "up" and "down": the correlation's size changed by at least `CHANGED`, and by more
              than chance gives (`ERRORS` standard errors of Fisher's z); one that turned its sign
              with both sizes from `CHANGED` on counts as lost and as gained. "flat": changed by
              less than `CHANGED`. With a value: the correlation in the stretch is off by at most
              a fifth, or by what chance gives.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.answers import Claim
from core.measure import WindowFacts
from core.measure_pairs import VIEWS, Related, related
from core.verdicts import Check, decided, not_checkable

CHANGED = 0.3
ERRORS = 2.5
VALUE_OFF = 0.2


@dataclass(frozen=True)
class Relation:
    """How two channels moved together before and after a sample.

    Attributes:
        what: what was correlated, `values` or `steps`.
    """

    what: str
    before: Related
    after: Related

    @property
    def change(self) -> float:
        """By how much the size of the correlation grew."""
        return abs(self.after.r) - abs(self.before.r)

    @property
    def by_chance(self) -> bool:
        """Whether chance gives such a difference."""
        error = float(np.hypot(self.before.error, self.after.error))
        return not abs(self.after.z - self.before.z) > ERRORS * error

    @property
    def turned(self) -> bool:
        """Whether the correlation changed its sign, clear on both sides."""
        sizes = min(abs(self.before.r), abs(self.after.r))
        return self.before.r * self.after.r < 0 and sizes >= CHANGED and not self.by_chance

    def went(self, direction: str) -> bool:
        """Say whether the correlation went up (gained), down (lost) or neither (flat)."""
        if direction == "flat":
            return abs(self.change) < CHANGED and not self.turned
        change = self.change if direction == "up" else -self.change
        return self.turned or (change >= CHANGED and not self.by_chance)

    @property
    def words(self) -> str:
        """What was measured, for people."""
        of = "" if self.what == "values" else f" of the {self.what}"
        return f"correlation{of} {_said(self.before.r)} before, {_said(self.after.r)} after"


def relations(facts: WindowFacts, pair: tuple[int, int], start: int, stop: int) -> list[Relation]:
    """Return how two channels moved together in `[start, stop)` and before, by values and steps.

    Before is `[start - (stop - start), start)`, as far as the window has it.
    """
    return list(_relations(facts, pair, start, stop))


def check_correlation(claim: Claim, facts: WindowFacts) -> Check:
    """Check a claim about two channels; its samples lie in the window."""
    assert claim.other is not None  # claims of this kind always name both
    found = relations(facts, (claim.channel, claim.other), claim.start, claim.stop)
    if not found:
        return not_checkable("too few values before or after it to correlate")
    if claim.direction is None and claim.value is None:
        return not_checkable("the claim names no direction and no value")
    right = next((one for one in found if _holds(claim, one)), None)
    return decided(right is not None, (right or found[0]).words)


def _holds(claim: Claim, one: Relation) -> bool:
    if claim.direction is not None and not one.went(claim.direction):
        return False
    if claim.value is None:
        return True
    off = max(VALUE_OFF, ERRORS * one.after.error * (1 - one.after.r**2))
    return abs(one.after.r - claim.value) <= off


def _relations(
    facts: WindowFacts, pair: tuple[int, int], start: int, stop: int
) -> Iterator[Relation]:
    begin = facts.view.start
    first, at, end = max(0, start - (stop - start) - begin), start - begin, stop - begin
    a, b = (facts.channel(one).values for one in pair)
    for what, seen in VIEWS.items():
        before = related(seen(a[first:at]), seen(b[first:at]))
        after = related(seen(a[at:end]), seen(b[at:end]))
        if before is not None and after is not None:
            yield Relation(what, before, after)


def _said(r: float) -> str:
    return f"{r:+.2f}".replace("-", "−")

"""A clause with its place, sizes and direction: what every reading of it starts from."""

from dataclasses import dataclass

from core.answers import Claim, ClaimKind, Direction
from core.grounding.axis import Stretch
from core.grounding.readings import Reading
from core.grounding.sizes import Sizes
from core.series import WindowView

_BEYOND = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0)
"""How a least factor is read: as any of a row of factors, each with its tolerance."""
SHORT = 8
"""Samples up to which a place counts as a point."""
Readings = tuple[Reading, ...]


@dataclass(frozen=True)
class Spoken:
    """A clause with everything that was read from it.

    Attributes:
        text: with marks for places and channels.
        where: the samples it speaks of; None where it names none and points nowhere.
        view: the window.
        sizes, direction: as read from the text.
    """

    text: str
    where: Stretch | None
    view: WindowView
    sizes: Sizes
    direction: Direction | None

    def claim(self, kind: ClaimKind, **more: object) -> Claim:
        """Return a claim about the place, or about the whole window without one."""
        start, stop = self.range
        return Claim.model_validate({"kind": kind, "start": start, "stop": stop, **more})

    @property
    def range(self) -> tuple[int, int]:
        """The place in samples; the whole window without one."""
        if self.where is None:
            return self.view.start, self.view.stop
        return self.where.start, self.where.stop

    @property
    def short(self) -> bool:
        """Whether the place is a point or nearly so."""
        return self.where is not None and self.where.stop - self.where.start <= SHORT


def bounded(value: float, sizes: Sizes) -> tuple[float, ...]:
    """Return the values that "at least 3" or "less than half" may stand for."""
    if sizes.bound == "least":
        return tuple(value * factor for factor in _BEYOND)
    if sizes.bound == "most":
        return (*(value / factor for factor in _BEYOND), 0.0)
    return (value,)


def clipped(found: tuple[int, int], said: Spoken) -> tuple[int, int]:
    """Return a widened range without what the widening put outside of the window."""
    start, stop = said.range
    if start < said.view.start or stop > said.view.stop:
        return start, stop
    return max(found[0], said.view.start), min(found[1], said.view.stop)

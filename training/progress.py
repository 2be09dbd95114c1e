"""What a recipe reports while it trains, and how long is left."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """One report of a recipe: after `step` of `total` steps.

    Attributes:
        loss: mean training loss since the last report.
        validation: score on the validation split in [0, 1] (higher is better), when measured.
        message: one short sentence for people ("early stop: ..."), mostly empty.
    """

    step: int
    total: int
    loss: float | None = None
    validation: float | None = None
    message: str = ""


@dataclass
class Clock:
    """Estimates the seconds left from the pace since the first report it saw."""

    first_step: int | None = None
    began: float = field(default_factory=time.monotonic)

    def eta_s(self, step: int, total: int) -> float | None:
        """Return seconds left at the pace so far; None before there is a pace."""
        now = time.monotonic()
        if self.first_step is None or step < self.first_step:
            # the first report may come after a resume: count the pace from there
            self.first_step, self.began = step, now
            return None
        done = step - self.first_step
        if done == 0:
            return None
        return (now - self.began) / done * max(0, total - step)

"""How long is left, from the pace so far."""

import time
from dataclasses import dataclass, field

FEWEST = 5
"""Steps that make a pace, where there are many."""


@dataclass
class Clock:
    """Estimates the seconds left of one stage from the pace since its first report."""

    first_step: int | None = None
    began: float = field(default_factory=time.monotonic)

    def eta_s(self, step: int, total: int, now: float | None = None) -> float | None:
        """Return seconds left after `step` of `total`; None before there is a pace."""
        now = time.monotonic() if now is None else now
        if self.first_step is None or step < self.first_step:
            # the first report may come after a resume, or a new stage: count the pace from there
            self.first_step, self.began = step, now
            return None
        done = step - self.first_step
        if done < max(1, min(FEWEST, (total - self.first_step) // 10)):
            return None  # the first steps are slow ones: they pay for the start
        return (now - self.began) / done * max(0, total - step)

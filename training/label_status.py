"""How far a batch asked of models is: counts, cost, time left, in status.json."""

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from core.answers import Problem
from training.eta import Clock
from training.label_folder import LabelFolder, LabelWriter
from training.label_records import Spent
from training.run_folder import RunStatus

STATUS_EVERY_S = 0.3
_AGAIN = "again_"


class Tally:
    """Counts what comes back, and what it costs.

    Attributes:
        n_under_way: answers that are being worked out now.
        note: what the status says besides.
        judged: explanations that the judge scored, and how many there were; (0, 0) without one.
    """

    def __init__(self, folder: LabelFolder, writer: LabelWriter, total: int, done: int) -> None:
        """Go on from what an earlier execution of the run left."""
        self._folder, self._writer, self._total, self._done = folder, writer, total, done
        self._clock, self._reported = Clock(), 0.0
        failures, _ = folder.failures()
        self._problems: Counter[str] = Counter(one.problem for one in failures)
        before = folder.run.status()
        known = {} if before is None else before.counts
        self._retries = Counter(
            {key.removeprefix(_AGAIN): n for key, n in known.items() if key.startswith(_AGAIN)}
        )
        spent = folder.spent()
        self._n_paid = len(spent)
        self._usd = sum(one.cost_usd or 0.0 for one in spent)
        self._dearest = max((one.cost_usd or 0.0 for one in spent), default=0.0)
        self._unpriced = any(one.cost_usd is None for one in spent)
        self._cached = 0
        self.n_under_way = 0
        self.note = ""
        self.judged: tuple[int, int] = (0, 0)

    @property
    def left(self) -> int:
        """How many answers are still to come."""
        return self._total - self._done

    @property
    def so_far(self) -> str:
        """How far it is, in words."""
        return f"{self._done:,} of {self._total:,}"

    @contextmanager
    def under_way(self) -> Generator[None]:
        """Count an answer that is being worked out."""
        self.n_under_way += 1
        try:
            yield
        finally:
            self.n_under_way -= 1

    def answered(self, *, cached: bool) -> None:
        """Count an answer; `cached` when everything said for it had been said before."""
        self._done += 1
        self._cached += cached
        self.report()

    def failed(self, problem: Problem) -> None:
        """Count a try that gave no answer."""
        self._done += 1
        self._problems[problem] += 1
        self.report()

    def retried(self, problem: Problem) -> None:
        """Count a request that was sent again."""
        self._retries[problem] += 1

    def paid(self, spent: Spent) -> None:
        """Note an exchange that was paid for, on the disk first."""
        self._writer.spent(spent)
        self._n_paid += 1
        self._usd += spent.cost_usd or 0.0
        self._dearest = max(self._dearest, spent.cost_usd or 0.0)
        self._unpriced = self._unpriced or spent.cost_usd is None

    def over(self, budget_usd: float | None) -> str:
        """Say why no further request fits the budget; empty while one does.

        What is under way counts as the dearest request so far, so that many at once do not pass
        the limit together; the first ones are asked to learn what they cost. A mean would be low
        where a free teacher is asked beside a judge that costs.
        """
        if budget_usd is None or not self._n_paid:
            return ""
        if self._usd + self._dearest * (self.n_under_way + 1) <= budget_usd:
            return ""
        return (
            f"the budget of ${budget_usd:,.2f} leaves no room for another request "
            f"(${self._usd:,.4f} spent); raise it and press Go on"
        )

    def closing(self) -> str:
        """Return the last sentence of a batch that asked everything."""
        n_failed = sum(self._problems.values())
        said = f"{self._total - n_failed:,} of {self._total:,} answered"
        if self._cached:
            said += f", {self._cached:,} of them from what was said before, at no cost"
        if n_failed:
            said += f"; {n_failed:,} gave no answer and can be asked again"
        scored, n_judged = self.judged
        if scored < n_judged:
            said += f"; the judge scored {scored:,} of {n_judged:,} explanations"
        return said

    def report(self, *, now: bool = False) -> None:
        """Tell how far the batch is, a few times a second at most."""
        eta_s = self._clock.eta_s(self._done, self._total)
        moment = time.monotonic()
        if not now and moment - self._reported < STATUS_EVERY_S:
            return
        self._reported = moment
        self._folder.run.write_status(
            RunStatus(
                state="running",
                step=self._done,
                total=self._total,
                fraction=self._done / self._total if self._total else 1.0,
                message=f"{self.so_far} answered{self.note}",
                eta_s=eta_s,
                counts={
                    "cached": self._cached,
                    "judged": self.judged[0],
                    "to_judge": self.judged[1],
                    "paid": self._n_paid,
                    **{f"failed_{key}": n for key, n in self._problems.items()},
                    **{f"{_AGAIN}{key}": n for key, n in self._retries.items()},
                },
                cost_usd=None if self._unpriced else round(self._usd, 6),
            )
        )

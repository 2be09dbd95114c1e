"""Scores worked out in the background: once per content and method, what is looked at first.

No Streamlit. One thread scores by single detectors and one chooses the best for a series, which
takes long: a detector that somebody picks by hand does not wait for a choice.
"""

import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.series import SeriesData
from pages.components.workflows import scoring
from pages.components.workflows.scoring import BEST, Proposal

if TYPE_CHECKING:  # it brings every detector along
    from core.chooser import Known

PATIENCE_S = 1.0
"""A page waits this long by itself before it says that scores are on their way."""
KEPT = 40_000_000
"""Scores kept in memory, of all series together."""


@dataclass(eq=False)
class Working:
    """Scores that are waited for, being worked out, or there.

    Attributes:
        marked: what people marked in the series, for choosing the best detector.
        began: when work began, by the monotonic clock; None while others come first.
    """

    key: str
    n_samples: int
    marked: "Known | None" = None
    future: Future[Proposal] = field(default_factory=Future[Proposal])
    began: float | None = None

    @property
    def seconds(self) -> float:
        """Return the time since work began; 0 before."""
        return 0.0 if self.began is None else time.monotonic() - self.began

    def wait(self, longest_s: float = PATIENCE_S) -> Proposal | None:
        """Return what was found; None while it is not there after `longest_s`.

        Raises:
            AppError: when the series cannot be scored.
        """
        try:
            return self.future.result(timeout=longest_s)
        except NotYet:
            return None

    @property
    def failed(self) -> bool:
        """Whether it has to be asked for again."""
        done = self.future.done() and not self.future.cancelled()
        return self.future.cancelled() or (done and self.future.exception() is not None)


class _Lane:
    """One thread and what waits for it; the last one is next."""

    def __init__(self, name: str, lock: threading.Lock) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._lock = lock
        self._waiting: deque[tuple[Working, SeriesData]] = deque()

    def add(self, working: Working, data: SeriesData, ahead: bool) -> None:
        """Let it be next, or last when it is worked out ahead; the lock is held."""
        (self._waiting.appendleft if ahead else self._waiting.append)((working, data))
        self._pool.submit(self._work)

    def pull(self, working: Working) -> None:
        """Let one that waits be next; the lock is held."""
        for place, (one, data) in enumerate(self._waiting):
            if one is working:
                del self._waiting[place]
                self._waiting.append((one, data))
                return

    def _work(self) -> None:
        with self._lock:
            working, data = self._waiting.pop()
        if not working.future.set_running_or_notify_cancel():
            return
        working.began = time.monotonic()
        try:
            found = scoring.propose(working.key, data, working.marked)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            working.future.set_exception(error)
        else:
            working.future.set_result(found)


class ScoreDesk:
    """Works out scores one series after the other; the same ones are never worked out twice."""

    def __init__(self, kept: int = KEPT) -> None:
        """Keep up to `kept` scores, whatever was asked for last among them."""
        self._lock = threading.Lock()
        self._single, self._best = _Lane("scores", self._lock), _Lane("best", self._lock)
        self._known: OrderedDict[tuple[str, str], Working] = OrderedDict()
        self._kept = kept

    def knows(self, content_hash: str, key: str, marked: "Known | None" = None) -> bool:
        """Return whether these scores are there or on their way."""
        with self._lock:
            return (content_hash, _stamped(key, marked)) in self._known

    def ask(
        self,
        data: SeriesData,
        content_hash: str,
        key: str,
        *,
        ahead: bool = False,
        marked: "Known | None" = None,
    ) -> Working:
        """Begin with these scores unless that was done before.

        Args:
            ahead: nobody looks at them yet, so that all others come first.
            marked: what people marked in the series. The best detector is chosen anew whenever
                twice as many events were: one that changes at every decision is in the way.
        """
        lane = self._best if key == BEST else self._single
        place = content_hash, _stamped(key, marked)
        with self._lock:
            known = self._known.get(place)
            if known is None or known.failed:
                known = Working(key, data.n_samples, marked)
                self._known[place] = known
                lane.add(known, data, ahead)
            elif not ahead:
                lane.pull(known)
            self._known.move_to_end(place)
            self._forget()
            return known

    def _forget(self) -> None:
        """Let go of what was asked for longest ago, but never of the last one."""
        while len(self._known) > 1 and sum(w.n_samples for w in self._known.values()) > self._kept:
            self._known.popitem(last=False)[1].future.cancel()


def _stamped(key: str, marked: "Known | None") -> str:
    """Return what tells two choices apart: how often the marked events have doubled."""
    doubled = 0 if key != BEST or marked is None else len(marked.events).bit_length()
    return f"{key}:{doubled}" if doubled else key

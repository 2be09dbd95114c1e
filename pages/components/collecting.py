"""Keeps Python's garbage collector from walking everything the app holds after every page run.

Streamlit collects in full after each run, as a guard against growing memory. In this process that
walks a million objects of libraries and of parsed answers, a fifth of a second in which no page
gets its turn. What a long collection leaves alive is therefore set aside (`gc.freeze`), so that
the next ones look at what is new alone. All of it is looked at again every few minutes.
"""

import gc
import time

LONG_S = 0.02
LOOK_AGAIN_S = 600.0


class _Aside:
    """Called by the collector before and after each collection."""

    def __init__(self) -> None:
        self._began = 0.0
        self._looked = time.monotonic()

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] != 2:
            return
        now = time.monotonic()
        if phase == "start":
            self._began = now
            if now - self._looked > LOOK_AGAIN_S:
                self._looked = now
                gc.unfreeze()
        elif now - self._began > LONG_S:
            gc.freeze()


def set_aside() -> None:
    """Begin to set aside what long collections leave alive; calling it twice changes nothing."""
    # The store keeps thousands of parsed answers alive: with the default thresholds the collector
    # walks them all, now and then, in the middle of a page run.
    gc.set_threshold(50_000, 20, 100)
    if not any(isinstance(one, _Aside) for one in gc.callbacks):
        gc.callbacks.append(_Aside())

"""Which of the processes of a training this is, where several cards train one model.

The first one speaks: it alone writes files and asks judges. The others compute the same, and where
only one may do a thing they wait until it has done it.
"""

import os
import time
from collections.abc import Callable
from typing import TypeVar

from training.examples import TrainingStopped

LOOK_EVERY_S = 0.5
Found = TypeVar("Found")


def speaks() -> bool:
    """Tell whether this is the first process, or the only one."""
    return os.environ.get("RANK", "0") == "0"


def wait_for(
    look: Callable[[], Found | None], should_stop: Callable[[], bool], steps: int
) -> Found:
    """Return what the first process makes, once `look` finds it; raises TrainingStopped when asked.

    Nothing is waited for by way of the cards: their libraries give up after some minutes, and
    writing answers may take hours. Where the first process fails, its launcher ends the others.
    """
    while (found := look()) is None:
        if should_stop():
            raise TrainingStopped(0, steps)
        time.sleep(LOOK_EVERY_S)
    return found

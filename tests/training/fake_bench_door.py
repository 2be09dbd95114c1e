"""The bench's door, slow and with one method that breaks: tests of the worker use it.

Every method takes FAKE_BENCH_S seconds longer, and breaks on a series whose first value is 666;
with FAKE_BENCH_DIE it ends the process there, as a machine without memory does.
"""

import os
import signal
import sys
import time

from core.bench import Given
from core.labelled import LabelledSeries
from training import bench, door
from training.bench_methods import Methods
from training.bench_records import BenchMethod, Said

_given = Methods.given


def slow(self: Methods, method: BenchMethod, series: LabelledSeries, said: Said | None) -> Given:
    """Wait, break or die, then measure as always."""
    time.sleep(float(os.environ.get("FAKE_BENCH_S", "0")))
    if series.n and series.values[0, 0] == 666.0:
        if os.environ.get("FAKE_BENCH_DIE"):
            os.kill(os.getpid(), signal.SIGKILL)
        raise ZeroDivisionError("666")
    return _given(self, method, series, said)


if __name__ == "__main__":
    Methods.given = slow
    sys.exit(door.run(None, __doc__ or "", bench.work))

"""What the correlation student finds around labelled faults of series of several channels.

    python -m benchmarks.change_point_cases --data DIR [--only WORD ...]

DIR holds `labels.json` anywhere below it. Trains one student a series, half a minute each, which
sees no label, and prints for every fault the nearest change point found, its cause and what it
concerns; and how many of all change points lie within `NEAR` samples of where a fault begins or
ends, beside how many would by chance. No figure of quality: faults are labelled, changes are not.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.change_point_methods import taught
from core.answers import FoundInterval
from core.errors import ConfigError
from core.labelled import LabelledSeries, read_labelled

NEAR = 50


def main() -> None:
    """Read the arguments and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--only", nargs="+", default=[""], help="parts of the names to look at")
    given = parser.parse_args()
    for series in read_labelled(given.data, "anomaly").series:
        if any(word in series.path for word in given.only):
            try:
                show(series)
            except ConfigError as error:
                print(f"\n{series.path}: {error}")


def show(series: LabelledSeries) -> None:
    """Train on a series and print what lies near its faults."""
    content, student, varying = taught(series.values)
    found = content.intervals
    n = len(series.values)
    edges = sorted({edge for one in series.truth for edge in (one.start, one.stop)})
    near = sum(any(abs(one.start - edge) <= NEAR for edge in edges) for one in found)
    covered = np.zeros(n, bool)
    for edge in edges:
        covered[max(0, edge - NEAR) : edge + NEAR + 1] = True
    print(
        f"\n{series.path}: {n:,} samples, {len(varying)} channels that vary, "
        f"{len(found)} change points"
        + (", a constant graph" if student.config.collapsed else "")
        + f"; near the edge of a fault {near} (by chance {len(found) * covered.mean():.1f})"
    )
    for one in series.truth:
        print(f"  fault [{one.start}, {one.stop}): {_nearest(found, one.start, varying.tolist())}")


def _nearest(found: tuple[FoundInterval, ...], at: int, varying: list[int]) -> str:
    """Say which change point is nearest to a sample; columns count from 1 as in the file."""
    if not found:
        return "nothing found"
    one = min(found, key=lambda change: abs(change.start - at))
    if one.cause == "correlation":
        told = ", ".join(f"{varying[a] + 1}-{varying[b] + 1}" for a, b in one.pairs)
    else:
        told = ", ".join(f"{varying[channel] + 1}" for channel in one.channels) or "all"
    return f"{one.start - at:+d} samples: {one.cause} change of {told}"


if __name__ == "__main__":
    main()

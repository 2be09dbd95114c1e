"""Does a screening keep the windows with events, and does its estimate tell?

    python -m benchmarks.worth_asking [--series 120] [--methods robust_z stl] [--shares 0.2 0.4]

Generated event series (`core.generate_events`; half of them clean), cut into windows of 128 samples
that share 16. Per method and share kept, with Wilson's intervals:

    true_windows    of the windows that hold half of an event or 5 samples of it, those kept
    true_events     of the events, those of which such a window is kept
    estimated       what `core.worth_asking_recall` says from injected events, knowing nothing of it

and the CPU seconds of the screening and of the estimate. The last line is JSON.
"""

import argparse
import json
import time

import numpy as np

from core.detectors import DETECTORS
from core.generate_events import Event, EventSeries, event_series
from core.metrics import Estimate, accuracy
from core.series import cut_windows
from core.worth_asking import Keep, SeriesWindows, screen_windows
from core.worth_asking_recall import estimated_recall

LENGTH, OVERLAP = 128, 16
METHODS = ["robust_z", "stl", "sub_pca", "spectral_residual"]


def main() -> None:
    """Measure every method at every share and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--series", type=int, default=120)
    parser.add_argument("--methods", nargs="+", choices=list(DETECTORS), default=METHODS)
    parser.add_argument("--shares", nargs="+", type=float, default=[0.2, 0.4])
    given = parser.parse_args()
    made = [event_series(k % 2 == 1, np.random.default_rng([0, k])) for k in range(given.series)]
    series = [
        SeriesWindows(one.values, one.when, tuple(cut_windows(len(one.values), LENGTH, OVERLAP)))
        for one in made
    ]
    rows = [measure(made, series, m, share) for m in given.methods for share in given.shares]
    for row in rows:
        print(row)
    print(json.dumps({"series": given.series, "rows": rows}))


def measure(
    made: list[EventSeries], series: list[SeriesWindows], method: str, share: float
) -> dict[str, object]:
    """Screen all series, compare with their known events and with the estimate."""
    began = time.process_time()
    screened = [screen_windows(one, method, Keep(share=share)) for one in series]
    screening_s = time.process_time() - began
    by_window: list[bool] = []
    by_event: list[bool] = []
    for one, windows, screening in zip(made, series, screened, strict=True):
        holds = np.array([[_holds(e, w) for w in windows.windows] for e in one.events], np.bool_)
        if len(holds):
            by_window += [bool(kept) for kept in screening.kept[holds.any(axis=0)]]
            by_event += [bool((row & screening.kept).any()) for row in holds]
    began = time.process_time()
    found = estimated_recall(series, screened)
    return {
        "method": method,
        "share": share,
        "n_windows_with_events": len(by_window),
        "true_windows": _rounded(accuracy(sum(by_window), len(by_window))),
        "true_events": _rounded(accuracy(sum(by_event), len(by_event))),
        "estimated": _rounded(found.estimate),
        "n_injected": found.n,
        "screening_s": round(screening_s, 2),
        "estimate_s": round(time.process_time() - began, 2),
    }


def _holds(event: Event, window: tuple[int, int]) -> bool:
    inside = min(event.stop, window[1]) - max(event.start, window[0])
    return inside >= min(5, (event.stop - event.start + 1) // 2)


def _rounded(found: Estimate) -> list[float | None]:
    return [None if one is None else round(one, 2) for one in (found.value, found.low, found.high)]


if __name__ == "__main__":
    main()

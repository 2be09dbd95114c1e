"""How long Findings takes: the page's data from the store, and one move of the slider.

    python -m benchmarks.findings [--findings 20000] [--series 400]

Generated detections of two detectors and answers of the rules in a real data folder (SQLite,
Parquet), every tenth series without times, 40 mutes; CPU time. One JSON line last. The aim: 500 ms
for the slider with everything the page does at a move, the browser apart.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.ids import new_id, utc_now
from core.mutes import Mute
from core.screening import Detection, Screened
from core.sensitivity import STOPS
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.finding import Ticks, gather
from pages.components.workflows.finding_view import Query, select, stop_labels
from storage import Store, open_store

SAMPLES = 4_000
REPEATS = 20
RULES = Author(kind="rules", name="built-in rules", version="1")


def main() -> None:
    """Fill a folder, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--findings", type=int, default=20_000)
    parser.add_argument("--series", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "home")
        fill(store, given.findings, given.series)
        print(json.dumps(measure(store)))
        store.close()


def fill(store: Store, n_findings: int, n_series: int) -> None:
    """Store series, what two detectors and the rules say of them, and mutes."""
    project_id = store.projects.default().id
    random = np.random.default_rng(0)
    series: list[tuple[SeriesData, SeriesInfo]] = []
    for number in range(n_series):
        time_ns = 1_700_000_000_000_000_000 + np.arange(SAMPLES) * 60_000_000_000 + number
        data = SeriesData(
            random.normal(size=(SAMPLES, 1)), None if number % 10 == 0 else time_ns.astype(np.int64)
        )
        series.append((data, SeriesInfo(f"pump {number:04}", ("flow",))))
    rows = store.series.add_many(project_id, series)
    each = n_findings // n_series
    now = utc_now()
    for method in ("robust_z", "stl"):
        screened: list[Screened] = []
        for row in rows:
            starts = np.sort(random.choice(SAMPLES // 8, each * 2 // 3, replace=False) * 8)
            quantiles = 1 - random.random(len(starts)) ** 3 * 0.1
            detections = tuple(
                Detection(
                    start=int(start),
                    stop=int(start) + 5,
                    channels=(0,),
                    peak=float(q),
                    quantile=float(q),
                    reported=bool(q > 0.995),
                )
                for start, q in zip(starts, quantiles, strict=True)
            )
            screened.append(
                Screened(
                    id=new_id(),
                    series_id=row.id,
                    revision=1,
                    method=method,
                    n_samples=SAMPLES,
                    threshold=0.995,
                    period=8,
                    note="",
                    seconds=0.0,
                    created_at=now,
                    detections=detections,
                )
            )
        store.detections.add_many(project_id, "job", screened)
    question = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    items = store.items.add_many(project_id, [(row.id, 0, SAMPLES, question.id) for row in rows])
    store.answers.add_many(
        project_id,
        [
            Answer(id=new_id(), item_id=one.id, author=RULES, content=_said(random), created_at=now)
            for one in items
        ],
    )
    for row in rows[:40]:
        store.mutes.add(
            project_id,
            Mute(
                id=new_id(),
                person="me",
                reason="known",
                created_at=now,
                until=now + timedelta(days=9),
                series_id=row.id,
            ),
        )


def _said(random: np.random.Generator) -> AnswerContent:
    starts = np.sort(random.choice(SAMPLES // 8, 4, replace=False) * 8)
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(
                number=k, start=int(s), stop=int(s) + 6, confidence=float(random.random())
            )
            for k, s in enumerate(starts, 1)
        ),
    )


def measure(store: Store) -> dict[str, Any]:
    """Time what a first visit, a later change and a move of the slider cost."""
    project_id, ticks, now = store.projects.default().id, Ticks(), utc_now()
    first_s, listing = timed(lambda: gather(store, project_id, ticks))
    again_s, _ = timed(lambda: gather(store, project_id, ticks))
    stamp_s, _ = timed(lambda: store.findings.stamp(project_id))
    moves: list[float] = []
    for turn in range(REPEATS):
        query = Query(stop=STOPS[turn % len(STOPS)])

        def move(query: Query = query) -> object:
            shown = select(listing, query, now)
            return shown, stop_labels(shown.counts)

        moves.append(timed(move)[0])
    searched_s, _ = timed(lambda: select(listing, Query(search="pump 00 rules"), now))
    return {
        "findings": len(listing.findings),
        "series": len(listing.series),
        "gather_first_s": round(first_s, 3),
        "gather_again_s": round(again_s, 3),
        "stamp_ms": round(stamp_s * 1000, 1),
        "slider_ms": round(median(moves) * 1000, 1),
        "slider_worst_ms": round(max(moves) * 1000, 1),
        "search_ms": round(searched_s * 1000, 1),
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds it takes and what it gives."""
    began = time.process_time()
    given = work()
    return time.process_time() - began, given


if __name__ == "__main__":
    main()

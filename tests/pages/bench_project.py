"""A finished bench on disk, without running one: methods and series with made-up results."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.bench import Row, failed
from core.blobs import write_parquet
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.series import SeriesData
from storage import Store
from storage.rows import Job, JobState
from training.bench_records import BenchConfig, BenchFolder, BenchMethod, BenchSeries
from training.run_folder import RunFolder, RunStatus

GOOD, BAD, RULES, STUDENT = "detector:good", "detector:bad", "rules", "student:1"
METHODS = (
    BenchMethod(key=GOOD, kind="detector", name="Good detector"),
    BenchMethod(key=BAD, kind="detector", name="Bad detector"),
    BenchMethod(key=RULES, kind="rules", name="Built-in rules"),
    BenchMethod(key=STUDENT, kind="student", name="Student v1", version="one"),
)
LEARNED = "learned from 3 windows of this series"
N = 200


def row(method: str, series: str, source: str, value: float) -> Row:
    """A result; rules and students give no scores."""
    scored = value if method.startswith("detector") else None
    return Row(
        method=method,
        kind="anomaly",
        series=series,
        source=source,
        n_samples=N,
        n_events=1,
        figures={
            "vus_pr": scored,
            "interval_f1": value,
            "event_recall": value,
            "false_alarms": 10 * (1 - value),
            "range_f1": value / 2,
            "point_adjusted_f1": 0.9,
        },
        luck={
            "vus_pr": None if scored is None else 0.1,
            "interval_f1": 0.05,
            "point_adjusted_f1": 0.8 if method == GOOD else None,
        },
        cpu_s=0.02,
        intervals=((50, 60),),
    )


def make_bench(
    store: Store,
    n_series: int = 6,
    state: JobState = "done",
    message: str = "",
    title: str = "Bench 1: folder real",
    offset: float = 0.0,
    methods: Sequence[BenchMethod] = METHODS,
) -> Job:
    """Put a bench into the store: `Good detector` is better on all series but the last one.

    The student learned from the first series, and the rules have no answer on the second.
    """
    project = store.projects.default().id
    job = store.jobs.enqueue(project, "bench", title, {})
    config = BenchConfig(
        job_id=job.id,
        truth="folder",
        dataset=title,
        folder="/data",
        methods=tuple(methods),
        window=4096,
        overlap=512,
        versions={"numpy": "2"},
    )
    RunFolder.create(job.folder, config.model_dump(mode="json"))
    bench = BenchFolder(job.folder)
    series: list[BenchSeries] = []
    for place in range(n_series):
        data = SeriesData(np.random.default_rng(place).normal(size=(N, 1)))
        path = Path("data") / f"{place}.parquet"
        write_parquet(data, job.folder / path)
        series.append(
            BenchSeries(
                name=f"s{place}.csv",
                source="ab"[place % 2],
                path=path.as_posix(),
                content_hash=data.content_hash,
                n_samples=N,
                truth=(Interval(start=50, stop=60),),
                cautions={STUDENT: LEARNED} if place == 0 else {},
                channels=("level",),
                units=("m",),
            )
        )
    bench.write_series(series)
    for place, one in enumerate(series):
        for method in methods:
            if method.key == RULES and place == 1:
                nothing = LabelledSeries(one.name, one.source, np.zeros((N, 1)))
                bench.append_row(failed(RULES, nothing, "too short for it"))
                continue
            good = method.key in (GOOD, STUDENT)
            last = place == n_series - 1
            value = (0.2 if last else 0.8) if good else 0.5
            bench.append_row(row(method.key, one.name, one.source, value + offset))
            if method.kind == "detector":
                bench.write_scores(place, method.key, np.linspace(0, 1, N))
    total = n_series * len(methods)
    RunFolder(job.folder).write_status(
        RunStatus(
            state="running", stage="measuring", step=total // 2, total=total, fraction=0.5, eta_s=90
        )
    )
    if state != "queued":
        store.jobs.update(job.id, state="running")
    if state not in ("queued", "running"):
        store.jobs.update(job.id, state=state, message=message)
    return store.jobs.get(job.id)

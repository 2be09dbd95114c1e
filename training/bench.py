"""Measure methods on series whose events are known, in a run folder.

    python -m training.bench --run-dir <home>/runs/<job id>

See `training.bench_records` for the files. Series by series, all methods on each, so that what is
there at any time compares the same series. Started again, it goes on after what is in
results.jsonl; a method that fails on a series gets a row that says why, and the rest goes on.
"""

import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.bench import Given, Row, failed, measure
from core.errors import AppError, JobError
from core.labelled import LabelledSeries
from training import door, files
from training.bench_known import both
from training.bench_listing import list_folder, with_cautions
from training.bench_methods import Methods
from training.bench_records import (
    READING,
    BenchFolder,
    BenchMethod,
    BenchSeries,
    Said,
    key_of,
    labelled_of,
)
from training.door import StopFlag, Stopped
from training.eta import Clock
from training.run_folder import RunError, RunFolder, RunStatus

log = logging.getLogger("training.bench")

STATUS_EVERY_S = 0.3
MOST_TRIES = 2
TRYING = "trying.json"


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Measure what is not measured yet; returns the closing sentence."""
    bench = BenchFolder(folder.path)
    config = bench.config()
    if not bench.listed:
        folder.write_status(
            RunStatus(state="running", stage="reading", message="reading the folder's series")
        )
        listed, problems = list_folder(bench, config)
        for problem in problems:
            folder.append_error(RunError(ask_id=READING, item_id="", message=problem))
        bench.write_series(with_cautions(folder.path, config.methods, listed))
    run = _Run(folder, bench, config.methods, stop)
    run.methods = Methods(folder.path, config, folder.questions())
    for place, series in enumerate(run.series):
        run.measure_on(place, series)
    n_errors = sum(bool(row.error) for row in bench.rows())
    without = f"; {n_errors} without an answer, the errors say why" if n_errors else ""
    return f"{len(config.methods)} methods measured on {len(run.series)} series{without}"


class _Run:
    """One execution: what is left to do, how far it is, and what came out."""

    methods: Methods

    def __init__(
        self,
        folder: RunFolder,
        bench: BenchFolder,
        methods: Sequence[BenchMethod],
        stop: StopFlag,
    ) -> None:
        self.folder, self.bench, self.stop = folder, bench, stop
        self.series = bench.series()
        self._asked = methods
        self._said = bench.said()
        self._done = {(row.method, key_of(row)) for row in bench.rows()}
        self._reported = 0.0
        # The time left counts samples: a long series takes longer than a short one.
        self._samples = sum(
            one.n_samples for one in self.series for m in methods if (m.key, one.key) in self._done
        )
        self._all_samples = sum(one.n_samples for one in self.series) * len(methods)
        self._clock = Clock()
        self.report()

    def measure_on(self, place: int, series: BenchSeries) -> None:
        """Measure all methods on a series that are not measured on it yet."""
        todo = [m for m in self._asked if (m.key, series.key) not in self._done]
        if not todo:
            return
        try:
            labelled = labelled_of(series, self.bench.read(series))
        except AppError as error:
            nothing = LabelledSeries(series.name, series.source, np.empty((0, 1)))
            self.folder.append_error(
                RunError(ask_id=READING, item_id=series.key, message=str(error))
            )
            for method in todo:
                self._keep(failed(method.key, nothing, str(error)), series)
            return
        for method in todo:
            if self.stop():
                self.report(now_or_never=True)
                raise Stopped(
                    f"stopped after {len(self._done):,} of {self._total:,}; what was measured is "
                    "kept"
                )
            self._keep(self._row(method, place, series, labelled), series)

    def _row(
        self, method: BenchMethod, place: int, series: BenchSeries, labelled: LabelledSeries
    ) -> Row:
        said: Said | None = self._said.get((method.key, series.key))
        if method.kind == "answers" and said is None:
            return failed(method.key, labelled, "no stored answer on this series")
        began = time.process_time()
        try:
            self._note_try(method, series)
            given = self.methods.given(method, labelled, said)
            given = _within(given, series)
            row = measure(method.key, labelled, given)
            if given.scores is not None:
                self.bench.write_scores(place, method.key, given.scores)
            return row
        except AppError as error:
            why = str(error)
        except Exception as error:
            # one odd series must not end a bench of hundreds; the log keeps the whole trace
            log.exception("%s on series %s", method.key, place)
            why = f"it broke on this series ({type(error).__name__}: {error})"
        self.folder.append_error(RunError(ask_id=method.key, item_id=series.key, message=why))
        return failed(method.key, labelled, why, time.process_time() - began)

    def _note_try(self, method: BenchMethod, series: BenchSeries) -> None:
        """Refuse what ended the process before, again and again: out of memory, say."""
        path, here = self.folder.path / TRYING, [method.key, series.key]
        before = files.read_json(path) if path.exists() else {}
        tries = before.get("tries", 0) + 1 if before.get("at") == here else 1
        if tries > MOST_TRIES:
            raise JobError(
                f"the process ended {MOST_TRIES} times while it was at work here (killed, or out "
                "of memory), so it is left out; measure it alone on a machine with more memory"
            )
        files.write_json(path, {"at": here, "tries": tries})

    def _keep(self, row: Row, series: BenchSeries) -> None:
        self.bench.append_row(row)
        self._done.add((row.method, series.key))
        self._samples += series.n_samples
        self.report()

    @property
    def _total(self) -> int:
        return len(self.series) * len(self._asked)

    def report(self, *, now_or_never: bool = False) -> None:
        """Tell how far the bench is, a few times a second at most."""
        done, total = len(self._done), self._total
        eta_s = self._clock.eta_s(self._samples, self._all_samples)
        now = time.monotonic()
        if not (now - self._reported >= STATUS_EVERY_S or now_or_never or done == total):
            return
        self._reported = now
        self.folder.write_status(
            RunStatus(
                state="running",
                stage="measuring",
                step=done,
                total=total,
                fraction=done / total if total else 1.0,
                message=f"{done:,} of {total:,} measured",
                eta_s=eta_s,
            )
        )


def _within(given: Given, series: BenchSeries) -> Given:
    """Leave of an answer what the truth is known of."""
    covered = both(given.covered, series.looked)
    if covered == ():
        raise JobError("none of what it answered lies where the truth is known")
    return replace(given, covered=covered)


if __name__ == "__main__":
    sys.exit(door.run(None, __doc__ or "", work))

"""Run a detector over whole series, in a run folder.

    python -m training.screen --run-dir <home>/runs/<job id>

config.json: {"kind": "screen", "method": <key in core.detectors.DETECTORS>, "job_id": ...}; with
"chosen" as the method, each series gets the detector that `core.chooser` ranks first on it, by
what people marked there.
series.jsonl: what to screen, one `ScreenAsk` a line, in order. What comes out is flushed series by
series into screened.jsonl (`core.screening.Screened`) and errors.jsonl; started again, it goes on
after them. No name of a series or channel is in the folder, and of labels only what people marked
outside gold, for the choice.
"""

import logging
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from core.blobs import read_parquet
from core.errors import AppError, ConfigError
from core.intervals import Interval
from core.model import Frozen
from core.screening import Screened, screen
from training import door, files
from training.door import StopFlag, Stopped
from training.eta import Clock
from training.requests import CHOSEN_DETECTOR
from training.run_folder import RunError, RunFolder, RunStatus

log = logging.getLogger("training.screen")

STATUS_EVERY_S = 0.3
_SERIES, _SCREENED = "series.jsonl", "screened.jsonl"


class ScreenAsk(Frozen):
    """A series to screen: the path of its samples from the run folder.

    `reviewed` and `events` are samples `[start, stop)` that people looked at and marked outside
    gold: by these a detector is chosen.
    """

    series_id: str
    revision: int
    path: str
    reviewed: tuple[tuple[int, int], ...] = ()
    events: tuple[Interval, ...] = ()


def write_series(folder: Path, asks: Iterable[ScreenAsk]) -> None:
    """Write what a run has to screen, in order."""
    lines = "".join(f"{ask.model_dump_json()}\n" for ask in asks)
    files.write_atomically(folder / _SERIES, lines)


def read_screened(folder: Path, offset: int = 0) -> tuple[list[Screened], int]:
    """Return what was screened from a byte offset on, and the offset to go on from."""
    lines, after = files.read_lines(folder / _SCREENED, offset)
    return [Screened.model_validate_json(line) for line in lines], after


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Screen what is not screened yet; returns the closing sentence."""
    from core.detectors import DETECTORS

    method = str(folder.config()["method"])
    if method not in (CHOSEN_DETECTOR, *DETECTORS):
        raise ConfigError(
            f"there is no detector {method!r}; this version has {', '.join(DETECTORS)}: "
            "start the screening again with one of them"
        )
    asks = _asks(folder)
    done = {one.series_id for one in read_screened(folder.path)[0]}
    done |= {error.ask_id for error in folder.errors()}
    clock, reported = Clock(), 0.0
    n_done = len(asks) - sum(ask.series_id not in done for ask in asks)
    clock.eta_s(n_done, len(asks))
    for ask in asks:
        if ask.series_id in done:
            continue
        if stop():
            _report(folder, n_done, len(asks), None)
            raise Stopped(f"stopped after {n_done} of {len(asks)} series; those are kept")
        _screen_one(folder, ask, method)
        n_done += 1
        eta_s = clock.eta_s(n_done, len(asks))
        if time.monotonic() - reported >= STATUS_EVERY_S or n_done == len(asks):
            reported = time.monotonic()
            _report(folder, n_done, len(asks), eta_s)
    return _closing(folder, len(asks))


def _asks(folder: RunFolder) -> list[ScreenAsk]:
    lines, _ = files.read_lines(folder.path / _SERIES)
    return [ScreenAsk.model_validate_json(line) for line in lines]


def _screen_one(folder: RunFolder, ask: ScreenAsk, method: str) -> None:
    began = time.monotonic()
    try:
        data = read_parquet((folder.path / ask.path).resolve())
        if method == CHOSEN_DETECTOR:
            from core.chooser import Known, rank

            known = Known(reviewed=ask.reviewed, events=ask.events)
            method = rank(data.values, data.seconds(), known)[0].key
        found = screen(data, method, ask.series_id, ask.revision)
    except AppError as error:
        _refuse(folder, ask, str(error))
        return
    except Exception as error:
        # one odd series must not end a screening of hundreds; the log keeps the whole trace
        log.exception("series %s", ask.series_id)
        _refuse(folder, ask, f"the detector broke on this series ({type(error).__name__}: {error})")
        return
    found = found.model_copy(update={"seconds": round(time.monotonic() - began, 4)})
    files.append_lines(folder.path / _SCREENED, [found.model_dump_json()])


def _refuse(folder: RunFolder, ask: ScreenAsk, why: str) -> None:
    log.warning("series %s: %s", ask.series_id, why)
    folder.append_error(RunError(ask_id=ask.series_id, item_id="", message=why))


def _report(folder: RunFolder, done: int, total: int, eta_s: float | None) -> None:
    folder.write_status(
        RunStatus(
            state="running",
            step=done,
            total=total,
            fraction=done / total if total else 1.0,
            message=f"{done} of {total} series screened",
            eta_s=eta_s,
        )
    )


def _closing(folder: RunFolder, total: int) -> str:
    screened, n_errors = read_screened(folder.path)[0], len(folder.errors())
    n_found = sum(one.reported for each in screened for one in each.detections)
    failed = f"; {n_errors} could not be screened, errors.jsonl says why" if n_errors else ""
    return f"{len(screened)} of {total} series screened, {n_found:,} findings reported{failed}"


if __name__ == "__main__":
    sys.exit(door.run(None, __doc__ or "", work))

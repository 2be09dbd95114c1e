"""Turns what the stages of a training say into status.json, metrics.jsonl and the log."""

import logging
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import psutil

from training.eta import Clock
from training.examples import Progress
from training.run_folder import RunFolder, RunStatus

log = logging.getLogger("training")

STATUS_EVERY_S = 0.3
LOG_EVERY_S = 2.0


@dataclass
class Reporter:
    """Follows a run through its stages; each takes a share of the whole that it is given.

    `shares` need not sum to 1: they are weights of how long the stages last.
    """

    folder: RunFolder
    shares: dict[str, float]
    _stage: str = ""
    _clock: Clock = field(default_factory=Clock)
    _written: float = 0.0
    _logged: float = 0.0
    _newest: int = 0
    _step: int | None = None
    _checkpoint: int | None = None

    def begin(self, stage: str) -> None:
        """Enter a stage; it must be one of the shares."""
        self._stage, self._clock = stage, Clock()
        before = self.folder.status()
        same = before is not None and before.stage == stage  # the run goes on after a stop
        self._step, self._checkpoint = None, before.checkpoint if before and same else None
        log.info("%s", stage)
        self._write(0, 0, "")

    def __call__(self, progress: Progress) -> None:
        """Take a recipe's report: every one is a line of metrics, some become the status."""
        record: dict[str, Any] = {
            "stage": self._stage,
            "step": progress.step,
            "total": progress.total,
            "loss": progress.loss,
            "validation": progress.validation,
            "at": round(time.time(), 3),
            "windows": progress.windows,
            **memory_mb(),
        }
        if progress.numbers:
            record["numbers"] = dict(progress.numbers)
        self.folder.append_metrics(record)
        said = _said(progress)
        self._note_checkpoint(progress.step)
        now = time.monotonic()
        if now - self._logged >= LOG_EVERY_S or progress.step == progress.total:
            self._logged = now
            log.info("step %s of %s: %s", progress.step, progress.total, said)
        self._write(progress.step, progress.total, said)

    def _note_checkpoint(self, step: int) -> None:
        """Notice that the recipe has written a checkpoint since its last report."""
        written = [
            path.stat().st_mtime_ns for path in self.folder.checkpoints.glob("*/checkpoint*")
        ]
        newest = max(written, default=0)
        if self._step is not None and newest != self._newest:
            self._checkpoint = self._step
        self._newest, self._step = newest, step

    def count(self, step: int, total: int) -> None:
        """Tell how far a stage without losses is."""
        self._write(step, total, "")

    def _write(self, step: int, total: int, said: str) -> None:
        eta_s = self._clock.eta_s(step, total) if total else None
        now = time.monotonic()
        if 0 < step < total and now - self._written < STATUS_EVERY_S:
            return
        self._written = now
        stages = list(self.shares)
        before = sum(self.shares[one] for one in stages[: stages.index(self._stage)])
        here = self.shares[self._stage] * (step / total if total else 0.0)
        whole = sum(self.shares.values())
        self.folder.write_status(
            RunStatus(
                state="running",
                stage=self._stage,
                step=step,
                total=total,
                checkpoint=self._checkpoint,
                fraction=min(1.0, (before + here) / whole),
                message=f"{self._stage}: {said}" if said else self._stage,
                # the pace of this stage stands for the ones after it, weighted by their shares
                eta_s=None if eta_s is None else eta_s * _left(self.shares, self._stage, here),
            )
        )


def _said(progress: Progress) -> str:
    """Say the numbers of a report; one without a loss says its stage alone."""
    if progress.loss is None:
        return progress.stage
    said = f"loss {progress.loss:.4f}"
    if progress.validation is not None:
        said += f", validation {progress.validation:.3f}"
    return f"{said} ({progress.stage})" if progress.stage else said


def memory_mb() -> dict[str, float]:
    """Return the memory of this process in MB, and the most it held of a card when it uses one."""
    used = {"rss_mb": round(psutil.Process().memory_info().rss / 1e6, 1)}
    torch = sys.modules.get("torch")  # asked only where a recipe has loaded it
    if torch is not None and torch.cuda.is_initialized():
        used["device_mb"] = round(torch.cuda.max_memory_reserved() / 1e6, 1)
    return used


def _left(shares: dict[str, float], stage: str, here: float) -> float:
    """Return how many times the rest of this stage the rest of the run is."""
    stages = list(shares)
    rest = shares[stage] - here
    after = sum(shares[one] for one in stages[stages.index(stage) + 1 :])
    return 1.0 if rest <= 0 else (rest + after) / rest

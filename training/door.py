"""What the doors of runs share: the folder by argument, a clean stop, a last word in any case."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from core.errors import AppError
from training.processes import record_of
from training.run_folder import RunFolder, RunStatus, open_run
from training.troubles import DISK_FULL_CODE, explain, trouble_of

log = logging.getLogger("training")


class Stopped(Exception):
    """The run was asked to stop and has come to a safe point; the text says where."""


class Paused(Exception):
    """The run has come to a safe point and rests there; the text says where and why.

    Asked for by `RunFolder.pause_asked`, or by the work itself: its budget is spent, say.
    """


@dataclass
class StopFlag:
    """Turns true when the run gets SIGTERM or finds the word to stop in its folder."""

    folder: RunFolder
    signalled: bool = field(default=False)

    def __call__(self) -> bool:
        """Tell whether to stop at the next safe point."""
        return self.signalled or self.folder.stop_asked

    def halts(self) -> bool:
        """Tell whether to stop or to pause at the next safe point, for a run that can do both."""
        return self() or self.folder.pause_asked

    def halted(self, where: str) -> Exception:
        """Return what to raise at a safe point; `where` goes on after "stopped" or "paused"."""
        return Stopped(f"stopped {where}") if self() else Paused(f"paused {where}")

    def listen(self) -> None:
        """Take SIGTERM as the word to stop."""
        signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.signalled = True


def run(arguments: list[str] | None, about: str, work: Callable[[RunFolder, StopFlag], str]) -> int:
    """Do the work of a run folder given by `--run-dir`; returns the exit code.

    `work` returns its closing sentence, raises `Stopped` at a safe point when the flag says so or
    `Paused` to go on later, or raises an error, which becomes the run's last word.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--run-dir", type=Path, required=True, help="the folder of the run")
    folder = open_run(parser.parse_args(arguments).run_dir)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    if hasattr(os, "nice"):
        os.nice(5)  # the pages stay quick while a run uses the cores
    stop = StopFlag(folder)
    with folder.lock:
        # Whoever started it may have died before noting it, and then could not be told to end it.
        folder.write_process(record_of(os.getpid()))
        stop.listen()
        try:
            _last_word(folder, "running", "starting")
            closing = work(folder, stop)
        except Stopped as stopped:
            log.info("%s", stopped)
            _last_word(folder, "stopped", str(stopped))
            return 0
        except Paused as paused:
            log.info("%s", paused)
            _last_word(folder, "paused", str(paused))
            return 0
        except AppError as error:
            log.error("%s", error)
            _last_word(folder, "failed", str(error), trouble_of(error))
            return 1
        except Exception as error:
            log.exception("%s", type(error).__name__)
            return _broken(folder, error)
        log.info("%s", closing)
        _last_word(folder, "done", closing)
        return 0


def _broken(folder: RunFolder, error: Exception) -> int:
    """Say what broke; on a full disk after making room with what was half written."""
    trouble = trouble_of(error)
    if trouble == "disk":
        for part in [*folder.path.rglob("*.new"), *folder.path.rglob(".*.part")]:
            if part.is_file():
                part.unlink()
    try:
        _last_word(folder, "failed", explain(error, folder.path), trouble)
    except OSError:
        log.exception("the last word could not be written")
        return DISK_FULL_CODE if trouble == "disk" else 1
    return 1


def _last_word(folder: RunFolder, state: str, message: str, trouble: str = "") -> None:
    before = folder.status() or RunStatus(state="starting")
    change: dict[str, object] = {
        "state": state,
        "message": message,
        "eta_s": None,
        "trouble": trouble,
    }
    if state == "done":
        change["fraction"] = 1.0
    folder.write_status(before.model_copy(update=change))

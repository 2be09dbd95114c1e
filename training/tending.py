"""One run as the worker sees it: what it has said since the last look, and how to stop it."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

from core.answers import Answer
from training import launcher
from training.run_folder import RunFolder, RunStatus
from training.status import Verdict, state_of

STOP_GRACE_S = 30.0
"""A training may need this long to come to the end of a step and to save."""
CLOSE_GRACE_S = 10.0
"""A process that has said its last word may need this long to let go of its device."""


class Tended:
    """A run that is at work or has just ended; made by `start` or, for an adopted run, directly."""

    def __init__(self, folder: RunFolder, process: "subprocess.Popen[bytes] | None" = None) -> None:
        self.folder = folder
        self._process = process
        self._offset = 0
        self._stop_at: float | None = None
        self._close_at: float | None = None

    @classmethod
    def start(
        cls, folder: RunFolder, door: str, variables: Mapping[str, str] | None = None
    ) -> "Tended":
        """Start the run's process; a run that was stopped or lost goes on where it was."""
        return cls(folder, launcher.launch(folder, door, variables))

    @property
    def pid(self) -> int | None:
        """The id of the run's process."""
        record = self.folder.process()
        return None if record is None else record.pid

    def take_answers(self, store: Callable[[Sequence[Answer]], object]) -> None:
        """Hand over the answers since the last call; those that were not stored come again."""
        answers, after = self.folder.answers(self._offset)
        store(answers)
        self._offset = after

    def status(self) -> RunStatus | None:
        """Return what the process last said."""
        return self.folder.status()

    def verdict(self) -> Verdict:
        """Return the state of the run."""
        return state_of(launcher.facts(self.folder, self._process))

    def pause(self) -> None:
        """Ask for a pause; the run rests at its next safe point, however long that takes."""
        self.folder.ask_to_pause()

    def stop(self) -> None:
        """Ask for a stop, once; when the grace is over, end the run by force."""
        now = time.monotonic()
        if self._stop_at is None:
            self._stop_at = now
            launcher.ask_to_stop(self.folder)
        elif now - self._stop_at > STOP_GRACE_S:
            launcher.kill(self.folder)

    def closed(self) -> bool:
        """Tell of a run that has ended whether its processes are gone; false until they are.

        What is left when the grace is over is killed: nothing may hold the device of the next run.
        """
        now = time.monotonic()
        self._close_at = self._close_at or now
        if launcher.is_alive(self.folder) and now - self._close_at <= CLOSE_GRACE_S:
            return False
        launcher.clear(self.folder)
        return True

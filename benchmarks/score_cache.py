"""Detector scores on disk, so that a second measurement need not compute them again.

A file is found by the content of the series and by the source of the detector and of all that
scoring shares: a changed line there makes it stale.
"""

import hashlib
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import detectors
from core.detectors import DETECTORS
from core.detectors.scoring import Scores, score_series

Array = NDArray[np.float64]
_FOLDER = Path(detectors.__path__[0])
WARM_UP = 1_024  # samples of noise that load a detector's libraries before anything is timed


class ScoreCache:
    """Scores series by a detector, or takes what is there from a run before."""

    def __init__(self, folder: Path | None) -> None:
        """Keep files in `folder`; None keeps nothing."""
        self._folder = folder
        self._warm: set[str] = set()
        files = {path.name: path.read_bytes() for path in _FOLDER.glob("*.py")}
        own = {key: _FOLDER / f"{key}.py" for key in DETECTORS}
        # what is cut out of scores afterwards does not change them
        rest = sorted(set(files) - {f"{key}.py" for key in own} - {"cutting.py"})
        shared = [files[name] for name in rest]
        self._code = {
            key: hashlib.sha256(b"".join([*shared, path.read_bytes()])).hexdigest()[:8]
            for key, path in own.items()
        }
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def scores(self, key: str, values: Array, seconds: Array | None = None) -> tuple[Scores, float]:
        """Return the scores and the CPU seconds that computing them took."""
        if self._folder is None:
            return self._compute(key, values, seconds)
        content = hashlib.sha256(np.ascontiguousarray(values).tobytes())
        content.update(b"" if seconds is None else np.ascontiguousarray(seconds).tobytes())
        path = self._folder / f"{key}-{self._code[key]}-{content.hexdigest()[:24]}.npz"
        if path.exists():
            with np.load(path) as held:
                channels = held["channels"].astype(np.float64)
                return Scores(
                    key, held["values"], channels, int(held["period"]), str(held["note"])
                ), float(held["cpu_s"])
        found, took = self._compute(key, values, seconds)
        partial = path.with_suffix(f".{time.time_ns()}.part")
        with partial.open("wb") as file:
            np.savez_compressed(
                file,
                values=found.values,
                channels=found.channels.astype(np.float32),
                period=np.array(found.period),
                note=np.array(found.note),
                cpu_s=np.array(took),
            )
        partial.rename(path)
        return found, took

    def _compute(self, key: str, values: Array, seconds: Array | None) -> tuple[Scores, float]:
        if key not in self._warm:
            score_series(key, np.random.default_rng(0).normal(size=(WARM_UP, 1)))
            self._warm.add(key)
        began = time.process_time()
        found = score_series(key, values, seconds)
        return found, time.process_time() - began
